//! Making a sheet: its words are drawn, written down and read back, and only then does it stand.

use std::collections::BTreeSet;

use super::Session;
use super::turn::Turn;
use crate::access::Act as Asked;
use crate::audit::actor::ObjectRef;
use crate::audit::event::{Event, Outcome};
use crate::audit::fact::Fact;
use crate::crypto::random::{self, Entropy};
use crate::crypto::shamir::{self, Identifier};
use crate::emergency::{Holder, SheetFacts};
use crate::error::{EnvelopeRefused, Error, Noun};
use crate::id::{RecordSeq, Serial, VaultId};
use crate::keys::{EscrowKeys, escrow};
use crate::person::Role;
use crate::secret::{SecretBytes, SecretString};
use crate::store::draft::Draft;

/// A sheet whose words nobody has on paper yet, and no record names: what is to be written down,
/// read back and then forgotten.
pub struct DraftSheet {
    /// What is to stand on its envelope.
    pub serial: Serial,
    /// Who is to keep it.
    pub holder: Holder,
    /// The holder's name.
    pub holder_name: String,
    /// Twenty words.
    pub words: SecretString,
    /// Who else keeps a sheet under the rule.
    pub others: Vec<OtherHolder>,
    facts: SheetFacts,
}

/// Somebody else who keeps a sheet.
pub struct OtherHolder {
    /// Who, or where.
    pub holder: Holder,
    /// What they are called.
    pub name: String,
    /// What a person is to the council.
    pub role: Option<Role>,
}

/// A sheet that was made.
pub struct IssuedSheet {
    /// What stands on its envelope.
    pub serial: Serial,
    /// Who keeps it.
    pub holder: Holder,
    /// The holder's name.
    pub holder_name: String,
    /// Twenty words.
    pub words: SecretString,
    /// The record.
    pub record: RecordSeq,
}

/// Whether words of a sheet were read back from the paper before the sheet stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadBack {
    /// Three words were, and were right.
    Done,
    /// Nobody was asked.
    Skipped,
}

impl Session<'_> {
    /// Makes a holder's sheet, whose words nobody reads back. They are nowhere but in what is
    /// returned; a share is sealed to the sheet at the next seal.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`] for somebody who is no holder under the rule.
    pub fn issue_sheet(&mut self, holder: &str) -> Result<IssuedSheet, Error> {
        let draft = self.draft_sheet(holder)?;
        self.record_sheet(draft, ReadBack::Skipped)
    }

    /// Draws the words of a holder's sheet. The file is not held while they are written down and
    /// read back, and there is no sheet until [`Session::record_sheet`], so that no seal can be
    /// made to words that nobody has.
    ///
    /// # Errors
    /// As [`Session::issue_sheet`].
    pub fn draft_sheet(&mut self, holder: &str) -> Result<DraftSheet, Error> {
        let turn = self.turn()?;
        let holder = turn.find_holder(holder)?;
        let mut turn = turn.allow_sheet(&holder)?;
        let serial = turn.ledger().next_serial_for(&holder);
        let holder_name = turn.holder_name(&holder)?;
        let others = turn.other_holders(&holder)?;
        let (words, facts) = turn.new_sheet(serial.clone(), holder.clone())?;
        turn.commit()?;
        Ok(DraftSheet {
            serial,
            holder,
            holder_name,
            words,
            others,
            facts,
        })
    }

    /// Records a sheet that is on paper: from now on the next seal reckons with it.
    ///
    /// # Errors
    /// As [`Session::issue_sheet`]; [`EnvelopeRefused::SheetOvertaken`] where another sheet was given the
    /// same number meanwhile.
    pub fn record_sheet(
        &mut self,
        sheet: DraftSheet,
        read_back: ReadBack,
    ) -> Result<IssuedSheet, Error> {
        let mut turn = self.turn()?.allow_sheet(&sheet.holder)?;
        if turn.ledger().next_serial_for(&sheet.holder) != sheet.serial {
            return Err(EnvelopeRefused::SheetOvertaken.into());
        }
        let facts = SheetFacts {
            read_back: read_back == ReadBack::Done,
            ..sheet.facts
        };
        let draft = Draft::new(Event::EnvelopeIssue)
            .object(ObjectRef::Sheet(sheet.serial.clone()))
            .fact(Fact::Sheet(facts));
        let record = turn.record(draft)?;
        turn.commit()?;
        Ok(IssuedSheet {
            serial: sheet.serial,
            holder: sheet.holder,
            holder_name: sheet.holder_name,
            words: sheet.words,
            record,
        })
    }

    /// Records that a sheet was given up because its words were read back wrongly. There is no such
    /// sheet then, and its number is free.
    ///
    /// # Errors
    /// As [`Session::issue_sheet`].
    pub fn reject_sheet(&mut self, sheet: DraftSheet) -> Result<RecordSeq, Error> {
        let mut turn = self.turn()?.allow_sheet(&sheet.holder)?;
        let draft = Draft::new(Event::EnvelopeIssue)
            .object(ObjectRef::Sheet(sheet.serial))
            .outcome(Outcome::Failed);
        let record = turn.record(draft)?;
        turn.commit()?;
        Ok(record)
    }
}

