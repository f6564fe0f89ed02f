//! `coffer envelope takeover`: where nobody is left who could look after the vault, whoever opens the
//! envelope makes somebody a login of their own.

use vault_core::secret::SecretString;
use vault_core::vault::takeover::Successor;

use super::guided::{self, Scene};
use super::notice::{Notice, NoticeFile};
use super::{start, to_do};
use crate::args::TakeoverArgs;
use crate::commands::{Context, passphrase};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::words::successor;

/// Takes the vault over. What can be refused beforehand is refused before the envelope is opened.
pub(super) fn run(args: &TakeoverArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let begin = &args.opening;
    start::need_yes(begin, context)?;
    if start::may_ask(begin, context) {
        return guided::takeover::run(args, context);
    }
    let name = args.person.as_deref();
    let name = name.ok_or_else(|| start::missing("--person NAME"))?;
    let role = args.role.ok_or_else(|| start::missing("--role ROLE"))?;
    let role = role.into();
    let mut vault = context.vault_even_rolled_back()?;
    vault.check_successor(name, role)?;
    let answers = start::needed(begin, context)?;
    let sheets = start::sheets(begin)?;
    let file = args.new_passphrase_file.as_deref();
    let judge = &mut |chosen: &SecretString| vault.judge_passphrase(chosen, name);
    let passphrase = passphrase::choose(context, file, judge)?;
    start::need_seal(&vault)?;
    start::tell_age(&vault, context)?;
    let notice = NoticeFile::create(begin.notice.as_deref())?;
    let (journal_at, journal) = start::journal(begin.journal.as_deref(), context)?;
    let copy = to_do::marked_copy(&vault, &context.config.vault)?;
    let mut requested = vault.request_opening(&answers.terms(), Box::new(journal))?;
    start::accept(&mut requested, begin, &sheets, context)?;
    let successor = Successor {
        name,
        role,
        passphrase: &passphrase,
    };
    let scene = Scene {
        answers,
        journal: journal_at,
        copy,
        sheets: requested.accepted().into_iter().collect(),
    };
    let taken = requested.release()?.take_over(&successor)?;
    let account = taken.afterwards.account.as_ref();
    let account = account.map(|it| Notice::of(it, &mut vault));
    let outcome = notice.finish(
        account.as_ref(),
        &scene.journal,
        successor::told(name, &taken),
    );
    Ok(start::aftermath(outcome, &mut vault, &scene, context))
}
