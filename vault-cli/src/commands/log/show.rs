//! `coffer log show`: who did what, oldest first.

use serde_json::{Value, json};
use vault_core::audit::event::Step;
use vault_core::audit::fact::Fact;
use vault_core::audit::record::{ObjectRef, Record};
use vault_core::collection::Permission;
use vault_core::id::{RecordSeq, Version};
use vault_core::person::Role;
use vault_core::vault::log::LogLine;

use super::words::{in_words, why};
use crate::commands::Context;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::output::{Table, for_people};

pub(super) fn run(context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault_even_rolled_back()?;
    let lines = context.unlock(&mut vault)?.log()?;
    let mut table = Table::new(["Record", "Time", "Event", "Outcome", "Who", "What", "Why"]);
    for line in &lines {
        let record = &line.record;
        let what = line.object.as_ref().or(line.subject.as_ref()).cloned();
        let what = what.or_else(|| witness_of(record));
        table.row([
            record.seq.to_string(),
            for_people(record.time),
            in_words(record).to_owned(),
            record.outcome.name().to_owned(),
            line.actor.clone().unwrap_or_default(),
            what.unwrap_or_default(),
            why(line),
        ]);
    }
    let json = lines.iter().map(to_json).collect();
    Ok(Outcome::read(Data::Table(table), Json::Lines(json)))
}

/// The witness that a record is about.
fn witness_of(record: &Record) -> Option<String> {
    record.facts.iter().find_map(|fact| match fact {
        Fact::Witness(facts) => Some(facts.vkey.name.to_string()),
        Fact::Cosignature(facts) => Some(facts.line.name().to_string()),
        _ => None,
    })
}

/// A record as programs see it: what is always there first, then every word under its name.
fn to_json(line: &LogLine) -> Value {
    let record = &line.record;
    let entry = match &record.object {
        Some(ObjectRef::Entry(_)) => line.object.as_deref(),
        _ => None,
    };
    let mut value = json!({
        "seq": record.seq.get(),
        "time": record.time,
        "event": record.event.name(),
        "outcome": record.outcome.name(),
        "actor": line.actor,
        "entry": entry,
        "reason": line.words.get("reason"),
        "step": record.step.map(Step::name),
        "role": record.role.map(Role::name),
        "subject": line.subject,
        "object": line.object,
        "object_id": record.object.as_ref().map(ToString::to_string),
        "version": record.version.map(Version::get),
        "permission": record.permission.map(Permission::name),
        "under": record.under.map(RecordSeq::get),
        "session": record.session.to_string(),
        "erased": line.erased.map(RecordSeq::get),
        "witness": witness_of(record),
    });
    for (name, word) in &line.words {
        value[name] = word.as_str().into();
    }
    value
}
