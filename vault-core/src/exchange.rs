//! What other password managers export, read without losing anything.
//!
//! [`read`] tells the format from the content. Each row of the file becomes a [`ForeignEntry`] or is
//! skipped with its reason, so that the caller can account for every one before anything is stored.
//! Values are byte for byte those of the file; what has no place of its own becomes a custom field.
//!
//! Secrets are decoded into wiped buffers of sufficient size only. That is why the formats are read
//! as slices of the file (`json`, `table`) and not through a document tree.

mod bitwarden;
pub mod candidate;
mod foreign_entry;
mod json;
mod lastpass;
mod table;

use std::fmt;

pub use self::foreign_entry::ForeignEntry;
use self::json::Members;
use self::table::Table;
use crate::secret::SecretBytes;

/// The largest file that is read, in bytes.
pub const MAX_FILE: usize = 64 << 20;

/// The longest value that is read, in bytes.
pub const MAX_VALUE: usize = 1 << 20;

/// The most rows that a file may have.
pub const MAX_ROWS: usize = 100_000;

/// The most fields that one entry may have.
pub const MAX_FIELDS: usize = 1_000;

/// A format that is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Bitwarden's unencrypted JSON export, of a person or an organisation.
    BitwardenJson,
    /// `LastPass`'s CSV export.
    LastPassCsv,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BitwardenJson => "Bitwarden (JSON file)",
            Self::LastPassCsv => "LastPass (CSV file)",
        })
    }
}

/// A file that was read to its end.
pub struct Reading {
    /// What wrote the file.
    pub format: Format,
    /// Rows in the file: always the entries and the skipped rows together.
    pub rows: usize,
    /// The rows that were read, in the order of the file.
    pub entries: Vec<ForeignEntry>,
    /// The rows that were not, in the order of the file.
    pub skipped: Vec<Skipped>,
    /// What the person is to be told of rows that were read.
    pub notes: Vec<Note>,
}

/// Something to know about a row that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// The row, counted from 1.
    pub row: usize,
    /// What.
    pub what: Noted,
}

/// What is to be known about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Noted {
    /// A value looks as if the exporter had escaped it for HTML (`&amp;` for `&`). It is carried as
    /// it stands, because nobody can know.
    Escaped,
    /// A value is not UTF-8 text, such as a pound sign in Windows-1252. Its bytes are kept.
    NotUtf8,
    /// The title could not be used as it stands; the exact one is a field of the entry.
    Titled,
    /// The one-time seed makes no codes here, such as Steam's. It is kept as a field.
    NoCodes,
}

impl Noted {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Escaped => "escaped",
            Self::NotUtf8 => "not-utf8",
            Self::Titled => "titled",
            Self::NoCodes => "no-codes",
        }
    }
}

impl Reading {
    fn new(format: Format) -> Self {
        Self {
            format,
            rows: 0,
            entries: Vec::new(),
            skipped: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Accounts for the next row.
    fn add(&mut self, line: Option<usize>, row: Result<ForeignEntry, SkipReason>) {
        self.rows += 1;
        match row {
            Ok(entry) => self.entries.push(entry),
            Err(reason) => self.skipped.push(Skipped {
                row: self.rows,
                line,
                reason,
            }),
        }
    }
}

/// A row that was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skipped {
    /// The row, counted from 1; a header is none.
    pub row: usize,
    /// In a table, the line of the file at which the row begins, counted from 1 by line feeds.
    pub line: Option<usize>,
    /// Why.
    pub reason: SkipReason,
}

/// Why a row was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkipReason {
    /// Nothing is in the row.
    Blank,
    /// The row has another number of cells than the header: a value may stand in a wrong column.
    Ragged {
        /// Cells in the row.
        cells: usize,
        /// Cells in the header.
        columns: usize,
    },
    /// A quotation mark is opened and the file ends.
    UnclosedQuote,
    /// A quotation mark stands where none can: the value that was meant cannot be told.
    Misquoted,
    /// A title, folder, user name or address is not UTF-8.
    NotUtf8,
    /// A value is longer than [`MAX_VALUE`].
    ValueTooLong,
    /// There are more than [`MAX_FIELDS`] fields.
    TooManyFields,
    /// Values are nested too deeply.
    TooDeep,
    /// The row is not of the form that the format has.
    Unreadable,
    /// The row does not say what kind of item it is, as every row of this format does.
    NoType,
    /// A whole section of the file is unknown here; it is counted as a row, so that it is not lost
    /// unnoticed.
    UnknownSection,
}

impl SkipReason {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::Ragged { .. } => "ragged",
            Self::UnclosedQuote => "unclosed-quote",
            Self::Misquoted => "misquoted",
            Self::NotUtf8 => "not-utf8",
            Self::ValueTooLong => "value-too-long",
            Self::TooManyFields => "too-many-fields",
            Self::TooDeep => "too-deep",
            Self::Unreadable => "unreadable",
            Self::NoType => "no-type",
            Self::UnknownSection => "unknown-section",
        }
    }
}

