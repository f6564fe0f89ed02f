//! What a file says of itself: that it is a copy, and made for what.

use std::path::Path;

use harness::{CLERK, Council, PROVIDER, passphrase_of};
use rusqlite::Connection;
use vault_core::error::{Error, StoreError};
use vault_core::vault::Vault;
use vault_core::vault::copy::CopyKind;
use vault_core::vault::restore::Restoration;
use vault_core::vault::verify::{State, verify};

#[test]
fn each_copy_says_what_it_is_and_at_which_record_it_was_made_and_the_vault_says_nothing() {
    let council = Council::at_work();
    let opened = |path: &Path| Vault::open(path, council.surroundings()).expect("it opens");
    let said = |path: &Path| opened(path).copy().expect("it can be read");
    let [backup, kit, aside, again] = ["backup", "kit", "aside", "again"]
        .map(|name| council.folder().join(name).with_extension("vault"));
    let backed_up = council.unlocked(PROVIDER, |s| s.backup(&backup)).record;
    let for_kit = council.unlocked(CLERK, |s| s.copy_for_kit(&kit)).record;
    opened(&council.path()).copy_aside(&aside).expect("a copy");
    let mut seen = Vec::new();
    for path in [&backup, &kit, &aside] {
        let mark = said(path).expect("a mark");
        seen.push((mark.kind, mark.since));
        verify(path, State::Checked).expect("it verifies");
        if mark.kind.is_recorded() {
            let made = if mark.kind == CopyKind::Kit {
                for_kit
            } else {
                backed_up
            };
            assert_eq!(mark.record, made);
        }
    }
    let kinds = [CopyKind::Backup, CopyKind::Kit, CopyKind::Opening];
    assert_eq!(seen, kinds.map(|kind| (kind, 0)));
    assert_eq!(said(&council.path()), None);

    // A copy of a copy says what it is itself, and what is put back says nothing.
    opened(&kit).copy_aside(&again).expect("a copy");
    assert_eq!(said(&again).map(|mark| mark.kind), Some(CopyKind::Opening));
    let mut vault = opened(&kit);
    let mut session = vault.unlock(CLERK, &passphrase_of(CLERK)).expect("hers");
    session.own_name().expect("a record more");
    drop(vault);
    let mark = said(&kit).expect("a mark");
    assert_eq!((mark.record, mark.since), (for_kit, 1));
    Restoration::begin(&kit, &council.path(), council.surroundings())
        .and_then(|it| it.finish(PROVIDER, &passphrase_of(PROVIDER)))
        .expect_err("its checksum is that of the kit as it was made");
    Restoration::begin(&backup, &council.path(), council.surroundings())
        .and_then(|it| it.finish(PROVIDER, &passphrase_of(PROVIDER)))
        .expect("a restoration");
    assert_eq!(said(&council.path()), None);
}

#[test]
fn a_mark_that_the_log_does_not_bear_out_is_no_mark_and_a_damaged_state() {
    let council = Council::at_work();
    let copy = council.folder().join("copy.vault");
    let record = council.unlocked(PROVIDER, |s| s.backup(&copy)).record.get();
    let connection = Connection::open(&copy).expect("SQLite opens it");
    for (kind, record) in [
        ("kit".to_owned(), record),
        ("backup".to_owned(), record - 1),
        ("opening".to_owned(), record + 9),
        ("stick".to_owned(), record),
    ] {
        let sql = format!("UPDATE copy SET kind = '{kind}', record = {record}");
        connection.execute_batch(&sql).expect("SQLite does it");
        let vault = Vault::open(&copy, council.surroundings()).expect("it opens all the same");
        assert_eq!(
            vault.copy().expect("it can be read"),
            None,
            "{kind} {record}"
        );
        let found = verify(&copy, State::Checked).map(drop);
        let damaged = matches!(found, Err(Error::Store(StoreError::Damaged)));
        assert!(damaged, "{kind} {record}: {found:?}");
    }
}
