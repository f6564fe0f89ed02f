//! `coffer envelope open`, with everything given as options. Without options a person is guided.

use serde::Serialize;
use vault_core::error::Error;
use vault_core::id::EntryId;
use vault_core::time::{Clock, Timestamp};
use vault_core::vault::opened::{OpenedTitle, Opening};

use super::guided::{self, Scene};
use super::notice::{Notice, NoticeFile};
use super::{Card, start, titles, to_do};
use crate::args::OpenArgs;
use crate::clock::SystemClock;
use crate::commands::Context;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::output::erased;
use crate::output::escape;

/// Opens the envelope. Nothing is shown that is not on record.
pub(super) fn run(args: &OpenArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let begin = &args.opening;
    start::need_yes(begin, context)?;
    if is_guided(args, context) {
        return guided::run(begin, context);
    }
    let answers = start::needed(begin, context)?;
    let sheets = start::sheets(begin)?;
    let mut vault = context.vault_even_rolled_back()?;
    start::need_seal(&vault)?;
    start::tell_age(&vault, context)?;
    let notice = NoticeFile::create(begin.notice.as_deref())?;
    let (place, journal) = start::journal(begin.journal.as_deref(), context)?;
    let copy = to_do::marked_copy(&vault, &context.config.vault)?;
    let mut requested = vault.request_opening(&answers.terms(), Box::new(journal))?;
    start::accept(&mut requested, begin, &sheets, context)?;
    let serials = requested.accepted();
    let mut opening = requested.release()?;
    let mut shown = Shown::default();
    let taken = shown.take(&mut opening, args);
    let ended = opening.close();
    let scene = Scene {
        answers,
        journal: place,
        copy,
        sheets: serials.into_iter().collect(),
    };
    let closed = ended.as_ref().ok();
    let account = closed.and_then(|ended| ended.afterwards.account.clone());
    let outcome = match taken.and(ended) {
        Ok(_) => shown.outcome(),
        Err(error) if shown.is_empty() => return Err(error.into()),
        Err(error) => broken_off(shown.outcome(), &error.into()),
    };
    let told = account.as_ref().map(|it| Notice::of(it, &mut vault));
    let outcome = notice.finish(told.as_ref(), &scene.journal, outcome);
    Ok(start::aftermath(outcome, &mut vault, &scene, context))
}

/// Whether a person is asked: no sheet is given, and nothing that would have to be shown at once.
const fn is_guided(args: &OpenArgs, context: &Context<'_>) -> bool {
    start::may_ask(&args.opening, context) && !args.list && args.reveal.is_empty()
}

/// The data gathered before something failed is shown all the same, for it is on record.
pub(super) fn broken_off(outcome: Outcome, failure: &Failure) -> Outcome {
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
        let lines = titles::listed(&self.titles, SystemClock.now());
        let data = if self.revealed.is_empty() {
            Data::Lines(lines)
        } else {
            Data::Secret(erased::written(|to| self.write(&lines, to)))
        };
        let titles = self.titles.iter().map(|entry| entry.title.clone());
        let json = OpeningJson {
            schema: "coffer.opening/1",
            titles: titles.collect(),
            entries: self.titles.into_iter().map(EntryJson::from).collect(),
            revealed: self.revealed,
        };
        Outcome::read(data, Json::Erased(Box::new(json)))
    }

    fn write(&self, titles: &[String], to: &mut dyn std::fmt::Write) -> std::fmt::Result {
        for line in titles {
            writeln!(to, "{}", escape::line(line))?;
        }
        for card in &self.revealed {
            card.write(to)?;
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct OpeningJson {
    schema: &'static str,
    titles: Vec<String>,
    entries: Vec<EntryJson>,
    revealed: Vec<Card>,
}

/// What tells entries apart that are called alike.
#[derive(Serialize)]
struct EntryJson {
    id: EntryId,
    title: String,
    collection: String,
    username: String,
    changed_at: Timestamp,
    retired: bool,
}

impl From<OpenedTitle> for EntryJson {
    fn from(entry: OpenedTitle) -> Self {
        Self {
            id: entry.entry,
            title: entry.title,
            collection: entry.collection,
            username: entry.username,
            changed_at: entry.changed_at,
            retired: entry.is_retired,
        }
    }
}
