//! The only writer: stdout carries data, stderr carries messages.
//!
//! Whatever was stored or typed by somebody passes the [escaper](escape) on its way out. Nothing is
//! buffered here: what a call has returned for has left the process, and no copy of it stays.

mod age;
mod civil_time;
mod count;
pub mod csv;
pub(crate) mod erased;
pub mod escape;
pub mod html;
mod json;
pub mod pdf;
pub mod qr;
pub mod shell;
mod table;
pub mod wrap;

use std::io::{self, IsTerminal, Write};

use serde::Serialize;
use vault_core::secret::SecretBytes;

pub use self::age::ago;
pub use self::civil_time::{
    day_for_people, for_columns, for_people, for_spreadsheets, time_for_people,
};
pub use self::count::{counted, grouped};
pub use self::table::Table;
use crate::exit::ExitStatus;

/// What was written did not arrive: a full disk, or a reader who has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutputFailed(pub io::ErrorKind);

impl OutputFailed {
    /// Whether whoever reads has read enough, as `head` has: what was asked for is done.
    pub fn is_of_reader(self) -> bool {
        self.0 == io::ErrorKind::BrokenPipe
    }

    /// The status of a run whose answer did not arrive.
    pub const fn status(self) -> ExitStatus {
        ExitStatus::InputOutput
    }
}

impl From<io::Error> for OutputFailed {
    fn from(error: io::Error) -> Self {
        Self(error.kind())
    }
}

/// How a secret was shown.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// As it is, byte for byte.
    Exactly,
    /// On a terminal, with characters that would act on it written as escapes: the person should
    /// be told that the value shown is not the value.
    Escaped,
}

/// Where one kind of output goes.
pub struct Stream {
    writer: Box<dyn Write>,
    is_terminal: bool,
}

impl Stream {
    /// A stream that ends in `writer`; `is_terminal` says whether a person is reading.
    pub fn new(writer: Box<dyn Write>, is_terminal: bool) -> Self {
        Self {
            writer,
            is_terminal,
        }
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), OutputFailed> {
        self.writer.write_all(bytes)?;
        Ok(self.writer.flush()?)
    }
}

/// The writer of all output. Every method fails with [`OutputFailed`] where the bytes did not all
/// arrive.
pub struct Output {
    data: Stream,
    messages: Stream,
    plain: bool,
}

impl Output {
    /// Standard output and standard error.
    #[expect(clippy::disallowed_methods, reason = "this is the door to both")]
    pub fn standard() -> Self {
        Self::new(
            Stream::new(stdout(), io::stdout().is_terminal()),
            Stream::new(stderr(), io::stderr().is_terminal()),
        )
    }

    /// Output to these two streams.
    pub fn new(data: Stream, messages: Stream) -> Self {
        Self {
            data,
            messages,
            plain: false,
        }
    }

    /// The same, with tables as one line a row and a tab between the cells (`--plain`).
    #[must_use]
    pub fn plain(self, plain: bool) -> Self {
        Self { plain, ..self }
    }

    /// Whether the data is shown to a person at a terminal.
    pub fn is_shown(&self) -> bool {
        self.data.is_terminal
    }

    /// Writes one line of data.
    ///
    /// # Errors
    /// [`OutputFailed`].
    pub fn data(&mut self, line: &str) -> Result<(), OutputFailed> {
        let mut text = escape::line(line).into_owned();
        text.push('\n');
        self.data.send(text.as_bytes())
    }

    /// Writes a table, as data.
    ///
    /// # Errors
    /// [`OutputFailed`].
    pub fn table(&mut self, table: &Table) -> Result<(), OutputFailed> {
        let text = if self.plain {
            table.tabbed()
        } else {
            table.aligned()
        };
        self.data.send(text.as_bytes())
    }

    /// Writes a whole document, byte for byte: a table for spreadsheets or a page, whose makers have
    /// seen to it that nothing in it acts.
    ///
    /// # Errors
    /// [`OutputFailed`].
    pub fn document(&mut self, text: &str) -> Result<(), OutputFailed> {
        self.data.send(text.as_bytes())
    }

