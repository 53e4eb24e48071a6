#!/usr/bin/env bash
# The recipe of the language model: installs what is missing, builds, trains lib/lang/model/english.gsm from the corpora
# and measures it on the dev splits.
set -euo pipefail

usage() {
    cat <<'END'
Usage: deploy/train.sh DATA [MODEL]

  DATA   directory of the corpora: ud/, polnear-silver/, ner/, gazetteer/
  MODEL  the file to write (default: lib/lang/model/english.gsm)
  --help this text

Takes less than an hour on two processors. The figures at the end need the scorers in DATA/../tools.
END
}

case ${1-} in
--help | -h) usage && exit 0 ;;
'' | -*) usage >&2 && exit 2 ;;
esac

# shellcheck source=deploy/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

data=$(cd "$1" && pwd)
model=${2-$root/lib/lang/model/english.gsm}
install_packages "$root/deploy/packages.txt" "$root/deploy/packages-train.txt"
build release -DGAINSAY_TESTS=OFF -DGAINSAY_BENCH=OFF
"$root/build/release/bin/gainsay" train --data "$data" "$model"
exec "$root/tests/eval/lang.sh" "$data" "$model"
