//! Signals that end a conversation: the terminal is closed, somebody kills the program, Ctrl-C.
//!
//! While something is asked or a page is open they end the question instead of the process, so that
//! the screen is cleared and what was opened is closed. At other times they do what they always do.
//! Ctrl-C, which copies in other windows, ends one question alone; the others end each from then on.

use std::cell::RefCell;
use std::io::{self, PipeReader, Read};
use std::os::fd::{AsFd, BorrowedFd};

use signal_hook::SigId;
use signal_hook::consts::SIGINT;
use signal_hook::low_level;

use super::hold::{Hold, SIGNALS, usual};

/// Signals that end a conversation.
#[derive(Debug)]
pub(crate) struct Stops {
    /// Can be read from the first signal on, and is never read.
    raised: PipeReader,
    /// Can be read from each Ctrl-C on until it was [noticed](Self::notice_interrupt).
    interrupted: PipeReader,
    held: RefCell<Option<Hold>>,
    registered: Vec<SigId>,
}

impl Stops {
    /// Looks out for them. Until they are [held](Self::hold) they do what they always do.
    pub(crate) fn watch() -> io::Result<Self> {
        let (raised, raise) = io::pipe()?;
        let (interrupted, interrupt) = io::pipe()?;
        let mut stops = Self {
            raised,
            interrupted,
            held: RefCell::default(),
            registered: Vec::with_capacity(SIGNALS.len()),
        };
        for signal in SIGNALS {
            usual(signal)?;
            let pipe = if signal == SIGINT { &interrupt } else { &raise };
            let writer = pipe.try_clone()?;
            stops
                .registered
                .push(low_level::pipe::register(signal, writer)?);
        }
        Ok(stops)
    }

    /// Has signals end the question, or lets them do again what they always do where nothing else
    /// holds them.
    pub(crate) fn hold(&self, held: bool) {
        self.held.replace(held.then(Hold::begin));
    }

    /// Can be read once there was another signal than Ctrl-C.
    pub(crate) fn raised(&self) -> BorrowedFd<'_> {
        self.raised.as_fd()
    }

    /// Can be read once there was Ctrl-C.
    pub(crate) fn interrupted(&self) -> BorrowedFd<'_> {
        self.interrupted.as_fd()
    }

    /// Takes every Ctrl-C so far for noticed, of which there is one.
    ///
    /// # Errors
    /// That of the operating system.
    pub(crate) fn notice_interrupt(&self) -> io::Result<()> {
        (&self.interrupted).read(&mut [0; 64]).map(drop)
    }
}

impl Drop for Stops {
    fn drop(&mut self) {
        for id in self.registered.drain(..) {
            low_level::unregister(id);
        }
    }
}
