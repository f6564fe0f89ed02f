//! Copies of the vault: which file is which, and what a copy may not do to the original.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use harness::{CLERK, PROVIDER};
use rusqlite::Connection;

use crate::desk::{Desk, has_tool, records, skip, text, tool};
use crate::keeping::{copied, names_in};
use crate::ran::fed;

const GET: [&str; 3] = ["get", "Website", "--reveal"];

fn on(file: &str) -> [&str; 2] {
    ["--vault", file]
}

#[test]
fn looking_into_a_copy_locks_nobody_out_of_the_original() {
    let desk = Desk::at_work();
    desk.by(PROVIDER, &GET).done();
    let live = text(&desk.vault());
    let copy = desk.file("out/copy.vault", &fs::read(&live).expect("the vault"));
    desk.by(PROVIDER, &[&["list"][..], &on(&copy)].concat())
        .done();
    // The copy has a record now that the original has not: it is named, and nobody accused.
    let back = desk.by(PROVIDER, &["list"]).done();
    assert!(back.stderr.contains(&format!("is {copy}")), "{back:?}");
    assert!(!back.stderr.contains("older copy"), "{back:?}");
    // From now on people work with the original, and the copy is the one that lacks something.
    assert!(!desk.by(PROVIDER, &["list"]).done().stderr.contains(&copy));
    let again = desk
        .by(PROVIDER, &[&["list"][..], &on(&copy)].concat())
        .done();
    assert!(again.stderr.contains(&format!("is {live}")), "{again:?}");
    desk.run(&["log", "verify", "--state"]).done();
}

#[test]
fn a_file_in_an_unknown_place_must_have_what_was_seen_and_both_files_are_named() {
    let desk = Desk::at_work();
    desk.by(PROVIDER, &GET).done();
    let live = text(&desk.vault());
    let older = desk.file("out/older.vault", &fs::read(&live).expect("the vault"));
    desk.by(PROVIDER, &GET).done();
    let refused = desk
        .by(PROVIDER, &[&GET[..], &on(&older)].concat())
        .refused(9);
    for told in [
        &older[..],
        &live[..],
        "is an older copy of the vault",
        "accept-rollback",
    ] {
        assert!(refused.stderr.contains(told), "{told}: {refused:?}");
    }
    // A vault that was moved is the same vault, and goes on being watched in its new place.
    let moved = desk.out("moved.vault");
    fs::rename(&live, &moved).expect("moved");
    desk.by(PROVIDER, &[&GET[..], &on(&moved)].concat()).done();
    fs::copy(&older, &moved).expect("put back");
    let refused = desk
        .by(PROVIDER, &[&GET[..], &on(&moved)].concat())
        .refused(9);
    assert!(refused.stderr.contains("older copy"), "{refused:?}");
}

#[test]
fn an_older_backup_opens_and_says_what_it_is_and_is_no_way_back_for_the_vault() {
    let desk = Desk::at_work();
    let copy = copied(&desk);
    desk.by(PROVIDER, &GET).done();
    for _ in 0..2 {
        let got = desk.by(PROVIDER, &[&GET[..], &on(&copy)].concat()).done();
        assert!(
            got.stderr.contains("this file is a backup, made on"),
            "{got:?}"
        );
        assert!(got.stderr.contains(&text(&desk.vault())), "{got:?}");
        assert_eq!(desk.by(PROVIDER, &GET).done().stderr, "");
    }
    let status = desk
        .run(&[&["status", "--json"][..], &on(&copy)].concat())
        .done();
    let said = &status.json()["copy"];
    assert_eq!(said["kind"], "backup");
    assert!(
        said["since"].as_u64().is_some_and(|since| since > 0),
        "{said}"
    );
    assert!(desk.run(&["status", "--json"]).done().json()["copy"].is_null());
    // The mark is no key: in the place of the vault the copy is an older file like any other.
    let live = fs::read(desk.vault()).expect("the vault");
    fs::copy(&copy, desk.vault()).expect("put in its place");
    desk.by(PROVIDER, &GET).refused(9);
    fs::write(desk.vault(), live).expect("the vault");
    desk.by(PROVIDER, &GET).done();
}

#[test]
fn a_kit_that_is_opened_here_and_a_newer_one_on_the_same_stick_harm_nobody() {
    let desk = Desk::with_envelope();
    let [stick, newer] = ["stick", "newer"].map(|name| desk.out(name));
    desk.by(PROVIDER, &["envelope", "kit", &stick]).done();
    desk.by(PROVIDER, &GET).done();
    let vault = format!("{stick}/coffer.vault");
    let opening = |desk: &Desk| {
        let more = [&["--list"][..], &on(&vault)].concat();
        let words = desk.opening(&more);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        desk.run(&words)
    };
    opening(&desk).done();
    desk.by(PROVIDER, &GET).done();
    desk.by(CLERK, &["list"]).done();
    desk.by(PROVIDER, &["envelope", "kit", &newer]).done();
    fs::copy(format!("{newer}/coffer.vault"), &vault).expect("a newer kit");
    opening(&desk).done();
    assert_eq!(desk.by(PROVIDER, &GET).done().stderr, "");
}

