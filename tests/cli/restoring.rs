//! A backup put back: it takes the vault's place, what stood there is kept, and whatever happens on
//! the way, a whole vault stands under the name.

use std::fs;
use std::path::PathBuf;

use harness::{CLERK, COUNCILLOR, PROVIDER, WEBSITE_PASSWORD};
use rusqlite::Connection;

use crate::desk::{Desk, count, has_tool, records, skip, text};
use crate::keeping::{copied, names_in};
use crate::ran::{Ran, fed};

/// A desk whose vault was copied and has an entry more since; the copy.
fn with_a_copy() -> (Desk, String) {
    let desk = Desk::at_work();
    let copy = copied(&desk);
    desk.store("Later", "Services", b"GreyHarbourLamp-3");
    (desk, copy)
}

fn get(desk: &Desk, title: &str) -> Ran {
    desk.by(PROVIDER, &["get", title, "--reveal"])
}

/// Has the computer forget what it saw of the vault, as another computer never knew it.
fn forget(desk: &Desk) {
    fs::remove_dir_all(desk.path("state")).expect("a folder");
    fs::create_dir(desk.path("state")).expect("a folder");
}

/// Where a replaced vault is kept.
fn kept(desk: &Desk) -> Vec<PathBuf> {
    let names = names_in(&desk.path("vault"));
    let kept = names.iter().filter(|name| name.contains(".before-"));
    kept.map(|name| desk.path("vault").join(name)).collect()
}

/// What stands in the vault's folder, byte for byte.
fn as_it_stands(desk: &Desk) -> Vec<(String, Vec<u8>)> {
    let read = |name: String| {
        let bytes = fs::read(desk.path("vault").join(&name)).expect("a file");
        (name, bytes)
    };
    names_in(&desk.path("vault"))
        .into_iter()
        .map(read)
        .collect()
}

#[test]
fn a_backup_takes_the_vaults_place_and_what_stood_there_is_kept() {
    let (desk, copy) = with_a_copy();
    let [replaced, backup] =
        [desk.vault(), copy.clone().into()].map(|it| fs::read(it).expect("a file"));
    let done = desk.by(CLERK, &["restore", &copy, "--json"]).done();
    assert_eq!(
        fs::read(&copy).expect("the backup"),
        backup,
        "never written to"
    );
    forget(&desk);
    desk.run(&["log", "verify", "--state"]).done();
    get(&desk, "Later").refused(6);
    assert_eq!(
        get(&desk, "Website").done().stdout,
        WEBSITE_PASSWORD.as_bytes()
    );
    let log = desk.log();
    let restored = records(&log, "vault.restore", "ok");
    assert_eq!(restored[0]["seq"], done.record());
    assert_eq!(restored[0]["actor"], CLERK);
    assert_eq!(restored[0]["file"], copy.as_str());
    let status = desk.run(&["status", "--json"]).json();
    assert_eq!(done.json()["id"], status["vault"]);
    let kept = kept(&desk);
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(fs::read(&kept[0]).expect("the old one"), replaced);
    assert!(done.stderr.contains(&text(&kept[0])), "{done:?}");
    assert_eq!(names_in(&desk.path("vault")).len(), 2);
    // Again at once, and a second file is kept.
    desk.by(PROVIDER, &["restore", &copy]).done();
    assert_eq!(self::kept(&desk).len(), 2);
}

#[test]
fn a_backup_is_put_back_where_nothing_stands() {
    let (desk, copy) = with_a_copy();
    fs::remove_file(desk.vault()).expect("a vault");
    desk.by(PROVIDER, &["restore", &copy]).done();
    assert_eq!(names_in(&desk.path("vault")), ["coffer.vault"]);
    forget(&desk);
    desk.run(&["log", "verify", "--state"]).done();
    let nowhere = text(&desk.path("no/vault"));
    desk.by(PROVIDER, &["restore", &copy, "--vault", &nowhere])
        .refused(11);
}

#[test]
fn a_backup_takes_the_place_of_a_damaged_file_and_of_its_journal() {
    let (desk, copy) = with_a_copy();
    let journal = desk.path("vault/coffer.vault-journal");
    fs::write(desk.vault(), b"not a vault any more").expect("a file");
    fs::write(&journal, b"nor a journal").expect("a file");
    desk.by(PROVIDER, &["restore", &copy]).done();
    assert!(!journal.exists(), "it would be taken for the new vault's");
    let kept = fs::read(&kept(&desk)[0]).expect("the old file");
    assert_eq!(kept, b"not a vault any more");
    forget(&desk);
    desk.run(&["log", "verify", "--state"]).done();
}

