//! `coffer status`: how the vault is, and what has to be done. It needs no person.

use serde_json::{Value, json};
use vault_core::emergency::Rule;
use vault_core::emergency::register::{EnvelopeState, SheetStanding};
use vault_core::id::{Epoch, Serial};
use vault_core::person::Role;
use vault_core::vault::Rollback;
use vault_core::vault::status::{EnvelopeSummary, Status};

use super::{Context, duty, log};
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::output::for_people;

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
    if let Some(remark) = backup_wanted(&status) {
        outcome = outcome.remark(remark);
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
        "last_backup": status.last_backup.map(|last| json!({
            "record": last.record.get(),
            "time": last.time,
            "days": last.seconds / DAY,
        })),
    }))
}

/// A day, in seconds.
const DAY: i64 = 24 * 60 * 60;

/// How old the last backup may be, in days, before it is remarked upon.
const OLD: i64 = 30;

/// What is remarked where the vault was not copied for long.
fn backup_wanted(status: &Status) -> Option<&'static str> {
    match status.last_backup {
        None => Some("warning: the vault was never copied: coffer backup DEST"),
        Some(last) if last.seconds > OLD * DAY => {
            Some("warning: the last backup is more than 30 days old: coffer backup DEST")
        }
        Some(_) => None,
    }
}

/// The last backup for people.
fn backup(status: &Status) -> String {
    status.last_backup.map_or_else(
        || "Backup: none is on record.".to_owned(),
        |last| {
            let ago = match last.seconds / DAY {
                0 => "less than a day ago".to_owned(),
                1 => "a day ago".to_owned(),
                days => format!("{days} days ago"),
            };
            format!(
                "Backup: {}, {ago} (record {}).",
                for_people(last.time),
                last.record
            )
        },
    )
}

/// The envelope's state as programs see it, without a schema of its own.
pub(super) fn envelope(envelope: &EnvelopeSummary) -> Value {
    let holders = envelope.holders.iter().map(|holder| {
        json!({
            "holder": holder.holder.to_string(),
            "role": holder.role.map(Role::name),
            "serial": holder.serial.as_ref().map(Serial::as_str),
            "sealed": holder.sealed,
            "standing": holder.standing.map(SheetStanding::name),
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
        backup(status),
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
