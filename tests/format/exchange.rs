//! Real exports of other password managers, read to the byte.
//!
//! The samples are other projects' test data and are not part of the repository: they are looked for
//! beside it, in `../shared/samples`. What is expected is read from them a second way, or from the
//! values that came with them.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use vault_core::exchange::{ForeignEntry, Format, ReadError, Reading, read};
use vault_core::secret::SecretBytes;

/// The sample at `path`, or a visible line where the samples are absent.
fn sample(path: &str) -> Option<Vec<u8>> {
    let file = harness::shared(&format!("samples/{path}"), 1, &format!("sample, {path}"))?;
    Some(fs::read(&file).unwrap_or_else(|error| panic!("{path}: {error}")))
}

fn reading(file: &[u8]) -> Result<Reading, ReadError> {
    read(&SecretBytes::copy_from(file))
}

/// The reading of a file in which every row is an entry.
fn whole(path: &str, file: &[u8], format: Format) -> Vec<ForeignEntry> {
    let reading = reading(file).unwrap_or_else(|error| panic!("{path}: {error}"));
    assert_eq!(reading.format, format, "{path}");
    assert_eq!(reading.skipped, [], "{path}");
    assert_eq!(reading.rows, reading.entries.len(), "{path}");
    assert_eq!(reading.notes, [], "{path}");
    reading.entries
}

/// Everything that an entry says: its labels and the values of its fields.
fn values(entry: &ForeignEntry) -> Vec<&[u8]> {
    let labels = [&entry.title, &entry.username, &entry.url];
    let labels = labels.into_iter().chain(&entry.id).chain(&entry.folder);
    let fields = entry.fields.iter().map(|(_, value)| value.expose());
    labels.map(String::as_bytes).chain(fields).collect()
}

/// The value of a field.
fn field<'a>(entry: &'a ForeignEntry, name: &str) -> &'a [u8] {
    let mut fields = entry.fields.iter();
    let found = fields.find_map(|(known, value)| (known == name).then_some(value));
    found.map_or(b"", SecretBytes::expose)
}

