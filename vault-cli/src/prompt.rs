//! What people are asked, and where secrets come in: the terminal, standard input, files.
//!
//! Secrets are read without buffers other than the erased one that they end in.

#[cfg(not(unix))]
mod console;
mod source;
#[cfg(unix)]
mod terminal;

use std::io;

use vault_core::secret::SecretString;

#[cfg(not(unix))]
pub use self::console::Terminal;
pub use self::source::{
    SourceError, secret_from_fd, secret_from_file, secret_from_stdin, secret_value_from_file,
};
#[cfg(unix)]
pub use self::terminal::Terminal;

/// Why a question has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PromptError {
    /// The person broke off: Ctrl-C, Ctrl-D, or not what had to be typed to confirm.
    Cancelled,
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

/// Asks a person.
pub trait Prompt {
    /// Asks for a passphrase, which is not shown while it is typed. The answer may be empty.
    ///
    /// # Errors
    /// [`PromptError`].
    fn passphrase(&mut self, label: &str) -> Result<SecretString, PromptError>;

    /// Asks for a line, which is shown while it is typed and may yet be secret: a sheet's words.
    ///
    /// # Errors
    /// [`PromptError`].
    fn line(&mut self, label: &str) -> Result<SecretString, PromptError>;

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
    fn passphrase(&mut self, _: &str) -> Result<SecretString, PromptError> {
        Err(PromptError::NoInput)
    }

    fn line(&mut self, _: &str) -> Result<SecretString, PromptError> {
        Err(PromptError::NoInput)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Says(&'static str);

    impl Prompt for Says {
        fn passphrase(&mut self, _: &str) -> Result<SecretString, PromptError> {
            self.line("")
        }

        fn line(&mut self, _: &str) -> Result<SecretString, PromptError> {
            Ok(SecretString::new(self.0.to_owned()))
        }
    }

    #[test]
    fn without_input_every_question_is_refused() {
        assert_eq!(NoInput.passphrase("p").err(), Some(PromptError::NoInput));
        assert_eq!(NoInput.line("l").err(), Some(PromptError::NoInput));
        assert_eq!(NoInput.confirm("c", "x"), Err(PromptError::NoInput));
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
