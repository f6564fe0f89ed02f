//! `coffer envelope`.

mod after;
mod card;
mod choosing;
mod drill;
mod file_age;
mod guided;
mod journal;
mod kit;
mod last_terms;
mod lost;
pub(super) mod notice;
mod open;
mod rule;
mod seal;
mod sheet;
mod start;
mod status;
mod takeover;
mod titles;
mod to_do;
mod words;

use super::Context;
use crate::args::EnvelopeCommand;
use crate::failure::Failure;
use crate::outcome::Outcome;

pub(super) use self::card::Card;
pub(super) use self::journal::FileJournal;

/// Runs a command about the envelope.
pub(super) fn run(command: EnvelopeCommand, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    match command {
        EnvelopeCommand::Rule(args) => rule::run(&args, context),
        EnvelopeCommand::Sheet(args) => sheet::run(&args, context),
        EnvelopeCommand::Seal => seal::run(context),
        EnvelopeCommand::Open(args) => open::run(&args, context),
        EnvelopeCommand::Takeover(args) => takeover::run(&args, context),
        EnvelopeCommand::Lost { serial } => lost::run(&serial, context),
        EnvelopeCommand::Look {
            serial,
            seen,
            bag,
            witnesses,
        } => drill::look(&serial, seen, (bag.as_deref(), &witnesses), context),
        EnvelopeCommand::Check { sheet_file } => drill::check(sheet_file.as_deref(), context),
        EnvelopeCommand::Drill { sheet_files } => drill::drill(&sheet_files, context),
        EnvelopeCommand::Notice { opening, out } => notice::run(opening, out.as_deref(), context),
        EnvelopeCommand::Done { done } => after::done(done.into(), context),
        EnvelopeCommand::Classify { class } => after::classify(class.into(), context),
        EnvelopeCommand::Kit(args) => kit::run(&args, context),
        EnvelopeCommand::Status => status::run(context),
    }
}
