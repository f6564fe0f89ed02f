//! Reads the log into the ledger, one line after another, and refuses the first bad record.

use super::actor::Actor;
use super::event::{Event, Outcome};
use super::fact::Fact;
use super::flaw::{BadRecord, Flaw};
use super::ledger::{Ledger, leaf_of};
use super::record::{LineSignature, Record};
use super::row::RowKey;
use crate::crypto::digest::Digest;
use crate::crypto::signature::VerifyKey;
use crate::id::RecordSeq;

/// How closely the records are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scrutiny {
    /// Every signature.
    Full,
    /// The signatures of records on which anything rests that is later decided or owed. The others
    /// are vouched for by the chain.
    Acting,
    /// No signature; the report says so.
    Quick,
}

impl Scrutiny {
    /// Whether a record's signature holds, as far as it is looked at.
    fn finds(self, record: &Record, claim: &Claim, origin: &str) -> bool {
        match self {
            Self::Full => claim.holds(origin),
            Self::Acting => only_tells(record) || claim.holds(origin),
            Self::Quick => true,
        }
    }
}

/// A record's signature, and whose it must be.
pub struct Claim {
    /// Which record's.
    pub seq: RecordSeq,
    key: VerifyKey,
    signature: LineSignature,
}

impl Claim {
    /// Whether the signature is that key's, in the log of this origin.
    pub fn holds(&self, origin: &str) -> bool {
        self.signature.is_by(&self.key, origin)
    }
}

impl Ledger {
    /// Reads the next line.
    ///
    /// # Errors
    /// [`BadRecord`]; the ledger is then of no use beyond the records before it.
    pub fn read(&mut self, line: &[u8], scrutiny: Scrutiny) -> Result<Record, BadRecord> {
        self.read_hashed(line, leaf_of(line), scrutiny)
    }

    /// The same, where the line's leaf hash is at hand.
    ///
    /// # Errors
    /// [`BadRecord`].
    pub fn read_hashed(
        &mut self,
        line: &[u8],
        leaf: Digest,
        scrutiny: Scrutiny,
    ) -> Result<Record, BadRecord> {
        self.read_claiming(line, leaf, |record, claim, origin| {
            scrutiny.finds(record, &claim, origin)
        })
    }

    /// The same, where `before` is told of the record and of what the log said before it.
    ///
    /// # Errors
    /// [`BadRecord`]; `before` was told of the record all the same, where it is one.
    pub fn read_telling(
        &mut self,
        line: &[u8],
        scrutiny: Scrutiny,
        before: impl FnOnce(&Record, &Self),
    ) -> Result<Record, BadRecord> {
        let holds =
            |record: &Record, claim: Claim, origin: &str| scrutiny.finds(record, &claim, origin);
        self.take_line(line, leaf_of(line), holds, before)
    }

    /// The same, where `holds` says whether a record's signature is as claimed, or takes note of
    /// the claim to look into it later: what is read meanwhile is worth nothing if it does not hold.
    ///
    /// # Errors
    /// [`BadRecord`].
    pub fn read_claiming(
        &mut self,
        line: &[u8],
        leaf: Digest,
        holds: impl FnOnce(&Record, Claim, &str) -> bool,
    ) -> Result<Record, BadRecord> {
        self.take_line(line, leaf, holds, |_, _| ())
    }

    /// The one way of a line into the ledger: whoever reads, writes or verifies the log comes by here.
    fn take_line(
        &mut self,
        line: &[u8],
        leaf: Digest,
        holds: impl FnOnce(&Record, Claim, &str) -> bool,
        before: impl FnOnce(&Record, &Self),
    ) -> Result<Record, BadRecord> {
        let seq = self.next();
        let bad = move |flaw| BadRecord { seq, flaw };
        let (record, signature) = Record::from_line(line).map_err(|_| bad(Flaw::NotARecord))?;
        if record.seq.get() != self.size {
            return Err(bad(Flaw::WrongPlace));
        }
        if record.prev != self.last {
            return Err(bad(Flaw::BrokenChain));
        }
        if self.size == 0 {
            self.take_origin(&record);
        }
        let claim = self.claim_of(&record, signature).map_err(bad)?;
        let key = claim.as_ref().map(|claim| claim.key);
        if claim.is_some_and(|claim| !holds(&record, claim, &self.origin)) {
            return Err(bad(Flaw::WrongSignature));
        }
        before(&record, self);
        self.admit(&record, leaf, key).map_err(bad)?;
        Ok(record)
    }

    fn take_origin(&mut self, record: &Record) {
        for fact in &record.facts {
            if let Fact::Vault(vault) = fact {
                self.origin = vault.origin();
            }
        }
    }

    /// The key whose signature the record must bear.
    pub fn signer_of(&self, record: &Record) -> Option<VerifyKey> {
        match &record.actor {
            Actor::Person(person) if self.size == 0 => {
                record.facts.iter().find_map(|fact| match fact {
                    Fact::Person(facts) if facts.person == *person => Some(facts.verify_key),
                    _ => None,
                })
            }
            Actor::Person(person) => Some(self.person(*person)?.facts.verify_key),
            Actor::Sheet(serial) => Some(self.envelope.sheets.get(serial)?.facts.verify_key),
            Actor::Escrow(epoch) => Some(self.envelope.seals.get(epoch)?.facts.verify_key),
            Actor::Nobody => None,
        }
    }

    /// What a record's signature claims; `None` where nobody could sign.
    fn claim_of(
        &self,
        record: &Record,
        signature: Option<LineSignature>,
    ) -> Result<Option<Claim>, Flaw> {
        if record.actor == Actor::Nobody {
            return match signature {
                None => Ok(None),
                Some(_) => Err(Flaw::WrongSignature),
            };
        }
        let signature = signature.ok_or(Flaw::Unsigned)?;
        let key = self.signer_of(record).ok_or(Flaw::WrongSignature)?;
        Ok(Some(Claim {
            seq: record.seq,
            key,
            signature,
        }))
    }

    /// The digest that a row must have, and the record that says so.
    pub fn row(&self, row: &RowKey) -> Option<(RecordSeq, Digest)> {
        self.rows.get(row)
    }

    /// Every row that there must be.
    pub fn row_keys(&self) -> impl Iterator<Item = RowKey> {
        self.rows.keys()
    }
}

/// Whether nothing rests on a record but the count of failed unlocks: what a person did that leaves
/// the vault as it was. In daily use these are most of the log.
fn only_tells(record: &Record) -> bool {
    let tells = matches!(
        record.event,
        Event::VaultUnlock
            | Event::PolicyAcknowledge
            | Event::SecretReveal
            | Event::TransferImport
            | Event::LogRead
            | Event::LogExport
            | Event::VaultRestore
    );
    let by_person = matches!(record.actor, Actor::Person(_));
    let changes_nothing = record.facts.is_empty() && record.rows.is_empty();
    tells && by_person && changes_nothing && record.outcome == Outcome::Ok
}
