//! A person at a console that is not a Unix terminal. Nobody has tried this one yet: what the
//! console's own reading leaves in memory is not erased, Ctrl-C ends the process, a question waits
//! for ever, and what was shown stays.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::time::Duration;

use vault_core::secret::{SecretString, Wiped};

use super::{Clearing, Echo, Page, Pause, Prompt, PromptError, Question};
use crate::output::escape;

/// The console.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terminal;

impl Terminal {
    /// The console, not yet opened. It has no pages.
    pub const fn new(_: Clearing) -> Self {
        Self
    }
}

impl Prompt for Terminal {
    fn ask(&mut self, question: &Question<'_>) -> Result<SecretString, PromptError> {
        let label = format!("{}: ", escape::line(question.label));
        if question.echo == Echo::Off {
            let typed = rpassword::prompt_password(label);
            return typed.map(SecretString::new).map_err(failed);
        }
        write(&label)?;
        let mut typed = Wiped::new(String::with_capacity(8 * 1024));
        if io::stdin().read_line(&mut typed).map_err(failed)? == 0 {
            return Err(PromptError::Cancelled);
        }
        Ok(SecretString::new(
            typed.trim_end_matches(['\r', '\n']).to_owned(),
        ))
    }

    fn tell(&mut self, text: &str) -> Result<(), PromptError> {
        text.split('\n')
            .try_for_each(|line| write(&format!("{}\n", escape::line(line))))
    }

    fn pause(&mut self, _: Duration) -> Result<Pause, PromptError> {
        self.ask(&Question::hidden("Enter")).map(|_| Pause::Ended)
    }

    fn open_page(&mut self) -> Result<Option<Page>, PromptError> {
        Ok(None)
    }

    fn close_page(&mut self) -> Result<(), PromptError> {
        Ok(())
    }
}

fn write(text: &str) -> Result<(), PromptError> {
    let console = OpenOptions::new().write(true).open("CONOUT$");
    let mut console = console.map_err(failed)?;
    console.write_all(text.as_bytes()).map_err(failed)
}

fn failed(error: io::Error) -> PromptError {
    match error.kind() {
        io::ErrorKind::NotFound => PromptError::NoTerminal,
        io::ErrorKind::Interrupted | io::ErrorKind::UnexpectedEof => PromptError::Cancelled,
        other => PromptError::Failed(other),
    }
}
