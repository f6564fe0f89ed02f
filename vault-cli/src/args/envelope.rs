//! `coffer envelope`.

use std::path::PathBuf;

use clap::{ArgGroup, Subcommand, value_parser};

use super::program::ForeignProgram;
use super::{Class, Done, Role, Rule, Seen};

/// What can be done with the emergency envelope.
#[derive(Debug, Clone, Subcommand)]
pub enum EnvelopeCommand {
    /// Choose which sheets open the envelope together, and who holds them
    Rule(RuleArgs),
    /// Write one holder's sheet, to be printed and put into their envelope
    Sheet(SheetArgs),
    /// Seal the envelope once every holder has a sheet
    #[command(before_help = "Example:\n  coffer envelope seal")]
    Seal,
    /// Open the envelope in an emergency; without options you are asked step by step
    Open(OpenArgs),
    /// Open the envelope and make somebody a login, where nobody is left who has one
    Takeover(TakeoverArgs),
    /// Report a sheet lost: it opens nothing from then on
    #[command(
        before_help = "Example:\n  coffer envelope lost CH-0001 --reason \"not in the safe\""
    )]
    Lost {
        /// The number on the sheet's envelope
        serial: String,
    },
    /// Say what you saw of a sheet: its bag whole or broken, given back, destroyed
    #[command(before_help = "Example:\n  coffer envelope look CH-0001 intact --bag B-1042")]
    Look {
        /// The number on the sheet's envelope
        serial: String,
        /// What you saw
        #[arg(value_enum)]
        seen: Seen,
        /// The number of the bag
        #[arg(long, value_name = "NUMBER")]
        bag: Option<String>,
        /// Who else saw it; once for each
        #[arg(long = "witness", value_name = "NAME", num_args = 1..)]
        witnesses: Vec<String>,
    },
    /// Have one sheet prove that it is this vault's; it is replaced afterwards
    #[command(before_help = "Example:\n  coffer envelope check --sheet-file cheryl.txt")]
    Check {
        /// A file with the words of the sheet; otherwise you are asked for them
        #[arg(long, value_name = "FILE")]
        sheet_file: Option<PathBuf>,
    },
    /// Rehearse an opening: each key in the envelope is tried, and nothing is shown
    #[command(
        before_help = "Example:\n  coffer envelope drill --sheet-file cheryl.txt --sheet-file safe.txt"
    )]
    Drill {
        /// A file with the words of one sheet; once for each; otherwise you are asked for them
        #[arg(long = "sheet-file", value_name = "FILE", num_args = 1..)]
        sheet_files: Vec<PathBuf>,
    },
    /// Make the notice to all members and the minute of an opening again, from the log
    #[command(
        before_help = "Example:\n  coffer envelope notice\n  coffer envelope notice --out notice.txt"
    )]
    Notice {
        /// The number of the opening's first record; otherwise the last opening
        #[arg(long, value_name = "NUMBER")]
        opening: Option<u64>,
        /// Write both to this file, which must not exist
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Say what was done after an opening: members told, or a minute made
    #[command(before_help = "Example:\n  coffer envelope done minute")]
    Done {
        /// What was done
        #[arg(value_enum)]
        done: Done,
    },
    /// Say what an opening was: somebody other than the opener does
    #[command(before_help = "Example:\n  coffer envelope classify emergency")]
    Classify {
        /// What it was
        #[arg(value_enum)]
        class: Class,
    },
    /// Fill a folder for the stick in the safe: the vault, the program, how to use it
    Kit(KitArgs),
    /// Say whether the envelope is sealed and what has to be done
    #[command(before_help = "Example:\n  coffer envelope status")]
    Status,
}

/// Fill a folder for the stick in the safe: the vault, the program, how to use it
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "Example:\n  coffer envelope kit /media/stick/coffer --program windows=coffer.exe --program macos=coffer-macos"
)]
pub struct KitArgs {
    /// The folder, which must not exist or must be empty
    pub dir: PathBuf,
    /// Put this program in too, for windows, macos or linux; once for each kind of computer
    #[arg(long = "program", value_name = "PLATFORM=FILE", value_parser = ForeignProgram::parse)]
    pub programs: Vec<ForeignProgram>,
}

