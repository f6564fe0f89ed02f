#!/usr/bin/env bash
# One would expect: an entry that is given a date of expiry in the past has expired, whether the date
#   is given as it is made or afterwards.
# What happens: given to add_entry the date also sets the flag Expires, and the entry has expired.
#   Set afterwards, through the attribute of the same name, it is stored and read back, and the flag
#   stays False: the entry never expires, there and in any other program that heeds the flag.
# Seen with: pykeepass 4.2.0.
# Here: there is no import of KeePass files yet; one that is made has to go by the flag, not the date.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pykeepass==4.2.0
"$folder/venv/bin/pip" list --disable-pip-version-check 2>/dev/null | grep '^pykeepass '

"$folder/venv/bin/python" - "$folder/a.kdbx" <<'PYTHON'
import sys
from datetime import datetime, timezone

from pykeepass import PyKeePass, create_database

PAST = datetime(2020, 1, 1, tzinfo=timezone.utc)

file = create_database(sys.argv[1], password="example")
file.add_entry(file.root_group, "given when made", "clerk", "x", expiry_time=PAST)
file.add_entry(file.root_group, "set afterwards", "clerk", "x").expiry_time = PAST
file.save()

expired = {}
for entry in PyKeePass(sys.argv[1], password="example").entries:
    print(f"{entry.title:16} {entry.expiry_time}  expires: {entry.expires}  expired: {entry.expired}")
    if entry.expiry_time != PAST:
        sys.exit("not as stated: the date was not kept")
    expired[entry.title] = entry.expired

if expired != {"given when made": True, "set afterwards": False}:
    sys.exit("not as stated: the two entries have another state")
PYTHON
echo 'as stated: a date of expiry that is set afterwards is kept and does nothing'
