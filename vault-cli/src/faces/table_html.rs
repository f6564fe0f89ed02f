//! A report as a page.

use std::fmt::Write;

use vault_core::audit::exception::Exception;
use vault_core::id::RecordSeq;
use vault_core::report::table::{Cell, Column, Table, TableId, Term};
use vault_core::report::{Kind, Report};
use vault_core::time::Timestamp;

use super::page::{self, Layout};
use crate::output::for_columns;
use crate::output::html::text;
use crate::words::{about, cell, report};

/// So many records of one kind are listed; the table of exceptions has all of them.
const LISTED: usize = 12;

/// So many texts are listed; the report in JSON has all of them.
const TEXTS: usize = 8;

/// The whole page.
pub(crate) fn file(report: &Report) -> String {
    let title = about::title(report);
    let mut file = page::head(&title, &about::lines(report));
    if let Some(limits) = about::limits(report) {
        file.push_str(&paragraph(limits));
    }
    // The year stands on the first page; elsewhere there is room for this.
    let last = report.kind == Kind::Accesses;
    if !last {
        file.push_str(&checking(report));
    }
    let (wide, narrow): (Vec<&Table>, Vec<&Table>) = report
        .tables
        .iter()
        .partition(|table| layout(report.kind, table.id) == Layout::Wide);
    let mut beside = false;
    for table in narrow {
        let layout = layout(report.kind, table.id);
        let half = layout == Layout::Half;
        if half != beside {
            file.push_str(if half {
                "<div class=\"halves\">\n"
            } else {
                "</div>\n"
            });
            beside = half;
        }
        section(&mut file, layout, table);
    }
    if beside {
        file.push_str("</div>\n");
    }
    if last {
        file.push_str(&checking(report));
    }
    for table in wide {
        section(&mut file, Layout::Wide, table);
    }
    file.push_str(page::FOOT);
    file
}

/// How a table stands on paper.
const fn layout(kind: Kind, table: TableId) -> Layout {
    match (kind, table) {
        (_, TableId::CollectionsUsed | TableId::Events) => Layout::Half,
        (
            _,
            TableId::Exceptions
            | TableId::Accesses
            | TableId::Incidents
            | TableId::Did
            | TableId::Concerning,
        )
        | (Kind::Custody, TableId::Entries) => Layout::Wide,
        _ => Layout::Whole,
    }
}

fn section(file: &mut String, layout: Layout, table: &Table) {
    file.push_str(&page::section(layout, report::table(table.id)));
    if table.rows.is_empty() {
        file.push_str("<p class=\"none\">None.</p>\n");
    } else if table.id == TableId::Events {
        file.push_str(&counts(table));
    } else {
        file.push_str(&page::table(table.id, table.columns));
        for cells in &table.rows {
            file.push_str(&row(table.id, table.columns, cells));
        }
        file.push_str(page::TABLE_ENDS);
    }
    file.push_str(page::SECTION_ENDS);
}

/// A row. That of a record among the exceptions can be gone to.
pub(crate) fn row(table: TableId, columns: &[Column], cells: &[Cell]) -> String {
    let mut row = match (table, cells.first()) {
        (TableId::Exceptions, Some(Cell::Record(record))) => {
            format!("<tr id=\"{}\">", target(*record))
        }
        _ => "<tr>".to_owned(),
    };
    for (column, cell) in columns.iter().zip(cells) {
        let class = page::class(table, *column);
        write!(row, "<td{class}>{}</td>", inner(cell)).expect("a String takes any text");
    }
    row.push_str("</tr>\n");
    row
}

/// Where the row of an exception is gone to.
fn target(record: RecordSeq) -> String {
    format!("x{record}")
}

fn inner(cell: &Cell) -> String {
    match cell {
        Cell::Nothing => NOTHING.to_owned(),
        Cell::Text(stored) => isolated(stored),
        Cell::Texts(texts) if texts.is_empty() => NOTHING.to_owned(),
        Cell::Texts(texts) => shortened(texts.iter().map(|stored| isolated(stored)), TEXTS),
        Cell::Records(records) => listed(records),
        Cell::Times(times) if times.is_empty() => NOTHING.to_owned(),
        Cell::Times(times) => {
            let times: Vec<String> = times.iter().map(|time| when(*time)).collect();
            times.join("<br>")
        }
        Cell::Time(time) => when(*time),
        Cell::Number(0) => "<span class=\"nothing\">0</span>".to_owned(),
        Cell::Term(Term::Exception(exception)) => format!(
            "<div class=\"reason\"><span>{}</span><span>{}</span></div>",
            tag(*exception),
            text(&report::meaning(*exception))
        ),
        Cell::Terms(terms) if terms.is_empty() => NOTHING.to_owned(),
        Cell::Terms(terms) => terms.iter().map(|term| term_tag(*term)).collect(),
        Cell::By(who, record) => format!("{}, record {record}", isolated(who)),
        Cell::Said(None, others) if others.is_empty() => NOTHING.to_owned(),
        Cell::Said(reason, others) => said(reason.as_deref(), others),
        other => text(&cell::text(other)).into_owned(),
    }
}

