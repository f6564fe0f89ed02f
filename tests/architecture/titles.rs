//! One noun a file, and the file named for it.

use std::path::Path;

use crate::source::{Finding, Source};

/// Names that say nothing of what a file holds.
const EMPTY: [&str; 8] = [
    "common", "helper", "helpers", "manager", "misc", "mod", "util", "utils",
];

/// Every file whose name says nothing.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        let stem = Path::new(&source.path).file_stem();
        if let Some(name) = EMPTY.iter().find(|name| stem == Some(name.as_ref())) {
            let what = format!("`{name}` does not say what the file holds");
            findings.push(Finding::new(&source.path, 1, what));
        }
    }
    findings
}

#[test]
fn an_empty_name_is_found() {
    let found = |path| check(&[Source::parse(path, "")]).len();
    assert_eq!(found("vault-core/src/crypto/mod.rs"), 1);
    assert_eq!(found("tests/utils.rs"), 1);
    assert_eq!(found("vault-core/src/modern.rs"), 0);
}
