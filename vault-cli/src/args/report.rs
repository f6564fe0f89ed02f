//! `coffer report`.

use clap::Subcommand;

/// What can be reported.
#[derive(Debug, Clone, Subcommand)]
#[non_exhaustive]
pub enum ReportCommand {
    /// List every sheet there ever was, where each stands, and every opening
    #[command(before_help = "Example:\n  coffer report envelopes --as \"Alex Auditor\"")]
    Envelopes,
}
