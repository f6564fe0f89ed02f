//! The commands about entries: `add`, `show`, `get`, `totp`, `rotate`, `retire`,
//! `restore-entry`, `history`, `generate`, `import`.

use std::path::PathBuf;

use clap::ArgGroup;

use super::{Kind, StartState};

/// Store a new password
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "Example:\n  coffer add \"Website login\" --collection Website --kind service --generate words:5"
)]
#[command(group = ArgGroup::new("value").required(true).args(["generate", "password_stdin"]))]
pub struct AddArgs {
    /// What to call the entry
    pub title: String,
    /// The collection that it goes into
    #[arg(long, value_name = "NAME")]
    pub collection: String,
    /// What the entry is for
    #[arg(long, value_enum)]
    pub kind: Kind,
    /// The user name that goes with the password
    #[arg(long, value_name = "NAME")]
    pub username: Option<String>,
    /// Where one logs in
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Make up the password from words or characters: words:5, chars:20
    #[arg(long, value_name = "RECIPE")]
    pub generate: Option<String>,
    /// Take the password from standard input
    #[arg(long)]
    pub password_stdin: bool,
    /// Take the seed of one-time codes from this file
    #[arg(long, value_name = "FILE")]
    pub totp_file: Option<PathBuf>,
    /// Say that the password has to be changed
    #[arg(long, value_enum)]
    pub state: Option<StartState>,
    /// Even if another entry of that title is in use
    #[arg(long)]
    pub anyway: bool,
}

/// List the entries that you may see
#[derive(Debug, Clone, clap::Args)]
#[command(before_help = "Example:\n  coffer list --as \"Pat Provider\"")]
pub struct ListArgs {
    /// Only those that are retired
    #[arg(long)]
    pub retired: bool,
}

/// Show an entry without its secrets
#[derive(Debug, Clone, clap::Args)]
#[command(before_help = "Example:\n  coffer show \"Website login\"")]
pub struct ShowArgs {
    /// The entry's title or id
    pub entry: String,
}

/// Get a password or another field; this is recorded
#[derive(Debug, Clone, clap::Args)]
#[command(before_help = "Example:\n  coffer get \"Website login\" --reveal")]
pub struct GetArgs {
    /// The entry's title or id
    pub entry: String,
    /// Print the value
    #[arg(long)]
    pub reveal: bool,
    /// The value that waits to be confirmed, not the one in use
    #[arg(long, conflicts_with = "version")]
    pub pending: bool,
    /// The field: password, username, url, notes, totp or one of your own
    #[arg(long, value_name = "NAME", default_value = "password")]
    pub field: String,
    /// An earlier version of the entry
    #[arg(long, value_name = "N")]
    pub version: Option<u64>,
}

/// Get the one-time code that is valid now; this is recorded
#[derive(Debug, Clone, clap::Args)]
#[command(before_help = "Example:\n  coffer totp \"Website login\"")]
pub struct TotpArgs {
    /// The entry's title or id
    pub entry: String,
}

/// Change a password: propose a new one, then confirm or abort it
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "Example:\n  coffer rotate \"Website login\" --generate words:5\n  coffer rotate \"Website login\" --confirm"
)]
#[command(
    group = ArgGroup::new("step")
        .required(true)
        .args(["generate", "password_stdin", "confirm", "abort"])
)]
pub struct RotateArgs {
    /// The entry's title or id
    pub entry: String,
    /// Make up the new password from words or characters: words:5, chars:20
    #[arg(long, value_name = "RECIPE")]
    pub generate: Option<String>,
    /// Take the new password from standard input
    #[arg(long)]
    pub password_stdin: bool,
    /// The new password has been set where it is used: keep it
    #[arg(long)]
    pub confirm: bool,
    /// The new password could not be set: drop it
    #[arg(long)]
    pub abort: bool,
}

/// Say that an entry is used no more; it is kept
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "Example:\n  coffer retire \"Old website login\" --reason \"moved to another host\""
)]
pub struct RetireArgs {
    /// The entry's title or id
    pub entry: String,
}

/// Use a retired entry again
#[derive(Debug, Clone, clap::Args)]
#[command(before_help = "Example:\n  coffer restore-entry \"Old website login\"")]
pub struct RestoreEntryArgs {
    /// The entry's title or id
    pub entry: String,
    /// Even if another entry of that title is in use
    #[arg(long)]
    pub anyway: bool,
}

/// List the versions of an entry: who changed it, and when
#[derive(Debug, Clone, clap::Args)]
#[command(before_help = "Example:\n  coffer history \"Website login\"")]
pub struct HistoryArgs {
    /// The entry's title or id
    pub entry: String,
}

/// Make up a password without storing it
#[derive(Debug, Clone, clap::Args)]
#[command(before_help = "Example:\n  coffer generate words:5")]
pub struct GenerateArgs {
    /// What to make it from: words:5, chars:20
    #[arg(value_name = "RECIPE")]
    pub recipe: String,
}

/// Bring in another program's export
#[derive(Debug, Clone, clap::Args)]
#[command(
    before_help = "Example:\n  coffer import export.json\n  coffer import export.json --collection Website --apply"
)]
pub struct ImportArgs {
    /// The exported file
    pub file: PathBuf,
    /// Put everything into this collection
    #[arg(long, value_name = "NAME")]
    pub collection: Option<String>,
    /// Do it; without this you are only told what would be done
    #[arg(long)]
    pub apply: bool,
}
