//! Records that a member signs with a program of their own: the chain fits and the signature is
//! good, and still they may not stand.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use harness::{AUDITOR, CLERK, PROVIDER, passphrase_of};
use vault_core::audit::actor::{Actor, ObjectRef};
use vault_core::audit::event::{Event, Outcome, Step};
use vault_core::audit::fact::Fact;
use vault_core::audit::flaw::{Flaw, Unentitled};
use vault_core::audit::ledger::Ledger;
use vault_core::audit::record::{RECORD_VERSION, Record, RowDigest};
use vault_core::audit::replay::Scrutiny;
use vault_core::audit::row::RowKey;
use vault_core::collection::{CollectionKind, MembershipFacts, Permission};
use vault_core::crypto::digest::Digest;
use vault_core::crypto::kdf::{self, KdfParams};
use vault_core::crypto::random::OsEntropy;
use vault_core::crypto::signature::SigningKey;
use vault_core::id::{CollectionId, EntryId, PersonId, SessionId, Version};
use vault_core::keys::PersonKeys;
use vault_core::person::{Role, login_tag};
use vault_core::secret::{Key, SecretString};

use super::{Copy, INVITED, ours};

/// Somebody with their keys.
pub(super) struct Member {
    pub(super) id: PersonId,
    pub(super) role: Role,
    pub(super) keys: PersonKeys,
}

/// The log as it stands, and the keys of some who could sign the next record.
pub(super) struct Bench {
    pub(super) ledger: Ledger,
    members: Arc<BTreeMap<&'static str, Member>>,
}

/// A digest for rows that nobody wrote.
pub(super) const SOME: Digest = Digest::from_bytes([9; 32]);

impl Bench {
    pub(super) fn get() -> &'static Self {
        static BENCH: OnceLock<Bench> = OnceLock::new();
        BENCH.get_or_init(|| {
            let copy = Copy::of(&ours().bytes);
            let mut ledger = Ledger::default();
            for line in copy.lines() {
                ledger.read(&line, Scrutiny::Quick).expect("as it was made");
            }
            let invitation = SecretString::new(ours().invitation.clone());
            let mut members = BTreeMap::new();
            for (name, role) in [
                (PROVIDER, Role::ItProvider),
                (CLERK, Role::Clerk),
                (AUDITOR, Role::Auditor),
            ] {
                members.insert(
                    name,
                    member(&copy, &ledger, name, role, &passphrase_of(name)),
                );
            }
            let invited = member(&copy, &ledger, INVITED, Role::Staff, &invitation);
            members.insert(INVITED, invited);
            let members = Arc::new(members);
            Self { ledger, members }
        })
    }

    pub(super) fn member(&self, name: &str) -> &Member {
        &self.members[name]
    }

    /// A record by `name` that would follow.
    pub(super) fn record(&self, name: &str, event: Event) -> Record {
        let member = self.member(name);
        Record {
            v: RECORD_VERSION,
            seq: self.ledger.next(),
            prev: self.ledger.last,
            time: self.ledger.last_time,
            event,
            step: None,
            outcome: Outcome::Ok,
            actor: Actor::Person(member.id),
            role: Some(member.role),
            subject: None,
            object: None,
            version: None,
            permission: None,
            under: None,
            session: SessionId::from_bytes([3; 16]),
            facts: Vec::new(),
            rows: Vec::new(),
            sealed: None,
            detail_key: None,
            details: BTreeMap::new(),
        }
    }

    /// What the log makes of the record, signed with its actor's own key.
    pub(super) fn offer(&self, record: &Record) -> Result<(), Flaw> {
        let signer = self
            .members
            .values()
            .find(|m| record.actor == Actor::Person(m.id));
        self.offer_signed(record, signer.map(|member| member.keys.signing()))
    }

    pub(super) fn offer_signed(
        &self,
        record: &Record,
        key: Option<&SigningKey>,
    ) -> Result<(), Flaw> {
        let line = record.to_line(&self.ledger.origin, key);
        let read = self.ledger.clone().read(&line, Scrutiny::Full);
        read.map(|_| ()).map_err(|bad| {
            assert_eq!(bad.seq, record.seq);
            bad.flaw
        })
    }

    /// The log with a record of one of them at its end.
    pub(super) fn after(&self, record: &Record) -> Self {
        let mut ledger = self.ledger.clone();
        let mut members = self.members.values();
        let signer = members.find(|m| record.actor == Actor::Person(m.id));
        let key = signer.map(|member| member.keys.signing());
        let line = record.to_line(&ledger.origin, key);
        ledger.read(&line, Scrutiny::Full).expect("it may follow");
        Self {
            ledger,
            members: Arc::clone(&self.members),
        }
    }

    /// A collection of this kind.
    pub(super) fn collection(&self, kind: CollectionKind) -> CollectionId {
        self.ledger
            .built_in(kind)
            .expect("a collection of the kind")
    }

    /// An entry of a collection of this kind.
    pub(super) fn entry(&self, kind: CollectionKind) -> EntryId {
        let wanted = self.collection(kind);
        let mut entries = self.ledger.entries.iter();
        let found = entries.find(|(_, entry)| entry.collection == wanted);
        found.expect("an entry").0
    }

    /// The newest version of an entry.
    pub(super) fn latest(&self, entry: EntryId) -> Version {
        let known = self.ledger.entries.get(&entry);
        known.expect("an entry").latest
    }

    pub(super) fn membership(
        &self,
        kind: CollectionKind,
        name: &str,
        permission: Permission,
    ) -> Fact {
        Fact::Membership(MembershipFacts {
            collection: self.collection(kind),
            person: self.member(name).id,
            permission: Some(permission),
        })
    }
}

