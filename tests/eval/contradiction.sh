#!/usr/bin/env bash
# All quality figures of the judge of contradictions, on the dev sets. What the shipped model has learned from is said
# with each; where it has learned from the set, models are learned anew that leave out what they are measured on.
#
# usage: contradiction.sh DATA     DATA: directory of the corpora, with the scorers in DATA/../tools
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
build=${GAINSAY_BUILD:-$root/build/release}
gainsay=${GAINSAY:-$build/bin/gainsay}
data=${1:?usage: contradiction.sh DATA}
export GAINSAY=$gainsay
tools=$data/../tools
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

pairs() {
    "$gainsay" judge --json "$1" >"$work/pairs.out"
    python3 "$tools/score_pairs.py" "$1" "$work/pairs.out"
}

for set in sick-dev sick-train; do
    echo "== $set (never learned from)"
    pairs "$data/nli/$set.jsonl"
done
for set in negation-snli negation-mnli; do
    echo "== $set, even lines (the odd ones were learned from)"
    awk 'NR % 2 == 0' "$data/nli/$set.jsonl" >"$work/even.jsonl"
    pairs "$work/even.jsonl"
done
echo "== breaking-dev (learned from; see the cross-validated line below)"
pairs "$data/nli/breaking-dev.jsonl"

echo "== cross-validated: sentence pairs in five folds; statements of stream-dev, each story by a model of the others"
"$root/deploy/train-judge.sh" "$data" --predictions "$work/predictions.jsonl" "$work/judge.gsm"
python3 "$here/judge_report.py" "$work/predictions.jsonl"

# One line an article of the story ("" for all), without what the annotation adds.
articles() {
    python3 -c '
import json, sys
for line in open(sys.argv[1], encoding="utf8"):
    article = json.loads(line)
    kept = ("id", "url", "publisher", "published", "byline", "title", "text")
    if sys.argv[2] in ("", article.get("story")):
        print(json.dumps({key: article[key] for key in kept if key in article}, ensure_ascii=False))' "$1" "$2"
}

echo "== stream-dev, articles to contradictions, each story by a judge that did not learn from it"
stories=$(python3 -c '
import json, sys
print("\n".join(dict.fromkeys(json.loads(line)["story"] for line in open(sys.argv[1], encoding="utf8"))))' \
    "$data/stream-dev/articles.jsonl")
: >"$work/events.jsonl"
while read -r story; do
    "$root/deploy/train-judge.sh" "$data" --without "$story" "$work/judge.gsm" >"$work/log"
    "$build/lib/join_models" "$work/model.gsm" "$root/lib/lang/model/english.gsm" \
        "$root/lib/statement/model/attribution.gsm" "$work/judge.gsm" "$build/lib/wordnet.gsm"
    articles "$data/stream-dev/articles.jsonl" "$story" >"$work/articles.jsonl"
    GAINSAY_MODEL=$work/model.gsm "$gainsay" digest --json "$work/articles.jsonl" >>"$work/events.jsonl"
done <<<"$stories"
python3 "$tools/score_stream.py" "$data/stream-dev" "$work/events.jsonl" | grep -A 4 '^contradictions'

echo "== seed, with the shipped model (never learned from)"
articles "$data/seed/articles.jsonl" "" >"$work/articles.jsonl"
"$gainsay" digest --json "$work/articles.jsonl" >"$work/events.jsonl"
python3 "$tools/score_stream.py" "$data/seed" "$work/events.jsonl" | grep -A 4 '^contradictions'
