//! A stranger's program, which accepts an export or says what it refuses.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use harness::skip;

/// The folder that was given to `prepare.sh`.
const PREPARED: &str = "COFFER_CHECKERS";

/// The longest that a run may take, in seconds.
const PATIENCE: &str = "30";

/// What a checker found, and what it said of it.
pub(crate) struct Verdict {
    pub(crate) accepted: bool,
    pub(crate) said: String,
}

/// A program that was put in order.
pub(crate) struct Checker {
    pub(crate) name: &'static str,
    program: PathBuf,
}

impl Checker {
    /// Those of `names` that are there; of the others it is said that so many `runs` are left out.
    pub(crate) fn prepared(names: &[&'static str], runs: usize) -> Vec<Self> {
        let folder = prepared_folder();
        let mut checkers = Vec::new();
        for name in names {
            let program = folder.as_ref().map(|folder| folder.join(name));
            match program.filter(|program| program.is_file()) {
                Some(program) => checkers.push(Self { name, program }),
                None => skip(runs, &format!("runs of the {name} checker: not prepared")),
            }
        }
        checkers
    }

    /// Runs it over an export. It may take a limited time, ends with 0 or 1 and, where it
    /// refuses, with a word of its own: a checker that fell over has not refused.
    pub(crate) fn verdict(&self, folder: &Path, kept: Option<&Path>) -> Verdict {
        let mut command = Command::new("timeout");
        command
            .args(["-k", "5", PATIENCE])
            .arg(&self.program)
            .arg(folder)
            .args(kept);
        let output = command.output().expect("timeout(1) runs it");
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
        let (stdout, stderr) = (said(&output.stdout), said(&output.stderr));
        let (accepted, said) = match output.status.code() {
            Some(0) => (true, stdout),
            Some(1) => (false, stderr),
            Some(124 | 137) => panic!("{} took more than {PATIENCE} s", self.name),
            status => panic!("{} ended with {status:?}: {stderr}", self.name),
        };
        let word = if accepted { "accepted: " } else { "refused: " };
        assert!(said.starts_with(word), "{} fell over: {said}", self.name);
        Verdict { accepted, said }
    }
}

/// Absolute, since cargo runs tests in their package's folder.
#[expect(
    clippy::disallowed_methods,
    reason = "where other people's programs stand is no secret"
)]
fn prepared_folder() -> Option<PathBuf> {
    let folder = PathBuf::from(env::var_os(PREPARED)?);
    assert!(
        folder.is_absolute(),
        "{PREPARED} is not absolute: {}",
        folder.display()
    );
    Some(folder)
}
