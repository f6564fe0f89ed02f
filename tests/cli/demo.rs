//! The first command that anybody runs.

use std::fs;
use std::path::PathBuf;

use crate::desk::{Desk, text};

#[test]
fn the_demo_ends_with_a_sealed_envelope_nothing_to_do_and_a_log_that_verifies() {
    let desk = Desk::empty();
    let told = desk.run(&["demo"]).done().stderr;
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
}
