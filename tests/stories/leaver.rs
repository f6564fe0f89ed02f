//! "Access promptly removed when someone leaves" (clause 4.1.7): what a key can take back, and
//! what it cannot.

use harness::{
    AUDITOR, CHAIR, CLERK, COUNCILLOR, Council, PROVIDER, TestJournal, WEBSITE_PASSWORD, entry,
};
use vault_core::access::Denial;
use vault_core::audit::event::{Event, Outcome};
use vault_core::audit::news::News;
use vault_core::collection::{CollectionKind, Permission};
use vault_core::emergency::Rule;
use vault_core::emergency::duty::Duty;
use vault_core::error::{Error, Noun};
use vault_core::person::Role;
use vault_core::secret::SecretBytes;
use vault_core::vault::Vault;
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
    withdrawn(&council, CHAIR);
    council.unlocked(PROVIDER, |session| {
        session.grant("Services", CHAIR, Permission::Catalogue)?;
        let why = Some("a reason of a later day");
        session.reveal("Website", "password", Wanted::Current, why)
    });
    assert_eq!(
        (reasons(&council, AUDITOR), reasons(&council, CHAIR)),
        (1, 0)
    );
}

/// How many reasons somebody reads.
fn reasons(council: &Council, name: &str) -> usize {
    let lines = council.unlocked(name, |session| session.log());
    let reason = |words: &std::collections::BTreeMap<String, String>| words.get("reason").cloned();
    lines.iter().filter_map(|line| reason(&line.words)).count()
}

/// The access log is taken from somebody by the provider, with the clerk's word.
fn withdrawn(council: &Council, name: &str) {
    let asked = council.unlocked(PROVIDER, |session| session.revoke("Access log", name));
    assert!(asked.waits && !asked.ended);
    council.unlocked(CLERK, |session| session.approve(asked.record));
}

/// How many acts a second person has to confirm.
fn to_confirm(vault: &Vault) -> usize {
    let duties = vault.ledger().duties();
    let waits = |duty: &&Duty| matches!(duty, Duty::Confirm(_));
    duties.iter().filter(waits).count()
}

#[test]
fn nobody_takes_the_access_log_alone_from_the_auditor_and_everybody_is_told() {
    let (council, _) = with_reader();
    let before = to_confirm(&council.open().expect("the vault opens"));
    for name in [AUDITOR, CHAIR, CLERK] {
        let asked = council.unlocked(PROVIDER, |session| session.revoke("Access log", name));
        assert!(asked.waits, "{name}");
        let refused = council.try_as(PROVIDER, |session| session.approve(asked.record));
        assert!(matches!(
            refused,
            Err(Error::Denied {
                denial: Denial::OwnAct,
                ..
            })
        ));
    }
    council.unlocked(PROVIDER, |session| {
        let why = Some("a reason of a later day");
        session.reveal("Website", "password", Wanted::Current, why)
    });
    // Nothing was taken, and who it concerns is told.
    for name in [CLERK, CHAIR, AUDITOR] {
        assert_eq!(reasons(&council, name), 1, "{name}");
    }
    let mut vault = council.open().expect("the vault opens");
    let now = to_confirm(&vault);
    assert_eq!(now, before + 3);
    let session = vault.unlock(COUNCILLOR, &harness::passphrase_of(COUNCILLOR));
    let news = session.expect("a session").news();
    let told = news
        .iter()
        .filter(|news| matches!(news, News::LogReader { waits: true, .. }));
    assert_eq!(told.count(), 3);
    // Who changes their mind says so, and nothing waits any more.
    council.unlocked(PROVIDER, |session| {
        session.grant("Access log", CHAIR, Permission::Read)?;
        session.grant("Access log", CLERK, Permission::Read)?;
        session.grant("Access log", AUDITOR, Permission::Read)
    });
    let left = council.unlocked(CLERK, |session| session.waiting());
    assert!(left.iter().all(|waiting| waiting.what != "membership"));
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn a_leaver_whose_every_membership_ended_unlocks_nothing_and_reads_no_newer_name() {
    let (council, _) = with_reader();
    council.unlocked(COUNCILLOR, |session| {
        session.make_collection("My own", CollectionKind::Personal)
    });
    let revoked = council.unlocked(PROVIDER, |session| session.revoke("Services", COUNCILLOR));
    assert!(revoked.ended && !revoked.waits);
    let turned_away = council.try_as(COUNCILLOR, |session| session.people());
    let Err(Error::Denied { denial, record, .. }) = turned_away else {
        panic!("a leaver was let in");
    };
    assert_eq!(denial, Denial::Ended);
    let lines = council.read_log();
    let line = lines.iter().find(|line| line.record.seq == record);
    let line = line.expect("the attempt is on record");
    assert_eq!(line.record.event, Event::VaultUnlock);
    assert_eq!(line.record.outcome, Outcome::Denied);
    assert_eq!(line.subject.as_deref(), Some(COUNCILLOR));
    // The directory has a new key, and everybody else works on.
    let vault = council.open().expect("the vault opens");
    let ledger = vault.ledger();
    let directory = ledger.built_in(CollectionKind::Directory).expect("it");
    let directory = ledger.collection(directory).expect("it");
    assert_eq!(directory.generations.len(), 2);
    drop(vault);
    council.enrol("Nora New", Role::Staff);
    let people = council.unlocked(CLERK, |session| session.people());
    let ended: Vec<_> = people
        .iter()
        .filter(|it| it.ended)
        .map(|it| &it.name)
        .collect();
    assert_eq!(ended, [COUNCILLOR]);
    assert!(people.iter().any(|it| it.name == "Nora New"));
    // Whoever is let in again is back, with every name.
    council.unlocked(PROVIDER, |session| {
        session.grant("Services", COUNCILLOR, Permission::Catalogue)
    });
    let people = council.unlocked(COUNCILLOR, |session| session.people());
    assert!(people.iter().any(|it| it.name == "Nora New"));
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

/// A provider who leaves a council at work: of what they made themselves nobody could rid them.
#[test]
fn a_provider_who_lost_what_others_gave_changes_nothing_that_others_rely_on() {
    let (council, _) = with_reader();
    council.unlocked(PROVIDER, |session| {
        for collection in ["Services", "Administration", "Access log"] {
            session.grant(collection, CLERK, Permission::Manage)?;
        }
        session.make_collection("Left behind", CollectionKind::Service)
    });
    council.unlocked(CLERK, |session| {
        for collection in ["Services", "Administration", "Access log"] {
            assert!(!session.revoke(collection, PROVIDER)?.waits);
        }
        Ok(())
    });
    let copy = council.folder().join("copy.vault");
    let denied = |refused: Result<(), Error>| {
        let Err(Error::Denied { denial, .. }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(denial, Denial::NoFooting);
    };
    council.unlocked(PROVIDER, |s| {
        let initial = s.initial_passphrase()?;
        denied(s.invite("Sam Straw", Role::Clerk, &initial).map(drop));
        denied(s.choose_rule(Rule::Clerk, &[CLERK], None).map(drop));
        assert!(!s.report_lost("CH-0001", None)?.is_void, "an incident");
        denied(s.seal().map(drop));
        denied(s.make_collection("More", CollectionKind::Service).map(drop));
        denied(s.backup(&copy).map(drop));
        s.add("Left behind", &entry("My page", "my-own-secret"))
    });
    assert!(!copy.exists());
    verify(&council.path(), Depth::Full).expect("the log verifies");
}
