//! `coffer collection`.

use clap::Subcommand;

use super::{Kind, Permission};

/// What can be done with collections.
#[derive(Debug, Clone, Subcommand)]
pub enum CollectionCommand {
    /// Make a collection: entries that the same people may use
    #[command(before_help = "Example:\n  coffer collection add Website --kind service")]
    Add {
        /// The collection's name
        name: String,
        /// What its entries are for
        #[arg(long, value_enum)]
        kind: Kind,
    },
    /// Let a person use a collection
    #[command(
        before_help = "Example:\n  coffer collection grant Website \"Chris Clerk\" --permission read"
    )]
    Grant {
        /// The collection
        #[arg(value_name = "NAME")]
        collection: String,
        /// The person, who must have enrolled
        person: String,
        /// What the person may do there
        #[arg(long, value_enum)]
        permission: Permission,
    },
    /// End a person's use of a collection; the collection gets a new key
    #[command(before_help = "Example:\n  coffer collection revoke Website \"Chris Clerk\"")]
    Revoke {
        /// The collection
        #[arg(value_name = "NAME")]
        collection: String,
        /// The person
        person: String,
    },
    /// List the collections and who may use them
    #[command(before_help = "Example:\n  coffer collection list")]
    List,
}
