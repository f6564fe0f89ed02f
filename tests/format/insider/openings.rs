//! From opened to sealed with nothing left owing, rules of one's own, and words that hide the log.

use std::sync::OnceLock;

use harness::{AUDITOR, CHAIR, CLERK, Council, PROVIDER, entry};
use rusqlite::Connection;
use vault_core::audit::actor::{Actor, ObjectRef};
use vault_core::audit::event::{Event, Step};
use vault_core::audit::fact::Fact;
use vault_core::audit::record::Record;
use vault_core::collection::{CollectionKind, Permission};
use vault_core::crypto::digest::Digest;
use vault_core::crypto::random::OsEntropy;
use vault_core::crypto::recipient::Identity;
use vault_core::emergency::register::EnvelopeState;
use vault_core::emergency::{Holder, Rule, RuleFacts, SealFacts};
use vault_core::error::{BadRecord, Error, Flaw, StoreError};
use vault_core::id::{EntryId, Epoch, Generation, Version};
use vault_core::keys::PersonKeys;
use vault_core::person::Role;
use vault_core::secret::SecretString;
use vault_core::store::draft::Draft;
use vault_core::store::log::SealedDetailKey;
use vault_core::vault::verify::{Depth, verify};

use super::{FORM, Insider, asked, broken, flaw, integer, opened, state, verifies};

/// The council at work, with the clerk's collection of social media, and a confirmed envelope.
fn with_social() -> (Council, Vec<SecretString>) {
    static PREPARED: OnceLock<(Vec<u8>, Vec<String>)> = OnceLock::new();
    let (file, words) = PREPARED.get_or_init(|| {
        let council = Council::at_work();
        council.unlocked(CLERK, |s| {
            s.make_collection("Social", CollectionKind::Social)?;
            s.add("Social", &entry("Page", "social-secret"))
        });
        council.unlocked(PROVIDER, |s| {
            s.choose_rule(Rule::AnyTwo, &[CHAIR, CLERK, "place:Safe"], None)
        });
        let words = sealed(&council, &[CHAIR, CLERK, "place:Safe"]);
        confirm_seal(&council);
        (council.file(), words)
    });
    let council = Council::at_work();
    std::fs::write(council.path(), file).expect("a copy of the vault");
    let sheets = words.iter().cloned().map(SecretString::new).collect();
    (council, sheets)
}

/// The provider seals with fresh sheets for `holders`; gives their words.
fn sealed(council: &Council, holders: &[&str]) -> Vec<String> {
    council.unlocked(PROVIDER, |s| {
        let issue = |holder: &&str| Ok(s.issue_sheet(holder)?.words.expose().to_owned());
        let words: Result<Vec<_>, Error> = holders.iter().map(issue).collect();
        s.seal()?;
        words
    })
}

/// The clerk confirms the newest seal, and by unlocking does what is owed.
fn confirm_seal(council: &Council) {
    council.unlocked(CLERK, |s| {
        let waiting = s.waiting()?;
        let seal = waiting.iter().rfind(|w| w.what == "seal");
        s.approve(seal.expect("a seal").record)
    });
}

/// An opening that revealed the website and was sealed again: its password is owed.
fn owing() -> Council {
    let (council, sheets) = with_social();
    opened(&council, &sheets, &["Website"]);
    sealed(&council, &[CHAIR, CLERK]);
    assert_eq!(state(&council), EnvelopeState::Opened);
    council
}

/// The entry that an opening revealed.
fn revealed(me: &Insider<'_>) -> EntryId {
    let opening = me.ledger.envelope.opening.as_ref().expect("an opening");
    *opening.revealed.keys().next().expect("a revealed entry")
}

