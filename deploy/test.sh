#!/usr/bin/env bash
# Installs what is missing, builds, and runs the tests: the optimised build with everything, and the build under
# AddressSanitizer and UndefinedBehaviorSanitizer with unit and fuzz tests; --full adds the integration tests to that.
set -euo pipefail

usage() {
    cat <<'END'
Usage: deploy/test.sh [--quick | --tsan | --full]

  --quick  the optimised build alone
  --full   also the integration tests under the sanitizers
  --tsan   also the bus and the daemons under ThreadSanitizer
  --help   this text

Ends with status 0 if every test passed; the last lines are ctest's.
END
}

presets=(release asan)
full=no
case ${1-} in
'') ;;
--quick) presets=(release) ;;
--tsan) presets=(tsan release asan) ;;
--full) full=yes ;;
--help | -h) usage && exit 0 ;;
*) echo "deploy/test.sh: unknown option $1; see deploy/test.sh --help" >&2 && exit 2 ;;
esac

# shellcheck source=deploy/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_packages "$root/deploy/packages.txt" "$root/deploy/packages-test.txt"

declare -A chosen=(
    [release]=''
    [asan]='-R ^unit|^fuzz'
    [tsan]='-R unit/bus|integration'
)
if [[ $full == yes ]]; then
    chosen[asan]='-LE chaos'
fi

for preset in "${presets[@]}"; do
    build "$preset" -DGAINSAY_TESTS=ON
done

failed=()
for preset in "${presets[@]}"; do
    say "testing build/$preset"
    read -r -a options <<<"${chosen[$preset]}"
    ctest --test-dir "$root/build/$preset" --output-on-failure --no-tests=error -j "$(nproc)" "${options[@]}" ||
        failed+=("$preset")
done

if ((${#failed[@]} > 0)); then
    echo "Tests failed in: ${failed[*]}" >&2
    exit 1
fi
