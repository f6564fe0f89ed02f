//! `coffer incident`: what has gone wrong, and what became of it.

use serde_json::{Value, json};
use vault_core::id::RecordSeq;
use vault_core::incident::IncidentKind;
use vault_core::vault::history::DoneBy;
use vault_core::vault::incidents::{About, IncidentSummary};

use super::Context;
use crate::args::IncidentCommand;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::output::{Table, for_people};
use crate::words::incident::in_words;

pub(crate) fn run(
    command: &IncidentCommand,
    context: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    let reason = context.reason();
    match command {
        IncidentCommand::List => Ok(list(&session.incidents()?)),
        IncidentCommand::Show { number } => {
            let incident = session.incident(RecordSeq::new(*number))?;
            let mut json = to_json(&incident);
            json["schema"] = "coffer.incident/1".into();
            let shown = Outcome::read(Data::Table(card(&incident)), Json::Value(json));
            Ok(match next(&incident) {
                Some(next) => shown.remark(next),
                None => shown,
            })
        }
        IncidentCommand::Raise { entry, device } => {
            let about = match (entry, device) {
                (Some(entry), _) => About::Entry(entry),
                (None, Some(device)) => About::Device(device),
                (None, None) => About::Other,
            };
            let number = session.raise_incident(about, reason)?;
            let raised = Outcome::done(&number, number, format!("raised incident {number}"));
            let next = format!(
                "next: somebody whom it does not concern decides it: coffer incident show {number}"
            );
            Ok(match entry {
                Some(entry) => raised.remark(format!(
                    "\"{entry}\" is suspected from now on: change it with coffer rotate"
                )),
                None => raised,
            }
            .remark(next))
        }
        IncidentCommand::Decide { number } => {
            let record = session.decide_incident(RecordSeq::new(*number), reason)?;
            let next = format!("next, when what follows is done: coffer incident close {number}");
            Ok(Outcome::done(number, record, format!("decided incident {number}")).remark(next))
        }
        IncidentCommand::Hold { number, release } => {
            let record = session.hold_incident(RecordSeq::new(*number), !release, reason)?;
            Ok(Outcome::done(number, record, held(*number, *release)))
        }
        IncidentCommand::Close { number } => {
            let record = session.close_incident(RecordSeq::new(*number), reason)?;
            Ok(Outcome::done(
                number,
                record,
                format!("closed incident {number}"),
            ))
        }
    }
}

/// What holding an incident's words, or letting them go, means.
fn held(number: u64, release: bool) -> String {
    if release {
        format!("incident {number} keeps words no longer than the rule says")
    } else {
        format!(
            "incident {number} keeps its words and those about its person and entry, until coffer \
             incident hold {number} --release"
        )
    }
}

fn list(incidents: &[IncidentSummary]) -> Outcome {
    let values: Vec<Value> = incidents.iter().map(to_json).collect();
    let json = Json::Value(json!({ "schema": "coffer.incidents/1", "incidents": values }));
    if incidents.is_empty() {
        return Outcome::read(Data::Nothing, json).remark("there has been no incident");
    }
    let mut table = Table::new([
        "Incident", "What", "State", "Since", "Latest", "Times", "Who", "About",
    ]);
    for summary in incidents {
        table.row([
            summary.number.to_string(),
            in_words(summary.incident.kind).to_owned(),
            summary.incident.state().to_owned(),
            for_people(summary.incident.began),
            for_people(summary.incident.latest),
            summary.incident.count().to_string(),
            summary.person.clone().unwrap_or_default(),
            summary.about.clone().unwrap_or_default(),
        ]);
    }
    Outcome::read(Data::Table(table), json).remark("coffer incident show NUMBER tells more")
}

fn card(summary: &IncidentSummary) -> Table {
    let incident = &summary.incident;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let done = |done: &Option<DoneBy>| {
        let done = done.as_ref();
        done.map(|done| {
            format!(
                "{}, by {}, record {}",
                for_people(done.at),
                done.by,
                done.record
            )
        })
        .unwrap_or_default()
    };
    let mut table = Table::without_headings();
    table.row(["Incident:", &summary.number.to_string()]);
    table.row(["What:", in_words(incident.kind)]);
    table.row(["State:", incident.state()]);
    table.row(["Since:", &for_people(incident.began)]);
    table.row(["Latest:", &for_people(incident.latest)]);
    table.row(["Times:", &incident.count().to_string()]);
    table.row(["Records:", &listed(&incident.records)]);
    table.row(["Who:", &text(&summary.person)]);
    table.row(["About:", &text(&summary.about)]);
    table.row(["Why:", &text(&summary.reason)]);
    table.row(["Decided:", &done(&summary.decided)]);
    table.row(["Decision:", &text(&summary.decision)]);
    table.row(["Closed:", &done(&summary.closed)]);
    if let Some(held) = incident.held {
        table.row(["Held:", &format!("its words are kept, since record {held}")]);
    }
    table
}

/// So many records are listed for people; programs are given all of them.
const LISTED: usize = 20;

fn listed(records: &[RecordSeq]) -> String {
    let first: Vec<String> = records
        .iter()
        .take(LISTED)
        .map(RecordSeq::to_string)
        .collect();
    let first = first.join(", ");
    match records.len().saturating_sub(LISTED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// What is left to do with an incident.
fn next(summary: &IncidentSummary) -> Option<String> {
    let (incident, number) = (&summary.incident, summary.number);
    match (incident.kind, incident.state()) {
        (_, "closed") => None,
        (IncidentKind::Opening, _) => {
            Some("next: coffer envelope classify emergency (or drill, or misuse)".to_owned())
        }
        (_, "decided") => Some(format!("next: coffer incident close {number}")),
        _ => Some(format!(
            "next: coffer incident decide {number} --reason \"WHAT IT WAS AND WHAT FOLLOWS\""
        )),
    }
}

/// An incident as programs see it.
fn to_json(summary: &IncidentSummary) -> Value {
    let incident = &summary.incident;
    let done = |done: &DoneBy| json!({ "by": done.by, "at": done.at, "record": done.record.get() });
    json!({
        "number": summary.number.get(),
        "kind": incident.kind.name(),
        "state": incident.state(),
        "began": incident.began,
        "latest": incident.latest,
        "count": incident.count(),
        "records": incident.records,
        "person": summary.person,
        "about": summary.about,
        "object_id": incident.object.as_ref().map(ToString::to_string),
        "reason": summary.reason,
        "decided": summary.decided.as_ref().map(done),
        "decision": summary.decision,
        "closed": summary.closed.as_ref().map(done),
        "held": incident.held.map(RecordSeq::get),
    })
}
