//! Entries' rows. A version's secret fields are written here and read nowhere but in
//! [`super::super::disclosure`].

use rusqlite::{Connection, Params};

use super::{Column, Row, check_table, checked, damaged, number};
use crate::audit::ledger::Ledger;
use crate::audit::row::RowKey;
use crate::crypto::digest::Digest;
use crate::id::{CollectionId, EntryId, Generation, Version};
use crate::store::StoreError;
use crate::store::act::Act;

/// An entry's encrypted catalogue, and which versions are current and pending.
pub struct EntryRow {
    /// Which.
    pub entry: EntryId,
    /// Where it stands.
    pub collection: CollectionId,
    /// The keyed tag of its folded title.
    pub title_tag: Digest,
    /// The generation of the catalogue key.
    pub generation: Generation,
    /// How often the catalogue was written.
    pub revision: u64,
    /// The newest confirmed version.
    pub current: Version,
    /// The version that waits to be confirmed.
    pub pending: Option<Version>,
    /// The encrypted catalogue.
    pub catalogue: Vec<u8>,
}

impl Row for EntryRow {
    const TABLE: &'static str = "entry";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "collection",
        "title_tag",
        "generation",
        "revision",
        "current",
        "pending",
        "catalogue",
    ];
    const KEY: usize = 1;

    fn key(&self) -> RowKey {
        RowKey::Entry(self.entry)
    }

    fn columns(&self) -> Vec<Column<'_>> {
        vec![
            Column::Blob(self.entry.as_bytes()),
            Column::Blob(self.collection.as_bytes()),
            Column::Blob(self.title_tag.as_bytes()),
            Column::Integer(self.generation.get()),
            Column::Integer(self.revision),
            Column::Integer(self.current.get()),
            Column::OptionalInteger(self.pending.map(Version::get)),
            Column::Blob(&self.catalogue),
        ]
    }

    fn agrees_with(&self, ledger: &Ledger) -> bool {
        ledger.entries.get(&self.entry).is_some_and(|known| {
            known.collection == self.collection
                && known.pending.map(|(version, _)| version) == self.pending
                && self.current <= known.latest
        })
    }

    fn from_sql(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let pending: Option<i64> = row.get(6)?;
        let pending = match pending {
            None => None,
            Some(_) => Some(Version::new(number(row, 6)?)),
        };
        Ok(Self {
            entry: EntryId::from_bytes(row.get(0)?),
            collection: CollectionId::from_bytes(row.get(1)?),
            title_tag: Digest::from_bytes(row.get(2)?),
            generation: Generation::new(number(row, 3)?),
            revision: number(row, 4)?,
            current: Version::new(number(row, 5)?),
            pending,
            catalogue: row.get(7)?,
        })
    }
}

/// One version of an entry's secret fields, to be written. It is no [`super::StoredRow`], so that
/// nothing but a disclosure reads one back.
pub struct NewVersion {
    /// Of which entry.
    pub entry: EntryId,
    /// Which version.
    pub version: Version,
    /// The generation of the collection's keys.
    pub generation: Generation,
    /// What may be seen of it, encrypted under the catalogue key.
    pub catalogue: Vec<u8>,
    /// The data key, encrypted under the collection key.
    pub data_key: Vec<u8>,
    /// The secret fields, encrypted under the data key.
    pub secrets: Vec<u8>,
}

impl Row for NewVersion {
    const TABLE: &'static str = "version";
    const COLUMNS: &'static [&'static str] = &[
        "entry",
        "version",
        "generation",
        "catalogue",
        "data_key",
        "secrets",
    ];
    const KEY: usize = 2;

    fn key(&self) -> RowKey {
        RowKey::Version(self.entry, self.version)
    }

    fn columns(&self) -> Vec<Column<'_>> {
        vec![
            Column::Blob(self.entry.as_bytes()),
            Column::Integer(self.version.get()),
            Column::Integer(self.generation.get()),
            Column::Blob(&self.catalogue),
            Column::Blob(&self.data_key),
            Column::Blob(&self.secrets),
        ]
    }

    fn from_sql(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            entry: EntryId::from_bytes(row.get(0)?),
            version: Version::new(number(row, 1)?),
            generation: Generation::new(number(row, 2)?),
            catalogue: row.get(3)?,
            data_key: row.get(4)?,
            secrets: row.get(5)?,
        })
    }
}

