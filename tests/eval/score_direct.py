#!/usr/bin/env python3
"""Exact recall of direct content: of the gold contents that stand in quotation marks, how many were found.

usage: score_direct.py GOLD.jsonl SYSTEM.jsonl

Both files hold one JSON object a line, as score_attribution.py of the shared tools reads them. A content is direct
if it begins and ends with a quotation mark; it is found if a content of the system covers the same tokens.
"""
import json
import os
import sys

sys.path.insert(0, os.environ.get("GAINSAY_SCORERS", "."))
import score_attribution as scorer  # noqa: E402

MARKS = "\"“”„«»"


def contents(attributions, tokens):
    return {run for a in attributions for run in scorer.runs(scorer.to_tokens(a.get("content"), tokens))}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    system = {}
    with open(sys.argv[2], encoding="utf8") as lines:
        for line in lines:
            document = json.loads(line)
            system[document["id"]] = document["attributions"]
    found = all_of_them = 0
    with open(sys.argv[1], encoding="utf8") as lines:
        for line in lines:
            gold = json.loads(line)
            tokens = scorer.tokens(gold["text"])
            data = gold["text"].encode("utf8")
            direct = set()
            for begin, end in contents(gold["attributions"], tokens):
                text = data[tokens[begin][0]:tokens[end][1]].decode("utf8").strip(" ,.")
                if len(text) > 1 and text[0] in MARKS and text[-1] in MARKS:
                    direct.add((begin, end))
            found += len(direct & contents(system.get(gold["id"], []), tokens))
            all_of_them += len(direct)
    print("direct content: exact recall %.4f (%d of %d)" % (found / max(1, all_of_them), found, all_of_them))


if __name__ == "__main__":
    main()