/// The journal that an act of somebody else leaves who stops in the middle of it.
fn half_done(desk: &Desk) -> Vec<u8> {
    let connection = Connection::open(desk.vault()).expect("SQLite opens it");
    let act = "PRAGMA cache_size = 1; BEGIN; \
               UPDATE version SET secrets = zeroblob(9000); UPDATE wrap SET file = zeroblob(9000)";
    connection.execute_batch(act).expect("half an act");
    fs::read(desk.path("vault/coffer.vault-journal")).expect("a journal")
}

#[test]
fn a_journal_that_outlived_its_file_does_not_spoil_the_vault_that_comes_after() {
    let (desk, copy) = with_a_copy();
    let left = half_done(&desk);
    fs::remove_file(desk.vault()).expect("a vault");
    let journal = desk.path("vault/coffer.vault-journal");
    fs::write(&journal, &left).expect("a file");
    desk.by(PROVIDER, &["restore", &copy]).done();
    forget(&desk);
    desk.run(&["log", "verify", "--state"]).done();
    get(&desk, "Website").done();
    let kept = fs::read(desk.path("vault/coffer.vault-journal.left"));
    assert_eq!(kept.expect("the journal"), left);
}

/// Does something to a copy of the backup; the status of restoring that.
fn spoilt(desk: &Desk, copy: &str, spoil: impl FnOnce(&str)) -> Ran {
    let other = desk.out("spoilt");
    fs::copy(copy, &other).expect("a copy");
    spoil(&other);
    let before = as_it_stands(desk);
    let ran = desk.by(PROVIDER, &["restore", &other]);
    assert_eq!(as_it_stands(desk), before, "nothing was changed: {ran:?}");
    fs::remove_file(&other).expect("a copy");
    ran
}

#[test]
fn a_backup_that_is_not_as_it_was_made_is_refused_and_nothing_is_changed() {
    let (desk, copy) = with_a_copy();
    let execute = |path: &str, sql: &str| {
        let connection = Connection::open(path).expect("SQLite opens it");
        connection.execute_batch(sql).expect(sql);
    };
    for (sql, status) in [
        ("UPDATE entry SET revision = revision + 1", 10),
        ("DELETE FROM share; DELETE FROM wrap", 10),
        ("DROP INDEX entry_by_title", 10),
        ("DELETE FROM checkpoint", 9),
        ("UPDATE detail SET box = x'00'", 9),
    ] {
        let ran = spoilt(&desk, &copy, |path| execute(path, sql)).refused(status);
        assert!(ran.stderr.contains("nothing was changed"), "{ran:?}");
    }
    let write = |bytes: &'static [u8]| move |path: &str| fs::write(path, bytes).expect("a file");
    spoilt(&desk, &copy, write(b"")).refused(10);
    spoilt(&desk, &copy, write(b"something else")).refused(10);
    // One byte more is sound for SQLite's eyes, and not for the checksum's.
    let sums = fs::read_to_string(format!("{copy}.sha256")).expect("a checksum");
    let with_sums = |sums: String| fs::write(desk.out("spoilt.sha256"), sums).expect("a file");
    with_sums(sums);
    let spoil = |path: &str| execute(path, "PRAGMA user_version = 0; PRAGMA user_version = 1");
    let ran = spoilt(&desk, &copy, spoil).refused(10);
    assert!(ran.stderr.contains(".sha256"), "{ran:?}");
    with_sums("no checksum".to_owned());
    spoilt(&desk, &copy, |_| {}).refused(10);
}

#[test]
fn only_a_person_of_the_backup_puts_it_back() {
    let (desk, copy) = with_a_copy();
    let before = as_it_stands(&desk);
    let wrong = desk.file("pass/wrong", b"not the passphrase");
    let who = ["--as", PROVIDER, "--passphrase-file", &wrong, "--no-input"];
    let ran = desk
        .run(&[&["restore", &copy], &who[..]].concat())
        .refused(5);
    assert!(ran.stderr.contains("not on record"), "{ran:?}");
    desk.by(COUNCILLOR, &["restore", &copy]).refused(5);
    desk.run(&["restore", &copy, "--no-input", "--as", PROVIDER])
        .refused(4);
    desk.run(&["restore", &copy, "--no-input"]).refused(2);
    let itself = text(&desk.vault());
    desk.by(PROVIDER, &["restore", &itself]).refused(2);
    desk.by(PROVIDER, &["restore", &desk.out("none")])
        .refused(11);
    let folder = text(&desk.path("out"));
    desk.by(PROVIDER, &["restore", &folder]).refused(11);
    assert_eq!(as_it_stands(&desk), before);
}

