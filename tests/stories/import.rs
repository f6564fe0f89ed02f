//! "An approved encrypted password manager" (clause 4.1.3): what a council has comes along.

use harness::{Council, PROVIDER, shared};
use vault_core::collection::CollectionKind;
use vault_core::error::{Error, Invalid};
use vault_core::exchange::{Note, Noted, ReadError, Reading, SkipReason, read};
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
fn a_row_is_known_again_wherever_it_went() {
    let council = with_collection();
    council.unlocked(PROVIDER, |session| {
        session.make_collection("Services", CollectionKind::Service)
    });
    let first = council
        .unlocked(PROVIDER, |session| session.import(reading(EXPORT), None))
        .plan;
    assert_eq!((first.new, first.skipped.len()), (1, 1));
    let rest = imported(&council, EXPORT);
    assert_eq!((rest.rows, rest.new, rest.merged), (2, 1, 1));
    assert_eq!(rest.skipped, []);
    let entries = council.unlocked(PROVIDER, |session| session.entries());
    assert_eq!(entries.len(), 2);
}

#[test]
fn a_row_that_was_renamed_is_not_said_to_have_another_password() {
    let council = with_collection();
    imported(&council, EXPORT);
    let renamed = imported(&council, &EXPORT.replace("\"Domain\"", "\"Domain name\""));
    assert_eq!(renamed.skipped[0].reason, LeftReason::Edited);
    assert_eq!((renamed.new, renamed.merged), (0, 1));
}

#[test]
fn a_row_whose_title_cannot_be_used_comes_in_with_its_password_and_is_named() {
    let council = with_collection();
    let export = EXPORT.replace("\"Domain\"", "\"Do\\u0007main \\u202e\"");
    let plan = imported(&council, &export);
    assert_eq!((plan.new, plan.skipped.len()), (2, 0));
    let what = Noted::Titled;
    assert_eq!(plan.notes, [Note { row: 2, what }]);
    assert_eq!(field(&council, "Do main", "password"), b"PW2");
    let exact = "Do\u{7}main \u{202e}".as_bytes();
    assert_eq!(field(&council, "Do main", "title (as exported)"), exact);
}

#[test]
fn a_field_whose_name_cannot_be_used_keeps_it_in_a_field_of_its_own() {
    let council = with_collection();
    let long = "Pin ".repeat(60);
    let fields =
        format!("\"fields\":[{{\"name\":\"{long}\",\"value\":\"77\",\"type\":0}}],\"login\":");
    let export = EXPORT.replacen("\"login\":", &fields, 1);
    let plan = imported(&council, &export);
    assert_eq!(plan.skipped, []);
    let title = "Hosting";
    let names = council.unlocked(PROVIDER, |s| s.show(title));
    let names = names
        .catalogue
        .fields
        .iter()
        .map(|slot| slot.name.to_string());
    let unnamed = names
        .clone()
        .find(|name| name.starts_with("field "))
        .expect("a field");
    let kept = format!("name of {unnamed}");
    assert!(
        names.clone().any(|name| name == kept),
        "{:?}",
        names.collect::<Vec<_>>()
    );
    assert_eq!(field(&council, title, &kept), long.as_bytes());
}

#[test]
fn what_may_not_be_as_it_was_meant_is_told_row_by_row() {
    let council = with_collection();
    let mut csv = b"url,username,password,totp,extra,name,grouping,fav\n".to_vec();
    csv.extend(b"u,n,p&amp;q,,,A,,\nu,n,10\xa3,,,B,,\nu,n,p,steam://AAAA,,C,,\nu,n,p,,,D,,\n");
    let seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    csv.extend(format!("u,n,p,otpauth://totp/A:c?secret={seed}&encoder=steam,,E,,\n").bytes());
    let reading = read(&SecretBytes::copy_from(&csv)).expect("a table");
    let imported = council.unlocked(PROVIDER, |s| s.import(reading, Some("Imported")));
    let told = |row, what| Note { row, what };
    let expected = [
        told(1, Noted::Escaped),
        told(2, Noted::NotUtf8),
        told(3, Noted::NoCodes),
        told(5, Noted::NoCodes),
    ];
    assert_eq!(imported.plan.notes, expected);
    assert_eq!(field(&council, "B", "password"), b"10\xa3");
}

#[test]
fn another_programs_items_are_not_taken_for_bitwardens() {
    let other = r#"{"version":{"major":1,"minor":0},"collections":[],"items":[{"id":"i1",
        "title":"Council website","credentials":[{"type":"basic-auth","password":
        {"fieldType":"concealed-string","value":"s3cret"}}]}]}"#;
    let refused = read(&SecretBytes::copy_from(other.as_bytes())).err();
    assert_eq!(refused, Some(ReadError::UnknownJson));
    let untyped = EXPORT.replacen("\"type\":1,", "", 1);
    let reading = reading(&untyped);
    assert_eq!((reading.rows, reading.entries.len()), (2, 1));
    assert_eq!(reading.skipped[0].reason, SkipReason::NoType);
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
