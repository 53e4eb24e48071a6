#!/usr/bin/env bash
# Follows the gateway's live events with curl, in order, over restarts of either side. A kill between telling an event and
# noting its number tells it once more.
#
# usage: follow.sh URL [STATE]      URL: http://127.0.0.1:7780/api/v1/events?type=contradiction
set -euo pipefail
url=${1:?usage: follow.sh URL [STATE]}
state=${2:-/dev/null}
last=$(cat "$state" 2>/dev/null || true)
while true; do
    while IFS= read -r line; do
        case $line in
        "id: "*) id=${line#id: } ;;
        "event: "*) kind=${line#event: } ;;
        "data: "*) data=${line#data: } ;;
        "") # the event is whole; "position" only tells where we are
            [[ ${kind-} == position || -z ${data-} ]] || printf '%s\n' "$data"
            if [[ -n ${id-} ]]; then
                last=$id
                [[ $state == /dev/null ]] || { printf '%s' "$id" >"$state.new" && mv "$state.new" "$state"; }
            fi
            kind='' data=''
            ;;
        esac
    done < <(curl --silent --no-buffer --fail ${last:+--header "Last-Event-ID: $last"} "$url")
    sleep 1
done