#[test]
fn what_a_run_reveals_after_the_envelope_was_sealed_again_is_owed_too() {
    let (council, sheets) = with_social();
    let mut vault = council.open().expect("the vault opens");
    let mut opening = asked(&mut vault, &sheets).release().expect("an opening");
    assert_eq!(state(&council), EnvelopeState::Opened);
    sealed(&council, &[CHAIR, CLERK]);
    assert_eq!(state(&council), EnvelopeState::Sealed);
    let page = page(&council);
    let values = opening.reveal(&page.to_string()).expect("its values");
    assert_eq!(values.fields[0].1.expose(), b"social-secret");
    verifies(&council);
    assert_eq!(state(&council), EnvelopeState::Opened);
    assert_eq!(revealed(&Insider::of(&council, CLERK)), page);
}

/// The only entry of the clerk's collection.
fn page(council: &Council) -> EntryId {
    let me = Insider::of(council, CLERK);
    let social = me.built_in(CollectionKind::Social);
    let mut entries = me.ledger.entries.iter();
    let found = entries.find(|(_, entry)| entry.collection == social);
    found.expect("an entry").0
}

#[test]
fn an_opening_makes_a_fresh_generation_of_every_collection_in_scope_whoever_seals_first() {
    let (council, sheets) = with_social();
    opened(&council, &sheets, &[]);
    sealed(&council, &[CHAIR, CLERK]);
    confirm_seal(&council);
    council.unlocked(CLERK, |s| s.entries());
    let me = Insider::of(&council, CLERK);
    for collection in me.ledger.coverable() {
        let (newest, _) = collection.newest().expect("a generation");
        assert_eq!(newest.generation, Generation::new(2));
    }
    assert_eq!(state(&council), EnvelopeState::Sealed);
}

#[test]
fn a_rotation_that_wrote_nothing_discharges_nothing() {
    let council = owing();
    let me = Insider::of(&council, PROVIDER);
    let entry = revealed(&me);
    let rotate = |step| {
        Draft::new(Event::SecretRotate)
            .step(step)
            .object(ObjectRef::Entry(entry))
            .version(Version::new(2))
            .permission(Some(Permission::Manage))
    };
    let both = vec![rotate(Step::Pending), rotate(Step::Confirmed)];
    assert_eq!(flaw(&me.record(both)), FORM);
    verifies(&council);
    assert_eq!(state(&council), EnvelopeState::Opened);
}

#[test]
fn a_member_cannot_rotate_in_somebody_elses_name_where_an_honest_program_looks() {
    let council = owing();
    let me = Insider::of(&council, AUDITOR);
    let (entry, provider) = (revealed(&me), me.somebody(Role::ItProvider));
    let rotate = |step| Record {
        step: Some(step),
        actor: Actor::Person(provider),
        role: Some(Role::ItProvider),
        object: Some(ObjectRef::Entry(entry)),
        version: Some(Version::new(2)),
        permission: Some(Permission::Manage),
        ..me.line(Event::SecretRotate)
    };
    let first = me.ledger.next();
    let records = vec![
        rotate(Step::Pending),
        rotate(Step::Confirmed),
        me.line(Event::LogRead),
    ];
    me.write(records);
    let refused = |done: Result<(), Error>| match done {
        Err(Error::Store(StoreError::Log(bad))) => Some(bad),
        _ => None,
    };
    let expected = Some(BadRecord {
        seq: first,
        flaw: Flaw::WrongSignature,
    });
    let status = council.open().and_then(|mut vault| vault.status());
    assert_eq!(refused(status.map(drop)), expected);
    let listed = council.try_as(CLERK, |s| s.entries().map(drop));
    assert_eq!(refused(listed), expected);
    let verified = verify(&council.path(), Depth::Full);
    assert_eq!(refused(verified.map(drop)), expected);
}

