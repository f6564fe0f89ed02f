#!/usr/bin/env bash
# Cuts the power while writers are at work, as far as that goes without a plug: a file system in a
# file is shut down at a random moment, so that all it had not yet written is gone. Afterwards
# everything that was acknowledged has to be there, and everything that was shown on record.
#
#   tests/power-loss.sh [ROUNDS]        COFFER=path of the program (target/release/coffer)
#
# A writer that asks for no durability runs beside in the same way, and has to lose something:
# otherwise the cut proves nothing. Loop devices take what they are given at once, so this shows
# what the file system orders and not what a disk's own cache might forget.
set -Eeuo pipefail
trap 'echo "FAILED: $BASH_COMMAND (line $LINENO)" >&2' ERR
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly rounds=${1:-4}
readonly coffer=$(realpath "${COFFER:-target/release/coffer}")
readonly writers=3

skip() {
    echo "skipped: $rounds rounds of power loss: $1"
    exit 0
}

[[ $(id -u) == 0 ]] || skip 'this needs root'
for tool in losetup mkfs.ext4 mount python3; do
    command -v "$tool" >/dev/null || skip "there is no $tool"
done
[[ -x $coffer ]] || skip "there is no $coffer"
systems=(ext4)
! command -v mkfs.xfs >/dev/null || systems+=(xfs)

memory=/dev/shm
[[ -w $memory ]] || memory=${TMPDIR:-/tmp}
readonly work=$(mktemp -d "$memory/power-loss.XXXXXX")
readonly disk=$work/disk
mkdir "$disk" "$work/state"
export COFFER_VAULT=$disk/coffer.vault COFFER_STATE_DIR=$work/state
groups=()

leave() {
    for group in "${groups[@]}"; do
        kill -KILL -- "-$group" 2>/dev/null || true
    done
    ! mountpoint -q "$disk" || umount -l "$disk"
    rm -rf "$work"
}
trap leave EXIT

council() {
    "$coffer" "$@" --no-input --as 'Pat Provider' --passphrase-file "$work/pass"
}

prepare() {
    (umask 077 && echo 'violet anchor thirty maple' >"$work/pass")
    COFFER_VAULT=$work/coffer.vault
    "$coffer" init --council 'Example Parish Council' --person 'Pat Provider' \
        --new-passphrase-file "$work/pass" --no-input 2>/dev/null
    council collection add Services --kind service 2>/dev/null
    council add Website --collection Services --kind service --generate words:4 2>/dev/null
    COFFER_VAULT=$disk/coffer.vault
}

# An empty file system of the kind, mounted; nothing where that may not be done here.
plug_in() {
    rm -f "$work/image"
    truncate -s 320M "$work/image"
    "mkfs.$1" -q "$work/image"
    mount -o loop "$work/image" "$disk" 2>/dev/null
}

# Adds entries and looks at one, and notes what was acknowledged and how often it was shown.
write_entries() {
    local round=0 title done
    while :; do
        round=$((round + 1))
        title="Entry $1-$round"
        if done=$(council add "$title" --collection Services --kind service \
            --generate words:4 --json 2>/dev/null); then
            echo "$title|$done" >>"$work/acknowledged"
        fi
        if council get Website --reveal >/dev/null 2>&1; then
            echo shown >>"$work/shown"
        fi
    done
}
export -f write_entries council
export work coffer

# The same without durability: this one has to lose.
readonly careless='
import os, sqlite3, sys
store = sqlite3.connect(sys.argv[1], isolation_level=None)
store.execute("PRAGMA synchronous = OFF")
number = 0
while True:
    number += 1
    store.execute("INSERT INTO ack VALUES (?)", (number,))
    with open(sys.argv[2] + ".new", "w") as told:
        told.write(str(number))
    os.replace(sys.argv[2] + ".new", sys.argv[2])
'

start() {
    setsid "$@" &
    groups+=($!)
}

