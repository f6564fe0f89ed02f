//! `coffer envelope`.

use std::path::PathBuf;

use clap::{Subcommand, value_parser};

use super::{Class, Done, Role, Rule};

/// What can be done with the emergency envelope.
#[derive(Debug, Clone, Subcommand)]
#[non_exhaustive]
pub enum EnvelopeCommand {
    /// Choose which sheets open the envelope together, and who holds them
    Rule(RuleArgs),
    /// Write one holder's sheet, to be printed and put into their envelope
    #[command(before_help = "Example:\n  coffer envelope sheet \"Cheryl Chair\" --text cheryl.txt")]
    Sheet {
        /// The holder, as named in the rule
        holder: String,
        /// Write the sheet as text to this file, which must not exist
        #[arg(long, value_name = "OUT")]
        text: PathBuf,
    },
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
    /// Say whether the envelope is sealed and what has to be done
    #[command(before_help = "Example:\n  coffer envelope status")]
    Status,
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
    before_help = "Example:\n  coffer envelope takeover --person \"Nora Newcomer\" --role it-provider"
)]
pub struct TakeoverArgs {
    /// What every opening begins with
    #[command(flatten)]
    pub opening: OpeningArgs,
    /// Who looks after the vault from now on
    #[arg(long, value_name = "NAME")]
    pub person: String,
    /// What they are to the council: it-provider or clerk
    #[arg(long, value_enum)]
    pub role: Role,
    /// Take their passphrase from the first line of this file; otherwise they are asked
    #[arg(long, value_name = "FILE")]
    pub new_passphrase_file: Option<PathBuf>,
}
