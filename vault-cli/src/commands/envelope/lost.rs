//! `coffer envelope lost`.

use vault_core::emergency::duty::Duty;
use vault_core::vault::envelope::Missed;

use crate::commands::{Context, after_the_act};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::words::duty;

/// Reports a sheet lost, and says what that leaves to do.
pub(super) fn run(serial: &str, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let reason = context.reason().map(str::to_owned);
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    let Missed { record, is_void } = session.report_lost(serial, reason.as_deref())?;
    let serial = serial.trim().to_ascii_uppercase();
    let outcome = if is_void {
        let said =
            format!("sheet {serial} is reported lost and opens nothing in this file from now on");
        Outcome::done(&serial, record, said).remark(
            "copies of the file that were made before do not know that: change the passwords if \
             one may be in wrong hands",
        )
    } else {
        let said = format!("on record as incident {record}: sheet {serial} is missing");
        Outcome::done(&record, record, said).remark(format!(
            "it still opens until its keeper, the chair, the clerk or the IT provider reports it \
             too: tell one of them now; they run coffer envelope lost {serial}"
        ))
    };
    let mut duties = vault.status().map_err(after_the_act)?.envelope.duties;
    duties.retain(Duty::blocks_sealing);
    let left = duty::lines(&duties, &vault, &context.config.vault);
    Ok(left.into_iter().fold(outcome, |outcome, left| {
        outcome.remark(format!("to do: {left}"))
    }))
}
