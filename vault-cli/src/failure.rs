//! Why a command did not do what was asked, with the exit status and the words for it. This is the
//! only place that words a failure.

// A variant that has no words does not compile.
#![deny(clippy::wildcard_enum_match_arm)]

mod asked;
mod comparison;
mod copy;
mod denial;
mod invalid;
mod journal;
mod looking;
mod passphrase;
mod sheet;
mod store;
mod vault;
mod witness;

use std::path::PathBuf;

use vault_core::audit::row::RowKey;
use vault_core::error::{Error, StoreError};
use vault_core::exchange::ReadError;
use vault_core::generator::InvalidRecipe;
use vault_core::witness::WitnessError;

use crate::config::ConfigError;
use crate::exit::ExitStatus;
use crate::files::{FileError, NotWritten};
use crate::output::OutputFailed;
use crate::process::Refused;
use crate::prompt::{PromptError, SourceError};

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The vault said no.
    Vault(Error),
    /// A row of the vault is not what its log says: what verifying the state found.
    State(RowKey),
    /// There is a passphrase to be given, and nothing that gives it.
    Locked,
    /// A new passphrase was not typed the same twice.
    Differ,
    /// A question has no answer.
    Prompt(PromptError),
    /// A secret could not be read.
    Source {
        /// Where from, as the person knows it: `--passphrase-file`, `standard input`.
        what: &'static str,
        /// Why.
        error: SourceError,
    },
    /// A file could not be written.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: FileError,
    },
    /// An export of another program could not be read.
    Export(ReadError),
    /// It is not known where things are, or who is asking.
    Config(ConfigError),
    /// What was asked for cannot be meant as given.
    Usage {
        /// What is wrong.
        what: String,
        /// What to do.
        hint: Option<String>,
    },
    /// A witness said no.
    Witness(WitnessError),
    /// There is nothing of that name.
    NotFound {
        /// What is missing.
        what: String,
        /// What to do.
        hint: String,
    },
    /// The answer did not arrive.
    Output(OutputFailed),
    /// The process will not go on.
    Process(Refused),
}

pub(crate) use self::comparison::{anchor, not_an_anchor, pins};
pub(crate) use self::looking::{ignored, left_as_it_is, undone};
pub(crate) use self::store::{beside, copied, flaw, rolled_back};

/// What happened and, where there is one, the next step.
pub(crate) type Wording = (String, Option<String>);

impl Failure {
    /// A request that cannot be meant as given.
    pub(crate) fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage {
            what: what.into(),
            hint: Some(hint.into()),
        }
    }

    /// Something that was named and is not there.
    pub(crate) fn not_found(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::NotFound {
            what: what.into(),
            hint: hint.into(),
        }
    }

    /// The status that the run ends with.
    pub(crate) fn status(&self) -> ExitStatus {
        match self {
            Self::Vault(error) => vault::status(error),
            Self::State(_) => ExitStatus::LogBroken,
            Self::Locked => ExitStatus::Locked,
            Self::Prompt(error) => asked::prompt_status(*error),
            Self::Source { error, .. } => asked::source_status(*error),
            Self::File { error, .. } => asked::file_status(*error),
            Self::Differ | Self::Usage { .. } | Self::Export(_) | Self::Config(_) => {
                ExitStatus::Usage
            }
            Self::Witness(error) => witness::status(error),
            Self::NotFound { .. } => ExitStatus::NotFound,
            Self::Output(failed) => failed.status(),
            Self::Process(Refused::BorrowedRights) => ExitStatus::NotPermitted,
        }
    }

    /// What happened, and the next step.
    pub(crate) fn wording(&self) -> Wording {
        match self {
            Self::Vault(error) => vault::wording(error),
            Self::State(row) => store::wording(&StoreError::RowChanged(*row)),
            Self::Locked => said(
                "the vault is locked, and there is no passphrase to open it with",
                "give --passphrase-file FILE, or leave out --no-input to be asked",
            ),
            Self::Differ => said(
                "the two passphrases are not the same; nothing was changed",
                "try again, slowly",
            ),
            Self::Prompt(error) => asked::prompt(*error),
            Self::Source { what, error } => asked::source(what, *error),
            Self::File { path, error } => asked::file(path, *error),
            Self::Export(error) => asked::export(*error),
            Self::Config(error) => asked::config(*error),
            Self::Usage { what, hint } => (what.clone(), hint.clone()),
            Self::Witness(error) => witness::wording(error),
            Self::NotFound { what, hint } => said(what, hint),
            Self::Output(_) => said(
                "the answer could not be written to its end",
                "look whether the disk is full or the program that reads it has ended; what was \
                 recorded stays recorded",
            ),
            Self::Process(Refused::BorrowedRights) => said(
                "coffer was started with somebody else's rights and does not go on",
                "have the set-user-id or set-group-id bit taken off the program",
            ),
        }
    }
}

/// What happened, with a next step.
fn said(what: impl Into<String>, hint: impl Into<String>) -> Wording {
    (what.into(), Some(hint.into()))
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Vault(error)
    }
}

impl From<WitnessError> for Failure {
    fn from(error: WitnessError) -> Self {
        Self::Witness(error)
    }
}

impl From<NotWritten> for Failure {
    fn from(NotWritten { path, error }: NotWritten) -> Self {
        Self::File { path, error }
    }
}

impl From<PromptError> for Failure {
    fn from(error: PromptError) -> Self {
        Self::Prompt(error)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self::Export(error)
    }
}

impl From<InvalidRecipe> for Failure {
    fn from(error: InvalidRecipe) -> Self {
        Self::usage(
            error.to_string(),
            "for example --generate words:5 or --generate chars:20",
        )
    }
}

impl From<OutputFailed> for Failure {
    fn from(failed: OutputFailed) -> Self {
        Self::Output(failed)
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self::Process(refused)
    }
}

#[cfg(test)]
mod tests;
