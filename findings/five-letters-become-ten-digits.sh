#!/usr/bin/env bash
# One would expect: the address of a one-time code (otpauth) that a library writes is one that it
#   reads again, and a code written that way is the same code in another program.
# What happens: pyotp reads an address that says encoder=steam and makes codes of five letters and
#   digits of it. The address that it writes for the same object has no encoder and says digits=10.
#   pyotp refuses that one itself; otpauth takes it, and makes codes of ten digits that no site knows.
# Seen with: pyotp 2.12.1 (PyPI), otpauth 9.5.2 (npm).
# Here: a seed that makes no codes is kept as it came, in a field of its own, and the import says so.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pyotp==2.12.1
"$folder/venv/bin/pip" list --disable-pip-version-check 2>/dev/null | grep -i '^pyotp '
npm --prefix "$folder" install --silent --no-audit --no-fund otpauth@9.5.2
npm --prefix "$folder" ls | grep otpauth

"$folder/venv/bin/python" - "$folder/written" <<'PYTHON'
import sys

import pyotp

# The seed of the test vectors of RFC 6238.
READ = "otpauth://totp/Steam:clerk?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Steam&encoder=steam"

steam = pyotp.parse_uri(READ)
code, written = steam.at(0), steam.provisioning_uri()
print("read:   ", READ)
print("code:   ", code)
print("written:", written)
if len(code) != 5 or "encoder" in written or not written.endswith("&digits=10"):
    sys.exit("not as stated: the code has not five signs, or the address says something else")
try:
    pyotp.parse_uri(written)
    sys.exit("not as stated: pyotp reads what it wrote")
except ValueError as why:
    print("pyotp on what it wrote:", why)
with open(sys.argv[1], "w") as file:
    file.write(written)
PYTHON

cat >"$folder/finding.mjs" <<'JS'
import { readFileSync } from 'node:fs';
import { URI } from 'otpauth';

const code = URI.parse(readFileSync(process.argv[2], 'utf8')).generate({ timestamp: 0 });
console.log('otpauth on the same:   ', code);
if (!/^\d{10}$/.test(code)) {
    console.log('not as stated: otpauth makes no ten digits of it');
    process.exit(1);
}
JS
node "$folder/finding.mjs" "$folder/written"
echo 'as stated: five signs when read, ten digits when written, and refused by their writer'
