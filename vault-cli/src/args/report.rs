//! `coffer report`.

use std::path::PathBuf;

use clap::Subcommand;

/// The reports.
#[derive(Debug, Clone, Subcommand)]
pub enum ReportCommand {
    /// Who was shown what, when, why and on whose leave, in a financial year
    #[command(
        before_help = "Example:\n  coffer report accesses --year 2026 --html accesses-2026.html"
    )]
    Accesses {
        /// The year in which the financial year begins: 2026 is 1 April 2026 to 31 March 2027
        #[arg(long, value_name = "YEAR")]
        year: Option<i16>,
        /// In which form.
        #[command(flatten)]
        form: FormArgs,
    },
    /// Who holds what today: collections, members, entries, sheets
    #[command(before_help = "Example:\n  coffer report custody --csv entries.csv")]
    Custody {
        /// In which form.
        #[command(flatten)]
        form: FormArgs,
    },
    /// Every sheet there ever was and where it stands, every seal, opening and drill
    #[command(before_help = "Example:\n  coffer report envelopes --as \"Alex Auditor\"")]
    Envelopes {
        /// In which form.
        #[command(flatten)]
        form: FormArgs,
    },
    /// What somebody had to look into, and what became of it
    #[command(before_help = "Example:\n  coffer report incidents")]
    Incidents {
        /// In which form.
        #[command(flatten)]
        form: FormArgs,
    },
    /// What the log holds on one person, without other people
    #[command(before_help = "Example:\n  coffer report person \"Pat Provider\" --html pat.html")]
    Person {
        /// The person's name
        #[arg(value_name = "NAME")]
        name: String,
        /// In which form.
        #[command(flatten)]
        form: FormArgs,
    },
}

/// In which form a report is given.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct FormArgs {
    /// As a page, to this new file; to standard output without one
    #[arg(long, value_name = "OUT", num_args = 0..=1)]
    pub html: Option<Option<PathBuf>>,
    /// One table for spreadsheets, to this new file; to standard output without one
    #[arg(long, value_name = "OUT", num_args = 0..=1)]
    pub csv: Option<Option<PathBuf>>,
    /// Which table --csv gives, by its name in --json; the main one without
    #[arg(long, value_name = "TABLE", requires = "csv")]
    pub table: Option<String>,
}
