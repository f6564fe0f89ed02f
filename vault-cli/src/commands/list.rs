//! `coffer list`: the entries that a person may see.

use serde_json::json;
use vault_core::entry::EntryState;
use vault_core::vault::entries::EntrySummary;

use super::Context;
use crate::args::ListArgs;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::output::{Table, for_people};

pub(crate) fn run(args: &ListArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let mut entries = context.unlock(&mut vault)?.entries()?;
    if args.retired {
        entries.retain(|entry| entry.state == EntryState::Retired);
    }
    // Only what is shown is put into words: with thousands of entries either takes its time.
    if context.global.json {
        let values: Vec<_> = entries.iter().map(to_json).collect();
        let json = json!({ "schema": "coffer.entries/1", "entries": values });
        return Ok(remarked(
            Outcome::read(Data::Nothing, Json::Value(json)),
            &entries,
        ));
    }
    let mut table = Table::new(["Title", "Collection", "User name", "Changed", "To do"]);
    for entry in &entries {
        table.row([
            entry.catalogue.title.as_str(),
            &entry.collection,
            &entry.catalogue.username,
            &for_people(entry.catalogue.changed_at),
            &to_do(entry),
        ]);
    }
    let data = if entries.is_empty() {
        Data::Nothing
    } else {
        Data::Table(table)
    };
    Ok(remarked(Outcome::read(data, Json::None), &entries))
}

fn remarked(outcome: Outcome, entries: &[EntrySummary]) -> Outcome {
    if entries.is_empty() {
        outcome.remark("there is no entry that you may see")
    } else {
        outcome
    }
}

/// An entry as programs see it.
pub(super) fn to_json(entry: &EntrySummary) -> serde_json::Value {
    json!({
        "id": entry.entry.to_string(),
        "title": entry.catalogue.title,
        "collection": &*entry.collection,
        "kind": entry.catalogue.kind.name(),
        "state": entry.state.name(),
        "username": entry.catalogue.username,
        "url": entry.catalogue.url,
        "version": entry.version.get(),
        "changed_at": entry.catalogue.changed_at,
        "pending": entry.pending.is_some(),
        "due": entry.due,
    })
}

/// What is left to do with an entry.
pub(super) fn to_do(entry: &EntrySummary) -> String {
    if entry.state == EntryState::Retired {
        return "retired: nothing to do".to_owned();
    }
    let due = entry.due.iter().map(|why| match *why {
        "default" => "change the maker's password",
        "initial" => "change the first password",
        "opened" => "change it: the envelope was opened",
        "leaver" => "change it: somebody who could read it no longer may",
        "suspected-compromised" => "change it: others may know it",
        other => other,
    });
    let pending = entry.pending.map(|_| "confirm the new password");
    due.chain(pending).collect::<Vec<_>>().join("; ")
}
