#!/usr/bin/env bash
# All quality figures of lib/lang, on the dev splits.
#
# usage: lang.sh DATA [MODEL]     DATA: directory of the corpora, with the scorers in DATA/../tools
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
gainsay=${GAINSAY:-$here/../../build/release/bin/gainsay}
data=${1:?usage: lang.sh DATA [MODEL]}
export GAINSAY_MODEL=${2:-$here/../../lib/lang/model/english.gsm}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for treebank in ewt gum; do
    gold=$data/ud/en_$treebank-dev.conllu
    python3 "$data/../tools/score_conllu.py" --text "$gold" >"$work/lines"
    "$gainsay" parse --one-sentence-per-line "$work/lines" >"$work/system"
    echo "== $treebank dev, own words: tags, lemmas, syntax"
    python3 "$data/../tools/score_conllu.py" "$gold" "$work/system"
    python3 "$here/score_segments.py" --paragraphs "$gold" >"$work/paragraphs"
    "$gainsay" parse --input text "$work/paragraphs" >"$work/system"
    echo "== $treebank dev, from raw paragraphs: words and sentences"
    python3 "$here/score_segments.py" "$gold" "$work/system"
done

names() {
    echo "== names: $1"
    shift
    python3 "$here/score_names.py" --text "$@" >"$work/lines"
    "$gainsay" parse --one-sentence-per-line "$work/lines" >"$work/system"
    python3 "$here/score_names.py" "$1" "$work/system" "${@:2}"
}
names "worldwide dev" "$data/ner/worldwide-dev.bio"
names "wikigold, held-out fifth" "$data/ner/wikigold.conll" --fifth
