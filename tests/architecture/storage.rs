//! A failed read taken for "no row" is data loss, so no storage call has a default.

use crate::reading::Reading;
use crate::source::{Finding, Source};

/// What turns a failure into a value.
const DEFAULTS: [&str; 4] = ["ok", "unwrap_or", "unwrap_or_default", "unwrap_or_else"];

/// Every default in the store, as a method or as a function passed on; there is no exception.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (source, names) in Reading::all(sources) {
        if !source.path.starts_with("vault-core/src/store") {
            continue;
        }
        for name in names.iter().filter(|name| !name.in_test) {
            if let Some(last) = name
                .segments
                .last()
                .filter(|n| DEFAULTS.contains(&n.as_str()))
            {
                let what = format!("`{last}` would take a failed read for an absent row");
                findings.push(Finding::new(&source.path, name.line, what));
            }
        }
    }
    findings
}

#[test]
fn a_default_is_found_in_the_store_and_nowhere_else() {
    let found = |path, text| check(&[Source::parse(path, text)]).len();
    for text in [
        "fn f() { row.get(0).ok(); }",
        "fn f() { row.get(0).unwrap_or(1); }",
        "fn f() { row.get(0).unwrap_or_default(); }",
        "fn f() { row.get(0)\n // storage: never mind\n .unwrap_or_else(g); }",
        "fn f() { rows.filter_map(Result::ok); }",
        "fn f() { assert!(row.get(0).ok().is_some()); }",
    ] {
        assert_eq!(found("vault-core/src/store.rs", text), 1, "{text}");
        assert_eq!(found("vault-core/src/store/log.rs", text), 1, "{text}");
        assert_eq!(found("vault-core/src/vault.rs", text), 0, "{text}");
    }
    assert_eq!(
        found("vault-core/src/store.rs", "fn f() { row.get(0)?; Ok(1) }"),
        0
    );
}
