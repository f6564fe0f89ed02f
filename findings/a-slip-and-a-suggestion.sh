#!/usr/bin/env bash
# One would expect: for a command that there is not, the one that is suggested is the one with the
#   fewest slips of the keyboard between.
# What happens: for `edit`, and for `exit`, `get` is suggested, three of whose four letters would
#   have to be other ones. For `gte`, which is `get` with two keys in the wrong order, nothing is:
#   the measure (Jaro, over 0.7) seeks a letter of so short a word at its own place alone, and it
#   adds for what is common and not for what is different.
# Seen with: clap 4.6.7 (clap_builder 4.6.7).
# Here: of clap's suggestions the program passes on only one that is at most two slips away, and words
#   such as edit, which have another name here, are answered first.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/src"
cat >"$folder/Cargo.toml" <<'TOML'
[package]
name = "finding"
version = "0.0.0"
edition = "2021"

[workspace]

[dependencies]
clap = "=4.6.7"
TOML
cat >"$folder/src/main.rs" <<'RUST'
use clap::Command;
use clap::error::{ContextKind, ContextValue};

const COMMANDS: [&str; 4] = ["init", "status", "get", "add"];

fn suggested(typed: &str) -> Vec<String> {
    let program = COMMANDS.iter().fold(Command::new("program"), |program, name| {
        program.subcommand(Command::new(*name))
    });
    let error = program.try_get_matches_from(["program", typed]).unwrap_err();
    let found = match error.get(ContextKind::SuggestedSubcommand) {
        Some(ContextValue::Strings(names)) => names.clone(),
        Some(ContextValue::String(name)) => vec![name.clone()],
        _ => Vec::new(),
    };
    println!("{typed:6} -> {found:?}");
    found
}

fn main() {
    println!("of {COMMANDS:?}:");
    let stated = suggested("edit") == ["get"]
        && suggested("exit") == ["get"]
        && suggested("statsu") == ["status"]
        && suggested("gte").is_empty();
    if !stated {
        println!("not as stated: what is suggested for edit, exit, statsu or gte is something else");
        std::process::exit(1);
    }
    println!("as stated: `edit` is taken for a slip of `get`, and `gte` is not");
}
RUST
export CARGO_TARGET_DIR=$folder/target
cargo run -q --manifest-path "$folder/Cargo.toml" || exit 1
cargo tree -q --manifest-path "$folder/Cargo.toml" --prefix none | grep -E '^(clap|clap_builder|strsim) '
