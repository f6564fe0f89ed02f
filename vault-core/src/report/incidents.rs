//! What somebody had to look into, and what became of it; what is open first.

use super::done_by::DoneBy;
use super::table::{Cell, Column, Table, TableId, Term};
use crate::id::RecordSeq;
use crate::incident::Incident;

/// An incident, with names and words where the reader may see them.
#[derive(Debug, Clone)]
pub struct IncidentSummary {
    /// Its number: that of the record that began it.
    pub number: RecordSeq,
    /// What the log says of it.
    pub incident: Incident,
    /// The name of whom it concerns.
    pub person: Option<String>,
    /// What it is about: a title, a serial, a device.
    pub about: Option<String>,
    /// What was said when it began.
    pub reason: Option<String>,
    /// Who decided it.
    pub decided: Option<DoneBy>,
    /// What was decided.
    pub decision: Option<String>,
    /// Who closed it.
    pub closed: Option<DoneBy>,
}

/// The table.
pub fn table(mut incidents: Vec<IncidentSummary>) -> Table {
    let columns = &[
        Column::Number,
        Column::State,
        Column::Kind,
        Column::Who,
        Column::What,
        Column::Began,
        Column::Latest,
        Column::Count,
        Column::RecordList,
        Column::Why,
        Column::Decided,
        Column::DecidedBy,
        Column::Decision,
        Column::Closed,
        Column::ClosedBy,
    ];
    incidents.sort_by_key(|told| (told.incident.closed.is_some(), told.number));
    let by = |judged: &Option<DoneBy>| {
        let judged = judged.as_ref();
        judged.map_or(Cell::Nothing, |it| Cell::By(it.by.clone(), it.record))
    };
    let at = |judged: &Option<DoneBy>| Cell::time(judged.as_ref().map(|it| it.at));
    let row = |told: IncidentSummary| {
        let incident = &told.incident;
        [
            Cell::Record(told.number),
            Cell::Term(Term::Progress(incident.state())),
            Cell::Term(Term::Incident(incident.kind)),
            Cell::text(told.person.clone()),
            Cell::text(told.about),
            Cell::Time(incident.began),
            Cell::Time(incident.latest),
            Cell::Number(incident.count()),
            Cell::Records(incident.records.clone()),
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
