//! `coffer envelope open` without options: one question at a time, for somebody who does this twice
//! in a lifetime.

use std::path::Path;

use vault_core::error::{Error, SheetRefused};
use vault_core::secret::SecretString;
use vault_core::vault::opened::{OpenedTitle, Opening};
use vault_core::vault::opening::Requested;
use vault_core::vault::typing::{Completion, complete};

use super::start::Answers;
use super::words::{Typed, WORDS};
use super::{Card, open, page, start};
use crate::commands::Context;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};

const HOW_TO_TYPE: &str = "Type its words one at a time, or several with blanks between them. \
                           The first four letters of a word are enough; a minus sign takes the \
                           last word back.";

/// Guides a person through an opening.
pub(super) fn run(journal: Option<&Path>, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    context.tell("You are about to open the council's emergency envelope.")?;
    let answers = answers(context)?;
    let mut vault = context.vault_even_rolled_back()?;
    let (place, journal) = start::journal(journal, &vault, context)?;
    let mut requested = vault.request_opening(&answers.terms(), Box::new(journal))?;
    take_sheets(&mut requested, context)?;
    let mut opening = requested.release()?;
    let shown = show(&mut opening, context);
    let ended = opening.close();
    shown?;
    ended?;
    let outcome = Outcome::read(Data::Nothing, Json::None);
    Ok(start::aftermath(outcome, &mut vault, &answers, &place))
}

/// Asks for the terms of an opening.
pub(super) fn answers(context: &mut Context<'_>) -> Result<Answers, Failure> {
    if context.global.json {
        return Err(Failure::usage(
            "--json needs everything as options",
            "coffer envelope open --help shows them; without --json you are asked step by step",
        ));
    }
    context.tell("Whatever you do is recorded. Press Ctrl-C at any question to stop.")?;
    Ok(Answers {
        opener: asked("Your name", context)?,
        reason: asked("Why the envelope has to be opened", context)?,
        witnesses: witnesses(context)?,
    })
}

/// Has sheets typed until the rule is met, and asks once more.
pub(super) fn take_sheets(
    requested: &mut Requested<'_>,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    while !requested.is_met() {
        take_sheet(requested, context)?;
    }
    start::confirm(context)
}

/// An answer that is not blank.
fn asked(label: &str, context: &mut Context<'_>) -> Result<String, Failure> {
    loop {
        let answer = context.prompt.line(label)?;
        let answer = answer.expose().trim();
        if !answer.is_empty() {
            return Ok(answer.to_owned());
        }
    }
}

fn witnesses(context: &mut Context<'_>) -> Result<Vec<String>, Failure> {
    let mut witnesses = Vec::new();
    loop {
        let answer = context
            .prompt
            .line("Name of a witness who is present (Enter: no more)")?;
        match answer.expose().trim() {
            "" => return Ok(witnesses),
            name => witnesses.push(name.to_owned()),
        }
    }
}

