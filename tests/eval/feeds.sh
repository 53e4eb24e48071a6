#!/usr/bin/env bash
# The quality figure of lib/source's feeds: how many cases are read as a mature feed parser reads them.
#
# usage: feeds.sh DATA [--list-wrong]     DATA: directory of the corpora, with the scorers in DATA/../tools
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
gainsay=${GAINSAY:-$here/../../build/release/bin/gainsay}
data=${1:?usage: feeds.sh DATA [--list-wrong]}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$gainsay" feed --json "$data"/feeds/cases/* >"$work/system.jsonl" || true # what cannot be read counts as wrong
python3 "$data/../tools/score_feeds.py" "$data/feeds" "$work/system.jsonl" "${@:2}"
