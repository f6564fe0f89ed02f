//! Rows that are no records: changed, put back in an older form, removed, or added. Each is
//! refused when it is used, by name, and nobody is told that there is nothing.

use harness::{CHAIR, CLERK, COUNCILLOR, Council, PROVIDER, TestJournal, passphrase_of};
use rusqlite::Connection;
use vault_core::audit::ledger::Ledger;
use vault_core::audit::row::{Reader, RowKey, WrappedPart};
use vault_core::error::{Error, SheetRefused, StoreError};
use vault_core::person::login_tag;
use vault_core::secret::SecretString;
use vault_core::store::Store;
use vault_core::store::rows::{
    CollectionRow, CredentialRow, EntryRow, GenerationRow, PersonRow, ShareRow, StoredRow, WrapRow,
};
use vault_core::vault::reveal::Wanted;

use super::{Copy, TITLES, execute, ours, texts};

/// A row's table, and the condition that finds it there.
pub(super) fn locate(key: &RowKey) -> (&'static str, String) {
    match key {
        RowKey::Person(id) => ("person", format!("id = x'{id}'")),
        RowKey::Credential(id) => ("credential", format!("person = x'{id}'")),
        RowKey::Collection(id) => ("collection", format!("id = x'{id}'")),
        RowKey::Generation(id, generation) => (
            "generation",
            format!("collection = x'{id}' AND generation = {generation}"),
        ),
        RowKey::Wrap(id, generation, part, reader) => {
            let part = match part {
                WrappedPart::Collection => "key",
                WrappedPart::Catalogue => "catalogue",
            };
            let key = format!("collection = x'{id}' AND generation = {generation}");
            (
                "wrap",
                format!("{key} AND part = '{part}' AND reader = '{reader}'"),
            )
        }
        RowKey::Entry(id) => ("entry", format!("id = x'{id}'")),
        RowKey::Version(id, version) => (
            "version",
            format!("entry = x'{id}' AND version = {version}"),
        ),
        RowKey::Share(epoch, place) => ("share", format!("epoch = {epoch} AND place = {place}")),
    }
}

/// The statements that each change one column of the row, and the one that removes it.
pub(super) fn changes(connection: &Connection, key: &RowKey) -> Vec<String> {
    let (table, condition) = locate(key);
    let columns = format!("SELECT name FROM pragma_table_info('{table}') WHERE pk = 0");
    let mut changes = Vec::new();
    for column in texts(connection, &columns) {
        let typed = format!("SELECT typeof({column}) FROM {table} WHERE {condition}");
        let declared =
            format!("SELECT type FROM pragma_table_info('{table}') WHERE name = '{column}'");
        let is_blob = texts(connection, &declared) == ["BLOB"];
        let others = match (texts(connection, &typed)[0].as_str(), is_blob) {
            ("null", true) => vec!["x'00'"],
            ("null", false) => vec!["1"],
            (_, true) => vec!["zeroblob(length(@))", "x''"],
            (_, false) => vec!["@ + 1", "-@", "9223372036854775807"],
        };
        for other in others {
            let other = other.replace('@', &column);
            changes.push(format!(
                "UPDATE {table} SET {column} = {other} WHERE {condition}"
            ));
        }
    }
    changes.push(format!("DELETE FROM {table} WHERE {condition}"));
    changes
}

/// Reads the row as the program does, and whether there is one; `None` for kinds that are read in
/// a disclosure alone.
fn used(store: &Store, key: &RowKey, ledger: &Ledger) -> Option<Result<bool, StoreError>> {
    Some(match key {
        RowKey::Person(_) => found::<PersonRow>(store, key, ledger),
        RowKey::Credential(_) => found::<CredentialRow>(store, key, ledger),
        RowKey::Collection(_) => found::<CollectionRow>(store, key, ledger),
        RowKey::Generation(..) => found::<GenerationRow>(store, key, ledger),
        RowKey::Wrap(..) => found::<WrapRow>(store, key, ledger),
        RowKey::Entry(_) => found::<EntryRow>(store, key, ledger),
        RowKey::Share(..) => found::<ShareRow>(store, key, ledger),
        RowKey::Version(..) => return None,
    })
}

