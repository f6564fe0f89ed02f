use super::*;
use crate::exchange::read;

fn reading(json: &str) -> Reading {
    let file = SecretBytes::copy_from(json.as_bytes());
    read(&file).unwrap_or_else(|error| panic!("{error}"))
}

/// The one item of an export with one folder and two collections.
fn item(json: &str) -> Result<ForeignEntry, SkipReason> {
    let mut reading = reading(&format!(
        r#"{{"encrypted":false,"folders":[{{"id":"f1","name":"Sites"}}],
            "collections":[{{"id":"c1","name":"Office"}},{{"id":"c2","name":"Hall"}}],
            "items":[{json}]}}"#
    ));
    assert_eq!(reading.rows, 1);
    let skipped = reading.skipped.pop().map(|skipped| skipped.reason);
    reading
        .entries
        .pop()
        .ok_or_else(|| skipped.expect("read or skipped"))
}

fn assert_fields(json: &str, expected: &[(&str, &str)]) {
    let entry = item(json).unwrap_or_else(|reason| panic!("{reason:?}"));
    let fields = entry.fields.iter();
    let fields: Vec<_> = fields.map(|(n, v)| (n.as_str(), v.expose())).collect();
    let expected: Vec<_> = expected.iter().map(|(n, v)| (*n, v.as_bytes())).collect();
    assert_eq!(fields, expected);
}

#[test]
fn a_login_keeps_every_value_to_the_byte() {
    let json = r#"{"id":"i1","type":1,"name":" Web ","folderId":"f1","notes":"a\r\n b ",
        "login":{"username":" pat","password":"\u00e9 \"\\ ","totp":"gezd gnbv=",
        "uris":[{"uri":"https://example.org/?a=1&amp;b","match":null}]}}"#;
    let entry = item(json).expect("a login");
    assert_eq!(entry.id.as_deref(), Some("i1"));
    assert_eq!(entry.title, " Web ");
    assert_eq!(entry.folder.as_deref(), Some("Sites"));
    assert_eq!(entry.username, " pat");
    assert_eq!(entry.url, "https://example.org/?a=1&amp;b");
    let expected = [
        ("notes", "a\r\n b "),
        ("password", "é \"\\ "),
        ("totp", "gezd gnbv="),
    ];
    assert_fields(json, &expected);
}

#[test]
fn further_addresses_passkeys_and_history_become_fields() {
    assert_fields(
        r#"{"type":1,"name":"a","login":{"uris":[{"uri":"u1","match":3},{"uri":"u2","match":null}],
            "fido2Credentials":[{"credentialId":"c","keyValue":"k","counter":"0"}],
            "passwordRevisionDate":"2024-01-30T11:25:25Z"},
            "passwordHistory":[{"lastUsedDate":"2023","password":"old"}],
            "favorite":true,"reprompt":1,"creationDate":"2022"}"#,
        &[
            ("uri 1 match", "3"),
            ("uri 2", "u2"),
            ("passkey 1 credential id", "c"),
            ("passkey 1 key value", "k"),
            ("passkey 1 counter", "0"),
            ("password revision date", "2024-01-30T11:25:25Z"),
            ("password history 1 last used date", "2023"),
            ("password history 1 password", "old"),
            ("favourite", "true"),
            ("reprompt", "1"),
            ("creation date", "2022"),
        ],
    );
}

#[test]
fn cards_identities_keys_and_what_is_not_known_yet_are_carried() {
    assert_fields(
        r#"{"name":"a","type":9,"card":{"number":"4111","code":"","brand":null},
            "identity":{"firstName":"Pat","address1":" 1 "},"sshKey":{"privateKey":"k"},
            "secureNote":{"type":0},"bankAccount":{"sortCodes":["00-00-00",{"x":1.10}]}}"#,
        &[
            ("type", "9"),
            ("card number", "4111"),
            ("identity first name", "Pat"),
            ("identity address1", " 1 "),
            ("ssh key private key", "k"),
            ("bank account sort codes 1", "00-00-00"),
            ("bank account sort codes 2 x", "1.10"),
        ],
    );
}

