//! What only looks changes nothing: neither the vault file nor what lies beside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use harness::{PROVIDER, WITNESS};
use rusqlite::Connection;

use crate::desk::{Desk, text};
use crate::keeping::copied;
use crate::ran::fed;

/// Every command that needs nobody, its words between bars; `@new` is a file that is not there yet.
const LOOKS: [&str; 19] = [
    "status",
    "status|--json",
    "log|verify",
    "log|verify|--quick",
    "log|verify|--state",
    "log|verify|--since-last",
    "log|verify|--quick|--state|--json",
    "log|verify|--anchor|@anchor",
    "log|verify|--pins|@pins",
    "log|verify|--witness|@head",
    "log|checkpoint",
    "log|checkpoint|--minutes|--qr-svg|@new",
    "log|sample|--n|3|--word|heron",
    "log|witness|list",
    "log|witness|keys",
    "log|witness|request|@witness|@new",
    "envelope|status",
    "envelope|sheet|--specimen|--pdf|@new",
    "log|forget|--before|2020-01-01|--dry-run",
];

/// What is beside the file, as whoever wrote was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Nothing,
    Journal,
    Ahead,
}

/// All files in a folder, byte for byte.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = fs::read_dir(folder).expect("a folder");
    let paths = files.map(|file| file.expect("a file").path());
    paths
        .map(|path| (path.clone(), fs::read(path).expect("a file")))
        .collect()
}

/// The path with another ending.
fn beside(path: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}{ending}", path.display()))
}

/// Leaves the file at `path` as a writer does who is cut off in the middle of an act.
fn cut_off(path: &Path, left: Left) {
    let writer = Connection::open(path).expect("SQLite opens it");
    let aside = path.with_file_name("writer");
    let ending = match left {
        Left::Nothing => return,
        Left::Journal => {
            // So little is held in memory that the file is written before the end of the act.
            writer
                .pragma_update(None, "cache_size", 1)
                .expect("a setting");
            let sql =
                "BEGIN; CREATE TABLE half (done BLOB); INSERT INTO half VALUES (zeroblob(400000))";
            writer.execute_batch(sql).expect("half an act");
            "-journal"
        }
        Left::Ahead => {
            let mode = "PRAGMA journal_mode = WAL";
            writer
                .query_row(mode, [], |_| Ok(()))
                .expect("another mode");
            let sql = "BEGIN; CREATE TABLE half (done BLOB); DROP TABLE half; COMMIT";
            writer.execute_batch(sql).expect("an act");
            "-wal"
        }
    };
    for ending in ["", ending] {
        fs::copy(beside(path, ending), beside(&aside, ending)).expect("a copy");
    }
    drop(writer);
    for name in ["-journal", "-wal", "-shm"] {
        drop(fs::remove_file(beside(path, name)));
    }
    for ending in ["", ending] {
        fs::rename(beside(&aside, ending), beside(path, ending)).expect("put back");
    }
    let there = fs::metadata(beside(path, ending));
    assert!(
        there.as_ref().is_ok_and(|it| it.len() > 0),
        "{left:?} {there:?}"
    );
}

/// A desk with a witness who has vouched for the log, and the words of each look.
fn watched() -> (Desk, Vec<Vec<String>>) {
    let desk = Desk::with_envelope();
    desk.be_witnessed();
    let [head, pins, answer] = ["head", "minutes.txt", "answer"].map(|name| desk.out(name));
    desk.by(PROVIDER, &["log", "witness", "take", &answer])
        .done();
    let minutes = desk
        .run(&["log", "checkpoint", "--minutes", "--json"])
        .done()
        .json();
    let anchor = minutes["anchor"].as_str().expect("an anchor").to_owned();
    let words = LOOKS.iter().zip(0..).map(|(words, at)| {
        let words = words.split('|').map(|word| match word {
            "@new" => desk.out(&format!("new-{at}")),
            "@anchor" => anchor.clone(),
            "@pins" => pins.clone(),
            "@head" => head.clone(),
            "@witness" => WITNESS.to_owned(),
            word => word.to_owned(),
        });
        words.collect()
    });
    let words = words.collect();
    (desk, words)
}

#[test]
fn what_needs_nobody_leaves_the_file_and_what_lies_beside_it_byte_for_byte() {
    let (desk, looks) = watched();
    let whole = fs::read(desk.vault()).expect("the vault");
    for left in [Left::Nothing, Left::Journal, Left::Ahead] {
        // What somebody unlocked before is not to be missed.
        fs::remove_dir_all(desk.path("state")).expect("a folder");
        fs::write(desk.vault(), &whole).expect("the vault");
        cut_off(&desk.vault(), left);
        let before = contents(&desk.path("vault"));
        for words in &looks {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            for at in 0..LOOKS.len() {
                drop(fs::remove_file(desk.out(&format!("new-{at}"))));
            }
            let ran = desk.run(&words);
            assert!(
                matches!(ran.status, Some(0 | 13)),
                "{left:?} {words:?}: {ran:?}"
            );
            let said =
                ran.stderr.starts_with("warning: ") && ran.stderr.contains("stay as they are");
            assert_eq!(said, left != Left::Nothing, "{left:?} {words:?}: {ran:?}");
            assert!(
                contents(&desk.path("vault")) == before,
                "{left:?} {words:?}"
            );
        }
        assert!(contents(&desk.path("tmp")).is_empty(), "no copy is left");
        // Whoever unlocks has it undone, and is told.
        let listed = desk.by(PROVIDER, &["list"]).done();
        assert_eq!(
            listed.stderr.contains("lies beside the file"),
            left != Left::Nothing,
            "{listed:?}"
        );
        assert_eq!(contents(&desk.path("vault")).len(), 1, "{left:?}");
        desk.run(&["log", "verify", "--state"]).done();
    }
}

