//! Signals that end a conversation: the terminal is closed, somebody kills the program, Ctrl-C.
//!
//! While something is asked or a page is open they end the question instead of the process, so that
//! the screen is cleared and what was opened is closed. At other times they do what they always do.

use std::io::{self, PipeReader};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fd::{AsFd, BorrowedFd};
use signal_hook::SigId;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::{flag, low_level};

const SIGNALS: [i32; 4] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM];

/// Signals that end a conversation.
#[derive(Debug)]
pub(super) struct Stops {
    /// Can be read from the first signal on, and is never read.
    raised: PipeReader,
    /// Whether a signal does what it always does.
    usual: Arc<AtomicBool>,
    registered: Vec<SigId>,
}

impl Stops {
    /// Looks out for them. Until they are [held](Self::hold) they do what they always do.
    pub(super) fn watch() -> io::Result<Self> {
        let (raised, raise) = io::pipe()?;
        let usual = Arc::new(AtomicBool::new(true));
        let mut stops = Self {
            raised,
            usual,
            registered: Vec::with_capacity(SIGNALS.len()),
        };
        for signal in SIGNALS {
            // The first of a signal's actions comes first, and this one stays for good: a signal
            // without any would be ignored.
            flag::register_conditional_default(signal, Arc::clone(&stops.usual))?;
            let writer = raise.try_clone()?;
            stops
                .registered
                .push(low_level::pipe::register(signal, writer)?);
        }
        Ok(stops)
    }

    /// Has signals end the question, or lets them do again what they always do.
    pub(super) fn hold(&self, held: bool) {
        self.usual.store(!held, Ordering::SeqCst);
    }

    /// Can be read once there was a signal.
    pub(super) fn raised(&self) -> BorrowedFd<'_> {
        self.raised.as_fd()
    }
}

impl Drop for Stops {
    fn drop(&mut self) {
        self.hold(false);
        for id in self.registered.drain(..) {
            low_level::unregister(id);
        }
    }
}
