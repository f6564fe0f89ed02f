//! A table in comma-separated values (RFC 4180), read as bytes into one wiped buffer.
//!
//! Lines may end in LF, CR LF or CR CR LF; blank lines are no rows. Nothing is trimmed.

use csv_core::{ReadRecordResult, Reader};

use super::{ReadError, SkipReason};
use crate::secret::Wiped;

/// The most columns that a table may have.
const MAX_COLUMNS: usize = 256;

/// A table whose header was read.
pub(super) struct Table<'a> {
    lines: Lines<'a>,
    columns: Vec<String>,
}

/// A row of as many cells as the header.
pub(super) struct Row<'t> {
    /// The line at which the row begins, counted from 1.
    pub(super) line: usize,
    /// The cells, or why they cannot be told.
    pub(super) cells: Result<Vec<&'t [u8]>, SkipReason>,
}

impl<'a> Table<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// Files that do not begin with a line of at least two cells of text.
    pub(super) fn open(file: &'a [u8]) -> Result<Self, ReadError> {
        let mut lines = Lines {
            reader: Reader::new(),
            rest: file,
            line: 1,
            // One more than the file, for the line feed that ends the last row.
            cells: Wiped::new(vec![0; file.len() + 1]),
            ends: [0; MAX_COLUMNS],
        };
        let header = lines.next().and_then(|row| row.cells.ok());
        let header = header.filter(|cells| cells.len() > 1);
        let name = |cell: &&[u8]| {
            let name = std::str::from_utf8(cell).ok()?;
            (!name.contains('\0')).then(|| name.to_owned())
        };
        let columns = header.and_then(|cells| cells.iter().map(name).collect());
        let columns = columns.ok_or(ReadError::Unrecognised)?;
        Ok(Self { lines, columns })
    }

    /// The names of the columns, as they stand.
    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The next row, until there is none.
    pub(super) fn next_row(&mut self) -> Option<Row<'_>> {
        let columns = self.columns.len();
        let mut row = self.lines.next()?;
        row.cells = row.cells.and_then(|cells| match cells.len() {
            found if found == columns => Ok(cells),
            cells => Err(SkipReason::Ragged { cells, columns }),
        });
        Some(row)
    }
}

/// The rows of a file, header and all.
struct Lines<'a> {
    reader: Reader,
    rest: &'a [u8],
    line: usize,
    cells: Wiped<Vec<u8>>,
    ends: [usize; MAX_COLUMNS],
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<Row<'_>> {
        let blank = |b: &u8| matches!(b, b'\r' | b'\n');
        let start = self.rest.iter().position(|b| !blank(b))?;
        self.pass(start);
        let line = self.line;
        let (mut written, mut cells, mut input, mut ended) = (0, 0, self.rest, false);
        let closed = loop {
            // Cells beyond the bound are counted, and their ends lost, which makes the row ragged.
            let ends = &mut self.ends[cells % MAX_COLUMNS..];
            let output = &mut self.cells[written..];
            let (result, read, more, found) = self.reader.read_record(input, output, ends);
            (written, cells, input) = (written + more, cells + found, &input[read..]);
            match result {
                ReadRecordResult::Record => break true,
                ReadRecordResult::OutputEndsFull => {}
                // A quoted cell takes the line feed too.
                _ if ended => break false,
                _ => (input, ended) = (b"\n", true),
            }
        };
        let raw = self.pass(self.rest.len() - if ended { 0 } else { input.len() });
        let cells = match cells {
            _ if !closed => Err(SkipReason::UnclosedQuote),
            cells if cells > MAX_COLUMNS => Err(SkipReason::TooManyFields),
            cells => Some(self.slices(cells))
                .filter(|cells| is_exact(raw, cells))
                .ok_or(SkipReason::Misquoted),
        };
        Some(Row { line, cells })
    }

    /// Goes on by `bytes`, and gives them.
    fn pass(&mut self, bytes: usize) -> &'a [u8] {
        let (passed, rest) = self.rest.split_at(bytes);
        self.line += passed.split(|b| *b == b'\n').count() - 1;
        self.rest = rest;
        passed
    }

    /// The cells of the row that was read last.
    fn slices(&self, cells: usize) -> Vec<&[u8]> {
        let mut start = 0;
        let ends = self.ends[..cells].iter();
        ends.map(|&end| &self.cells[std::mem::replace(&mut start, end)..end])
            .collect()
    }
}