#[test]
fn what_is_planted_beside_a_backup_changes_neither_it_nor_what_is_put_back() {
    let desk = Desk::at_work();
    let copy = PathBuf::from(copied(&desk));
    let whole = fs::read(&copy).expect("a backup");
    let restored = |desk: &Desk, target: &str, copy: &Path| {
        // Each time as on a computer that knows nothing of the vault.
        fs::remove_dir_all(desk.path("state")).expect("a folder");
        let target = text(&desk.path(target));
        let words = ["restore", &text(copy), "--vault", &target, "--json"];
        let ran = desk.by(PROVIDER, &words).done();
        let verify = ["log", "verify", "--state", "--json", "--vault", &target];
        (ran, desk.run(&verify).done().json()["records"].clone())
    };
    let (_, records) = restored(&desk, "out/plain.vault", &copy);
    // Somebody plants the journal of an act that never was.
    cut_off(&copy, Left::Journal);
    fs::write(&copy, &whole).expect("a backup");
    let before = contents(&desk.path("out"));
    let (ran, again) = restored(&desk, "vault/planted.vault", &copy);
    assert_eq!(again, records);
    assert!(ran.stderr.contains("none of the backup's"), "{ran:?}");
    assert!(contents(&desk.path("out")) == before);
    // Where no checksum says that the file is whole, what lies there counts, and the source stays.
    let crashed = desk.path("home/crashed.vault");
    fs::write(&crashed, &whole).expect("a copy");
    cut_off(&crashed, Left::Journal);
    let before = contents(&desk.path("home"));
    let (ran, again) = restored(&desk, "vault/undone.vault", &crashed);
    assert_eq!(again, records);
    assert!(ran.stderr.contains("stay as they are"), "{ran:?}");
    assert!(contents(&desk.path("home")) == before);
}

/// A plain copy over a vault that had crashed: the journal is that of the file which stood there.
#[test]
fn nothing_is_written_to_a_file_that_a_journal_would_spoil() {
    let desk = Desk::at_work();
    let writer = Connection::open(desk.vault()).expect("SQLite opens it");
    writer
        .pragma_update(None, "cache_size", 1)
        .expect("a setting");
    let sql = "BEGIN; UPDATE record SET line = line WHERE 0; UPDATE wrap SET file = zeroblob(9000)";
    writer.execute_batch(sql).expect("half an act");
    let journal = beside(&desk.vault(), "-journal");
    let kept = fs::read(&journal).expect("a journal");
    drop(writer);
    for _ in 0..12 {
        desk.by(PROVIDER, &["get", "Website", "--reveal"]).done();
    }
    fs::write(&journal, kept).expect("a journal");
    let before = contents(&desk.path("vault"));
    for words in [&["list"][..], &["get", "Website", "--reveal"]] {
        let ran = desk.by(PROVIDER, words);
        assert!(matches!(ran.status, Some(9 | 10)), "{words:?}: {ran:?}");
        assert!(contents(&desk.path("vault")) == before, "{words:?}");
    }
    let found = desk.run(&["log", "verify", "--state"]);
    assert!(matches!(found.status, Some(9 | 10)), "{found:?}");
    assert!(contents(&desk.path("vault")) == before);
}

#[test]
fn a_reader_who_has_read_enough_is_no_failure() {
    let desk = Desk::at_work();
    for (words, status) in [
        (&["status"][..], 0),
        (&["log", "verify", "--json"], 0),
        (&["--help"], 0),
    ] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = desk.command(words);
        command.stdout(writer);
        let ran = fed(command, b"").ends(status);
        assert!(!ran.stderr.contains("error: "), "{words:?}: {ran:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_path_need_not_be_text() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    let desk = Desk::at_work();
    let name = OsString::from_vec(b"r\xe9sum\xe9.vault".to_vec());
    let path = desk.path("vault").join(name);
    fs::copy(desk.vault(), &path).expect("a copy");
    for words in [
        &["status"][..],
        &["log", "verify", "--state"],
        &["envelope", "status"],
    ] {
        let mut command = desk.command(words);
        command.env("COFFER_VAULT", &path);
        fed(command, b"").done();
    }
    let copy = desk
        .path("out")
        .join(OsString::from_vec(b"copi\xe9".to_vec()));
    let words = desk.words_of(PROVIDER, &[]);
    let by = |before: &[&std::ffi::OsStr]| {
        let mut command = desk.command(&[]);
        command.args(before).args(&words).env("COFFER_VAULT", &path);
        fed(command, b"").done()
    };
    by(&["list".as_ref()]);
    by(&["backup".as_ref(), copy.as_os_str()]);
    by(&["restore".as_ref(), copy.as_os_str()]);
    by(&["get".as_ref(), "Website".as_ref(), "--reveal".as_ref()]);
}
