//! What keeps a vault: that it is checked whole, copied, put back, and that a copy is not forgotten.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use harness::{AUDITOR, PROVIDER, WEBSITE_PASSWORD};
use rusqlite::Connection;

use crate::desk::{Desk, records, skip, tool};
use crate::disk::Mount;

/// Does something to the vault file behind the program's back.
fn tampered(desk: &Desk, sql: &str) {
    let connection = Connection::open(desk.vault()).expect("SQLite opens it");
    connection.execute_batch(sql).expect(sql);
}

#[test]
fn the_state_is_checked_without_a_person_and_the_first_bad_row_is_named() {
    let desk = Desk::at_work();
    let before = fs::read(desk.vault()).expect("a vault");
    for more in [&["--state"][..], &["--state", "--quick"]] {
        let words = [&["log", "verify", "--json", "--no-input"], more].concat();
        let sound = desk.run(&words).done().json();
        assert_eq!(sound["schema"], "coffer.verify/1");
        assert_eq!(sound["ok"], true);
        assert_eq!(sound["signatures"], more.len() == 1);
        assert!(
            sound["rows"].as_u64().is_some_and(|rows| rows > 20),
            "{sound}"
        );
    }
    let log_alone = desk.run(&["log", "verify", "--json"]).done().json();
    assert!(log_alone["rows"].is_null(), "{log_alone}");
    let said = desk.run(&["log", "verify", "--state"]).done();
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("none changed, added or missing"), "{said}");
    assert!(
        !said.contains(PROVIDER) && !said.contains("Website"),
        "{said}"
    );
    assert_eq!(fs::read(desk.vault()).expect("a vault"), before);

    tampered(&desk, "UPDATE version SET secrets = zeroblob(200)");
    desk.run(&["log", "verify"]).done();
    for more in [&[][..], &["--quick"]] {
        let words = [&["log", "verify", "--state"], more].concat();
        let refused = desk.run(&words).refused(9);
        assert!(refused.stderr.contains(": version/"), "{refused:?}");
        let found = desk.run(&[&words[..], &["--json"]].concat()).ends(9).json();
        assert_eq!(found["ok"], false);
        let row = found["row"].as_str().expect("a row");
        assert!(row.starts_with("version/") && row.ends_with("/1"), "{row}");
    }
}

/// A name for a copy of the desk's vault.
const COPY: &str = "coffer copy.vault";

/// Puts a copy of the vault among what is written; its name as a word.
pub(crate) fn copied(desk: &Desk) -> String {
    let copy = desk.out(COPY);
    desk.by(PROVIDER, &["backup", &copy]).done();
    copy
}