fn found<R: StoredRow>(store: &Store, key: &RowKey, ledger: &Ledger) -> Result<bool, StoreError> {
    store.row::<R>(key, ledger).map(|row| row.is_some())
}

/// Puts the row back by SQL, so that whoever has the file open sees that it changed again.
pub(super) fn restore(copy: &Copy, intact: &Copy, key: &RowKey) {
    let (table, condition) = locate(key);
    let connection = copy.connect();
    execute(
        &connection,
        &format!("ATTACH '{}' AS intact", intact.path().display()),
    );
    execute(
        &connection,
        &format!("INSERT OR REPLACE INTO {table} SELECT * FROM intact.{table} WHERE {condition}"),
    );
}

fn is_changed<T>(result: &Result<T, StoreError>, key: &RowKey) -> bool {
    matches!(result, Err(StoreError::RowChanged(row)) if row == key)
}

fn replayed(copy: &Copy) -> (Store, Ledger) {
    let store = Store::open(&copy.path()).expect("the store opens");
    let mut ledger = Ledger::default();
    store.catch_up(&mut ledger).expect("the log verifies");
    (store, ledger)
}

#[test]
fn every_row_with_any_column_changed_or_removed_is_refused_and_named() {
    let copy = Copy::of(&ours().bytes);
    let intact_copy = Copy::of(&ours().bytes);
    let (store, ledger) = replayed(&copy);
    let connection = copy.connect();
    let mut refused = 0;
    for key in &ledger.rows.keys().collect::<Vec<_>>() {
        let Some(intact) = used(&store, key, &ledger) else {
            continue;
        };
        assert!(intact.is_ok_and(|found| found), "{key}");
        for change in changes(&connection, key) {
            execute(&copy.connect(), &change);
            let found = used(&store, key, &ledger).expect("a kind that is read");
            assert!(is_changed(&found, key), "{change}: {found:?}");
            refused += 1;
            restore(&copy, &intact_copy, key);
        }
    }
    assert!(refused > 200, "{refused}");
}

#[test]
fn a_row_put_back_in_its_own_older_form_is_refused_and_named() {
    let copy = Copy::of(&ours().bytes);
    let earlier = Copy::of(&ours().earlier);
    let (_, before) = replayed(&earlier);
    let (store, ledger) = replayed(&copy);
    let mut put_back = 0;
    for key in &before.rows.keys().collect::<Vec<_>>() {
        let now = ledger.row(key).expect("no row was deleted since").1;
        if before.row(key).is_some_and(|(_, then)| then == now) {
            continue;
        }
        restore(&copy, &earlier, key);
        let found = used(&store, key, &ledger).expect("a kind that is read");
        assert!(is_changed(&found, key), "{key}");
        put_back += 1;
    }
    assert!(put_back >= TITLES.len(), "{put_back}");
}

#[test]
fn a_row_that_no_record_names_is_refused_and_named() {
    let copy = Copy::of(&ours().bytes);
    let (store, ledger) = replayed(&copy);
    let zero = "00000000000000000000000000000000";
    let mut added = std::collections::BTreeSet::new();
    for key in &ledger.rows.keys().collect::<Vec<_>>() {
        // The same row under another name.
        let text = key.to_string();
        let mut parts: Vec<&str> = text.split('/').collect();
        parts[1] = if matches!(key, RowKey::Share(..)) {
            "99"
        } else {
            zero
        };
        let other: RowKey = parts.join("/").parse().expect("a row's name");
        let (table, condition) = locate(key);
        if !added.insert(table) || used(&store, &other, &ledger).is_none() {
            continue;
        }
        let columns = texts(
            &copy.connect(),
            &format!("SELECT name FROM pragma_table_info('{table}')"),
        );
        let renamed = if table == "share" {
            "99".to_owned()
        } else {
            format!("x'{zero}'")
        };
        let rest = columns[1..].join(", ");
        execute(
            &copy.connect(),
            &format!("INSERT INTO {table} SELECT {renamed}, {rest} FROM {table} WHERE {condition}"),
        );
        let found = used(&store, &other, &ledger).expect("a kind that is read");
        assert!(is_changed(&found, &other), "{other}: {found:?}");
    }
    assert_eq!(added.len(), 8);
}

