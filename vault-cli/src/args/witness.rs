//! `coffer witness`, and `coffer log witness`.

use std::path::PathBuf;

use clap::Subcommand;

/// Be a witness to a council's log, on another computer without a vault
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "Example:\n  coffer witness sign /media/stick/request --answer /media/stick/answer"
)]
pub struct WitnessArgs {
    /// Where the witness keeps its key and the heads [default: the state folder]
    #[arg(long, global = true, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// What is to be done.
    #[command(subcommand)]
    pub command: WitnessCommand,
}

/// What a witness does.
#[derive(Debug, Clone, Subcommand)]
pub enum WitnessCommand {
    /// Make a witness with a key of its own, and print the public half
    #[command(before_help = "Example:\n  coffer witness found witness.example.org")]
    Found {
        /// The witness's name, without blanks and plus signs
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Take the keys that sign a log's heads; give them again when people change
    #[command(before_help = "Example:\n  coffer witness trust /media/stick/log.vkeys")]
    Trust {
        /// A file with a key on each line, as coffer log witness keys prints them
        #[arg(value_name = "KEYS")]
        file: PathBuf,
        /// Trust these keys alone, and not those given before
        #[arg(long)]
        replace: bool,
    },
    /// Sign the head that a request submits, unless something was taken back
    #[command(
        before_help = "Example:\n  coffer witness sign /media/stick/request --answer /media/stick/answer"
    )]
    Sign {
        /// The request, as coffer log witness request writes it
        #[arg(value_name = "REQUEST")]
        request: PathBuf,
        /// Write the answer to this file, which must not exist
        #[arg(long, value_name = "OUT")]
        answer: PathBuf,
    },
    /// List the logs and how many records of each were seen
    #[command(before_help = "Example:\n  coffer witness list")]
    List,
    /// Print the head of a log that was signed last, to be compared
    #[command(before_help = "Example:\n  coffer witness head")]
    Head {
        /// The log, where there are several
        #[arg(value_name = "LOG")]
        origin: Option<String>,
    },
}

/// Have witnesses vouch for the log.
#[derive(Debug, Clone, Subcommand)]
pub enum LogWitnessCommand {
    /// Name a witness: log verify asks for its word from then on
    #[command(
        before_help = "Example:\n  coffer log witness add witness.example.org+1f2e3d4c+BAMz...="
    )]
    Add {
        /// The witness's public key, as coffer witness found prints it
        #[arg(value_name = "KEY")]
        key: String,
    },
    /// Ask a witness no more; what it has vouched for stays on record
    #[command(before_help = "Example:\n  coffer log witness drop witness.example.org")]
    Drop {
        /// The witness's name
        name: String,
    },
    /// List the witnesses and what each has vouched for; no passphrase is needed
    #[command(before_help = "Example:\n  coffer log witness list")]
    List,
    /// Print the keys that sign the log's heads, which a witness has to be given
    #[command(before_help = "Example:\n  coffer log witness keys")]
    Keys,
    /// Write a request for a witness's signature; no passphrase is needed
    #[command(
        before_help = "Example:\n  coffer log witness request witness.example.org /media/stick/request"
    )]
    Request {
        /// The witness's name
        name: String,
        /// The file, which must not exist
        #[arg(value_name = "OUT")]
        out: PathBuf,
        /// How many records the witness says that it has seen, where it answered with a number
        #[arg(long, value_name = "N")]
        old: Option<u64>,
    },
    /// Take in a witness's answer; this is recorded
    #[command(before_help = "Example:\n  coffer log witness take /media/stick/answer")]
    Take {
        /// The answer
        #[arg(value_name = "ANSWER")]
        answer: PathBuf,
    },
}