#[test]
fn custom_fields_keep_their_names_apart_and_empty_ones_stay() {
    assert_fields(
        r#"{"type":1,"name":"a","fields":[{"name":"pin","value":"1","type":0,"linkedId":null},
            {"name":"pin","value":"2","type":1},{"name":"on","value":"true","type":2},
            {"name":"empty","value":null,"type":0},{"name":null,"value":"x","type":0},
            {"name":"password","value":"door","type":1},
            {"name":"same","value":null,"type":3,"linkedId":101,"hint":"new"}]}"#,
        &[
            ("pin", "1"),
            ("pin (2)", "2"),
            ("on", "true"),
            ("empty", ""),
            ("field", "x"),
            ("password (2)", "door"),
            ("same (linked)", "101"),
            ("same hint", "new"),
        ],
    );
}

#[test]
fn an_organisation_files_items_under_their_first_collection() {
    let json = r#"{"type":1,"name":"a","folderId":null,"collectionIds":["c1",null,"c2","c9"]}"#;
    assert_fields(json, &[("collection", "Hall"), ("collection id", "c9")]);
    let entry = item(json).expect("an item");
    assert_eq!(entry.folder.as_deref(), Some("Office"));
    assert_fields(
        r#"{"type":1,"name":"a","folderId":"f9"}"#,
        &[("folder id", "f9")],
    );
}

#[test]
fn members_that_stand_twice_are_both_kept() {
    let json = r#"{"type":1,"name":"a","name":"b","notes":"n","notes":"m","fields":
        [{"name":"f","value":"1","value":"2"}]}"#;
    assert_fields(
        json,
        &[
            ("title (2)", "b"),
            ("notes", "n"),
            ("notes (2)", "m"),
            ("f", "1"),
            ("f (2)", "2"),
        ],
    );
}

#[test]
fn items_of_another_form_are_skipped_with_the_reason() {
    let deep = format!(
        r#"{{"type":1,"name":"a","x":{}{}}}"#,
        "[".repeat(90_000),
        "]".repeat(90_000)
    );
    let many = format!(r#"{{"type":1,"name":"a","x":[{}1]}}"#, "1,".repeat(1_000));
    let long = format!(
        r#"{{"type":1,"name":"a","notes":"{}"}}"#,
        "n".repeat(1 << 20 | 1)
    );
    for (json, reason) in [
        ("7", SkipReason::Unreadable),
        (r#"{"type":1,"name":["a"]}"#, SkipReason::Unreadable),
        (
            r#"{"type":1,"name":"a","login":"x"}"#,
            SkipReason::Unreadable,
        ),
        (
            r#"{"type":1,"name":"a","fields":{}}"#,
            SkipReason::Unreadable,
        ),
        (
            r#"{"type":1,"name":"a","notes":"\ud800"}"#,
            SkipReason::Unreadable,
        ),
        (r#"{"name":null,"type":1,"login":{}}"#, SkipReason::Blank),
        (&deep, SkipReason::TooDeep),
        (&many, SkipReason::TooManyFields),
        (&long, SkipReason::ValueTooLong),
    ] {
        assert_eq!(item(json).err(), Some(reason));
    }
}

#[test]
fn a_section_that_is_not_known_is_counted_and_not_lost_unnoticed() {
    let reading = reading(
        r#"{"encrypted":false,"items":[{"type":1,"name":"a"}],"sends":[{"name":"b"}],"more":null,
            "items":[{"name":"c"}]}"#,
    );
    assert_eq!((reading.rows, reading.entries.len()), (3, 1));
    let rows: Vec<_> = reading.skipped.iter().map(|s| (s.row, s.reason)).collect();
    let reason = SkipReason::UnknownSection;
    assert_eq!(rows, [(2, reason), (3, reason)]);
}

#[test]
fn the_two_kinds_of_encrypted_export_are_told_apart() {
    for (json, error) in [
        (
            r#"{"encrypted":true,"passwordProtected":true,"data":"2.x"}"#,
            ReadError::PasswordProtected,
        ),
        (
            r#"{"encrypted":true,"encKeyValidation_DO_NOT_EDIT":"2.x","folders":[],"items":[]}"#,
            ReadError::AccountRestricted,
        ),
    ] {
        let file = SecretBytes::copy_from(json.as_bytes());
        assert_eq!(read(&file).err(), Some(error));
    }
}
