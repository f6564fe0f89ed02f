//! `coffer envelope lost`.

use crate::commands::{Context, after_the_act, duty};
use crate::failure::Failure;
use crate::outcome::Outcome;

/// Reports a sheet lost, and says what that leaves to do.
pub(super) fn run(serial: &str, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let reason = context.reason().map(str::to_owned);
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    let record = session.report_lost(serial, reason.as_deref())?;
    let serial = serial.trim().to_ascii_uppercase();
    let said =
        format!("sheet {serial} is reported lost and opens nothing in this file from now on");
    let outcome = Outcome::done(&serial, record, said).remark(
        "copies of the file that were made before do not know that: change the passwords if one \
         may be in wrong hands",
    );
    let duties = vault.status().map_err(after_the_act)?.envelope.duties;
    let left = duties.iter().filter(|duty| duty.blocks_sealing());
    Ok(left.fold(outcome, |outcome, left| {
        outcome.remark(format!("to do: {}", duty::in_words(left)))
    }))
}
