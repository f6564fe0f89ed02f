//! The report for spreadsheets: RFC 4180, in UTF-8 with the mark by which spreadsheets know it.

use std::fmt::Write;

use vault_core::audit::event::Step;
use vault_core::collection::Permission;
use vault_core::id::{RecordSeq, Version};
use vault_core::person::Role;
use vault_core::vault::log::LogLine;

use super::super::why;
use crate::output::{escape, for_spreadsheets};

/// The mark and the headings.
pub(super) const HEAD: &str = "\u{feff}\"Record\",\"Time (UTC)\",\"Time (Europe/London)\",\"Event\",\
                               \"Step\",\"Outcome\",\"Who\",\"Role\",\"Whom\",\"What\",\"Version\",\
                               \"Permission\",\"Rests on record\",\"Reason\",\"Other words\"\r\n";

/// One record.
pub(super) fn row(line: &LogLine) -> String {
    let record = &line.record;
    let (utc, london) = for_spreadsheets(record.time);
    let others = line.words.iter().filter(|(name, _)| *name != "reason");
    let others: Vec<String> = others
        .map(|(name, word)| format!("{name}: {word}"))
        .collect();
    let cells = [
        record.seq.to_string(),
        utc,
        london,
        record.event.name().to_owned(),
        record.step.map_or("", Step::name).to_owned(),
        record.outcome.name().to_owned(),
        line.actor.clone().unwrap_or_default(),
        record.role.map_or("", Role::name).to_owned(),
        line.subject.clone().unwrap_or_default(),
        line.object.clone().unwrap_or_default(),
        number(record.version.map(Version::get)),
        record.permission.map_or("", Permission::name).to_owned(),
        number(record.under.map(RecordSeq::get)),
        why(line),
        others.join("; "),
    ];
    let mut row = String::new();
    for (at, value) in cells.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        write!(row, "{comma}{}", cell(value)).expect("a String takes any text");
    }
    row.push_str("\r\n");
    row
}

fn number(number: Option<u64>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

/// A cell that no spreadsheet takes for a formula, in quotes.
fn cell(value: &str) -> String {
    let acts = value.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let text = escape::line(value).replace('"', "\"\"");
    let apostrophe = if acts { "'" } else { "" };
    format!("\"{apostrophe}{text}\"")
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
            ("\t=1", "\"'\\u{9}=1\""),
            ("\r=1", "\"'\\u{d}=1\""),
            ("a,b\r\nc", "\"a,b\\u{d}\\u{a}c\""),
            ("", "\"\""),
        ] {
            assert_eq!(cell(value), expected);
        }
    }

    #[test]
    fn the_headings_begin_with_the_mark_of_utf_8() {
        assert!(HEAD.as_bytes().starts_with(b"\xef\xbb\xbf\"Record\","));
        assert!(HEAD.ends_with("\r\n"));
    }
}
