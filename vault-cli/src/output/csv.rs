//! Tables for spreadsheets: RFC 4180, in UTF-8 with the mark by which spreadsheets know it, and no
//! cell that one of them takes for a formula.

use std::fmt::Write;

use super::escape;

/// What a file begins with.
pub const MARK: &str = "\u{feff}";

/// A row of these cells.
///
/// # Panics
/// Never: a `String` takes any text.
pub fn row<'c>(cells: impl IntoIterator<Item = &'c str>) -> String {
    let mut row = String::new();
    for (at, value) in cells.into_iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        write!(row, "{comma}{}", cell(value)).expect("a String takes any text");
    }
    row.push_str("\r\n");
    row
}

/// A cell in quotes. One that a spreadsheet would act upon stands behind an apostrophe, which shows
/// that it is text.
fn cell(value: &str) -> String {
    let text = escape::line(value).replace('"', "\"\"");
    let apostrophe = if acts(value) { "'" } else { "" };
    format!("\"{apostrophe}{text}\"")
}

/// Whether a spreadsheet may take the text for a formula: by its first character, be it in the wide
/// form that East Asian spreadsheets take for the same, and whatever blanks stand before it.
fn acts(value: &str) -> bool {
    let first = value.trim_start().chars().next();
    let formula = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '|' | '%')
    );
    formula || value.starts_with(['\t', '\r', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_ends_early() {
        for (value, expected) in [
            ("Website", "\"Website\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("  =1", "\"'  =1\""),
            ("\u{a0}＝1", "\"'\u{a0}＝1\""),
            ("\t=1", "\"'\\u{9}=1\""),
            ("\r=1", "\"'\\u{d}=1\""),
            ("\tx", "\"'\\u{9}x\""),
            ("a,b\r\nc", "\"a,b\\u{d}\\u{a}c\""),
            ("1 = 1", "\"1 = 1\""),
            ("", "\"\""),
        ] {
            assert_eq!(cell(value), expected);
        }
    }

    #[test]
    fn a_row_ends_as_spreadsheets_end_theirs() {
        assert_eq!(row(["a", "b"]), "\"a\",\"b\"\r\n");
        assert_eq!(MARK.as_bytes(), b"\xef\xbb\xbf");
    }
}
