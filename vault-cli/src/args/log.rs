//! `coffer log`.

use std::path::PathBuf;

use clap::Subcommand;
use vault_core::time::day::Day;

use super::LogWitnessCommand;

/// What can be done with the access log.
#[derive(Debug, Clone, Subcommand)]
pub enum LogCommand {
    /// Show who did what, oldest first
    Show(ShowLogArgs),
    /// Check that no record was changed, removed or put in; no passphrase is needed
    Verify(VerifyArgs),
    /// Print the last signed checkpoint, to be kept in the minutes
    Checkpoint(CheckpointArgs),
    /// Accept that records seen on this computer are lost; somebody else confirms it
    #[command(before_help = "Example:\n  coffer log accept-rollback --as \"Pat Provider\"")]
    AcceptRollback,
    /// Bring in the openings that were made on a copy, such as the stick in the safe
    #[command(before_help = "Example:\n  coffer log merge /media/stick")]
    Merge {
        /// The copy itself, a folder with it or with journals of openings, or one journal
        /// (opening-….jsonl); the copy knows best
        #[arg(value_name = "FILE|FOLDER|VAULT")]
        source: PathBuf,
    },
    /// Ask for words whose time is over to be erased; a second person does it
    #[command(before_help = "Example:\n  coffer log forget --before 2024-11-22")]
    Forget {
        /// Words of records that are older than this day
        #[arg(long, value_name = "YYYY-MM-DD")]
        before: Day,
        /// Only count what it would be
        #[arg(long)]
        dry_run: bool,
    },
    /// Write the log out, so that anybody can check it without coffer; this is recorded
    #[command(before_help = "Example:\n  coffer log export /media/stick/access-log")]
    Export {
        /// The folder, which must not exist yet
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Write out some records with the proof of each; this is recorded
    #[command(
        before_help = "Example:\n  coffer log extract /media/stick/pat --person \"Pat Provider\""
    )]
    Extract(ExtractArgs),
    /// Draw the records that an auditor looks at, by a word; no passphrase is needed
    #[command(before_help = "Example:\n  coffer log sample --n 25 --word heron")]
    Sample(SampleArgs),
    /// Have witnesses on other computers vouch for the log
    #[command(subcommand, before_help = "Example:\n  coffer log witness list")]
    Witness(LogWitnessCommand),
}

/// Show who did what, oldest first
#[derive(Debug, Clone, Default, clap::Args)]
#[command(before_help = "Example:\n  coffer log show --from 2026-11-01 --as \"Alex Auditor\"")]
pub struct ShowLogArgs {
    /// What was done on this day or later, such as 2026-04-01
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// What was done on this day or before, such as 2027-03-31
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// What this person did, or what was done to them
    #[arg(long, value_name = "NAME")]
    pub person: Option<String>,
    /// What was done with this entry
    #[arg(long, value_name = "TITLE")]
    pub entry: Option<String>,
    /// Records of this event, such as secret.reveal, or of these, such as secret
    #[arg(long, value_name = "NAME")]
    pub event: Option<String>,
    /// Only the newest so many of them
    #[arg(long, value_name = "N")]
    pub last: Option<usize>,
}

/// Which records are written out: those that are all of what is given.
#[derive(Debug, Clone, clap::Args)]
#[command(group = clap::ArgGroup::new("chosen").required(true).multiple(true))]
pub struct ExtractArgs {
    /// The folder, which must not exist yet
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// What concerns this person, without other people
    #[arg(long, value_name = "NAME", group = "chosen")]
    pub person: Option<String>,
    /// What is about this entry
    #[arg(long, value_name = "TITLE", group = "chosen")]
    pub entry: Option<String>,
    /// What was done on this day or later, such as 2026-04-01
    #[arg(long, value_name = "DATE", group = "chosen")]
    pub from: Option<String>,
    /// What was done on this day or before, such as 2027-03-31
    #[arg(long, value_name = "DATE", group = "chosen")]
    pub to: Option<String>,
}

/// What is drawn.
#[derive(Debug, Clone, clap::Args)]
pub struct SampleArgs {
    /// A folder, which must not exist yet: the drawn records are written out there, which takes a
    /// person and is recorded
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// How many records
    #[arg(long, value_name = "N", default_value_t = 25)]
    pub n: u64,
    /// The auditor's word, said on the day
    #[arg(long, value_name = "WORD")]
    pub word: String,
    /// Draw from the first so many records, over which a head was signed; the last such head
    /// without
    #[arg(long, value_name = "RECORDS")]
    pub size: Option<u64>,
}

/// Check that no record was changed, removed or put in; no passphrase is needed
#[derive(Debug, Clone, clap::Args)]
#[command(before_help = "Example:\n  coffer log verify")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub struct VerifyArgs {
    /// Look at hashes alone, not at signatures and rights, which take most of the time
    #[arg(long)]
    pub quick: bool,
    /// Check too that everything else in the file is what the log says it is
    #[arg(long)]
    pub state: bool,
    /// Check what is new since this computer last checked the whole log, and nothing older
    #[arg(long, conflicts_with_all = ["quick", "state", "anchors", "pins", "witness"])]
    pub since_last: bool,
    /// Check that the log is the one whose anchor stands in the minutes; may be given again
    #[arg(long = "anchor", value_name = "STRING")]
    pub anchors: Vec<String>,
    /// Check that the log is the one whose pins stand in this text, such as the minutes; may be
    /// given again
    #[arg(long, value_name = "FILE", conflicts_with = "quick")]
    pub pins: Vec<PathBuf>,
    /// Check that the log goes on from the head in this file, as a witness printed it
    #[arg(long, value_name = "FILE")]
    pub witness: Option<PathBuf>,
    /// Put on record that you checked it, once it has been found good; asks for your passphrase
    #[arg(long)]
    pub record: bool,
}

/// Print the last signed checkpoint, to be kept in the minutes; no passphrase is needed
#[derive(Debug, Clone, clap::Args)]
#[command(before_help = "Example:\n  coffer log checkpoint --minutes")]
pub struct CheckpointArgs {
    /// Print what is copied into the signed minutes, in words and in a form that can be typed
    #[arg(long)]
    pub minutes: bool,
    /// Print the anchor as a QR code too, which is done by itself on a terminal
    #[arg(long, requires = "minutes")]
    pub qr: bool,
    /// Draw that code into this file (SVG), which must not exist
    #[arg(long, value_name = "OUT", requires = "minutes")]
    pub qr_svg: Option<PathBuf>,
}
