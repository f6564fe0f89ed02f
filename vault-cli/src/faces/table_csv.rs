//! One table of a report for spreadsheets.

use std::borrow::Cow;

use vault_core::report::table::{Cell, Column, Table};
use vault_core::time::Timestamp;

use crate::output::{csv, for_spreadsheets};
use crate::words::{cell, report};

/// The table, its headings first. A time stands in two columns: in UTC, and as clocks in London
/// show it.
pub(crate) fn file(table: &Table) -> String {
    let headings = table.columns.iter().flat_map(|column| {
        let heading = report::heading(*column);
        if is_when(*column) {
            vec![
                format!("{heading} (UTC)"),
                format!("{heading} (Europe/London)"),
            ]
        } else {
            vec![heading.to_owned()]
        }
    });
    let headings: Vec<String> = headings.collect();
    let mut file = csv::MARK.to_owned();
    file.push_str(&csv::row(headings.iter().map(String::as_str)));
    for row in &table.rows {
        let cells = row.iter().zip(table.columns);
        let cells = cells.flat_map(|(cell, column)| texts(cell, is_when(*column)));
        let cells: Vec<Cow<'_, str>> = cells.collect();
        file.push_str(&csv::row(cells.iter().map(AsRef::as_ref)));
    }
    file
}

fn texts(one: &Cell, timed: bool) -> Vec<Cow<'static, str>> {
    match (one, timed) {
        (Cell::Time(at), true) => both(&[*at]),
        (Cell::Times(all), true) => both(all),
        (other, true) => vec![cell::text(other).into(), "".into()],
        (other, false) => vec![cell::text(other).into()],
    }
}

fn both(times: &[Timestamp]) -> Vec<Cow<'static, str>> {
    let (utc, london): (Vec<String>, Vec<String>) =
        times.iter().map(|time| for_spreadsheets(*time)).unzip();
    vec![utc.join("; ").into(), london.join("; ").into()]
}

/// Whether times stand in a column.
const fn is_when(column: Column) -> bool {
    matches!(
        column,
        Column::Time
            | Column::Since
            | Column::Until
            | Column::Issued
            | Column::Used
            | Column::Lost
            | Column::Seen
            | Column::Sealed
            | Column::Asked
            | Column::Opened
            | Column::Ended
            | Column::ChangedAt
            | Column::Began
            | Column::Latest
            | Column::Decided
            | Column::Closed
    )
}
