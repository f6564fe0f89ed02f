//! Collections' rows: names, generations of keys, and the keys wrapped to readers.

use super::{Column, Row, number, part_name};
use crate::audit::row::{Reader, RowKey, WrappedPart};
use crate::id::{CollectionId, Generation};

/// A collection's encrypted name.
pub struct CollectionRow {
    /// Which.
    pub collection: CollectionId,
    /// The generation of the directory key under which the name is encrypted.
    pub generation: Generation,
    /// The encrypted name.
    pub name: Vec<u8>,
}

impl Row for CollectionRow {
    const TABLE: &'static str = "collection";
    const COLUMNS: &'static [&'static str] = &["id", "generation", "name"];
    const KEY: usize = 1;

    fn key(&self) -> RowKey {
        RowKey::Collection(self.collection)
    }

    fn columns(&self) -> Vec<Column<'_>> {
        vec![
            Column::Blob(self.collection.as_bytes()),
            Column::Integer(self.generation.get()),
            Column::Blob(&self.name),
        ]
    }

    fn from_sql(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            collection: CollectionId::from_bytes(row.get(0)?),
            generation: Generation::new(number(row, 1)?),
            name: row.get(2)?,
        })
    }
}

/// What a generation of a collection's key holds of the one before.
pub struct GenerationRow {
    /// Which collection.
    pub collection: CollectionId,
    /// Which generation.
    pub generation: Generation,
    /// The collection key before, encrypted; absent in the first generation.
    pub predecessor: Option<Vec<u8>>,
    /// The catalogue key before, encrypted; absent in the first generation.
    pub predecessor_catalogue: Option<Vec<u8>>,
}

impl Row for GenerationRow {
    const TABLE: &'static str = "generation";
    const COLUMNS: &'static [&'static str] = &[
        "collection",
        "generation",
        "predecessor",
        "predecessor_catalogue",
    ];
    const KEY: usize = 2;

    fn key(&self) -> RowKey {
        RowKey::Generation(self.collection, self.generation)
    }

    fn columns(&self) -> Vec<Column<'_>> {
        vec![
            Column::Blob(self.collection.as_bytes()),
            Column::Integer(self.generation.get()),
            Column::OptionalBlob(self.predecessor.as_deref()),
            Column::OptionalBlob(self.predecessor_catalogue.as_deref()),
        ]
    }

    fn from_sql(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            collection: CollectionId::from_bytes(row.get(0)?),
            generation: Generation::new(number(row, 1)?),
            predecessor: row.get(2)?,
            predecessor_catalogue: row.get(3)?,
        })
    }
}

/// A collection's key as an age file to one reader.
pub struct WrapRow {
    /// Which collection.
    pub collection: CollectionId,
    /// Which generation.
    pub generation: Generation,
    /// Which key of it.
    pub part: WrappedPart,
    /// To whom.
    pub reader: Reader,
    /// The age file.
    pub file: Vec<u8>,
}

impl Row for WrapRow {
    const TABLE: &'static str = "wrap";
    const COLUMNS: &'static [&'static str] =
        &["collection", "generation", "part", "reader", "file"];
    const KEY: usize = 4;

    fn key(&self) -> RowKey {
        RowKey::Wrap(self.collection, self.generation, self.part, self.reader)
    }

    fn columns(&self) -> Vec<Column<'_>> {
        vec![
            Column::Blob(self.collection.as_bytes()),
            Column::Integer(self.generation.get()),
            Column::Text(part_name(self.part).into()),
            Column::Text(self.reader.to_string().into()),
            Column::Blob(&self.file),
        ]
    }

    fn from_sql(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let text = |at| -> rusqlite::Result<String> { row.get(at) };
        let wrong = |at| {
            let kind = rusqlite::types::Type::Text;
            rusqlite::Error::InvalidColumnType(at, "wrap".to_owned(), kind)
        };
        let part = match text(2)?.as_str() {
            "key" => WrappedPart::Collection,
            "catalogue" => WrappedPart::Catalogue,
            _ => return Err(wrong(2)),
        };
        Ok(Self {
            collection: CollectionId::from_bytes(row.get(0)?),
            generation: Generation::new(number(row, 1)?),
            part,
            reader: text(3)?.parse().map_err(|_| wrong(3))?,
            file: row.get(4)?,
        })
    }
}
