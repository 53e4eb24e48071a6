#!/usr/bin/env bash
# The recipe of the model: installs what is missing, builds, trains lib/lang/model/english.gsm and on top of it
# lib/statement/model/attribution.gsm and lib/contradiction/model/judge.gsm from the corpora, joins them and measures
# all on the dev splits.
set -euo pipefail

usage() {
    cat <<'END'
Usage: deploy/train.sh [--attribution | --judge] DATA

  DATA           directory of the corpora: ud/, polnear-silver/, ner/, gazetteer/, polnear/, nli/, stream-dev/
  --attribution  train the attribution network alone, on the language model that is there
  --judge        train the judge of contradictions alone, on the language model that is there: two minutes
  --help         this text

Takes an hour on two processors; the attribution network alone a few minutes. The figures at the end need the scorers
in DATA/../tools.
END
}

language=yes attribution=yes
case ${1-} in
--help | -h) usage && exit 0 ;;
--attribution) language=no && shift ;;
--judge) language=no attribution=no && shift ;;
esac
case ${1-} in
'' | -*) usage >&2 && exit 2 ;;
esac

# shellcheck source=deploy/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

data=$(cd "$1" && pwd)
install_packages "$root/deploy/packages.txt" "$root/deploy/packages-train.txt"
build release -DGAINSAY_TESTS=OFF -DGAINSAY_BENCH=OFF
train() {
    "$root/build/release/bin/gainsay" train --data "$data" "$@"
}
if [[ $language == yes ]]; then
    train --only language "$root/lib/lang/model/english.gsm"
fi
if [[ $attribution == yes ]]; then
    train --only attribution --language "$root/lib/lang/model/english.gsm" "$root/lib/statement/model/attribution.gsm"
fi
build release -DGAINSAY_TESTS=OFF -DGAINSAY_BENCH=OFF
# The judge reads with the language model and WordNet, which the build has joined.
"$root/deploy/train-judge.sh" "$data" "$root/lib/contradiction/model/judge.gsm"
build release -DGAINSAY_TESTS=OFF -DGAINSAY_BENCH=OFF
"$root/tests/eval/lang.sh" "$data"
"$root/tests/eval/statement.sh" "$data"
exec "$root/tests/eval/contradiction.sh" "$data"
