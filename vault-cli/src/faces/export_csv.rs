//! Records for spreadsheets: everything that a record has, one a row.

use vault_core::audit::event::Step;
use vault_core::audit::exception::Exception;
use vault_core::collection::Permission;
use vault_core::id::{RecordSeq, Version};
use vault_core::person::Role;
use vault_core::report::line::LogLine;

use crate::output::{csv, for_spreadsheets};
use crate::words::event::why;
use crate::words::report;

const HEADINGS: [&str; 16] = [
    "Record",
    "Time (UTC)",
    "Time (Europe/London)",
    "Event",
    "Step",
    "Outcome",
    "Who",
    "Role",
    "Whom",
    "What",
    "Version",
    "Permission",
    "Rests on record",
    "Reason",
    "Other words",
    "Noted",
];

/// The mark and the headings.
pub(crate) fn head() -> String {
    format!("{}{}", csv::MARK, csv::row(HEADINGS))
}

/// One record.
pub(crate) fn row(line: &LogLine, exceptions: &[Exception]) -> String {
    let record = &line.record;
    let (utc, london) = for_spreadsheets(record.time);
    let others = line.words.iter().filter(|(name, _)| *name != "reason");
    let others: Vec<String> = others
        .map(|(name, word)| format!("{name}: {word}"))
        .collect();
    let noted: Vec<&str> = exceptions.iter().map(|it| report::exception(*it)).collect();
    let cells: [&str; 16] = [
        &record.seq.to_string(),
        &utc,
        &london,
        record.event.name(),
        record.step.map_or("", Step::name),
        record.outcome.name(),
        line.actor.as_deref().unwrap_or_default(),
        record.role.map_or("", Role::name),
        line.subject.as_deref().unwrap_or_default(),
        line.object.as_deref().unwrap_or_default(),
        &number(record.version.map(Version::get)),
        record.permission.map_or("", Permission::name),
        &number(record.under.map(RecordSeq::get)),
        &why(line),
        &others.join("; "),
        &noted.join("; "),
    ];
    csv::row(cells)
}

fn number(number: Option<u64>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_headings_begin_with_the_mark_of_utf_8() {
        let head = head();
        assert!(head.as_bytes().starts_with(b"\xef\xbb\xbf\"Record\","));
        assert!(head.ends_with("\r\n"));
    }
}
