//! What a programmer needs to check an export or an extract with nothing from us.

use vault_core::vault::export::ExportSummary;

use crate::output::escape;

/// The command that runs the program at the end of README.txt, in its folder.
pub(crate) const COMMAND: &str = "sed -n '/^import base64/,$p' README.txt | python3 -";

/// Whose log it is: the council, and the log's origin.
pub(crate) type Whose<'a> = (&'a str, &'a str);

/// That of a whole log.
pub(crate) fn whole(whose: Whose<'_>, size: u64, summary: &ExportSummary) -> String {
    let about = format!(
        "{}Access log of {}, {size} records.\n{}",
        council(whose),
        whose.1,
        lacking(summary)
    );
    format!("{about}{FILES}{RULES}{LIMITS}{RUN}    {COMMAND}\n\n{PROGRAM}")
}

/// That of an extract: `what` says which records were chosen, `rule` by which rule where it is one
/// that can be redone.
pub(crate) fn extract(
    whose: Whose<'_>,
    (count, size): (u64, u64),
    what: &str,
    rule: &str,
    summary: &ExportSummary,
) -> String {
    let masked = match summary.masked {
        0 => String::new(),
        1 => format!("1 record has words that are left out: {MASKED}.\n"),
        n => format!("{n} records have words that are left out: {MASKED}.\n"),
    };
    let about = format!(
        "{}Extract of the access log of {}: {count} of {size} records.\nChosen: {what}\n{}{masked}",
        council(whose),
        whose.1,
        lacking(summary)
    );
    format!(
        "{about}{rule}{EXTRACT_FILES}{RULES}{EXTRACT_LIMITS}{EXTRACT_RUN}    {COMMAND}\n\n{EXTRACT_PROGRAM}"
    )
}

fn council((council, _): Whose<'_>) -> String {
    format!("{}\n", escape::line(council))
}

const MASKED: &str = "somebody else is named in them";

/// Which words are not there, and why.
fn lacking(summary: &ExportSummary) -> String {
    let lacking = |n: u64| match n {
        1 => "The words of 1 record are not there".to_owned(),
        n => format!("The words of {n} records are not there"),
    };
    let mut about = String::new();
    if summary.unread > 0 {
        about.push_str(&lacking(summary.unread));
        about.push_str(": whoever exported may not read them.\n");
    }
    for (under, count) in &summary.erased {
        let erased = format!("{}: erased under record {under}.\n", lacking(*count));
        about.push_str(&erased);
    }
    if about.is_empty() && summary.masked == 0 {
        about.push_str("Every word that the records have is there.\n");
    }
    about
}

const FILES: &str = include_str!("files.txt");
const RULES: &str = include_str!("rules.txt");
const LIMITS: &str = include_str!("limits.txt");
const RUN: &str = "In this folder, with Python 3, this checks 1, 2, 6, and the root of 3; the program stands \
                   below:\n\n";
const PROGRAM: &str = include_str!("program.txt");

const EXTRACT_FILES: &str = include_str!("extract-files.txt");
const EXTRACT_LIMITS: &str = include_str!("extract-limits.txt");
const EXTRACT_RUN: &str = "In this folder, with Python 3, this checks 6 and 7 for every line; the program stands \
                           below:\n\n";
const EXTRACT_PROGRAM: &str = include_str!("extract-program.txt");
