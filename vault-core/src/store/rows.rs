//! Rows: their columns, their digests, and how they are read back and checked.

pub mod collection;
pub mod entry;
pub mod envelope;
pub mod person;

use std::borrow::Cow;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::{StoreError, state};
use crate::audit::ledger::Ledger;
use crate::audit::row::{RowKey, WrappedPart};
use crate::crypto::digest::Digest;
use crate::encoding::{Encoder, Label};
pub use collection::{CollectionRow, GenerationRow, WrapRow};
pub use entry::{EntryRow, NewVersion, VersionHead};
pub use envelope::ShareRow;
pub use person::{CredentialRow, PersonRow};

/// The version of the row digests' form.
const ROW_VERSION: u64 = 1;

/// A value of a column.
pub enum Column<'r> {
    /// A number.
    Integer(u64),
    /// A number or NULL.
    OptionalInteger(Option<u64>),
    /// Bytes.
    Blob(&'r [u8]),
    /// Bytes or NULL.
    OptionalBlob(Option<&'r [u8]>),
    /// Text.
    Text(Cow<'r, str>),
}

impl Column<'_> {
    fn encode(&self, encoder: Encoder) -> Encoder {
        match self {
            Self::Integer(number) => encoder.u64(*number),
            Self::OptionalInteger(number) => {
                let bytes = number.map(u64::to_be_bytes);
                encoder.optional(bytes.as_ref().map(<[u8; 8]>::as_slice))
            }
            Self::Blob(bytes) => encoder.bytes(bytes),
            Self::OptionalBlob(bytes) => encoder.optional(*bytes),
            Self::Text(text) => encoder.bytes(text.as_bytes()),
        }
    }
}

impl ToSql for Column<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let integer = |number: &u64| {
            i64::try_from(*number)
                .map(ToSqlOutput::from)
                .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
        };
        Ok(match self {
            Self::Integer(number) | Self::OptionalInteger(Some(number)) => integer(number)?,
            Self::OptionalInteger(None) | Self::OptionalBlob(None) => {
                ToSqlOutput::Borrowed(ValueRef::Null)
            }
            Self::Blob(bytes) | Self::OptionalBlob(Some(bytes)) => {
                ToSqlOutput::Borrowed(ValueRef::Blob(bytes))
            }
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

/// A kind of row that is not part of the log.
pub trait Row: Sized {
    /// Its table's name.
    const TABLE: &'static str;
    /// Its columns, those of the primary key first.
    const COLUMNS: &'static [&'static str];
    /// How many columns the primary key has.
    const KEY: usize;

    /// Its name in the log.
    fn key(&self) -> RowKey;

    /// Its values, in the order of [`Self::COLUMNS`].
    fn columns(&self) -> Vec<Column<'_>>;

    /// Whether what it says besides agrees with the log; most rows say nothing that the log does.
    fn agrees_with(&self, _: &Ledger) -> bool {
        true
    }

    /// The row with these values.
    ///
    /// # Errors
    /// A column of another type or length.
    fn from_sql(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self>;
}

/// A row that may be read outside this floor: every kind but the secrets'.
///
/// Nobody else can add a kind: one that claimed the secrets' table would read them unrecorded.
///
/// ```compile_fail,E0277
/// use vault_core::audit::row::RowKey;
/// use vault_core::id::{EntryId, Version};
/// use vault_core::store::rows::{Column, Row, StoredRow};
///
/// struct Leak(EntryId, Vec<u8>);
///
/// impl Row for Leak {
///     const TABLE: &'static str = "version";
///     const COLUMNS: &'static [&'static str] = &["entry", "version", "secrets"];
///     const KEY: usize = 2;
///
///     fn key(&self) -> RowKey {
///         RowKey::Version(self.0, Version::new(1))
///     }
///
///     fn columns(&self) -> Vec<Column<'_>> {
///         vec![Column::Blob(&self.1)]
///     }
///
///     fn from_sql(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
///         Ok(Self(EntryId::from_bytes(row.get(0)?), row.get(2)?))
///     }
/// }
///
/// // The store's own kinds alone are sealed in.
/// impl StoredRow for Leak {}
/// ```
pub trait StoredRow: Row + sealed::Sealed {}

mod sealed {
    /// What keeps [`super::StoredRow`] to the kinds of this floor.
    pub trait Sealed {}
}

macro_rules! stored {
    ($($row:ty),+) => {
        $(
            impl sealed::Sealed for $row {}
            impl StoredRow for $row {}
        )+
    };
}

stored!(
    PersonRow,
    CredentialRow,
    CollectionRow,
    GenerationRow,
    WrapRow,
    EntryRow,
    ShareRow
);

/// `SHA-256` over label, form, table, key and columns.
fn digest<R: Row>(row: &R) -> Digest {
    // An entry's row is the one of which thousands are read: it fits without growing.
    let encoder = Encoder::roomy(Label::Row, 1024)
        .u64(ROW_VERSION)
        .bytes(R::TABLE.as_bytes())
        .bytes(row.key().to_string().as_bytes());
    let columns = row.columns();
    let encoder = columns
        .iter()
        .fold(encoder, |encoder, column| column.encode(encoder));
    Digest::of(&[&encoder.finish()])
}

fn put<R: Row>(connection: &Connection, row: &R) -> Result<(), StoreError> {
    let places = vec!["?"; R::COLUMNS.len()].join(", ");
    let columns = R::COLUMNS.join(", ");
    let table = R::TABLE;
    let sql = format!("INSERT OR REPLACE INTO {table} ({columns}) VALUES ({places})");
    let mut statement = connection.prepare_cached(&sql)?;
    statement.execute(params_from_iter(row.columns()))?;
    Ok(())
}

/// Reads a row and compares it with the latest record that names it. `None` where neither the
/// log nor the table has it.
pub(super) fn get<R: Row>(
    connection: &Connection,
    key: &RowKey,
    ledger: &Ledger,
) -> Result<Option<R>, StoreError> {
    let keys = key_columns(key);
    let conditions: Vec<String> = R::COLUMNS[..keys.len()]
        .iter()
        .map(|column| format!("{column} = ?"))
        .collect();
    let (columns, table) = (R::COLUMNS.join(", "), R::TABLE);
    let conditions = conditions.join(" AND ");
    let sql = format!("SELECT {columns} FROM {table} WHERE {conditions}");
    let mut statement = connection.prepare_cached(&sql)?;
    let row = statement
        .query_row(params_from_iter(keys), R::from_sql)
        .optional()
        .map_err(|error| damaged(error, *key))?;
    checked(row, key, ledger)
}

/// The row, where it is what the log says it is.
pub(super) fn checked<R: Row>(
    row: Option<R>,
    key: &RowKey,
    ledger: &Ledger,
) -> Result<Option<R>, StoreError> {
    let found = row.as_ref().map(digest);
    let agrees = row.as_ref().is_none_or(|row| row.agrees_with(ledger));
    if agrees && found == ledger.row(key).map(|(_, digest)| digest) {
        Ok(row)
    } else {
        Err(StoreError::RowChanged(*key))
    }
}

/// Checks that a table and its indices agree: a damaged index hides rows, or gives others.
fn check_table(connection: &Connection, table: &str) -> Result<(), StoreError> {
    super::check_structure(connection, &format!("'{table}'"))
}

/// A value of the wrong type or length was not written by this program.
pub(super) fn damaged(error: rusqlite::Error, key: RowKey) -> StoreError {
    match error {
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::InvalidColumnType(..) => StoreError::RowChanged(key),
        other => other.into(),
    }
}

/// The values of the primary key of the row called `key`.
fn key_columns(key: &RowKey) -> Vec<Column<'_>> {
    let id = |bytes| Column::Blob(bytes);
    match key {
        RowKey::Person(person) | RowKey::Credential(person) => vec![id(person.as_bytes())],
        RowKey::Collection(collection) => vec![id(collection.as_bytes())],
        RowKey::Generation(collection, generation) => {
            vec![id(collection.as_bytes()), Column::Integer(generation.get())]
        }
        RowKey::Wrap(collection, generation, part, reader) => vec![
            id(collection.as_bytes()),
            Column::Integer(generation.get()),
            Column::Text(part_name(*part).into()),
            Column::Text(reader.to_string().into()),
        ],
        RowKey::Entry(entry) => vec![id(entry.as_bytes())],
        RowKey::Version(entry, version) => {
            vec![id(entry.as_bytes()), Column::Integer(version.get())]
        }
        RowKey::Share(epoch, place) => vec![Column::Integer(epoch.get()), Column::Integer(*place)],
    }
}

/// The table in which the row called `key` stands.
pub(super) const fn table_of(key: &RowKey) -> &'static str {
    match key {
        RowKey::Person(_) => PersonRow::TABLE,
        RowKey::Credential(_) => CredentialRow::TABLE,
        RowKey::Collection(_) => CollectionRow::TABLE,
        RowKey::Generation(..) => GenerationRow::TABLE,
        RowKey::Wrap(..) => WrapRow::TABLE,
        RowKey::Entry(_) => EntryRow::TABLE,
        RowKey::Version(..) => NewVersion::TABLE,
        RowKey::Share(..) => ShareRow::TABLE,
    }
}

const fn part_name(part: WrappedPart) -> &'static str {
    match part {
        WrappedPart::Collection => "key",
        WrappedPart::Catalogue => "catalogue",
    }
}

