//! `coffer log`: reading and checking the access log.

mod export;

use serde_json::{Value, json};
use vault_core::audit::event::{Event, Step};
use vault_core::audit::record::{ObjectRef, Record};
use vault_core::collection::Permission;
use vault_core::error::{Error, StoreError};
use vault_core::id::{RecordSeq, Version};
use vault_core::person::Role;
use vault_core::vault::Rollback;
use vault_core::vault::log::LogLine;
use vault_core::vault::rollback::Accepted;
use vault_core::vault::verify::{self, Depth, Report, State};

use super::Context;
use crate::args::LogCommand;
use crate::exit::ExitStatus;
use crate::failure::{self, Failure, flaw};
use crate::outcome::{Data, Json, Outcome};
use crate::output::{Table, for_people};

pub(crate) fn run(command: &LogCommand, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    match command {
        LogCommand::Show => show(context),
        LogCommand::Verify { quick, state } => verify(*quick, *state, context),
        LogCommand::Checkpoint => checkpoint(context),
        LogCommand::AcceptRollback => accept_rollback(context),
        LogCommand::Export { folder } => export::run(folder, context),
    }
}

fn show(context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault_even_rolled_back()?;
    let lines = context.unlock(&mut vault)?.log()?;
    let mut table = Table::new(["Record", "Time", "Event", "Outcome", "Who", "What", "Why"]);
    for line in &lines {
        let record = &line.record;
        let what = line.object.as_ref().or(line.subject.as_ref());
        table.row([
            record.seq.to_string(),
            for_people(record.time),
            in_words(record).to_owned(),
            record.outcome.name().to_owned(),
            line.actor.clone().unwrap_or_default(),
            what.cloned().unwrap_or_default(),
            line.words.get("reason").cloned().unwrap_or_default(),
        ]);
    }
    let json = lines.iter().map(to_json).collect();
    Ok(Outcome::read(Data::Table(table), Json::Lines(json)))
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
    });
    for (name, word) in &line.words {
        value[name] = word.as_str().into();
    }
    value
}

/// What was done or tried, for people; the outcome stands beside it.
const fn in_words(record: &Record) -> &'static str {
    match (record.event, record.step) {
        (Event::VaultCreate, _) => "found vault",
        (Event::VaultUnlock, _) => "unlock",
        (Event::SecretCreate, _) => "add password",
        (Event::SecretReveal, _) => "get password",
        (Event::SecretRotate, Some(Step::Confirmed)) => "confirm new password",
        (Event::SecretRotate, Some(Step::Aborted)) => "drop new password",
        (Event::SecretRotate, _) => "propose new password",
        (Event::SecretArchive, _) => "retire password",
        (Event::AccessApprove, _) => "approve",
        (Event::PersonAdd, _) => "invite person",
        (Event::PersonEnrol, _) => "enrol",
        (Event::CollectionCreate, _) => "make collection",
        (Event::CollectionChange, _) => "change readers",
        (Event::PolicyChange, _) => "choose rule",
        (Event::PolicyAcknowledge, _) => "accept rules",
        (Event::EnvelopeIssue, _) => "make sheet",
        (Event::EnvelopeSeal, _) => "seal envelope",
        (Event::EnvelopeSheet, _) => "give sheet",
        (Event::EnvelopeOpen, Some(Step::Requested)) => "ask for opening",
        (Event::EnvelopeOpen, Some(Step::Listed)) => "list opened titles",
        (Event::EnvelopeOpen, Some(Step::Closed)) => "end opening",
        (Event::EnvelopeOpen, _) => "open envelope",
        (Event::EnvelopeTakeover, _) => "take over",
        (Event::EnvelopeRevoke, _) => "report sheet lost",
        (Event::EnvelopeClose, _) => "follow up opening",
        (Event::EnvelopeClassify, _) => "classify opening",
        (Event::IncidentRaise, _) => "raise incident",
        (Event::IncidentDecide, _) => "decide incident",
        (Event::IncidentClose, _) => "close incident",
        (Event::TransferImport, _) => "import",
        (Event::VaultBackup, _) => "back up",
        (Event::VaultRestore, _) => "restore backup",
        (Event::LogRead, _) => "read log",
        (Event::LogExport, _) => "export log",
        (other, _) => other.name(),
    }
}

