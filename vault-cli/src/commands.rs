//! The commands: each reads its arguments, asks the vault, and answers with values.

mod add;
mod anyway;
mod approve;
mod backup;
mod collection;
mod context;
mod demo;
mod enrol;
mod envelope;
mod generate;
mod get;
mod history;
mod import;
mod incident;
mod init;
mod list;
mod log;
mod passphrase;
mod person;
mod report;
mod requests;
mod restore;
mod restore_entry;
mod retire;
mod rotate;
mod show;
mod status;
mod totp;
mod uncertain;
mod unlocking;
mod value;
mod witness;

pub(crate) use self::context::Context;
pub(crate) use self::uncertain::{after_the_act, remove_unless_uncertain};
use crate::args::{Command, EnvelopeCommand};
use crate::failure::Failure;
use crate::outcome::Outcome;

/// Runs `command`. Nothing is printed here.
pub(crate) fn run(command: Command, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    match command {
        Command::Demo => demo::run(context),
        Command::Init(args) => init::run(&args, context),
        Command::Status { names } => status::run(names, context),
        Command::Person(command) => person::run(command, context),
        Command::Enrol(args) => enrol::run(&args, context),
        Command::Passphrase(command) => passphrase::run(&command, context),
        Command::Collection(command) => collection::run(command, context),
        Command::Add(args) => add::run(&args, context),
        Command::List(args) => list::run(&args, context),
        Command::Show(args) => show::run(&args, context),
        Command::Get(args) => get::run(&args, context),
        Command::Totp(args) => totp::run(&args, context),
        Command::Rotate(args) => rotate::run(&args, context),
        Command::Retire(args) => retire::run(&args, context),
        Command::RestoreEntry(args) => restore_entry::run(&args, context),
        Command::History(args) => history::run(&args, context),
        Command::Generate(args) => generate::run(&args, context),
        Command::Import(args) => import::run(&args, context),
        Command::Envelope(command) => envelope::run(command, context),
        Command::Open(args) => envelope::run(EnvelopeCommand::Open(args), context),
        Command::Requests => requests::run(context),
        Command::Approve { request } => approve::run(&request, context),
        Command::Incident(command) => incident::run(&command, context),
        Command::Backup { dest } => backup::run(&dest, context),
        Command::Restore { source } => restore::run(&source, context),
        Command::Log(command) => log::run(&command, context),
        Command::Report(command) => report::run(&command, context),
        Command::Witness(args) => witness::run(&args, context),
    }
}
