//! The first command that anybody runs.

use std::fs;
use std::path::PathBuf;

use crate::desk::{Desk, text};

#[test]
fn the_demo_ends_with_a_sealed_envelope_nothing_to_do_and_a_log_that_verifies() {
    let desk = Desk::empty();
    let ran = desk.run(&["demo"]).done();
    let told = &ran.stderr;
    for story in ["== 1. ", "== 2. ", "== 3. ", "Duties that are left: 0."] {
        assert!(told.contains(story), "{story} in {told}");
    }
    let mut folders = fs::read_dir(desk.path("tmp")).expect("a folder");
    let folder: PathBuf = folders
        .next()
        .expect("the demo's folder")
        .expect("its name")
        .path();
    let vault = text(&folder.join("coffer.vault"));
    desk.run(&["--vault", &vault, "status"]).done();
    desk.run(&["--vault", &vault, "log", "verify"]).done();
    let envelope = ["--vault", &vault, "envelope", "status", "--json"];
    let envelope = desk.run(&envelope).done().json();
    assert_eq!(envelope["state"], "sealed");
    assert_eq!(envelope["epoch"], 2);

    // It shows its commands, its own rotation and opening, and what was done to the file.
    let next = String::from_utf8(ran.stdout.clone()).expect("text");
    let all = format!("{told}{next}");
    for shown in [
        "$ coffer rotate \"Website admin\" --confirm",
        "$ coffer envelope open",
        "confirm new password",
        "open envelope",
        "== 4. ",
        "found: the access log does not verify: record ",
        "found: this is an older copy of the vault",
    ] {
        assert!(all.contains(shown), "{shown} in {all}");
    }
    // It says what stays where, and how to remove it.
    let shown = text(&folder);
    assert!(told.contains(&shown) && told.contains("0700"), "{told}");
    assert!(next.contains(&format!("rm -r {shown}")), "{next}");
}

#[cfg(unix)]
#[test]
fn what_the_demo_proposes_works_as_it_is_printed() {
    let desk = Desk::empty();
    let ran = desk.run(&["demo"]).done();
    let next = String::from_utf8(ran.stdout).expect("text");
    let lines = next.lines().filter_map(|line| line.strip_prefix("  "));
    // An alias is for people at a terminal: a script has a function of that name.
    let script: Vec<String> = lines
        .map(|line| match line.strip_prefix("alias coffer=") {
            Some(program) => format!("coffer() {{ {program} \"$@\"; }}"),
            None => line.to_owned(),
        })
        .collect();
    assert!(script.len() >= 8, "{next}");
    let script = format!("set -e\n{}\n", script.join("\n"));
    let out = desk.by_tool("sh", &["-c", &script]).output();
    let out = out.expect("a shell");
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{script}: {said}");
    let left = fs::read_dir(desk.path("tmp")).expect("a folder").count();
    assert_eq!(left, 0, "the last line removes the folder");
}
