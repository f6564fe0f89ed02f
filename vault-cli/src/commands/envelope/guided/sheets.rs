//! The words of each sheet, typed until the sheet is accepted, and sheets until they suffice.

use std::collections::BTreeSet;
use std::path::Path;

use vault_core::emergency::Holder;
use vault_core::error::{Error, SheetRefused};
use vault_core::id::Serial;
use vault_core::secret::SecretString;
use vault_core::vault::opening::Requested;
use vault_core::vault::typing::{KnownSheet, Seeming};

use super::talk::{Talk, sentences};
use crate::commands::envelope::words::{self, RESTART, Slip, Typed};
use crate::faces::paper::WORDS;
use crate::failure::Failure;
use crate::prompt::looks_like_a_path;
use crate::words::rule;

/// How many words tell which sheet it is.
const TELLING: usize = 2;

const HOW_TO_TYPE: &str = "\
Type its words in the order of their numbers, one or several at a time, and press Enter. The first \
four letters of a word are enough.
  back        takes the last word back, and so does a minus sign
  restart     begins with word 1 of a sheet again
  file NAME   reads the words from a file, which you may also drag here
You may also paste all words at once, or have a scanner read the square code.
";

/// Said with every slip that may come from a wrong sheet or a wrong line.
const WAY_OUT: &str = "(restart: begin this sheet again)";

/// Has sheets typed until the rule is met.
pub(crate) fn take(requested: &mut Requested<'_>, talk: &mut Talk<'_, '_>) -> Result<(), Failure> {
    let mut before = wanted(requested);
    let mut doubted = BTreeSet::new();
    while !requested.is_met() {
        talk.page()?;
        talk.tell(&before)?;
        before = take_sheet(requested, &mut doubted, talk)?;
    }
    talk.end_page()?;
    let accepted: Vec<String> = requested.accepted().iter().map(Serial::to_string).collect();
    talk.tell(&format!(
        "The sheets are right, and they are enough: {}.",
        accepted.join(", ")
    ))
}

/// What it takes, or takes more.
fn wanted(requested: &Requested<'_>) -> String {
    let lacking = requested.lacking();
    let names: Vec<String> = lacking.helpful.iter().map(name).collect();
    let first = requested.accepted().is_empty();
    let count = match (lacking.sheets, first) {
        (1, true) => "One sheet is needed".to_owned(),
        (1, false) => "One more sheet is needed".to_owned(),
        (count, true) => format!("{count} sheets are needed"),
        (count, false) => format!("{count} more sheets are needed"),
    };
    let which = match names.as_slice() {
        [] => String::new(),
        [one] => format!(": {one}"),
        [all @ .., last] => format!(", among {} and {last}", all.join(", ")),
    };
    format!("{count}{which}.\n\nTake a sheet out of its envelope.")
}

/// A sheet by its number and its keeper.
fn name(sheet: &KnownSheet) -> String {
    let serial = &sheet.serial;
    match (&sheet.holder, sheet.role) {
        (Holder::Place(place), _) => format!("{serial} (kept in {place})"),
        (_, Some(role)) => format!("{serial} (the {}'s)", rule::role(role)),
        _ => serial.to_string(),
    }
}

