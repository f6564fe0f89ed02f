//! Who opens, why, and who watches: asked, read back, and only then fixed.

use vault_core::emergency::witnesses::who_count;
use vault_core::time::Clock;
use vault_core::vault::Vault;
use vault_core::vault::opening::Terms;

use super::talk::Talk;
use crate::args::OpeningArgs;
use crate::clock::SystemClock;
use crate::commands::envelope::last_terms::LastTerms;
use crate::commands::envelope::start::{self, Answers};
use crate::commands::envelope::{file_age, last_terms, words};
use crate::failure::Failure;
use crate::output::{escape, for_people};

const WHAT_IS_RECORDED: &str = "\
Everything that you do here is written into the council's access log before anything is shown: \
your name, your reason, who is with you, each sheet of paper, and each password that is shown. \
Every member of the council will be told.

Nothing is written yet. At any question you may press Ctrl-C to stop.";

/// Says what is about to happen.
pub(crate) fn explain(begin: &str, vault: &Vault, talk: &mut Talk<'_, '_>) -> Result<(), Failure> {
    let seal = vault.ledger().envelope.newest();
    let seal = seal.map(|seal| format!(", seal {}", seal.facts.epoch));
    talk.tell(&format!(
        "Council: {}\nVault: {}{}\n\n{begin}\n",
        escape::line(vault.council_name()),
        vault.mark(),
        seal.unwrap_or_default()
    ))?;
    for sentence in file_age::sentences(vault.ledger(), SystemClock.now()) {
        talk.tell(&sentence)?;
    }
    talk.tell("")?;
    talk.tell(WHAT_IS_RECORDED)?;
    if let Some(opening) = &vault.ledger().envelope.opening {
        talk.tell(&format!(
            "\nThe envelope was opened on {} (record {}) and is not sealed again yet. This goes on \
             with that opening.",
            for_people(opening.released_at),
            opening.record
        ))?;
    }
    if !talk.context.is_shown() {
        talk.tell(
            "\nWhat is shown will not be on this screen: it goes to the file or the program that \
             takes this program's output, and stays there.",
        )?;
    } else if !talk.context.clears() {
        talk.tell(
            "\nThis screen cannot be cleared by the program. So the words that you type are not \
             shown, and a password that is shown stays: close the window when you are done.",
        )?;
    }
    talk.tell("")
}

/// Asks for what the options do not say, until it is right. `becomes` is who looks after the vault
/// from then on, where somebody does.
pub(crate) fn ask(
    given: &OpeningArgs,
    becomes: Option<&str>,
    vault: &mut Vault,
    talk: &mut Talk<'_, '_>,
) -> Result<Answers, Failure> {
    let mut opener = given.opener.clone();
    let mut reason = talk.context.reason().map(str::to_owned);
    let mut witnesses = Some(given.witnesses.clone()).filter(|given| !given.is_empty());
    let asks_all = opener.is_none() && reason.is_none() && witnesses.is_none();
    if asks_all && let Some(last) = same_again(talk)? {
        opener = Some(last.opener);
        reason = Some(last.reason);
        witnesses = Some(last.witnesses);
    }
    loop {
        let opener = match opener.take() {
            Some(given) => given,
            None => ask_opener(vault, talk)?,
        };
        let reason = reason.take();
        let reason = or_ask(reason, "Why does the envelope have to be opened?", talk)?;
        let witnesses = match witnesses.take() {
            Some(given) => given,
            None => ask_witnesses(&opener, talk)?,
        };
        let (answers, others) = Answers::of(opener, reason, &witnesses);
        // What was typed can be recorded; what was given as an option perhaps not.
        answers.terms().check()?;
        for name in others {
            talk.tell(&start::no_witness(&name))?;
        }
        read_back(&answers, becomes, vault, talk)?;
        if talk.agrees("Is this right?")? {
            return Ok(answers);
        }
        talk.tell("Then once more from the beginning.\n")?;
    }
}

