//! What the records say of an entry's versions: who made each, and what became of it.

use super::actor::{Actor, ObjectRef};
use super::event::{Event, Outcome, Step};
use super::record::Record;
use crate::id::{EntryId, PersonId, RecordSeq, Version};
use crate::time::Timestamp;

/// What became of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionState {
    /// It is in use.
    Current,
    /// It waits to be confirmed.
    Pending,
    /// It was never used.
    Dropped,
    /// It was in use before another.
    Replaced,
}

impl VersionState {
    /// The name that is shown.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Pending => "pending",
            Self::Dropped => "dropped",
            Self::Replaced => "replaced",
        }
    }
}

/// Who did something, when, and where it is on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deed {
    /// Who.
    pub by: PersonId,
    /// When, by the clock of their machine.
    pub at: Timestamp,
    /// The record.
    pub record: RecordSeq,
}

/// One version of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionStory {
    /// Which.
    pub version: Version,
    /// What became of it.
    pub state: VersionState,
    /// Its making.
    pub proposed: Deed,
    /// Its confirmation, or that it was dropped; the first version is confirmed by its making.
    pub settled: Option<Deed>,
}

/// The versions of one entry, as far as its records were read.
#[derive(Debug)]
pub struct Versions {
    entry: EntryId,
    stories: Vec<VersionStory>,
}

impl Versions {
    /// Of an entry, before any record was read.
    pub const fn of(entry: EntryId) -> Self {
        Self {
            entry,
            stories: Vec::new(),
        }
    }

    /// Takes over what `record` says of the entry's versions, where it says something.
    pub fn read(&mut self, record: &Record) {
        let about = record.object == Some(ObjectRef::Entry(self.entry));
        let (Actor::Person(by), Some(version)) = (&record.actor, record.version) else {
            return;
        };
        if !about || record.outcome != Outcome::Ok {
            return;
        }
        let deed = Deed {
            by: *by,
            at: record.time,
            record: record.seq,
        };
        match (record.event, record.step) {
            (Event::SecretCreate, _) => self.push(version, VersionState::Current, deed, Some(deed)),
            (Event::SecretRotate, Some(Step::Pending)) => {
                self.push(version, VersionState::Pending, deed, None);
            }
            (Event::SecretRotate, Some(Step::Confirmed)) => {
                for story in &mut self.stories {
                    if story.state == VersionState::Current {
                        story.state = VersionState::Replaced;
                    }
                }
                self.settle(version, VersionState::Current, deed);
            }
            (Event::SecretRotate, Some(Step::Aborted)) => {
                self.settle(version, VersionState::Dropped, deed);
            }
            _ => {}
        }
    }

    fn push(
        &mut self,
        version: Version,
        state: VersionState,
        proposed: Deed,
        settled: Option<Deed>,
    ) {
        self.stories.push(VersionStory {
            version,
            state,
            proposed,
            settled,
        });
    }

    fn settle(&mut self, version: Version, state: VersionState, deed: Deed) {
        let mut stories = self.stories.iter_mut();
        if let Some(story) = stories.find(|story| story.version == version) {
            story.state = state;
            story.settled = Some(deed);
        }
    }

    /// The versions, oldest first.
    pub fn into_stories(self) -> Vec<VersionStory> {
        self.stories
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::example;

    const ENTRY: EntryId = EntryId::from_bytes([1; 16]);

    fn person(number: u8) -> PersonId {
        PersonId::from_bytes([number; 16])
    }

    fn record(seq: u64, by: u8, step: Option<Step>, version: u64) -> Record {
        let event = match step {
            None => Event::SecretCreate,
            Some(_) => Event::SecretRotate,
        };
        let mut record = example::record(person(by), event);
        record.seq = RecordSeq::new(seq);
        record.step = step;
        record.object = Some(ObjectRef::Entry(ENTRY));
        record.version = Some(Version::new(version));
        record
    }

    fn told(records: &[Record]) -> Vec<(u64, &'static str, u64, Option<u64>)> {
        let mut versions = Versions::of(ENTRY);
        for record in records {
            versions.read(record);
        }
        let stories = versions.into_stories().into_iter();
        let told = stories.map(|story| {
            let settled = story.settled.map(|deed| deed.record.get());
            let proposed = story.proposed.record.get();
            (story.version.get(), story.state.name(), proposed, settled)
        });
        told.collect()
    }

    #[test]
    fn each_version_is_told_with_its_end_oldest_first() {
        let records = [
            record(4, 1, None, 1),
            record(5, 1, Some(Step::Pending), 2),
            record(6, 2, Some(Step::Aborted), 2),
            record(7, 1, Some(Step::Pending), 3),
            record(8, 2, Some(Step::Confirmed), 3),
            record(9, 1, Some(Step::Pending), 4),
        ];
        let expected = [
            (1, "replaced", 4, Some(4)),
            (2, "dropped", 5, Some(6)),
            (3, "current", 7, Some(8)),
            (4, "pending", 9, None),
        ];
        assert_eq!(told(&records), expected);
    }

    #[test]
    fn a_refusal_and_another_entrys_record_tell_nothing() {
        let mut refused = record(5, 2, Some(Step::Pending), 2);
        refused.outcome = Outcome::Denied;
        let mut others = record(6, 1, Some(Step::Pending), 2);
        others.object = Some(ObjectRef::Entry(EntryId::from_bytes([9; 16])));
        let told = told(&[record(4, 1, None, 1), refused, others]);
        assert_eq!(told, [(1, "current", 4, Some(4))]);
    }
}
