//! A conversation with somebody who may be frightened: one question at a time, where questions are
//! asked and nowhere else, and none that waits for ever.

use std::path::PathBuf;
use std::time::Duration;

use vault_core::secret::{SecretBytes, SecretString};

use crate::commands::Context;
use crate::failure::{Failure, Wording};
use crate::prompt::{Echo, Page, Pause, PromptError, Question, typed_path};

/// What is asked where Ctrl-C was pressed and something would be lost.
const STOP: &str = "Ctrl-C copies nothing here: it stops. Do you want to stop?";

/// A conversation. Nothing that is said in it goes to standard output or to the messages, which
/// somebody may keep.
pub(crate) struct Talk<'c, 'o> {
    pub(crate) context: &'c mut Context<'o>,
    idle: Duration,
    page: Option<Page>,
    /// Whether something is on record by now, so that Ctrl-C alone does not end it.
    begun: bool,
}

impl<'c, 'o> Talk<'c, 'o> {
    /// A conversation that ends when a question waits for `idle`.
    ///
    /// # Errors
    /// Where there is nobody to talk with: `--json`.
    pub(crate) fn new(context: &'c mut Context<'o>, idle: Duration) -> Result<Self, Failure> {
        if context.global.json {
            return Err(Failure::usage(
                "--json needs everything as options",
                "--help shows them; without --json you are asked step by step",
            ));
        }
        context.prompt.attend()?;
        Ok(Self {
            context,
            idle,
            page: None,
            begun: false,
        })
    }

    /// From now on Ctrl-C is asked about before it ends anything: it copies in other windows.
    pub(crate) const fn begin(&mut self) {
        self.begun = true;
    }

    /// For how long a question waits.
    pub(crate) const fn idle(&self) -> Duration {
        self.idle
    }

    /// The file that an answer names.
    pub(crate) fn path(&self, answer: &str) -> PathBuf {
        typed_path(answer, self.context.config.home.as_deref())
    }

    /// Says a paragraph, or several lines.
    pub(crate) fn tell(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.context.prompt.tell(text)?)
    }

    /// An answer that is not blank.
    pub(crate) fn text(&mut self, label: &str) -> Result<String, Failure> {
        loop {
            let answer = self.text_or_none(label)?;
            if !answer.is_empty() {
                return Ok(answer);
            }
        }
    }

    /// An answer, which may be blank.
    pub(crate) fn text_or_none(&mut self, label: &str) -> Result<String, Failure> {
        let answer = self.ask(Question::shown(label))?;
        Ok(answer.expose().trim().to_owned())
    }

    /// Words that are secret. They are seen as they are typed only where they vanish again.
    pub(crate) fn words(&mut self, label: &str) -> Result<SecretString, Failure> {
        let echo = match self.page {
            Some(_) => Echo::On,
            None => Echo::Off,
        };
        self.ask(Question {
            echo,
            ..Question::shown(label)
        })
    }

    /// Whether the answer is yes; anything but yes and no is asked again.
    pub(crate) fn agrees(&mut self, label: &str) -> Result<bool, Failure> {
        let label = format!("{label} (yes or no)");
        loop {
            match self.text_or_none(&label)?.to_lowercase().as_str() {
                "yes" | "y" => return Ok(true),
                "no" | "n" => return Ok(false),
                _ => {}
            }
        }
    }

    /// Waits for Enter, and no longer than `limit`.
    pub(crate) fn pause(&mut self, limit: Duration) -> Result<Pause, Failure> {
        Ok(self.context.prompt.pause(limit)?)
    }

    /// Begins an empty page, which vanishes again where the terminal can do that.
    pub(crate) fn page(&mut self) -> Result<Option<Page>, Failure> {
        self.page = self.context.prompt.open_page()?;
        Ok(self.page)
    }

    /// Whether what is said now vanishes again.
    pub(crate) const fn vanishes(&self) -> bool {
        self.page.is_some()
    }

    /// Ends the page.
    pub(crate) fn end_page(&mut self) -> Result<(), Failure> {
        self.page = None;
        Ok(self.context.prompt.close_page()?)
    }

    /// Shows a secret: on the page, or to whatever reads standard output.
    pub(crate) fn show(&mut self, secret: &SecretBytes) -> Result<(), Failure> {
        self.context.show_secret(secret)
    }

    fn ask(&mut self, question: Question<'_>) -> Result<SecretString, Failure> {
        let question = question.within(self.idle);
        loop {
            match self.context.prompt.ask(&question) {
                Err(error @ (PromptError::NotText | PromptError::TooLong)) => {
                    let said = sentences(Failure::from(error).wording());
                    self.tell(&said)?;
                }
                Err(PromptError::Interrupted) if self.begun => self.stop_or_go_on()?,
                answered => return Ok(answered?),
            }
        }
    }

    /// Goes on where the person did not mean to stop. A second Ctrl-C is a yes.
    fn stop_or_go_on(&mut self) -> Result<(), Failure> {
        self.begun = false;
        let stops = self.agrees(STOP);
        self.begun = true;
        if stops? {
            return Err(PromptError::Cancelled.into());
        }
        Ok(())
    }
}

/// What happened and what to do next, as sentences.
pub(crate) fn sentences((what, hint): Wording) -> String {
    let what = sentence(&what);
    hint.map_or(what.clone(), |hint| format!("{what} {}", sentence(&hint)))
}

/// With an end, and with a capital unless it begins with a command.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    let mut sentence: String = if text.starts_with("coffer ") {
        text.to_owned()
    } else {
        first.into_iter().chain(letters).collect()
    };
    if !sentence.ends_with(['.', '?', '!']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_become_sentences() {
        let said = (
            "word 3 does not fit".to_owned(),
            Some("did you mean acid?".to_owned()),
        );
        assert_eq!(sentences(said), "Word 3 does not fit. Did you mean acid?");
        assert_eq!(sentences(("it is over".to_owned(), None)), "It is over.");
        let command = (
            "it is over".to_owned(),
            Some("coffer list shows it".to_owned()),
        );
        assert_eq!(sentences(command), "It is over. coffer list shows it.");
    }
}
