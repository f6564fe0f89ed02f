//! Parameters that cost next to nothing, so that the tests of whole programs are not mostly Argon2id.
//!
//! None of this is compiled without the feature `quick-derivation` and debug assertions, and nothing
//! is weaker before [`begin`]. A file that was made so is refused by every other program.

use std::sync::atomic::{AtomicBool, Ordering};

use super::KdfParams;

/// Far below the floor, and recognisable in a file.
pub const PARAMS: KdfParams = KdfParams {
    memory_kib: 64,
    passes: 1,
    lanes: 1,
};

static ON: AtomicBool = AtomicBool::new(false);

/// From now on this process makes credentials with [`PARAMS`] and accepts those too.
pub fn begin() {
    ON.store(true, Ordering::Relaxed);
}

pub(super) fn is_on() -> bool {
    ON.load(Ordering::Relaxed)
}

pub(super) fn accepts(memory_kib: u32, passes: u32, lanes: u32) -> bool {
    let asked = KdfParams {
        memory_kib,
        passes,
        lanes,
    };
    is_on() && asked == PARAMS
}