/// Whether a row says just these cells. The reader forgives a quotation mark in the wrong place by
/// dropping it, and the value would no longer be the one that was exported.
fn is_exact(raw: &[u8], cells: &[&[u8]]) -> bool {
    let mut rest = raw;
    cells.iter().all(|cell| {
        let doubled = cell.split(|b| *b == b'"').count() - 1;
        let quoted = rest.starts_with(b"\"");
        let length = cell.len() + if quoted { doubled + 2 } else { 0 };
        let Some((written, after)) = rest.split_at_checked(length) else {
            return false;
        };
        rest = after.get(1..).unwrap_or_default();
        matches!(after.first(), None | Some(b',' | b'\r' | b'\n'))
            && (!quoted || written.len() > 1 && written.ends_with(b"\""))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    type Found = (usize, Result<Vec<String>, SkipReason>);

    fn rows(file: &[u8]) -> Vec<Found> {
        let mut table = Table::open(file).unwrap_or_else(|error| panic!("{error}"));
        let mut rows = Vec::new();
        let text = |cell: &[u8]| String::from_utf8_lossy(cell).into_owned();
        while let Some(row) = table.next_row() {
            let cells = row.cells.map(|cells| cells.into_iter().map(text).collect());
            rows.push((row.line, cells));
        }
        rows
    }

    fn cells(line: usize, cells: [&str; 2]) -> Found {
        (line, Ok(cells.map(str::to_owned).to_vec()))
    }

    #[test]
    fn every_line_end_ends_a_row_and_lines_are_counted() {
        for end in ["\n", "\r\n", "\r\r\n"] {
            let file = ["a,b", "1,2", "", "3,4", ""].join(end);
            let expected = [cells(2, ["1", "2"]), cells(4, ["3", "4"])];
            assert_eq!(rows(file.as_bytes()), expected, "{end:?}");
        }
        assert_eq!(rows(b"a,b\n1,2"), [cells(2, ["1", "2"])]);
        assert_eq!(rows(b"a,b\n1,"), [cells(2, ["1", ""])]);
    }

    #[test]
    fn quoted_cells_keep_line_ends_quotes_commas_and_blanks() {
        assert_eq!(
            rows(b"a,b\n\" x\r\r\ny\n\",\"\"\"q,\"\"\"\n z , \n"),
            [cells(2, [" x\r\r\ny\n", "\"q,\""]), cells(5, [" z ", " "])]
        );
    }

    #[test]
    fn rows_of_another_length_and_open_quotes_are_refused_alone() {
        let ragged = |cells| Err(SkipReason::Ragged { cells, columns: 2 });
        assert_eq!(
            rows(b"a,b\n1\n1,2,3\n5,6\n7,\"8\n9,10\n"),
            [
                (2, ragged(1)),
                (3, ragged(3)),
                cells(4, ["5", "6"]),
                (5, Err(SkipReason::UnclosedQuote)),
            ]
        );
    }

    #[test]
    fn quotation_marks_in_the_wrong_place_are_refused_and_never_dropped() {
        let misquoted = |line| (line, Err(SkipReason::Misquoted));
        assert_eq!(
            rows(b"a,b\n\"x\"y,1\n1,\"x\"y\"\n1,\"x\" \nx\"y,\"\"\n"),
            [
                misquoted(2),
                misquoted(3),
                misquoted(4),
                cells(5, ["x\"y", ""])
            ]
        );
    }

    #[test]
    fn more_cells_than_the_bound_are_refused_and_the_next_row_is_read() {
        for more in [0, 1, MAX_COLUMNS] {
            let file = format!("a,b\n{}\n5,6\n", ",".repeat(MAX_COLUMNS + more));
            let expected = [(2, Err(SkipReason::TooManyFields)), cells(3, ["5", "6"])];
            assert_eq!(rows(file.as_bytes()), expected);
        }
    }
}