#[test]
fn a_computer_that_saw_more_than_the_backup_says_so_until_that_is_accepted() {
    let (desk, copy) = with_a_copy();
    get(&desk, "Later").done();
    let seen = desk.run(&["status", "--json"]).done().json()["records"].clone();
    let restored = desk.by(PROVIDER, &["restore", &copy, "--json"]).done();
    let record = i64::try_from(restored.record()).expect("a number");
    get(&desk, "Website").refused(9);
    let connection = Connection::open(desk.vault()).expect("SQLite opens it");
    let sql = "SELECT CAST(line AS TEXT) FROM record WHERE seq = ?";
    let line = connection.query_row(sql, [record], |row| row.get(0));
    let line: String = line.expect("the record");
    let lost = format!("\"facts\":[{{\"rollback\":{{\"size\":{seen},\"last\":\"");
    assert!(line.contains(&lost), "{line}");
    let accepted = desk.by(PROVIDER, &["log", "accept-rollback", "--json"]);
    let accepted = accepted.done().record().to_string();
    desk.by(CLERK, &["approve", &accepted]).done();
    get(&desk, "Website").done();
}

#[test]
fn a_vault_that_somebody_writes_to_is_not_replaced_under_them() {
    let (desk, copy) = with_a_copy();
    let connection = Connection::open(desk.vault()).expect("SQLite opens it");
    connection.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    desk.by(PROVIDER, &["restore", &copy]).refused(12);
    connection.execute_batch("ROLLBACK").expect("an end");
    drop(connection);
    assert_eq!(names_in(&desk.path("vault")), ["coffer.vault"]);
    get(&desk, "Later").done();
}

/// The calls by which files get and lose their names and become durable.
const CALLS: [&str; 6] = [
    "link",
    "rename",
    "unlink",
    "fsync",
    "fdatasync",
    "ftruncate",
];

fn traced(desk: &Desk, copy: &str, trace: &str, injected: &[&str]) -> Ran {
    let words = desk.words_of(PROVIDER, &["restore", copy]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (log, trace) = (text(&desk.path("tmp/trace")), format!("trace={trace}"));
    let options = ["-f", "-qq", "-o", &log, "-e", &trace];
    fed(
        desk.through("strace", &[&options[..], injected].concat(), &words),
        b"",
    )
}

#[test]
fn a_restoration_killed_at_any_call_leaves_a_whole_vault_under_the_name() {
    if !has_tool("strace") {
        skip(1, "killed restorations: strace is not there");
        return;
    }
    let (desk, copy) = with_a_copy();
    if traced(&desk, &copy, &CALLS.join(","), &[]).status != Some(0) {
        skip(1, "killed restorations: strace may not trace here");
        return;
    }
    let trace = fs::read_to_string(desk.path("tmp/trace")).expect("the trace");
    let (mut hit, mut old, mut new) = (0, 0, 0);
    for call in CALLS {
        let made = trace.matches(&format!(" {call}(")).count();
        for nth in 1..=made {
            let (desk, copy) = with_a_copy();
            let inject = format!("inject={call}:signal=KILL:when={nth}");
            let ran = traced(&desk, &copy, call, &["-e", &inject]);
            hit += usize::from(ran.status.is_none());
            let place = format!("{call} number {nth}");
            forget(&desk);
            let verified = desk.run(&["log", "verify", "--state"]);
            assert_eq!(verified.status, Some(0), "{place}: {verified:?}");
            match get(&desk, "Later").status {
                Some(0) => old += 1,
                Some(6) => {
                    new += 1;
                    let kept = text(&kept(&desk)[0]);
                    forget(&desk);
                    let get = ["get", "Later", "--reveal", "--vault", &kept];
                    desk.by(PROVIDER, &get).done();
                }
                other => panic!("{place}: {other:?}"),
            }
        }
    }
    count(&format!(
        "{hit} restorations were killed at work: {old} old vaults, {new} new ones"
    ));
    assert!(old > 5 && new > 0, "{old} {new}");
}

/// The new vault stands, and nobody knows whether its name lasts.
#[test]
fn a_restoration_whose_last_sync_fails_is_not_said_to_be_undone() {
    if !has_tool("strace") {
        skip(1, "restorations on a failing disk: strace is not there");
        return;
    }
    let (desk, copy) = with_a_copy();
    if traced(&desk, &copy, "fsync", &[]).status != Some(0) {
        skip(
            1,
            "restorations on a failing disk: strace may not trace here",
        );
        return;
    }
    let trace = fs::read_to_string(desk.path("tmp/trace")).expect("the trace");
    let made = trace.matches(" fsync(").count();
    let mut unsure = 0;
    for nth in made.saturating_sub(2)..=made {
        let (desk, copy) = with_a_copy();
        let inject = format!("inject=fsync:error=EIO:when={nth}");
        let ran = traced(&desk, &copy, "fsync", &["-e", &inject]).refused(11);
        forget(&desk);
        if get(&desk, "Later").status == Some(6) {
            unsure += 1;
            assert!(ran.stderr.contains("may have been done or not"), "{ran:?}");
        }
    }
    assert!(unsure > 0, "the last sync is after the new name");
}
