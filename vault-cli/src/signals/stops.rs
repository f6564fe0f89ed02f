//! Signals that end a conversation: the terminal is closed, somebody kills the program, Ctrl-C.
//!
//! While something is asked or a page is open they end the question instead of the process, so that
//! the screen is cleared and what was opened is closed. At other times they do what they always do.

use std::cell::RefCell;
use std::io::{self, PipeReader};
use std::os::fd::{AsFd, BorrowedFd};

use signal_hook::SigId;
use signal_hook::low_level;

use super::hold::{Hold, SIGNALS, usual};

/// Signals that end a conversation.
#[derive(Debug)]
pub(crate) struct Stops {
    /// Can be read from the first signal on, and is never read.
    raised: PipeReader,
    held: RefCell<Option<Hold>>,
    registered: Vec<SigId>,
}

impl Stops {
    /// Looks out for them. Until they are [held](Self::hold) they do what they always do.
    pub(crate) fn watch() -> io::Result<Self> {
        let (raised, raise) = io::pipe()?;
        let mut stops = Self {
            raised,
            held: RefCell::default(),
            registered: Vec::with_capacity(SIGNALS.len()),
        };
        for signal in SIGNALS {
            usual(signal)?;
            let writer = raise.try_clone()?;
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

    /// Can be read once there was a signal.
    pub(crate) fn raised(&self) -> BorrowedFd<'_> {
        self.raised.as_fd()
    }
}

impl Drop for Stops {
    fn drop(&mut self) {
        for id in self.registered.drain(..) {
            low_level::unregister(id);
        }
    }
}
