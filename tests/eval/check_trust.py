#!/usr/bin/env python3
"""Check that the trust sets fit their documents.

Every `must_show` stands word for word in one of the documents that its question names, ids are there once, and what is not answerable names
no document. `python3 tests/eval/check_trust.py` prints what does not fit, and fails.
"""
import html
import json
import pathlib
import re
import sys
import tomllib

HERE = pathlib.Path(__file__).resolve().parent / "trust"
CLASSES = {"answered", "partly", "choose", "not_found"}


def plain(text):
    """Words without the marks of Markdown, HTML and tables."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", text))
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"(?m)^\s*(?:>\s*)*(?:#{1,6}|[-+]|:)\s+", " ", text)
    text = re.sub(r"[*_`|~]", " ", text).replace("’", "'")
    return re.sub(r"\s", "", text).lower()


def main():
    bad, count = [], 0
    for folder in sorted(path.parent for path in HERE.glob("*/set.toml")):
        settings = tomllib.loads((folder / "set.toml").read_text("utf-8"))
        documents = folder / settings["documents"]
        seen = set()
        for path in sorted(folder.glob("queries*.jsonl")):
            for line in filter(None, path.read_text("utf-8").splitlines()):
                question = json.loads(line)
                name, count = f"{folder.name} {question['id']}", count + 1
                if question["id"] in seen or question["class"] not in CLASSES:
                    bad.append(f"{name}: an id twice, or no class")
                seen.add(question["id"])
                missing = [d for d in question["documents"] if not (documents / d).is_file()]
                texts = "".join(plain((documents / d).read_text("utf-8")) for d in question["documents"] if d not in missing)
                bad += [f"{name}: no document {d}" for d in missing]
                bad += [f"{name}: not in its documents: {text}" for text in question["must_show"] if plain(text) not in texts]
                if question["class"] == "not_found" and (question["must_show"] or question["documents"]):
                    bad.append(f"{name}: nothing answers it, and yet something must be shown")
    if bad:
        sys.exit("\n".join(bad))
    print(f"{count} questions of the trust sets: all good")


if __name__ == "__main__":
    main()
