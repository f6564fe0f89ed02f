#!/usr/bin/env bash
# Installs what docs/recovery.md asks for, by that page's own commands:
#
#     tests/recovery/prepare.sh FOLDER
#
# Afterwards FOLDER/recovery/tools is the folder that the page makes. Debian's packages, which the
# page installs first, have to be there.
set -uo pipefail

page=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../../docs/recovery.md")
rm -rf "$1/recovery"
mkdir -p "$1/recovery"
cd "$1/recovery" || exit 1

install=$(sed -n '/^python3 -m venv tools$/,/^```$/p' "$page" | sed '$d')
export PIP_QUIET=1 PIP_DISABLE_PIP_VERSION_CHECK=1

if command -v age >/dev/null && [[ -n $install ]] && timeout 300 sh -ec "$install"; then
    echo 'prepared: recovery'
else
    rm -rf tools
    echo 'skipped: recovery: its tools are not here and could not be installed'
fi