/// Has one sheet typed; what is to be said before the next.
fn take_sheet(
    requested: &mut Requested<'_>,
    doubted: &mut BTreeSet<Serial>,
    talk: &mut Talk<'_, '_>,
) -> Result<String, Failure> {
    talk.tell(HOW_TO_TYPE)?;
    let mut typed = Typed::new();
    loop {
        if let Some(useless) = fill(&mut typed, requested, doubted, talk)? {
            let refused = sentences(Failure::from(Error::from(useless)).wording());
            return Ok(format!(
                "{refused}\nPut it aside. (If you type it again, it is checked as a whole.)\n\n{}",
                wanted(requested)
            ));
        }
        match requested.accept(&typed.words()) {
            Ok(_) if requested.is_met() => return Ok(String::new()),
            Ok(serial) => {
                return Ok(format!("Sheet {serial} is accepted. {}", wanted(requested)));
            }
            Err(Error::Sheet(SheetRefused::WordDoesNotFit(place))) => {
                say_refused(SheetRefused::WordDoesNotFit(place), talk)?;
                correct(&mut typed, place, talk)?;
            }
            Err(Error::Sheet(SheetRefused::SeveralWords)) => {
                say_refused(SheetRefused::SeveralWords, talk)?;
                look_through(&mut typed, talk)?;
            }
            Err(Error::Sheet(refused)) => {
                let refused = sentences(Failure::from(Error::from(refused)).wording());
                return Ok(format!("{refused}\n\n{}", wanted(requested)));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// The words of one sheet, typed for a check: they are judged when all are there.
pub(crate) fn alone(talk: &mut Talk<'_, '_>) -> Result<SecretString, Failure> {
    talk.page()?;
    talk.tell(HOW_TO_TYPE)?;
    let mut typed = Typed::new();
    while typed.count() < WORDS {
        take_answer(&mut typed, talk)?;
    }
    talk.end_page()?;
    Ok(typed.words())
}

/// Asks for the next words.
fn take_answer(typed: &mut Typed, talk: &mut Talk<'_, '_>) -> Result<(), Failure> {
    let answer = talk.words(&format!("Word {}", typed.count() + 1))?;
    if restarts(answer.expose()) {
        return restart(typed, talk);
    }
    if let Some(name) = file_named(answer.expose()) {
        return take_file(typed, &talk.path(name), talk);
    }
    match typed.take(answer.expose()) {
        Ok(()) => Ok(()),
        Err(slip) => talk.tell(&in_words(slip)),
    }
}

fn restarts(answer: &str) -> bool {
    answer.trim().eq_ignore_ascii_case(RESTART)
}

/// Forgets what was typed of this sheet.
fn restart(typed: &mut Typed, talk: &mut Talk<'_, '_>) -> Result<(), Failure> {
    typed.keep(0);
    talk.tell("Begin with word 1 again, of this sheet or of another.")
}

/// Asks for words until there are twenty. After the first two it says which sheet that is, and gives
/// it back where it would be refused; once for each sheet, since two words prove nothing.
fn fill(
    typed: &mut Typed,
    requested: &Requested<'_>,
    doubted: &mut BTreeSet<Serial>,
    talk: &mut Talk<'_, '_>,
) -> Result<Option<SheetRefused>, Failure> {
    let mut told = false;
    while typed.count() < WORDS {
        take_answer(typed, talk)?;
        told &= typed.count() >= TELLING;
        if told || !(TELLING..WORDS).contains(&typed.count()) {
            continue;
        }
        told = true;
        match requested.seems(&typed.words()) {
            Seeming::Useful(sheet) => talk.tell(&format!("This is sheet {}.", name(&sheet)))?,
            Seeming::Useless(refused) => {
                let serial = refused.on_record().flatten().cloned();
                if serial.is_some_and(|serial| doubted.insert(serial)) {
                    return Ok(Some(refused));
                }
            }
            Seeming::Unknown => talk.tell(
                "No sheet of this vault begins with these two words. Compare them with words 1 and \
                 2 on the paper; a minus sign takes the last one back. If they are right, the \
                 sheet belongs to another vault.",
            )?,
        }
    }
    Ok(None)
}

/// The file that an answer names: `file NAME`, or the name alone as a window types it to which the
/// file was dragged.
fn file_named(answer: &str) -> Option<&str> {
    let answer = answer.trim();
    if looks_like_a_path(answer) {
        return Some(answer);
    }
    let (command, name) = answer.split_once(char::is_whitespace)?;
    command.eq_ignore_ascii_case("file").then_some(name.trim())
}

/// Takes the words in a file, or none of them.
fn take_file(typed: &mut Typed, path: &Path, talk: &mut Talk<'_, '_>) -> Result<(), Failure> {
    let before = typed.count();
    match words::from_file(path) {
        Ok(words) => {
            if let Err(slip) = typed.take(words.expose()) {
                typed.keep(before);
                let what = format!("{} holds no sheet's words.", path.display());
                talk.tell(&format!("{what} {}", in_words(slip)))?;
            }
            Ok(())
        }
        Err(error) => {
            let failure = Failure::Source {
                what: "that file",
                error,
            };
            talk.tell(&sentences(failure.wording()))
        }
    }
}

/// Has one word typed again, or all of them.
fn correct(typed: &mut Typed, place: usize, talk: &mut Talk<'_, '_>) -> Result<(), Failure> {
    talk.tell(WAY_OUT)?;
    loop {
        let answer = talk.words(&format!("Word {place} once more"))?;
        if restarts(answer.expose()) {
            return restart(typed, talk);
        }
        match typed.correct(place, answer.expose()) {
            Ok(()) => return Ok(()),
            Err(slip) => talk.tell(&in_words(slip))?,
        }
    }
}

/// Shows what was typed, where it vanishes again, and has words corrected or all typed anew.
fn look_through(typed: &mut Typed, talk: &mut Talk<'_, '_>) -> Result<(), Failure> {
    if talk.vanishes() {
        talk.tell("This is what was typed:")?;
        talk.show(&typed.numbered())?;
    }
    loop {
        let label = "Number of a word that is wrong (Enter: type all twenty again)";
        let answer = talk.text_or_none(label)?;
        match answer.parse() {
            Ok(place @ 1..=WORDS) => {
                correct(typed, place, talk)?;
                if typed.count() < WORDS || !talk.agrees("Is another word wrong?")? {
                    return Ok(());
                }
            }
            _ if answer.is_empty() || restarts(&answer) => return restart(typed, talk),
            _ => talk.tell("That is no number from 1 to 20.")?,
        }
    }
}

fn say_refused(refused: SheetRefused, talk: &mut Talk<'_, '_>) -> Result<(), Failure> {
    talk.tell(&sentences(Failure::from(Error::from(refused)).wording()))
}

/// What was typed and is no word, for somebody with the paper before them.
fn in_words(slip: Slip) -> String {
    match slip {
        Slip::NotAWord {
            place,
            nearest: Some(word),
        } => format!("Word {place} is not on the list of words: did you mean {word}?"),
        Slip::NotAWord { place, .. } => {
            format!("Word {place} is not on the list of words: look at the paper again. {WAY_OUT}")
        }
        Slip::TooShort { place } => format!("Word {place}: type at least four letters of it."),
        Slip::OtherPlace { place, number } => {
            format!("Number {number} was given, but word {place} comes next. {WAY_OUT}")
        }
        Slip::TooMany => format!("A sheet has twenty words, and these are more. {WAY_OUT}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_word_or_by_its_path_and_words_name_none() {
        for (answer, file) in [
            ("file /media/stick/chair.txt", "/media/stick/chair.txt"),
            (" FILE  '/media/my stick/a.txt' ", "'/media/my stick/a.txt'"),
            ("File a b", "a b"),
            (r"/media/my\ stick/a.txt ", r"/media/my\ stick/a.txt"),
            ("'~/a b'", "'~/a b'"),
        ] {
            assert_eq!(file_named(answer), Some(file), "{answer}");
        }
        for answer in [
            "",
            "file",
            "filter academic",
            "academic acid",
            "1. acid",
            "-",
        ] {
            assert_eq!(file_named(answer), None, "{answer}");
        }
    }

    #[test]
    fn each_slip_names_its_place_and_says_what_to_do() {
        for (slip, said) in [
            (
                Slip::NotAWord {
                    place: 3,
                    nearest: Some("beaver"),
                },
                "did you mean beaver?",
            ),
            (
                Slip::NotAWord {
                    place: 3,
                    nearest: None,
                },
                "look at the paper",
            ),
            (Slip::TooShort { place: 3 }, "four letters"),
            (
                Slip::OtherPlace {
                    place: 3,
                    number: 11,
                },
                "word 3 comes next",
            ),
        ] {
            let text = in_words(slip);
            assert!(
                text.contains(said) && text.to_lowercase().contains("word 3"),
                "{text}"
            );
        }
        assert!(in_words(Slip::TooMany).contains("twenty"));
    }
}
