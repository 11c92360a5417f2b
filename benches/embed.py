#!/usr/bin/env python3
"""Our embedding speed against ONNX Runtime's, in turn on the same texts: embed.py [FOLDER] [--rounds 5] [--texts 200 2000] [--isa NAME]

FOLDER holds texts (.md, .txt, .jsonl in any depth; default assets/demo). Passages of mixed lengths are cut from them, repeated where they are too
few. ONNX Runtime gets the best of ten settings, found first. Printed are medians over the rounds and the ratio of the medians.
"""
import argparse
import itertools
import json
import pathlib
import random
import re
import statistics
import subprocess
import tempfile
import time

from yardstick import Yardstick

ROOT = pathlib.Path(__file__).resolve().parent.parent


def passages(folder):
    """Neighbouring paragraphs, joined until they have a number of words that differs from passage to passage."""
    choose, found = random.Random(1), []
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".md", ".txt", ".jsonl")):
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.suffix == ".jsonl":
            paragraphs = [str(json.loads(line).get("text", "")) for line in text.splitlines() if line.strip()]
        else:
            paragraphs = re.split(r"\n\s*\n", text)
        words, wanted = [], 0
        for paragraph in paragraphs:
            words += paragraph.split()
            if len(words) >= wanted:
                found.append(" ".join(words))
                words, wanted = [], choose.choice([15, 60, 120, 200, 200])
        found.append(" ".join(words))
    found = [passage for passage in found if passage]
    choose.shuffle(found)
    return found


def our_binary():
    build = ["cargo", "bench", "--bench", "embed", "--no-run", "--message-format", "json"]
    lines = subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    found = [m["executable"] for m in map(json.loads, lines) if m.get("executable") and m["target"]["name"] == "embed"]
    return found[-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=ROOT / "assets/demo")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--texts", type=int, nargs="+", default=[200, 2000])
    parser.add_argument("--isa", help="force one of our instruction sets, such as avx2")
    parser.add_argument("--binary", help="our benchmark, if it is built already")
    options = parser.parse_args()

    yardstick, binary, all_texts = Yardstick(ROOT / "assets/model"), options.binary or our_binary(), passages(options.folder)
    print(f"{len(all_texts)} passages in {options.folder}; {processor()}")
    settings = [(batch, *kind) for batch in (1, 4, 8, 16, 32) for kind in ((1, 2), (2, 1))]
    sample = yardstick.tokenize(list(itertools.islice(itertools.cycle(all_texts), 100)))
    yardstick.seconds(sample[:10], 1, 2, 1), yardstick.seconds(sample[:10], 1, 1, 2)
    tried = {setting: min(yardstick.seconds(sample, *setting) for _ in range(2)) for setting in settings}
    best = min(tried, key=tried.get)
    print("ONNX Runtime's best setting: batch {}, {} session(s) of {} thread(s)".format(*best))

    for count in options.texts:
        texts = list(itertools.islice(itertools.cycle(all_texts), count))
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("".join(f"{text}\n" for text in texts))
            file.flush()
            compare(yardstick, best, binary, file.name, texts, options)


def compare(yardstick, best, binary, file, texts, options):
    command = [binary, file, "--json"] + (["--isa", options.isa] if options.isa else [])
    tokens = yardstick.tokenize(texts)
    ours, theirs, our_question, their_question = [], [], [], []
    for _ in range(options.rounds):
        mine = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        ours.append(mine["tokens_per_second"])
        our_question.append(mine["question_ms"])
        theirs.append(sum(map(len, tokens)) / yardstick.seconds(tokens, *best))
        their_question.append(min(question_ms(yardstick, mine["question_tokens"], threads) for threads in (1, 2)))
    print(f"{len(texts)} texts, {mine['tokens']} tokens, {mine['isa']}, {mine['threads']} threads, {options.rounds} rounds in turn (medians)")
    print(f"  tokens/s:            ours {middle(ours):8.0f}   ONNX Runtime {middle(theirs):8.0f}   ratio {middle(ours) / middle(theirs):.2f}")
    print(f"  one question ({mine['question_tokens']:2}):   ours {middle(our_question):5.2f} ms   ONNX Runtime {middle(their_question):5.2f} ms   ratio of times {middle(our_question) / middle(their_question):.2f}")
    print(f"  our tokenising, included above: {mine['tokenising_seconds']:.3f} s of one thread; ONNX Runtime's is left out")


def question_ms(yardstick, tokens, threads):
    question = [[101, *range(2000, 2000 + tokens - 2), 102]]
    times = []
    for _ in range(60):
        start = time.perf_counter()
        yardstick.run(question, 1, 1, threads)
        times.append((time.perf_counter() - start) * 1e3)
    return middle(times)


def middle(numbers):
    return statistics.median(numbers)


def processor():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines() if pathlib.Path("/proc/cpuinfo").exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} × {names[0]}" if names else "unknown processor"


if __name__ == "__main__":
    main()
