//! `coffer log`.

use std::path::PathBuf;

use clap::Subcommand;
use vault_core::time::day::Day;

use super::LogWitnessCommand;

/// What can be done with the access log.
#[derive(Debug, Clone, Subcommand)]
#[non_exhaustive]
pub enum LogCommand {
    /// Show who did what, oldest first
    #[command(before_help = "Example:\n  coffer log show --as \"Alex Auditor\"")]
    Show,
    /// Check that no record was changed, removed or put in; no passphrase is needed
    Verify(VerifyArgs),
    /// Print the last signed checkpoint, to be kept in the minutes
    Checkpoint(CheckpointArgs),
    /// Accept that records seen on this computer are lost; somebody else confirms it
    #[command(before_help = "Example:\n  coffer log accept-rollback --as \"Pat Provider\"")]
    AcceptRollback,
    /// Bring in the journal of an opening that was made on a copy of the vault
    #[command(
        before_help = "Example:\n  coffer log merge /media/stick/opening-5e1f0c2a9b3d4e77.jsonl"
    )]
    Merge {
        /// The file that the opening left beside the copy, opening-….jsonl
        #[arg(value_name = "FILE")]
        journal: PathBuf,
    },
    /// Erase titles, reasons and other words whose time is over; the records stay
    #[command(before_help = "Example:\n  coffer log forget --before 2024-11-22")]
    Forget {
        /// Words of records that are older than this day
        #[arg(long, value_name = "YYYY-MM-DD")]
        before: Day,
        /// Only count what would be erased
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
    /// Have witnesses on other computers vouch for the log
    #[command(subcommand, before_help = "Example:\n  coffer log witness list")]
    Witness(LogWitnessCommand),
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