/// What was answered at the last try, where it is to be the same again.
fn same_again(talk: &mut Talk<'_, '_>) -> Result<Option<LastTerms>, Failure> {
    let last = last_terms::beside(&talk.context.config.vault, SystemClock.now());
    let Some(last) = last else {
        return Ok(None);
    };
    talk.tell(&format!(
        "There was a try before, on {}. This was said then:\n  Who opens: {}\n  Why: {}\n  Who \
         watches: {}",
        for_people(last.at),
        last.opener,
        last.reason,
        named(&last.witnesses)
    ))?;
    Ok(talk.agrees("Is it the same again?")?.then_some(last))
}

/// The opener's name. Whoever has a login is known by it as the opener, which a slip would undo.
fn ask_opener(vault: &mut Vault, talk: &mut Talk<'_, '_>) -> Result<String, Failure> {
    loop {
        let name = ask_for_the_record("Who are you? Your full name", talk)?;
        if vault.has_login(&name)? {
            return Ok(name);
        }
        talk.tell(&format!(
            "Nobody has a login of the name {name}. You need none to go on."
        ))?;
        if !talk.agrees("Have you a login of your own, under another name?")? {
            return Ok(name);
        }
    }
}

fn or_ask(given: Option<String>, label: &str, talk: &mut Talk<'_, '_>) -> Result<String, Failure> {
    given.map_or_else(|| ask_for_the_record(label, talk), Ok)
}

fn ask_witnesses(opener: &str, talk: &mut Talk<'_, '_>) -> Result<Vec<String>, Failure> {
    talk.tell("Who is with you and watches? One name at a time.")?;
    let mut witnesses: Vec<String> = Vec::new();
    loop {
        let label = format!("Witness {} (Enter: nobody else)", witnesses.len() + 1);
        let name = match recordable(talk.text_or_none(&label)?, talk)? {
            Some(none) if none.is_empty() => return Ok(witnesses),
            Some(name) => name,
            None => continue,
        };
        let so_far = witnesses.iter().map(String::as_str);
        if who_count(opener, so_far.chain([name.as_str()])).len() > witnesses.len() {
            witnesses.push(name);
        } else {
            talk.tell(&start::no_witness(&name))?;
        }
    }
}

/// An answer that will be recorded.
fn ask_for_the_record(label: &str, talk: &mut Talk<'_, '_>) -> Result<String, Failure> {
    loop {
        let answer = talk.text(label)?;
        if let Some(answer) = recordable(answer, talk)? {
            return Ok(answer);
        }
    }
}

/// The answer, unless it cannot be recorded, or must not: a sheet that was read too early.
fn recordable(answer: String, talk: &mut Talk<'_, '_>) -> Result<Option<String>, Failure> {
    let terms = Terms {
        opener: &answer,
        reason: &answer,
        witnesses: &[],
    };
    if words::look_like_a_sheet(&answer) {
        talk.tell(
            "These look like the words of a sheet. They are asked for later, and they must not be \
             recorded. Please answer the question.",
        )?;
    } else if !answer.is_empty() && terms.check().is_err() {
        talk.tell("That is too long, or has characters that are no letters. Once more, please.")?;
    } else {
        return Ok(Some(answer));
    }
    Ok(None)
}

fn read_back(
    answers: &Answers,
    becomes: Option<&str>,
    vault: &Vault,
    talk: &mut Talk<'_, '_>,
) -> Result<(), Failure> {
    talk.tell(&format!(
        "\nThis will be recorded:\n  Who opens: {}\n  Why: {}\n  Who watches: {}",
        answers.opener,
        answers.reason,
        named(&answers.witnesses)
    ))?;
    if let Some(becomes) = becomes {
        talk.tell(&format!(
            "  Who looks after the vault from then on: {becomes}"
        ))?;
    }
    let wanted = usize::try_from(vault.ledger().policy.witnesses).unwrap_or(usize::MAX);
    if answers.witnesses.len() < wanted {
        talk.tell(&format!(
            "The council's rules ask for {wanted} witnesses. Fewer do not stop you; the record and \
             the auditor's report will show it."
        ))?;
    }
    Ok(())
}

fn named(witnesses: &[String]) -> String {
    match witnesses {
        [] => "nobody".to_owned(),
        names => names.join(", "),
    }
}
