//! `coffer envelope seal`.

use vault_core::emergency::duty::Duty;
use vault_core::error::Error;
use vault_core::vault::Vault;
use vault_core::vault::envelope::Sealed;
use vault_core::vault::status::EnvelopeSummary;

use crate::commands::{Context, after_the_act};
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::words::duty;

/// Seals the envelope, and says how much of the vault it covers and what is left to do.
pub(super) fn run(context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let sealed = context.unlock(&mut vault)?.seal();
    match sealed {
        Ok(sealed) => {
            let status = vault.status().map_err(after_the_act)?;
            Ok(outcome(&sealed, &status.envelope, &vault, context))
        }
        Err(Error::Blocked) => {
            let envelope = vault.status()?.envelope;
            Ok(blocked(&envelope, &vault, context))
        }
        Err(error) => Err(error.into()),
    }
}

fn outcome(
    sealed: &Sealed,
    envelope: &EnvelopeSummary,
    vault: &Vault,
    context: &Context<'_>,
) -> Outcome {
    let (covered, coverable) = (envelope.covered, envelope.coverable);
    let said = format!("sealed envelope {}", sealed.epoch);
    let outcome = Outcome::done(&sealed.epoch, sealed.record, said)
        .remark(format!("its fingerprint is {}", sealed.fingerprint))
        .remark(format!("it covers {covered} of {coverable} collections"))
        .remark(format!(
            "next: another person who may confirm compares the fingerprint and runs \
             `coffer approve {}`",
            sealed.record
        ));
    let outcome = to_do(outcome, &envelope.duties, vault, context);
    if is_blocked(envelope) {
        outcome.status(ExitStatus::Found)
    } else {
        outcome
    }
}

/// Nothing was sealed: a sheet that was used in the opening, or was lost, has no successor yet.
fn blocked(envelope: &EnvelopeSummary, vault: &Vault, context: &Context<'_>) -> Outcome {
    let outcome = Outcome::read(Data::Nothing, Json::None)
        .status(ExitStatus::Found)
        .remark(
            "the envelope was not sealed: a sheet that was used, typed or lost is not replaced",
        );
    // A sheet that was lost or typed before it was ever sealed is nobody's duty until somebody seals.
    let sheets = vault.ledger().envelope.sheets_for_rule();
    let sheets = sheets.unwrap_or_default();
    let worn = sheets.iter().filter(|sheet| !sheet.is_fresh());
    let replace = worn.map(|sheet| Duty::ReplaceSheet(sheet.facts.serial.clone()));
    let mut duties: Vec<Duty> = replace
        .filter(|duty| !envelope.duties.contains(duty))
        .collect();
    duties.extend(envelope.duties.iter().cloned());
    Duty::arrange(&mut duties);
    to_do(outcome, &duties, vault, context)
}

fn to_do(outcome: Outcome, duties: &[Duty], vault: &Vault, context: &Context<'_>) -> Outcome {
    let left = duty::lines(duties, vault, &context.config.vault);
    left.into_iter().fold(outcome, |outcome, left| {
        outcome.remark(format!("to do: {left}"))
    })
}

fn is_blocked(envelope: &EnvelopeSummary) -> bool {
    envelope.duties.iter().any(Duty::blocks_sealing)
}
