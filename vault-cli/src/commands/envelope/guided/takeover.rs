//! `coffer envelope takeover`, step by step: who looks after the vault from now on, their passphrase,
//! and then the envelope.

use vault_core::error::Error;
use vault_core::generator::{self, Words};
use vault_core::person::Role;
use vault_core::secret::SecretString;
use vault_core::vault::Vault;
use vault_core::vault::opening::Requested;
use vault_core::vault::takeover::Successor;

use super::talk::{Talk, sentences};
use super::{account_for, finding, opened, take_leave, terms};
use crate::args::TakeoverArgs;
use crate::commands::envelope::notice::{Notice, NoticeFile};
use crate::commands::envelope::{start, to_do};
use crate::commands::{Context, passphrase};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::words::{rule, successor};

const BEGIN: &str = "You are about to open the council's emergency envelope, and to give somebody a \
                     login with which they look after the vault from then on.";

const NEXT: &str =
    "The envelope can be opened now. This will be recorded and shown to all members.";

/// Guides a person through a takeover.
pub(crate) fn run(args: &TakeoverArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let begin = &args.opening;
    let mut vault = finding::vault(context)?;
    start::need_seal(&vault)?;
    let notice = NoticeFile::create(begin.notice.as_deref())?;
    let idle = vault.ledger().policy.opening_idle();
    let mut talk = Talk::new(context, idle)?;
    terms::explain(BEGIN, &vault, &mut talk)?;
    let (name, role) = successor(args, &mut vault, &mut talk)?;
    let becomes = format!("{name}, as {}", rule::role(role));
    let answers = terms::ask(begin, Some(&becomes), &mut vault, &mut talk)?;
    let passphrase = passphrase(args, (&vault, &name), &mut talk)?;
    let mut copy = None;
    let act = |requested: Requested<'_>, _: &mut Talk<'_, '_>| {
        let successor = Successor {
            name: &name,
            role,
            passphrase: &passphrase,
        };
        Ok(requested.release()?.take_over(&successor)?)
    };
    let (taken, scene) = opened(begin, answers, &mut vault, &mut copy, NEXT, &mut talk, act)?;
    let vault = copy.as_mut().unwrap_or(&mut vault);
    let account = taken.afterwards.account.as_ref();
    let account = account.map(|it| Notice::of(it, vault));
    let outcome = successor::told(&name, &taken);
    let outcome = notice.finish(account.as_ref(), &scene.journal, outcome);
    account_for(account.as_ref(), &mut talk)?;
    let path = talk.context.config.vault.clone();
    let steps = to_do::steps(vault, &scene, &[], &taken.afterwards.people, &path);
    take_leave(outcome, &steps, &mut talk)
}

/// Who looks after the vault from now on, asked until it can be.
fn successor(
    args: &TakeoverArgs,
    vault: &mut Vault,
    talk: &mut Talk<'_, '_>,
) -> Result<(String, Role), Failure> {
    let mut name = args.person.clone();
    let mut role = args.role.map(Role::from);
    loop {
        let asked = name.take();
        let label = "Who looks after the vault from now on? Their full name";
        let chosen = asked.map_or_else(|| talk.text(label), Ok)?;
        let as_what = match role.take() {
            Some(role) => role,
            None => ask_role(talk)?,
        };
        match vault.check_successor(&chosen, as_what) {
            Ok(()) => return Ok((chosen, as_what)),
            Err(error @ Error::Invalid(_)) => {
                talk.tell(&sentences(Failure::from(error).wording()))?;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn ask_role(talk: &mut Talk<'_, '_>) -> Result<Role, Failure> {
    loop {
        match talk
            .text("As what? it-provider or clerk")?
            .to_lowercase()
            .as_str()
        {
            "it-provider" | "it provider" | "provider" => return Ok(Role::ItProvider),
            "clerk" => return Ok(Role::Clerk),
            _ => talk.tell("Type it-provider or clerk.")?,
        }
    }
}

/// The successor's passphrase: from the file, or chosen now, until it is a good one.
fn passphrase(
    args: &TakeoverArgs,
    (vault, name): (&Vault, &str),
    talk: &mut Talk<'_, '_>,
) -> Result<SecretString, Failure> {
    let mut judge = |chosen: &SecretString| vault.judge_passphrase(chosen, name);
    if let Some(file) = args.new_passphrase_file.as_deref() {
        return passphrase::choose(talk.context, Some(file), &mut judge);
    }
    talk.page()?;
    talk.tell(&format!(
        "{name} needs a passphrase that nobody else knows, and types it now: four random words or \
         more."
    ))?;
    if talk.vanishes() {
        let mut entropy = talk.context.surroundings().entropy;
        let drawn = generator::passphrase(Words::INVITATION, &mut *entropy);
        let drawn = drawn.map_err(Error::from)?;
        talk.tell("These were drawn just now, and may be taken:\n")?;
        talk.show(&drawn.to_bytes())?;
    }
    talk.tell("Write it down, and keep that apart from this computer and from the sheets.")?;
    loop {
        match passphrase::ask(talk.context, &mut judge) {
            Err(failure) if passphrase::may_choose_again(&failure) => {
                talk.tell(&sentences(failure.wording()))?;
            }
            chosen => {
                talk.end_page()?;
                return chosen;
            }
        }
    }
}
