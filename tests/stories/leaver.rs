//! "Access promptly removed when someone leaves" (clause 4.1.7): what a key can take back, and
//! what it cannot.

use harness::{
    AUDITOR, CHAIR, CLERK, COUNCILLOR, Council, PROVIDER, TestJournal, WEBSITE_PASSWORD, entry,
};
use vault_core::access::Denial;
use vault_core::collection::{CollectionKind, Permission};
use vault_core::error::{Error, Noun};
use vault_core::person::Role;
use vault_core::secret::SecretBytes;
use vault_core::vault::entries::EntrySummary;
use vault_core::vault::reveal::Wanted;
use vault_core::vault::verify::{Depth, verify};

use crate::raw_file::plundered;

/// The council with its envelope and a councillor who may read the website's password.
fn with_reader() -> (Council, Vec<vault_core::secret::SecretString>) {
    let (council, sheets) = Council::with_envelope();
    council.enrol(COUNCILLOR, Role::Councillor);
    council.unlocked(PROVIDER, |session| {
        session.grant("Services", COUNCILLOR, Permission::Read)
    });
    (council, sheets)
}

fn rotate(council: &Council, password: &str) {
    council.unlocked(PROVIDER, |session| {
        let password = SecretBytes::copy_from(password.as_bytes());
        session.propose("Website", password, None)?;
        session.confirm("Website", None)
    });
}

fn website(council: &Council) -> EntrySummary {
    council.unlocked(PROVIDER, |session| session.show("Website"))
}