/// Has one sheet typed until it is accepted.
fn take_sheet(requested: &mut Requested<'_>, context: &mut Context<'_>) -> Result<(), Failure> {
    let number = requested.accepted().len() + 1;
    context.tell(&format!("Take sheet number {number} out of its envelope."))?;
    context.tell(HOW_TO_TYPE)?;
    let mut typed = Typed::new();
    loop {
        fill(&mut typed, context)?;
        match requested.accept(&typed.words()) {
            Ok(serial) => {
                context.tell(&format!("Sheet {serial} is accepted."))?;
                if !requested.is_met() {
                    context.tell("Another sheet is needed.")?;
                }
                return Ok(());
            }
            Err(Error::Sheet(refused)) => {
                let place = place_of(&refused);
                problem(Error::Sheet(refused).into(), context)?;
                match place {
                    Some(place) => correct(&mut typed, place, context)?,
                    None => typed = Typed::new(),
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
}

const fn place_of(refused: &SheetRefused) -> Option<usize> {
    match refused {
        SheetRefused::WordDoesNotFit(place) => Some(*place),
        _ => None,
    }
}

/// Asks for words until there are twenty.
pub(super) fn fill(typed: &mut Typed, context: &mut Context<'_>) -> Result<(), Failure> {
    while typed.count() < WORDS {
        let answer = context
            .prompt
            .line(&format!("Word {}", typed.count() + 1))?;
        for word in answer.expose().split_whitespace() {
            if word == "-" {
                typed.pop();
            } else if let Some(word) = known(word, typed.count() + 1, context)? {
                typed.push(word);
            } else {
                break;
            }
        }
    }
    Ok(())
}

/// Has one word typed again.
fn correct(typed: &mut Typed, place: usize, context: &mut Context<'_>) -> Result<(), Failure> {
    loop {
        let answer: SecretString = context.prompt.line(&format!("Word {place} once more"))?;
        if let Some(word) = known(answer.expose(), place, context)? {
            typed.replace(place, word);
            return Ok(());
        }
    }
}

/// The word of the list that was typed; or says why it is none.
fn known(
    typed: &str,
    place: usize,
    context: &mut Context<'_>,
) -> Result<Option<&'static str>, Failure> {
    let advice = match complete(typed) {
        Completion::Exact(word) | Completion::Unique(word) => return Ok(Some(word)),
        Completion::Started => format!("word {place}: type at least four letters of it"),
        Completion::Unknown {
            nearest: Some(word),
        } => format!("word {place} is not on the list of words: did you mean {word}?"),
        _ => format!("word {place} is not on the list of words: look at the paper again"),
    };
    context.tell(&advice)?;
    Ok(None)
}

/// Shows the titles, then one entry at a time.
fn show(opening: &mut Opening<'_>, context: &mut Context<'_>) -> Result<(), Failure> {
    let titles = opening.list()?;
    context.tell("The envelope is open. It reaches these entries:")?;
    for (number, entry) in (1..).zip(&titles) {
        context.tell(&format!("{number:>4}  {}", open::title_line(entry)))?;
    }
    loop {
        let label = "Which one do you need? Its number or title (Enter: no more)";
        let answer = context.prompt.line(label)?;
        let Some(name) = chosen(answer.expose(), &titles) else {
            return Ok(());
        };
        match opening.reveal(&name) {
            Ok(entry) => {
                let card = Card(entry);
                context.show_secret(&page::written(|to| card.write(to)))?;
                context.tell("Whoever is responsible has to change this password soon.")?;
                context.prompt.line("Press Enter when you have used it")?;
            }
            Err(error @ (Error::NotFound(_) | Error::Ambiguous(..))) => {
                problem(error.into(), context)?;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// What was meant: the entry of that number, or what is called so; `None` for nothing.
fn chosen(answer: &str, titles: &[OpenedTitle]) -> Option<String> {
    let answer = answer.trim();
    if answer.is_empty() {
        return None;
    }
    let is_title = titles.iter().any(|entry| entry.title == answer);
    let number = answer.parse::<usize>().ok().filter(|_| !is_title);
    let numbered = number.and_then(|number| titles.get(number.checked_sub(1)?));
    Some(numbered.map_or_else(|| answer.to_owned(), |entry| entry.entry.to_string()))
}

#[expect(clippy::needless_pass_by_value, reason = "made for this")]
fn problem(failure: Failure, context: &mut Context<'_>) -> Result<(), Failure> {
    let (what, hint) = failure.wording();
    context.tell(&what)?;
    hint.map_or(Ok(()), |hint| context.tell(&hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles() -> Vec<OpenedTitle> {
        ["Website admin", "2", "Bank"]
            .into_iter()
            .zip(1..)
            .map(|(title, id)| OpenedTitle {
                entry: vault_core::id::EntryId::from_bytes([id; 16]),
                title: title.to_owned(),
                collection: "Services".to_owned(),
            })
            .collect()
    }

    #[test]
    fn an_entry_is_chosen_by_its_number_or_its_title() {
        let titles = titles();
        let id = |at: usize| Some(titles[at].entry.to_string());
        assert_eq!(chosen(" 1 ", &titles), id(0));
        assert_eq!(chosen("3", &titles), id(2));
        assert_eq!(chosen("Bank", &titles), Some("Bank".to_owned()));
        assert_eq!(chosen("", &titles), None);
    }

    #[test]
    fn a_title_that_is_a_number_is_a_title() {
        assert_eq!(chosen("2", &titles()), Some("2".to_owned()));
        for none in ["0", "4"] {
            assert_eq!(chosen(none, &titles()), Some(none.to_owned()));
        }
    }
}
