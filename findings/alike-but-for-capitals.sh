#!/usr/bin/env bash
# One would expect: two names that differ only in capitals look alike, and whoever compares the
#   skeletons of UTS 39 ("confusable") and ignores case finds all such pairs and more.
# What happens: a skeleton is made of letters as they stand. Capital I becomes l and small m becomes
#   rn, while i and M stay what they are. With case ignored afterwards, Mark and mark have two
#   different looks, and so have MARTIN and Martin, which any comparison without case finds. With
#   case ignored before, PauI (with a capital i) and Paul have two. Both comparisons are needed.
# Seen with: unicode-security 0.1.3 (its tables are those of Unicode 18.0.0).
# Here: names of collections are compared without case as well as by their look.
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
unicode-security = "=0.1.3"
TOML
cat >"$folder/src/main.rs" <<'RUST'
use unicode_security::{UNICODE_VERSION, skeleton};

fn case_after(text: &str) -> String {
    skeleton(text).collect::<String>().to_lowercase()
}

fn case_before(text: &str) -> String {
    skeleton(&text.to_lowercase()).collect()
}

fn main() {
    println!("tables of Unicode {UNICODE_VERSION:?}");
    // The pair, and whether it is found with case ignored after the skeleton and before it.
    let stated = [
        ("Mark", "mark", false, true),
        ("MARTIN", "Martin", false, true),
        ("PauI", "Paul", true, false),
    ];
    let mut wrong = false;
    for (one, other, after, before) in stated {
        let found_after = case_after(one) == case_after(other);
        let found_before = case_before(one) == case_before(other);
        println!(
            "{one:6} {other:6}  case ignored after: {found_after:5} ({}, {})  before: {found_before:5} ({}, {})",
            case_after(one), case_after(other), case_before(one), case_before(other),
        );
        wrong |= found_after != after || found_before != before;
    }
    if wrong {
        println!("not as stated: one of the pairs is found, or missed, otherwise");
        std::process::exit(1);
    }
    println!("as stated: with case ignored after the skeleton, Mark and mark do not look alike");
}
RUST
export CARGO_TARGET_DIR=$folder/target
cargo run -q --manifest-path "$folder/Cargo.toml" || exit 1
cargo tree -q --manifest-path "$folder/Cargo.toml" --prefix none | grep '^unicode-security '
