//! `coffer envelope`.

mod after;
mod card;
mod choosing;
mod guided;
mod journal;
mod lost;
mod open;
pub(super) mod page;
pub(super) mod paper;
mod rule;
mod seal;
mod sheet;
mod start;
mod status;
mod takeover;
pub(super) mod wording;
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
        EnvelopeCommand::Sheet { holder, text } => sheet::run(&holder, &text, context),
        EnvelopeCommand::Seal => seal::run(context),
        EnvelopeCommand::Open(args) => open::run(&args, context),
        EnvelopeCommand::Takeover(args) => takeover::run(&args, context),
        EnvelopeCommand::Lost { serial } => lost::run(&serial, context),
        EnvelopeCommand::Done { done } => after::done(done.into(), context),
        EnvelopeCommand::Classify { class } => after::classify(class.into(), context),
        EnvelopeCommand::Status => status::run(context),
    }
}
