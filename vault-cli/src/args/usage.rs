//! What was wrong with a command line, in this program's words.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::NotRun;

/// A command line that was not understood: what is wrong with it, and what to do next. Both may
/// repeat what was typed, and pass the escaper on their way out like anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong; follows `error:`.
    pub what: String,
    /// What to do next; follows `hint:`.
    pub hint: String,
}

/// The parser's answer as ours; `command` is the command that was being read, such as `coffer log`.
pub(super) fn not_run(error: &Error, command: &str) -> NotRun {
    match error.kind() {
        ErrorKind::DisplayHelp => NotRun::Help(page(&error.render().to_string(), command)),
        ErrorKind::DisplayVersion => NotRun::Help(error.render().to_string()),
        _ => NotRun::Usage(Problem {
            what: what(error),
            hint: hint(error, command),
        }),
    }
}

/// Over the options that stand before or after every command.
pub(super) const FOR_EVERY_COMMAND: &str = "Options for every command";

/// The help page of `command`: its own options, while those of every command stand on the first page.
fn page(whole: &str, command: &str) -> String {
    match whole.split_once(&format!("{FOR_EVERY_COMMAND}:\n")) {
        Some((own, _)) if command.contains(' ') => {
            format!("{own}{FOR_EVERY_COMMAND}, such as --vault and --as: coffer --help\n")
        }
        _ => whole.to_owned(),
    }
}

/// Two sources for one passphrase, which the parser does not see when they stand on both sides of
/// the command.
pub(super) fn two_passphrases() -> Problem {
    Problem {
        what: "--passphrase-file and --passphrase-fd cannot be used together".into(),
        hint: "leave out one of them".into(),
    }
}

fn what(error: &Error) -> String {
    let context = |kind| words(error, kind).join(", ");
    let argument = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::UnknownArgument if argument.starts_with('-') => {
            format!("there is no option {argument} here")
        }
        // The word itself is not repeated: it may be a password that was thought to go there.
        ErrorKind::UnknownArgument => "there is one word too many".into(),
        ErrorKind::InvalidSubcommand => {
            format!(
                "there is no command '{}'",
                context(ContextKind::InvalidSubcommand)
            )
        }
        ErrorKind::MissingSubcommand => "no command was given".into(),
        ErrorKind::MissingRequiredArgument => {
            let missing = words(error, ContextKind::InvalidArg);
            let missing: Vec<_> = missing.iter().map(|name| alternatives(name)).collect();
            format!("missing: {}", missing.join(", "))
        }
        ErrorKind::ArgumentConflict => {
            let prior = context(ContextKind::PriorArg);
            if prior == argument || prior.is_empty() {
                format!("{argument} was given twice")
            } else {
                format!("{argument} cannot be used together with {prior}")
            }
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} needs a value"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("'{value}' does not suit {argument}")
        }
        ErrorKind::TooManyValues => format!("{argument} takes no value"),
        ErrorKind::InvalidUtf8 => "the command line is not text in UTF-8".into(),
        _ => "the command line was not understood".into(),
    }
}

fn hint(error: &Error, command: &str) -> String {
    if error.kind() == ErrorKind::UnknownArgument {
        let argument = words(error, ContextKind::InvalidArg).concat();
        if argument.starts_with("--pass") {
            return "secrets are never options: leave it out to be asked, or use --passphrase-file"
                .into();
        }
        if !argument.starts_with('-') {
            return format!("put a name of several words in quotes; {command} --help shows how");
        }
    }
    if error.kind() == ErrorKind::InvalidSubcommand {
        let typed = words(error, ContextKind::InvalidSubcommand).concat();
        return instead(&typed, error, command);
    }
    if let Some(name) = words(error, ContextKind::SuggestedArg).first() {
        return format!("did you mean {name}?");
    }
    let valid = words(error, ContextKind::ValidValue);
    if !valid.is_empty() {
        return format!("use one of {}", valid.join(", "));
    }
    if error.kind() == ErrorKind::MissingSubcommand {
        return format!("{command} --help lists the commands");
    }
    format!("{command} --help shows an example")
}

/// So many letters may be left out, put in, taken for another or swapped.
const MOST_SLIPS: usize = 2;

/// Words for which there is another command.
const INSTEAD: [(&[&str], &str); 7] = [
    (
        &["edit", "change", "update", "passwd", "password"],
        "coffer rotate ENTRY changes a password",
    ),
    (
        &["delete", "remove", "rm", "archive"],
        "coffer retire ENTRY: nothing is deleted",
    ),
    (
        &["find", "search", "ls", "entries"],
        "coffer list shows the titles",
    ),
    (
        &["invite", "adduser", "user", "users"],
        "coffer person add NAME invites somebody",
    ),
    (
        &["verify", "check", "audit"],
        "coffer log verify checks the access log",
    ),
    (
        &["merge", "extract"],
        "coffer log --help lists what can be done with the log",
    ),
    (
        &["seal", "kit", "sheet", "takeover"],
        "coffer envelope --help lists what can be done with it",
    ),
];

/// What to do instead of a command that there is not: what the word means elsewhere, else a command
/// that is written nearly so.
fn instead(typed: &str, error: &Error, command: &str) -> String {
    let typed = typed.to_lowercase();
    if typed == "help" {
        return format!("{command} --help lists the commands");
    }
    let mut known = INSTEAD.iter();
    if let Some((_, hint)) = known.find(|(words, _)| words.contains(&typed.as_str())) {
        return (*hint).to_owned();
    }
    let near = words(error, ContextKind::SuggestedSubcommand);
    let near = near
        .into_iter()
        .find(|name| strsim::osa_distance(&typed, name) <= MOST_SLIPS);
    near.map_or_else(
        || format!("{command} --help lists the commands"),
        |name| format!("did you mean {name}?"),
    )
}

/// Options of which one is wanted, which the parser names as `<--one|--other <VALUE>>`.
fn alternatives(name: &str) -> String {
    let group = name
        .strip_prefix("<--")
        .and_then(|rest| rest.strip_suffix('>'));
    group.map_or_else(
        || name.into(),
        |names| format!("--{names}").replace('|', " or "),
    )
}

/// What the parser tells of its error under `kind`.
fn words(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(word)) => vec![word.clone()],
        Some(ContextValue::Strings(words)) => words.clone(),
        Some(ContextValue::StyledStr(text)) => vec![text.to_string()],
        _ => Vec::new(),
    }
}