/// A number of a column that is never negative.
fn number(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(at)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(at, number))
}

macro_rules! any_row {
    ($($variant:ident($row:ty),)+) => {
        /// A row of any kind, to be written with a record.
        pub enum AnyRow {
            $(
                #[doc = concat!("A [`", stringify!($row), "`].")]
                $variant($row),
            )+
        }

        impl AnyRow {
            /// Its name in the log.
            pub fn key(&self) -> RowKey {
                match self {
                    $(Self::$variant(row) => row.key(),)+
                }
            }

            pub(super) fn digest(&self) -> Digest {
                match self {
                    $(Self::$variant(row) => digest(row),)+
                }
            }

            pub(super) fn put(&self, connection: &Connection) -> Result<(), StoreError> {
                match self {
                    $(Self::$variant(row) => put(connection, row),)+
                }
            }
        }

        /// Checks every table against the log; gives how many rows they hold.
        pub(super) fn check_tables(
            connection: &Connection,
            ledger: &Ledger,
        ) -> Result<u64, StoreError> {
            let tables = [$(state::check_table::<$row>(connection, ledger)?),+];
            Ok(tables.iter().sum())
        }

        $(
            impl From<$row> for AnyRow {
                fn from(row: $row) -> Self {
                    Self::$variant(row)
                }
            }
        )+
    };
}

any_row! {
    Person(PersonRow),
    Credential(CredentialRow),
    Collection(CollectionRow),
    Generation(GenerationRow),
    Wrap(WrapRow),
    Entry(EntryRow),
    Version(NewVersion),
    Share(ShareRow),
}