/// Every text in `value`, except where `but` says its member is.
fn texts<'a>(value: &'a Value, but: &[&str], found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(values) => values.iter().for_each(|value| texts(value, but, found)),
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| !but.contains(&name.as_str()))
            .for_each(|(_, value)| texts(value, but, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn every_text_of_every_bitwarden_sample_is_carried_to_the_byte() {
    for (path, rows) in [
        ("bitwarden/bitwarden_export.json", 4),
        ("bitwarden/bitwarden-other.json", 6),
        ("bitwarden/pass-import.json", 14),
        ("bitwarden/sdk_json_export.json", 5),
    ] {
        let Some(file) = sample(path) else { continue };
        let entries = whole(path, &file, Format::BitwardenJson);
        assert_eq!(entries.len(), rows, "{path}");
        let export: Value = serde_json::from_slice(&file).expect("JSON");
        let items = export["items"].as_array().expect("a list");
        assert_eq!(items.len(), rows, "{path}");
        for (item, entry) in items.iter().zip(&entries) {
            let (mut expected, values) = (Vec::new(), values(entry));
            // The names of custom fields are no values; folders are named, not numbered.
            texts(item, &["folderId", "fields"], &mut expected);
            for expected in expected.iter().filter(|text| !text.is_empty()) {
                let held = values.contains(&expected.as_bytes());
                assert!(held, "{path}: row {} lost a value", entry.row);
            }
            for custom in item["fields"].as_array().into_iter().flatten() {
                let name = custom["name"].as_str().expect("a name");
                if let Some(value) = custom["value"].as_str() {
                    assert_eq!(field(entry, name), value.as_bytes(), "{path}: {name}");
                } else {
                    let linked = custom["linkedId"].to_string();
                    let name = format!("{name} (linked)");
                    assert_eq!(field(entry, &name), linked.as_bytes(), "{path}: {name}");
                }
            }
        }
    }
}

#[test]
fn an_encrypted_bitwarden_sample_is_told_from_a_damaged_one() {
    let Some(file) = sample("bitwarden/bitwarden_encrypted_export.json") else {
        return;
    };
    assert_eq!(reading(&file).err(), Some(ReadError::PasswordProtected));
    let cut = reading(&file[..file.len() / 2]).err();
    assert!(matches!(cut, Some(ReadError::Damaged { .. })));
}

#[test]
fn exports_of_other_programs_are_refused_and_never_guessed() {
    for (path, error) in [
        ("dashlane/dashlane-noheader.csv", ReadError::Unrecognised),
        ("browsers/chrome.csv", ReadError::UnknownTable),
        ("browsers/firefox.csv", ReadError::UnknownTable),
        ("onepassword/1password8.csv", ReadError::UnknownTable),
        ("cxf/cxf_example.json", ReadError::UnknownJson),
        ("onepassword/1PasswordExport.1pux", ReadError::Unrecognised),
        ("keepass/Format400.kdbx", ReadError::Unrecognised),
        ("keepass/broken_random_data.kdbx", ReadError::Unrecognised),
    ] {
        if let Some(file) = sample(path) {
            assert_eq!(reading(&file).err(), Some(error), "{path}");
        }
    }
}

#[test]
fn samples_hold_the_values_that_came_with_them() {
    for (path, expected, format) in [
        ("bitwarden/pass-import.json", "main", Format::BitwardenJson),
        (
            "bitwarden/bitwarden-other.json",
            "bitwarden-other",
            Format::BitwardenJson,
        ),
        ("lastpass/lastpass.csv", "main", Format::LastPassCsv),
    ] {
        let expected = sample(&format!("expected/{expected}.yml"));
        let (Some(file), Some(expected)) = (sample(path), expected) else {
            continue;
        };
        let entries = whole(path, &file, format);
        let expected = records(&String::from_utf8(expected).expect("UTF-8"));
        assert_eq!(entries.len(), expected.len(), "{path}");
        let mut matched = BTreeSet::new();
        for record in &expected {
            let found = entries.iter().find(|entry| agrees(entry, record));
            let title = value(record, "title");
            let entry = found.unwrap_or_else(|| panic!("{path}: {title} differs"));
            assert!(matched.insert(entry.row), "{path}: {title} stands twice");
        }
    }
}

/// One expected entry: names and values.
type Record = Vec<(String, String)>;

fn value<'a>(record: &'a Record, name: &str) -> &'a str {
    let mut pairs = record.iter();
    let found = pairs.find_map(|(known, value)| (known == name).then_some(value));
    found.map_or("", String::as_str)
}

/// Whether an entry says what the record says: the labels exactly, further values among its fields.
fn agrees(entry: &ForeignEntry, record: &Record) -> bool {
    let labels = [
        ("title", entry.title.as_str()),
        ("login", &entry.username),
        ("url", &entry.url),
        ("group", entry.folder.as_deref().unwrap_or_default()),
    ];
    let fields = [
        ("password", "password"),
        ("comments", "notes"),
        ("otpauth", "totp"),
    ];
    let known = labels.map(|(name, _)| name).into_iter();
    let known: Vec<_> = known.chain(fields.map(|(name, _)| name)).collect();
    let mut others = record
        .iter()
        .filter(|(name, _)| !known.contains(&name.as_str()));
    labels
        .iter()
        .all(|(name, label)| value(record, name) == *label)
        && fields
            .iter()
            .all(|(name, ours)| value(record, name).as_bytes() == field(entry, ours))
        && others.all(|(_, value)| values(entry).contains(&value.as_bytes()))
}

/// Reads the one form of YAML that the expected values have: a list of flat maps of texts.
fn records(text: &str) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    for line in text.lines().skip(1).filter(|line| !line.is_empty()) {
        let (start, rest) = line.split_at(2);
        if start == "- " {
            records.push(Record::new());
        }
        let record = records.last_mut().expect("a list");
        if let Some(more) = rest.strip_prefix("  ") {
            let (_, block) = record.last_mut().expect("a member");
            *block = match block.as_str() {
                "|-" => more.to_owned(),
                before => format!("{before}\n{more}"),
            };
        } else {
            let (name, value) = rest.split_once(": ").expect("a member");
            record.push((name.to_owned(), unquoted(value)));
        }
    }
    records
}

fn unquoted(value: &str) -> String {
    let between = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
    if let Some(inner) = between('"') {
        inner.replace("\\\"", "\"").replace("\\\\", "\\")
    } else if let Some(inner) = between('\'') {
        inner.replace("''", "'")
    } else {
        value.to_owned()
    }
}
