//! `coffer log merge`: openings that were made on a copy of the vault are brought in.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use vault_core::error::{BadJournal, Error};
use vault_core::vault::Session;
use vault_core::vault::merge::BroughtIn;

use crate::commands::Context;
use crate::failure::Failure;
use crate::outcome::{Json, Outcome};
use crate::prompt::SourceError;

/// A journal holds a few lines for each password that was shown.
const LONGEST: u64 = 64 * 1024 * 1024;

/// What every SQLite file begins with.
const DATABASE: &[u8] = b"SQLite format 3\0";

/// What is to be brought in.
enum Source {
    /// Journals, which tell of one copy together, or of several.
    Journals(Vec<Vec<u8>>),
    /// A copy of the vault.
    Copy(PathBuf),
}

pub(super) fn run(source: &Path, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let sources = found_in(source, &context.config.vault)?;
    let mut vault = context.vault_even_rolled_back()?;
    let mut session = context.unlock(&mut vault)?;
    let (mut brought, mut known) = (Vec::new(), None);
    for source in &sources {
        match bring(source, &mut session, context.reason()) {
            Ok(more) => brought.push(more),
            Err(Error::BadJournal(why)) if is_known(why) => known = Some(why),
            // What was brought in before it stands; the same command goes on from there.
            Err(error) => return Err(error.into()),
        }
    }
    match (&brought[..], known) {
        ([], Some(BadJournal::BroughtIn(record))) => Ok(Outcome::done(
            &record,
            record,
            format!(
                "there is nothing more to bring in: what it holds was brought in before, by record \
                 {record}"
            ),
        )
        .remark("next: coffer status lists what is left to do")),
        ([], why) => {
            let why = why.unwrap_or(BadJournal::NotAJournal);
            Err(Error::BadJournal(why).into())
        }
        (brought, _) => Ok(told(brought)),
    }
}

/// Whether a source has nothing that is new here.
const fn is_known(why: BadJournal) -> bool {
    matches!(
        why,
        BadJournal::BroughtIn(_) | BadJournal::RecordedHere(_) | BadJournal::NothingThere
    )
}

fn bring(
    source: &Source,
    session: &mut Session<'_>,
    reason: Option<&str>,
) -> Result<BroughtIn, Error> {
    match source {
        Source::Journals(journals) => session.merge_journals(journals, reason),
        Source::Copy(path) => session.merge_copy(path, reason),
    }
}

/// What stands at `source`: of a folder its copies of the vault first, which know who opened and why.
fn found_in(source: &Path, vault: &Path) -> Result<Vec<Source>, Failure> {
    if !source.is_dir() {
        return Ok(vec![if is_database(source)? {
            Source::Copy(source.to_owned())
        } else {
            Source::Journals(vec![whole(source)?])
        }]);
    }
    let listed = fs::read_dir(source).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let listed = listed.map_err(|error| failed(&error))?;
    let paths = listed.iter().map(fs::DirEntry::path);
    let paths: BTreeSet<PathBuf> = paths.filter(|path| path.is_file()).collect();
    let own = vault.canonicalize().ok();
    let (mut sources, mut journals) = (Vec::new(), Vec::new());
    for path in paths {
        let ends = |end: &str| {
            path.extension()
                .is_some_and(|it| it.eq_ignore_ascii_case(end))
        };
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        if ends("vault") && path.canonicalize().ok() != own && is_database(&path)? {
            sources.push(Source::Copy(path));
        } else if ends("jsonl") && name.is_some_and(|name| name.starts_with("opening-")) {
            journals.push(whole(&path)?);
        }
    }
    if !journals.is_empty() {
        sources.push(Source::Journals(journals));
    }
    Ok(sources)
}

fn failed(error: &io::Error) -> Failure {
    Failure::Source {
        what: "the copy or its journal",
        error: SourceError::Failed(error.kind()),
    }
}

fn is_database(path: &Path) -> Result<bool, Failure> {
    let mut begins = Vec::new();
    let read = File::open(path).and_then(|file| {
        let length = DATABASE.len() as u64;
        file.take(length).read_to_end(&mut begins)
    });
    read.map_err(|error| failed(&error))?;
    Ok(begins == DATABASE)
}

fn whole(journal: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = File::open(journal).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes));
    if read.map_err(|error| failed(&error))? as u64 > LONGEST {
        let limit = usize::try_from(LONGEST).unwrap_or(usize::MAX);
        return Err(Failure::Source {
            what: "the journal",
            error: SourceError::TooLong { limit },
        });
    }
    Ok(bytes)
}

