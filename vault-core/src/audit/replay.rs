//! Reads the log into the ledger, one line after another, and refuses the first bad record.

use super::entitlement::Unentitled;
use super::event::{Event, Outcome};
use super::fact::Fact;
use super::ledger::{Ledger, leaf_of};
use super::record::{Actor, LineSignature, Record};
use super::row::RowKey;
use crate::crypto::digest::Digest;
use crate::crypto::signature::VerifyKey;
use crate::id::RecordSeq;

/// What is wrong with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// The line is not a record of this version.
    NotARecord,
    /// It does not bear the number of its place.
    WrongPlace,
    /// It does not follow the record before it.
    BrokenChain,
    /// It lacks the signature that such a record has.
    Unsigned,
    /// Its signature is not its actor's, or it has one where nobody could sign.
    WrongSignature,
    /// Its actor had no right to it.
    Unentitled(Unentitled),
    /// What it says contradicts what was recorded before.
    Contradiction,
    /// A details row does not match it, or is missing.
    Details,
    /// A checkpoint of this size does not match the records.
    Checkpoint,
    /// No witness that is named signed the head that it speaks of, or that head is not this log's.
    Cosignature,
    /// The log ends before a record that a signed checkpoint counts.
    Missing,
    /// What it brings in from a copy of the log could not stand there.
    Brought,
    /// It is not covered by a signed checkpoint, and is not of a kind that may wait for one.
    NotCovered,
}

/// The first bad record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadRecord {
    /// Which.
    pub seq: RecordSeq,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// How closely the records are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scrutiny {
    /// Every signature.
    Full,
    /// The signatures of records on which anything rests that is later decided or owed. The others
    /// are vouched for by the chain.
    Acting,
    /// No signature; the report says so.
    Quick,
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
        let key = self
            .check_signature(&record, signature.as_ref(), scrutiny)
            .map_err(bad)?;
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

    fn check_signature(
        &self,
        record: &Record,
        signature: Option<&LineSignature>,
        scrutiny: Scrutiny,
    ) -> Result<Option<VerifyKey>, Flaw> {
        if record.actor == Actor::Nobody {
            return match signature {
                None => Ok(None),
                Some(_) => Err(Flaw::WrongSignature),
            };
        }
        let signature = signature.ok_or(Flaw::Unsigned)?;
        let key = self.signer_of(record).ok_or(Flaw::WrongSignature)?;
        let look = match scrutiny {
            Scrutiny::Full => true,
            Scrutiny::Acting => !only_tells(record),
            Scrutiny::Quick => false,
        };
        if look && !signature.is_by(&key, &self.origin) {
            return Err(Flaw::WrongSignature);
        }
        Ok(Some(key))
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
