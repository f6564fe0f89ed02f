//! `coffer status`: how the vault is, and what has to be done. It needs no person.

use serde_json::{Value, json};
use vault_core::audit::dated::Age;
use vault_core::emergency::Rule;
use vault_core::emergency::duty::Duty;
use vault_core::emergency::register::{EnvelopeState, SheetStanding};
use vault_core::id::{Epoch, Serial};
use vault_core::person::Role;
use vault_core::vault::Rollback;
use vault_core::vault::copy::CopyMark;
use vault_core::vault::duties::{Glossary, Owed};
use vault_core::vault::status::{EnvelopeSummary, Status};

use super::{Context, log};
use crate::exit::ExitStatus;
use crate::failure::{self, Failure};
use crate::files::{GroupRights, group_rights};
use crate::outcome::{Data, Json, Outcome};
use crate::output::{escape, for_people};
use crate::words::duty;

pub(crate) fn run(names: bool, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = if names {
        context.vault_even_rolled_back()?
    } else {
        context.looked_at_even_rolled_back()?
    };
    let glossary = if names {
        let owed = vault.owed()?;
        context.unlock(&mut vault)?.glossary(&owed)?
    } else {
        Glossary::default()
    };
    let owed = vault.owed()?;
    let status = vault.status()?;
    let since = vault.last_checkpoint()?.since;
    let rollback = vault.rollback();
    let rolled_back = rollback.is_some();
    let words = duty::Words::of(vault.ledger(), &glossary, &context.config.vault);
    let copy = vault.copy()?;
    let mut json = json(&status, rollback, &owed, &words);
    if let Json::Value(said) = &mut json {
        said["copy"] = copy.map_or(Value::Null, |mark| copy_to_json(&mark));
        said["beside"] = vault.beside().map_or(Value::Null, log::seen_to_json);
    }
    let lines = lines(&status, since, &owed, &words);
    let mut outcome = Outcome::read(Data::Lines(lines), json);
    let of_file = copy.map(|mark| failure::copied(&mark)).into_iter();
    for remark in of_file.chain(vault.beside().map(failure::beside)) {
        outcome = outcome.remark(remark);
    }
    if !names && !owed.is_empty() {
        outcome =
            outcome.remark("coffer status --names tells whoever unlocks what things are called");
    }
    if status.envelope.state == EnvelopeState::Unsealed {
        outcome = outcome
            .remark("warning: there is no emergency envelope: one forgotten passphrase can lose everything")
            .remark("next: coffer envelope rule, then sheet, then seal");
    }
    if let Some(rights) = group_rights(&context.config.vault) {
        outcome = outcome.remark(shared(rights));
    }
    if let Some(remark) = backup_wanted(&status) {
        outcome = outcome.remark(remark);
    }
    if rolled_back || !status.duties.is_empty() {
        outcome = outcome.status(ExitStatus::Found);
    }
    Ok(outcome)
}

fn json(
    status: &Status,
    rollback: Option<&Rollback>,
    owed: &[Owed],
    words: &duty::Words<'_>,
) -> Json {
    let duties: Vec<Value> = owed.iter().map(|owed| words.to_json(owed)).collect();
    Json::Value(json!({
        "schema": "coffer.status/1",
        "vault": status.vault.to_string(),
        "council": status.council,
        "council_name": status.council_name,
        "records": status.records,
        "duties": duties,
        "due": due(&status.duties),
        "envelope": envelope(&status.envelope, owed, words),
        "rollback": rollback.map(log::rollback_to_json),
        "last_backup": status.last_backup.map(|last| json!({
            "record": last.record.get(),
            "time": last.time,
            "days": last.age.seconds().map(|seconds| seconds / DAY),
        })),
    }))
}

/// How many passwords have to be changed.
fn due(duties: &[Duty]) -> usize {
    let due = |duty: &&Duty| {
        matches!(
            duty,
            Duty::RotateRevealed { .. } | Duty::ChangePassword { .. }
        )
    };
    duties.iter().filter(due).count()
}

