//! Who may use a collection, and how that ends.

use harness::{AUDITOR, CHAIR, CLERK, PROVIDER};
use serde_json::{Value, json};

use crate::desk::{Desk, records};

fn due(desk: &Desk, title: &str) -> Value {
    let list = desk.by(PROVIDER, &["list", "--json"]).done().json();
    let mut entries = list["entries"].as_array().expect("entries").iter();
    let found = entries.find(|entry| entry["title"] == title);
    found.expect("it is listed")["due"].clone()
}

#[test]
fn revoke_ends_a_membership_with_a_new_key_and_lists_what_to_change() {
    let desk = Desk::at_work();
    let get = ["get", "Mail tenant", "--reveal"];
    desk.by(CLERK, &get).done();
    let revoke = ["collection", "revoke", "administration", CLERK, "--json"];
    let record = desk.by(PROVIDER, &revoke).done().record();
    desk.by(CLERK, &get).refused(7);
    assert_eq!(due(&desk, "Mail tenant"), json!(["leaver"]));
    assert_eq!(due(&desk, "Website"), json!([]));
    let shown = desk.by(PROVIDER, &["show", "Mail tenant"]).done();
    let shown = String::from_utf8(shown.stdout).expect("a text");
    assert!(
        shown.contains("somebody who could read it no longer may"),
        "{shown}"
    );
    let log = desk.log();
    let changes = records(&log, "collection.change", "ok");
    let ended = changes.iter().position(|line| line["seq"] == record);
    let [ended, renewed] = &changes[ended.expect("on record")..] else {
        panic!("{changes:?}");
    };
    assert_eq!(ended["subject"], CLERK);
    assert_eq!(renewed["seq"], record + 1, "in the same transaction");
    let rotate = ["rotate", "Mail tenant", "--generate", "words:4"];
    desk.by(PROVIDER, &rotate).done();
    desk.by(PROVIDER, &["rotate", "Mail tenant", "--confirm"])
        .done();
    assert_eq!(due(&desk, "Mail tenant"), json!([]));
    desk.run(&["log", "verify"]).done();
}

#[test]
fn what_cannot_be_revoked_is_refused_with_its_own_words() {
    let desk = Desk::at_work();
    let own = ["collection", "add", "Mine", "--kind", "personal"];
    desk.by(CLERK, &own).done();
    let refused = |by: &str, collection: &str, person: &str, status: i32, word: &str| {
        let ran = desk.by(by, &["collection", "revoke", collection, person]);
        let ran = ran.refused(status);
        assert!(ran.stderr.contains(word), "{collection}: {ran:?}");
    };
    refused(PROVIDER, "Services", CHAIR, 6, "no member");
    refused(PROVIDER, "Services", "Nobody Known", 6, "person");
    refused(PROVIDER, "No such collection", CHAIR, 6, "collection");
    refused(PROVIDER, "Services", PROVIDER, 7, "nobody else manages");
    refused(PROVIDER, "Directory", AUDITOR, 7, "everybody");
    refused(CLERK, "Mine", CLERK, 7, "personal");
    refused(CLERK, "Administration", PROVIDER, 7, "manage");
}
