//! What somebody answered who tried an opening before: who opens, why, who watches. It stands beside
//! the opening's own record, for its owner's eyes, so that a second try need not ask all of it again.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use vault_core::time::{Clock, Timestamp};

use super::start::Answers;
use crate::clock::SystemClock;
use crate::files::create_private;

/// For how long they are offered, in seconds: two days.
const OFFERED: i64 = 2 * 24 * 60 * 60;

/// More bytes than answers ever take.
const LIMIT: u64 = 256 * 1024;

const ENDING: &str = "terms";

/// Answers, and when they were given.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LastTerms {
    /// When they were given.
    pub(super) at: Timestamp,
    /// Who opens.
    pub(super) opener: String,
    /// Why.
    pub(super) reason: String,
    /// Who watches.
    pub(super) witnesses: Vec<String>,
}

/// Keeps the answers beside the journal. An opening goes on where that does not work: they are a
/// convenience, and asked again.
pub(super) fn keep(journal: &Path, answers: &Answers) {
    let terms = LastTerms {
        at: SystemClock.now(),
        opener: answers.opener.clone(),
        reason: answers.reason.clone(),
        witnesses: answers.witnesses.clone(),
    };
    if let Ok(text) = serde_json::to_vec(&terms) {
        create_private(&journal.with_extension(ENDING), &text).ok();
    }
}

/// The newest answers beside the vault file that are young enough to be the same emergency's.
pub(super) fn beside(vault: &Path, now: Timestamp) -> Option<LastTerms> {
    let folder = vault
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let entries = std::fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let terms = paths
        .filter(|path| is_ours(path))
        .filter_map(|path| read(&path));
    let young = terms.filter(|terms| (0..OFFERED).contains(&now.since(terms.at)));
    young.max_by_key(|terms| terms.at)
}

fn is_ours(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.starts_with("opening-"))
        && path.extension().is_some_and(|ending| ending == ENDING)
}

/// What stands in a file; nothing where it is no regular file, too large, or other than it should be.
fn read(path: &PathBuf) -> Option<LastTerms> {
    let found = std::fs::symlink_metadata(path).ok()?;
    let fits = found.is_file() && found.len() <= LIMIT;
    let text = fits.then(|| std::fs::read(path).ok()).flatten()?;
    serde_json::from_slice(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(opener: &str) -> Answers {
        Answers {
            opener: opener.to_owned(),
            reason: "The website is down".to_owned(),
            witnesses: vec!["Wim".to_owned()],
        }
    }

    #[test]
    fn the_answers_of_the_last_try_are_found_for_two_days() {
        let folder = tempfile::tempdir().expect("a folder");
        let vault = folder.path().join("coffer.vault");
        let now = SystemClock.now();
        assert_eq!(beside(&vault, now), None);
        keep(
            &folder.path().join("opening-01.jsonl"),
            &answers("Chris Chair"),
        );
        let found = beside(&vault, now.plus(5)).expect("there");
        assert_eq!(
            (found.opener.as_str(), found.witnesses.len()),
            ("Chris Chair", 1)
        );
        assert_eq!(beside(&vault, now.plus(OFFERED + 5)), None);
        assert_eq!(
            beside(&vault, now.plus(-60)),
            None,
            "a time that lies ahead"
        );
    }

    #[test]
    fn what_is_no_file_of_answers_is_passed_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let vault = folder.path().join("coffer.vault");
        std::fs::write(folder.path().join("opening-02.terms"), b"no JSON").expect("a file");
        std::fs::create_dir(folder.path().join("opening-03.terms")).expect("a folder");
        std::fs::write(folder.path().join("opening-04.jsonl"), b"{}").expect("a file");
        assert_eq!(beside(&vault, SystemClock.now()), None);
    }

    #[cfg(unix)]
    #[test]
    fn the_answers_are_their_owners_alone() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().expect("a folder");
        keep(
            &folder.path().join("opening-01.jsonl"),
            &answers("Chris Chair"),
        );
        let path = folder.path().join("opening-01.terms");
        let mode = std::fs::metadata(path).expect("there").permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
    }
}
