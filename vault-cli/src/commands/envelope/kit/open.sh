#!/bin/sh
# Opens the emergency envelope with the program and the vault file that lie beside this script.
cd "$(dirname "$0")" || exit 1
case $(uname -s) in
Linux) system=linux ;;
Darwin) system=macos ;;
*) system=unknown ;;
esac
case $(uname -m) in
x86_64 | amd64) machine=x86_64 ;;
aarch64 | arm64) machine=aarch64 ;;
*) machine=$(uname -m) ;;
esac
program=./$system-$machine/coffer
[ -f "$program" ] || [ ! -f "./$system-universal/coffer" ] || program=./$system-universal/coffer
if [ ! -f "$program" ]; then
    echo "There is no program for this computer here: it would be $program." >&2
    echo "Try another computer: README.txt says on which this stick starts." >&2
    exit 1
fi
if [ -x "$program" ]; then
    exec "$program" --vault coffer.vault envelope open "$@"
fi
# Some systems start nothing from a stick. A copy on the computer's own disk is started then.
folder=$(mktemp -d) && cp "$program" "$folder/coffer" && chmod 700 "$folder/coffer" || exit 1
"$folder/coffer" --vault coffer.vault envelope open "$@"
status=$?
rm -rf "$folder"
exit "$status"
