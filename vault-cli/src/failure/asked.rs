//! Words for what goes wrong around the vault: questions, files, the place where things are.

use std::io::ErrorKind;
use std::path::Path;

use vault_core::exchange::ReadError;

use super::{Wording, said};
use crate::config::ConfigError;
use crate::exit::ExitStatus;
use crate::files::FileError;
use crate::prompt::{PromptError, SourceError};

pub(super) const fn prompt_status(error: PromptError) -> ExitStatus {
    match error {
        PromptError::Cancelled | PromptError::Interrupted | PromptError::NoAnswer => {
            ExitStatus::Cancelled
        }
        PromptError::NoInput
        | PromptError::NoTerminal
        | PromptError::NotText
        | PromptError::TooLong => ExitStatus::Usage,
        PromptError::Failed(_) => ExitStatus::InputOutput,
    }
}

pub(super) fn prompt(error: PromptError) -> Wording {
    match error {
        PromptError::Cancelled | PromptError::Interrupted => said(
            "cancelled",
            "run the command again when you are ready; what is on record already stays there",
        ),
        PromptError::NoAnswer => said(
            "nobody answered for so long that the program stopped by itself",
            "run the command again when you are ready; what is on record already stays there",
        ),
        PromptError::NoInput => said(
            "an answer is needed, and --no-input forbids the question",
            "leave out --no-input, or give the answer as an option; --help lists them",
        ),
        PromptError::NoTerminal => said(
            "an answer is needed, and there is no terminal to ask at",
            "give the answer as an option; --help lists them",
        ),
        PromptError::NotText => said(
            "what was typed is not text in UTF-8",
            "set the terminal to UTF-8 and try again",
        ),
        PromptError::TooLong => said(
            "what was typed is longer than a line can be",
            "type it again; a long value goes through --password-stdin",
        ),
        PromptError::Failed(kind) => said(
            format!("the terminal failed: {kind}"),
            "open another terminal and try again",
        ),
    }
}

pub(super) const fn source_status(error: SourceError) -> ExitStatus {
    match error {
        SourceError::Failed(_) => ExitStatus::InputOutput,
        SourceError::Empty
        | SourceError::TooLong { .. }
        | SourceError::NotText
        | SourceError::OtherText
        | SourceError::Visible => ExitStatus::Usage,
    }
}

pub(super) fn source(what: &str, error: SourceError) -> Wording {
    match error {
        SourceError::Empty => said(
            format!("{what}: the first line is empty"),
            "put the passphrase on the first line of the file",
        ),
        SourceError::TooLong { limit } => said(
            format!("{what}: it is longer than {limit} bytes"),
            "check that it is the right file",
        ),
        SourceError::NotText => said(
            format!("{what}: it is not text in UTF-8"),
            "check that it is the right file",
        ),
        SourceError::OtherText => said(
            format!("{what}: it is text in UTF-16, and not in UTF-8"),
            "save the file again as UTF-8",
        ),
        SourceError::Visible => said(
            format!("{what}: a terminal would show the secret as it is typed"),
            "feed it from a file or another program, or use --generate",
        ),
        SourceError::Failed(ErrorKind::NotFound) => said(
            format!("{what}: there is no such file"),
            "check the name and the folder",
        ),
        SourceError::Failed(ErrorKind::PermissionDenied) => said(
            format!("{what}: you may not read that file"),
            "sign in as the person whose file it is, or copy it to a place of yours",
        ),
        SourceError::Failed(kind) => said(
            format!("{what}: it cannot be read: {kind}"),
            "check the name; a folder or a device is no file",
        ),
    }
}

pub(super) const fn file_status(error: FileError) -> ExitStatus {
    match error {
        FileError::Exists => ExitStatus::Usage,
        FileError::Stopped => ExitStatus::Cancelled,
        FileError::NoFolder | FileError::NotPermitted | FileError::Full | FileError::Failed(_) => {
            ExitStatus::InputOutput
        }
    }
}

pub(super) fn file(path: &Path, error: FileError) -> Wording {
    let path = path.display();
    match error {
        FileError::Exists => said(
            format!("{path} exists already, and nothing is ever written over a file"),
            "choose another name",
        ),
        FileError::NoFolder => said(
            format!("{path} cannot be made: its folder does not exist"),
            "make the folder first, or choose another",
        ),
        FileError::NotPermitted => said(
            format!("{path} cannot be made: you may not write there"),
            "choose another folder",
        ),
        FileError::Full => said(
            format!("{path} cannot be written: the disk is full"),
            "free some space and try again",
        ),
        FileError::Stopped => said(
            format!("{path} was broken off, and nothing of it is left"),
            "do it again to have it",
        ),
        FileError::Failed(kind) => said(
            format!("{path} cannot be written: {kind}"),
            "choose another folder, or look after the disk",
        ),
    }
}

pub(super) fn export(error: ReadError) -> Wording {
    let hint = match error {
        ReadError::PasswordProtected => "export again as JSON without a password of its own",
        ReadError::AccountRestricted => "in Bitwarden choose the file format .json",
        ReadError::TooLarge | ReadError::TooManyRows => "export in several parts",
        ReadError::Empty
        | ReadError::NotUtf8
        | ReadError::Damaged { .. }
        | ReadError::UnknownTable
        | ReadError::UnknownJson
        | ReadError::Unrecognised => "Bitwarden's unencrypted JSON and LastPass's CSV are read",
    };
    said(error.to_string(), hint)
}

pub(super) fn config(error: ConfigError) -> Wording {
    match error {
        ConfigError::NoVault => said(
            "it is not known where the vault file is",
            "give --vault FILE or set COFFER_VAULT",
        ),
        ConfigError::PersonNotText => said(
            "the variable COFFER_PERSON is not text in UTF-8",
            "give --as \"YOUR NAME\" instead",
        ),
    }
}
