//! What anybody with the file may know: roles, serials, ids and counts; no names, no titles.

use super::Vault;
use crate::audit::backups::LastBackup;
use crate::audit::dated::Age;
use crate::emergency::duty::Duty;
use crate::emergency::register::{EnvelopeState, Sheet, SheetStanding};
use crate::emergency::{Holder, Rule};
use crate::error::Error;
use crate::id::{Epoch, RecordSeq, Serial, VaultId};
use crate::person::Role;
use crate::time::Timestamp;

/// The vault's state.
#[derive(Debug, Clone)]
pub struct Status {
    /// Which vault.
    pub vault: VaultId,
    /// The council's name as a slug.
    pub council: String,
    /// The council's full name.
    pub council_name: String,
    /// How many records the log has.
    pub records: u64,
    /// Everything that is owed.
    pub duties: Vec<Duty>,
    /// The envelope's state.
    pub envelope: EnvelopeSummary,
    /// When the vault was last copied, if ever.
    pub last_backup: Option<BackupAge>,
}

/// The last backup that is on record and not reported as failed.
#[derive(Debug, Clone, Copy)]
pub struct BackupAge {
    /// The record of it.
    pub record: RecordSeq,
    /// When it says that it was made.
    pub time: Timestamp,
    /// How long ago that was, as far as the records after it let it be believed.
    pub age: Age,
}

/// The envelope's state.
#[derive(Debug, Clone)]
pub struct EnvelopeSummary {
    /// Unsealed, sealed or opened.
    pub state: EnvelopeState,
    /// The newest epoch.
    pub epoch: Option<Epoch>,
    /// The rule of that epoch, or the one chosen for the first.
    pub rule: Option<Rule>,
    /// Who holds sheets under the rule.
    pub holders: Vec<HolderSummary>,
    /// How many collections the envelope opens.
    pub covered: usize,
    /// How many it could.
    pub coverable: usize,
    /// What is owed to the envelope.
    pub duties: Vec<Duty>,
    /// Whether a second person has yet to confirm the seal.
    pub unconfirmed: bool,
}

/// A holder under the rule.
#[derive(Debug, Clone)]
pub struct HolderSummary {
    /// A person's id, or a place.
    pub holder: Holder,
    /// The person's role.
    pub role: Option<Role>,
    /// Their newest sheet.
    pub serial: Option<Serial>,
    /// Where it stands.
    pub standing: Option<SheetStanding>,
    /// Whether it opens the newest epoch, as far as it goes: a share is sealed to it, and it is not
    /// lost.
    pub sealed: bool,
    /// Whether somebody other than the holder made it, and so saw its words.
    pub by_another: bool,
    /// Whether words of it were read back from the paper.
    pub read_back: bool,
}

/// The last signed head.
#[derive(Debug, Clone)]
pub struct LastCheckpoint {
    /// The signed note.
    pub note: Option<String>,
    /// How many records stand after it.
    pub since: u64,
}

impl Vault {
    /// The vault's state; it needs no person and records nothing.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn status(&mut self) -> Result<Status, Error> {
        self.refresh()?;
        let duties = self.duties()?;
        Ok(Status {
            vault: self.id()?,
            council: self.council().to_owned(),
            council_name: self.council_name().to_owned(),
            records: self.ledger.size,
            envelope: self.envelope_summary(&duties),
            duties,
            last_backup: self.last_backup(),
        })
    }

    /// The last signed checkpoint, and how many records stand after it.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn last_checkpoint(&mut self) -> Result<LastCheckpoint, Error> {
        self.refresh()?;
        let last = self.store.last_checkpoint()?;
        let size = last.as_ref().map_or(0, |(size, _)| *size);
        Ok(LastCheckpoint {
            note: last.map(|(_, note)| note),
            since: self.ledger.size.saturating_sub(size),
        })
    }

    /// What is owed by the log alone, and by the time that has passed. On a copy that was opened it is
    /// one thing: that the vault itself hears of it, where all the rest is then owed.
    pub(super) fn duties(&self) -> Result<Vec<Duty>, Error> {
        if let (Some(copy), Some(opening)) = (self.copy()?, &self.ledger.envelope.opening)
            && opening.released > copy.record
        {
            return Ok(vec![Duty::BringIn(opening.record)]);
        }
        Ok(self.ledger.duties_at(self.surroundings.clock.now()))
    }

    fn last_backup(&self) -> Option<BackupAge> {
        let LastBackup { record, time, .. } = self.ledger.backups.last()?;
        let now = self.surroundings.clock.now();
        let age = self.ledger.clocks.age(record, time, now);
        Some(BackupAge { record, time, age })
    }

    fn envelope_summary(&self, duties: &[Duty]) -> EnvelopeSummary {
        let ledger = &self.ledger;
        let register = &ledger.envelope;
        let newest = register.newest();
        let sealed = newest.map(|seal| seal.facts.scheme.serials());
        let of_envelope = |duty: &Duty| match duty {
            Duty::Confirm(record) => newest.is_some_and(|seal| seal.record == *record),
            Duty::Incident(_) | Duty::ChangePassword { .. } => false,
            _ => true,
        };
        let chosen = register.rule.as_ref();
        let holders = chosen.into_iter().flat_map(|rule| &rule.holders);
        let summarised = holders.map(|holder| {
            let sheet = register.newest_sheet(holder);
            let serial = sheet.map(|sheet| &sheet.facts.serial);
            let in_seal = |serial| sealed.as_ref().is_some_and(|all| all.contains(serial));
            let standing = serial.map(|serial| register.standing_of(serial));
            let is_lost = standing == Some(SheetStanding::Lost);
            HolderSummary {
                role: ledger.role_of(holder),
                holder: holder.clone(),
                sealed: serial.is_some_and(in_seal) && !is_lost,
                standing,
                serial: serial.cloned(),
                by_another: sheet.is_some_and(Sheet::is_by_another),
                read_back: sheet.is_some_and(|sheet| sheet.facts.read_back),
            }
        });
        EnvelopeSummary {
            state: register.state(),
            epoch: newest.map(|seal| seal.facts.epoch),
            rule: newest
                .map(|seal| seal.facts.rule)
                .or(chosen.map(|r| r.rule)),
            holders: summarised.collect(),
            covered: ledger.covered(),
            coverable: ledger.coverable().count(),
            duties: duties
                .iter()
                .filter(|duty| of_envelope(duty))
                .cloned()
                .collect(),
            unconfirmed: newest.is_some_and(|seal| !ledger.is_confirmed(seal.facts.epoch)),
        }
    }
}
