//! `coffer log`: reading and checking the access log.

mod checkpoint;
mod export;
mod extract;
mod folder;
pub(super) mod forget;
mod merge;
mod minutes;
mod rollback;
mod sample;
mod show;
mod verify;
mod vouched;
mod witness;

pub(super) use self::rollback::{rollback_to_json, seen_to_json};
pub(super) use self::show::shown;
use super::Context;
use crate::args::LogCommand;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::words::event::in_words;

pub(crate) fn run(command: &LogCommand, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    match command {
        LogCommand::Show(args) => show::run(args, context),
        LogCommand::Verify(args) => verify::run(args, context),
        LogCommand::Checkpoint(args) if args.minutes => minutes::run(args, context),
        LogCommand::Checkpoint(_) => checkpoint::run(context),
        LogCommand::AcceptRollback => rollback::accept(context),
        LogCommand::Forget { before, dry_run } => forget::run(*before, *dry_run, context),
        LogCommand::Merge { source } => merge::run(source, context),
        LogCommand::Export { folder } => export::run(folder, context),
        LogCommand::Extract(args) => extract::run(args, context),
        LogCommand::Sample(args) => sample::run(args, context),
        LogCommand::Witness(command) => witness::run(command, context),
    }
}
