//! `LastPass`'s CSV export: `url,username,password,extra,name,grouping,fav`, with `totp` in newer
//! versions, in any order.
//!
//! Columns of other names become custom fields. A secure note has the address `http://sn`, which is a
//! mark and no address, so that it is left out; its form (`NoteType:` and what follows) stays whole in
//! the notes. `LastPass` writes a folder's levels with backslashes and no folder as `(none)`.

use super::foreign_entry::{Draft, ForeignEntry, Part, text};
use super::table::Table;
use super::{Format, MAX_ROWS, Note, Noted, ReadError, Reading, SkipReason};
use crate::secret::SecretBytes;

/// Columns without which a table is not `LastPass`'s.
const COLUMNS: [&str; 6] = ["url", "username", "password", "extra", "name", "grouping"];

/// What stands in the place of a secure note's address.
const SECURE_NOTE: &[u8] = b"http://sn";

/// What HTML writes for `&`, `<`, `>`, `"` and `'`.
const ESCAPES: [&[u8]; 6] = [b"&amp;", b"&lt;", b"&gt;", b"&quot;", b"&#39;", b"&#039;"];

/// Whether a table with this header is `LastPass`'s.
pub(super) fn recognises(columns: &[String]) -> bool {
    COLUMNS
        .iter()
        .all(|wanted| columns.iter().any(|name| name == wanted))
}

/// Reads the rows.
///
/// # Errors
/// Too many rows.
pub(super) fn read(table: &mut Table<'_>) -> Result<Reading, ReadError> {
    let columns = table.columns().to_vec();
    let mut reading = Reading::new(Format::LastPassCsv);
    while let Some(row) = table.next_row() {
        if reading.rows == MAX_ROWS {
            return Err(ReadError::TooManyRows);
        }
        let number = reading.rows + 1;
        let entry = row.cells.and_then(|cells| {
            let entry = read_row(number, &columns, &cells)?;
            if cells.iter().any(|cell| looks_escaped(cell)) {
                reading.notes.push(Note {
                    row: number,
                    what: Noted::Escaped,
                });
            }
            Ok(entry)
        });
        reading.add(Some(row.line), entry);
    }
    Ok(reading)
}

fn read_row(
    number: usize,
    columns: &[String],
    cells: &[&[u8]],
) -> Result<ForeignEntry, SkipReason> {
    let mut draft = Draft::new(number);
    for (column, cell) in columns
        .iter()
        .zip(cells)
        .filter(|(_, cell)| !cell.is_empty())
    {
        let value = SecretBytes::copy_from(cell);
        match column.as_str() {
            "url" if *cell == SECURE_NOTE => {}
            "url" => draft.part(Part::Url, value)?,
            "username" => draft.part(Part::Username, value)?,
            "password" => draft.part(Part::Password, value)?,
            "totp" => draft.part(Part::Totp, value)?,
            "extra" => draft.part(Part::Notes, value)?,
            "name" => draft.part(Part::Title, value)?,
            "grouping" if *cell == b"(none)" => {}
            "grouping" if !draft.has_folder() => {
                draft.set_folder(text(&value)?.replace('\\', "/"));
            }
            "fav" if *cell == b"0" => {}
            "fav" => draft.custom("favourite", value)?,
            other => draft.custom(other, value)?,
        }
    }
    draft.finish()
}