fn member(
    copy: &Copy,
    ledger: &Ledger,
    name: &str,
    role: Role,
    passphrase: &SecretString,
) -> Member {
    let vault = ledger.vault.as_ref().expect("a vault").vault;
    let sql = "SELECT id, memory_kib, passes, lanes, salt, identity \
               FROM person JOIN credential ON person.id = credential.person WHERE login_tag = ?";
    let tag = login_tag(vault, name);
    let (id, memory, passes, lanes, salt, identity): (_, u32, u32, u32, _, Vec<u8>) = copy
        .connect()
        .query_row(sql, [tag.as_bytes()], |row| row.try_into())
        .expect("a person");
    let id = PersonId::from_bytes(id);
    let params = KdfParams::new(memory, passes, lanes).expect("within the bounds");
    let unlock = kdf::unlock_key(passphrase, &salt, params, vault).expect("a derivation");
    let (keys, _) = PersonKeys::open(&unlock.key, vault, id, &identity).expect("their keys");
    Member { id, role, keys }
}

pub(super) fn refused(flaw: Result<(), Flaw>) -> bool {
    matches!(flaw, Err(Flaw::Unentitled(_)))
}

fn denied(flaw: Result<(), Flaw>) -> bool {
    matches!(flaw, Err(Flaw::Unentitled(Unentitled::Denied(_))))
}

fn reveal(bench: &Bench, name: &str, kind: CollectionKind) -> Record {
    let mut record = bench.record(name, Event::SecretReveal);
    record.object = Some(ObjectRef::Entry(bench.entry(kind)));
    record.permission = Some(Permission::Read);
    record
}

#[test]
fn a_record_that_its_actor_is_entitled_to_may_follow() {
    let bench = Bench::get();
    let by_manager = reveal(bench, PROVIDER, CollectionKind::Service);
    assert_eq!(bench.offer(&by_manager), Ok(()));
    let by_reader = reveal(bench, CLERK, CollectionKind::Admin);
    assert_eq!(bench.offer(&by_reader), Ok(()));
}

#[test]
fn a_reveal_by_somebody_who_is_no_reader_is_a_bad_record() {
    let bench = Bench::get();
    for (name, kind) in [
        (AUDITOR, CollectionKind::Service),
        (AUDITOR, CollectionKind::Admin),
        (CLERK, CollectionKind::Service),
        (INVITED, CollectionKind::Service),
    ] {
        assert!(
            denied(bench.offer(&reveal(bench, name, kind))),
            "{name} {kind}"
        );
    }
}

#[test]
fn a_reader_who_grants_or_rotates_is_a_bad_record_though_they_hold_the_same_key() {
    let bench = Bench::get();
    for (to, permission) in [(CLERK, Permission::Manage), (AUDITOR, Permission::Read)] {
        let mut grant = bench.record(CLERK, Event::CollectionChange);
        grant.object = Some(ObjectRef::Collection(
            bench.collection(CollectionKind::Admin),
        ));
        grant.subject = Some(bench.member(to).id);
        grant.facts = vec![bench.membership(CollectionKind::Admin, to, permission)];
        assert!(denied(bench.offer(&grant)), "{to}");
    }
    let entry = bench.entry(CollectionKind::Admin);
    let mut rotate = bench.record(CLERK, Event::SecretRotate);
    rotate.step = Some(Step::Pending);
    rotate.object = Some(ObjectRef::Entry(entry));
    let proposed = bench.latest(entry).next();
    rotate.version = Some(proposed);
    rotate.rows = [RowKey::Entry(entry), RowKey::Version(entry, proposed)]
        .map(|row| RowDigest(row, Some(SOME)))
        .into();
    assert!(denied(bench.offer(&rotate)));
}