# Every process of the groups has stopped, and none is inside a call any more.
all_stopped() {
    local stat state group wanted
    for stat in /proc/[0-9]*/stat; do
        read -r stat 2>/dev/null <"$stat" || continue
        stat=${stat##*) }
        read -r state _ group _ <<<"$stat"
        for wanted in "${groups[@]}"; do
            [[ $group != "$wanted" || $state == [TtZX] ]] || return 1
        done
    done
}

cut_power() {
    local group
    for group in "${groups[@]}"; do
        kill -STOP -- "-$group"
    done
    until all_stopped; do sleep 0.01; done
    # FS_IOC_SHUTDOWN, which ext4 and XFS share: without flushing the journal.
    python3 -c 'import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack("I", 2))' "$disk"
    for group in "${groups[@]}"; do
        kill -KILL -- "-$group"
        wait "$group" 2>/dev/null || true
    done
    groups=()
    # Whoever was killed holds the disk until they are gone altogether.
    local patience=500
    until umount "$disk" 2>/dev/null; do
        ((patience-- > 0)) || fail 'the disk stays busy'
        sleep 0.01
    done
    mount -o loop "$work/image" "$disk"
}

fail() {
    echo "FAILED: $1"
    exit 1
}

# What was acknowledged is there, what was shown is on record, and the log verifies.
judge() {
    "$coffer" log verify >/dev/null 2>&1 || fail 'the log does not verify'
    council list --json 2>/dev/null >"$work/listed"
    council log show --json 2>/dev/null >"$work/log"
    python3 - "$work" <<'PYTHON'
import json, os, sys
def lines(name):
    return open(os.path.join(sys.argv[1], name)).read().splitlines()
titles = {entry["title"] for entry in json.loads(lines("listed")[0])["entries"]}
log = [json.loads(line) for line in lines("log")]
events = {line["seq"]: line["event"] for line in log}
for line in lines("acknowledged"):
    title, done = line.split("|", 1)
    record = json.loads(done)["record"]
    if title not in titles or events.get(record) != "secret.create":
        sys.exit(f"FAILED: {title}, record {record}, was acknowledged and is lost")
made = sum(line["event"] == "secret.create" and line["outcome"] == "ok" for line in log)
if made != len(titles):
    sys.exit(f"FAILED: {made} entries on record, {len(titles)} there")
shown = sum(line["event"] == "secret.reveal" and line["outcome"] == "ok" for line in log)
if shown < len(lines("shown")):
    sys.exit(f"FAILED: {len(lines('shown'))} times shown, {shown} times on record")
PYTHON
}

one_round() {
    plug_in "$1" || skip 'no file can be mounted here'
    # Each round begins with the same copy: to a machine that remembers the last one, an older one.
    rm -rf "$work/state"
    cp "$work/coffer.vault" "$disk/"
    python3 -c 'import sqlite3, sys
sqlite3.connect(sys.argv[1]).execute("CREATE TABLE ack (number INTEGER)")' "$disk/careless"
    sync -f "$disk"
    : >"$work/acknowledged"
    : >"$work/shown"
    echo 0 >"$work/careless"
    local writer
    for ((writer = 1; writer <= writers; writer++)); do
        start bash -c "write_entries $writer"
    done
    start python3 -c "$careless" "$disk/careless" "$work/careless"
    sleep "1.$((RANDOM % 10))$((RANDOM % 10))"
    cut_power
    judge
    acknowledged=$((acknowledged + $(cat "$work"/acknowledged "$work"/shown | wc -l)))
    local kept
    kept=$(python3 -c 'import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM ack").fetchone()[0])' \
        "$disk/careless" 2>/dev/null || echo 0)
    ((kept >= $(cat "$work/careless"))) || careless_lost=$((careless_lost + 1))
    umount "$disk"
}

acknowledged=0
careless_lost=0
prepare
for ((round = 0; round < rounds; round++)); do
    one_round "${systems[round % ${#systems[@]}]}"
done
((acknowledged > 0)) || fail 'nobody got to write anything'
((careless_lost > 0)) || fail 'the careless writer lost nothing: the cut proves nothing'
echo "power loss: $rounds rounds on ${systems[*]}, $acknowledged acknowledged, 0 lost;" \
    "the careless writer lost in $careless_lost of $rounds"
