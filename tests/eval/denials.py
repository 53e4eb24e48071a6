#!/usr/bin/env python3
"""Denials that point at a claim: how many there are, and how many of those that were read have the right claim.

usage: denials.py EXTRACTED.jsonl [--unread]

EXTRACTED.jsonl is what `gainsay extract --json ../shared/data/polnear/train.jsonl` printed. denials.tsv beside this file
has the verdicts of somebody who read each denial in its article: article, first words of the claim, right or wrong.
--unread lists the denials without a verdict, to be read; a verdict whose denial is no longer found is counted as gone.
"""

import collections
import json
import pathlib
import sys

WORDS = 6


def verdicts():
    table = {}
    for line in (pathlib.Path(__file__).parent / "denials.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            article, claim, verdict = line.split("\t")
            table[article, claim] = verdict
    return table


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    table, seen, statements = verdicts(), set(), 0
    counts = collections.defaultdict(collections.Counter)
    for line in open(sys.argv[1], encoding="utf-8"):
        document = json.loads(line)
        for statement in document["statements"]:
            statements += 1
            if not statement.get("denied_claim"):
                continue
            key = document["id"], " ".join(statement["denied_claim"].split()[:WORDS])
            verdict = table.get(key, "unread")
            seen.add(key)
            counts[statement["denied_from"]][verdict] += 1
            if verdict == "unread" and "--unread" in sys.argv:
                print(*key, sep="\t", end="\t")
                print(statement["speaker"].get("name"), statement["cue_text"], statement["text"][:120].replace("\n", " "))
    print(f"{statements} statements, {sum(map(lambda c: sum(c.values()), counts.values()))} denials of a claim")
    for source, found in sorted(counts.items()):
        read = found["right"] + found["wrong"]
        print(f"  claim found in {source:9} {sum(found.values()):4}   right {found['right']} of {read} that were read")
    print(f"  {len(set(table) - seen)} of {len(table)} verdicts are of denials that are gone")


if __name__ == "__main__":
    main()