/// The names in a folder.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = names
        .map(|it| {
            it.expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn a_backup_is_a_private_vault_with_its_checksum_and_the_record_of_itself() {
    let desk = Desk::at_work();
    let copy = desk.out(COPY);
    let done = desk.by(PROVIDER, &["backup", &copy, "--json"]).done();
    let record = done.record();
    assert_eq!(done.json()["id"], copy.as_str());
    assert_eq!(
        names_in(&desk.path("out")),
        [COPY.to_owned(), format!("{COPY}.sha256")]
    );
    for name in names_in(&desk.path("out")) {
        let mode = fs::metadata(desk.path("out").join(name)).expect("a file");
        assert_eq!(mode.permissions().mode() & 0o777, 0o600);
    }
    let mut sums = tool("sha256sum");
    sums.args(["-c", &format!("{COPY}.sha256")]);
    fed_in(sums.current_dir(desk.path("out")));
    let verify = ["log", "verify", "--state", "--vault", &copy, "--json"];
    let verified = desk.run(&verify).done().json();
    assert_eq!(verified["records"], record + 1, "{verified}");
    let shown = desk.by(AUDITOR, &["log", "show", "--json", "--vault", &copy]);
    let log = shown.done().json_lines();
    let copied = records(&log, "vault.backup", "ok");
    assert_eq!(copied[0]["seq"], record);
    assert_eq!(copied[0]["file"], copy.as_str());
    let get = ["get", "Website", "--reveal", "--vault", &copy];
    assert_eq!(
        desk.by(PROVIDER, &get).done().stdout,
        WEBSITE_PASSWORD.as_bytes()
    );
}

/// Runs a tool to its end, which must be a good one.
fn fed_in(command: &mut Command) {
    let ran = command.output().expect("the tool runs");
    assert!(ran.status.success(), "{ran:?}");
}

#[test]
fn a_backup_is_refused_where_something_stands_or_nothing_can_and_nothing_is_left() {
    let desk = Desk::at_work();
    let copy = copied(&desk);
    let records = desk.run(&["status", "--json"]).json()["records"].clone();
    let before = fs::read(&copy).expect("a copy");
    fs::create_dir(desk.path("out/only-sums")).expect("a folder");
    desk.file("out/only-sums/c.sha256", b"");
    let taken = desk.out("only-sums/c");
    let nowhere = desk.out("no/such/copy");
    let itself = crate::desk::text(&desk.vault());
    for (copy, status) in [(&copy, 2), (&taken, 2), (&itself, 2), (&nowhere, 11)] {
        desk.by(PROVIDER, &["backup", copy]).refused(status);
    }
    desk.run(&["backup", &desk.out("new"), "--no-input"])
        .refused(2);
    let wrong = desk.file("pass/wrong", b"not the passphrase");
    let who = ["--as", PROVIDER, "--passphrase-file", &wrong, "--no-input"];
    desk.run(&[&["backup", &desk.out("new")], &who[..]].concat())
        .refused(5);
    assert_eq!(fs::read(&copy).expect("a copy"), before);
    assert_eq!(names_in(&desk.path("out")).len(), 3);
    let after = desk.run(&["status", "--json"]).json()["records"].clone();
    assert_eq!(
        after.as_u64(),
        records.as_u64().map(|n| n + 1),
        "one failed unlock"
    );
}

#[test]
fn a_backup_for_which_there_is_no_room_leaves_nothing_and_is_taken_back_in_the_log() {
    let desk = Desk::at_work();
    copied(&desk);
    let last = || desk.run(&["status", "--json"]).done().json()["last_backup"].clone();
    let good = last();
    let small = desk.path("out/small");
    fs::create_dir(&small).expect("a folder");
    let options = ["-t", "tmpfs", "-o", "size=64k", "none"];
    let Some(mount) = Mount::new(small.clone(), &options) else {
        skip(1, "full disk for a backup: nothing can be mounted here");
        return;
    };
    let ran = desk.by(PROVIDER, &["backup", &desk.out("small/copy")]);
    let ran = ran.refused(11);
    assert!(
        ran.stderr.contains("the disk for the copy is full"),
        "{ran:?}"
    );
    assert!(ran.stderr.contains("on record, as number"), "{ran:?}");
    assert_eq!(names_in(&small), [""; 0]);
    drop(mount);
    let log = desk.log();
    assert_eq!(records(&log, "vault.backup", "ok").len(), 3);
    assert_eq!(records(&log, "vault.backup", "failed").len(), 1);
    assert_eq!(last(), good, "the one before stands");
    desk.run(&["log", "verify", "--state"]).done();
}

#[test]
fn status_tells_the_last_backup_and_remarks_on_one_that_is_old_or_missing() {
    let desk = Desk::at_work();
    let never = desk.run(&["status"]).done();
    assert!(never.stderr.contains("never copied"), "{never:?}");
    assert!(desk.run(&["status", "--json"]).done().json()["last_backup"].is_null());
    let copy = desk.out(COPY);
    let record = desk
        .by(PROVIDER, &["backup", &copy, "--json"])
        .done()
        .record();
    let told = desk.run(&["status"]).done();
    let said = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(said.contains("less than a day ago"), "{said}");
    assert!(
        !told.stderr.contains("copied") && !said.contains(COPY),
        "{told:?}"
    );
    let last = desk.run(&["status", "--json"]).done().json()["last_backup"].clone();
    assert_eq!(last["record"], record);
    assert_eq!(last["days"], 0);
    assert!(
        last["time"]
            .as_str()
            .is_some_and(|time| time.ends_with('Z'))
    );
}
