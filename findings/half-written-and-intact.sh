#!/usr/bin/env bash
# One would expect: immutable=1 is what opens a copy of a database for reading where mode=ro will
#   not; were the file not whole, PRAGMA integrity_check would say so.
# What happens: a program is killed in a transaction that changes 400 rows. With mode=ro the file
#   cannot be read, not a single row, because its journal would have to be played back first. With
#   immutable=1 it is read as it lies: some rows from before a change that was never committed and
#   some from after it, without an error, and integrity_check says ok. mode=rw gives the old rows.
# Seen with: APSW 3.54.1.0, which brings SQLite 3.54.1.
# Here: a vault is never opened as immutable. With a journal to be played back it is looked at in a
#   private copy, journal and all, where SQLite may write.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check apsw==3.54.1.0

mkdir "$folder/data"
"$folder/venv/bin/python" - "$folder/data" <<'PYTHON'
import os
import shutil
import signal
import subprocess
import sys

import apsw

folder = sys.argv[1]
path = os.path.join(folder, "a.db")
print("apsw", apsw.apsw_version(), "with SQLite", apsw.sqlite_lib_version())

maker = apsw.Connection(path)
maker.execute("CREATE TABLE keys (id INTEGER PRIMARY KEY, state TEXT)")
maker.execute("BEGIN")
maker.executemany(
    "INSERT INTO keys VALUES (?, ?)", [(n, "before" + "." * 500) for n in range(400)]
)
maker.execute("COMMIT")
maker.close()

# A small cache, so that pages reach the file before COMMIT, as they do in a large transaction.
killed = """
import os, signal, sys, apsw
writer = apsw.Connection(sys.argv[1])
writer.execute("PRAGMA cache_size = 20")
writer.execute("BEGIN; UPDATE keys SET state = replace(state, 'before', 'after.')")
os.kill(os.getpid(), signal.SIGKILL)
"""
ended = subprocess.run([sys.executable, "-c", killed, path]).returncode
assert ended == -signal.SIGKILL, ended
assert os.path.exists(path + "-journal")


def read(how):
    """How many rows are from before and from after, and what the check says."""
    copy = os.path.join(folder, how.replace("=", "-"))
    os.mkdir(copy)
    for ending in ("", "-journal"):
        shutil.copy(path + ending, os.path.join(copy, "a.db" + ending))
    try:
        connection = apsw.Connection(
            f"file:{copy}/a.db?{how}", apsw.SQLITE_OPEN_URI | apsw.SQLITE_OPEN_READWRITE
        )
        counts = connection.execute(
            "SELECT count(*) FILTER (WHERE state LIKE 'before%'),"
            " count(*) FILTER (WHERE state LIKE 'after%') FROM keys"
        ).fetchone()
        check = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except apsw.ReadOnlyError as error:
        print(f"{how:12} refused: {error}")
        return None
    print(f"{how:12} {counts[0]} rows from before, {counts[1]} from after; integrity_check: {check}")
    return (*counts, check)


if read("mode=ro") is not None:
    sys.exit("not as stated: mode=ro read a file whose journal is to be played back")
before, after, check = read("immutable=1")
if not (before > 0 and after > 0 and before + after == 400 and check == "ok"):
    sys.exit("not as stated: immutable=1 did not give a mixture that passes the check")
if read("mode=rw") != (400, 0, "ok"):
    sys.exit("not as stated: mode=rw did not bring back the rows from before")
PYTHON
echo 'as stated: half a transaction is read as intact, while mode=ro refuses'