fn row_changed<T>(result: &Result<T, Error>, key: RowKey) -> bool {
    matches!(result, Err(Error::Store(StoreError::RowChanged(row))) if *row == key)
}

/// Somebody's credential, by their name.
fn credential_of(copy: &Copy, name: &str) -> RowKey {
    let (_, ledger) = replayed(copy);
    let tag = login_tag(ledger.vault.as_ref().expect("a vault").vault, name);
    let sql = format!("SELECT lower(hex(id)) FROM person WHERE login_tag = x'{tag}'");
    let id = texts(&copy.connect(), &sql).remove(0);
    RowKey::Credential(id.parse().expect("an id"))
}

#[test]
fn changed_parameters_or_salt_are_never_a_wrong_passphrase_and_nothing_is_derived() {
    // A derivation that took no time could not be told from none.
    let bytes = Council::found_at_the_floor().file();
    let copy = Copy::of(&bytes);
    let key = credential_of(&copy, PROVIDER);
    let records = copy.lines().len();
    let (table, condition) = locate(&key);
    for change in [
        // 1 TiB, and then the most that the program itself would accept: seconds of work.
        "memory_kib = 1073741824",
        "memory_kib = 1048576, passes = 4",
        "memory_kib = 8",
        "passes = 1",
        "lanes = 0",
        "salt = zeroblob(16)",
        "salt = x''",
        "commitment = zeroblob(32)",
        "identity = zeroblob(length(identity))",
    ] {
        copy.write(&bytes);
        execute(
            &copy.connect(),
            &format!("UPDATE {table} SET {change} WHERE {condition}"),
        );
        for passphrase in [
            passphrase_of(PROVIDER),
            SecretString::new("wrong".to_owned()),
        ] {
            let mut vault = copy.open().expect("the vault opens");
            let begun = now();
            let unlocked = vault.unlock(PROVIDER, &passphrase).map(|_| ());
            assert!(
                begun.elapsed() < std::time::Duration::from_millis(50),
                "{change}"
            );
            assert!(row_changed(&unlocked, key), "{change}");
        }
        assert_eq!(copy.lines().len(), records, "no failed unlock is on record");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the time that a refusal takes is what is tested"
)]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

#[test]
fn a_person_who_was_removed_or_renamed_is_not_told_that_their_passphrase_is_wrong() {
    let copy = Copy::of(&ours().bytes);
    let RowKey::Credential(id) = credential_of(&copy, PROVIDER) else {
        unreachable!("a credential");
    };
    for change in [
        format!("DELETE FROM person WHERE id = x'{id}'"),
        format!("UPDATE person SET login_tag = zeroblob(32) WHERE id = x'{id}'"),
        format!("UPDATE person SET login_tag = x'' WHERE id = x'{id}'"),
        format!("UPDATE person SET generation = generation + 1 WHERE id = x'{id}'"),
    ] {
        copy.write(&ours().bytes);
        execute(&copy.connect(), &change);
        let mut vault = copy.open().expect("the vault opens");
        let unlocked = vault.unlock(PROVIDER, &passphrase_of(PROVIDER)).map(|_| ());
        assert!(row_changed(&unlocked, RowKey::Person(id)), "{change}");
    }
}

#[test]
fn an_unknown_name_is_still_no_more_than_a_wrong_passphrase() {
    let copy = Copy::of(&ours().bytes);
    let mut vault = copy.open().expect("the vault opens");
    let unlocked = vault
        .unlock(COUNCILLOR, &passphrase_of(COUNCILLOR))
        .map(|_| ());
    assert!(matches!(
        unlocked,
        Err(Error::WrongPassphrase { recorded: true })
    ));
}

