#!/usr/bin/env bash
# From a fresh Debian 12 to the live feed on screen: installs what is missing, builds, and runs all daemons on the
# sample news stream. Needs no network once the packages are installed. Ctrl-C stops everything.
set -euo pipefail

usage() {
    cat <<'END'
Usage: deploy/run.sh [--once] [--] [OPTION of `gainsay up`]…

  --once   end when the whole sample stream has come through (for scripts)
  --help   this text

The programs are built in build/release; stores and sockets of the run are in build/run, anew each time.
END
}

once=()
while (($# > 0)); do
    case $1 in
    --once) once=(--once) ;;
    --help | -h) usage && exit 0 ;;
    --) shift && break ;;
    *) echo "deploy/run.sh: unknown option $1; see deploy/run.sh --help" >&2 && exit 2 ;;
    esac
    shift
done

# shellcheck source=deploy/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_packages "$root/deploy/packages.txt"
build release -DGAINSAY_TESTS=OFF -DGAINSAY_BENCH=OFF

gainsay=$root/build/release/bin/gainsay
directory=$root/build/run
rm -rf "$directory"
say "gainsay up --sample --tail (Ctrl-C stops it)"
echo "   from another terminal: $gainsay status --config $directory/gainsay.yaml"
echo
exec "$gainsay" up --sample --tail --directory "$directory" "${once[@]}" "$@"
