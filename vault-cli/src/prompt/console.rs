//! A person at a console that is not a Unix terminal. Nobody has tried this one yet: what the
//! console's own reading leaves in memory is not erased, and Ctrl-C ends the process.

use std::io;

use vault_core::secret::{SecretString, Wiped};

use super::{Prompt, PromptError};
use crate::output::escape;

/// The console.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal;

impl Terminal {
    /// The console, not yet opened.
    pub const fn new() -> Self {
        Self
    }
}

impl Prompt for Terminal {
    fn passphrase(&mut self, label: &str) -> Result<SecretString, PromptError> {
        let label = format!("{}: ", escape::line(label));
        let typed = rpassword::prompt_password(label);
        typed.map(SecretString::new).map_err(failed)
    }

    fn line(&mut self, label: &str) -> Result<SecretString, PromptError> {
        let mut console = std::fs::OpenOptions::new();
        let mut console = console.write(true).open("CONOUT$").map_err(failed)?;
        let label = format!("{}: ", escape::line(label));
        io::Write::write_all(&mut console, label.as_bytes()).map_err(failed)?;
        let mut typed = Wiped::new(String::with_capacity(8 * 1024));
        if io::stdin().read_line(&mut typed).map_err(failed)? == 0 {
            return Err(PromptError::Cancelled);
        }
        Ok(SecretString::new(
            typed.trim_end_matches(['\r', '\n']).to_owned(),
        ))
    }
}

fn failed(error: io::Error) -> PromptError {
    match error.kind() {
        io::ErrorKind::NotFound => PromptError::NoTerminal,
        io::ErrorKind::Interrupted | io::ErrorKind::UnexpectedEof => PromptError::Cancelled,
        other => PromptError::Failed(other),
    }
}
