# What run.sh and test.sh share; to be sourced.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() {
    printf '\n== %s\n' "$*"
}

# Installs the packages named in the given lists that are not there yet; asks nothing.
install_packages() {
    local package missing=()
    while read -r package _; do
        [[ -z $package || $package == '#'* ]] && continue
        if [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then
            missing+=("$package")
        fi
    done < <(cat "$@")
    if ((${#missing[@]} == 0)); then
        say "all packages are installed"
        return
    fi
    local as_root=()
    if [[ $(id -u) != 0 ]]; then
        if ! command -v sudo >/dev/null; then
            echo "These packages are missing: ${missing[*]}" >&2
            echo "Install them as root, or install sudo, then run this again." >&2
            exit 2
        fi
        as_root=(sudo)
    fi
    say "installing ${missing[*]}"
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# Configures and builds a preset; further arguments go to cmake.
build() {
    local preset=$1
    shift
    say "building build/$preset"
    local log=$root/build/configure-$preset.log
    mkdir -p "$root/build"
    if ! (cd "$root" && cmake --preset "$preset" "$@") >"$log" 2>&1; then
        cat "$log" >&2
        exit 1
    fi
    cmake --build "$root/build/$preset"
}
