//! Keeps stored text from acting on a terminal or posing as other text.
//!
//! A character that would act is written as `\u{1b}`. A backslash stays as it is, so that
//! `PARISH\pat` reads as it was typed: the escapes are for eyes, not for reading back.

use std::borrow::Cow;
use std::fmt::{self, Write};

use vault_core::secret::SecretBytes;

/// Whether `c` would steer a terminal, reorder or hide the text about it, or break the line:
/// control characters (C0, DEL, C1), line and paragraph separators, the marks, embeddings and
/// isolates of Unicode's bidirectional algorithm (UAX #9), and characters of no width.
pub fn acts(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// `text` as part of one line: its line breaks are escaped too.
pub fn line(text: &str) -> Cow<'_, str> {
    escaped(text, acts)
}

/// `text` as lines of its own, which only our own wording is given.
pub(super) fn page(text: &str) -> Cow<'_, str> {
    escaped(text, acts_within_a_line)
}

/// `text` with its middle left out where what somebody typed makes it too long to be read.
pub(super) fn shortened(text: &str) -> Cow<'_, str> {
    const HEAD: usize = 400;
    const TAIL: usize = 200;
    let count = text.chars().count();
    if count <= HEAD + TAIL {
        return Cow::Borrowed(text);
    }
    let head = text.chars().take(HEAD);
    let tail = text.chars().skip(count - TAIL);
    Cow::Owned(head.chain(['…']).chain(tail).collect())
}

/// A secret for a terminal: text with its own line breaks and tabs, and bytes that are no text as
/// `\x{ff}`. The copy is made in one piece of the right size and erased like the secret itself.
pub(super) fn secret(value: &SecretBytes) -> SecretBytes {
    let mut size = Count(0);
    let sized = write_secret(&mut size, value.expose());
    let mut copy = Exact(SecretBytes::new(Vec::with_capacity(size.0)));
    let copied = write_secret(&mut copy, value.expose());
    debug_assert!(sized.is_ok() && copied.is_ok(), "both passes write alike");
    copy.0
}

fn acts_within_a_line(c: char) -> bool {
    c != '\n' && acts(c)
}

fn escaped(text: &str, acts: fn(char) -> bool) -> Cow<'_, str> {
    // Most text is what every terminal shows as it is, and need not be looked at by character.
    let plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if plain || !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if acts(c) {
            safe.extend(c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

fn write_secret(to: &mut impl Write, value: &[u8]) -> fmt::Result {
    for chunk in value.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c != '\t' && acts_within_a_line(c) {
                write!(to, "{}", c.escape_unicode())?;
            } else {
                to.write_char(c)?;
            }
        }
        for byte in chunk.invalid() {
            write!(to, "\\x{{{byte:02x}}}")?;
        }
    }
    Ok(())
}

/// Counts the bytes that would be written.
struct Count(usize);

impl Write for Count {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

/// Takes as many bytes as were counted.
struct Exact(SecretBytes);

impl Write for Exact {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0
            .extend_within_capacity(text.as_bytes())
            .ok_or(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that somebody might store to trouble whoever lists them.
    const HOSTILE: [(&str, &str); 16] = [
        ("\u{1b}[2J", "\\u{1b}[2J"),
        ("\u{1b}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"),
        ("\u{1b}]52;c;cm0gLXJm\u{7}", "\\u{1b}]52;c;cm0gLXJm\\u{7}"),
        ("\u{9b}31m", "\\u{9b}31m"),
        ("Bank\rZero", "Bank\\u{d}Zero"),
        ("Bank\nroot: granted", "Bank\\u{a}root: granted"),
        (
            "Bank\u{8}\u{8}\u{8}\u{8}Safe",
            "Bank\\u{8}\\u{8}\\u{8}\\u{8}Safe",
        ),
        ("nul\0", "nul\\u{0}"),
        ("del\u{7f}", "del\\u{7f}"),
        ("\u{202e}knaB", "\\u{202e}knaB"),
        ("\u{2067}x\u{2069}", "\\u{2067}x\\u{2069}"),
        (
            "a\u{200b}b\u{200d}c\u{feff}",
            "a\\u{200b}b\\u{200d}c\\u{feff}",
        ),
        ("one\u{2028}two\u{2029}", "one\\u{2028}two\\u{2029}"),
        ("tab\tbed", "tab\\u{9}bed"),
        ("hidden\u{e0041}", "hidden\\u{e0041}"),
        ("soft\u{ad}hyphen\u{85}", "soft\\u{ad}hyphen\\u{85}"),
    ];

    #[test]
    fn hostile_text_is_shown_and_does_not_act() {
        for (stored, shown) in HOSTILE {
            assert_eq!(line(stored), shown);
            assert!(!line(stored).contains(acts));
        }
    }

    #[test]
    fn honest_text_is_left_alone() {
        for honest in [
            "Pat O’Provider",
            "Llanfair-ym-Muallt",
            "PARISH\\pat",
            "日本語",
            "é",
            "🦉",
        ] {
            assert!(matches!(line(honest), Cow::Borrowed(same) if same == honest));
        }
    }

    #[test]
    fn every_control_character_acts() {
        let controls = ('\0'..='\u{1f}').chain('\u{7f}'..='\u{9f}');
        assert!(controls.clone().all(acts));
        assert_eq!(controls.count(), 65);
    }

    #[test]
    fn a_page_keeps_line_breaks_and_nothing_else() {
        assert_eq!(page("a\nb\tc\r\n"), "a\nb\\u{9}c\\u{d}\n");
    }

    #[test]
    fn a_secret_on_a_terminal_takes_exactly_the_space_it_needs() {
        for (stored, _) in HOSTILE {
            let shown = secret(&SecretBytes::copy_from(stored.as_bytes()));
            let text = std::str::from_utf8(shown.expose()).expect("text");
            let acts_still = |c| !matches!(c, '\n' | '\t') && acts(c);
            assert!(!text.contains(acts_still));
            assert_eq!(text, escaped(stored, acts_still));
        }
    }
}
