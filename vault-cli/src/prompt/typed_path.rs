//! A file's name as a person types it, or as a window types it when a file is dragged there.

use std::path::{Path, PathBuf};

/// Whether a backslash keeps the sign behind it. On Windows it parts folders.
const ESCAPES: bool = !cfg!(windows);

/// The file that `typed` names: in quotation marks or not, with `\ ` for a blank, as an address
/// that begins with `file://`, and with `~` for the `home` folder. Marks without a partner belong
/// to the name.
pub(crate) fn typed_path(typed: &str, home: Option<&Path>) -> PathBuf {
    let typed = typed.trim();
    if let Some(address) = typed.strip_prefix("file://") {
        return PathBuf::from(decoded(address));
    }
    let name = if typed.starts_with(['\'', '"']) || ESCAPES {
        unquoted(typed).unwrap_or_else(|| typed.to_owned())
    } else {
        typed.to_owned()
    };
    match (typed.strip_prefix('~'), home) {
        (Some(""), Some(home)) => home.to_owned(),
        (Some(rest), Some(home)) if rest.starts_with(['/', '\\']) => {
            home.join(name.trim_start_matches(['~', '/', '\\']))
        }
        _ => PathBuf::from(name),
    }
}

/// Whether a line names a file by its looks, as a window types it: no word of a sheet has such signs.
pub(crate) fn looks_like_a_path(line: &str) -> bool {
    let line = line.trim();
    let bare = line.trim_start_matches(['\'', '"']);
    let drive = bare.get(1..3).is_some_and(|mark| mark == ":\\");
    drive
        || ["/", "~/", "./", "../", "file://"]
            .iter()
            .any(|mark| bare.starts_with(mark))
}

/// The text as a shell would read one word of it, but for blanks, which belong to it; `None` where
/// a mark has no partner.
fn unquoted(typed: &str) -> Option<String> {
    let mut text = String::with_capacity(typed.len());
    let mut within = None;
    let mut letters = typed.chars();
    while let Some(letter) = letters.next() {
        match (letter, within) {
            ('\'' | '"', None) => within = Some(letter),
            (mark, Some(open)) if mark == open => within = None,
            ('\\', None) if ESCAPES => text.push(letters.next()?),
            ('\\', Some('"')) if ESCAPES => {
                let next = letters.next()?;
                if !matches!(next, '"' | '\\' | '$' | '`') {
                    text.push('\\');
                }
                text.push(next);
            }
            _ => text.push(letter),
        }
    }
    within.is_none().then_some(text)
}

/// The path of an address, whose `%20` is a blank.
fn decoded(address: &str) -> String {
    let path = address.find('/').map_or(address, |at| &address[at..]);
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, behind @ ..] = rest {
        let hex = behind
            .get(..2)
            .and_then(|two| std::str::from_utf8(two).ok());
        match hex.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            _ => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(typed: &str) -> String {
        let path = typed_path(typed, Some(Path::new("/home/chris")));
        path.display().to_string()
    }

    #[cfg(not(windows))]
    #[test]
    fn a_path_is_understood_as_windows_and_shells_write_it() {
        for (typed, name) in [
            ("/media/stick/a.vault", "/media/stick/a.vault"),
            (" '/media/my stick/a.vault' ", "/media/my stick/a.vault"),
            ("\"/media/my stick/a\"", "/media/my stick/a"),
            (r"/Volumes/My\ Stick/a.vault", "/Volumes/My Stick/a.vault"),
            (r"/media/Clerk\'s\ stick/a", "/media/Clerk's stick/a"),
            (r"'/media/Clerk'\''s stick/a'", "/media/Clerk's stick/a"),
            ("/media/my stick/a", "/media/my stick/a"),
            ("~/Documents/a.vault", "/home/chris/Documents/a.vault"),
            (r"~/My\ Files/a", "/home/chris/My Files/a"),
            ("~", "/home/chris"),
            ("file:///media/my%20stick/a", "/media/my stick/a"),
            ("file://localhost/media/a", "/media/a"),
        ] {
            assert_eq!(path(typed), name, "{typed}");
        }
    }

    #[test]
    fn marks_without_a_partner_and_a_tilde_within_belong_to_the_name() {
        for name in ["Clerk's.vault", "'", "a~b", "~other/a", "100%"] {
            assert_eq!(path(name), name);
        }
        assert_eq!(typed_path("~/a", None), Path::new("~/a"));
    }

    #[test]
    fn a_path_is_told_from_words() {
        for file in [
            "/a",
            "'/media/my stick/a'",
            "~/a",
            "\"C:\\a b\"",
            "./a",
            "file:///a",
        ] {
            assert!(looks_like_a_path(file), "{file}");
        }
        for words in [
            "academic acid",
            "1. academic",
            "-",
            "words: academic",
            "'academic'",
            "",
        ] {
            assert!(!looks_like_a_path(words), "{words}");
        }
    }
}