#[test]
fn a_backup_that_was_cut_off_does_not_count_and_what_it_left_is_cleared_by_the_next() {
    let desk = Desk::at_work();
    let copy = desk.out("copy.vault");
    if !has_tool("strace") {
        skip(1, "killed backup: strace is not there");
        return;
    }
    let words = desk.words_of(PROVIDER, &["backup", &copy]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    // The copy is read back, and does not come to its place.
    let kill = "inject=link,linkat:signal=KILL:when=1";
    let log = text(&desk.path("tmp/trace"));
    let before = [
        "-f",
        "-qq",
        "-o",
        &log,
        "-e",
        "trace=link,linkat",
        "-e",
        kill,
    ];
    let ran = fed(desk.through("strace", &before, &words), b"");
    let left = names_in(&desk.path("out"));
    if !left.iter().any(|name| name.contains(".copying-")) {
        skip(1, "killed backup: strace may not trace here");
        return;
    }
    assert_ne!(ran.status, Some(0), "{ran:?}");
    let status = || desk.run(&["status", "--json"]).done().json()["last_backup"].clone();
    assert!(status().is_null());
    assert_eq!(records(&desk.log(), "vault.backup", "ok").len(), 1);
    drop(fs::remove_file(format!("{copy}.sha256")));
    let made = desk
        .by(PROVIDER, &["backup", &copy, "--json"])
        .done()
        .record();
    assert_eq!(
        names_in(&desk.path("out")),
        ["copy.vault", "copy.vault.sha256"]
    );
    assert_eq!(status()["record"], made);
    let log = desk.log();
    let backups = records(&log, "vault.backup", "ok");
    let last = backups.last().expect("a record");
    assert_eq!((backups.len(), &last["under"]), (3, &made.into()));
}

#[test]
fn the_rights_of_a_group_are_its_owners_choice_and_are_said() {
    let desk = Desk::at_work();
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    let set = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("ours");
    };
    for (given, left) in [
        (0o660, 0o660),
        (0o666, 0o660),
        (0o644, 0o640),
        (0o600, 0o600),
    ] {
        set(&desk.vault(), given);
        desk.run(&["log", "verify"]).done();
        assert_eq!(mode(&desk.vault()), given, "looking changes nothing");
        desk.by(PROVIDER, &GET).done();
        assert_eq!(mode(&desk.vault()), left);
        let said = desk.run(&["status"]).done().stderr;
        assert_eq!(said.contains("everybody in group"), left != 0o600, "{said}");
        assert_eq!(said.contains("read and change"), left == 0o660, "{said}");
    }
    let copy = copied(&desk);
    set(&desk.vault(), 0o660);
    let group = fs::metadata(desk.vault()).expect("a file").gid();
    desk.by(PROVIDER, &["restore", &copy]).done();
    assert_eq!(mode(&desk.vault()), 0o660, "colleagues are not locked out");
    assert_eq!(fs::metadata(desk.vault()).expect("a file").gid(), group);
    assert_eq!(mode(&PathBuf::from(copy)), 0o600);
}

#[test]
fn whatever_stands_in_the_state_folder_holds_nobody_up_and_is_not_written_through() {
    let desk = Desk::at_work();
    desk.run(&["log", "verify"]).done();
    let target = desk.file("home/target", b"somebody's letter");
    let of_vault = desk.memory("newest")[0].clone();
    for ending in [
        "seen", "newest", "ledger", "verified", "lock", "place", "new",
    ] {
        let known = desk.memory(ending).into_iter().next();
        let path = known.unwrap_or_else(|| of_vault.with_extension(ending));
        for kind in ["fifo", "huge", "link"] {
            drop(fs::remove_file(&path));
            match kind {
                "fifo" => {
                    let made = tool("mkfifo").arg(&path).status();
                    assert!(made.is_ok_and(|status| status.success()), "a pipe");
                }
                "huge" => {
                    let file = fs::File::create(&path).expect("a file");
                    file.set_len(1 << 40).expect("a hole");
                }
                _ => symlink(&target, &path).expect("a link"),
            }
            desk.run(&["status"]).done();
            desk.run(&["log", "verify", "--since-last"]).done();
            let letter = fs::read(&target).expect("a file");
            assert_eq!(letter, b"somebody's letter", "{ending} {kind}");
        }
        drop(fs::remove_file(&path));
    }
    desk.by(PROVIDER, &GET).done();
}

/// What was put there by something else is refused before it is read.
#[test]
fn a_value_that_is_longer_than_any_is_refused() {
    let desk = Desk::at_work();
    for (table, column, key) in [
        ("version", "secrets", "entry"),
        ("entry", "catalogue", "id"),
        ("detail", "box", "seq"),
        ("checkpoint", "note", "size"),
    ] {
        let file = desk.out(table);
        fs::copy(desk.vault(), &file).expect("a copy");
        let connection = Connection::open(&file).expect("SQLite opens it");
        let value = if column == "note" {
            "hex(zeroblob(9000000))"
        } else {
            "zeroblob(18000000)"
        };
        let last = format!("(SELECT max({key}) FROM {table})");
        let sql = format!("UPDATE {table} SET {column} = {value} WHERE {key} = {last}");
        connection.execute_batch(&sql).expect("SQLite does it");
        drop(connection);
        for depth in ["--state", "--quick"] {
            let verify = ["log", "verify", depth, "--vault", &file];
            let ran = desk.run(&verify);
            let unread = depth == "--quick" && column != "note";
            let refused = matches!(ran.status, Some(9 | 10));
            assert!(
                refused || unread && ran.status == Some(0),
                "{table}: {ran:?}"
            );
        }
    }
}
