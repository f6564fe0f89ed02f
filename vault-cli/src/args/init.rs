//! `coffer init`.

use std::path::PathBuf;

use super::{Kdf, Role};

/// Found a vault for your council
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "Example:\n  coffer init --council \"Example Parish Council\" --person \"Pat Provider\""
)]
pub struct InitArgs {
    /// The council's full name, as it stands on its papers
    #[arg(long, value_name = "NAME")]
    pub council: String,
    /// Your name, as the first person in the vault
    #[arg(long, value_name = "NAME")]
    pub person: String,
    /// What you are to the council
    #[arg(long, value_enum, default_value = "it-provider")]
    pub role: Role,
    /// Take your new passphrase from the first line of this file; otherwise you are asked
    #[arg(long, value_name = "FILE")]
    pub new_passphrase_file: Option<PathBuf>,
    /// The set of rules to begin with
    #[arg(long, value_name = "PRESET")]
    pub policy: Option<String>,
    /// The set of collections to begin with; otherwise there is none
    #[arg(long, value_name = "NAME")]
    pub preset: Option<String>,
    /// How costly it is to guess a passphrase
    #[arg(long, value_enum, default_value = "floor")]
    pub kdf: Kdf,
}
