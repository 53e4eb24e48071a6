#!/usr/bin/env python3
"""How well reports of one utterance are joined: pairs of an annotated stream against `gainsay digest --json`.

usage: same.py DIR EVENTS.jsonl [--list-wrong]

DIR holds articles.jsonl, with statements, and same.jsonl: lines {"ids": [...]} of statements that report one
utterance. EVENTS.jsonl is what `gainsay digest --json DIR/articles.jsonl` printed. Each report in the feed is led to
the annotated statement of its article whose content shares most words with it (Jaccard at least 0.5). Counted are
pairs of reports of different articles: those that the feed joins, and those that are annotated as one; recall is also
given of the annotated pairs of which both were found at all. Joined reports whose words are no annotated statement are
counted apart: they say something of the extraction, and nothing of the joining.
"""

import itertools
import json
import pathlib
import re
import sys


def read(path):
    return [json.loads(line) for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]


def word_spans(raw):
    return [match.span() for match in re.finditer(rb"[\w\x80-\xff]+", raw)]


def touched(spans, words):
    return {at for at, (begin, end) in enumerate(words) if any(begin < e and end > b for b, e in spans)}


def annotated(article, words):
    """id -> words of its content, of one article."""
    raw, found = article["text"].encode(), {}
    for statement in article["statements"]:
        spans = statement.get("content_spans") or []
        at = 0
        for part in [] if spans else statement["content"]:
            begin = raw.find(part.encode(), at)
            spans.append((begin, begin + len(part.encode())))
            at = spans[-1][1]
        found[statement["id"]] = touched([tuple(span) for span in spans], words)
    return found


def last_statements(events):
    held = {}
    for event in events:
        for key in ("statement", "statement_update"):
            if key in event:
                held[event[key]["statement_id"]] = event[key]
        held.pop(event.get("retraction", {}).get("statement_id"), None)
    return held.values()


def likest(spans, words, gold):
    seen = touched(spans, words)
    best = max(((len(seen & content) / max(1, len(seen | content)), name) for name, content in gold.items()),
               default=(0, None))
    return best[1] if best[0] >= 0.5 else None


def main():
    arguments = [word for word in sys.argv[1:] if not word.startswith("--")]
    if len(arguments) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(arguments[0])
    articles = {article["id"]: article for article in read(folder / "articles.jsonl")}
    words = {name: word_spans(article["text"].encode()) for name, article in articles.items()}
    gold = {name: annotated(article, words[name]) for name, article in articles.items()}
    home = {statement: name for name, statements in gold.items() for statement in statements}
    text = {s["id"]: " … ".join(s["content"]) for article in articles.values() for s in article["statements"]}
    wanted = set()
    for row in read(folder / "same.jsonl"):
        wanted |= {frozenset(pair) for pair in itertools.combinations(row["ids"], 2) if home[pair[0]] != home[pair[1]]}
    joined, found = set(), set()
    for statement in last_statements(read(arguments[1])):
        names = []
        for report in statement.get("reports", []):
            spans = [(int(span.get("begin", 0)), int(span["end"])) for span in report.get("content", [])]
            names.append(likest(spans, words[report["article_id"]], gold[report["article_id"]]) or f"? {report['article_id']}")
        found |= set(names)
        joined |= {frozenset(pair) for pair in itertools.combinations(names, 2) if pair[0] != pair[1]}
    stray = {pair for pair in joined if any(name.startswith("?") for name in pair)}
    joined -= stray
    right = joined & wanted
    reachable = {pair for pair in wanted if pair <= found}
    print(f"joined pairs      P {len(right) / max(1, len(joined)):.3f} R {len(right) / max(1, len(wanted)):.3f} "
          f"({len(joined)} joined, {len(wanted)} annotated, {len(right)} right)")
    print(f"  of those found  R {len(right) / max(1, len(reachable)):.3f} ({len(reachable)} with both statements found)")
    print(f"  with a part that is not annotated: {len(stray)}")
    if "--list-wrong" in sys.argv:
        for title, pairs in (("joined by mistake", joined - wanted), ("not joined", reachable - joined)):
            for pair in sorted(map(sorted, pairs)):
                print(f"{title}:")
                for name in pair:
                    print(f"  {name}: {text.get(name, '')}")


if __name__ == "__main__":
    main()
