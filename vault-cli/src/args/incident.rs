//! `coffer incident`.

use clap::Subcommand;

/// What can be done with incidents.
#[derive(Debug, Clone, Subcommand)]
pub enum IncidentCommand {
    /// List the incidents and how far they are
    #[command(before_help = "Example:\n  coffer incident list")]
    List,
    /// Show one incident
    #[command(before_help = "Example:\n  coffer incident show 12")]
    Show {
        /// The incident's number
        number: u64,
    },
    /// Say that something has gone wrong
    #[command(
        before_help = "Example:\n  coffer incident raise --entry \"Website login\" --reason \"sent to a wrong address\""
    )]
    Raise {
        /// An entry that somebody may know; its password is then due to be changed
        #[arg(long, value_name = "ENTRY", conflicts_with = "device")]
        entry: Option<String>,
        /// A device that was lost or stolen
        #[arg(long, value_name = "TEXT")]
        device: Option<String>,
    },
    /// Say what an incident was, and what follows; somebody whom it does not concern
    #[command(
        before_help = "Example:\n  coffer incident decide 12 --reason \"a slip; nothing follows\""
    )]
    Decide {
        /// The incident's number
        number: u64,
    },
    /// Keep the words about an incident beyond their time, until it is released
    #[command(
        before_help = "Example:\n  coffer incident hold 12 --reason \"the insurer has asked for it\""
    )]
    Hold {
        /// The incident's number
        number: u64,
        /// Let them go again when their time is over
        #[arg(long)]
        release: bool,
    },
    /// Close an incident when what follows from it is done
    #[command(before_help = "Example:\n  coffer incident close 12")]
    Close {
        /// The incident's number
        number: u64,
    },
}
