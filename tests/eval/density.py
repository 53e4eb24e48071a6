#!/usr/bin/env python3
"""Contradictions at the density of real news: a campaign's articles read as one stream.

usage: density.py read GAINSAY ARTICLES.jsonl EVENTS.jsonl   articles in order of publication through `gainsay digest`
       density.py draw EVENTS.jsonl [--count N] [--seed N]   N of the reported contradictions at random, to be judged
       density.py score EVENTS.jsonl VERDICTS.tsv            how many of those judged are right

VERDICTS.tsv: what `draw` printed, "?" replaced by "right" or "wrong" and a remark behind it. A contradiction that the
feed took back, or that a later event with the same id replaced, does not count.
"""
import argparse
import json
import random
import subprocess
import sys


def read_stream(gainsay, articles, events):
    kept = ("id", "url", "publisher", "published", "byline", "title", "text")
    rows = [json.loads(line) for line in open(articles, encoding="utf8")]
    rows.sort(key=lambda row: (row.get("published") or "", row["id"]))
    stream = "".join(
        json.dumps({key: row[key] for key in kept if key in row}, ensure_ascii=False) + "\n" for row in rows
    )
    with open(events, "wb") as out:
        done = subprocess.run([gainsay, "digest", "--json", "-"], input=stream.encode("utf8"), stdout=out, check=False)
    return done.returncode


def standing(path):
    """Contradictions that stand at the end, by id, and the number of statements that do."""
    found, statements = {}, set()
    for line in open(path, encoding="utf8"):
        event = json.loads(line)
        for name in ("statement", "statement_update"):
            if name in event:
                statements.add(event[name]["statement_id"])
        if "contradiction" in event:
            contradiction = event["contradiction"]
            if contradiction.get("relation", "CONTRADICTS") == "CONTRADICTS":
                found[contradiction["contradiction_id"]] = contradiction
        if "retraction" in event:
            gone = event["retraction"]
            found.pop(gone.get("contradiction_id", ""), None)
            statements.discard(gone.get("statement_id", ""))
    return found, len(statements)


def side(statement):
    speaker = statement.get("speaker", {})
    who = ", ".join(filter(None, (speaker.get("name"), speaker.get("role"), speaker.get("country")))) or "unnamed"
    day = statement.get("said_on") or statement.get("published", "")[:10]
    return f"{who} ({day}, {statement.get('article_id', '')}): {' '.join(statement['text'].split())}"


def draw(path, count, seed):
    found, statements = standing(path)
    drawn = sorted(found)
    random.Random(seed).shuffle(drawn)
    per_thousand = 1000 * len(found) / statements if statements else 0
    print(f"# {len(found)} contradictions of {statements} statements, {per_thousand:.1f} per 1,000; seed {seed}")
    for key in drawn[:count]:
        one = found[key]
        print(f"{key}\t?\t\t{one.get('kind', '')} {one.get('score', 0):.2f}")
        print(f"#  A {side(one['a'])}\n#  B {side(one['b'])}\n#  {one.get('reason', '')}\n#")


def score(path, verdicts):
    found, _ = standing(path)
    right = judged = gone = 0
    for line in open(verdicts, encoding="utf8"):
        columns = line.rstrip("\n").split("\t")
        if line.startswith("#") or len(columns) < 2:
            continue
        if columns[1] not in ("right", "wrong"):
            sys.exit(f"{verdicts}: {columns[0]} has no verdict")
        gone += columns[0] not in found
        judged += columns[0] in found
        right += columns[0] in found and columns[1] == "right"
    share = right / judged if judged else 0
    print(f"right {right} of {judged}, {share:.2f}; judged, but no longer reported: {gone}")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("read")
    one.add_argument("gainsay"), one.add_argument("articles"), one.add_argument("events")
    two = commands.add_parser("draw")
    two.add_argument("events"), two.add_argument("--count", type=int, default=60)
    two.add_argument("--seed", type=int, default=1)
    three = commands.add_parser("score")
    three.add_argument("events"), three.add_argument("verdicts")
    options = parser.parse_args()
    if options.command == "read":
        sys.exit(read_stream(options.gainsay, options.articles, options.events))
    if options.command == "draw":
        draw(options.events, options.count, options.seed)
    else:
        score(options.events, options.verdicts)


if __name__ == "__main__":
    main()
