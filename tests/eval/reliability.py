#!/usr/bin/env python3
"""Is confidence what it says? Statements of a feed by their confidence, against an annotated stream.

usage: reliability.py DIR EVENTS.jsonl

DIR holds articles.jsonl with statements; EVENTS.jsonl is what `gainsay digest --json DIR/articles.jsonl` printed. A
statement counts as right if its words are those of an annotated statement of its article (Jaccard at least 0.5, each
once) and its speaker has that one's name, or none where the annotation has none. Printed are, for each tenth of
confidence, how many statements, their mean confidence and the share that is right; below, a and b of the logistic
curve through them, logistic(a + b logit(confidence)), which is a = 0 and b = 1 for perfect calibration.
"""

import json
import math
import pathlib
import re
import sys


def read(path):
    return [json.loads(line) for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]


def touched(spans, words):
    return {at for at, (begin, end) in enumerate(words) if any(begin < e and end > b for b, e in spans)}


def name_words(name):
    return set(re.findall(r"\w+", (name or "").lower())) - {"the", "of", "and", "s", "a", "mr", "ms", "mrs", "dr"}


def same_speaker(speaker, wanted):
    if wanted == "unnamed":
        return speaker.get("kind") == "UNNAMED" or not speaker.get("name")
    return bool(speaker.get("name")) and name_words(speaker["name"]) == name_words(wanted)


def judge(articles, statements):
    """Pairs of confidence and rightness, the surest statements first."""
    words = {a["id"]: [m.span() for m in re.finditer(rb"[\w\x80-\xff]+", a["text"].encode())] for a in articles}
    wanted = [(a["id"], touched(s["content_spans"], words[a["id"]]), s["speaker"]) for a in articles for s in a["statements"]]
    taken, rows = set(), []
    for statement in sorted(statements, key=lambda s: -s.get("confidence", 0)):
        article = statement["article_id"]
        spans = [(int(c.get("begin", 0)), int(c["end"])) for c in statement["content"]]
        mine = touched(spans, words[article])
        score, best = max(
            ((len(mine & w) / len(mine | w), i) for i, (a, w, _) in enumerate(wanted) if a == article and i not in taken and mine | w),
            default=(0, None),
        )
        right = score >= 0.5
        if right:
            taken.add(best)
            right = same_speaker(statement.get("speaker", {}), wanted[best][2])
        rows.append((statement.get("confidence", 0.0), right))
    return rows


def fit(rows):
    a, b = 0.0, 1.0
    points = [(math.log(c / (1 - c)), right) for c, right in rows if 0 < c < 1]
    for _ in range(5000):
        errors = [(right - 1 / (1 + math.exp(-(a + b * x))), x) for x, right in points]
        a += sum(e for e, _ in errors) / len(points)
        b += sum(e * x for e, x in errors) / len(points)
    return a, b


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    latest = {}
    for event in read(sys.argv[2]):
        statement = event.get("statement") or event.get("statement_update")
        if statement:
            latest[statement["statement_id"]] = statement
        latest.pop(event.get("retraction", {}).get("statement_id"), None)
    rows = judge(read(pathlib.Path(sys.argv[1]) / "articles.jsonl"), latest.values())
    print("confidence   statements   mean   right")
    for tenth in range(10):
        bin_rows = [row for row in rows if min(int(row[0] * 10), 9) == tenth]
        if bin_rows:
            mean = sum(c for c, _ in bin_rows) / len(bin_rows)
            share = sum(right for _, right in bin_rows) / len(bin_rows)
            print(f"{tenth / 10:.1f} to {(tenth + 1) / 10:.1f}   {len(bin_rows):10d}   {mean:.3f}  {share:.3f}  {'#' * round(share * 40)}")
    print("logistic(a + b logit(confidence)): a %.3f b %.3f" % fit(rows))


if __name__ == "__main__":
    main()