#[test]
fn one_sheet_never_opens_any_two() {
    let (council, sheets) = Council::with_envelope();
    let me = Insider::of(&council, PROVIDER);
    let chosen = me.ledger.envelope.rule.as_ref().expect("a rule");
    let [chair, _, safe] = &chosen.holders[..] else {
        panic!("three holders");
    };
    let twice = RuleFacts {
        rule: Rule::AnyTwo,
        holders: vec![chair.clone(), chair.clone(), safe.clone()],
        councillors: None,
    };
    let change = Draft::new(Event::PolicyChange).fact(Fact::Rule(twice));
    assert!(me.record(vec![change]).is_err(), "a rule of one sheet");
    verifies(&council);
    let mut vault = council.open().expect("the vault opens");
    let terms = Council::terms();
    let journal = harness::TestJournal::default();
    let mut requested = vault
        .request_opening(&terms, Box::new(journal))
        .expect("a request");
    requested.accept(&sheets[0]).expect("a sheet");
    assert!(!requested.is_met());
    requested.accept(&sheets[1]).expect("a sheet");
    assert!(requested.is_met());
}

#[test]
fn words_that_do_not_decrypt_do_not_hide_the_log() {
    let council = Council::at_work();
    let before = council.read_log().len();
    let me = Insider::of(&council, CHAIR);
    let (words, seq) = (vec![4; 60], me.ledger.next());
    let key = SealedDetailKey {
        generation: Generation::new(1),
        file: vec![6; 60],
    };
    let record = Record {
        sealed: Some(Digest::of(&[&words])),
        detail_key: Some(key.digest()),
        details: [("host".to_owned(), Digest::from_bytes([1; 32]))].into(),
        ..me.line(Event::LogRead)
    };
    let session = record.session;
    let db = Connection::open(council.path()).expect("the file");
    me.write(vec![record]);
    let sql = "INSERT INTO detail (seq, box) VALUES (?, ?)";
    db.execute(sql, (integer(seq), words)).expect("words");
    let sql = "INSERT INTO detail_key (session, generation, file) VALUES (?, 1, ?)";
    db.execute(sql, (session.as_bytes(), key.file))
        .expect("a key");
    verifies(&council);
    let log = council.read_log();
    assert!(log.len() > before);
    assert!(
        log.iter()
            .any(|line| line.record.seq == seq && line.words.is_empty())
    );
    assert!(log.iter().any(|line| line.words.contains_key("host")));
    assert_eq!(broken(&council), Vec::<String>::new());
}

#[test]
fn a_seal_without_its_shares_is_no_seal() {
    let (council, sheets) = Council::with_envelope();
    let me = Insider::of(&council, PROVIDER);
    let (rule, scheme) = me.ledger.chosen_scheme().expect("a scheme");
    let (_, identity) = Identity::generate(&mut OsEntropy).expect("an identity");
    let keys = PersonKeys::generate(&mut OsEntropy).expect("keys");
    let second = Epoch::new(2);
    let seal = Draft::new(Event::EnvelopeSeal)
        .object(ObjectRef::Epoch(second))
        .fact(Fact::Seal(SealFacts {
            epoch: second,
            rule,
            scheme,
            recipient: identity.recipient(),
            verify_key: keys.verify_key(),
        }));
    assert_eq!(flaw(&me.record(vec![seal])), FORM);
    verifies(&council);
    assert_eq!(opened(&council, &sheets, &["Website"]), 2);
}

#[test]
fn while_opened_the_envelope_still_opens_after_a_member_has_unlocked() {
    let (council, sheets) = with_social();
    assert_eq!(opened(&council, &sheets, &["Page"]), 3);
    council.unlocked(PROVIDER, |s| s.entries());
    assert_eq!(opened(&council, &sheets, &["Page"]), 3);
}

#[test]
fn nothing_is_recorded_that_cannot_be_read_again() {
    let council = Council::at_work();
    let me = Insider::of(&council, CLERK);
    let place = |n| Holder::place(&format!("Example place no {n:06}")).expect("a place");
    let rule = RuleFacts {
        rule: Rule::AnyTwo,
        holders: (0..150_000).map(place).collect(),
        councillors: None,
    };
    let change = Draft::new(Event::PolicyChange).fact(Fact::Rule(rule));
    assert!(me.record(vec![change]).is_err(), "more than a line holds");
    verifies(&council);
    assert_eq!(broken(&council), Vec::<String>::new());
}
