//! What a programmer needs to check an export with nothing from us.

/// The command that recomputes the root and the digests of the words, in the export's folder.
pub(super) const COMMAND: &str = "sed -n '/^import base64/,$p' README.txt | python3 -";

/// The text, with the program at its end.
pub(super) fn text(origin: &str, size: u64, unread: u64) -> String {
    let unread = match unread {
        0 => "Every word that the records have is there.".to_owned(),
        1 => "The words of 1 record are not there: whoever exported may not read them.".to_owned(),
        n => format!("The words of {n} records are not there: whoever exported may not read them."),
    };
    let about = format!("Access log of {origin}, {size} records.\n{unread}\n");
    format!("{about}{RULES}    {COMMAND}\n\n{PROGRAM}")
}

const RULES: &str = include_str!("rules.txt");

const PROGRAM: &str = include_str!("program.txt");
