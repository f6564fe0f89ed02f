//! `coffer log`: reading and checking the access log.

mod checkpoint;
mod export;
mod extract;
mod folder;
mod minutes;
mod rollback;
mod sample;
mod show;
mod verify;
mod witness;
mod words;

pub(super) use self::rollback::rollback_to_json;
pub(super) use self::words::deed;
use self::words::in_words;
use super::Context;
use crate::args::LogCommand;
use crate::failure::Failure;
use crate::outcome::Outcome;

pub(crate) fn run(command: &LogCommand, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    match command {
        LogCommand::Show => show::run(context),
        LogCommand::Verify { quick, state } => verify::run(*quick, *state, context),
        LogCommand::Checkpoint(args) if args.minutes => minutes::run(args, context),
        LogCommand::Checkpoint(_) => checkpoint::run(context),
        LogCommand::AcceptRollback => rollback::accept(context),
        LogCommand::Export { folder } => export::run(folder, context),
        LogCommand::Extract(args) => extract::run(args, context),
        LogCommand::Sample(args) => sample::run(args, context),
        LogCommand::Witness(command) => witness::run(command, context),
    }
}
