//! `coffer envelope sheet`: a holder's twenty words, onto paper and nowhere else.

use std::path::{Path, PathBuf};

use vault_core::secret::SecretBytes;
use vault_core::time::Timestamp;
use vault_core::vault::envelope::IssuedSheet;
use vault_core::vault::{Surroundings, Vault};

use super::paper::Sheet;
use super::{wording, words};
use crate::commands::{Context, remove_unless_uncertain};
use crate::failure::Failure;
use crate::files::{FileError, PrivateFile, share_folder};
use crate::outcome::Outcome;
use crate::prompt::PromptError;

/// How many words are read back.
const READ_BACK: usize = 3;

/// How often a word may be mistyped before the reading back is given up.
const TRIES: usize = 3;

/// Makes the sheet. It is durable in `out` before it stands in the log, so that there is no sheet
/// whose words nobody has.
pub(super) fn run(holder: &str, out: &Path, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if share_folder(out, &context.config.vault) {
        return Err(Failure::usage(
            "a sheet does not belong into the folder of the vault file",
            "write it to another folder: together they would open the vault",
        ));
    }
    let file = PrivateFile::create(out).map_err(|why| not_written(out, why))?;
    let mut vault = context.vault()?;
    let surroundings = context.surroundings();
    let frame = Frame::of(&vault, &surroundings, context);
    let paper = |issued: &IssuedSheet| file.finish(frame.text(issued).expose());
    let mut session = context.unlock(&mut vault)?;
    let issued = match session.issue_sheet_onto(holder, paper) {
        Ok(written) => written.map_err(|why| not_written(out, why))?,
        Err(error) => {
            // A page of words that no record names is worth nothing.
            remove_unless_uncertain(out, &error);
            return Err(error.into());
        }
    };
    let read_back = read_back(&issued, surroundings, context)?;
    let (serial, name) = (&issued.serial, &issued.holder_name);
    let made = format!("made sheet {serial} for {name}, in {}", out.display());
    Ok(Outcome::done(serial, issued.record, made)
        .remark(read_back)
        .remark(
            "next: print it, put it into an envelope with its number outside, delete the file; \
             when every holder has a sheet, `coffer envelope seal`",
        ))
}

fn not_written(out: &Path, error: FileError) -> Failure {
    Failure::File {
        path: out.to_owned(),
        error,
    }
}

/// What a sheet says besides its words.
struct Frame {
    council: String,
    rule: String,
    made: Timestamp,
    vault: PathBuf,
}

impl Frame {
    fn of(vault: &Vault, surroundings: &Surroundings, context: &Context<'_>) -> Self {
        let rule = vault.ledger().envelope.rule.as_ref();
        let rule = rule.map(|facts| wording::who_opens(facts.rule, facts.councillors));
        let path = context.config.vault.canonicalize();
        Self {
            council: vault.council().to_owned(),
            rule: rule.unwrap_or_default(),
            made: surroundings.clock.now(),
            vault: path.unwrap_or_else(|_| context.config.vault.clone()),
        }
    }

    fn text(&self, issued: &IssuedSheet) -> SecretBytes {
        Sheet {
            serial: issued.serial.as_str(),
            holder: &issued.holder_name,
            council: &self.council,
            made: self.made,
            rule: &self.rule,
            vault: &self.vault,
            words: issued.words.expose(),
        }
        .text()
    }
}

/// Has three words read back from the file, and says how that went.
fn read_back(
    issued: &IssuedSheet,
    mut surroundings: Surroundings,
    context: &mut Context<'_>,
) -> Result<&'static str, Failure> {
    const SKIPPED: &str = "the words were not read back: compare the print with the file yourself";
    if context.global.no_input {
        return Ok(SKIPPED);
    }
    let mut random = [0; READ_BACK];
    let filled = surroundings.entropy.fill(&mut random);
    filled.map_err(vault_core::error::Error::from)?;
    context.tell("read three words back from the sheet, to see that it can be read")?;
    for place in places(random) {
        match reads_back(place, issued, context) {
            Ok(true) => {}
            Ok(false) => {
                return Ok(
                    "the words that were read back are not those of the sheet: look at the \
                           file again, and make the holder's sheet again if in doubt",
                );
            }
            Err(PromptError::NoTerminal | PromptError::Cancelled) => return Ok(SKIPPED),
            Err(error) => return Err(error.into()),
        }
    }
    Ok("three words were read back and are right")
}

fn reads_back(
    place: usize,
    issued: &IssuedSheet,
    context: &mut Context<'_>,
) -> Result<bool, PromptError> {
    let word = issued.words.expose().split_whitespace().nth(place - 1);
    for _ in 0..TRIES {
        let typed = context.prompt.line(&format!("word {place}"))?;
        if word.is_some_and(|word| word.eq_ignore_ascii_case(typed.expose().trim())) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Three places, counted from 1, each out of another part of the sheet.
fn places(random: [u8; READ_BACK]) -> [usize; READ_BACK] {
    const PART: usize = words::WORDS / READ_BACK;
    let mut part = 0;
    random.map(|byte| {
        let place = part * PART + usize::from(byte) % PART + 1;
        part += 1;
        place
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_different_places_of_the_sheet_are_read_back() {
        for byte in 0..=u8::MAX {
            let [first, second, third] = places([byte; 3]);
            assert!(1 <= first && first < second && second < third);
            assert!(third <= words::WORDS);
        }
    }
}