/// Checks the log. A bad record or row is an answer and not a fault: programs are told which.
fn verify(quick: bool, state: bool, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    context.progress("checking the access log...")?;
    let depth = if quick { Depth::Quick } else { Depth::Full };
    let path = &context.config.vault;
    let verified = match (&context.config.state, state) {
        (Some(folder), true) => verify::verify_and_compare(path, depth, State::Checked, folder),
        (Some(folder), false) => verify::verify_and_compare(path, depth, State::Unchecked, folder),
        (None, true) => verify::verify_state(path, depth),
        (None, false) => verify::verify(path, depth),
    };
    let report = match verified {
        Ok(report) => report,
        Err(Error::Store(StoreError::Log(bad))) if context.global.json => {
            let found = json!({ "record": bad.seq.get(), "flaw": flaw(&bad) });
            return Ok(not_verified(found));
        }
        Err(Error::Store(StoreError::RowChanged(row))) if context.global.json => {
            let found = json!({ "row": row.to_string(), "flaw": ROW });
            return Ok(not_verified(found));
        }
        Err(Error::Store(StoreError::RowChanged(row))) => return Err(Failure::State(row)),
        Err(error) => return Err(error.into()),
    };
    Ok(told(&report))
}

/// What is said of a log whose records are as they should be.
fn told(report: &Report) -> Outcome {
    let json = json!({
        "schema": "coffer.verify/1",
        "ok": report.rollback.is_none(),
        "records": report.records,
        "signatures": report.signatures_checked,
        "rows": report.rows,
        "unsigned_tail": report.unsigned_tail,
        "origin": report.origin,
        "genesis": report.genesis.to_string(),
        "checkpoint": report.checkpoint,
        "keys": report.vkeys,
        "last": report.last.to_string(),
        "rollback": report.rollback.as_ref().map(rollback_to_json),
    });
    let how = if report.signatures_checked {
        "each signed by whom it names"
    } else {
        "by their hashes alone: nobody's signature or right was looked at"
    };
    let mut lines = vec![format!(
        "The access log verifies: {} records in an unbroken chain, {how}.",
        report.records
    )];
    if report.unsigned_tail > 0 {
        lines.push(format!(
            "{} of them stand after the last signature, as failed attempts may.",
            report.unsigned_tail
        ));
    }
    if let Some(rows) = report.rows {
        lines.push(format!(
            "The rest of the file is what the log says: {rows} rows, none changed, added or missing."
        ));
    }
    let Some(rollback) = &report.rollback else {
        let outcome = Outcome::read(Data::Lines(lines), Json::Value(json));
        return outcome.remark(
            "an older copy of the file verifies too: compare the number with the last checkpoint \
             in the minutes",
        );
    };
    let Rollback { seen, size, last } = rollback;
    lines.push(format!("Head last seen here: {} {}", seen.size, seen.last));
    lines.push(format!("Head of this file: {size} {last}"));
    let (what, hint) = failure::rolled_back(rollback);
    let outcome = Outcome::read(Data::Lines(lines), Json::Value(json));
    let outcome = outcome.remark(format!("warning: {what}"));
    let outcome = hint.into_iter().fold(outcome, Outcome::remark);
    outcome.status(ExitStatus::LogBroken)
}

/// What was seen and is not there, for programs.
pub(super) fn rollback_to_json(rollback: &Rollback) -> Value {
    json!({
        "seen": { "size": rollback.seen.size, "last": rollback.seen.last.to_string() },
        "seen_at": rollback.seen.time,
        "now": { "size": rollback.size, "last": rollback.last.to_string() },
    })
}

/// Accepts that what was seen is lost.
fn accept_rollback(context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault_even_rolled_back()?;
    let Accepted { record, waits } = context.unlock(&mut vault)?.accept_rollback()?;
    let outcome = Outcome::done(
        &format!("r{record}"),
        record,
        "accepted that the records seen before are lost; it is on record",
    );
    Ok(if waits {
        outcome.remark(format!(
            "next: a second person confirms it with coffer approve r{record}; nothing else is \
             done on this file before"
        ))
    } else {
        outcome.remark("nobody else could confirm it, so it holds at once")
    })
}

/// What is wrong with a row that is not what the log says.
const ROW: &str = "it is not what the log says it is";

/// What programs are told of the first thing that is not as it should be.
fn not_verified(mut found: Value) -> Outcome {
    found["schema"] = "coffer.verify/1".into();
    found["ok"] = false.into();
    Outcome::read(Data::Nothing, Json::Value(found)).status(ExitStatus::LogBroken)
}

/// The last signed head of the log, as it may be copied into the minutes.
fn checkpoint(context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let last = context.vault_even_rolled_back()?.last_checkpoint()?;
    let json = json!({
        "schema": "coffer.checkpoint/1",
        "note": last.note,
        "since": last.since,
    });
    let lines = last.note.as_deref().unwrap_or_default().lines();
    let data = Data::Lines(lines.map(str::to_owned).collect());
    let since = match last.since {
        1 => "1 record since the last signature".to_owned(),
        since => format!("{since} records since the last signature"),
    };
    Ok(Outcome::read(data, Json::Value(json)).remark(since))
}