/// Why a file could not be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadError {
    /// Nothing is in the file.
    Empty,
    /// The file is larger than [`MAX_FILE`].
    TooLarge,
    /// The file has more than [`MAX_ROWS`] rows.
    TooManyRows,
    /// The text is not UTF-8.
    NotUtf8,
    /// JSON that breaks off or is damaged at this place.
    Damaged {
        /// The line, counted from 1.
        line: usize,
        /// The byte in the line, counted from 1.
        column: usize,
    },
    /// A table whose header is none of a known export.
    UnknownTable,
    /// JSON that is no known export.
    UnknownJson,
    /// Neither a table nor JSON.
    Unrecognised,
    /// A Bitwarden export that opens with a password of its own.
    PasswordProtected,
    /// A Bitwarden export that opens in the account that made it and nowhere else.
    AccountRestricted,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the file is empty"),
            Self::TooLarge => f.write_str("the file is larger than 64 MiB"),
            Self::TooManyRows => write!(f, "the file has more than {MAX_ROWS} rows"),
            Self::NotUtf8 => f.write_str("the file is not UTF-8 text"),
            Self::Damaged { line, column } => {
                write!(
                    f,
                    "the file is damaged or cut off at line {line}, column {column}"
                )
            }
            Self::UnknownTable => f.write_str("the first line is not that of a known export"),
            Self::UnknownJson => f.write_str("the file is JSON, but not a known export"),
            Self::Unrecognised => f.write_str("the file is not a known export"),
            Self::PasswordProtected => {
                f.write_str("the Bitwarden export is protected with a password of its own")
            }
            Self::AccountRestricted => f.write_str(
                "the Bitwarden export opens only in the account that made it: \
                 export again as JSON, not as account-restricted encrypted JSON",
            ),
        }
    }
}

impl std::error::Error for ReadError {}

/// Reads an export of another password manager.
///
/// # Errors
/// [`ReadError`] where the file as a whole is not readable; rows that are not are listed in the
/// [`Reading`].
pub fn read(file: &SecretBytes) -> Result<Reading, ReadError> {
    let bytes = file.expose();
    if bytes.len() > MAX_FILE {
        return Err(ReadError::TooLarge);
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(ReadError::NotUtf8);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match bytes.iter().find(|b| !b.is_ascii_whitespace()) {
        None => Err(ReadError::Empty),
        Some(b'{' | b'[') => read_json(bytes),
        Some(_) => read_table(bytes),
    }
}

fn read_json(bytes: &[u8]) -> Result<Reading, ReadError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ReadError::NotUtf8)?;
    let members = Members::of_file(text)?;
    if bitwarden::recognises(&members) {
        bitwarden::read(&members)
    } else {
        Err(ReadError::UnknownJson)
    }
}

fn read_table(bytes: &[u8]) -> Result<Reading, ReadError> {
    let mut table = Table::open(bytes)?;
    if lastpass::recognises(table.columns()) {
        lastpass::read(&mut table)
    } else {
        Err(ReadError::UnknownTable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(file: &[u8]) -> Option<ReadError> {
        read(&SecretBytes::copy_from(file)).err()
    }

    #[test]
    fn every_kind_of_unreadable_file_has_its_own_error() {
        let deep = "[".repeat(100_000);
        for (file, error) in [
            (b"".as_slice(), ReadError::Empty),
            (b"\xef\xbb\xbf \r\n", ReadError::Empty),
            (b"\xff\xfeu\0r\0l\0", ReadError::NotUtf8),
            (b"{\"items\":\"\xff\"}", ReadError::NotUtf8),
            (
                b"{\"items\":[\n{\"name\":\"a",
                ReadError::Damaged {
                    line: 2,
                    column: 10,
                },
            ),
            (b"{}{}", ReadError::Damaged { line: 1, column: 3 }),
            (b"{\"version\":1,\"accounts\":[]}", ReadError::UnknownJson),
            (b"[1,2]", ReadError::UnknownJson),
            (deep.as_bytes(), ReadError::UnknownJson),
            (b"name,url,username,password\n", ReadError::UnknownTable),
            (b"\0\0\0\0", ReadError::Unrecognised),
            (b"PK\x03\x04\xff\xfe", ReadError::Unrecognised),
            (b"Dear Sir or Madam", ReadError::Unrecognised),
            (b"\"", ReadError::Unrecognised),
        ] {
            let shown = String::from_utf8_lossy(&file[..file.len().min(40)]);
            assert_eq!(refusal(file), Some(error), "{shown}");
        }
        let large = SecretBytes::zeroed(MAX_FILE + 1);
        assert_eq!(read(&large).err(), Some(ReadError::TooLarge));
    }

    #[test]
    fn every_cut_of_a_file_is_read_or_refused() {
        let json = br#"{"encrypted":false,"folders":[],"items":[{"name":"a\u00e9\"","type":1,
            "login":{"password":"p\\","uris":[{"uri":"u"}]}}]}"#;
        let csv = b"url,username,password,extra,name,grouping,fav\r\nu,n,\"p\"\"\n\",,a,g,0\r\n";
        for file in [json.as_slice(), csv] {
            for end in 0..file.len() {
                if let Ok(reading) = read(&SecretBytes::copy_from(&file[..end])) {
                    assert_eq!(reading.rows, reading.entries.len() + reading.skipped.len());
                }
            }
        }
    }

    #[test]
    fn more_rows_than_the_bound_are_refused() {
        let rows = "0,".repeat(MAX_ROWS);
        let json = format!(r#"{{"folders":[],"items":[{rows}0]}}"#);
        assert_eq!(refusal(json.as_bytes()), Some(ReadError::TooManyRows));
        let header = "url,username,password,extra,name,grouping,fav\n";
        let csv = header.to_owned() + &"u,,,,a,,\n".repeat(MAX_ROWS + 1);
        assert_eq!(refusal(csv.as_bytes()), Some(ReadError::TooManyRows));
    }
}
