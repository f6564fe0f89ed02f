//! `coffer envelope takeover`: where nobody is left who could look after the vault, whoever opens the
//! envelope makes somebody a login of their own.

use vault_core::person::Role;
use vault_core::time::Clock;
use vault_core::vault::takeover::{Successor, TakenOver};

use super::guided::{self, Scene};
use super::notice::NoticeFile;
use super::{start, wording};
use crate::args::TakeoverArgs;
use crate::clock::SystemClock;
use crate::commands::Context;
use crate::failure::Failure;
use crate::outcome::Outcome;

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
    let passphrase = context.new_passphrase(args.new_passphrase_file.as_deref())?;
    start::need_seal(&vault)?;
    let notice = NoticeFile::create(begin.notice.as_deref())?;
    let (journal_at, journal) = start::journal(begin.journal.as_deref(), context)?;
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
        copy: None,
        first: requested.record(),
        at: SystemClock.now(),
        sheets: requested.accepted().into_iter().collect(),
    };
    let taken = requested.release()?.take_over(&successor)?;
    let besides = in_a_sentence(name, role);
    let account = scene.account(&mut vault, &[], Some(&besides));
    let outcome = notice.finish(&account, told(name, &taken));
    Ok(start::aftermath(
        outcome,
        &mut vault,
        &scene.answers,
        &scene.journal,
    ))
}

/// What members are told of it besides the opening.
pub(super) fn in_a_sentence(name: &str, role: Role) -> String {
    let role = wording::role(role);
    format!("{name} was made {role} and looks after the vault now.")
}

/// What is said of it at once.
pub(super) fn told(name: &str, taken: &TakenOver) -> Outcome {
    let collections = match taken.collections {
        1 => "one collection".to_owned(),
        count => format!("{count} collections"),
    };
    let said = format!("{name} looks after the vault now, with {collections}");
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
