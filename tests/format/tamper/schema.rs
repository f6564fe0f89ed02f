//! The file itself: another schema, a shorter file, or something that is no file at all.

use std::path::Path;

use rusqlite::Connection;
use vault_core::error::{Error, StoreError};
use vault_core::vault::verify::{Depth, verify};

use super::{Copy, execute, open, ours, read, texts};

fn change(copy: &Copy, sql: &str) {
    copy.write(&ours().bytes);
    execute(&copy.connect(), sql);
}

#[test]
fn another_application_id_or_version_is_refused_at_open() {
    let copy = Copy::of(&ours().bytes);
    for (sql, expected) in [
        ("PRAGMA application_id = 0", "NotAVault"),
        ("PRAGMA application_id = 1668310641", "NotAVault"),
        ("PRAGMA user_version = 0", "Damaged"),
        ("PRAGMA user_version = -1", "Damaged"),
        ("PRAGMA user_version = 2", "TooNew(2)"),
    ] {
        change(&copy, sql);
        let refused = copy.open().map(|_| ()).expect_err(sql);
        assert_eq!(
            format!("{refused:?}"),
            format!("Store({expected})"),
            "{sql}"
        );
        assert!(copy.verify().is_err(), "{sql}");
    }
}

fn assert_damaged(copy: &Copy, what: &str) {
    let refused = copy.open().map(|_| ());
    assert!(
        matches!(refused, Err(Error::Store(StoreError::Damaged))),
        "{what}: {refused:?}"
    );
    assert!(copy.verify().is_err(), "{what}");
}

#[test]
fn anything_more_or_less_or_else_in_the_schema_is_refused_at_open() {
    let copy = Copy::of(&ours().bytes);
    for sql in [
        "CREATE TRIGGER evil AFTER INSERT ON record BEGIN DELETE FROM detail; END",
        "CREATE VIEW evil AS SELECT * FROM record",
        "CREATE INDEX evil ON record (line)",
        "CREATE UNIQUE INDEX evil ON record (line)",
        "CREATE TABLE evil (a)",
        "CREATE VIRTUAL TABLE evil USING fts5 (a)",
        "ALTER TABLE entry ADD COLUMN evil INTEGER",
        "ALTER TABLE entry RENAME COLUMN catalogue TO evil",
        "ANALYZE",
        "DROP INDEX entry_by_title",
        "DROP TRIGGER record_is_appended",
        "DROP TABLE frontier",
    ] {
        // What this build of SQLite cannot make, it cannot be given either.
        copy.write(&ours().bytes);
        if copy.connect().execute_batch(sql).is_err() {
            assert!(sql.contains("VIRTUAL"), "{sql}");
            continue;
        }
        assert_damaged(&copy, sql);
    }
}

#[test]
fn a_trigger_with_another_text_is_refused_at_open() {
    let copy = Copy::of(&ours().bytes);
    let sql = "SELECT sql FROM sqlite_schema WHERE type = 'trigger'";
    for trigger in texts(&copy.connect(), sql) {
        let name = trigger.split(' ').nth(2).expect("a name").to_owned();
        for other in [
            trigger.replace("ABORT", "FAIL"),
            trigger.replace("BEFORE", "AFTER"),
            trigger.replace("BEGIN SELECT", "BEGIN  SELECT"),
        ] {
            assert_ne!(other, trigger);
            change(&copy, &format!("DROP TRIGGER {name}; {other}"));
            assert_damaged(&copy, &other);
        }
    }
}

/// Names that SQLite keeps for itself can be written into the schema by hand.
#[test]
fn a_trigger_that_passes_for_one_of_sqlites_own_indexes_is_refused_at_open() {
    let copy = Copy::of(&ours().bytes);
    change(
        &copy,
        "PRAGMA writable_schema = ON; \
         INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('trigger', \
         'sqlite_autoindex_evil', 'version', 0, 'CREATE TRIGGER sqlite_autoindex_evil \
         AFTER INSERT ON version BEGIN UPDATE version SET secrets = x''00'' \
         WHERE entry = new.entry; END'); \
         PRAGMA writable_schema = OFF",
    );
    assert_damaged(&copy, "a trigger under a reserved name");
}

#[test]
fn a_file_cut_at_any_length_is_an_error_and_stays_as_it_is() {
    let bytes = &ours().bytes;
    let copy = Copy::of(bytes);
    let near_start = (0..200).step_by(7);
    let pages = (0..bytes.len()).step_by(2048);
    for length in near_start.chain(pages).chain([bytes.len() - 1]) {
        copy.write(&bytes[..length]);
        let opened = copy.open().map(|_| ());
        let verified = copy.verify();
        assert!(opened.is_err() || verified.is_err(), "{length}");
        assert!(verified.is_err(), "{length}");
        assert_eq!(read(&copy.path()), bytes[..length], "{length}");
    }
}

#[test]
fn an_empty_file_and_one_of_other_bytes_are_no_vault() {
    let copy = Copy::of(&[]);
    let noise: Vec<u8> = (0..100_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let text = b"title,username,password\n".repeat(400);
    for bytes in [&[][..], &noise, &text, b"SQLite format 3\0"] {
        copy.write(bytes);
        let refused = copy.open().map(|_| ());
        let expected = matches!(
            refused,
            Err(Error::Store(StoreError::NotAVault | StoreError::Damaged))
        );
        assert!(expected, "{refused:?}");
        assert_eq!(read(&copy.path()), bytes);
    }
}

fn assert_no_file(path: &Path) {
    let refused = open(path).map(|_| ());
    assert!(
        matches!(refused, Err(Error::Store(StoreError::NotAFile))),
        "{refused:?}"
    );
    assert!(verify(path, Depth::Full).is_err());
}

#[test]
fn a_folder_in_the_files_place_is_no_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("coffer.vault");
    let missing = open(&path).map(|_| ());
    assert!(matches!(missing, Err(Error::Store(StoreError::Missing))));
    std::fs::create_dir(&path).expect("a folder");
    assert_no_file(&path);
}

#[cfg(unix)]
#[test]
fn a_link_or_a_pipe_in_the_files_place_is_no_file() {
    let copy = Copy::of(&ours().bytes);
    let link = copy.path().with_file_name("link.vault");
    std::os::unix::fs::symlink(copy.path(), &link).expect("a link");
    assert_no_file(&link);
    let pipe = copy.path().with_file_name("pipe.vault");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo");
    assert_no_file(&pipe);
}

#[test]
fn a_database_of_another_program_is_no_vault() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("coffer.vault");
    execute(
        &Connection::open(&path).expect("a database"),
        "CREATE TABLE a (b)",
    );
    let before = read(&path);
    let refused = open(&path).map(|_| ());
    assert!(matches!(refused, Err(Error::Store(StoreError::NotAVault))));
    assert_eq!(read(&path), before);
}
