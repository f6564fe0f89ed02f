//! `coffer envelope takeover`: where nobody is left who could look after the vault, whoever opens the
//! envelope makes somebody a login of their own.

use vault_core::vault::takeover::{Successor, TakenOver};

use super::{guided, start};
use crate::args::TakeoverArgs;
use crate::commands::Context;
use crate::failure::Failure;
use crate::outcome::Outcome;

/// Takes the vault over. What can be refused beforehand is refused before the envelope is opened.
pub(super) fn run(args: &TakeoverArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let begin = &args.opening;
    start::need_yes(begin, context)?;
    let mut vault = context.vault_even_rolled_back()?;
    let role = args.role.into();
    vault.check_successor(&args.person, role)?;
    let is_guided = start::is_bare(begin) && !context.global.no_input;
    let (answers, sheets) = if is_guided {
        context.tell("You are about to open the council's emergency envelope and take over.")?;
        (guided::answers(context)?, Vec::new())
    } else {
        (start::needed(begin, context)?, start::sheets(begin)?)
    };
    let passphrase = context.new_passphrase(args.new_passphrase_file.as_deref())?;
    let (place, journal) = start::journal(begin.journal.as_deref(), &vault, context)?;
    let mut requested = vault.request_opening(&answers.terms(), Box::new(journal))?;
    if is_guided {
        guided::take_sheets(&mut requested, context)?;
    } else {
        start::accept(&mut requested, begin, &sheets, context)?;
    }
    let successor = Successor {
        name: &args.person,
        role,
        passphrase: &passphrase,
    };
    let taken = requested.release()?.take_over(&successor)?;
    let outcome = told(args, &taken);
    Ok(start::aftermath(outcome, &mut vault, &answers, &place))
}

fn told(args: &TakeoverArgs, taken: &TakenOver) -> Outcome {
    let (name, collections) = (&args.person, taken.collections);
    let said = format!("{name} looks after the vault now, with {collections} collections");
    let outcome = Outcome::done(&taken.person, taken.record, said).remark(format!(
        "write the fingerprint of {name}'s key into the minutes: {}",
        taken.fingerprint
    ));
    let outcome = match taken.outdated {
        0 => outcome,
        some => outcome.remark(format!(
            "of {some} collections there is a newer key: it comes when a member who has it runs any \
             command, such as coffer list"
        )),
    };
    outcome.remark(format!("next: {name} runs coffer list --as \"{name}\""))
}
