//! The command line of the vault: parse → harden → configure → run → render → exit.

pub mod args;
pub mod clock;
pub mod config;
pub mod exit;
pub mod files;
pub mod outcome;
pub mod output;
pub mod process;
pub mod prompt;
pub mod signals;

mod commands;
mod faces;
mod failure;
mod words;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use vault_core::crypto::random::OsEntropy;
use vault_core::error::Error;

use crate::args::{Args, NotRun};
use crate::commands::Context;
use crate::config::{Config, Environment};
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::output::{Output, OutputFailed};

/// The whole program: what the process was started with goes in, its exit status comes out.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the door to the arguments"
)]
pub fn main() -> ExitCode {
    run(env::args_os(), Output::standard()).into()
}

fn run(words: impl IntoIterator<Item = OsString>, mut output: Output) -> ExitStatus {
    let args = match Args::from_command_line(words) {
        Ok(args) => args,
        Err(NotRun::Help(page)) => return delivered(output.help(&page), ExitStatus::Done),
        Err(NotRun::Bare(page)) => return delivered(bare(&mut output, &page), ExitStatus::Usage),
        Err(NotRun::Usage(problem)) => {
            let said = output.problem(&problem.what, Some(&problem.hint));
            return delivered(said, ExitStatus::Usage);
        }
    };
    let mut output = output.plain(args.global.plain);
    let json = args.global.json;
    let answer = answer(args, &mut output).and_then(|outcome| {
        match outcome.render(&mut output, json) {
            Err(failed) if failed.is_of_reader() && !outcome.is_secret() => {}
            written => written?,
        }
        Ok(outcome.status)
    });
    answer.unwrap_or_else(|failure| {
        let (what, hint) = failure.wording();
        let said = output.problem(&what, hint.as_deref());
        delivered(said, failure.status())
    })
}

/// A problem whose next steps take several lines.
fn bare(output: &mut Output, page: &str) -> Result<(), OutputFailed> {
    let mut lines = page.lines();
    output.problem(lines.next().unwrap_or_default(), None)?;
    lines.try_for_each(|line| output.message(line))
}

fn answer(args: Args, output: &mut Output) -> Result<Outcome, Failure> {
    // Without randomness nothing can be done, and some libraries know no better than to abort.
    OsEntropy.check().map_err(Error::from)?;
    // What could not be forbidden is no reason to stop: the vault is needed on such machines too.
    let _hardened = process::harden()?;
    let config = Config::new(&args.global, &Environment::of_process())?;
    let mut context = Context::new(args.global, config, output);
    commands::run(args.command, &mut context)
}

/// `status`, where what was to be said has arrived.
fn delivered(said: Result<(), OutputFailed>, status: ExitStatus) -> ExitStatus {
    match said {
        Err(failed) if !failed.is_of_reader() => failed.status(),
        _ => status,
    }
}
