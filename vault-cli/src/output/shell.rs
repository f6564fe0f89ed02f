//! Words of command lines that are printed for people: what is pasted into a shell is one word, and
//! never a command of its own.
//!
//! Titles come from imports and from other people. In double quotes `$(…)`, a backquote, `\`, `!`, `%`
//! or another quotation mark acts in one shell or another (POSIX, PowerShell, Windows' own), so a word
//! that holds one of them stands behind its id instead, or in single quotes where it has none.

use std::fmt::Display;
use std::path::Path;

use super::escape;

/// `name` in quotation marks; where a shell could act on it, `id`.
pub fn named(name: &str, id: &impl Display) -> String {
    if is_plain(name) {
        format!("\"{name}\"")
    } else {
        id.to_string()
    }
}

/// Any text as one word: as it is where that is safe, else in quotation marks.
pub fn word(text: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    if is_plain(text) {
        if text.chars().all(bare) {
            text.to_owned()
        } else {
            format!("\"{text}\"")
        }
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// A file as one word.
pub fn path(path: &Path) -> String {
    let shown = path.display().to_string();
    // What begins like an option is a file of this folder.
    word(&if shown.starts_with('-') {
        format!("./{shown}")
    } else {
        shown
    })
}

/// Whether no shell acts on any of it in double quotes, and no program takes it for an option.
fn is_plain(text: &str) -> bool {
    let acts = |c: char| {
        matches!(
            c,
            '"' | '$' | '`' | '\\' | '!' | '%' | '\u{2018}'..='\u{201f}'
        ) || escape::acts(c)
    };
    !text.is_empty() && !text.starts_with('-') && !text.chars().any(acts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_a_shell_would_act_on_gives_way_to_its_id() {
        for plain in [
            "Website",
            "Clerk's mail (old); & more #1",
            "Gwefan – Tŷ Cŵn",
            "~",
        ] {
            assert_eq!(named(plain, &7), format!("\"{plain}\""));
        }
        for acted_on in [
            "a $(touch X)",
            "a`b`",
            "50 % off",
            "wow!",
            "a\"b",
            "a\\b",
            "-x",
            "",
            "a\nb",
        ] {
            assert_eq!(named(acted_on, &7), "7", "{acted_on}");
        }
    }

    #[test]
    fn any_text_is_one_word() {
        assert_eq!(
            word("/media/stick/coffer.vault"),
            "/media/stick/coffer.vault"
        );
        assert_eq!(word("/media/My Stick"), "\"/media/My Stick\"");
        assert_eq!(word("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(path(Path::new("-v")), "./-v");
    }
}