/// What may be seen of a version without revealing it.
pub struct VersionHead {
    /// The generation of the catalogue key.
    pub generation: Generation,
    /// What may be seen of it, encrypted.
    pub catalogue: Vec<u8>,
}

impl Act<'_> {
    /// What may be seen of one version.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn version_head(
        &self,
        entry: EntryId,
        version: Version,
    ) -> Result<Option<VersionHead>, StoreError> {
        let row: Option<NewVersion> = self.row_unseen(&RowKey::Version(entry, version))?;
        Ok(row.map(|row| VersionHead {
            generation: row.generation,
            catalogue: row.catalogue,
        }))
    }

    /// The entries of a collection: all that the log knows of.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn entries_in(&self, collection: CollectionId) -> Result<Vec<EntryRow>, StoreError> {
        let id = collection.as_bytes();
        let found = entries(&self.transaction, "collection", id, self.ledger())
            .map_err(|error| self.judged(error))?;
        let known = self.ledger().entries.iter();
        let here = known.filter(|(_, entry)| entry.collection == collection);
        if found.len() != here.count() {
            self.check_entries()?;
        }
        Ok(found)
    }

    /// Gives the entries of every collection that is `wanted`, in the order of their ids: all that
    /// the log knows of, or an error at the end. The table is read once from end to end, which for a
    /// list of most of it takes a fraction of what finding each row by an index does.
    ///
    /// # Errors
    /// [`StoreError`], and the first error of `each`.
    pub fn each_entry<E: From<StoreError>>(
        &self,
        wanted: impl Fn(CollectionId) -> bool,
        each: impl FnMut(EntryRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let columns = EntryRow::COLUMNS.join(", ");
        let sql = format!("SELECT {columns} FROM entry ORDER BY id");
        let found = select(&self.transaction, (&sql, []), self.ledger(), &wanted, each)
            .map_err(|error| self.judged(error))??;
        let known = self.ledger().entries.iter();
        if found != known.filter(|(_, known)| wanted(known.collection)).count() {
            self.check_entries()?;
        }
        Ok(())
    }

    /// Checks that every entry's row is there, is what the log says it is, and can be found.
    fn check_entries(&self) -> Result<(), StoreError> {
        for (entry, _) in self.ledger().entries.iter() {
            self.row::<EntryRow>(&RowKey::Entry(entry))?;
        }
        check_table(&self.transaction, EntryRow::TABLE)
    }

    /// The entries whose title has this tag. An entry whose row was removed, or is hidden by a
    /// damaged index, is damage and never an unknown title.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn entries_by_title(&self, tag: &Digest) -> Result<Vec<EntryRow>, StoreError> {
        let tag = tag.as_bytes();
        let found = entries(&self.transaction, "title_tag", tag, self.ledger())
            .map_err(|error| self.judged(error))?;
        if found.is_empty() {
            self.check_entries()?;
        }
        Ok(found)
    }
}

fn entries(
    connection: &Connection,
    column: &'static str,
    value: &[u8],
    ledger: &Ledger,
) -> Result<Vec<EntryRow>, StoreError> {
    let columns = EntryRow::COLUMNS.join(", ");
    let sql = format!("SELECT {columns} FROM entry WHERE {column} = ? ORDER BY id");
    let mut found = Vec::new();
    let push = |row| {
        found.push(row);
        Ok::<_, StoreError>(())
    };
    select(connection, (&sql, [value]), ledger, |_| true, push)??;
    Ok(found)
}

/// Gives the rows that a query finds and whose collection is wanted; how many they were, or where
/// `each` failed.
fn select<E>(
    connection: &Connection,
    (sql, given): (&str, impl Params),
    ledger: &Ledger,
    wanted: impl Fn(CollectionId) -> bool,
    mut each: impl FnMut(EntryRow) -> Result<(), E>,
) -> Result<Result<usize, E>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(given)?;
    let mut found = 0;
    while let Some(row) = rows.next()? {
        let key = RowKey::Entry(EntryId::from_bytes(row.get(0)?));
        let collection = row.get(1).map_err(|error| damaged(error, key))?;
        if !wanted(CollectionId::from_bytes(collection)) {
            continue;
        }
        let row = EntryRow::from_sql(row).map_err(|error| damaged(error, key))?;
        if let Some(row) = checked(Some(row), &key, ledger)? {
            found += 1;
            if let Err(error) = each(row) {
                return Ok(Err(error));
            }
        }
    }
    Ok(Ok(found))
}
