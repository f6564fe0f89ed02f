//! `coffer envelope open`, with everything given as options. Without options a person is guided.

use std::path::Path;

use serde::Serialize;
use vault_core::error::{Error, SheetRefused};
use vault_core::secret::SecretString;
use vault_core::vault::opened::{OpenedTitle, Opening};
use vault_core::vault::opening::{Requested, Terms};

use super::{Card, guided, page, start, words};
use crate::args::OpenArgs;
use crate::commands::Context;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::output::escape;
use crate::prompt::SourceError;

/// Opens the envelope. Nothing is shown that is not on record.
pub(super) fn run(args: &OpenArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if context.global.no_input && !args.yes {
        return Err(Failure::usage(
            "an opening is recorded and shown to all members, and --yes was not given",
            "give --yes if the envelope is to be opened",
        ));
    }
    if is_bare(args) && !context.global.no_input {
        return guided::run(args.journal.as_deref(), context);
    }
    let (opener, reason) = needed(args, context)?;
    let files = args.sheet_files.iter();
    let sheets: Vec<SecretString> = files.map(|file| read(file)).collect::<Result<_, _>>()?;
    let mut vault = context.vault_even_rolled_back()?;
    let (place, journal) = start::journal(args.journal.as_deref(), &vault, context)?;
    let terms = Terms {
        opener: &opener,
        reason: &reason,
        witnesses: &args.witnesses,
    };
    let mut requested = vault.request_opening(&terms, Box::new(journal))?;
    for (file, words) in args.sheet_files.iter().zip(&sheets) {
        accept(&mut requested, file, words, context)?;
    }
    if requested.is_met() && !args.yes {
        confirm(context)?;
    }
    let mut opening = requested.release()?;
    let mut shown = Shown::default();
    let taken = shown.take(&mut opening, args);
    let ended = opening.close().map(drop);
    let outcome = match taken.and(ended) {
        Ok(()) => shown.outcome(),
        Err(error) if shown.is_empty() => return Err(error.into()),
        Err(error) => broken_off(shown.outcome(), error),
    };
    let witnesses = args.witnesses.len();
    Ok(start::aftermath(outcome, &mut vault, witnesses, &place))
}

/// Whether nothing was given but where things are.
const fn is_bare(args: &OpenArgs) -> bool {
    args.sheet_files.is_empty()
        && args.opener.is_none()
        && args.witnesses.is_empty()
        && !args.list
        && args.reveal.is_empty()
}

/// The opener and the reason; or what is missing.
fn needed(args: &OpenArgs, context: &Context<'_>) -> Result<(String, String), Failure> {
    let missing = |what: &str| {
        let hint = "give it, or leave out all options to be asked step by step";
        Failure::usage(format!("missing: {what}"), hint)
    };
    if args.sheet_files.is_empty() {
        return Err(missing("--sheet-file FILE"));
    }
    let opener = args.opener.as_ref().ok_or_else(|| missing("--opener NAME"));
    let reason = context.reason().ok_or_else(|| missing("--reason TEXT"));
    Ok((opener?.clone(), reason?.to_owned()))
}

/// The words in a file. One that holds no text is no sheet.
fn read(file: &Path) -> Result<SecretString, Failure> {
    words::from_file(file).map_err(|error| match error {
        SourceError::NotText | SourceError::TooLong { .. } => {
            Error::from(SheetRefused::NotASheet).into()
        }
        error => Failure::Source {
            what: "--sheet-file",
            error,
        },
    })
}

fn accept(
    requested: &mut Requested<'_>,
    file: &Path,
    words: &SecretString,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    let accepted = requested.accept(words);
    if matches!(accepted, Err(Error::Sheet(_))) {
        context.tell(&format!("{} was not accepted", file.display()))?;
    }
    accepted?;
    Ok(())
}

/// The last step before the rule releases the envelope.
pub(super) fn confirm(context: &mut Context<'_>) -> Result<(), Failure> {
    context.tell("the sheets are right: the envelope can be opened now")?;
    context.tell("this will be recorded and shown to all members")?;
    let label = "Type yes to go on, anything else to stop";
    Ok(context.prompt.confirm(label, "yes")?)
}

/// The data gathered before something failed is shown all the same, for it is on record.
fn broken_off(outcome: Outcome, error: Error) -> Outcome {
    let failure = Failure::from(error);
    let (what, hint) = failure.wording();
    let outcome = outcome.status(failure.status());
    let outcome = outcome.remark(format!("error: {what}"));
    match hint {
        Some(hint) => outcome.remark(format!("hint: {hint}")),
        None => outcome,
    }
}

/// What came out of the envelope.
#[derive(Default)]
struct Shown {
    titles: Vec<OpenedTitle>,
    revealed: Vec<Card>,
}

impl Shown {
    /// Takes what is asked for, in order, up to the first thing that cannot be had.
    fn take(&mut self, opening: &mut Opening<'_>, args: &OpenArgs) -> Result<(), Error> {
        if args.list {
            self.titles = opening.list()?;
        }
        self.revealed.reserve(args.reveal.len());
        for name in &args.reveal {
            self.revealed.push(Card(opening.reveal(name)?));
        }
        Ok(())
    }

    const fn is_empty(&self) -> bool {
        self.titles.is_empty() && self.revealed.is_empty()
    }

    fn outcome(self) -> Outcome {
        let data = if self.revealed.is_empty() {
            Data::Lines(self.titles.iter().map(title_line).collect())
        } else {
            Data::Secret(page::written(|to| self.write(to)))
        };
        let json = OpeningJson {
            schema: "coffer.opening/1",
            titles: self.titles.into_iter().map(|entry| entry.title).collect(),
            revealed: self.revealed,
        };
        Outcome::read(data, Json::Erased(Box::new(json)))
    }

    fn write(&self, to: &mut dyn std::fmt::Write) -> std::fmt::Result {
        for title in &self.titles {
            writeln!(to, "{}", escape::line(&title_line(title)))?;
        }
        for card in &self.revealed {
            card.write(to)?;
        }
        Ok(())
    }
}

/// A title with its collection.
pub(super) fn title_line(entry: &OpenedTitle) -> String {
    format!("{} ({})", entry.title, entry.collection)
}

#[derive(Serialize)]
struct OpeningJson {
    schema: &'static str,
    titles: Vec<String>,
    revealed: Vec<Card>,
}
