#!/usr/bin/env bash
# Puts the checkers in order, each with the foreign packages that it stands on:
#
#     tests/external/prepare.sh FOLDER
#
# Afterwards FOLDER/go, FOLDER/python and FOLDER/npm are programs. One whose packages are not here
# and cannot be had is left out, which is said; a source that does not build is a failure. `go`
# needs Debian's golang-go and golang-golang-x-mod-dev and fetches nothing; `python` and `npm` fetch
# the versions that are written down beside them.
set -euo pipefail

sources=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
mkdir -p "$1"
cd "$1"
readonly sources folder=$PWD

# Where Debian keeps the sources of Go packages.
readonly gopath=/usr/share/gocode

# Writes the program $1, which runs the other words.
write_program() {
    local program=$1
    shift
    {
        echo '#!/usr/bin/env bash'
        printf 'exec'
        printf ' %q' "$@"
        echo ' "$@"'
    } >"$program"
    chmod +x "$program"
    echo "prepared: the $program checker"
}

skip() {
    echo "skipped: the $1 checker: $2"
}

prepare_go() {
    command -v go >/dev/null || { skip go 'golang-go is not here' && return; }
    [[ -d $gopath/src/golang.org/x/mod/sumdb ]] ||
        { skip go 'golang-golang-x-mod-dev is not here' && return; }
    export GO111MODULE=off GOPATH=$gopath GOCACHE=$folder/go.cache GOFLAGS='' GOTOOLCHAIN=local
    (cd "$sources/go" && go vet . && go build -trimpath -o "$folder/go.program" .)
    write_program go "$folder/go.program"
}

prepare_python() {
    python3 -m venv --clear python.packages >/dev/null ||
        { skip python 'python3-venv is not here' && return; }
    local pip=(python.packages/bin/pip --quiet --disable-pip-version-check)
    timeout 300 "${pip[@]}" install --no-deps --only-binary :all: \
        --requirement "$sources/python/requirements.txt" ||
        { skip python 'its packages could not be installed' && return; }
    write_program python "$folder/python.packages/bin/python" "$sources/python/check.py"
}

prepare_npm() {
    command -v npm >/dev/null || { skip npm 'npm is not here' && return; }
    rm -rf npm.packages
    mkdir npm.packages
    cp "$sources"/npm/package*.json npm.packages
    timeout 300 npm ci --prefix npm.packages --engine-strict --ignore-scripts --no-audit --no-fund \
        --loglevel=error >/dev/null || { skip npm 'its packages could not be installed' && return; }
    local node modules=$folder/npm.packages/node_modules
    node=$(command -v node)
    write_program npm env "NODE_PATH=$modules" "$node" "$sources/npm/check.js"
}

rm -f go python npm
prepare_go
prepare_python
prepare_npm
