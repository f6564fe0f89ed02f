#!/usr/bin/env bash
# One would expect: of three shares any two bring back the secret, and whoever has all three and gives
#   all three gets it too.
# What happens: all three are refused ("wrong number of mnemonics"), though each is right and any two
#   of them suffice; so it is where two of three groups suffice and the shares of all three are given.
#   A share that is given twice stands for one, without a word.
# Seen with: shamir-mnemonic 0.3.0 (PyPI) and slip39 0.1.9 (npm), which agree.
# Here: an envelope is opened by asking for one sheet after the other, and for none more once they
#   suffice.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check shamir-mnemonic==0.3.0
"$folder/venv/bin/pip" list --disable-pip-version-check 2>/dev/null | grep '^shamir-mnemonic '
npm --prefix "$folder" install --silent --no-audit --no-fund slip39@0.1.9
npm --prefix "$folder" ls | grep slip39

"$folder/venv/bin/python" - "$folder/shares.json" <<'PYTHON'
import json
import sys

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

SECRET = b"the parish chest"
(a, b, c), = generate_mnemonics(1, [(2, 3)], SECRET)
(x,), (y,), (z,) = generate_mnemonics(2, [(1, 1), (1, 1), (1, 1)], SECRET)

tries = [
    ("two of three", [a, c], True),
    ("all three", [a, b, c], False),
    ("two, one of them twice", [a, a, b], True),
    ("two groups of three", [x, z], True),
    ("all three groups", [x, y, z], False),
]
for what, shares, stated in tries:
    try:
        opened = combine_mnemonics(shares) == SECRET
        print(f"shamir-mnemonic  {what:23} opened: {opened}")
    except MnemonicError as why:
        opened = False
        print(f"shamir-mnemonic  {what:23} refused: {why}")
    if opened != stated:
        sys.exit(f"not as stated: {what}")
with open(sys.argv[1], "w") as file:
    json.dump(tries, file)
PYTHON

cat >"$folder/finding.mjs" <<'JS'
import { readFileSync } from 'node:fs';
import slip39 from 'slip39';

for (const [what, shares, stated] of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
    let opened = false;
    let said;
    try {
        const secret = Buffer.from(slip39.recoverSecret(shares, '')).toString();
        opened = secret === 'the parish chest';
        said = `opened: ${opened}`;
    } catch (why) {
        said = `refused: ${why.message.replace(/\s+/g, ' ')}`;
    }
    console.log(`slip39           ${what.padEnd(23)} ${said}`);
    if (opened !== stated) {
        console.log(`not as stated: ${what}`);
        process.exit(1);
    }
}
JS
node "$folder/finding.mjs" "$folder/shares.json"
echo 'as stated: one right share more than suffices, and both programs refuse'
