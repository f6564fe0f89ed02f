//! `coffer envelope status`.

use serde_json::Value;
use vault_core::emergency::Holder;
use vault_core::emergency::register::{EnvelopeState, SheetStanding};
use vault_core::vault::duties::{Glossary, Owed};
use vault_core::vault::status::{EnvelopeSummary, HolderSummary};

use crate::commands::{Context, status};
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::words::duty;
use crate::words::rule;

/// Says whether the envelope is sealed, for whom, and what is left to do. It needs no person.
pub(super) fn run(context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.looked_at()?;
    let envelope = vault.status()?.envelope;
    let mut owed = vault.owed()?;
    owed.retain(|owed| envelope.duties.contains(&owed.duty));
    let glossary = Glossary::default();
    let words = duty::Words::of(vault.ledger(), &glossary, &context.config.vault);
    let rule = vault.ledger().envelope.rule.as_ref();
    let councillors = rule.and_then(|facts| facts.councillors);
    Ok(Outcome::read(
        Data::Lines(lines(&envelope, councillors, &owed, &words)),
        Json::Value(json(&envelope, &owed, &words)),
    ))
}

/// The envelope for programs: as `coffer status` has it, with a schema of its own.
fn json(envelope: &EnvelopeSummary, owed: &[Owed], words: &duty::Words<'_>) -> Value {
    let mut json = status::envelope(envelope, owed, words);
    json["schema"] = "coffer.envelope/1".into();
    json
}

fn lines(
    envelope: &EnvelopeSummary,
    councillors: Option<u8>,
    owed: &[Owed],
    words: &duty::Words<'_>,
) -> Vec<String> {
    let mut lines = vec![state(envelope)];
    if let Some(rule) = envelope.rule {
        lines.push(format!("Rule: {}.", rule::who_opens(rule, councillors)));
    }
    lines.extend(envelope.holders.iter().map(holder));
    if envelope.state != EnvelopeState::Unsealed {
        let (covered, coverable) = (envelope.covered, envelope.coverable);
        lines.push(format!("It covers {covered} of {coverable} collections."));
    }
    if envelope.unconfirmed {
        lines.push("The seal waits for another person to confirm it.".into());
    }
    if !owed.is_empty() {
        lines.push("To do, in this order:".into());
        lines.extend(words.list(owed));
    }
    lines
}

fn state(envelope: &EnvelopeSummary) -> String {
    let epoch = envelope
        .epoch
        .map_or_else(String::new, |epoch| format!(" {epoch}"));
    match envelope.state {
        EnvelopeState::Unsealed => {
            "There is no sealed envelope: one forgotten passphrase could lose everything.".into()
        }
        EnvelopeState::Sealed => format!("Envelope{epoch} is sealed."),
        EnvelopeState::Opened => {
            "The envelope was opened, and what follows from that is not done yet.".into()
        }
    }
}

fn holder(summary: &HolderSummary) -> String {
    let who = match (&summary.holder, summary.role) {
        (Holder::Place(name), _) => name.clone(),
        (_, Some(role)) => format!("the {role}"),
        (holder, None) => holder.to_string(),
    };
    let Some(serial) = &summary.serial else {
        return format!("Held by {who}: no sheet yet.");
    };
    let stands = match summary.standing {
        Some(SheetStanding::Sealed) => "sealed",
        Some(SheetStanding::Used) => "used in the opening, to be replaced",
        Some(SheetStanding::Typed) => "sealed, but its words were typed: to be replaced",
        Some(SheetStanding::Lost) => "reported lost or destroyed: it opens nothing",
        Some(SheetStanding::Retired) => "retired: it opens nothing",
        _ => "not sealed yet",
    };
    let by = match (summary.by_another, summary.read_back) {
        (true, true) => " It was not printed by its holder.",
        (true, false) => " It was not printed by its holder, and its words were not read back.",
        (false, true) => "",
        (false, false) => " Its words were not read back from the paper.",
    };
    format!("Held by {who}: sheet {serial}, {stands}.{by}")
}
