//! The house rules that a compiler does not know, read from the sources themselves.
//!
//! Each module holds one rule and shows, on small bad sources, that it can fail; here each rule
//! is held against the repository. A finding says where, what and why.

mod budgets;
mod derivation;
mod docs;
mod doors;
mod floors;
mod lockfile;
mod reading;
mod secrets;
mod source;
mod storage;
mod straight;
mod titles;

use source::{Finding, Source};

/// Fails with every finding, one a line.
fn demand_none(findings: &[Finding]) {
    let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

#[test]
fn every_module_imports_its_own_floor_and_those_below() {
    demand_none(&floors::check(&Source::product()));
}

#[test]
fn every_effect_has_one_door() {
    demand_none(&doors::check(&Source::product()));
}

#[test]
fn no_storage_call_is_defaulted() {
    demand_none(&storage::check(&Source::product()));
}

#[test]
fn arithmetic_on_secrets_has_no_table_branch_or_index() {
    let sources = Source::product();
    let named = |s: &&Source| s.path.ends_with("shamir/gf256.rs");
    assert_eq!(sources.iter().filter(named).count(), 1);
    demand_none(&straight::check(&sources));
}

#[test]
fn secret_types_can_be_neither_shown_nor_copied_nor_written() {
    demand_none(&secrets::check(&Source::product()));
}

#[test]
fn every_file_and_function_keeps_within_its_budget() {
    let sources = Source::all();
    println!("{}", budgets::advice(&sources));
    demand_none(&budgets::check(&sources));
}

#[test]
fn every_file_is_named_for_what_it_holds() {
    demand_none(&titles::check(&Source::all()));
}

#[test]
fn the_documents_name_only_commands_that_exist() {
    let pages = docs::Page::all();
    if !pages.iter().any(|page| page.path == "README.md") {
        println!("note: there is no README.md yet, so 0 of its commands were checked");
    }
    let help = |nouns: &[String]| docs::help(env!("CARGO_BIN_EXE_coffer"), nouns);
    demand_none(&docs::check(&pages, &help));
}

#[test]
fn the_lock_file_holds_the_pair_with_which_age_compiles() {
    demand_none(&lockfile::check(&source::read("Cargo.lock")));
}

#[test]
fn the_derivation_that_costs_nothing_is_the_tests_alone() {
    let manifests = source::files("", "toml");
    let named = manifests.iter().filter(|path| path.ends_with("Cargo.toml"));
    assert_eq!(named.count(), 4, "each manifest is read");
    for path in &manifests {
        demand_none(&derivation::check_manifest(path, &source::read(path)));
    }
    demand_none(&derivation::check(&Source::product()));
}
