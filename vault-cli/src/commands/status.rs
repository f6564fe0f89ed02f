//! `coffer status`: how the vault is, and what has to be done. It needs no person.

use serde_json::{Value, json};
use vault_core::emergency::Rule;
use vault_core::emergency::register::EnvelopeState;
use vault_core::id::{Epoch, Serial};
use vault_core::person::Role;
use vault_core::vault::Rollback;
use vault_core::vault::status::{EnvelopeSummary, Status};

use super::{Context, duty, log};
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};

pub(crate) fn run(context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault_even_rolled_back()?;
    let status = vault.status()?;
    let since = vault.last_checkpoint()?.since;
    let rollback = vault.rollback();
    let rolled_back = rollback.is_some();
    let json = json(&status, rollback);
    let mut outcome = Outcome::read(Data::Lines(lines(&status, since)), json);
    if status.envelope.state == EnvelopeState::Unsealed {
        outcome = outcome
            .remark("warning: there is no emergency envelope: one forgotten passphrase can lose everything")
            .remark("next: coffer envelope rule, then sheet, then seal");
    }
    if rolled_back || !status.duties.is_empty() {
        outcome = outcome.status(ExitStatus::Found);
    }
    Ok(outcome)
}

fn json(status: &Status, rollback: Option<&Rollback>) -> Json {
    let duties: Vec<Value> = status.duties.iter().map(duty::to_json).collect();
    Json::Value(json!({
        "schema": "coffer.status/1",
        "vault": status.vault.to_string(),
        "council": status.council,
        "records": status.records,
        "duties": duties,
        "envelope": envelope(&status.envelope),
        "rollback": rollback.map(log::rollback_to_json),
    }))
}

/// The envelope's state as programs see it, without a schema of its own.
pub(super) fn envelope(envelope: &EnvelopeSummary) -> Value {
    let holders = envelope.holders.iter().map(|holder| {
        json!({
            "holder": holder.holder.to_string(),
            "role": holder.role.map(Role::name),
            "serial": holder.serial.as_ref().map(Serial::as_str),
            "sealed": holder.sealed,
        })
    });
    let duties = envelope.duties.iter().map(duty::to_json);
    json!({
        "state": envelope.state.name(),
        "epoch": envelope.epoch.map(Epoch::get),
        "rule": envelope.rule.map(Rule::name),
        "holders": holders.collect::<Vec<_>>(),
        "covered": envelope.covered,
        "coverable": envelope.coverable,
        "unconfirmed": envelope.unconfirmed,
        "duties": duties.collect::<Vec<_>>(),
    })
}

fn lines(status: &Status, since: u64) -> Vec<String> {
    let envelope = &status.envelope;
    let state = match envelope.state {
        EnvelopeState::Unsealed => "Emergency envelope: none has been sealed.".to_owned(),
        state => format!(
            "Emergency envelope: {}, covering {} of {} collections.",
            state.name(),
            envelope.covered,
            envelope.coverable
        ),
    };
    let mut lines = vec![
        format!("Vault of {}, locked.", status.council),
        format!(
            "Access log: {} records, {since} since the last signature.",
            status.records
        ),
        state,
    ];
    if status.duties.is_empty() {
        lines.push("No duty is open.".to_owned());
    } else {
        lines.push("To do:".to_owned());
        lines.extend(
            status
                .duties
                .iter()
                .map(|it| format!("  {}", duty::in_words(it))),
        );
    }
    lines
}
