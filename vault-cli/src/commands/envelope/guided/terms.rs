//! Who opens, why, and who watches: asked, read back, and only then fixed.

use vault_core::vault::Vault;
use vault_core::vault::opening::Terms;

use super::talk::Talk;
use crate::args::OpeningArgs;
use crate::commands::envelope::start::Answers;
use crate::commands::envelope::words;
use crate::failure::Failure;
use crate::output::for_people;

const WHAT_IS_RECORDED: &str = "\
Everything that you do here is written into the council's access log before anything is shown: \
your name, your reason, who is with you, each sheet of paper, and each password that is shown. \
Every member of the council will be told.

Nothing is written yet. At any question you may press Ctrl-C to stop.";

/// Says what is about to happen.
pub(crate) fn explain(begin: &str, vault: &Vault, talk: &mut Talk<'_, '_>) -> Result<(), Failure> {
    talk.tell(&format!("Council: {}\n\n{begin}\n", vault.council()))?;
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

/// Asks for what the options do not say, until it is right.
pub(crate) fn ask(
    given: &OpeningArgs,
    vault: &Vault,
    talk: &mut Talk<'_, '_>,
) -> Result<Answers, Failure> {
    let mut opener = given.opener.clone();
    let mut reason = talk.context.reason().map(str::to_owned);
    let mut witnesses = Some(given.witnesses.clone()).filter(|given| !given.is_empty());
    loop {
        let answers = Answers {
            opener: or_ask(opener.take(), "Who are you? Your full name", talk)?,
            reason: or_ask(
                reason.take(),
                "Why does the envelope have to be opened?",
                talk,
            )?,
            witnesses: match witnesses.take() {
                Some(given) => given,
                None => ask_witnesses(talk)?,
            },
        };
        // What was typed can be recorded; what was given as an option perhaps not.
        answers.terms().check()?;
        read_back(&answers, vault, talk)?;
        if talk.agrees("Is this right?")? {
            return Ok(answers);
        }
        talk.tell("Then once more from the beginning.\n")?;
    }
}

fn or_ask(given: Option<String>, label: &str, talk: &mut Talk<'_, '_>) -> Result<String, Failure> {
    given.map_or_else(|| ask_for_the_record(label, talk), Ok)
}

fn ask_witnesses(talk: &mut Talk<'_, '_>) -> Result<Vec<String>, Failure> {
    talk.tell("Who is with you and watches? One name at a time.")?;
    let mut witnesses = Vec::new();
    loop {
        let label = format!("Witness {} (Enter: nobody else)", witnesses.len() + 1);
        match recordable(talk.text_or_none(&label)?, talk)? {
            Some(none) if none.is_empty() => return Ok(witnesses),
            name => witnesses.extend(name),
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

fn read_back(answers: &Answers, vault: &Vault, talk: &mut Talk<'_, '_>) -> Result<(), Failure> {
    let witnesses = match answers.witnesses.as_slice() {
        [] => "nobody".to_owned(),
        names => names.join(", "),
    };
    talk.tell(&format!(
        "\nThis will be recorded:\n  Who opens: {}\n  Why: {}\n  Who watches: {witnesses}",
        answers.opener, answers.reason
    ))?;
    let wanted = usize::try_from(vault.ledger().policy.witnesses).unwrap_or(usize::MAX);
    if answers.witnesses.len() < wanted {
        talk.tell(&format!(
            "The council's rules ask for {wanted} witnesses. Fewer do not stop you; the record \
             will show it."
        ))?;
    }
    Ok(())
}
