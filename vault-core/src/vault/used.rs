//! Passwords that were in use before: others may know them, so that none of them makes good what a new
//! password would. Each is compared inside the store, and an attempt is on record before it is told.

use super::turn::Turn;
use crate::access::{Act as Asked, Permit};
use crate::audit::actor::ObjectRef;
use crate::audit::event::{Event, Outcome};
use crate::audit::versions::{VersionState, Versions};
use crate::entry::FieldName;
use crate::error::{EntryRefused, Error};
use crate::id::{CollectionId, RecordSeq, Version};
use crate::secret::SecretBytes;
use crate::store::draft::Draft;
use crate::store::rows::EntryRow;

impl Turn<'_> {
    /// Refuses a new password that the entry has, or had before.
    pub(super) fn refuse_used(
        mut self,
        row: &EntryRow,
        permit: &Permit,
        password: &SecretBytes,
    ) -> Result<Self, Error> {
        let same = self.versions_with(row, permit, password)?;
        if same.is_empty() || !self.was_in_use(row, &same)? {
            return Ok(self);
        }
        let attempt = Draft::new(Event::SecretRotate).object(ObjectRef::Entry(row.entry));
        self.record(attempt.outcome(Outcome::Failed))?;
        self.commit()?;
        Err(EntryRefused::UsedBefore.into())
    }

    /// Refuses to add under the title of a retired entry what that entry holds: it is to be restored,
    /// with whatever is due of it.
    pub(super) fn refuse_retired(
        mut self,
        collection: CollectionId,
        title: &str,
        password: Option<&SecretBytes>,
    ) -> Result<Self, Error> {
        let Some(password) = password else {
            return Ok(self);
        };
        let mut rows = self.entries_called(title)?;
        rows.retain(|row| self.is_retired(row.entry));
        for row in rows {
            let Some(permit) = self.leave(Asked::Reveal(row.entry)) else {
                continue;
            };
            if self.versions_with(&row, &permit, password)?.is_empty() {
                continue;
            }
            let attempt = Draft::new(Event::SecretCreate).object(ObjectRef::Collection(collection));
            self.record(attempt.outcome(Outcome::Failed))?;
            self.commit()?;
            return Err(EntryRefused::UsedRetired.into());
        }
        Ok(self)
    }

    /// The versions of an entry with this password.
    fn versions_with(
        &mut self,
        row: &EntryRow,
        permit: &Permit,
        password: &SecretBytes,
    ) -> Result<Vec<Version>, Error> {
        let latest = self.ledger().entries.get(&row.entry).map(|e| e.latest);
        let mut same = Vec::new();
        for number in 1..=latest.map_or(0, Version::get) {
            let version = Version::new(number);
            let fields = match self.fields_of(row, version) {
                Ok(fields) => fields,
                // Nobody can have read it either.
                Err(Error::KeyRefused(_)) => continue,
                Err(other) => return Err(other),
            };
            let mut fields = (0..).zip(&fields);
            let Some((place, _)) = fields.find(|(_, name)| **name == FieldName::password()) else {
                continue;
            };
            let Some(head) = self.act.version_head(row.entry, version)? else {
                continue;
            };
            let identity = self.keys.identity();
            let ring = &mut *self.keyring;
            let key = ring.at(&self.act, identity, row.collection, head.generation)?;
            let Some(key) = key else { continue };
            if self.act.has_value(permit, version, place, key, password)? {
                same.push(version);
            }
        }
        Ok(same)
    }

    /// Whether one of these versions was ever in use. One that was dropped was not, and may be
    /// proposed again, unless something became due since: somebody could read it then.
    fn was_in_use(&mut self, row: &EntryRow, same: &[Version]) -> Result<bool, Error> {
        if same.contains(&row.current) {
            return Ok(true);
        }
        let mut versions = Versions::of(row.entry);
        self.act.records(|record| {
            versions.read(&record);
            Ok(())
        })?;
        let ledger = self.ledger();
        let known = ledger.entries.get(&row.entry);
        let due = known.map(|known| ledger.due_since(row.entry, &known));
        let due = due.unwrap_or_default();
        let since = |proposed: RecordSeq| due.iter().any(|(_, cause)| *cause > proposed);
        let mut stories = versions.into_stories().into_iter();
        Ok(stories.any(|story| {
            let dropped = story.state == VersionState::Dropped;
            same.contains(&story.version) && (!dropped || since(story.proposed.record))
        }))
    }
}
