//! `coffer retire`: an entry that is used no more.

use super::Context;
use crate::args::RetireArgs;
use crate::failure::Failure;
use crate::outcome::Outcome;

pub(crate) fn run(args: &RetireArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    // Under --no-input it counts as confirmed.
    if !context.global.no_input {
        let title = session.show(&args.entry)?.catalogue.title;
        let label =
            format!("Nothing of it is due any more then. Type the title, {title}, to retire it");
        context.prompt.confirm(&label, &title)?;
    }
    let (entry, record) = session.retire(&args.entry, context.reason())?;
    let remark = format!(
        "retired \"{}\": it is kept, not changed any more, and its title is free",
        args.entry
    );
    let next = format!("coffer restore-entry {entry} brings it back");
    Ok(Outcome::done(&entry, record, remark).remark(next))
}
