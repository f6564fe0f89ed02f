//! The SQLite file by docs/format.md, sections 7 and 11, opened with nothing but SQLite.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

use super::encoding::{Fields, Word, hex, sha256};

/// A vault file, read only.
pub(crate) struct VaultFile(Connection);

/// A row: its values in the order of its columns.
pub(crate) type Row = Vec<Value>;

/// Every table whose rows are bound by digests.
pub(crate) const BOUND: [&str; 8] = [
    "person",
    "credential",
    "collection",
    "generation",
    "wrap",
    "entry",
    "version",
    "share",
];

impl VaultFile {
    pub(crate) fn open(path: &Path) -> Self {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let connection = Connection::open_with_flags(path, flags).expect("an SQLite file");
        let pragma = |name| {
            let value = connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
            value.expect("a pragma")
        };
        assert_eq!(pragma("application_id"), 0x636f_6672);
        assert_eq!(pragma("user_version"), 1);
        Self(connection)
    }

    /// The rows of a table, in the order of its primary key.
    pub(crate) fn rows(&self, table: &str) -> Vec<Row> {
        let sql = format!("SELECT * FROM {table} ORDER BY 1, 2");
        let mut statement = self.0.prepare(&sql).expect("a table");
        let columns = statement.column_count();
        let values = |row: &rusqlite::Row<'_>| (0..columns).map(|at| row.get(at)).collect();
        let rows = statement.query_map([], values).expect("its rows");
        rows.collect::<Result<_, _>>().expect("its values")
    }

    /// The statements that made the tables.
    pub(crate) fn schema(&self) -> BTreeSet<String> {
        let rows = self.rows("sqlite_schema");
        let made = rows.iter().filter_map(|row| match &row[4] {
            Value::Text(sql) => Some(sql.clone()),
            _ => None,
        });
        made.collect()
    }

    /// The records' lines.
    pub(crate) fn lines(&self) -> Vec<Vec<u8>> {
        let rows = self.rows("record");
        rows.iter().map(|row| blob(&row[1]).to_vec()).collect()
    }

    /// Size and note of every checkpoint.
    pub(crate) fn checkpoints(&self) -> Vec<(u64, String)> {
        let rows = self.rows("checkpoint");
        let read = |row: &Row| (number(&row[0]), text(&row[1]).to_owned());
        rows.iter().map(read).collect()
    }
}

pub(crate) fn blob(value: &Value) -> &[u8] {
    match value {
        Value::Blob(bytes) => bytes,
        other => panic!("a blob is expected, not {:?}", other.data_type()),
    }
}

pub(crate) fn text(value: &Value) -> &str {
    match value {
        Value::Text(text) => text,
        other => panic!("a text is expected, not {:?}", other.data_type()),
    }
}

pub(crate) fn number(value: &Value) -> u64 {
    match value {
        Value::Integer(number) => u64::try_from(*number).expect("never negative"),
        other => panic!("a number is expected, not {:?}", other.data_type()),
    }
}

/// A row's name in the log.
pub(crate) fn row_key(table: &str, row: &Row) -> String {
    let id = |at: usize| hex(blob(&row[at]));
    let count = |at: usize| number(&row[at]);
    match table {
        "person" | "credential" | "collection" | "entry" => format!("{table}/{}", id(0)),
        "generation" | "version" => format!("{table}/{}/{}", id(0), count(1)),
        "wrap" => {
            let (part, reader) = (text(&row[2]), text(&row[3]));
            format!("{table}/{}/{}/{part}/{reader}", id(0), count(1))
        }
        "share" => format!("{table}/{}/{}", count(0), count(1)),
        other => panic!("the rows of {other} are not bound"),
    }
}

/// A row's digest.
pub(crate) fn row_digest(table: &str, row: &Row) -> Word {
    let head = Fields::labelled("row")
        .number(1)
        .bytes(table.as_bytes())
        .bytes(row_key(table, row).as_bytes());
    let encoded = row.iter().fold(head, |fields, value| match value {
        Value::Null => fields.absent(),
        Value::Integer(_) => fields.number(number(value)),
        Value::Text(text) => fields.bytes(text.as_bytes()),
        Value::Blob(bytes) => fields.bytes(bytes),
        Value::Real(_) => panic!("no column holds a fraction"),
    });
    sha256(&encoded.finish())
}
