//! The whole file against the log, without a person: every row that was changed, removed, added,
//! put back or swapped is named, and nothing else is.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;

use harness::Council;
use vault_core::audit::ledger::Ledger;
use vault_core::audit::row::RowKey;
use vault_core::error::{Error, StoreError};
use vault_core::store::Store;
use vault_core::vault::verify::{Depth, Report, Request, State, verify};

use super::rows::{changes, locate, restore};
use super::{Copy, TITLES, execute, ours, texts};

fn checked(copy: &Copy) -> Result<Report, Error> {
    verify(&copy.path(), with_state(Depth::Quick))
}

/// The state too.
fn with_state(depth: Depth) -> Request {
    Request {
        depth,
        ..State::Checked.into()
    }
}

/// The row that is named, where a row is what is wrong.
fn named(copy: &Copy) -> Option<RowKey> {
    match checked(copy) {
        Err(Error::Store(StoreError::RowChanged(key))) => Some(key),
        _ => None,
    }
}

/// What the log says of a copy.
fn ledger_of(copy: &Copy) -> Ledger {
    let store = Store::open(&copy.path()).expect("the store opens");
    let mut ledger = Ledger::default();
    store.catch_up(&mut ledger).expect("the log verifies");
    ledger
}

/// The rows of each table, in the order of their keys.
fn by_table(ledger: &Ledger) -> BTreeMap<&'static str, Vec<RowKey>> {
    let mut tables: BTreeMap<&'static str, Vec<RowKey>> = BTreeMap::new();
    for key in ledger.row_keys() {
        tables.entry(locate(&key).0).or_default().push(key);
    }
    for keys in tables.values_mut() {
        keys.sort_unstable();
    }
    tables
}

#[test]
fn an_untouched_vault_is_what_its_log_says_at_either_depth() {
    let copy = Copy::of(&ours().bytes);
    let rows = ledger_of(&copy).row_keys().count() as u64;
    assert!(rows > 40, "{rows}");
    for depth in [Depth::Full, Depth::Quick] {
        let report = verify(&copy.path(), with_state(depth)).expect("it is as it was made");
        assert_eq!(report.rows, Some(rows));
        assert_eq!(report.signatures_checked, depth == Depth::Full);
    }
    let log_alone = verify(&copy.path(), Depth::Quick).expect("the log verifies");
    assert_eq!(log_alone.rows, None);
}

#[test]
fn every_row_with_any_column_changed_or_removed_is_named() {
    let copy = Copy::of(&ours().bytes);
    let intact = Copy::of(&ours().bytes);
    let connection = copy.connect();
    let mut found = BTreeMap::new();
    for (table, keys) in by_table(&ledger_of(&copy)) {
        for key in keys {
            for change in changes(&connection, &key) {
                execute(&copy.connect(), &change);
                assert_eq!(named(&copy), Some(key), "{change}");
                restore(&copy, &intact, &key);
                *found.entry(table).or_insert(0) += 1;
            }
        }
    }
    assert_eq!(found.len(), 8, "every kind of row: {found:?}");
    assert!(found.values().sum::<i32>() > 250, "{found:?}");
    checked(&copy).expect("everything was put back");
}

#[test]
fn every_row_put_back_in_its_own_older_form_is_named() {
    let copy = Copy::of(&ours().bytes);
    let now = Copy::of(&ours().bytes);
    let earlier = Copy::of(&ours().earlier);
    let (before, after) = (ledger_of(&earlier), ledger_of(&copy));
    let mut put_back = 0;
    for key in before.row_keys() {
        if before.row(&key).map(|(_, digest)| digest) == after.row(&key).map(|(_, digest)| digest) {
            continue;
        }
        restore(&copy, &earlier, &key);
        assert_eq!(named(&copy), Some(key));
        restore(&copy, &now, &key);
        put_back += 1;
    }
    assert!(put_back >= TITLES.len(), "{put_back}");
}

/// The columns of a table's key, and the others.
fn columns(copy: &Copy, table: &str) -> [Vec<String>; 2] {
    let connection = copy.connect();
    ["pk > 0", "pk = 0"].map(|which| {
        let sql = format!("SELECT name FROM pragma_table_info('{table}') WHERE {which}");
        texts(&connection, &sql)
    })
}

