//! The command line as types; their comments are the help texts. There is no logic here: what the
//! words mean to a vault, the commands decide.

mod choices;
mod collection;
mod entry;
mod envelope;
mod incident;
mod init;
mod log;
mod person;
mod program;
mod report;
mod usage;
mod witness;

use std::ffi::OsString;
use std::fmt::Write;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use self::choices::{Class, Done, Kdf, Kind, Permission, Role, Rule, Seen, StartState};
pub use self::collection::CollectionCommand;
pub use self::entry::{
    AddArgs, GenerateArgs, GetArgs, HistoryArgs, ImportArgs, ListArgs, RestoreEntryArgs,
    RetireArgs, RotateArgs, ShowArgs, TotpArgs,
};
pub use self::envelope::{
    EnvelopeCommand, KitArgs, OpenArgs, OpeningArgs, RuleArgs, SheetArgs, TakeoverArgs,
};
pub use self::incident::IncidentCommand;
pub use self::init::InitArgs;
pub use self::log::{CheckpointArgs, ExtractArgs, LogCommand, SampleArgs, ShowLogArgs, VerifyArgs};
pub use self::person::{EnrolArgs, PassphraseCommand, PersonCommand};
pub use self::program::{ForeignProgram, System};
pub use self::report::{FormArgs, ReportCommand};
pub use self::usage::Problem;
pub use self::witness::{LogWitnessCommand, WitnessArgs, WitnessCommand};
use crate::exit::ExitStatus;

/// What the program is called.
const NAME: &str = "coffer";

/// Keep a council's passwords, and a record of who used them
#[derive(Debug, Clone, Parser)]
#[command(name = NAME, version)]
#[command(before_help = "Example:\n  coffer demo")]
pub struct Args {
    /// What stands before or after any command.
    #[command(flatten)]
    pub global: Global,
    /// What is to be done.
    #[command(subcommand)]
    pub command: Command,
}

/// Options that stand before or after any command.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = usage::FOR_EVERY_COMMAND)]
pub struct Global {
    /// The vault file (or set `COFFER_VAULT`)
    #[arg(long, global = true, value_name = "FILE")]
    pub vault: Option<PathBuf>,
    /// Who you are: your name in the vault (or set `COFFER_PERSON`)
    #[arg(long = "as", id = "as", global = true, value_name = "PERSON")]
    pub person: Option<String>,
    /// Take your passphrase from the first line of this file
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Take your passphrase from this open file descriptor
    #[arg(long, global = true, value_name = "N")]
    pub passphrase_fd: Option<u32>,
    /// Never ask a question; fail where an answer is needed
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Answer in JSON, for scripts
    #[arg(long, global = true)]
    pub json: bool,
    /// Answer without aligned columns: one line a row, tabs between
    #[arg(long, global = true)]
    pub plain: bool,
    /// Why you are doing this, for the access log; never a secret
    #[arg(long, global = true, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// The commands.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Try everything out on a made-up council, in a folder that is thrown away
    #[command(before_help = "Example:\n  coffer demo")]
    Demo,
    /// Found a vault for your council
    Init(InitArgs),
    /// Say how the vault is, and what has to be done
    #[command(
        before_help = "Example:\n  coffer status\n  coffer status --names --as \"Chris Clerk\""
    )]
    Status {
        /// Unlock the vault, and say what people and entries are called
        #[arg(long)]
        names: bool,
    },
    /// Invite and list people
    #[command(subcommand, before_help = "Example:\n  coffer person list")]
    Person(PersonCommand),
    /// Accept an invitation and choose your own passphrase
    Enrol(EnrolArgs),
    /// Choose another passphrase
    #[command(
        subcommand,
        before_help = "Example:\n  coffer passphrase change --as \"Chris Clerk\""
    )]
    Passphrase(PassphraseCommand),
    /// Make collections and say who may use them
    #[command(subcommand, before_help = "Example:\n  coffer collection list")]
    Collection(CollectionCommand),
    /// Store a new password
    Add(AddArgs),
    /// List the entries that you may see
    List(ListArgs),
    /// Show an entry without its secrets
    Show(ShowArgs),
    /// Get a password or another field; this is recorded
    Get(GetArgs),
    /// Get the one-time code that is valid now; this is recorded
    Totp(TotpArgs),
    /// Change a password: propose a new one, then confirm or abort it
    Rotate(RotateArgs),
    /// Say that an entry is used no more; it is kept
    Retire(RetireArgs),
    /// Use a retired entry again
    RestoreEntry(RestoreEntryArgs),
    /// List the versions of an entry: who changed it, and when
    History(HistoryArgs),
    /// Make up a password without storing it
    Generate(GenerateArgs),
    /// Bring in another program's export
    Import(ImportArgs),
    /// Seal and open the emergency envelope
    #[command(subcommand, before_help = "Example:\n  coffer envelope status")]
    Envelope(EnvelopeCommand),
    /// Open the emergency envelope: what `coffer envelope open` does
    #[command(hide = true, before_help = "Example:\n  coffer open")]
    Open(OpenArgs),
    /// Report what the auditor, the council or one person asks for; this is recorded
    #[command(subcommand, before_help = "Example:\n  coffer report accesses")]
    Report(ReportCommand),
    /// List what waits for somebody's approval
    #[command(before_help = "Example:\n  coffer requests --as \"Chris Clerk\"")]
    Requests,
    /// Approve a request, or confirm what somebody else did
    #[command(before_help = "Example:\n  coffer approve r7 --as \"Chris Clerk\"")]
    Approve {
        /// The request, as `coffer requests` names it, or the number of a record
        #[arg(value_name = "REQUEST")]
        request: String,
    },
    /// Look into what has gone wrong
    #[command(subcommand, before_help = "Example:\n  coffer incident list")]
    Incident(IncidentCommand),
    /// Copy the vault, with a checksum beside the copy; this is recorded
    #[command(before_help = "Example:\n  coffer backup /media/stick/coffer.vault")]
    Backup {
        /// The copy, which must not exist yet
        #[arg(value_name = "DEST")]
        dest: PathBuf,
    },
    /// Put a backup in the place of the vault file, which is kept beside it
    #[command(before_help = "Example:\n  coffer restore /media/stick/coffer.vault")]
    Restore {
        /// The backup, which stays as it is
        #[arg(value_name = "SRC")]
        source: PathBuf,
    },
    /// Read and check the access log
    #[command(subcommand, before_help = "Example:\n  coffer log verify")]
    Log(LogCommand),
    /// Be a witness to a council's log, on another computer without a vault
    Witness(WitnessArgs),
}

