//! The history of an entry: its versions by the log, without any of their values.

use super::Session;
use super::turn::Turn;
use crate::audit::versions::{Deed, VersionState, Versions};
use crate::entry::FieldName;
use crate::error::Error;
use crate::id::{EntryId, Version};
pub use crate::report::done_by::DoneBy;

/// The versions of an entry, oldest first.
#[derive(Clone)]
pub struct History {
    /// Which entry.
    pub entry: EntryId,
    /// What it is called.
    pub title: String,
    /// Its versions.
    pub versions: Vec<PastVersion>,
}

/// One version of an entry.
#[derive(Clone)]
pub struct PastVersion {
    /// Which.
    pub version: Version,
    /// What became of it.
    pub state: VersionState,
    /// Which fields it changed; `None` where whoever made it left that unreadable.
    pub fields: Option<Vec<FieldName>>,
    /// Who made it, and when.
    pub proposed: DoneBy,
    /// Who confirmed or dropped it, and when.
    pub settled: Option<DoneBy>,
}

impl Session<'_> {
    /// The versions of an entry, by the records of the log. Whoever sees the entry may see them.
    ///
    /// # Errors
    /// As [`Session::show`].
    pub fn history(&mut self, name: &str) -> Result<History, Error> {
        let (mut turn, row) = self.seen_entry(name)?;
        let mut versions = Versions::of(row.entry);
        turn.act.records(|record| {
            versions.read(&record);
            Ok(())
        })?;
        let title = turn.catalogue_of(&row)?.title;
        let mut history = Vec::new();
        for story in versions.into_stories() {
            let fields = match turn.fields_of(&row, story.version) {
                Ok(fields) => Some(fields),
                // One unreadable version hides none of the others.
                Err(Error::KeyRefused(_)) => None,
                Err(other) => return Err(other),
            };
            let settled = story.settled.map(|deed| turn.done_by(&deed)).transpose()?;
            history.push(PastVersion {
                version: story.version,
                state: story.state,
                fields,
                proposed: turn.done_by(&story.proposed)?,
                settled,
            });
        }
        turn.commit()?;
        Ok(History {
            entry: row.entry,
            title,
            versions: history,
        })
    }
}

impl Turn<'_> {
    /// A deed with the name of whoever did it.
    pub(super) fn done_by(&mut self, deed: &Deed) -> Result<DoneBy, Error> {
        Ok(DoneBy {
            by: self.person_name(deed.by)?,
            at: deed.at,
            record: deed.record,
        })
    }
}