    /// Writes a help page, whose own line breaks stand.
    ///
    /// # Errors
    /// [`OutputFailed`].
    pub fn help(&mut self, page: &str) -> Result<(), OutputFailed> {
        self.data.send(escape::page(page.trim_end()).as_bytes())?;
        self.data.send(b"\n")
    }

    /// Writes `value` as JSON on one line. Its text is erased afterwards, for openings carry
    /// secrets in it.
    ///
    /// # Errors
    /// [`OutputFailed`], also where `value` cannot be JSON.
    pub fn json(&mut self, value: &impl Serialize) -> Result<(), OutputFailed> {
        let line = json::line(value)?;
        self.data.send(line.expose())
    }

    /// Writes a secret: to a pipe or file exactly its bytes and nothing else; on a terminal with a
    /// line break after it, and so that it cannot act on the terminal.
    ///
    /// # Errors
    /// [`OutputFailed`].
    pub fn secret(&mut self, value: &SecretBytes) -> Result<Shown, OutputFailed> {
        if !self.data.is_terminal {
            self.data.send(value.expose())?;
            return Ok(Shown::Exactly);
        }
        let shown = escape::secret(value);
        self.data.send(shown.expose())?;
        self.data.send(b"\n")?;
        Ok(if shown.same_as(value) {
            Shown::Exactly
        } else {
            Shown::Escaped
        })
    }

    /// Writes one line for the person, apart from the data.
    ///
    /// # Errors
    /// [`OutputFailed`].
    pub fn message(&mut self, line: &str) -> Result<(), OutputFailed> {
        let mut text = escape::line(line).into_owned();
        text.push('\n');
        self.messages.send(text.as_bytes())
    }

    /// Tells a person who is waiting at a terminal what takes time; says nothing elsewhere.
    ///
    /// # Errors
    /// [`OutputFailed`].
    pub fn progress(&mut self, line: &str) -> Result<(), OutputFailed> {
        if self.messages.is_terminal {
            self.message(line)?;
        }
        Ok(())
    }

    /// Says what happened, and what to do next.
    ///
    /// # Errors
    /// [`OutputFailed`].
    pub fn problem(&mut self, what: &str, hint: Option<&str>) -> Result<(), OutputFailed> {
        self.message(&format!("error: {}", escape::shortened(what)))?;
        hint.map_or(Ok(()), |hint| self.message(&format!("hint: {hint}")))
    }
}

/// `value` as JSON and a line break, for a file: what stands in it cannot act on a terminal.
///
/// # Errors
/// Where `value` cannot be JSON.
pub fn json_line(value: &impl Serialize) -> Result<Vec<u8>, OutputFailed> {
    Ok(json::line(value)?.expose().to_vec())
}

/// A descriptor that is written to directly: the standard library's own buffer would keep a copy
/// of what passed through it.
#[cfg(unix)]
struct Descriptor(rustix::fd::BorrowedFd<'static>);

#[cfg(unix)]
impl Write for Descriptor {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(rustix::io::write(self.0, bytes)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(unix)]
fn stdout() -> Box<dyn Write> {
    Box::new(Descriptor(rustix::stdio::stdout()))
}

#[cfg(unix)]
fn stderr() -> Box<dyn Write> {
    Box::new(Descriptor(rustix::stdio::stderr()))
}

/// Elsewhere the standard library translates for the console, at the price of its buffer.
#[cfg(not(unix))]
#[expect(clippy::disallowed_methods, reason = "this is the door to both")]
fn stdout() -> Box<dyn Write> {
    Box::new(io::stdout())
}

#[cfg(not(unix))]
#[expect(clippy::disallowed_methods, reason = "this is the door to both")]
fn stderr() -> Box<dyn Write> {
    Box::new(io::stderr())
}

#[cfg(test)]
mod tests;