#[test]
fn an_invited_person_may_do_nothing_but_enrol_as_what_they_were_invited_for() {
    let bench = Bench::get();
    for event in Event::ALL
        .iter()
        .filter(|event| **event != Event::PersonEnrol)
    {
        let record = bench.record(INVITED, *event);
        assert!(refused(bench.offer(&record)), "{event}");
    }
    let invited = bench.member(INVITED);
    let mut enrol = bench.record(INVITED, Event::PersonEnrol);
    enrol.subject = Some(invited.id);
    let mut facts = bench.ledger.people[&invited.id].facts.clone();
    facts.standing = vault_core::person::Standing::Active;
    let credential = RowKey::Credential(invited.id);
    enrol.rows = vec![RowDigest(credential, Some(SOME))];
    enrol.facts = vec![Fact::Person(facts.clone())];
    assert!(refused(bench.offer(&enrol)), "the invitation's own keys");
    let fresh = PersonKeys::generate(&mut OsEntropy).expect("fresh keys");
    facts.recipient = fresh.recipient();
    facts.verify_key = fresh.verify_key();
    enrol.facts = vec![Fact::Person(facts.clone())];
    assert_eq!(bench.offer(&enrol), Ok(()));
    facts.role = Role::Clerk;
    enrol.facts = vec![Fact::Person(facts)];
    assert!(refused(bench.offer(&enrol)));
}

#[test]
fn a_signature_by_anybody_but_the_actor_is_found() {
    let bench = Bench::get();
    let record = reveal(bench, PROVIDER, CollectionKind::Service);
    let others = bench.member(CLERK).keys.signing();
    assert_eq!(
        bench.offer_signed(&record, Some(others)),
        Err(Flaw::WrongSignature)
    );
    let seed = Key::from_slice(&[5; 32]).expect("32 bytes");
    let garbage = SigningKey::from_seed(&seed);
    assert_eq!(
        bench.offer_signed(&record, Some(&garbage)),
        Err(Flaw::WrongSignature)
    );
    assert_eq!(bench.offer_signed(&record, None), Err(Flaw::Unsigned));
    let nobody = Record {
        actor: Actor::Nobody,
        role: None,
        outcome: Outcome::Failed,
        event: Event::VaultUnlock,
        object: None,
        permission: None,
        ..record
    };
    assert_eq!(bench.offer_signed(&nobody, None), Ok(()));
    assert_eq!(
        bench.offer_signed(&nobody, Some(others)),
        Err(Flaw::WrongSignature)
    );
}

#[test]
fn a_signature_for_another_vaults_log_is_found() {
    let bench = Bench::get();
    let record = reveal(bench, PROVIDER, CollectionKind::Service);
    let key = bench.member(PROVIDER).keys.signing();
    let elsewhere = record.to_line("example-parish-council/vault/0000000000000000", Some(key));
    let read = bench.ledger.clone().read(&elsewhere, Scrutiny::Full);
    assert_eq!(read.map_err(|bad| bad.flaw), Err(Flaw::WrongSignature));
}

#[test]
fn a_founder_cannot_name_the_council_by_a_line_that_acts_or_has_two_spellings() {
    let bench = Bench::get();
    let first = Copy::of(&ours().bytes).lines().remove(0);
    let (record, _) = Record::from_line(&first).expect("a record");
    let named = |name: &str| {
        let mut record = record.clone();
        for fact in &mut record.facts {
            if let Fact::Vault(vault) = fact {
                name.clone_into(&mut vault.council);
            }
        }
        let key = bench.member(PROVIDER).keys.signing();
        let line = record.to_line(&bench.ledger.origin, Some(key));
        let read = Ledger::default().read(&line, Scrutiny::Full);
        read.map(drop).map_err(|bad| bad.flaw)
    };
    assert_eq!(named("Cyngor Tref Llanŵyn"), Ok(()));
    for name in ["", " Ashby", "Ash\nby", "Ash\u{202e}by", "Llanw\u{302}yn"] {
        assert!(named(name).is_err(), "{name:?}");
    }
}

/// The facts of the fixture's own records, one of each kind.
fn one_of_each_fact() -> Vec<Fact> {
    let mut kinds = BTreeMap::new();
    for line in Copy::of(&ours().bytes).lines() {
        for fact in Record::from_line(&line).expect("a record").0.facts {
            kinds.insert(fact_kind(&fact), fact);
        }
    }
    assert_eq!(kinds.len(), 18);
    kinds.into_values().collect()
}

