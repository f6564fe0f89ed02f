//! Whether signals do what they always do, for the whole process: a signal has one meaning.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::flag;

/// The terminal is closed, Ctrl-C, Ctrl-\, somebody ends the program.
pub(super) const SIGNALS: [i32; 4] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM];

static USUAL: LazyLock<Arc<AtomicBool>> = LazyLock::new(|| Arc::new(AtomicBool::new(true)));

/// How many holds there are.
static HOLDS: AtomicUsize = AtomicUsize::new(0);

/// As long as this is there, signals do not end the process.
#[derive(Debug)]
pub(super) struct Hold(());

impl Hold {
    /// From now on.
    pub(super) fn begin() -> Self {
        HOLDS.fetch_add(1, Ordering::SeqCst);
        USUAL.store(false, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if HOLDS.fetch_sub(1, Ordering::SeqCst) == 1 {
            USUAL.store(true, Ordering::SeqCst);
        }
    }
}

/// Has a signal do what it always does where nothing [holds](Hold) it. The first of a signal's
/// actions comes first, and this one stays for good: a signal without any would be ignored.
pub(super) fn usual(signal: i32) -> io::Result<()> {
    flag::register_conditional_default(signal, Arc::clone(&USUAL))?;
    Ok(())
}
