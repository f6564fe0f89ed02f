//! Retiring an entry: it is kept and can be revealed, nothing of it is changed or owed, and its title
//! is free. Restoring it: it is used again, and owed what it was owed before.

use super::Session;
use super::entries::Beside;
use super::names::Use;
use super::reveal::reason_line;
use super::turn::Turn;
use crate::access::{Act as Asked, Permit};
use crate::audit::actor::ObjectRef;
use crate::audit::details::Word;
use crate::audit::event::{Event, Step};
use crate::entry::Catalogue;
use crate::error::{EntryRefused, Error};
use crate::id::{EntryId, RecordSeq};
use crate::keys::KeyRefused;
use crate::store::draft::Draft;
use crate::store::rows::EntryRow;

impl Session<'_> {
    /// Retires an entry.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`EntryRefused::AlreadyRetired`], and [`EntryRefused::AlreadyPending`] while a new
    /// password waits.
    pub fn retire(
        &mut self,
        name: &str,
        reason: Option<&str>,
    ) -> Result<(EntryId, RecordSeq), Error> {
        let reason = reason_line(reason)?;
        let mut turn = self.turn()?;
        let row = turn.find_entry(name)?;
        let draft = Draft::new(Event::SecretArchive).object(ObjectRef::Entry(row.entry));
        let (mut turn, permit) = turn.allow(Asked::Retire(row.entry), draft)?;
        if turn.is_retired(row.entry) {
            return Err(EntryRefused::AlreadyRetired.into());
        }
        if row.pending.is_some() {
            return Err(EntryRefused::AlreadyPending.into());
        }
        let catalogue = turn.catalogue_of(&row)?.retired();
        turn.archive(Step::Retired, row, &catalogue, &permit, &reason)
    }

    /// Uses a retired entry again. Where another of its title is in use by now, only if `beside` says
    /// so.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`EntryRefused::NotRetired`]; [`Error::TitleTaken`].
    pub fn restore_entry(
        &mut self,
        name: &str,
        reason: Option<&str>,
        beside: Beside,
    ) -> Result<(EntryId, RecordSeq), Error> {
        let reason = reason_line(reason)?;
        let mut turn = self.turn()?;
        let row = turn.find_entry_that(name, Use::Retired)?;
        let draft = Draft::new(Event::SecretArchive).object(ObjectRef::Entry(row.entry));
        let (mut turn, permit) = turn.allow(Asked::Restore(row.entry), draft)?;
        if !turn.is_retired(row.entry) {
            return Err(EntryRefused::NotRetired.into());
        }
        let catalogue = turn.catalogue_of(&row)?.restored();
        turn.refuse_taken(&catalogue.title, Some(row.entry), beside)?;
        turn.archive(Step::Restored, row, &catalogue, &permit, &reason)
    }
}

impl Turn<'_> {
    /// Records that an entry is retired or used again, with its catalogue sealed anew.
    fn archive(
        mut self,
        step: Step,
        mut row: EntryRow,
        catalogue: &Catalogue,
        permit: &Permit,
        reason: &str,
    ) -> Result<(EntryId, RecordSeq), Error> {
        let key = self.newest_catalogue_key(row.collection)?;
        let key = key.ok_or(KeyRefused)?;
        row.revision += 1;
        row.generation = key.generation();
        let entropy = &mut *self.surroundings.entropy;
        row.catalogue = key.seal_catalogue(row.entry, row.revision, catalogue, entropy)?;
        let entry = row.entry;
        let draft = Draft::new(Event::SecretArchive)
            .step(step)
            .object(ObjectRef::Entry(entry))
            .permission(permit.permission())
            .word(Word::Title, &catalogue.title)
            .word(Word::Reason, reason)
            .row(row);
        let record = self.record(draft)?;
        self.commit()?;
        Ok((entry, record))
    }
}
