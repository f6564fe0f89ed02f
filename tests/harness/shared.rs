//! Published vectors and sample files, which lie beside the repository and are not part of it.

use std::io::Write;
use std::path::{Path, PathBuf};

/// The path of `name` under `../shared`; where it is absent, `None` and a line that says what was
/// skipped and how much of it.
pub fn shared(name: &str, count: usize, what: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared")
        .join(name);
    if path.exists() {
        return Some(path);
    }
    skip(count, what);
    None
}

/// Says that `count` of `what` were skipped, past the capture of the test harness.
#[expect(
    clippy::disallowed_methods,
    reason = "what is skipped is seen in a green run too"
)]
pub fn skip(count: usize, what: &str) {
    writeln!(std::io::stderr(), "skipped: {count} {what}").expect("standard error takes a line");
}
