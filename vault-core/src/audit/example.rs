//! Records and people as tests need them: the plainest ones that there are.

use std::collections::BTreeMap;

use super::actor::Actor;
use super::event::{Event, Outcome};
use super::ledger::{NO_LEAF, Person};
use super::record::{RECORD_VERSION, Record};
use super::unrecorded::UnrecordedFacts;
use crate::crypto::random::OsEntropy;
use crate::id::{PersonId, RecordSeq, SessionId};
use crate::keys::PersonKeys;
use crate::person::{PersonFacts, Role, Standing};
use crate::time::Timestamp;

/// Something that somebody did.
pub(crate) fn record(by: PersonId, event: Event) -> Record {
    Record {
        v: RECORD_VERSION,
        seq: RecordSeq::new(0),
        prev: NO_LEAF,
        time: Timestamp::EPOCH,
        event,
        step: None,
        outcome: Outcome::Ok,
        actor: Actor::Person(by),
        role: None,
        subject: None,
        object: None,
        version: None,
        permission: None,
        under: None,
        session: SessionId::from_bytes([2; 16]),
        facts: Vec::new(),
        rows: Vec::new(),
        sealed: None,
        detail_key: None,
        details: BTreeMap::new(),
    }
}

/// Somebody who counts as a second person, with keys of their own.
pub(crate) fn person(id: PersonId, role: Role, standing: Standing) -> (PersonId, Person) {
    let keys = PersonKeys::generate(&mut OsEntropy).expect("keys");
    let facts = PersonFacts {
        person: id,
        role,
        standing,
        recipient: keys.recipient(),
        verify_key: keys.verify_key(),
    };
    let person = Person {
        facts,
        inviter: None,
        counts: true,
        failures: 0,
        last_failure: None,
        unrecorded: UnrecordedFacts::default(),
        last_unlock: None,
        ended: None,
        unread: None,
    };
    (id, person)
}