fn looks_escaped(value: &[u8]) -> bool {
    let ampersands = value.iter().enumerate().filter(|(_, byte)| **byte == b'&');
    ampersands
        .map(|(place, _)| &value[place..])
        .any(|rest| ESCAPES.iter().any(|escape| rest.starts_with(escape)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{Skipped, read};

    const HEADER: &str = "url,username,password,totp,extra,name,grouping,fav\n";

    fn reading(file: &str) -> Reading {
        let file = SecretBytes::copy_from(file.as_bytes());
        read(&file).unwrap_or_else(|error| panic!("{error}"))
    }

    fn fields(entry: &ForeignEntry) -> Vec<(&str, &[u8])> {
        let fields = entry.fields.iter();
        fields
            .map(|(name, value)| (name.as_str(), value.expose()))
            .collect()
    }

    #[test]
    fn a_site_keeps_every_value_to_the_byte() {
        let row = "https://example.org/?a&b, pat ,\"p\"\",;'\",gezd gnbv=,\"l1\r\r\nl2 \",Web,Emails\\WS,1\n";
        let reading = reading(&(String::from("\u{feff}") + HEADER + row));
        assert_eq!((reading.format, reading.rows), (Format::LastPassCsv, 1));
        let entry = &reading.entries[0];
        assert_eq!(entry.title, "Web");
        assert_eq!(entry.folder.as_deref(), Some("Emails/WS"));
        assert_eq!(entry.username, " pat ");
        assert_eq!(entry.url, "https://example.org/?a&b");
        let expected: [(&str, &[u8]); 4] = [
            ("password", b"p\",;'"),
            ("totp", b"gezd gnbv="),
            ("notes", b"l1\r\r\nl2 "),
            ("favourite", b"1"),
        ];
        assert_eq!(fields(entry), expected);
        assert_eq!(reading.notes, []);
    }

    #[test]
    fn a_secure_note_keeps_its_form_and_has_no_address() {
        let row =
            "http://sn,,,,\"NoteType:Wi-Fi Password\nSSID:Hall\nNotes:\",Hall Wi-Fi,(none),0\n";
        let reading = reading(&(HEADER.to_owned() + row));
        let entry = &reading.entries[0];
        assert_eq!((entry.url.as_str(), entry.folder.as_deref()), ("", None));
        let notes: &[u8] = b"NoteType:Wi-Fi Password\nSSID:Hall\nNotes:";
        assert_eq!(fields(entry), [("notes", notes)]);
    }

    #[test]
    fn columns_that_are_not_known_become_fields() {
        let reading = reading(
            "name,url,username,password,extra,grouping,device,password\nWeb,u,n,p,,,router,q\n",
        );
        let expected: [(&str, &[u8]); 3] = [
            ("password", b"p"),
            ("device", b"router"),
            ("password (2)", b"q"),
        ];
        assert_eq!(fields(&reading.entries[0]), expected);
    }

    #[test]
    fn values_that_look_escaped_are_named_by_their_row_and_left_alone() {
        let rows = "u,n,p&amp;q,,a &lt;b&gt;,Web,,\nu,n,p&q;,,AT&T &amp,Web,,\n";
        let reading = reading(&(HEADER.to_owned() + rows));
        let what = Noted::Escaped;
        assert_eq!(reading.notes, [Note { row: 1, what }]);
        assert_eq!(
            fields(&reading.entries[0])[0],
            ("password", b"p&amp;q".as_slice())
        );
    }

    #[test]
    fn rows_that_cannot_be_read_are_named_by_row_and_line() {
        let mut file = HEADER.as_bytes().to_vec();
        file.extend(b"u,n,p,,\"two\nlines\",Web,,\n");
        file.extend(b"u,n,p,a,b,,,Web,,\n,,,,,,,\nu,\xff,p,,,Web,,\nu,n,\xff,,,Web,,\nu,n,\"");
        let reading = read(&SecretBytes::copy_from(&file)).expect("a table");
        assert_eq!((reading.rows, reading.entries.len()), (6, 2));
        assert_eq!(
            fields(&reading.entries[1]),
            [("password", b"\xff".as_slice())]
        );
        let ragged = SkipReason::Ragged {
            cells: 10,
            columns: 8,
        };
        let skipped = [
            (2, 4, ragged),
            (3, 5, SkipReason::Blank),
            (4, 6, SkipReason::NotUtf8),
            (6, 8, SkipReason::UnclosedQuote),
        ];
        let skipped = skipped.map(|(row, line, reason)| Skipped {
            row,
            line: Some(line),
            reason,
        });
        assert_eq!(reading.skipped, skipped);
    }
}
