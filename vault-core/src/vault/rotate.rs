//! Rotation that cannot lose a password: proposed, put on the site, then confirmed or dropped. A
//! crash at any moment leaves both the old and the new value readable.

use super::Session;
use super::entries::new_version;
use super::reveal::reason_line;
use super::turn::Turn;
use crate::access::{Act as Asked, Permit};
use crate::audit::actor::ObjectRef;
use crate::audit::details::Word;
use crate::audit::event::{Event, Step};
use crate::entry::{Field, FieldName, InvalidField};
use crate::error::{EntryRefused, Error, Noun, ReasonRefused};
use crate::id::{EntryId, RecordSeq, Version};
use crate::keys::KeyRefused;
use crate::secret::SecretBytes;
use crate::store::draft::Draft;
use crate::store::rows::EntryRow;

/// A step of a rotation that was taken.
#[derive(Debug, Clone, Copy)]
pub struct Rotated {
    /// Of which entry.
    pub entry: EntryId,
    /// The version that was proposed, confirmed or dropped.
    pub version: Version,
    /// The record.
    pub record: RecordSeq,
}

impl Session<'_> {
    /// Proposes a new password, which waits until the site has it.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`EntryRefused::AlreadyPending`] while another waits, [`EntryRefused::Retired`];
    /// [`EntryRefused::UsedBefore`] for a password that the entry has or had, which is on record.
    pub fn propose(
        &mut self,
        name: &str,
        password: SecretBytes,
        reason: Option<&str>,
    ) -> Result<Rotated, Error> {
        if password.is_empty() {
            return Err(InvalidField::EmptyPassword.into());
        }
        let fields = [Field {
            name: FieldName::password(),
            value: password,
        }];
        crate::entry::field::check(&fields)?;
        let reason = reason_line(reason)?;
        let told = std::str::from_utf8(fields[0].value.expose());
        if told.is_ok_and(|secret| reason.contains(secret)) {
            return Err(ReasonRefused::HoldsSecret.into());
        }
        let (turn, row, permit) = self.rotation(name)?;
        if row.pending.is_some() {
            return Err(EntryRefused::AlreadyPending.into());
        }
        let mut turn = turn.refuse_used(&row, &permit, &fields[0].value)?;
        let title = turn.catalogue_of(&row)?.title;
        let (vault, now) = (turn.vault()?, turn.now());
        let latest = turn.ledger().entries.get(&row.entry).map(|e| e.latest);
        let version = latest.ok_or(Error::NotFound(Noun::Entry))?.next();
        turn.collection_key(row.collection)?.ok_or(KeyRefused)?;
        let newest = super::keyring::newest_facts(&turn.act, row.collection)?;
        let key = turn.keyring.get(row.collection, newest.generation);
        let key = key.ok_or(KeyRefused)?;
        let entropy = &mut *turn.surroundings.entropy;
        let new = new_version(vault, row.entry, version, &fields, key, now, entropy)?;
        let entry = row.entry;
        let row = EntryRow {
            pending: Some(version),
            ..row
        };
        let draft = step(entry, version, Step::Pending, &permit)
            .word(Word::Title, &title)
            .word(Word::Reason, &reason)
            .row(row)
            .row(new);
        let record = turn.record(draft)?;
        turn.commit()?;
        Ok(Rotated {
            entry,
            version,
            record,
        })
    }

    /// Makes the waiting password the current one.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`EntryRefused::NothingPending`] where none waits.
    pub fn confirm(&mut self, name: &str, reason: Option<&str>) -> Result<Rotated, Error> {
        self.settle_rotation(name, Step::Confirmed, reason)
    }

    /// Drops the waiting password; it stays in the history.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`EntryRefused::NothingPending`] where none waits.
    pub fn abort(&mut self, name: &str, reason: Option<&str>) -> Result<Rotated, Error> {
        self.settle_rotation(name, Step::Aborted, reason)
    }

    fn settle_rotation(
        &mut self,
        name: &str,
        how: Step,
        reason: Option<&str>,
    ) -> Result<Rotated, Error> {
        let reason = reason_line(reason)?;
        let (mut turn, mut row, permit) = self.rotation(name)?;
        let version = row.pending.ok_or(EntryRefused::NothingPending)?;
        let mut catalogue = turn.catalogue_of(&row)?;
        if how == Step::Confirmed {
            let names = turn.fields_of(&row, version)?;
            catalogue = catalogue.with_version(version, &names, turn.now());
            row.current = version;
        }
        row.pending = None;
        row.revision += 1;
        let key = turn.newest_catalogue_key(row.collection)?;
        let key = key.ok_or(KeyRefused)?;
        row.generation = key.generation();
        let entropy = &mut *turn.surroundings.entropy;
        row.catalogue = key.seal_catalogue(row.entry, row.revision, &catalogue, entropy)?;
        let entry = row.entry;
        let draft = step(entry, version, how, &permit)
            .word(Word::Title, &catalogue.title)
            .word(Word::Reason, &reason)
            .row(row);
        let record = turn.record(draft)?;
        turn.commit()?;
        Ok(Rotated {
            entry,
            version,
            record,
        })
    }

    /// Leave to rotate the entry called `name`.
    fn rotation(&mut self, name: &str) -> Result<(Turn<'_>, EntryRow, Permit), Error> {
        let mut turn = self.turn()?;
        let row = turn.find_entry(name)?;
        let denied = Draft::new(Event::SecretRotate).object(ObjectRef::Entry(row.entry));
        let (turn, permit) = turn.allow(Asked::Rotate(row.entry), denied)?;
        if turn.is_retired(row.entry) {
            return Err(EntryRefused::Retired.into());
        }
        Ok((turn, row, permit))
    }
}

fn step(entry: EntryId, version: Version, step: Step, permit: &Permit) -> Draft {
    Draft::new(Event::SecretRotate)
        .step(step)
        .object(ObjectRef::Entry(entry))
        .version(version)
        .permission(permit.permission())
}
