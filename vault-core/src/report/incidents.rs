//! What somebody had to look into, and what became of it; what is open first.

use super::table::{Cell, Column, Table, TableId, Term};
use crate::id::RecordSeq;
use crate::incident::Incident;
use crate::time::Timestamp;

/// An incident with its words.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its number.
    pub number: RecordSeq,
    /// What the log says of it.
    pub incident: Incident,
    /// Whom it concerns.
    pub person: Option<String>,
    /// What it is about.
    pub about: Option<String>,
    /// What was said when it began.
    pub reason: Option<String>,
    /// When it was decided, by whom and by which record.
    pub decided: Option<Judged>,
    /// What was decided.
    pub decision: Option<String>,
    /// When it was closed, by whom and by which record.
    pub closed: Option<Judged>,
}

/// A judgement of an incident.
#[derive(Debug, Clone)]
pub struct Judged {
    /// When.
    pub time: Timestamp,
    /// By whom.
    pub by: String,
    /// By which record.
    pub record: RecordSeq,
}

/// The table.
pub fn table(mut incidents: Vec<Told>) -> Table {
    let columns = &[
        Column::Number,
        Column::State,
        Column::Kind,
        Column::Who,
        Column::What,
        Column::Began,
        Column::Count,
        Column::Why,
        Column::Decided,
        Column::DecidedBy,
        Column::Decision,
        Column::Closed,
        Column::ClosedBy,
    ];
    incidents.sort_by_key(|told| (told.incident.closed.is_some(), told.number));
    let by = |judged: &Option<Judged>| {
        let judged = judged.as_ref();
        judged.map_or(Cell::Nothing, |it| Cell::By(it.by.clone(), it.record))
    };
    let at = |judged: &Option<Judged>| Cell::time(judged.as_ref().map(|it| it.time));
    let row = |told: Told| {
        let incident = &told.incident;
        [
            Cell::Record(told.number),
            Cell::Term(Term::Progress(incident.state())),
            Cell::Term(Term::Incident(incident.kind)),
            Cell::text(told.person.clone()),
            Cell::text(told.about),
            Cell::Time(incident.began),
            Cell::Number(incident.count),
            Cell::text(told.reason),
            at(&told.decided),
            by(&told.decided),
            Cell::text(told.decision),
            at(&told.closed),
            by(&told.closed),
        ]
    };
    Table::new(TableId::Incidents, columns, incidents.into_iter().map(row))
}
