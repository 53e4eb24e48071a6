#!/usr/bin/env python3
"""What the judge's cross-validated scores of an annotated stream are worth.

usage: judge_report.py PREDICTIONS.jsonl

PREDICTIONS: what `gainsay train --only judge --predictions` wrote: a line for each pair of statements of one story,
{"a", "b", "score", "contradiction", "near_miss", "text_a", "text_b"}. Prints precision and recall of contradictions
against near misses and as many random pairs of the same story as there are contradictions (fixed seed), how many of
the pairs in each range of score are contradictions, and the ten worst mistakes of either kind.
"""
import json
import random
import sys

SHOWN = 110


def figures(rows, threshold):
    called = [r for r in rows if r["score"] >= threshold]
    right = sum(r["contradiction"] for r in called)
    wanted = sum(r["contradiction"] for r in rows)
    return right / len(called) if called else 0.0, right / wanted if wanted else 0.0, len(called)


def show(title, rows):
    print(title)
    for row in rows:
        print("  %.2f %s %s | %s | %s" % (row["score"], row["a"], row["b"], row["text_a"][:SHOWN], row["text_b"][:SHOWN]))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf8") if line.strip()]
    wanted = [r for r in rows if r["contradiction"]]
    near = [r for r in rows if r["near_miss"]]
    others = [r for r in rows if not r["contradiction"] and not r["near_miss"]]
    sample = random.Random(1).sample(others, min(len(others), len(wanted)))
    for name, some in (("near misses and %d random pairs" % len(sample), wanted + near + sample), ("all pairs", rows)):
        for threshold in (0.3, 0.4, 0.5, 0.6):
            print("against %s, at %.1f: P %.3f R %.3f (%d called)" % ((name, threshold) + figures(some, threshold)))
    print("calibration: score, pairs, contradictions among them")
    for low in range(10):
        inside = [r for r in rows if low <= 10 * r["score"] < low + 1]
        if inside:
            right = sum(r["contradiction"] for r in inside)
            print("  %.1f-%.1f %5d  %.3f" % (low / 10, (low + 1) / 10, len(inside), right / len(inside)))
    show("called by mistake", sorted((r for r in rows if not r["contradiction"]), key=lambda r: -r["score"])[:10])
    show("missed", sorted(wanted, key=lambda r: r["score"])[:10])


if __name__ == "__main__":
    main()
