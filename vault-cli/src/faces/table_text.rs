//! A report for a terminal.

use vault_core::report::Report;
use vault_core::report::table::{Cell, Table as Rows};

use crate::output::Table;
use crate::words::{about, cell, report};

/// So many records or titles are listed in a cell; the report in JSON has all of them.
const LISTED: usize = 12;

/// The tables, each under its title; what the report is about first.
pub(crate) fn tables(report: &Report) -> Vec<(String, Table)> {
    let mut head = Table::without_headings();
    for (name, value) in about::lines(report) {
        head.row([format!("{name}:"), value]);
    }
    let mut all = vec![(about::title(report), head)];
    all.extend(report.tables.iter().map(table));
    all
}

fn table(rows: &Rows) -> (String, Table) {
    let title = report::table(rows.id).to_owned();
    if rows.rows.is_empty() {
        return (format!("{title}: none"), Table::default());
    }
    let mut table = Table::default();
    table.row(rows.columns.iter().map(|column| report::heading(*column)));
    for row in &rows.rows {
        table.row(row.iter().map(shortened));
    }
    (title, table)
}

fn shortened(one: &Cell) -> String {
    match one {
        Cell::Records(records) if records.len() > LISTED => {
            let first = cell::text(&Cell::Records(records[..LISTED].to_vec()));
            format!("{first} and {} more", records.len() - LISTED)
        }
        Cell::Texts(texts) if texts.len() > LISTED => {
            let first = cell::text(&Cell::Texts(texts[..LISTED].to_vec()));
            format!("{first} and {} more", texts.len() - LISTED)
        }
        other => cell::text(other),
    }
}
