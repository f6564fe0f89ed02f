//! How what was shown is taken off a screen again.

use std::ffi::OsStr;

/// How what was shown is taken off a screen again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Clearing {
    /// Not at all: what was shown stays. So it is where nothing is known of the terminal.
    #[default]
    Never,
    /// It stands on the terminal's second screen, which cannot be scrolled back (xterm's private
    /// mode 1049).
    SecondScreen,
    /// The Linux console, which may lack a second screen: it is cleared with all that it has kept.
    Console,
}

impl Clearing {
    /// How it is done on a terminal of this name, as `TERM` says it.
    pub fn of(term: Option<&OsStr>) -> Self {
        match term.and_then(OsStr::to_str) {
            None | Some("" | "dumb" | "unknown") => Self::Never,
            Some("linux") => Self::Console,
            Some(_) => Self::SecondScreen,
        }
    }

    /// What begins an empty page.
    #[cfg(unix)]
    pub(super) const fn begin(self) -> &'static str {
        match self {
            Self::Never => "",
            Self::SecondScreen | Self::Console => "\x1b[?1049h\x1b[2J\x1b[H",
        }
    }

    /// What empties a page.
    #[cfg(unix)]
    pub(super) const fn again(self) -> &'static str {
        match self {
            Self::Never => "",
            Self::SecondScreen => "\x1b[2J\x1b[H",
            Self::Console => "\x1b[2J\x1b[3J\x1b[H",
        }
    }

    /// What ends a page: it is emptied before the first screen comes back.
    #[cfg(unix)]
    pub(super) const fn end(self) -> &'static str {
        match self {
            Self::Never => "",
            Self::SecondScreen => "\x1b[2J\x1b[H\x1b[?1049l",
            Self::Console => "\x1b[2J\x1b[3J\x1b[H\x1b[?1049l",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_of_which_nothing_is_known_is_not_cleared() {
        let of = |name: &str| Clearing::of(Some(OsStr::new(name)));
        assert_eq!(Clearing::of(None), Clearing::Never);
        for plain in ["", "dumb", "unknown"] {
            assert_eq!(of(plain), Clearing::Never);
        }
        for able in ["xterm-256color", "tmux-256color", "screen", "vt220"] {
            assert_eq!(of(able), Clearing::SecondScreen);
        }
        assert_eq!(of("linux"), Clearing::Console);
    }
}
