//! `coffer envelope look`, `check` and `drill`: looking after the sheets while nothing happens.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use vault_core::emergency::inspection::Found;
use vault_core::secret::SecretString;
use vault_core::vault::Vault;
use vault_core::vault::drills::{DrillFailed, Look};

use super::guided::{self, Talk};
use super::words;
use crate::args::Seen;
use crate::commands::{Context, after_the_act};
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::words::duty;

/// Records what somebody saw of a sheet.
pub(super) fn look(
    serial: &str,
    seen: Seen,
    (bag, witnesses): (Option<&str>, &[String]),
    context: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    let reason = context.reason().map(str::to_owned);
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    let found = Found::from(seen);
    let record = session.look_at(&Look {
        serial,
        found,
        bag,
        witnesses,
        reason: reason.as_deref(),
    })?;
    let serial = serial.trim().to_ascii_uppercase();
    let said = match seen {
        Seen::Bagged => format!("on record: sheet {serial} is in its bag and sealed"),
        Seen::Intact => format!("on record: the seal of sheet {serial} is whole"),
        Seen::Broken => format!(
            "on record: the seal of sheet {serial} is broken; the sheet opens nothing in this \
             file from now on"
        ),
        Seen::Returned => format!("on record: sheet {serial} was given back unopened"),
        Seen::Destroyed => format!(
            "on record: sheet {serial} was destroyed; it opens nothing in this file from now on"
        ),
    };
    let outcome = Outcome::done(&serial, record, said);
    with_duties(outcome, &mut vault, context)
}

/// Has one sheet prove itself.
pub(super) fn check(file: Option<&Path>, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let idle = vault.ledger().policy.opening_idle();
    let mut session = context.unlock(&mut vault)?;
    let words = match file {
        Some(file) => from_file(file)?,
        None => guided::words_of_one(&mut Talk::new(context, idle)?)?,
    };
    let (serial, record) = session.check_sheet(&words)?;
    let said = format!("sheet {serial} is this vault's, and its share in this file is sound");
    let outcome = Outcome::done(&serial, record, said)
        .remark("its words have been typed now: a fresh sheet takes its place");
    with_duties(outcome, &mut vault, context)
}

/// Rehearses an opening.
pub(super) fn drill(files: &[PathBuf], context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let idle = vault.ledger().policy.opening_idle();
    let mut session = context.unlock(&mut vault)?;
    let sheets = if files.is_empty() {
        asked(idle, context)?
    } else {
        files
            .iter()
            .map(|file| from_file(file))
            .collect::<Result<_, _>>()?
    };
    context.progress("trying every key that the envelope holds...")?;
    match session.drill(&sheets)? {
        Ok(drilled) => {
            let (keys, epoch) = (drilled.keys, drilled.epoch);
            let said = format!(
                "the drill succeeded: envelope {epoch} opens, and so does each of the {keys} keys \
                 that it holds"
            );
            let outcome = Outcome::done(&epoch, drilled.record, said).remark(
                "the words of the sheets have been typed now: fresh ones take their places",
            );
            with_duties(outcome, &mut vault, context)
        }
        Err(failed) => Ok(failure(failed)),
    }
}

/// What a rehearsal found wrong is an answer, and an incident.
fn failure(failed: DrillFailed) -> Outcome {
    let (what, json) = match failed {
        DrillFailed::Seal(epoch) => (
            format!("the drill failed: the shares of envelope {epoch} do not fit together"),
            json!({ "seal": epoch.get() }),
        ),
        DrillFailed::Keys { bad, of } => (
            format!("the drill failed: {bad} of the {of} keys in the envelope do not open"),
            json!({ "bad": bad, "of": of }),
        ),
    };
    let mut json = json;
    json["schema"] = "coffer.drill/1".into();
    json["ok"] = false.into();
    Outcome::read(Data::Nothing, Json::Value(json))
        .status(ExitStatus::Found)
        .remark(what)
        .remark("it is on record as an incident")
        .remark("next: coffer envelope seal makes a new envelope; then rehearse again")
}

fn with_duties(
    outcome: Outcome,
    vault: &mut Vault,
    context: &Context<'_>,
) -> Result<Outcome, Failure> {
    let duties = vault.status().map_err(after_the_act)?.envelope.duties;
    let left = duty::lines(&duties, vault, &context.config.vault);
    Ok(left.into_iter().fold(outcome, |outcome, left| {
        outcome.remark(format!("to do: {left}"))
    }))
}

fn from_file(file: &Path) -> Result<SecretString, Failure> {
    words::from_file(file).map_err(|error| Failure::Source {
        what: "--sheet-file",
        error,
    })
}

/// Sheets, one after another, until there are no more. A question that waits for too long ends it.
fn asked(idle: Duration, context: &mut Context<'_>) -> Result<Vec<SecretString>, Failure> {
    let mut talk = Talk::new(context, idle)?;
    let mut sheets = vec![guided::words_of_one(&mut talk)?];
    while talk.agrees("Is there another sheet?")? {
        sheets.push(guided::words_of_one(&mut talk)?);
    }
    Ok(sheets)
}
