//! `coffer person`, `coffer enrol` and `coffer passphrase`.

use std::path::PathBuf;

use clap::Subcommand;

use super::Role;

/// What can be done with people.
#[derive(Debug, Clone, Subcommand)]
pub enum PersonCommand {
    /// Invite somebody: write a first passphrase for you to hand over
    #[command(
        before_help = "Example:\n  coffer person add \"Chris Clerk\" --role clerk --initial-passphrase-file chris.txt"
    )]
    Add {
        /// The person's name
        name: String,
        /// What the person is to the council
        #[arg(long, value_enum)]
        role: Role,
        /// Write the first passphrase to this file, which must not exist
        #[arg(long, value_name = "OUT")]
        initial_passphrase_file: PathBuf,
    },
    /// List the people and what they are
    #[command(before_help = "Example:\n  coffer person list")]
    List,
}

/// What can be done with one's own passphrase.
#[derive(Debug, Clone, Subcommand)]
pub enum PassphraseCommand {
    /// Choose another passphrase; this is recorded
    #[command(before_help = "Example:\n  coffer passphrase change --as \"Chris Clerk\"")]
    Change {
        /// Take your new passphrase from the first line of this file; otherwise you are asked
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
}

/// Accept an invitation and choose your own passphrase
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "Example:\n  coffer enrol --as \"Chris Clerk\" --passphrase-file chris.txt"
)]
pub struct EnrolArgs {
    /// Take your new passphrase from the first line of this file; otherwise you are asked
    #[arg(long, value_name = "FILE")]
    pub new_passphrase_file: Option<PathBuf>,
    /// You have read the council's rules and will keep them
    #[arg(long)]
    pub acknowledge: bool,
}
