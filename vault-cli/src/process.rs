//! What the process does for its own safety before it reads any secret.
//!
//! A write to a closed pipe stays an error and not a signal, as Rust's start-up has arranged; the
//! output turns it into an exit status.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

/// Every block of the heap is erased when it is freed, and so is the old one when a block grows:
/// what a parser, a formatter or a dependency held of a secret is gone with it. Stacks and what C
/// code allocates are not reached; no secret is in SQLite in clear.
#[global_allocator]
static HEAP: ZeroAlloc<System> = ZeroAlloc(System);

/// Why the process will not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The program was started with somebody else's rights (set-user-id or set-group-id). It was
    /// never written to guard those rights from the person who started it.
    BorrowedRights,
}

/// What could be arranged.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hardened {
    /// Whether a crash leaves no image of the memory. Always `false` where this program does not
    /// know how to forbid it (anything but Unix).
    pub no_memory_image: bool,
}

/// Forbids core dumps, on Linux also debuggers of the same user, and makes every new file private
/// to its owner. Elsewhere than on Unix it changes nothing, and says so.
///
/// # Errors
/// [`Refused::BorrowedRights`]; nothing has been changed then.
#[cfg(unix)]
pub fn harden() -> Result<Hardened, Refused> {
    use rustix::fs::Mode;
    use rustix::process::{getegid, geteuid, getgid, getuid, umask};

    if getuid() != geteuid() || getgid() != getegid() {
        return Err(Refused::BorrowedRights);
    }
    umask(Mode::RWXG | Mode::RWXO);
    Ok(Hardened {
        no_memory_image: no_core_file() && not_dumpable(),
    })
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "one signature on every platform")]
#[expect(missing_docs, reason = "documented where there is something to do")]
pub fn harden() -> Result<Hardened, Refused> {
    Ok(Hardened {
        no_memory_image: false,
    })
}

#[cfg(unix)]
fn no_core_file() -> bool {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none).is_ok()
}

/// A pipe as the pattern for core files is fed whatever the limit; this is what stops it.
#[cfg(target_os = "linux")]
fn not_dumpable() -> bool {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};

    set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
}

#[cfg(all(unix, not(target_os = "linux")))]
fn not_dumpable() -> bool {
    true
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

    use super::*;

    #[test]
    fn a_hardened_process_leaves_no_memory_image_and_no_file_for_others() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(harden().expect("not set-user-id").no_memory_image);

        assert_eq!(getrlimit(Resource::Core).current, Some(0));
        let dumpable = dumpable_behavior().expect("Linux tells");
        assert_eq!(dumpable, DumpableBehavior::NotDumpable);

        let file = folder.path().join("file");
        std::fs::write(&file, b"").expect("writable");
        let mode = std::fs::metadata(&file).expect("there").permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
    }
}
