//! `coffer envelope open` without options: one question at a time, for somebody who does this twice
//! in a lifetime.

mod elsewhere;
mod finding;
mod on_page;
mod reveal;
mod sheets;
pub(super) mod takeover;
mod talk;
mod terms;

use std::path::PathBuf;

use vault_core::id::Serial;
use vault_core::vault::Vault;
use vault_core::vault::account::Afterwards;
use vault_core::vault::opening::Requested;

use self::reveal::End;
pub(super) use self::sheets::alone as words_of_one;
pub(super) use self::talk::{Talk, sentences};
use super::notice::{Notice, NoticeFile};
use super::start::{self, Answers};
use super::{last_terms, open, to_do};
use crate::args::OpeningArgs;
use crate::commands::Context;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::prompt::PromptError;

const BEGIN: &str = "You are about to open the council's emergency envelope.";

const NEXT: &str = "The envelope can be opened now. This will be recorded and shown to all members. \
                    You then see what is in it by title; a password is shown only if you choose it.";

/// What was fixed before an opening and is said of it afterwards.
pub(super) struct Scene {
    pub(super) answers: Answers,
    /// Where the opening's own record stands.
    pub(super) journal: PathBuf,
    /// The copy that was opened where the vault file could not be written.
    pub(super) copy: Option<PathBuf>,
    /// The sheets that were accepted.
    pub(super) sheets: Vec<Serial>,
}

/// Guides a person through an opening.
pub(super) fn run(begin: &OpeningArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = finding::vault(context)?;
    start::need_seal(&vault)?;
    let notice = NoticeFile::create(begin.notice.as_deref())?;
    let policy = vault.ledger().policy.clone();
    let mut talk = Talk::new(context, policy.opening_idle())?;
    terms::explain(BEGIN, &vault, &mut talk)?;
    let answers = terms::ask(begin, None, &mut vault, &mut talk)?;
    let mut copy = None;
    let act = |requested: Requested<'_>, talk: &mut Talk<'_, '_>| {
        let mut opening = requested.release()?;
        let shown = reveal::show(&mut opening, policy.on_screen(), talk);
        Ok((shown, opening.close()))
    };
    let ((shown, closed), scene) =
        opened(begin, answers, &mut vault, &mut copy, NEXT, &mut talk, act)?;
    let vault = copy.as_mut().unwrap_or(&mut vault);
    let afterwards = closed.as_ref().map(|it| it.afterwards.clone());
    let Afterwards { account, people } = afterwards.unwrap_or_default();
    let ended = shown.ended.and_then(|end| {
        closed?;
        Ok(end)
    });
    let account = account.as_ref().map(|it| Notice::of(it, vault));
    let outcome = how_it_ended(ended, Outcome::read(Data::Nothing, Json::None));
    let outcome = notice.finish(account.as_ref(), &scene.journal, outcome);
    account_for(account.as_ref(), &mut talk)?;
    let path = talk.context.config.vault.clone();
    let steps = to_do::steps(vault, &scene, &shown.revealed, &people, &path);
    take_leave(outcome, &steps, &mut talk)
}

/// Writes the notice and the minute, as data: somebody is to paste them.
fn account_for(account: Option<&Notice<'_>>, talk: &mut Talk<'_, '_>) -> Result<(), Failure> {
    talk.tell("")?;
    let lines = account.map(Notice::lines).unwrap_or_default();
    lines
        .iter()
        .try_for_each(|line| talk.context.show_line(line))
}

/// Says where questions were asked what else there is to be said, and last what is to be done.
fn take_leave(
    outcome: Outcome,
    steps: &[String],
    talk: &mut Talk<'_, '_>,
) -> Result<Outcome, Failure> {
    talk.tell("")?;
    for remark in &outcome.remarks {
        talk.tell(remark)?;
    }
    talk.tell("\nWHAT TO DO NOW")?;
    for (number, step) in (1..).zip(steps) {
        talk.tell(&format!("{number:>3}. {step}"))?;
    }
    talk.tell(to_do::LAST)?;
    Ok(Outcome {
        data: Data::Nothing,
        remarks: Vec::new(),
        ..outcome
    })
}

/// Asks for an opening, takes the sheets, has the last question answered and does `act` with the rule
/// met. Where the vault file cannot be written, a copy is opened, and stands in `copy` then.
fn opened<T>(
    begin: &OpeningArgs,
    answers: Answers,
    vault: &mut Vault,
    copy: &mut Option<Vault>,
    next: &str,
    talk: &mut Talk<'_, '_>,
    act: impl FnOnce(Requested<'_>, &mut Talk<'_, '_>) -> Result<T, Failure>,
) -> Result<(T, Scene), Failure> {
    let marked = to_do::marked_copy(vault, &talk.context.config.vault)?;
    let journal = begin.journal.as_deref();
    let asked = elsewhere::request(vault, &answers, journal, talk);
    let mut at = None;
    let (mut requested, journal) = match asked {
        Err(failure) if elsewhere::helps(&failure) => {
            let (copied, path) = elsewhere::copied(&failure, talk)?;
            at = Some(path);
            elsewhere::request(copy.insert(copied), &answers, journal, talk)?
        }
        asked => asked?,
    };
    let first = requested.record();
    talk.tell(&format!("Recorded as number {first}.\n"))?;
    talk.begin();
    last_terms::keep(&journal, &answers);
    sheets::take(&mut requested, talk)?;
    talk.tell(&format!("\n{next}"))?;
    if !talk.agrees("Go on?")? {
        return Err(PromptError::Cancelled.into());
    }
    let scene = Scene {
        answers,
        journal,
        copy: at.or(marked),
        sheets: requested.accepted().into_iter().collect(),
    };
    Ok((act(requested, talk)?, scene))
}

/// Says how it ended, and with which status the run does.
fn how_it_ended(ended: Result<End, Failure>, outcome: Outcome) -> Outcome {
    match ended {
        Ok(End::Enough) => outcome.remark("The envelope was closed."),
        Ok(End::Idle) => outcome.remark("Nobody answered any more, so the envelope was closed."),
        Ok(End::Stopped) => {
            let status = Failure::from(PromptError::Cancelled).status();
            let outcome = outcome.status(status);
            outcome.remark("You stopped, and the envelope was closed. What is on record stays.")
        }
        Err(failure) => open::broken_off(outcome, &failure),
    }
}

#[cfg(test)]
mod tests;
