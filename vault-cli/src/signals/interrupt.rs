//! Signals that break off long work instead of the process, so that what was begun is taken back and
//! is on record.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::{SigId, flag, low_level};

use super::hold::{Hold, SIGNALS, usual};

/// As long as this is there a signal ends the work that looks at it, and not the process.
#[derive(Debug)]
pub struct Interrupt {
    raised: Arc<AtomicBool>,
    registered: Vec<SigId>,
    _held: Hold,
}

impl Interrupt {
    /// Looks out from now on.
    ///
    /// # Errors
    /// That of the operating system.
    pub fn watch() -> io::Result<Self> {
        let mut interrupt = Self {
            raised: Arc::default(),
            registered: Vec::with_capacity(SIGNALS.len()),
            _held: Hold::begin(),
        };
        for signal in SIGNALS {
            usual(signal)?;
            let raised = Arc::clone(&interrupt.raised);
            interrupt.registered.push(flag::register(signal, raised)?);
        }
        Ok(interrupt)
    }

    /// Whether there was a signal.
    pub fn is_raised(&self) -> bool {
        self.raised.load(Ordering::SeqCst)
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        for id in self.registered.drain(..) {
            low_level::unregister(id);
        }
    }
}