fn fact_kind(fact: &Fact) -> String {
    let text = format!("{fact:?}");
    text.split('(').next().unwrap_or_default().to_owned()
}

#[test]
fn a_fact_in_a_record_of_a_kind_that_does_not_carry_it_is_a_bad_record() {
    let bench = Bench::get();
    let carried = |event: Event| match event {
        Event::PersonAdd => "Person",
        Event::CollectionCreate => "Collection",
        Event::CollectionChange => "Generation Membership",
        Event::SecretCreate => "Entry",
        Event::EnvelopeIssue => "Sheet",
        Event::EnvelopeSeal => "Seal",
        Event::PolicyChange => "Rule Witness",
        Event::LogAnchor => "Cosignature",
        Event::LogVerify => "Verified",
        Event::VaultBackup => "Copy Copied",
        Event::AccessApprove => "Confirmed",
        Event::EnvelopeOpen => "Opener",
        Event::IncidentRaise => "Incident",
        _ => "",
    };
    let facts = one_of_each_fact();
    for event in Event::ALL {
        let theirs: Vec<&str> = carried(*event).split(' ').collect();
        for fact in facts
            .iter()
            .filter(|f| !theirs.contains(&fact_kind(f).as_str()))
        {
            for object in [
                ObjectRef::Entry(bench.entry(CollectionKind::Service)),
                ObjectRef::Collection(bench.collection(CollectionKind::Service)),
            ] {
                let mut record = bench.record(PROVIDER, *event);
                record.object = Some(object);
                record.subject = Some(bench.member(CLERK).id);
                record.facts = vec![fact.clone()];
                assert!(refused(bench.offer(&record)), "{event} {}", fact_kind(fact));
                record.outcome = Outcome::Failed;
                assert!(
                    refused(bench.offer(&record)),
                    "failed {event} {}",
                    fact_kind(fact)
                );
            }
        }
    }
}

#[test]
fn a_record_of_a_kind_that_establishes_something_does_not_stand_without_it() {
    let bench = Bench::get();
    for event in [
        Event::PersonAdd,
        Event::CollectionCreate,
        Event::SecretCreate,
        Event::EnvelopeIssue,
        Event::EnvelopeSeal,
        Event::PolicyChange,
        Event::LogVerify,
    ] {
        let mut record = bench.record(PROVIDER, event);
        record.object = Some(ObjectRef::Epoch(vault_core::id::Epoch::new(2)));
        assert!(refused(bench.offer(&record)), "{event}");
    }
}

#[test]
fn a_row_of_another_object_is_a_bad_record() {
    let bench = Bench::get();
    let (entry, other) = (
        bench.entry(CollectionKind::Service),
        bench.entry(CollectionKind::Admin),
    );
    let clerk = bench.member(CLERK).id;
    let log = bench.collection(CollectionKind::AccessLog);
    let foreign = [
        RowKey::Entry(other),
        RowKey::Version(other, Version::new(1)),
        RowKey::Person(clerk),
        RowKey::Credential(clerk),
        RowKey::Collection(log),
        RowKey::Generation(log, vault_core::id::Generation::new(1)),
        RowKey::Share(vault_core::id::Epoch::new(1), 0),
    ];
    for event in Event::ALL {
        for row in foreign {
            let mut record = bench.record(PROVIDER, *event);
            record.object = Some(ObjectRef::Entry(entry));
            record.version = Some(Version::new(3));
            record.step = Some(Step::Pending);
            record.rows = vec![RowDigest(row, Some(SOME))];
            assert!(refused(bench.offer(&record)), "{event} {row}");
            record.rows = vec![RowDigest(row, None)];
            assert!(refused(bench.offer(&record)), "{event} {row} deleted");
        }
    }
}

#[test]
fn a_refusal_or_failure_that_changes_something_is_a_bad_record() {
    let bench = Bench::get();
    let entry = bench.entry(CollectionKind::Service);
    for outcome in [Outcome::Denied, Outcome::Failed] {
        let mut rotate = bench.record(PROVIDER, Event::SecretRotate);
        rotate.object = Some(ObjectRef::Entry(entry));
        rotate.outcome = outcome;
        assert_eq!(bench.offer(&rotate), Ok(()));
        rotate.rows = vec![RowDigest(RowKey::Entry(entry), Some(SOME))];
        assert!(refused(bench.offer(&rotate)));
    }
}
