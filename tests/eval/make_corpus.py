#!/usr/bin/env python3
"""Regenerate tests/eval/harbour/corpus.jsonl from assets/demo/kb.

Only the articles that the set's questions were written for are taken: those
that the corpus has already. A later article may answer what was unanswerable.

Markdown and text files are taken as they are (title = the H1 or first line,
text = everything after it). The two HTML articles are read from their
hand-made Markdown conversions under tests/eval/harbour/converted/; the script
stops if a conversion no longer has the same words as the HTML <article>.

    python3 tests/eval/make_corpus.py          # write
    python3 tests/eval/make_corpus.py --check  # also validate queries and qrels
"""
import html.parser
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
KB = HERE.parent.parent / "assets" / "demo" / "kb"
OUT = HERE / "harbour"


class Article(html.parser.HTMLParser):
    """The visible text inside <article>."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.inside, self.text = False, []

    def handle_starttag(self, tag, attrs):
        self.inside |= tag == "article"
        if tag not in ("strong", "em", "a", "b", "i"):
            self.text.append(" ")

    def handle_endtag(self, tag):
        if tag == "article":
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.text.append(data)


def plain(text):
    """Markdown to words: links, emphasis, code, table and list markers go."""
    text = re.sub(r"\[([^\]]*)\]\([^)\s]*\)", r"\1", text)
    text = re.sub(r"(?m)^[ \t]*(?:```.*|\|(?:-+\|)+)$", " ", text)
    text = re.sub(r"(?m)^[ \t]*(?:>[ \t]*)*(?:#{1,6}|[-*+]|\d+\.)?[ \t]+", "", " " + text.replace("\n", "\n "))
    return " ".join(re.sub(r"[*`|]", " ", text).split()).replace(" .", ".").replace(" ,", ",")


def squash(text):
    """What is compared: no markup and no whitespace at all."""
    return re.sub(r"\s", "", plain(text))


def articles():
    known = (OUT / "corpus.jsonl").read_text("utf-8").splitlines()
    for name in sorted(json.loads(line)["id"] for line in known):
        path = KB / name
        raw = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            reader = Article()
            reader.feed(raw)
            raw = (OUT / "converted" / name).with_suffix(".md").read_text(encoding="utf-8")
            if squash(raw) != re.sub(r"\s", "", "".join(reader.text)):
                sys.exit(f"{name}: the Markdown conversion differs from the HTML")
        title, text = raw.split("\n", 1)
        yield {"id": name, "title": title.removeprefix("# ").strip(), "type": "text/markdown", "text": text.strip() + "\n"}


def check(corpus):
    text = {a["id"]: squash(a["text"]) for a in corpus}
    queries = [json.loads(line) for line in (OUT / "queries.jsonl").read_text("utf-8").splitlines()]
    rows = [line.split("\t") for line in (OUT / "qrels.tsv").read_text("utf-8").splitlines()]
    bad = [] if rows[0] == ["query-id", "corpus-id", "score"] else ["qrels.tsv: header"]
    gold = {}
    for query, doc, score in rows[1:]:
        gold.setdefault(query, []).append(doc)
        if doc not in text or int(score) < 1:
            bad.append(f"qrels.tsv: {query} {doc} {score}")
    ids = [q["id"] for q in queries]
    if len(set(ids)) != len(ids) or len({q["text"].lower() for q in queries}) != len(ids):
        bad.append("queries.jsonl: an id or a text is there twice")
    bad += [f"qrels.tsv: no query {query}" for query in gold if query not in ids]
    for q in queries:
        if q["answerable"] != bool(q["answers"]) or q["answerable"] != (q["id"] in gold):
            bad.append(f"{q['id']}: answerable, answers and qrels do not agree")
        if len(q["answers"]) != len(set(q["answers"])):
            bad.append(f"{q['id']}: an answer is there twice")
        used = set()
        for answer in q["answers"]:
            found = [d for d in gold.get(q["id"], []) if re.sub(r"[\s|]", "", answer) in text.get(d, "")]
            used.update(found)
            if not found:
                bad.append(f"{q['id']}: not in its articles: {answer}")
        bad += [f"{q['id']}: no answer from {d}" for d in gold.get(q["id"], []) if d not in used]
    if bad:
        sys.exit("\n".join(bad))
    yes = sum(q["answerable"] for q in queries)
    print(f"{len(queries)} queries ({yes} answerable), {len(rows) - 1} qrels: all good")


def main():
    corpus = list(articles())
    with open(OUT / "corpus.jsonl", "w", encoding="utf-8", newline="\n") as out:
        for article in corpus:
            out.write(json.dumps(article, ensure_ascii=False) + "\n")
    print(f"{len(corpus)} articles")
    if "--check" in sys.argv[1:]:
        check(corpus)


if __name__ == "__main__":
    main()