const NOTHING: &str = "<span class=\"nothing\">\u{2013}</span>";

/// Stored text, which cannot turn the text about it round.
fn isolated(stored: &str) -> String {
    format!("<bdi>{}</bdi>", text(stored))
}

/// The first of them, and how many more there are.
fn shortened(texts: impl ExactSizeIterator<Item = String>, most: usize) -> String {
    let more = texts.len().saturating_sub(most);
    let first: Vec<String> = texts.take(most).collect();
    let mut listed = first.join(", ");
    if more > 0 {
        write!(listed, " and {more} more").expect("a String takes any text");
    }
    listed
}

/// A time that is not broken between the day and the month, nor in the hour.
fn when(time: Timestamp) -> String {
    let shown = for_columns(time).replacen(' ', "\u{a0}", 1);
    match shown.split_once(", ") {
        Some((day, hour)) => format!("{day}, <span class=\"hour\">{hour}</span>"),
        None => shown,
    }
}

/// What was done, and how often: too many short rows for a table.
fn counts(table: &Table) -> String {
    let mut counts = "<ul class=\"counts\">\n".to_owned();
    for row in &table.rows {
        let mut cells = row.iter().map(cell::text);
        let (deed, done) = (cells.next(), cells.next());
        let (deed, done) = (deed.unwrap_or_default(), done.unwrap_or_default());
        let deed = text(&deed);
        write!(counts, "<li><span>{deed}</span>").expect("a String takes any text");
        for (count, how) in cells.zip(["refused", "failed"]) {
            if count != "0" {
                write!(counts, "<span class=\"alarm\">{count} {how}</span>")
                    .expect("a String takes any text");
            }
        }
        writeln!(counts, "<b>{done}</b></li>").expect("a String takes any text");
    }
    counts.push_str("</ul>\n");
    counts
}

fn said(reason: Option<&str>, others: &[(String, String)]) -> String {
    let mut said = reason.map(isolated).unwrap_or_default();
    for (name, word) in others {
        let name = cell::label(name);
        let name = text(&name);
        write!(
            said,
            "<span class=\"said\">{name}: {}</span>",
            isolated(word)
        )
        .expect("a String takes any text");
    }
    said
}

/// The numbers of records, each leading to its row among the exceptions.
fn listed(records: &[RecordSeq]) -> String {
    let link = |record: &RecordSeq| format!("<a href=\"#{}\">{record}</a>", target(*record));
    shortened(records.iter().map(link), LISTED)
}

fn term_tag(term: Term) -> String {
    match term {
        Term::Exception(exception) => tag(exception),
        other => format!("<span class=\"tag\">{}</span>", text(report::term(other))),
    }
}

fn tag(exception: Exception) -> String {
    let class = if is_alarm(exception) {
        "tag alarm"
    } else {
        "tag"
    };
    format!(
        "<span class=\"{class}\">{}</span>",
        text(report::exception(exception))
    )
}

/// What stands out, by its weight and not by colour alone.
const fn is_alarm(exception: Exception) -> bool {
    matches!(
        exception,
        Exception::Opening
            | Exception::Rollback
            | Exception::Refused
            | Exception::AfterAccessEnded
            | Exception::ManyFailures
            | Exception::OwnApproval
            | Exception::NotChanged
    )
}

pub(crate) fn paragraph(words: &str) -> String {
    format!("<p>{}</p>\n", text(words))
}

/// What stands between the lines of a box that says how to check a page.
pub(crate) fn boxed(title: &str, lines: &[(&str, &str)]) -> String {
    let mut boxed = format!("<aside class=\"box\">\n<h2>{}</h2>\n", text(title));
    for (words, code) in lines {
        boxed.push_str(&paragraph(words));
        if !code.is_empty() {
            let code: Vec<_> = code.lines().map(text).collect();
            writeln!(boxed, "<pre>{}</pre>", code.join("\n")).expect("a String takes any text");
        }
    }
    boxed.push_str("</aside>\n");
    boxed
}

/// How somebody from outside finds out whether the page tells the truth.
fn checking(report: &Report) -> String {
    let anchor = report.anchor.map(|anchor| anchor.to_string());
    let command = match anchor {
        Some(anchor) => format!("coffer log verify --vault coffer.vault --anchor {anchor}"),
        None => "coffer log verify --vault coffer.vault".to_owned(),
    };
    boxed(
        "How to check this report",
        &[
            (
                "This page proves nothing by itself. It was made from the records under this head \
                 of the log, which is signed by whoever made the last of them:",
                report.checkpoint.trim_end(),
            ),
            (
                "Compare its number and root with a head that was kept elsewhere, such as in the \
                 minutes. Whoever has a copy of the vault file checks, without any passphrase, that \
                 every record is signed and that the log still has this head:",
                &command,
            ),
            (
                "Without coffer: ask for what \u{201c}coffer log export\u{201d} writes. README.txt \
                 there says how any programmer checks it.",
                "",
            ),
        ],
    )
}
