//! A module imports its own floor and the floors below, never above.

use std::collections::BTreeMap;

use crate::reading::{Kind, Name, Reading};
use crate::source::{CLI, CORE, Finding, Source};

/// The modules of the library by floor.
const FLOORS: [&[&str]; 5] = [
    &["secret", "id", "time", "text", "encoding"],
    &["crypto", "tlog"],
    &[
        "person",
        "entry",
        "collection",
        "keys",
        "policy",
        "generator",
        "strength",
        "grant",
        "access",
        "audit",
        "incident",
        "emergency",
        "exchange",
        "report",
    ],
    &["store", "witness"],
    &["error", "vault"],
];

/// The floors on which a module uses only those listed before it.
const ORDERED: [usize; 2] = [0, 1];

/// The rooms of the command line: each uses those before it.
const ROOMS: [&str; 14] = [
    "exit", "signals", "clock", "process", "args", "config", "output", "files", "prompt",
    "outcome", "words", "faces", "failure", "commands",
];

/// The only name of the library's mechanisms that the command line may say.
const RANDOMNESS: &str = "vault_core::crypto::random::OsEntropy";

/// Everything that reaches upwards.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let readings = Reading::all(sources);
    let exports = readings
        .iter()
        .find(|(source, _)| source.path == format!("{CORE}lib.rs"))
        .map(|(_, names)| exports(names))
        .unwrap_or_default();
    let mut findings = Vec::new();
    for (source, names) in &readings {
        let mut report = |line, what| findings.push(Finding::new(&source.path, line, what));
        if source.path.starts_with(CLI) {
            let own = source.module().into_iter().next();
            let room = own.as_deref().map(room);
            if room == Some(None) {
                report(1, "this module is no room of the command line".to_owned());
            }
            for name in names {
                let later = room.flatten().and_then(|room| of_a_later_room(room, name));
                if let Some(what) = beyond_the_surface(name).or(later) {
                    report(name.line, what);
                }
            }
        } else if let Some(own) = source.module().first() {
            if place(own).is_none() {
                report(1, format!("module `{own}` stands on no floor"));
                continue;
            }
            for name in names {
                if let Some(what) = upwards(own, name, &exports) {
                    report(name.line, what);
                }
            }
        }
    }
    findings
}

/// The floor of a module and its place there.
fn place(module: &str) -> Option<(usize, usize)> {
    FLOORS.iter().enumerate().find_map(|(floor, modules)| {
        let nth = modules.iter().position(|m| *m == module)?;
        Some((floor, nth))
    })
}

/// Which module the names at the library's root come from.
fn exports(names: &[Name]) -> BTreeMap<String, String> {
    let mut exports = BTreeMap::new();
    for name in names {
        let path = name.resolved().unwrap_or_else(|| name.segments.clone());
        if let [module, .., leaf] = &path[..]
            && place(module).is_some()
        {
            exports.insert(leaf.clone(), module.clone());
        }
    }
    exports
}

fn upwards(own: &str, name: &Name, exports: &BTreeMap<String, String>) -> Option<String> {
    if name.kind == Kind::Method {
        return None;
    }
    let path = name.resolved()?;
    let text = name.text();
    let Some(first) = path.first().filter(|first| *first != "*") else {
        return Some(format!("`{text}` takes in every floor at once"));
    };
    let used = exports.get(first).unwrap_or(first);
    let (Some((floor, nth)), Some((used_floor, used_nth))) = (place(own), place(used)) else {
        return Some(format!("`{text}`: `{used}` stands on no floor"));
    };
    let allowed = used == own
        || used_floor < floor
        || (used_floor == floor && (!ORDERED.contains(&floor) || used_nth < nth));
    (!allowed).then(|| {
        format!("`{text}` reaches up: `{own}` is on floor {floor}, `{used}` on {used_floor}")
    })
}

/// The place of a room of the command line among the others.
fn room(module: &str) -> Option<usize> {
    ROOMS.iter().position(|room| *room == module)
}

fn of_a_later_room(own: usize, name: &Name) -> Option<String> {
    if name.kind == Kind::Method {
        return None;
    }
    let path = name.resolved()?;
    let used = room(path.first()?)?;
    (used > own).then(|| {
        let (own, used) = (ROOMS[own], ROOMS[used]);
        format!("`{}`: `{own}` comes before `{used}`", name.text())
    })
}

