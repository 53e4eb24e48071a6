#!/usr/bin/env bash
# All quality figures of lib/statement, on the dev sets.
#
# usage: statement.sh DATA [MODEL]     DATA: directory of the corpora, with the scorers in DATA/../tools
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
gainsay=${GAINSAY:-$here/../../build/release/bin/gainsay}
data=${1:?usage: statement.sh DATA [MODEL]}
if [[ -n ${2-} ]]; then
    export GAINSAY_MODEL=$2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

articles() {
    python3 -c '
import json, sys
for line in open(sys.argv[1], encoding="utf8"):
    article = json.loads(line)
    kept = ("id", "url", "publisher", "published", "byline", "title", "text")
    print(json.dumps({key: article[key] for key in kept if key in article}, ensure_ascii=False))' "$1"
}

echo "== PolNeAR dev: attributions"
articles "$data/polnear/dev.jsonl" >"$work/articles.jsonl"
"$gainsay" extract --json "$work/articles.jsonl" >"$work/system.jsonl"
python3 "$data/../tools/score_attribution.py" "$data/polnear/dev.jsonl" "$work/system.jsonl"
GAINSAY_SCORERS=$data/../tools python3 "$here/score_direct.py" "$data/polnear/dev.jsonl" "$work/system.jsonl"

for stream in stream-dev seed; do
    echo "== $stream: statements and contradictions"
    articles "$data/$stream/articles.jsonl" >"$work/articles.jsonl"
    "$gainsay" digest --json "$work/articles.jsonl" >"$work/events.jsonl"
    python3 "$data/../tools/score_stream.py" "$data/$stream" "$work/events.jsonl"
    if [[ $stream == stream-dev ]]; then
        python3 "$here/reliability.py" "$data/$stream" "$work/events.jsonl"
    fi
done
