#!/usr/bin/env bash
# One would expect: a database that is opened only to read is left as it was found, and if one of
#   two ways to open it leaves something behind, it is the one that may write.
# What happens: the other way round. A database whose journal mode is WAL, at rest and alone in its
#   folder, has two more files beside it after a connection with mode=ro has read one row and has
#   closed. A connection that may write and reads the same row leaves none, and clears up the two
#   that the read-only one left.
# Seen with: APSW 3.54.1.0, which brings SQLite 3.54.1.
# Here: a vault keeps the rollback journal. Where somebody else made its file a WAL one, it is
#   recognised by its header before SQLite opens it, and is looked at in a private copy.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check apsw==3.54.1.0

mkdir "$folder/data"
"$folder/venv/bin/python" - "$folder/data" <<'PYTHON'
import os
import sys

import apsw

folder = sys.argv[1]
path = os.path.join(folder, "a.db")
print("apsw", apsw.apsw_version(), "with SQLite", apsw.sqlite_lib_version())


def lying_there(when):
    names = sorted(os.listdir(folder))
    print(f"{when:32}", *names)
    return names


def read(mode):
    connection = apsw.Connection(
        f"file:{path}?mode={mode}", apsw.SQLITE_OPEN_URI | apsw.SQLITE_OPEN_READWRITE
    )
    row = connection.execute("SELECT count(*) FROM keys").fetchone()
    connection.close()
    assert row == (1,), row


maker = apsw.Connection(path)
assert maker.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
maker.execute("CREATE TABLE keys (name TEXT); INSERT INTO keys VALUES ('cemetery gate')")
maker.close()

at_rest = lying_there("at rest:")
read("ro")
after_reader = lying_there("after a reader with mode=ro:")
read("rw")
after_writer = lying_there("after a reader with mode=rw:")

if at_rest != ["a.db"] or after_writer != ["a.db"]:
    sys.exit("not as stated: files lie there before the reader, or after a connection with mode=rw")
if after_reader != ["a.db", "a.db-shm", "a.db-wal"]:
    sys.exit("not as stated: a reader with mode=ro did not leave two files")
PYTHON
echo 'as stated: the read-only reader left two files, the one that may write none'