#[test]
fn a_removed_member_opens_nothing_that_is_written_afterwards_even_on_the_raw_file() {
    let (council, _) = with_reader();
    let before = plundered(&council.path(), COUNCILLOR);
    assert_eq!(before.values, [WEBSITE_PASSWORD]);
    assert_eq!(before.catalogues, [("Website".to_owned(), 1)]);

    council.unlocked(PROVIDER, |session| session.revoke("Services", COUNCILLOR));
    assert_eq!(website(&council).due, ["leaver"]);
    rotate(&council, "after-the-leaver");
    council.unlocked(PROVIDER, |session| {
        session.add("Services", &entry("New site", "never-theirs"))
    });
    assert_eq!(website(&council).due, [""; 0]);

    // What they could read they can read for ever, and nothing else.
    let after = plundered(&council.path(), COUNCILLOR);
    assert_eq!(after.values, [WEBSITE_PASSWORD]);
    assert_eq!(after.catalogues, []);
    assert_eq!(after.versions, 1);
    let refused = council.try_as(COUNCILLOR, |session| {
        session.reveal("Website", "password", Wanted::Current, None)
    });
    assert!(matches!(refused, Err(Error::Denied { .. })));
    let provider = plundered(&council.path(), PROVIDER);
    let all = ["after-the-leaver", "first-mail-secret", "never-theirs"];
    assert!(
        all.iter()
            .all(|value| provider.values.contains(&(*value).to_owned()))
    );
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn somebody_who_may_only_see_the_titles_from_now_on_sees_them_and_no_new_value() {
    let (council, _) = with_reader();
    council.unlocked(PROVIDER, |session| {
        session.grant("Services", COUNCILLOR, Permission::Catalogue)
    });
    assert_eq!(website(&council).due, ["leaver"]);
    rotate(&council, "after-the-change");
    let after = plundered(&council.path(), COUNCILLOR);
    assert_eq!(after.values, [WEBSITE_PASSWORD]);
    assert_eq!(after.catalogues, [("Website".to_owned(), 2)]);
    assert_eq!(after.versions, 2);
    let seen = council.unlocked(COUNCILLOR, |session| session.entries());
    assert_eq!(seen.len(), 1);
}

#[test]
fn whoever_saw_titles_alone_leaves_no_password_to_be_changed() {
    let (council, _) = with_reader();
    council.unlocked(PROVIDER, |session| {
        session.grant("Services", CHAIR, Permission::Catalogue)?;
        session.revoke("Services", CHAIR)
    });
    assert_eq!(website(&council).due, [""; 0]);
    let generations = council.open().expect("the vault opens");
    let services = generations.ledger().coverable();
    let newest = services.map(|c| c.generations.len()).max();
    assert_eq!(newest, Some(2), "and still there is a new key");
}

#[test]
fn the_auditor_opens_no_entry_on_the_raw_file() {
    let (council, _) = with_reader();
    let spoils = plundered(&council.path(), AUDITOR);
    assert_eq!(spoils, crate::raw_file::Spoils::default());
}

#[test]
fn the_new_key_is_made_at_once_for_everybody_who_remains_and_for_the_envelope() {
    let (council, sheets) = with_reader();
    council.unlocked(PROVIDER, |session| {
        session.grant("Services", CLERK, Permission::Read)?;
        session.revoke("Services", COUNCILLOR)
    });
    let mut vault = council.open().expect("the vault opens");
    let status = vault.status().expect("a status");
    assert_eq!(status.envelope.covered, status.envelope.coverable);
    let owed = status.duties.iter().map(|duty| duty.name());
    assert!(!owed.collect::<Vec<_>>().contains(&"new-generation"));
    rotate(&council, "after-the-leaver");
    let read = council.unlocked(CLERK, |session| {
        session.reveal("Website", "password", Wanted::Current, None)
    });
    assert_eq!(read.value.expose(), b"after-the-leaver");
    let journal = Box::new(TestJournal::default());
    let requested = vault.request_opening(&Council::terms(), journal);
    let mut requested = requested.expect("a request");
    for sheet in &sheets[..2] {
        requested.accept(sheet).expect("a sheet");
    }
    let mut opening = requested.release().expect("the rule is met");
    let website = opening.reveal("Website").expect("the website");
    assert_eq!(website.fields[0].1.expose(), b"after-the-leaver");
}

#[test]
fn whoever_removes_themselves_leaves_the_new_key_to_the_next_reader() {
    let (council, _) = with_reader();
    council.unlocked(PROVIDER, |session| {
        session.grant("Services", CLERK, Permission::Manage)?;
        session.revoke("Services", PROVIDER)
    });
    let owed = |council: &Council| {
        let duties = council.open().expect("the vault opens").ledger().duties();
        duties.iter().any(|duty| duty.name() == "new-generation")
    };
    assert!(owed(&council));
    council.unlocked(CLERK, |session| session.entries());
    assert!(!owed(&council));
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn some_memberships_cannot_be_ended_and_the_refusal_says_why() {
    let (council, _) = with_reader();
    council.unlocked(CLERK, |session| {
        session.make_collection("The clerk's own", CollectionKind::Personal)
    });
    let denied = |by: &str, collection: &str, person: &str| {
        let refused = council.try_as(by, |session| session.revoke(collection, person));
        match refused {
            Err(Error::Denied { denial, .. }) => denial,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(denied(PROVIDER, "Directory", CLERK), Denial::Directory);
    let own = denied(CLERK, "The clerk's own", CLERK);
    assert_eq!(own, Denial::Personal);
    let last = denied(PROVIDER, "Services", PROVIDER);
    assert_eq!(last, Denial::LastManager);
    let by_reader = denied(COUNCILLOR, "Services", COUNCILLOR);
    assert!(matches!(by_reader, Denial::Permission { .. }));
    let none = council.try_as(PROVIDER, |session| session.revoke("Services", CHAIR));
    assert!(matches!(none, Err(Error::NotFound(Noun::Member))));
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn whoever_no_longer_reads_the_access_log_reads_no_reason_given_later() {
    let (council, _) = with_reader();
    council.unlocked(PROVIDER, |session| session.revoke("Access log", CHAIR));
    council.unlocked(PROVIDER, |session| {
        let why = Some("a reason of a later day");
        session.reveal("Website", "password", Wanted::Current, why)
    });
    let reasons = |name: &str| {
        let lines = council.unlocked(name, |session| session.log());
        let reason =
            |words: &std::collections::BTreeMap<String, String>| words.get("reason").cloned();
        lines.iter().filter_map(|line| reason(&line.words)).count()
    };
    assert_eq!((reasons(AUDITOR), reasons(CHAIR)), (1, 0));
}
