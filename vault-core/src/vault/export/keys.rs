//! The keys that the records of a log give, and those that signed its heads.

use std::collections::{BTreeMap, BTreeSet};

use super::MemberKey;
use crate::audit::actor::Actor;
use crate::audit::fact::Fact;
use crate::audit::record::Record;
use crate::crypto::signature::VerifyKey;
use crate::error::Error;
use crate::id::RecordSeq;
use crate::tlog::note::{Name, Verifier};

/// The keys that the records give.
pub(super) struct Keys {
    origin: Name,
    /// With which key each actor signs now.
    current: BTreeMap<String, VerifyKey>,
    /// The actors of the records that are written out.
    used: BTreeSet<String>,
    pub(super) members: Vec<MemberKey>,
    pub(super) signed: Vec<Verifier>,
}

impl Keys {
    pub(super) const fn new(origin: Name) -> Self {
        Self {
            origin,
            current: BTreeMap::new(),
            used: BTreeSet::new(),
            members: Vec::new(),
            signed: Vec::new(),
        }
    }

    /// Takes over the keys that a record establishes, and the one that signed a checkpoint after it.
    pub(super) fn learn(&mut self, record: &Record, checkpoint: bool) -> Result<(), Error> {
        let actor = record.actor.to_string();
        // Whoever enrols signs that with the key that they had; the founder had none before.
        let before = self.current.get(&actor).copied();
        for fact in &record.facts {
            match fact {
                Fact::Person(facts) => {
                    let actor = Actor::Person(facts.person);
                    self.stands(&actor, facts.verify_key, facts.role.name(), record.seq);
                }
                Fact::Sheet(facts) => {
                    let actor = Actor::Sheet(facts.serial.clone());
                    let holder = facts.holder.to_string();
                    self.stands(&actor, facts.verify_key, &holder, record.seq);
                }
                Fact::Seal(facts) => {
                    let actor = Actor::Escrow(facts.epoch);
                    self.stands(&actor, facts.verify_key, facts.rule.name(), record.seq);
                }
                _ => {}
            }
        }
        if checkpoint {
            let key = before.or_else(|| self.current.get(&actor).copied());
            let key = key.ok_or(Error::Internal("a checkpoint signed by nobody"))?;
            let verifier = self.verifier(key);
            if !self.signed.contains(&verifier) {
                self.signed.push(verifier);
            }
        }
        Ok(())
    }

    /// Takes note that a record is written out.
    pub(super) fn uses(&mut self, record: &Record) {
        self.used.insert(record.actor.to_string());
    }

    /// The keys of those who made the records that are written out.
    pub(super) fn used(&self) -> Vec<MemberKey> {
        let members = self.members.iter();
        let used = members.filter(|member| self.used.contains(&member.actor));
        used.cloned().collect()
    }

    fn stands(&mut self, actor: &Actor, key: VerifyKey, role: &str, record: RecordSeq) {
        let actor = actor.to_string();
        if self.current.insert(actor.clone(), key) == Some(key) {
            return;
        }
        self.members.push(MemberKey {
            key: self.verifier(key),
            actor,
            role: role.to_owned(),
            record,
        });
    }

    fn verifier(&self, key: VerifyKey) -> Verifier {
        let name = self.origin.clone();
        Verifier { name, key }
    }
}
