//! Rows and columns as text that reads well aloud: no lines, no boxes, no colour.

use std::borrow::Cow;

use super::escape;

/// Between two columns.
const GAP: usize = 2;

/// Stands in an empty cell, so that no column is silent.
const NOTHING: &str = "-";

/// A table of text. Cells are escaped as they come in.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these headings over its columns.
    pub fn new<const N: usize>(headings: [&str; N]) -> Self {
        let mut table = Self::without_headings();
        table.row(headings);
        table
    }

    /// A table whose first column says what each row is.
    pub const fn without_headings() -> Self {
        Self { rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row<'a, C: Into<Cow<'a, str>>>(&mut self, cells: impl IntoIterator<Item = C>) {
        let cells = cells.into_iter().map(|cell| {
            let cell = cell.into();
            if cell.is_empty() {
                NOTHING.to_owned()
            } else {
                escape::line(&cell).into_owned()
            }
        });
        self.rows.push(cells.collect());
    }

    /// Aligned columns, with no blanks at the ends of the lines. Each character counts as one
    /// place wide; characters that have no width have been escaped.
    pub(super) fn aligned(&self) -> String {
        let widths = self.widths();
        self.joined(|text, cells| {
            let last = cells.len().saturating_sub(1);
            for ((cell, width), at) in cells.iter().zip(&widths).zip(0..) {
                text.push_str(cell);
                if at < last {
                    let blanks = width - cell.chars().count() + GAP;
                    text.extend(std::iter::repeat_n(' ', blanks));
                }
            }
        })
    }

    /// One tab between two cells.
    pub(super) fn tabbed(&self) -> String {
        self.joined(|text, cells| text.push_str(&cells.join("\t")))
    }

    fn joined(&self, mut push: impl FnMut(&mut String, &[String])) -> String {
        let mut text = String::new();
        for cells in &self.rows {
            push(&mut text, cells);
            text.push('\n');
        }
        text
    }

    fn widths(&self) -> Vec<usize> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|cells| cells.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        (0..columns).map(width).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_lines_end_with_their_text() {
        let mut table = Table::new(["Title", "Kind", "Changed"]);
        table.row(["Bank", "service", "today"]);
        table.row(["Küche", "", "yesterday"]);
        assert_eq!(
            table.aligned(),
            "Title  Kind     Changed\nBank   service  today\nKüche  -        yesterday\n"
        );
    }

    #[test]
    fn a_cell_cannot_start_a_row_or_a_column() {
        let mut table = Table::without_headings();
        table.row(["one\ntwo", "three\tfour"]);
        assert_eq!(table.tabbed(), "one\\u{a}two\tthree\\u{9}four\n");
        assert_eq!(table.aligned(), "one\\u{a}two  three\\u{9}four\n");
    }

    #[test]
    fn rows_of_unequal_length_are_shown_whole() {
        let mut table = Table::without_headings();
        table.row(["a", "b"]);
        table.row(["cc"]);
        table.row(["d", "e", "f"]);
        assert_eq!(table.aligned(), "a   b\ncc\nd   e  f\n");
    }

    #[test]
    fn a_table_without_rows_is_no_text() {
        assert_eq!(Table::without_headings().aligned(), "");
    }
}
