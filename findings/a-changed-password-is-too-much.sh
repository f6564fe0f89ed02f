#!/usr/bin/env bash
# One would expect: a KeePass file stays readable for every program when one of them changes a
#   password in it.
# What happens: pykeepass puts the changed field behind the element AutoType, at the end of its
#   entry, where the schema of the format allows it. The keepass crate reads the fields only where
#   they stand side by side: it opens the file as it was made, and refuses the whole of it ("duplicate
#   field") once one password was changed, or one field added.
# Seen with: pykeepass 4.2.0, keepass 0.17.0 (crate).
# Here: there is no import of KeePass files yet, and it will not stand on that crate's reading alone.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pykeepass==4.2.0
"$folder/venv/bin/pip" list --disable-pip-version-check 2>/dev/null | grep '^pykeepass '

"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

from pykeepass import PyKeePass, create_database

folder = sys.argv[1]


def keep(file, name):
    file.save(f"{folder}/{name}.kdbx")
    order = " ".join(element.tag for element in file.entries[0]._element)
    print(f"{name:16} {order}")


made = create_database(f"{folder}/made.kdbx", password="example")
made.add_entry(made.root_group, "Cemetery gate", "clerk", "first")
keep(made, "made")

file = PyKeePass(f"{folder}/made.kdbx", password="example")
file.entries[0].password = "second"
keep(file, "password-changed")

file = PyKeePass(f"{folder}/made.kdbx", password="example")
file.entries[0].set_custom_property("Key no.", "7")
keep(file, "field-added")

for name, password in (("made", "first"), ("password-changed", "second"), ("field-added", "first")):
    again = PyKeePass(f"{folder}/{name}.kdbx", password="example")
    assert again.entries[0].password == password
PYTHON

mkdir "$folder/src"
cat >"$folder/Cargo.toml" <<'TOML'
[package]
name = "finding"
version = "0.0.0"
edition = "2021"

[workspace]

[dependencies]
keepass = "=0.17.0"
TOML
cat >"$folder/src/main.rs" <<'RUST'
use std::fs::File;
use std::path::Path;

use keepass::{Database, DatabaseKey};

fn refusal(folder: &Path, name: &str) -> Option<String> {
    let mut file = File::open(folder.join(name).with_extension("kdbx")).unwrap();
    let opened = Database::open(&mut file, DatabaseKey::new().with_password("example"));
    let refusal = opened.err().map(|error| format!("{error:?}"));
    println!("{name:16} {}", refusal.as_deref().unwrap_or("opened"));
    refusal
}

fn main() {
    let folder = std::env::args_os().nth(1).unwrap();
    let folder = Path::new(&folder);
    let stated = refusal(folder, "made").is_none()
        && ["password-changed", "field-added"]
            .into_iter()
            .all(|name| refusal(folder, name).is_some_and(|why| why.contains("duplicate field")));
    if !stated {
        println!("not as stated: the first file is refused, or one of the others is read");
        std::process::exit(1);
    }
    println!("as stated: the file is read until one password in it is changed");
}
RUST
export CARGO_TARGET_DIR=$folder/target
cargo run -q --manifest-path "$folder/Cargo.toml" -- "$folder" || exit 1
cargo tree -q --manifest-path "$folder/Cargo.toml" --prefix none --depth 1 | grep '^keepass '
