#!/usr/bin/env bash
# Installs what docs/recovery.md asks for, by that page's own commands:
#
#     tests/recovery/prepare.sh FOLDER
#
# Afterwards FOLDER/recovery/tools is the folder that the page makes, unless something cannot be had,
# which is said. Debian's packages, which the page installs first, have to be there.
set -euo pipefail

page=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../../docs/recovery.md")
rm -rf "$1/recovery"
mkdir -p "$1/recovery"
cd "$1/recovery"

skip() {
    rm -rf tools
    echo "skipped: recovery without the program: $1"
    exit
}

command -v age >/dev/null || skip 'age is not here'
install=$(sed -n '/^python3 -m venv tools$/,/^```$/p' "$page" | sed '$d')
export PIP_QUIET=1 PIP_DISABLE_PIP_VERSION_CHECK=1
timeout 300 sh -ec "${install:?the page has no such commands}" >/dev/null ||
    skip 'its packages could not be installed'
echo 'prepared: recovery without the program'
