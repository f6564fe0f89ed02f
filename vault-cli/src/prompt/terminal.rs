//! A person at a Unix terminal.
//!
//! The terminal itself edits the line (backspace, Ctrl-U), so that nothing of a secret passes
//! through more than one buffer here. Ctrl-C ends the line instead of the process, which then
//! leaves the terminal as it was.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::BorrowedFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::AsFd;
use rustix::io::Errno;
use rustix::termios::{
    LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcflush, tcgetattr,
    tcgetwinsize, tcsetattr,
};
use vault_core::secret::{SecretBytes, SecretString};

use super::wrapping::wrapped;
use super::{Clearing, Echo, Page, Pause, Prompt, PromptError, Question};
use crate::clock::Stopwatch;
use crate::output::escape;
use crate::signals::Stops;

/// More bytes than a terminal hands over as one line (4096 on Linux).
const LINE_LIMIT: usize = 8 * 1024;

/// The size of a terminal that does not know its own.
const USUAL: Page = Page {
    columns: 80,
    rows: 24,
};

/// The terminal that the process belongs to, whatever stdin and stdout are. It is opened when it is
/// first needed. Dropped, it is left as it was, without the page that was open.
#[derive(Debug, Default)]
pub struct Terminal {
    tty: Option<File>,
    stops: Option<Stops>,
    clearing: Clearing,
    page: bool,
    attends: bool,
}

impl Terminal {
    /// The process's terminal, not yet opened, on which pages are cleared in this way.
    pub const fn new(clearing: Clearing) -> Self {
        Self {
            tty: None,
            stops: None,
            clearing,
            page: false,
            attends: false,
        }
    }

    fn tty(&mut self) -> Result<&mut File, PromptError> {
        let tty = match self.tty.take() {
            Some(tty) => tty,
            None => open().map_err(|_| PromptError::NoTerminal)?,
        };
        if self.stops.is_none() {
            self.stops = Some(Stops::watch().map_err(failed)?);
        }
        Ok(self.tty.insert(tty))
    }

    /// Has signals end the question, or lets them do what they always do where nothing is open.
    fn hold(&self, held: bool) {
        if let Some(stops) = &self.stops {
            stops.hold(held || self.page || self.attends);
        }
    }

    /// Does something during which a signal ends the question and not the process.
    fn held<T>(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<T, PromptError>,
    ) -> Result<T, PromptError> {
        self.tty()?;
        self.hold(true);
        let done = act(self);
        self.hold(false);
        done
    }

    fn write(&mut self, text: &str) -> Result<(), PromptError> {
        let tty = self.tty()?;
        tty.write_all(text.as_bytes()).map_err(failed)
    }

    fn answer(&mut self, question: &Question<'_>) -> Result<SecretString, PromptError> {
        let mut mode = Mode::enter(self.tty()?, question.echo)?;
        let label = escape::line(question.label);
        let mark = if label.ends_with('?') { "" } else { ":" };
        write!(mode.tty, "{label}{mark} ").map_err(failed)?;
        let answer = mode.read_line(self.stops.as_ref(), question.limit);
        if answer.is_err() {
            self.write("\n")?;
        }
        answer
    }

    fn wait(&mut self, limit: Duration) -> Result<Pause, PromptError> {
        let mut mode = Mode::enter(self.tty()?, Echo::Off)?;
        let answer = mode.read_line(self.stops.as_ref(), Some(limit));
        tcflush(&mode.tty, QueueSelector::IFlush).map_err(|error| failed(error.into()))?;
        match answer {
            Ok(typed) if asks_for_longer(typed.expose()) => Ok(Pause::Longer),
            Ok(_) | Err(PromptError::NotText | PromptError::TooLong) => Ok(Pause::Ended),
            Err(PromptError::Interrupted) => Ok(Pause::Interrupted),
            Err(PromptError::NoAnswer) => Ok(Pause::Over),
            Err(error) => Err(error),
        }
    }
}

impl Prompt for Terminal {
    fn ask(&mut self, question: &Question<'_>) -> Result<SecretString, PromptError> {
        self.held(|terminal| terminal.answer(question))
    }

    fn tell(&mut self, text: &str) -> Result<(), PromptError> {
        let lines: Vec<_> = text.split('\n').map(escape::line).collect();
        let text = lines.join("\n");
        let text = match self.clearing {
            // Who has lines read to them hears them whole.
            Clearing::Never => text,
            _ => wrapped(&text, size(self.tty()?).columns),
        };
        self.write(&format!("{text}\n"))
    }

    fn pause(&mut self, limit: Duration) -> Result<Pause, PromptError> {
        self.held(|terminal| terminal.wait(limit))
    }

    fn attend(&mut self) -> Result<(), PromptError> {
        self.tty()?;
        self.attends = true;
        self.hold(true);
        Ok(())
    }

