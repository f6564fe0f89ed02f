//! `coffer restore-entry`: a retired entry that is used again.

use super::{Context, anyway};
use crate::args::RestoreEntryArgs;
use crate::failure::Failure;
use crate::outcome::Outcome;

pub(crate) fn run(args: &RestoreEntryArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    let reason = context.reason().map(str::to_owned);
    let (entry, record) = anyway::ask(args.anyway, context, |beside| {
        session.restore_entry(&args.entry, reason.as_deref(), beside)
    })?;
    let title = session.show(&entry.to_string())?.catalogue.title;
    let remark = format!("\"{title}\" is used again; what was due of it is due again");
    Ok(Outcome::done(&entry, record, remark).remark("next: coffer list shows what to do"))
}
