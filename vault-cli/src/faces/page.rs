//! The page: one file without a script, for a screen and for paper. It is made of pieces, so that a
//! log of any length passes through it.

use std::fmt::Write;

use vault_core::report::table::{Column, TableId};

use crate::output::html::text;
use crate::words::report;

const STYLE: &str = include_str!("page.css");

/// Everything up to the first section.
pub(crate) fn head(title: &str, about: &[(&str, String)]) -> String {
    let (plain, mut facts) = (text(title), String::new());
    for (name, value) in about {
        let (name, value) = (text(name), text(value));
        write!(
            facts,
            "<div><dt>{name}</dt><dd><bdi>{value}</bdi></dd></div>"
        )
        .expect("a String takes any text");
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{plain}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>{plain}</h1>\n<dl>{facts}</dl>\n</header>\n<main>\n"
    )
}

/// After the last section.
pub(crate) const FOOT: &str = "</main>\n</body>\n</html>\n";

/// How a section stands on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Half as wide as the page, beside another.
    Half,
    /// On the page.
    Whole,
    /// On pages of its own, in landscape.
    Wide,
}

/// The beginning of a section.
pub(crate) fn section(layout: Layout, title: &str) -> String {
    let class = match layout {
        Layout::Half => "half",
        Layout::Whole => "whole",
        Layout::Wide => "wide",
    };
    format!("<section class=\"{class}\">\n<h2>{}</h2>\n", text(title))
}

/// The end of a section.
pub(crate) const SECTION_ENDS: &str = "</section>\n";

/// The beginning of a table: everything before its first row. Where it is wider than the window it is
/// moved within it, by the keyboard too.
pub(crate) fn table(id: TableId, columns: &[Column]) -> String {
    let (mut widths, mut headings) = (String::new(), String::new());
    let all: u32 = columns.iter().map(|column| weight(*column)).sum();
    for column in columns {
        let share = weight(*column) * 1000 / all.max(1);
        let (whole, tenth) = (share / 10, share % 10);
        let heading = report::heading(*column);
        let class = class(id, *column);
        write!(widths, "<col style=\"width:{whole}.{tenth}%\">").expect("a String takes any text");
        write!(headings, "<th scope=\"col\"{class}>{heading}</th>")
            .expect("a String takes any text");
    }
    format!(
        "<div class=\"table\" role=\"region\" aria-label=\"{}\" tabindex=\"0\">\n\
         <table style=\"--columns:{}\">\n\
         <colgroup>{widths}</colgroup>\n<thead><tr>{headings}</tr></thead>\n<tbody>\n",
        text(report::table(id)),
        columns.len()
    )
}

/// The end of a table.
pub(crate) const TABLE_ENDS: &str = "</tbody>\n</table></div>\n";

/// Numbers stand on the right.
pub(crate) const fn class(table: TableId, column: Column) -> &'static str {
    // Beside an entry it stands why it is due, and elsewhere how many are.
    let is_why = matches!((table, column), (TableId::Entries, Column::Due));
    if is_number(column) && !is_why {
        " class=\"number\""
    } else {
        ""
    }
}

const fn is_number(column: Column) -> bool {
    matches!(
        column,
        Column::Record
            | Column::Number
            | Column::Count
            | Column::Done
            | Column::Refused
            | Column::Failed
            | Column::Shown
            | Column::Changes
            | Column::Exceptions
            | Column::Entries
            | Column::Members
            | Column::EntriesShown
            | Column::Due
            | Column::Changed
            | Column::Epoch
    )
}

/// How wide a column is beside others.
const fn weight(column: Column) -> u32 {
    match column {
        Column::Reason => 64,
        Column::RecordList | Column::Id => 32,
        Column::Why => 26,
        Column::Who | Column::What | Column::Title | Column::StillDue => 20,
        Column::Whom | Column::ApprovedBy | Column::Collection | Column::By | Column::Serial => 17,
        Column::Noted
        | Column::Event
        | Column::Rule
        | Column::Decision
        | Column::DecidedBy
        | Column::ClosedBy
        | Column::Class => 15,
        Column::Role | Column::Standing | Column::Field | Column::SealedIn | Column::Found => 11,
        Column::Outcome | Column::Permission | Column::State => 9,
        column if is_number(column) => 9,
        _ => 14,
    }
}