fn beyond_the_surface(name: &Name) -> Option<String> {
    let [library, inside @ ..] = &name.segments[..] else {
        return None;
    };
    if library != "vault_core" {
        return None;
    }
    let text = name.text();
    match inside.first().map(String::as_str) {
        Some("store") => Some(format!("`{text}`: only the vault speaks to the store")),
        Some("crypto") if text != RANDOMNESS => Some(format!(
            "`{text}`: of the mechanisms only `OsEntropy` is named here"
        )),
        Some("*") => Some(format!("`{text}` takes in every floor at once")),
        None if name.renamed => Some(format!("`{text}` under another name hides what is used")),
        _ => None,
    }
}

#[cfg(test)]
fn found(path: &str, text: &str) -> Vec<usize> {
    let root = Source::parse("vault-core/src/lib.rs", "pub use vault::{Session, Vault};");
    let findings = check(&[root, Source::parse(path, text)]);
    findings.iter().map(|finding| finding.line).collect()
}

#[test]
fn an_import_from_above_is_found_however_it_is_spelt() {
    let policy = |text| found("vault-core/src/policy/password.rs", text);
    assert_eq!(policy("use crate::{\n id::Id,\n store::Rows};"), [3]);
    assert_eq!(policy("fn f() {\n crate::vault::open() }"), [2]);
    assert_eq!(policy("fn f() { assert!(\n crate::store::x()) }"), [2]);
    assert_eq!(policy("use super::super::store::Rows;"), [1]);
    assert_eq!(policy("mod m { use super::super::super::store; }"), [1]);
    assert_eq!(policy("use crate::Session;"), [1]);
    assert_eq!(policy("use crate::*;"), [1]);
    assert_eq!(policy("use crate::Unheard;"), [1]);
    assert_eq!(
        policy("pub(crate) fn f() { self::g(); super::h(); crate::grant::i() }"),
        [0; 0]
    );
    assert_eq!(
        found("vault-core/src/store/rows.rs", "use crate::error::Error;"),
        [1]
    );
}

#[test]
fn the_order_within_a_floor_holds_where_it_must() {
    assert_eq!(
        found("vault-core/src/id.rs", "use crate::time::Timestamp;"),
        [1]
    );
    assert_eq!(
        found("vault-core/src/time.rs", "use crate::id::InvalidId;"),
        [0; 0]
    );
    assert_eq!(
        found("vault-core/src/crypto/kdf.rs", "use crate::tlog::Tree;"),
        [1]
    );
    assert_eq!(
        found("vault-core/src/tlog/tree.rs", "use crate::crypto::Digest;"),
        [0; 0]
    );
    assert_eq!(
        found("vault-core/src/error.rs", "use crate::vault::Locked;"),
        [0; 0]
    );
}

#[test]
fn a_module_on_no_floor_is_found() {
    assert_eq!(found("vault-core/src/attic.rs", "use crate::id::Id;"), [1]);
    assert_eq!(found("vault-core/src/cellar/wine.rs", ""), [1]);
}

#[test]
fn the_command_line_sees_only_the_surface() {
    let cli = |text| found("vault-cli/src/commands/get.rs", text);
    assert_eq!(cli("use vault_core::store::Rows;"), [1]);
    assert_eq!(cli("use vault_core::{Vault,\n crypto::aead};"), [2]);
    assert_eq!(cli("use vault_core as library;"), [1]);
    assert_eq!(cli("use vault_core::*;"), [1]);
    assert_eq!(cli("fn f() { vault_core::crypto::random::array() }"), [1]);
    assert_eq!(cli("use vault_core::crypto::random::OsEntropy;"), [0; 0]);
    assert_eq!(
        cli("use vault_core::policy::Preset; use crate::store::Thing;"),
        [0; 0]
    );
}

#[test]
fn a_room_of_the_command_line_uses_those_before_it() {
    let words = |text| found("vault-cli/src/words/news.rs", text);
    assert_eq!(words("use crate::output::counted;"), [0; 0]);
    assert_eq!(words("use super::rule;"), [0; 0]);
    assert_eq!(words("use crate::commands::Context;"), [1]);
    assert_eq!(words("fn f() {\n crate::faces::page() }"), [2]);
    assert_eq!(found("vault-cli/src/attic.rs", ""), [1]);
}
