//! What stands in a vault file, as far as it shows without a key.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use crate::desk::Desk;

/// A vault's records and rows, and the files around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// The event and outcome of every record.
    pub(super) records: Vec<String>,
    /// How many rows each table has.
    pub(super) rows: Vec<(String, u64)>,
    /// All rows of each table with all that is in them.
    content: Vec<u64>,
}

impl State {
    /// What stands at `path`; nothing where there is no file. What a fault cut off is undone first.
    pub(super) fn of(path: &Path) -> Option<Self> {
        if !path.exists() {
            return None;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
        let connection = Connection::open_with_flags(path, flags).expect("the vault opens");
        let mut content = Vec::new();
        let mut rows = Vec::new();
        for table in tables(&connection) {
            // Tries without a record are no part of any act.
            if table == "attempt" {
                continue;
            }
            let mut all = DefaultHasher::new();
            let count = read(&connection, &table, &mut all);
            rows.push((table, count));
            content.push(all.finish());
        }
        Some(Self {
            records: records(&connection),
            rows,
            content,
        })
    }

    /// Whether records came to it, and nothing else.
    pub(super) fn differs_in_the_log_alone(&self, other: &Self) -> bool {
        const LOG: [&str; 5] = ["record", "detail", "detail_key", "checkpoint", "frontier"];
        let rest = |state: &Self| {
            let rows = state.rows.iter().zip(&state.content);
            let rest = rows.filter(|((table, _), _)| !LOG.contains(&table.as_str()));
            let rest = rest.map(|((table, _), content)| (table.clone(), *content));
            rest.collect::<Vec<_>>()
        };
        rest(self) == rest(other)
    }
}

fn tables(connection: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut statement = connection.prepare(sql).expect("a query");
    let names = statement.query_map([], |row| row.get(0)).expect("names");
    names.collect::<Result<_, _>>().expect("names")
}

fn read(connection: &Connection, table: &str, content: &mut DefaultHasher) -> u64 {
    let sql = format!("SELECT * FROM {table}");
    let mut statement = connection.prepare(&sql).expect("a query");
    let columns = statement.column_count();
    let mut rows = statement.query([]).expect("rows");
    let mut count = 0;
    while let Some(row) = rows.next().expect("a row") {
        count += 1;
        for column in 0..columns {
            match row.get_ref(column).expect("a value") {
                ValueRef::Null => 0.hash(content),
                ValueRef::Integer(number) => number.hash(content),
                ValueRef::Blob(bytes) | ValueRef::Text(bytes) => bytes.hash(content),
                ValueRef::Real(_) => panic!("no column holds a fraction"),
            }
        }
    }
    count
}

fn records(connection: &Connection) -> Vec<String> {
    let mut statement = connection.prepare("SELECT line FROM record ORDER BY seq");
    let statement = statement.as_mut().expect("a query");
    let lines = statement.query_map([], |row| row.get::<_, Vec<u8>>(0));
    let event = |line: Vec<u8>| {
        let record: Value = serde_json::from_slice(&line).expect("a record is JSON");
        format!("{} {}", record["event"], record["outcome"]).replace('"', "")
    };
    lines
        .expect("lines")
        .map(|line| event(line.expect("a line")))
        .collect()
}

/// The files on the desk where commands write.
pub(super) fn files(desk: &Desk) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["vault", "out", "home", "tmp", "pass", "state"] {
        for entry in fs::read_dir(desk.path(folder)).expect("a folder") {
            files.push(entry.expect("an entry").path());
        }
    }
    files
}
