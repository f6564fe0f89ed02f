//! What a programmer needs to check an export with nothing from us.

use vault_core::vault::export::ExportSummary;

/// The command that recomputes the root and the digests of the words, in the export's folder.
pub(super) const COMMAND: &str = "sed -n '/^import base64/,$p' README.txt | python3 -";

/// The text, with the program at its end.
pub(super) fn text(origin: &str, size: u64, summary: &ExportSummary) -> String {
    let mut about = format!("Access log of {origin}, {size} records.\n");
    let lacking = |n: u64| match n {
        1 => "The words of 1 record are not there".to_owned(),
        n => format!("The words of {n} records are not there"),
    };
    if summary.unread > 0 {
        let lacking = lacking(summary.unread);
        about.push_str(&lacking);
        about.push_str(": whoever exported may not read them.\n");
    }
    for (under, count) in &summary.erased {
        let lacking = lacking(*count);
        let erased = format!("{lacking}: erased under record {under}.\n");
        about.push_str(&erased);
    }
    if summary.unread == 0 && summary.erased.is_empty() {
        about.push_str("Every word that the records have is there.\n");
    }
    format!("{about}{RULES}    {COMMAND}\n\n{PROGRAM}")
}

const RULES: &str = include_str!("rules.txt");

const PROGRAM: &str = include_str!("program.txt");