/// Why there is nothing to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRun {
    /// Help or the version was asked for: this is it, for standard output.
    Help(String),
    /// No command was named at all: the few that somebody may need who has never used the program.
    Bare(String),
    /// The command line was not understood.
    Usage(Problem),
}

/// The purpose and an example come first.
const HELP: &str = "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n\
                    {all-args}{after-help}";

impl Args {
    /// Reads a command line, whose first word is the program's name. Nothing is printed.
    ///
    /// # Errors
    /// [`NotRun`].
    pub fn from_command_line<W: Into<OsString>>(
        words: impl IntoIterator<Item = W>,
    ) -> Result<Self, NotRun> {
        let words: Vec<OsString> = words.into_iter().map(Into::into).collect();
        let args = Self::described()
            .try_get_matches_from(&words)
            .and_then(|mut matches| Self::from_arg_matches_mut(&mut matches));
        let args = args.map_err(|error| match (error.kind(), command_among(&words)) {
            (ErrorKind::MissingSubcommand, command) if command == NAME => {
                NotRun::Bare(bare(words.first()))
            }
            (_, command) => usage::not_run(&error, &command),
        })?;
        if args.global.passphrase_file.is_some() && args.global.passphrase_fd.is_some() {
            return Err(NotRun::Usage(usage::two_passphrases()));
        }
        Ok(args)
    }

    /// The whole tree of commands with its help pages, for parsing and for generated reference.
    pub fn described() -> clap::Command {
        laid_out(Self::command()).after_help(exit_statuses())
    }
}

/// `command` and all below it in one layout. Naming no command is an error and not a help page, so
/// that scripts are told.
fn laid_out(command: clap::Command) -> clap::Command {
    command
        .help_template(HELP)
        .disable_help_subcommand(true)
        .arg_required_else_help(false)
        .mut_subcommands(laid_out)
}

/// The command that `words` name, for a hint: `coffer log` among `coffer --json log verfy`.
fn command_among(words: &[OsString]) -> String {
    let mut command = Args::described();
    let mut path = command.get_name().to_owned();
    for word in words.iter().skip(1) {
        if let Some(below) = command.find_subcommand(word) {
            path = format!("{path} {}", below.get_name());
            command = below.clone();
        }
    }
    path
}

/// What somebody may need who started the program and named no command, with the `program` as they
/// called it.
fn bare(program: Option<&OsString>) -> String {
    let called = program.and_then(|program| program.to_str());
    let by_path = called.filter(|called| {
        let plain = |c: char| c.is_alphanumeric() || "/\\.:_-".contains(c);
        called.contains(['/', '\\']) && called.chars().all(plain)
    });
    let coffer = by_path.unwrap_or(NAME);
    format!(
        "no command was given\n\
         In an emergency, with the sheets of paper at hand, type this and press Enter:\n\
         \x20 {coffer} envelope open\n\
         What has to be done: {coffer} status\n\
         To try everything on a made-up council: {coffer} demo\n\
         All commands: {coffer} --help"
    )
}

fn exit_statuses() -> String {
    let mut text = "Exit statuses:".to_owned();
    for status in ExitStatus::ALL {
        let line = write!(text, "\n  {:>2}  {}", status.number(), status.meaning());
        line.expect("a String takes any text");
    }
    text
}

#[cfg(test)]
mod tests;