#[test]
fn two_rows_of_any_kind_that_changed_places_are_named_by_the_first() {
    let copy = Copy::of(&ours().bytes);
    let mut swapped = Vec::new();
    for (table, keys) in by_table(&ledger_of(&copy)) {
        let [_, values] = columns(&copy, table);
        let (one, other) = (keys[0], keys[keys.len() - 1]);
        assert_ne!(one, other, "{table}");
        copy.write(&ours().bytes);
        let set = |from: &str| {
            let each = values.iter().map(|column| {
                format!("{column} = (SELECT {column} FROM temp.kept WHERE which = '{from}')")
            });
            each.collect::<Vec<_>>().join(", ")
        };
        let [first, second] = [one, other].map(|key| locate(&key).1);
        execute(
            &copy.connect(),
            &format!(
                "CREATE TEMP TABLE kept AS SELECT 'one' AS which, * FROM main.{table} WHERE {first} \
                 UNION ALL SELECT 'other', * FROM main.{table} WHERE {second};\
                 UPDATE main.{table} SET {} WHERE {first};\
                 UPDATE main.{table} SET {} WHERE {second}",
                set("other"),
                set("one"),
            ),
        );
        assert_eq!(named(&copy), Some(one), "{table}");
        swapped.push(table);
    }
    assert_eq!(swapped.len(), 8, "{swapped:?}");
}

#[test]
fn a_row_of_any_kind_that_no_record_names_is_named() {
    let copy = Copy::of(&ours().bytes);
    let zero = "00000000000000000000000000000000";
    for (table, keys) in by_table(&ledger_of(&copy)) {
        let [key_columns, values] = columns(&copy, table);
        let is_share = table == "share";
        let (text, renamed) = if is_share {
            ("99", "99".to_owned())
        } else {
            (zero, format!("x'{zero}'"))
        };
        let name = keys[0].to_string();
        let mut parts: Vec<&str> = name.split('/').collect();
        parts[1] = text;
        let added: RowKey = parts.join("/").parse().expect("a row's name");
        let rest = [&key_columns[1..], &values[..]].concat().join(", ");
        let condition = locate(&keys[0]).1;
        let first = &key_columns[0];
        copy.write(&ours().bytes);
        execute(
            &copy.connect(),
            &format!(
                "INSERT INTO {table} ({first}, {rest}) \
                 SELECT {renamed}, {rest} FROM {table} WHERE {condition}"
            ),
        );
        assert_eq!(named(&copy), Some(added), "{table}");
    }
}

#[test]
fn a_row_whose_key_is_no_key_is_damage() {
    let copy = Copy::of(&ours().bytes);
    for change in [
        "INSERT INTO person SELECT x'00', login_tag, generation, name FROM person LIMIT 1",
        "INSERT INTO share SELECT -1, place, file FROM share LIMIT 1",
        // One key in another spelling.
        "INSERT INTO wrap SELECT collection, generation, part, upper(reader), file FROM wrap \
         WHERE reader GLOB '*[a-f]*' LIMIT 1",
        "INSERT INTO wrap SELECT collection, generation, part, reader || '/x', file FROM wrap LIMIT 1",
    ] {
        copy.write(&ours().bytes);
        execute(&copy.connect(), change);
        let checked = checked(&copy);
        assert!(
            matches!(checked, Err(Error::Store(StoreError::Damaged))),
            "{change}: {checked:?}"
        );
    }
}

#[test]
fn an_index_that_hides_a_row_is_damage() {
    let copy = Copy::of(&ours().bytes);
    execute(
        &copy.connect(),
        "PRAGMA writable_schema = ON; \
         UPDATE sqlite_schema SET sql = replace(sql, '(title_tag)', '(title_tag) WHERE 0') \
         WHERE name = 'entry_by_title'",
    );
    execute(&copy.connect(), "REINDEX entry_by_title");
    execute(
        &copy.connect(),
        "PRAGMA writable_schema = ON; \
         UPDATE sqlite_schema SET sql = replace(sql, ' WHERE 0', '') WHERE name = 'entry_by_title'",
    );
    verify(&copy.path(), Depth::Quick).expect("the log knows nothing of indexes");
    let checked = checked(&copy);
    assert!(
        matches!(checked, Err(Error::Store(StoreError::Damaged))),
        "{checked:?}"
    );
}

#[test]
fn a_file_that_cannot_be_written_is_checked_and_left_as_it_is() {
    let council = Council::at_work();
    let read_only = |mode| std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(council.path(), read_only(0o400)).expect("a mode");
    std::fs::set_permissions(council.folder(), read_only(0o500)).expect("a mode");
    let before = council.file();
    let report = verify(&council.path(), State::Checked);
    assert!(report.is_ok_and(|report| report.rows.is_some_and(|rows| rows > 0)));
    assert_eq!(council.file(), before);
    std::fs::set_permissions(council.folder(), read_only(0o700)).expect("a mode");
}
