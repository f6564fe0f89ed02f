//! "An approved encrypted password manager" (clause 4.1.3): what a council has comes along.

use harness::{Council, PROVIDER, shared};
use vault_core::collection::CollectionKind;
use vault_core::error::{Error, Invalid};
use vault_core::exchange::{Reading, read};
use vault_core::secret::SecretBytes;
use vault_core::vault::import::{LeftReason, Plan};
use vault_core::vault::reveal::Wanted;
use vault_core::vault::verify::{Depth, verify};

const EXPORT: &str = r#"{"encrypted":false,"folders":[{"id":"f1","name":"Services"}],"items":[
{"id":"i1","type":1,"name":"Hosting","folderId":"f1","favorite":false,"notes":null,
 "login":{"username":"admin","password":" trailing and leading ","totp":null,"uris":[]}},
{"id":"i2","type":1,"name":"Domain","folderId":null,"favorite":false,"notes":"two\nlines",
 "login":{"username":"admin","password":"PW2","totp":null,"uris":[]}}]}"#;

fn reading(text: &str) -> Reading {
    read(&SecretBytes::copy_from(text.as_bytes())).expect("a readable export")
}

fn imported(council: &Council, text: &str) -> Plan {
    council
        .unlocked(PROVIDER, |session| {
            session.import(reading(text), Some("Imported"))
        })
        .plan
}

fn with_collection() -> Council {
    let council = Council::found();
    council.unlocked(PROVIDER, |session| {
        session.make_collection("Imported", CollectionKind::Service)
    });
    council
}

fn field(council: &Council, entry: &str, name: &str) -> Vec<u8> {
    let revealed = council.unlocked(PROVIDER, |session| {
        session.reveal(entry, name, Wanted::Current, None)
    });
    revealed.value.expose().to_vec()
}

#[test]
fn every_value_arrives_byte_for_byte_and_the_counts_reconcile() {
    let council = with_collection();
    let plan = imported(&council, EXPORT);
    assert_eq!((plan.rows, plan.new, plan.merged), (2, 2, 0));
    assert_eq!(plan.skipped, []);
    let value = |entry, name| field(&council, entry, name);
    assert_eq!(value("Hosting", "password"), b" trailing and leading ");
    assert_eq!(value("Domain", "notes"), b"two\nlines");
    assert_eq!(value("Hosting", "folder"), b"Services");
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn a_second_import_adds_nothing_twice_and_overwrites_nothing() {
    let council = with_collection();
    imported(&council, EXPORT);
    let again = imported(&council, EXPORT);
    assert_eq!((again.rows, again.new, again.merged), (2, 0, 2));
    let changed = imported(&council, &EXPORT.replace("PW2", "PW3"));
    assert_eq!((changed.new, changed.merged), (0, 1));
    assert_eq!(changed.skipped.len(), 1);
    assert_eq!(changed.skipped[0].reason, LeftReason::Changed);
    assert_eq!(field(&council, "Domain", "password"), b"PW2");
}

#[test]
fn without_a_collection_rows_go_where_their_folder_has_the_name_of_one() {
    let council = with_collection();
    let nowhere = council.try_as(PROVIDER, |session| session.import(reading(EXPORT), None));
    let expected = Invalid::NoCollectionForFolder;
    assert!(matches!(nowhere, Err(Error::Invalid(why)) if why == expected));
    council.unlocked(PROVIDER, |session| {
        session.make_collection("services", CollectionKind::Service)
    });
    let plan = council
        .unlocked(PROVIDER, |session| session.import(reading(EXPORT), None))
        .plan;
    assert_eq!((plan.rows, plan.new), (2, 1));
    assert_eq!(plan.skipped[0].reason, LeftReason::NoCollection);
}

#[test]
fn a_dry_run_keeps_nothing() {
    let council = with_collection();
    let plan = council.unlocked(PROVIDER, |session| {
        session.plan_import(reading(EXPORT), Some("Imported"))
    });
    assert_eq!((plan.rows, plan.new), (2, 2));
    let entries = council.unlocked(PROVIDER, |session| session.entries());
    assert!(entries.is_empty());
}

#[test]
fn real_exports_come_in_whole() {
    for (sample, rows) in [
        ("samples/bitwarden/pass-import.json", None),
        ("samples/bitwarden/bitwarden_export.json", None),
        ("samples/bitwarden/sdk_json_export.json", None),
        ("samples/lastpass/lastpass.csv", Some(15)),
    ] {
        let Some(path) = shared(sample, 1, sample) else {
            continue;
        };
        let council = with_collection();
        let file = SecretBytes::new(std::fs::read(path).expect("a sample"));
        let reading = read(&file).expect("a readable export");
        let entries = reading.entries.len();
        assert!(rows.is_none_or(|rows| rows >= entries));
        let plan = council
            .unlocked(PROVIDER, |session| {
                session.import(reading, Some("Imported"))
            })
            .plan;
        assert_eq!(plan.rows, plan.new + plan.merged + plan.skipped.len());
        assert_eq!(plan.new, entries, "{sample}: {:?}", plan.skipped);
        let listed = council.unlocked(PROVIDER, |session| session.entries());
        assert_eq!(listed.len(), entries);
    }
}
