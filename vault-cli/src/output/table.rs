//! Rows and columns as text that reads well aloud: no lines, no boxes, no colour.

use std::borrow::Cow;

use super::escape;

/// Between two columns.
const GAP: usize = 2;

/// No column is wider than this for the sake of a few long cells: a line that holds one is longer, and
/// the others stay where they are.
const WIDEST: usize = 48;

/// Stands in an empty cell, so that no column is silent.
const NOTHING: &str = "-";

/// A table of text. Cells are escaped as they come in, and stand in one piece: a list may have tens
/// of thousands of them.
#[derive(Debug, Default)]
pub struct Table {
    /// The cells, one after another.
    text: String,
    /// Where each cell ends in the text.
    cells: Vec<usize>,
    /// Where each row ends among the cells.
    rows: Vec<usize>,
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
        Self {
            text: String::new(),
            cells: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn row<'a, C: Into<Cow<'a, str>>>(&mut self, cells: impl IntoIterator<Item = C>) {
        for cell in cells {
            let cell = cell.into();
            let shown = if cell.is_empty() {
                Cow::Borrowed(NOTHING)
            } else {
                escape::line(&cell)
            };
            self.text.push_str(&shown);
            self.cells.push(self.text.len());
        }
        self.rows.push(self.cells.len());
    }

    /// Aligned columns, with no blanks at the ends of the lines. Each character counts as one
    /// place wide; characters that have no width have been escaped.
    pub(super) fn aligned(&self) -> String {
        let widths = self.widths();
        let line = widths.iter().map(|width| width + GAP).sum::<usize>();
        let mut text = String::with_capacity(self.rows.len() * line);
        for row in self.rows() {
            let mut blanks = 0;
            for (cell, width) in row.zip(&widths) {
                text.extend(std::iter::repeat_n(' ', blanks));
                text.push_str(cell);
                blanks = width.saturating_sub(cell.chars().count()) + GAP;
            }
            text.push('\n');
        }
        text
    }

    /// One tab between two cells.
    pub(super) fn tabbed(&self) -> String {
        let mut text = String::with_capacity(self.text.len() + self.cells.len());
        for row in self.rows() {
            for (cell, at) in row.zip(0..) {
                text.push_str(if at == 0 { "" } else { "\t" });
                text.push_str(cell);
            }
            text.push('\n');
        }
        text
    }

    /// The cells of each row.
    fn rows(&self) -> impl Iterator<Item = impl Iterator<Item = &str>> {
        let starts = std::iter::once(0).chain(self.rows.iter().copied());
        let rows = starts.zip(&self.rows);
        rows.map(|(start, end)| (start..*end).map(|at| self.cell(at)))
    }

    fn cell(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.cells[before]);
        &self.text[start..self.cells[at]]
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths = Vec::new();
        for row in self.rows() {
            for (cell, column) in row.zip(0..) {
                let width = cell.chars().count().min(WIDEST);
                match widths.get_mut(column) {
                    Some(widest) => *widest = width.max(*widest),
                    None => widths.push(width),
                }
            }
        }
        widths
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
    fn one_long_cell_widens_no_other_line() {
        let mut table = Table::new(["Title", "Kind"]);
        let long = "x".repeat(300);
        table.row([long.as_str(), "service"]);
        table.row(["Bank", "service"]);
        let aligned = table.aligned();
        let lines: Vec<&str> = aligned.lines().collect();
        assert_eq!(lines[0], format!("{:<50}Kind", "Title"));
        assert_eq!(lines[1], format!("{long}  service"));
        assert_eq!(lines[2], format!("{:<50}service", "Bank"));
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
