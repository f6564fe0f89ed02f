#!/usr/bin/env bash
# What the program costs with more in the vault than a council has in a lifetime: processor time,
# user and system, in milliseconds. Builds nothing: `just speed` does that first.
#
#     tests/speed.sh COFFER STAGE [RUNS]
#
# COFFER is the program and STAGE the tool that makes the vaults. They are made in memory, where
# the system has such a folder, so that no disk is measured. What a passphrase costs is measured by
# a vault with one entry, and taken off: the rest is what grows, or must not. The two are run in
# turn and compared by their medians, since the derivation alone varies by more than all the rest.
set -euo pipefail

coffer=$(realpath "$1")
stage=$(realpath "$2")
runs=${3:-15}
room=/dev/shm
[ -d "$room" ] || room=${TMPDIR:-/tmp}
folder=$(mktemp -d "$room/coffer-speed-XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export COFFER_STATE_DIR="$folder/state"
printf 'purple candle river seven' > passphrase
who=(--as "Pat Provider" --passphrase-file passphrase --no-input)

"$stage" one.vault passphrase 1 12
"$stage" hundred.vault passphrase 100 100000
"$stage" many.vault passphrase 10000 100000

# What one run takes, in milliseconds of processor time.
cost() {
    local TIMEFORMAT='%U %S'
    { time "$coffer" "$@" > /dev/null 2>&1; } 2>&1 | awk '{ printf "%d\n", ($1 + $2) * 1000 }'
}

median() {
    sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'
}

# The median over all runs of what COMMAND takes with VAULT, or beyond the same with one entry.
measure() {
    local label=$1 vault=$2 run
    shift 2
    cost "$@" --vault "$vault" > /dev/null
    for ((run = 0; run < runs; run++)); do
        cost "$@" --vault one.vault >> one
        cost "$@" --vault "$vault" >> more
    done
    printf '%-34s %8d %8d %8d\n' "$label" "$(median < one)" "$(median < more)" \
        $(($(median < more) - $(median < one)))
    rm one more
}

printf '%-34s %8s %8s %8s\n' "milliseconds, median of $runs" "1 entry" "N" "beyond"
for size in "100 hundred" "10000 many"; do
    read -r entries vault <<< "$size"
    measure "get, N=$entries" "$vault.vault" get entry-0 --reveal "${who[@]}"
    measure "list, N=$entries" "$vault.vault" list "${who[@]}"
    measure "status, N=$entries" "$vault.vault" status
done
measure "log verify --quick, N=10000" many.vault log verify --quick