    fn open_page(&mut self) -> Result<Option<Page>, PromptError> {
        if self.clearing == Clearing::Never {
            return Ok(None);
        }
        let begin = if self.page {
            self.clearing.again()
        } else {
            self.clearing.begin()
        };
        let size = size(self.tty()?);
        self.page = true;
        self.hold(true);
        self.write(begin)?;
        Ok(Some(size))
    }

    fn close_page(&mut self) -> Result<(), PromptError> {
        if !std::mem::take(&mut self.page) {
            return Ok(());
        }
        let closed = self.write(self.clearing.end());
        self.hold(false);
        closed
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A terminal that is gone shows nothing more.
        self.close_page().ok();
    }
}

/// How the terminal treats one question; dropped, the terminal is as it was before.
struct Mode {
    tty: File,
    before: Termios,
    /// The byte that ends a line in the place of its end.
    interrupt: u8,
}

impl Mode {
    fn enter(tty: &File, echo: Echo) -> Result<Self, PromptError> {
        let tty = tty.try_clone().map_err(failed)?;
        let before = tcgetattr(&tty).map_err(|error| failed(error.into()))?;
        let mut during = before.clone();
        let interrupt = before.special_codes[SpecialCodeIndex::VINTR];
        during.special_codes[SpecialCodeIndex::VEOL] = interrupt;
        during.local_modes |= LocalModes::ICANON | LocalModes::ECHO;
        during.local_modes -= LocalModes::ISIG;
        if echo == Echo::Off {
            during.local_modes -= LocalModes::ECHO;
            during.local_modes |= LocalModes::ECHONL;
        }
        let mode = Self {
            tty,
            before,
            interrupt,
        };
        tcsetattr(&mode.tty, OptionalActions::Now, &during)
            .map_err(|error| failed(error.into()))?;
        Ok(mode)
    }

    /// One line without its end.
    fn read_line(
        &mut self,
        stops: Option<&Stops>,
        limit: Option<Duration>,
    ) -> Result<SecretString, PromptError> {
        let mut line = SecretBytes::zeroed(LINE_LIMIT);
        let mut len = 0;
        let begun = Stopwatch::start();
        loop {
            let room = line.expose_mut().get_mut(len..).unwrap_or_default();
            if room.is_empty() {
                return Err(PromptError::TooLong);
            }
            let left = limit.map(|limit| limit.saturating_sub(begun.elapsed()));
            await_input(&self.tty, stops, left)?;
            match self.tty.read(room) {
                Ok(0) => return Err(PromptError::Cancelled),
                Ok(read) => len += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(failed(error)),
            }
            match line.expose().get(len - 1) {
                Some(b'\n') => break,
                Some(&last) if last == self.interrupt => return Err(PromptError::Interrupted),
                _ => {}
            }
        }
        line.truncate(len - 1);
        SecretString::from_utf8(&line).ok_or(PromptError::NotText)
    }
}

impl Drop for Mode {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing restored.
        tcsetattr(&self.tty, OptionalActions::Now, &self.before).ok();
    }
}

/// `m`, `more`, `minute`: whatever begins so.
fn asks_for_longer(typed: &str) -> bool {
    typed.trim_start().starts_with(['m', 'M'])
}

fn open() -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open("/dev/tty")
}

fn size(tty: &File) -> Page {
    match tcgetwinsize(tty) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Page {
            columns: usize::from(size.ws_col),
            rows: usize::from(size.ws_row),
        },
        _ => USUAL,
    }
}

/// Waits until there is something to read, a signal, or the end of the time.
fn await_input(
    tty: &File,
    stops: Option<&Stops>,
    limit: Option<Duration>,
) -> Result<(), PromptError> {
    let begun = Stopwatch::start();
    loop {
        let watched = |signal: fn(&Stops) -> BorrowedFd<'_>| stops.map_or(tty.as_fd(), signal);
        let mut ready = [
            PollFd::from_borrowed_fd(tty.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(watched(Stops::raised), PollFlags::IN),
            PollFd::from_borrowed_fd(watched(Stops::interrupted), PollFlags::IN),
        ];
        let left = limit.map(|limit| limit.saturating_sub(begun.elapsed()));
        let left = left.map(|left| Timespec::try_from(left).unwrap_or_default());
        match poll(&mut ready, left.as_ref()) {
            Ok(0) => return Err(PromptError::NoAnswer),
            Ok(_) if stops.is_some() && !ready[1].revents().is_empty() => {
                return Err(PromptError::Cancelled);
            }
            Ok(_) if !ready[2].revents().is_empty() && stops.is_some() => {
                stops
                    .map_or(Ok(()), Stops::notice_interrupt)
                    .map_err(failed)?;
                return Err(PromptError::Interrupted);
            }
            Ok(_) => return Ok(()),
            Err(Errno::INTR) => {}
            Err(error) => return Err(failed(error.into())),
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn failed(error: io::Error) -> PromptError {
    PromptError::Failed(error.kind())
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