#[test]
fn an_entry_that_was_removed_or_hidden_is_missed() {
    let copy = Copy::of(&ours().bytes);
    let title = TITLES[1];
    let entry = copy.try_as(PROVIDER, |session| Ok(session.show(title)?.entry));
    let entry = entry.expect("an entry");
    let key = RowKey::Entry(entry);
    let intact = Copy::of(&super::read(&copy.path()));
    let mut vault = copy.open().expect("the vault opens");
    let mut session = vault
        .unlock(PROVIDER, &passphrase_of(PROVIDER))
        .expect("a session");
    let mut failures = Vec::new();
    for change in [
        "DELETE FROM entry",
        "UPDATE entry SET title_tag = zeroblob(32)",
        "UPDATE entry SET title_tag = x''",
        "UPDATE entry SET collection = zeroblob(16)",
        "UPDATE entry SET pending = 3",
        "UPDATE entry SET current = 1",
    ] {
        restore(&copy, &intact, &key);
        execute(&copy.connect(), &format!("{change} WHERE id = x'{entry}'"));
        if !row_changed(&session.entries().map(|_| ()), key) {
            failures.push(format!("listed: {change}"));
        }
        let id = entry.to_string();
        for name in [title, &id] {
            let shown = session.reveal(name, "password", Wanted::Current, None);
            if !row_changed(&shown.map(|_| ()), key) {
                failures.push(format!("revealed: {change}"));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

#[test]
fn a_wrapped_key_that_was_removed_or_changed_is_missed() {
    let copy = Copy::of(&ours().bytes);
    let (_, ledger) = replayed(&copy);
    let RowKey::Credential(clerk) = credential_of(&copy, CLERK) else {
        unreachable!("a credential");
    };
    let newest = ledger
        .collections
        .values()
        .map(|c| c.newest().expect("a key").0);
    let wraps = newest.map(|facts| {
        let (part, reader) = (WrappedPart::Collection, Reader::Person(clerk));
        RowKey::Wrap(facts.collection, facts.generation, part, reader)
    });
    let mut missed = 0;
    for key in wraps.filter(|key| ledger.has_row(key)) {
        let (table, condition) = locate(&key);
        for change in [
            format!("DELETE FROM {table} WHERE {condition}"),
            format!("UPDATE {table} SET file = x'00' WHERE {condition}"),
        ] {
            copy.write(&ours().bytes);
            execute(&copy.connect(), &change);
            let acted = copy.try_as(CLERK, |session| {
                session.collections()?;
                session.entries()?;
                session.log().map(|_| ())
            });
            assert!(row_changed(&acted, key), "{change}");
            missed += 1;
        }
    }
    assert_eq!(
        missed, 6,
        "the directory, the access log and the administration"
    );
}

#[test]
fn a_sealed_share_that_was_removed_or_changed_is_missed_before_anything_is_released() {
    let copy = Copy::of(&ours().bytes);
    for change in [
        "DELETE FROM share WHERE epoch = 2",
        "UPDATE share SET file = x'00' WHERE epoch = 2",
        "UPDATE share SET file = (SELECT file FROM share WHERE epoch = 1) WHERE epoch = 2",
    ] {
        copy.write(&ours().bytes);
        execute(&copy.connect(), change);
        let mut vault = copy.open().expect("the vault opens");
        let terms = Council::terms();
        assert_eq!(terms.opener, CHAIR);
        let requested = vault.request_opening(&terms, Box::new(TestJournal::default()));
        let mut requested = requested.expect("a request");
        let mut outcome = Ok(());
        for words in &ours().sheets[..2] {
            let accepted = requested.accept(&SecretString::new(words.clone()));
            outcome = outcome.and(accepted.map(|_| ()));
        }
        let outcome = outcome.and_then(|()| requested.release().map(|_| ()));
        let damaged = matches!(
            outcome,
            Err(Error::Sheet(SheetRefused::ShareDamaged { .. }))
        );
        assert!(damaged, "{change}: {outcome:?}");
    }
}