/// What came of all sources; there is at least one.
struct Sum<'b>(&'b [BroughtIn]);

impl Sum<'_> {
    fn of(&self, count: impl Fn(&BroughtIn) -> usize) -> usize {
        self.0.iter().map(count).sum()
    }

    fn different<T: Ord>(&self, what: impl Fn(&BroughtIn) -> &BTreeSet<T>) -> usize {
        let all: BTreeSet<&T> = self.0.iter().flat_map(what).collect();
        all.len()
    }

    fn any(&self, is: impl Fn(&BroughtIn) -> bool) -> bool {
        self.0.iter().any(is)
    }
}

fn told(all: &[BroughtIn]) -> Outcome {
    let sum = Sum(all);
    let (first, last) = (&all[0], &all[all.len() - 1]);
    let opening = all.iter().rev().find_map(|brought| brought.opening);
    let [lines, opened, tried] = [
        |b: &BroughtIn| b.lines.0,
        |b: &BroughtIn| b.runs.0,
        |b: &BroughtIn| b.runs.1,
    ]
    .map(|count| sum.of(count));
    let shared = all.iter().map(|brought| brought.shared).min();
    let shared = shared.unwrap_or_default();
    let subject = opening.unwrap_or(last.record);
    let what = match (opened, tried) {
        (0, 0) => "the end of an opening".to_owned(),
        (0, tried) => format!("{} that opened nothing", counted(tried, "try", "tries")),
        (opened, 0) => counted(opened, "opening", "openings"),
        (opened, tried) => format!(
            "{} and {} that came to nothing",
            counted(opened, "opening", "openings"),
            counted(tried, "try", "tries")
        ),
    };
    let mut outcome = Outcome::done(
        &subject,
        last.record,
        format!(
            "brought in {} of {what} on a copy of this vault; both share the first {shared} records",
            counted(lines, "line", "lines"),
        ),
    );
    if let Json::Value(json) = &mut outcome.json {
        json["opening"] = opening.map(vault_core::id::RecordSeq::get).into();
        json["fork"] = first.fork.get().into();
        json["shared"] = shared.into();
        json["lines"] = lines.into();
        json["lines_before"] = sum.of(|b| b.lines.1).into();
        json["left_out"] = all.iter().map(|b| b.left_out).sum::<u64>().into();
        json["opened"] = opened.into();
        json["tried"] = tried.into();
        json["sheets"] = sum.different(|b| &b.sheets).into();
        json["revealed"] = sum.different(|b| &b.revealed).into();
        json["words"] = sum.of(|b| b.words.0).into();
        json["took_over"] = sum.any(|b| b.took_over).into();
        json["torn"] = sum.any(|b| b.torn).into();
    }
    remarked(outcome, &sum, opened)
}

fn remarked(mut outcome: Outcome, sum: &Sum<'_>, opened: usize) -> Outcome {
    let before = sum.of(|b| b.lines.1);
    if before > 0 {
        outcome = outcome.remark(format!(
            "the first {} were known here already",
            counted(before, "line", "lines")
        ));
    }
    if sum.any(|b| b.torn) {
        outcome = outcome.remark(
            "the journal breaks off in the middle of its last line, which was left out: what \
             was shown after it, if anything, stands only on the copy",
        );
    }
    let left_out: u64 = sum.0.iter().map(|b| b.left_out).sum();
    if left_out > 0 {
        outcome = outcome.remark(format!(
            "{} of the copy belong to no opening (somebody tried to unlock it, or worked on it) and \
             were not brought in; they stand on the copy alone",
            counted(usize::try_from(left_out).unwrap_or(usize::MAX), "record", "records")
        ));
    }
    if opened > 0 {
        outcome = outcome.remark(format!(
            "it used {} and showed {}",
            counted(sum.different(|b| &b.sheets), "sheet", "sheets"),
            counted(sum.different(|b| &b.revealed), "entry", "entries")
        ));
    }
    outcome = if sum.of(|b| b.words.0) < sum.of(|b| b.words.1) {
        outcome.remark(
            "why and by whom stands on the copy alone: keep it, or write it down; where somebody \
             who reads the access log brings in the copy itself, it comes along",
        )
    } else {
        outcome.remark("who opened, why, and who saw it came along: coffer report envelopes")
    };
    if sum.any(|b| b.took_over) {
        outcome = outcome.remark(
            "somebody took over on the copy: they have no login here, and know what the envelope \
             opened",
        );
    }
    outcome.remark(
        "next: coffer status lists what is to be done; that a copy was in use is an incident, which \
         somebody else looks into: coffer incident list",
    )
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
