#!/usr/bin/env bash
# Trains the judge of contradictions: about two minutes on one processor.
#
# usage: train-judge.sh DATA [OPTIONS of gainsay train] MODEL     DATA: directory of the corpora
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
gainsay=${GAINSAY:-${GAINSAY_BUILD:-$root/build/release}/bin/gainsay}
data=${1:?usage: train-judge.sh DATA [OPTIONS] MODEL}
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Ordinary news: the articles that headlines of the Fake News Challenge were held against.
python3 - "$data/fnc1/competition_test_bodies.csv" >"$work/ordinary.jsonl" <<'PY'
import csv
import json
import sys

csv.field_size_limit(1 << 30)
for row in csv.DictReader(open(sys.argv[1], encoding="utf8")):
    text = row["articleBody"].replace("\r", "").strip()
    title = text.partition("\n")[0][:120]
    article = {"id": "fnc-" + row["Body ID"], "publisher": "fnc1", "published": "2015-03-01T12:00:00Z",
               "title": title, "text": text}
    print(json.dumps(article, ensure_ascii=False))
PY
"$gainsay" extract --json "$work/ordinary.jsonl" >"$work/ordinary.out"
"$gainsay" train --data "$data" --only judge --stories "$root/lib/contradiction/train/stories" \
    --ordinary "$work/ordinary.out" "$@"
