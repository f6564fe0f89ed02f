//! The page for reading: the exceptions first, then every record.

use vault_core::report::reasons::Reasons;
use vault_core::report::records::COLUMNS;
use vault_core::report::table::TableId;
use vault_core::vault::export::LogExport;

use super::page::{self, Layout, SECTION_ENDS, TABLE_ENDS};
use super::table_html::{boxed, paragraph};
use super::{export_readme, table_html};
use crate::words::report;

/// What is written out.
pub(crate) enum Contents<'a> {
    /// The whole log.
    Whole,
    /// What is described here.
    Extract(&'a str),
}

/// Everything up to the rows of the exceptions.
pub(crate) fn head(export: &LogExport<'_>, contents: &Contents<'_>) -> String {
    let origin = export.origin().as_str();
    let (title, mut about, command) = match contents {
        Contents::Whole => {
            let records = format!("{}, numbered from 0", export.size());
            let about = vec![("Records", records)];
            ("Access log", about, export_readme::COMMAND)
        }
        Contents::Extract(what) => {
            let records = format!("{} of {}", export.count(), export.size());
            let about = vec![("Records", records), ("Chosen", (*what).to_owned())];
            ("Extract of the access log", about, export_readme::COMMAND)
        }
    };
    about.insert(0, ("Log", origin.to_owned()));
    about.insert(0, ("Council", export.council().to_owned()));
    let mut head = page::head(title, &about);
    if let Contents::Extract(_) = contents {
        head.push_str(&paragraph(
            "This page holds only some records of the log. The exact lines beside it name nobody, \
             but they hold the ids of everybody whom they are about.",
        ));
    }
    head.push_str(&reasons(export));
    head.push_str(&checking(export.checkpoint(), command));
    head.push_str(&page::section(
        Layout::Wide,
        report::table(TableId::Exceptions),
    ));
    head.push_str(&page::table(TableId::Exceptions, &COLUMNS));
    head
}

/// Between the rows of the exceptions and those of every record.
pub(crate) fn middle() -> String {
    let section = page::section(Layout::Wide, report::table(TableId::Records));
    let table = page::table(TableId::Records, &COLUMNS);
    format!("{TABLE_ENDS}{SECTION_ENDS}{section}{table}")
}

/// After the last row.
pub(crate) fn foot() -> String {
    format!("{TABLE_ENDS}{SECTION_ENDS}{}", page::FOOT)
}

/// How many records are exceptions, for each reason.
fn reasons(export: &LogExport<'_>) -> String {
    let mut reasons = Reasons::default();
    for (record, exceptions) in export.exceptions() {
        reasons.take(record, exceptions);
    }
    let reasons = reasons.table();
    let mut section = page::section(Layout::Whole, report::table(TableId::Reasons));
    if reasons.rows.is_empty() {
        section.push_str("<p class=\"none\">None.</p>\n");
    } else {
        section.push_str(&page::table(TableId::Reasons, reasons.columns));
        for cells in &reasons.rows {
            section.push_str(&table_html::row(TableId::Reasons, reasons.columns, cells));
        }
        section.push_str(TABLE_ENDS);
    }
    section.push_str(SECTION_ENDS);
    section
}

fn checking(checkpoint: &str, command: &str) -> String {
    boxed(
        "How to check this",
        &[
            (
                "This page is made from the files beside it and proves nothing by itself. They are \
                 proved under this signed head of the log:",
                checkpoint.trim_end(),
            ),
            (
                "Compare it with a head that was kept elsewhere, such as in the minutes. To \
                 recompute it from the records, run in this folder:",
                command,
            ),
            (
                "README.txt says what that does and how to do it without that command, the \
                 signatures included.",
                "",
            ),
        ],
    )
}