/// What the file says of itself, for programs.
fn copy_to_json(mark: &CopyMark) -> Value {
    json!({
        "kind": mark.kind.name(),
        "record": mark.record.get(),
        "time": mark.time,
        "since": mark.since,
    })
}

/// A day, in seconds.
const DAY: i64 = 24 * 60 * 60;

/// How old the last backup may be, in days, before it is remarked upon.
const OLD: i64 = 30;

/// What is remarked where the file's owner lets a group have it.
fn shared(rights: GroupRights) -> String {
    let may = if rights.writes {
        "read and change"
    } else {
        "read"
    };
    format!(
        "everybody in group {} may {may} the vault file, as its owner has set: who reads it can copy it, \
         and guess passphrases at leisure",
        rights.group
    )
}

/// What is remarked where the vault was not copied for long.
fn backup_wanted(status: &Status) -> Option<&'static str> {
    match status.last_backup {
        None => Some("warning: the vault was never copied: coffer backup DEST"),
        Some(last) if !last.age.may_exceed(OLD * DAY) => None,
        Some(last) => Some(match last.age {
            Age::Seconds(_) => {
                "warning: the last backup is more than 30 days old: coffer backup DEST"
            }
            Age::Unknown => {
                "warning: the last backup claims a time that has not come yet, so nobody knows how \
                 old it is: coffer backup DEST"
            }
        }),
    }
}

/// The last backup for people.
fn backup(status: &Status) -> String {
    status.last_backup.map_or_else(
        || "Backup: none is on record.".to_owned(),
        |last| {
            let ago = match last.age.seconds().map(|seconds| seconds / DAY) {
                None => "a time that has not come yet".to_owned(),
                Some(0) => "less than a day ago".to_owned(),
                Some(1) => "a day ago".to_owned(),
                Some(days) => format!("{days} days ago"),
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
pub(super) fn envelope(
    envelope: &EnvelopeSummary,
    owed: &[Owed],
    words: &duty::Words<'_>,
) -> Value {
    let holders = envelope.holders.iter().map(|holder| {
        json!({
            "holder": holder.holder.to_string(),
            "role": holder.role.map(Role::name),
            "serial": holder.serial.as_ref().map(Serial::as_str),
            "sealed": holder.sealed,
            "standing": holder.standing.map(SheetStanding::name),
            "printed_by_another": holder.by_another,
            "read_back": holder.read_back,
        })
    });
    let of_envelope = |owed: &&Owed| envelope.duties.contains(&owed.duty);
    let duties = owed.iter().filter(of_envelope);
    let duties = duties.map(|owed| words.to_json(owed));
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

fn lines(status: &Status, since: u64, owed: &[Owed], words: &duty::Words<'_>) -> Vec<String> {
    let envelope = &status.envelope;
    let state = match envelope.state {
        EnvelopeState::Unsealed => "Emergency envelope: none has been sealed.".to_owned(),
        state @ (EnvelopeState::Sealed | EnvelopeState::Opened) => format!(
            "Emergency envelope: {}, covering {} of {} collections.",
            state.name(),
            envelope.covered,
            envelope.coverable
        ),
    };
    let mut lines = vec![
        format!("Vault of {}, locked.", escape::line(&status.council_name)),
        format!(
            "Access log: {} records, {since} since the last signature.",
            status.records
        ),
        state,
        backup(status),
    ];
    match due(&status.duties) {
        0 => {}
        1 => lines.push("Passwords: one is due to be changed.".to_owned()),
        due => lines.push(format!("Passwords: {due} are due to be changed.")),
    }
    if owed.is_empty() {
        lines.push("No duty is open.".to_owned());
    } else {
        lines.push("To do, in this order:".to_owned());
        lines.extend(words.list(owed));
    }
    lines
}
