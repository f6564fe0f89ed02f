//! `coffer envelope takeover`: where nobody is left who could look after the vault, whoever opens the
//! envelope makes somebody a login of their own.

use vault_core::person::Role;
use vault_core::secret::SecretString;
use vault_core::vault::takeover::{Successor, TakenOver};

use super::guided::{self, Scene};
use super::notice::{Notice, NoticeFile};
use super::{start, to_do, wording};
use crate::args::TakeoverArgs;
use crate::commands::{Context, passphrase};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::output::shell;

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
    let outcome = notice.finish(account.as_ref(), &scene.journal, told(name, &taken));
    Ok(start::aftermath(outcome, &mut vault, &scene, context))
}

/// Whose logins a takeover leaves as they are; nothing where there are none.
fn logins(others: &[(String, Role)]) -> Option<String> {
    let named = |(name, role): &(String, Role)| format!("{name} ({})", wording::role(*role));
    match others {
        [] => None,
        [one] => Some(format!("The login of {} goes on working.", named(one))),
        [all @ .., last] => {
            let all: Vec<String> = all.iter().map(named).collect();
            let (all, last) = (all.join(", "), named(last));
            Some(format!("The logins of {all} and {last} go on working."))
        }
    }
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
    let outcome = if taken.counts {
        outcome
    } else {
        let record = taken.record;
        outcome.remark(format!(
            "{name} confirms nothing and invites nobody until somebody who was there before agrees: \
             coffer approve {record}"
        ))
    };
    let outcome = match taken.outdated {
        0 => outcome,
        some => outcome.remark(format!(
            "of {some} collections there is a newer key: it comes when a member who has it runs any \
             command, such as coffer list"
        )),
    };
    let outcome = match logins(&taken.others) {
        Some(logins) => outcome.remark(format!(
            "{logins} If one of them is gone: coffer collection list says what they hold, coffer \
             collection revoke takes it away, and whatever they could read has to be changed"
        )),
        None => outcome,
    };
    let login = shell::named(name, &taken.person);
    outcome.remark(format!("next: {name} runs coffer list --as {login}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_logins_go_on_working_is_said_by_name_and_role() {
        let of = |name: &str, role| (name.to_owned(), role);
        assert_eq!(logins(&[]), None);
        let two = [
            of("Pat Provider", Role::ItProvider),
            of("Clem Clerk", Role::Clerk),
        ];
        assert_eq!(
            logins(&two).as_deref(),
            Some("The logins of Pat Provider (IT provider) and Clem Clerk (clerk) go on working.")
        );
        let one = logins(&two[..1]);
        assert!(
            one.is_some_and(|one| one.contains("The login of Pat Provider (IT provider) goes"))
        );
    }
}
