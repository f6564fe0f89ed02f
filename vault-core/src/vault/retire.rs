//! Retiring an entry: it is kept and can be revealed, and nothing of it is changed or owed any more.

use super::Session;
use super::reveal::reason_line;
use crate::access::Act as Asked;
use crate::audit::details::Word;
use crate::audit::event::Event;
use crate::audit::record::ObjectRef;
use crate::entry::EntryState;
use crate::error::{Error, Invalid};
use crate::id::{EntryId, RecordSeq};
use crate::keys::KeyRefused;
use crate::store::draft::Draft;

impl Session<'_> {
    /// Retires an entry.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Invalid::AlreadyRetired`], and [`Invalid::AlreadyPending`] while a new
    /// password waits.
    pub fn retire(
        &mut self,
        name: &str,
        reason: Option<&str>,
    ) -> Result<(EntryId, RecordSeq), Error> {
        let reason = reason_line(reason)?;
        let mut turn = self.turn()?;
        let mut row = turn.find_entry(name)?;
        let draft = Draft::new(Event::SecretArchive).object(ObjectRef::Entry(row.entry));
        let (mut turn, permit) = turn.allow(Asked::Retire(row.entry), draft)?;
        if turn.is_retired(row.entry) {
            return Err(Invalid::AlreadyRetired.into());
        }
        if row.pending.is_some() {
            return Err(Invalid::AlreadyPending.into());
        }
        let mut catalogue = turn.catalogue_of(&row)?;
        catalogue.state = EntryState::Retired;
        let key = turn.newest_catalogue_key(row.collection)?;
        let key = key.ok_or(KeyRefused)?;
        row.revision += 1;
        row.generation = key.generation();
        let entropy = &mut *turn.surroundings.entropy;
        row.catalogue = key.seal_catalogue(row.entry, row.revision, &catalogue, entropy)?;
        let entry = row.entry;
        let draft = Draft::new(Event::SecretArchive)
            .object(ObjectRef::Entry(entry))
            .permission(permit.permission())
            .word(Word::Title, &catalogue.title)
            .word(Word::Reason, &reason)
            .row(row);
        let record = turn.record(draft)?;
        turn.commit()?;
        Ok((entry, record))
    }
}