/// Choose which sheets open the envelope together, and who holds them
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "Example:\n  coffer envelope rule\n  coffer envelope rule any-two --holder \"Cheryl Chair\" --holder \"Chris Clerk\" --holder \"place:Bank safe\""
)]
pub struct RuleArgs {
    /// The rule; without one you are shown what each survives, and asked
    #[arg(value_enum, requires = "holders")]
    pub rule: Option<Rule>,
    /// Who holds a sheet: a person, or a place such as "place:Bank safe"
    #[arg(long = "holder", value_name = "PERSON|place:NAME", num_args = 1.., requires = "rule")]
    pub holders: Vec<String>,
    /// How many councillors it takes beside the chair or the clerk
    #[arg(long, value_name = "K", requires = "rule", value_parser = value_parser!(u8).range(1..=16))]
    pub councillors: Option<u8>,
}

/// Write one holder's sheet, to be printed and put into their envelope
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "Example:\n  coffer envelope sheet \"Cheryl Chair\" --pdf /media/stick/cheryl.pdf \\\n    --ring \"Chris Clerk, 01632 960123\"",
    group = ArgGroup::new("form").required(true)
)]
pub struct SheetArgs {
    /// The holder, as named in the rule
    #[arg(required_unless_present = "specimen")]
    pub holder: Option<String>,
    /// Write the sheet as plain text to this file, which must not exist
    #[arg(long, value_name = "OUT", group = "form")]
    pub text: Option<PathBuf>,
    /// Write it as pages of A4
    #[arg(long, value_name = "OUT", group = "form")]
    pub pdf: Option<PathBuf>,
    /// Write it as a page for a browser
    #[arg(long, value_name = "OUT", group = "form")]
    pub html: Option<PathBuf>,
    /// Set it in large letters, of 16 points; otherwise they are of 12
    #[arg(long, conflicts_with = "text")]
    pub large: bool,
    /// Write a sheet without a key, to practise with; no person and no vault is needed
    #[arg(long)]
    pub specimen: bool,
    /// Another name for the council on this paper than the one given at coffer init
    #[arg(long, value_name = "NAME")]
    pub council: Option<String>,
    /// Where the vault file is, in at most 120 characters; otherwise its path
    #[arg(long, value_name = "TEXT")]
    pub vault_at: Option<String>,
    /// Where a copy of it is kept, likewise; otherwise there is a line to write on
    #[arg(long, value_name = "TEXT")]
    pub copy_at: Option<String>,
    /// Whom to ring, with the number, in at most 80 characters; once for each, at most four
    #[arg(long, value_name = "TEXT")]
    pub ring: Vec<String>,
}

/// What every opening begins with
#[derive(Debug, Clone, clap::Args)]
pub struct OpeningArgs {
    /// A file with the words of one sheet; once for each sheet
    #[arg(long = "sheet-file", value_name = "FILE", num_args = 1..)]
    pub sheet_files: Vec<PathBuf>,
    /// Who opens the envelope
    #[arg(long, value_name = "NAME")]
    pub opener: Option<String>,
    /// Who watches; once for each witness
    #[arg(long = "witness", value_name = "NAME", num_args = 1..)]
    pub witnesses: Vec<String>,
    /// Keep the opening's own record in this file, where the vault's folder cannot be written to
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// Write the notice to all members and the minute to this file, which must not exist
    #[arg(long, value_name = "FILE")]
    pub notice: Option<PathBuf>,
    /// Open it: this is recorded and shown to all members
    #[arg(long)]
    pub yes: bool,
}

/// Open the envelope in an emergency; without options you are asked step by step
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "Example:\n  coffer envelope open\n  coffer envelope open --sheet-file cheryl.txt --sheet-file safe.txt \\\n    --opener \"Cheryl Chair\" --witness \"Chris Clerk\" --reason \"Provider cannot be reached\" --list --yes"
)]
pub struct OpenArgs {
    /// What every opening begins with
    #[command(flatten)]
    pub opening: OpeningArgs,
    /// List what is in the envelope
    #[arg(long)]
    pub list: bool,
    /// Show this entry's secrets; once for each entry
    #[arg(long, value_name = "ENTRY", num_args = 1..)]
    pub reveal: Vec<String>,
}

/// Open the envelope and make somebody a login, where nobody is left who has one
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "Example:\n  coffer envelope takeover\n  coffer envelope takeover --person \"Nora Newcomer\" --role it-provider"
)]
pub struct TakeoverArgs {
    /// What every opening begins with
    #[command(flatten)]
    pub opening: OpeningArgs,
    /// Who looks after the vault from now on; otherwise you are asked
    #[arg(long, value_name = "NAME")]
    pub person: Option<String>,
    /// What they are to the council, it-provider or clerk; otherwise you are asked
    #[arg(long, value_enum)]
    pub role: Option<Role>,
    /// Take their passphrase from the first line of this file; otherwise they are asked
    #[arg(long, value_name = "FILE")]
    pub new_passphrase_file: Option<PathBuf>,
}
