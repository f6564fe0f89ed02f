//! Strangers' programs over the exports of real vaults: each accepts what the program wrote, and
//! finds whatever was changed in it. The programs are in this folder, in other languages and on
//! other people's packages; `prepare.sh` puts them in order, and where it did not they are counted
//! as skipped.
#![cfg(unix)]

mod checker;
mod export;
mod forger;
mod forgery;
mod insider;
mod stage;

use std::fs;
use std::path::{Path, PathBuf};

use checker::Checker;
use export::Export;
use forgery::{FORGERIES, Forgery, forked, stale_signature};
use insider::{IMPOSTORS, INSIDERS};
use stage::stage;

/// An export, and the head that somebody kept from before it, where somebody did.
struct Case {
    what: &'static str,
    export: Export,
    kept: Option<String>,
}

impl Case {
    fn new(what: &'static str, export: Export) -> Self {
        let kept = None;
        Self { what, export, kept }
    }

    /// Beside a head that somebody kept.
    fn beside(what: &'static str, export: Export, kept: &str) -> Self {
        let kept = Some(kept.to_owned());
        Self { what, export, kept }
    }

    /// Writes the export into a new folder, and the head that was kept beside it.
    fn write(&self, folder: &Path) -> Option<PathBuf> {
        self.export.write(folder);
        self.kept.as_ref().map(|kept| {
            let file = folder.with_extension("kept");
            fs::write(&file, kept).expect("a file");
            file
        })
    }
}

/// Every checker.
const ALL: [&str; 3] = ["go", "python", "npm"];

/// Runs those of `checkers` that are there over each of so many cases, all of which they have to
/// accept, or all to refuse.
fn demand(checkers: &[&'static str], accepted: bool, runs: usize, cases: fn() -> Vec<Case>) {
    let checkers = Checker::prepared(checkers, runs);
    if checkers.is_empty() {
        return;
    }
    let cases = cases();
    assert_eq!(cases.len(), runs);
    // In memory where that is possible: these are thousands of small files.
    let room = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    let room = room.expect("a temporary folder");
    let mut wrong = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        let folder = room.path().join(format!("log {at}"));
        let kept = case.write(&folder);
        for checker in &checkers {
            let verdict = checker.verdict(&folder, kept.as_deref());
            let said = format!("{}, {}: {}", checker.name, case.what, verdict.said);
            if verdict.accepted != accepted {
                wrong.push(said);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_checker_accepts_what_the_program_exports_and_what_lacks_words() {
    demand(&ALL, true, 7, || {
        let stage = stage();
        let export = || stage.export.clone();
        let erased = |every| {
            let mut export = export();
            export.erase_words(every);
            export
        };
        let before = stage.earlier.head();
        vec![
            Case::new("a log with an opening", export()),
            Case::new("an export without words", stage.wordless.clone()),
            Case::new("a log of a few records", stage.young.clone()),
            Case::new("every third record's words erased", erased(3)),
            Case::new("all words erased", erased(1)),
            Case::beside("the head of an export before", export(), before),
            Case::beside("its own head", export(), stage.export.head()),
        ]
    });
}

#[test]
fn every_checker_refuses_whatever_was_changed() {
    demand(&ALL, false, FORGERIES.len(), || changed(&FORGERIES));
}

/// The other two look at the heads alone, whose keys they believe.
#[test]
fn the_signatures_of_the_records_refuse_whoever_exported_too() {
    let runs = INSIDERS.len() + IMPOSTORS.len();
    demand(&["python"], false, runs, || {
        let mut cases = changed(&INSIDERS);
        cases.extend(changed(&IMPOSTORS));
        cases
    });
}

#[test]
fn no_checker_lets_whoever_exported_deny_a_head_that_was_kept() {
    demand(&ALL, false, INSIDERS.len() + 4, || {
        let stage = stage();
        let kept = stage.earlier.head();
        let mut cases = changed(&INSIDERS);
        for case in &mut cases {
            case.kept = Some(kept.to_owned());
        }
        let now = || stage.export.clone();
        let fork = forked(&stage.earlier, stage);
        let mut unsigned = stage.earlier.clone();
        stale_signature(&mut unsigned, stage);
        let before = stage.earlier.clone();
        cases.push(Case::beside(
            "the log as it was before",
            before,
            stage.export.head(),
        ));
        cases.push(Case::beside(
            "another log's head",
            now(),
            stage.young.head(),
        ));
        cases.push(Case::beside("a head over other lines", now(), fork.head()));
        cases.push(Case::beside(
            "a head with another signature",
            now(),
            unsigned.head(),
        ));
        cases
    });
}

/// The export as each of these leaves it.
fn changed(forgeries: &[Forgery]) -> Vec<Case> {
    let stage = stage();
    let changed = forgeries.iter().map(|(what, change)| {
        let mut export = stage.export.clone();
        change(&mut export, stage);
        assert!(export != stage.export, "{what}: nothing was changed");
        Case::new(what, export)
    });
    changed.collect()
}
