//! What people are asked, and where secrets come in: the terminal, standard input, files.
//!
//! Secrets are read without buffers other than the erased one that they end in.

mod clearing;
#[cfg(not(unix))]
mod console;
mod question;
mod source;
#[cfg(unix)]
mod terminal;
mod typed_path;
#[cfg(any(unix, test))]
mod wrapping;

use std::io;
use std::time::Duration;

use vault_core::secret::SecretString;

pub use self::clearing::Clearing;
#[cfg(not(unix))]
pub use self::console::Terminal;
pub use self::question::{Echo, Question};
pub use self::source::{
    SourceError, is_shared, secret_from_fd, secret_from_file, secret_from_stdin,
    secret_value_from_file, without_mark,
};
#[cfg(unix)]
pub use self::terminal::Terminal;
pub(crate) use self::typed_path::{looks_like_a_path, typed_path};
#[cfg(test)]
pub(crate) use self::wrapping::wrapped;

/// Why a question has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptError {
    /// The person broke off: Ctrl-D, a signal, or not what had to be typed to confirm.
    Cancelled,
    /// The person pressed Ctrl-C, which copies in other windows: where something would be lost,
    /// they are asked whether they meant to break off.
    Interrupted,
    /// Nobody answered within the time that the question has.
    NoAnswer,
    /// `--no-input` forbids questions.
    NoInput,
    /// There is no terminal to ask at.
    NoTerminal,
    /// The answer is not text in UTF-8.
    NotText,
    /// The answer is longer than a terminal's line can be.
    TooLong,
    /// The terminal failed.
    Failed(io::ErrorKind),
}

/// How a pause ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// The person pressed Enter.
    Ended,
    /// The person asked for more time: `m` and Enter.
    Longer,
    /// The person pressed Ctrl-C.
    Interrupted,
    /// The time is over.
    Over,
}

/// How much room a page has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Characters in a line.
    pub columns: usize,
    /// Lines.
    pub rows: usize,
}

/// Asks a person.
pub trait Prompt {
    /// Asks a question. The answer may be empty.
    ///
    /// # Errors
    /// [`PromptError`].
    fn ask(&mut self, question: &Question<'_>) -> Result<SecretString, PromptError>;

    /// Says something where questions are asked: a line, or several.
    ///
    /// # Errors
    /// [`PromptError`].
    fn tell(&mut self, text: &str) -> Result<(), PromptError>;

    /// Waits until the person presses Enter, and no longer than `limit`. What is typed meanwhile is
    /// neither shown nor kept; all that counts of it is whether it begins with an m.
    ///
    /// # Errors
    /// [`PromptError`].
    fn pause(&mut self, limit: Duration) -> Result<Pause, PromptError>;

    /// Begins a page, empty: what is said, asked, typed and shown from now on vanishes from the
    /// screen, and from what it can scroll back to, when the page is closed or another begins.
    /// `None`, and nothing begins, where this cannot be done.
    ///
    /// # Errors
    /// [`PromptError`].
    fn open_page(&mut self) -> Result<Option<Page>, PromptError>;

    /// Ends the page, where there is one.
    ///
    /// # Errors
    /// [`PromptError`].
    fn close_page(&mut self) -> Result<(), PromptError>;

    /// From now on, and as long as this is there, a signal ends the question, or the next one, and
    /// not the process.
    ///
    /// # Errors
    /// [`PromptError`].
    fn attend(&mut self) -> Result<(), PromptError> {
        Ok(())
    }

    /// Asks for a passphrase, which is not shown while it is typed.
    ///
    /// # Errors
    /// [`PromptError`].
    fn passphrase(&mut self, label: &str) -> Result<SecretString, PromptError> {
        self.ask(&Question::hidden(label))
    }

    /// Asks for a line, which is shown while it is typed.
    ///
    /// # Errors
    /// [`PromptError`].
    fn line(&mut self, label: &str) -> Result<SecretString, PromptError> {
        self.ask(&Question::shown(label))
    }

    /// Has `must_type` typed before something that cannot be undone; blanks about it are nothing.
    ///
    /// # Errors
    /// [`PromptError::Cancelled`] where anything else was typed, and as [`Prompt::line`].
    fn confirm(&mut self, label: &str, must_type: &str) -> Result<(), PromptError> {
        let typed = self.line(label)?;
        if typed.expose().trim() == must_type.trim() {
            Ok(())
        } else {
            Err(PromptError::Cancelled)
        }
    }
}

/// Asks nobody (`--no-input`). What counts as confirmed without being asked, a command decides
/// before it comes here.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoInput;

impl Prompt for NoInput {
    fn ask(&mut self, _: &Question<'_>) -> Result<SecretString, PromptError> {
        Err(PromptError::NoInput)
    }

    fn tell(&mut self, _: &str) -> Result<(), PromptError> {
        Err(PromptError::NoInput)
    }

    fn pause(&mut self, _: Duration) -> Result<Pause, PromptError> {
        Err(PromptError::NoInput)
    }

    fn open_page(&mut self) -> Result<Option<Page>, PromptError> {
        Err(PromptError::NoInput)
    }

    fn close_page(&mut self) -> Result<(), PromptError> {
        Err(PromptError::NoInput)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Says(&'static str);

    impl Prompt for Says {
        fn ask(&mut self, _: &Question<'_>) -> Result<SecretString, PromptError> {
            Ok(SecretString::new(self.0.to_owned()))
        }

        fn tell(&mut self, _: &str) -> Result<(), PromptError> {
            Ok(())
        }

        fn pause(&mut self, _: Duration) -> Result<Pause, PromptError> {
            Ok(Pause::Over)
        }

        fn open_page(&mut self) -> Result<Option<Page>, PromptError> {
            Ok(None)
        }

        fn close_page(&mut self) -> Result<(), PromptError> {
            Ok(())
        }
    }

    #[test]
    fn without_input_every_question_is_refused() {
        assert_eq!(NoInput.passphrase("p").err(), Some(PromptError::NoInput));
        assert_eq!(NoInput.line("l").err(), Some(PromptError::NoInput));
        assert_eq!(NoInput.confirm("c", "x"), Err(PromptError::NoInput));
        assert_eq!(NoInput.tell("t"), Err(PromptError::NoInput));
        assert_eq!(NoInput.open_page(), Err(PromptError::NoInput));
    }

    #[test]
    fn only_the_name_itself_confirms() {
        let ask = |typed| Says(typed).confirm("type the name", "Website");
        assert_eq!(ask(" Website "), Ok(()));
        for wrong in ["", "y", "website", "Website!"] {
            assert_eq!(ask(wrong), Err(PromptError::Cancelled));
        }
    }
}
