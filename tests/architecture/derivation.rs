//! The derivation that costs nothing is the tests' alone.

use crate::source::{Finding, Source};

const FEATURE: &str = "quick-derivation";
/// Where the feature is declared, and the one package that asks for it.
const DECLARED: (&str, &str) = ("vault-core/Cargo.toml", "quick-derivation = []");
const ASKED_FOR: &str = "tests/Cargo.toml";
/// What stands before each piece of it, so that no optimised build holds any.
const GUARD: &str = r#"#[cfg(all(feature = "quick-derivation", debug_assertions))]"#;

/// Every manifest that turns it on, or that would let a release build have it.
pub(crate) fn check_manifest(path: &str, text: &str) -> Vec<Finding> {
    let lines = text.lines().zip(1..);
    let wrong = |line: &str| {
        let named = line.contains(FEATURE) && path != ASKED_FOR && (path, line) != DECLARED;
        let asserted = line.trim_start().starts_with("debug-assertions");
        let on_its_own = path == DECLARED.0 && line.trim_start().starts_with("default ");
        named || asserted || on_its_own
    };
    let found = lines.filter(|(line, _)| wrong(line.split('#').next().unwrap_or(line).trim_end()));
    let what = "the tests' derivation could reach a program that is shipped";
    found
        .map(|(_, at)| Finding::new(path, at, what.to_owned()))
        .collect()
}

/// Every mention of the feature, or use of what it brings, that is not guarded.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        let mut before = "";
        for (line, at) in source.text.lines().map(str::trim).zip(1..) {
            let comment = line.starts_with("//");
            let used = line.contains("quick::") || line.contains("mod quick");
            let bare = line.contains(FEATURE) && line != GUARD;
            let unguarded = used && before != GUARD && !guarded_block(&source.text, at);
            if !comment && (bare || unguarded) {
                let what = format!("`{line}` does not stand behind the guard");
                findings.push(Finding::new(&source.path, at, what));
            }
            before = line;
        }
    }
    findings
}

/// Whether the line before the one that opened this block is the guard.
fn guarded_block(text: &str, line: usize) -> bool {
    let mut lines = text.lines().take(line - 1).map(str::trim);
    let before: Vec<&str> = lines.by_ref().collect();
    let opened = before.iter().rposition(|line| line.ends_with('{'));
    opened.is_some_and(|at| at > 0 && before[at - 1] == GUARD)
}

#[test]
fn a_manifest_that_turns_it_on_is_found() {
    let found = |path, text| check_manifest(path, text).len();
    let asked = r#"vault-core = { workspace = true, features = ["quick-derivation"] }"#;
    assert_eq!(found(ASKED_FOR, asked), 0);
    assert_eq!(found("vault-cli/Cargo.toml", asked), 1);
    assert_eq!(found("Cargo.toml", asked), 1);
    assert_eq!(found(DECLARED.0, DECLARED.1), 0);
    let default = r#"default = ["quick-derivation"]"#;
    assert_eq!(found(DECLARED.0, default), 1);
    assert_eq!(found("Cargo.toml", "debug-assertions = true"), 1);
}

#[test]
fn a_piece_without_its_guard_is_found() {
    let found = |text: &str| check(&[Source::parse("vault-core/src/a.rs", text)]).len();
    assert_eq!(found(&format!("{GUARD}\npub mod quick;")), 0);
    let block = "if quick::is_on() {\nreturn quick::PARAMS;\n}";
    assert_eq!(found(&format!("fn f() {{\n{GUARD}\n{block}\n}}")), 0);
    assert_eq!(found("pub mod quick;"), 1);
    assert_eq!(found(&format!("fn f() {{\n{block}\n}}")), 2);
    let half = "#[cfg(feature = \"quick-derivation\")]\npub mod quick;";
    assert_eq!(found(half), 2);
}