impl Turn<'_> {
    /// Leave to make a sheet for a holder of the rule.
    fn allow_sheet(self, holder: &Holder) -> Result<Self, Error> {
        let rule = self.ledger().envelope.rule.as_ref();
        let rule = rule.ok_or(EnvelopeRefused::NoRule)?;
        if !rule.holders.contains(holder) {
            return Err(Error::NotFound(Noun::Holder));
        }
        let asked = Asked::IssueSheet(holder.clone());
        let (turn, _) = self.allow(asked, Draft::new(Event::EnvelopeIssue))?;
        Ok(turn)
    }

    /// Who keeps a sheet under the rule beside this holder.
    fn other_holders(&mut self, than: &Holder) -> Result<Vec<OtherHolder>, Error> {
        let rule = self.ledger().envelope.rule.as_ref();
        let holders = rule.map_or_else(Vec::new, |rule| rule.holders.clone());
        let mut others = Vec::with_capacity(holders.len());
        for holder in holders.into_iter().filter(|holder| holder != than) {
            others.push(OtherHolder {
                name: self.holder_name(&holder)?,
                role: self.ledger().role_of(&holder),
                holder,
            });
        }
        Ok(others)
    }

    /// Fresh words, and what the log says of the sheet that bears them.
    fn new_sheet(
        &mut self,
        serial: Serial,
        holder: Holder,
    ) -> Result<(SecretString, SheetFacts), Error> {
        let vault = self.vault()?;
        let taken = self.ledger().envelope.sheets.values();
        let taken: BTreeSet<Identifier> = taken.map(|sheet| sheet.facts.identifier).collect();
        let entropy = &mut *self.surroundings.entropy;
        let (key, identifier) = key_beside(&taken, vault, entropy)?;
        let words = shamir::words_of_key_as(&key, identifier, entropy);
        let words = words.map_err(|_| Error::Internal("a sheet's words"))?;
        let keys = EscrowKeys::of_sheet(&key, vault);
        let facts = SheetFacts {
            serial,
            holder,
            recipient: keys.identity.recipient(),
            verify_key: keys.signing.verify_key(),
            identifier,
            read_back: false,
        };
        Ok((words, facts))
    }
}

/// A key for a sheet whose words begin otherwise than those of every other sheet.
fn key_beside(
    taken: &BTreeSet<Identifier>,
    vault: VaultId,
    entropy: &mut dyn Entropy,
) -> Result<(SecretBytes, Identifier), Error> {
    /// A log has a few dozen sheets, and there are 32,768 beginnings.
    const TRIES: usize = 64;
    for _ in 0..TRIES {
        let key = random::secret(entropy, escrow::SECRET)?;
        let identifier = EscrowKeys::identifier_of_sheet(&key, vault);
        if !taken.contains(&identifier) {
            return Ok((key, identifier));
        }
    }
    Err(Error::Internal("a sheet's key"))
}
