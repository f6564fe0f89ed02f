//! Bringing another program's entries in: a plan first, then one transaction.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::Session;
use super::entries::{CheckedText, NewEntry, Target};
use super::turn::Turn;
use crate::access::Act as Asked;
use crate::audit::actor::ObjectRef;
use crate::audit::event::Event;
use crate::crypto::digest::{self, Digest};
use crate::encoding::{Encoder, Label};
use crate::entry::{Field, FieldName, ImportMark, InvalidField};
use crate::error::{Error, Invalid, Noun};
use crate::exchange::candidate::Candidate;
use crate::exchange::{ForeignEntry, Format, Note, Reading, SkipReason};
use crate::id::{CollectionId, Generation, RecordSeq};
use crate::keys::{CollectionKey, KeyRefused};
use crate::secret::Key;
use crate::store::draft::Draft;
use crate::text::fold;

/// What an import would do, or did. Rows in = new + merged + skipped.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Rows of the export.
    pub rows: usize,
    /// Entries that are new.
    pub new: usize,
    /// Rows that an earlier import brought in and that have not changed since.
    pub merged: usize,
    /// Rows that are left out, each with its reason.
    pub skipped: Vec<Left>,
    /// The export's folders, how many rows each has, and the collection that they go to.
    pub folders: Vec<(String, usize, Option<String>)>,
    /// What is to be known about rows that come in, by their numbers.
    pub notes: Vec<Note>,
}

/// A row that is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Which, counted from 1.
    pub row: usize,
    /// Its line in the file, where the format has lines.
    pub line: Option<usize>,
    /// Why.
    pub reason: LeftReason,
}

/// Why a row is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftReason {
    /// It could not be read.
    Skipped(SkipReason),
    /// It cannot be an entry.
    NoEntry(InvalidField),
    /// An earlier import brought it in, and the export now has another password. An import never
    /// overwrites: it is for somebody to rotate.
    Changed,
    /// An earlier import brought it in with the same password, and something else has changed in the
    /// export since, such as its title. It stays here as it is.
    Edited,
    /// An earlier import brought it in, and it was retired here since. An import brings nothing back:
    /// that is for somebody to restore.
    Retired,
    /// No collection has its folder's name.
    NoCollection,
}

impl LeftReason {
    /// The stable name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Skipped(reason) => reason.name(),
            Self::NoEntry(_) => "no-entry",
            Self::Changed => "password-changed",
            Self::Edited => "edited",
            Self::Retired => "retired",
            Self::NoCollection => "no-collection",
        }
    }
}

/// An import that was done.
#[derive(Debug, Clone)]
pub struct Imported {
    /// What it did.
    pub plan: Plan,
    /// The first collection that entries were put into.
    pub collection: CollectionId,
    /// The first record.
    pub record: RecordSeq,
}

impl Session<'_> {
    /// What an import would do. Nothing of the export is kept.
    ///
    /// # Errors
    /// As [`Session::import`].
    pub fn plan_import(
        &mut self,
        reading: Reading,
        collection: Option<&str>,
    ) -> Result<Plan, Error> {
        let turn = self.turn()?;
        let (turn, work) = Work::prepare(turn, reading, collection)?;
        turn.commit()?;
        Ok(work.plan)
    }

    /// Brings the rows in, in one transaction: all of those planned, or none.
    ///
    /// # Errors
    /// [`Error::Denied`] and [`Error::NotFound`]; [`Invalid::NoCollectionForFolder`] where no
    /// collection is named and no folder has the name of one.
    pub fn import(
        &mut self,
        reading: Reading,
        collection: Option<&str>,
    ) -> Result<Imported, Error> {
        let turn = self.turn()?;
        let (mut turn, work) = Work::prepare(turn, reading, collection)?;
        if work.batches.is_empty() {
            return Err(Invalid::NoCollectionForFolder.into());
        }
        let mut first = None;
        for (id, batch) in work.batches {
            let asked = Asked::Import(id);
            let draft = || Draft::new(Event::TransferImport).object(ObjectRef::Collection(id));
            let (allowed, permit) = turn.allow(asked, draft())?;
            turn = allowed;
            let record = turn.record(draft().permission(permit.permission()))?;
            first.get_or_insert((id, record));
            turn.add_batch(id, batch)?;
        }
        turn.commit()?;
        let first = first.ok_or(Error::Internal("an import without a record"))?;
        let (collection, record) = first;
        Ok(Imported {
            plan: work.plan,
            collection,
            record,
        })
    }
}

/// An import, worked out.
struct Work {
    plan: Plan,
    batches: BTreeMap<CollectionId, Vec<Ready>>,
}

/// An entry to be added, and the mark by which a later import knows it again.
struct Ready {
    new: NewEntry,
    mark: ImportMark,
}

/// The entries that were imported before, wherever they went, by the rows that they came from.
type Marks = BTreeMap<Digest, Before>;

/// An entry that was imported before.
#[derive(Clone, Copy)]
struct Before {
    collection: CollectionId,
    mark: ImportMark,
    retired: bool,
}

impl Work {
    fn prepare<'t>(
        mut turn: Turn<'t>,
        reading: Reading,
        collection: Option<&str>,
    ) -> Result<(Turn<'t>, Self), Error> {
        let targets = turn.targets(&reading, collection)?;
        let mut work = Self {
            plan: planned(&reading, &targets),
            batches: BTreeMap::new(),
        };
        let tag_key = turn.tag_key()?;
        let mut seen: BTreeMap<Digest, u64> = BTreeMap::new();
        let marks = turn.marks()?;
        for row in reading.entries {
            let folder = row.folder.clone().unwrap_or_default();
            let Some((id, name)) = targets.get(&folder).cloned().flatten() else {
                work.leave(row.row, LeftReason::NoCollection);
                continue;
            };
            if let Entry::Vacant(at) = work.batches.entry(id) {
                at.insert(Vec::new());
                let denied = Draft::new(Event::TransferImport).object(ObjectRef::Collection(id));
                turn = turn.allow(Asked::Import(id), denied)?.0;
            }
            let identity = identity(&tag_key, reading.format, &row, &mut seen);
            match marks.get(&identity) {
                Some(before) if before.retired => work.leave(row.row, LeftReason::Retired),
                Some(before) => work.meet(&mut turn, before.collection, row, &before.mark)?,
                None => {
                    let is_collection = fold(&folder) == fold(&name);
                    work.take(&mut turn, id, row, is_collection, identity)?;
                }
            }
        }
        work.plan.skipped.sort_by_key(|left| left.row);
        work.plan.notes.sort_unstable();
        Ok((turn, work))
    }

    /// Takes a row that is new, or leaves it out.
    fn take(
        &mut self,
        turn: &mut Turn<'_>,
        id: CollectionId,
        row: ForeignEntry,
        folder_is_collection: bool,
        identity: Digest,
    ) -> Result<(), Error> {
        let number = row.row;
        let candidate = match Candidate::of(row, folder_is_collection) {
            Ok(candidate) => candidate,
            Err(why) => {
                self.leave(number, LeftReason::NoEntry(why));
                return Ok(());
            }
        };
        let generation = super::keyring::newest_facts(&turn.act, id)?.generation;
        let key = turn.collection_key_at(id, generation)?.ok_or(KeyRefused)?;
        let mark = mark(identity, &candidate, key, generation);
        self.plan.new += 1;
        self.plan.notes.extend(&candidate.notes);
        let new = entry(candidate);
        self.batches
            .entry(id)
            .or_default()
            .push(Ready { new, mark });
        Ok(())
    }

    /// Meets a row that an earlier import put into the collection `place`. Where its values there
    /// cannot be compared, for want of their key, it counts as there: nothing is stored twice.
    fn meet(
        &mut self,
        turn: &mut Turn<'_>,
        place: CollectionId,
        row: ForeignEntry,
        before: &ImportMark,
    ) -> Result<(), Error> {
        let number = row.row;
        let name = turn.collection_name(place)?;
        let folder_is_collection = fold(row.folder.as_deref().unwrap_or_default()) == fold(&name);
        let Ok(candidate) = Candidate::of(row, folder_is_collection) else {
            self.leave(number, LeftReason::Changed);
            return Ok(());
        };
        let generation = before.generation;
        let now = match turn.collection_key_at(place, generation)? {
            Some(key) => mark(before.identity, &candidate, key, generation),
            None => *before,
        };
        if now.content == before.content {
            self.plan.merged += 1;
        } else if now.password == before.password {
            self.leave(number, LeftReason::Edited);
        } else {
            self.leave(number, LeftReason::Changed);
        }
        Ok(())
    }

    fn leave(&mut self, row: usize, reason: LeftReason) {
        self.plan.skipped.push(Left {
            row,
            line: None,
            reason,
        });
    }
}

/// Where each folder's rows go.
type Targets = BTreeMap<String, Option<(CollectionId, String)>>;

fn planned(reading: &Reading, targets: &Targets) -> Plan {
    let mut folders: BTreeMap<String, usize> = BTreeMap::new();
    for row in &reading.entries {
        *folders
            .entry(row.folder.clone().unwrap_or_default())
            .or_default() += 1;
    }
    let skipped = reading.skipped.iter().map(|skipped| Left {
        row: skipped.row,
        line: skipped.line,
        reason: LeftReason::Skipped(skipped.reason),
    });
    let to = |folder: &str| {
        let target = targets.get(folder).cloned().flatten();
        target.map(|(_, name)| name)
    };
    Plan {
        rows: reading.rows,
        new: 0,
        merged: 0,
        skipped: skipped.collect(),
        folders: folders
            .into_iter()
            .map(|(folder, count)| {
                let name = to(&folder);
                (folder, count, name)
            })
            .collect(),
        notes: reading.notes.clone(),
    }
}

fn entry(candidate: Candidate) -> NewEntry {
    NewEntry {
        title: candidate.title,
        username: candidate.username,
        url: candidate.url,
        kind: Candidate::KIND,
        state: Candidate::STATE,
        fields: candidate.fields,
    }
}

/// What a row is known by: the export's own id, or else its folder, title, user name and URL, and
/// the how-manieth of that description it is.
fn identity(
    key: &Key,
    format: Format,
    row: &ForeignEntry,
    seen: &mut BTreeMap<Digest, u64>,
) -> Digest {
    let encoder = Encoder::new(Label::ImportRow).bytes(format.to_string().as_bytes());
    let encoder = match &row.id {
        Some(id) => encoder.bytes(id.as_bytes()),
        None => [
            row.folder.as_deref().unwrap_or_default(),
            &row.title,
            &row.username,
            &row.url,
        ]
        .iter()
        .fold(encoder, |encoder, text| encoder.bytes(text.as_bytes())),
    };
    let described = Digest::of(&[&encoder.finish()]);
    let occurrence = seen.entry(described).or_default();
    *occurrence += 1;
    let numbered = Encoder::new(Label::ImportRow)
        .bytes(described.as_bytes())
        .u64(*occurrence)
        .finish();
    digest::hmac(key, &numbered)
}

/// By what a later import knows the row again.
fn mark(
    identity: Digest,
    candidate: &Candidate,
    key: &CollectionKey,
    generation: Generation,
) -> ImportMark {
    let password = FieldName::password();
    let password = candidate.fields.iter().find(|f| f.name == password);
    let keyed = |field: &Field| digest::hmac(&key.import_key(), field.value.expose());
    ImportMark {
        identity,
        content: content(candidate, key),
        password: password.map(keyed),
        generation,
    }
}

/// What a row says, in a form that tells nothing without the collection key.
fn content(candidate: &Candidate, key: &CollectionKey) -> Digest {
    let key = key.import_key();
    let texts = [&candidate.title, &candidate.username, &candidate.url];
    let fields = candidate.fields.iter();
    let size: usize = fields.map(|field| field.value.len() + 512).sum();
    let capacity = size + texts.iter().map(|text| text.len() + 8).sum::<usize>() + 64;
    let mut encoder = Encoder::unlabelled(capacity);
    for text in texts {
        encoder = encoder.bytes(text.as_bytes());
    }
    for field in &candidate.fields {
        let value = digest::hmac(&key, field.value.expose());
        encoder = encoder
            .bytes(field.name.as_str().as_bytes())
            .bytes(value.as_bytes());
    }
    digest::hmac(&key, encoder.finish_secret().expose())
}

impl Turn<'_> {
    /// The collection that each folder's rows go to: the one that was named, or the one of the
    /// folder's name.
    fn targets(&mut self, reading: &Reading, collection: Option<&str>) -> Result<Targets, Error> {
        let named = match collection {
            None => None,
            Some(name) => {
                let id = self.find_collection(name)?;
                self.refuse_built_in(id)?;
                Some((id, self.collection_name(id)?))
            }
        };
        let mut targets = Targets::new();
        for row in &reading.entries {
            let folder = row.folder.clone().unwrap_or_default();
            if targets.contains_key(&folder) {
                continue;
            }
            let target = match &named {
                Some(named) => Some(named.clone()),
                None => self.collection_for(&folder)?,
            };
            targets.insert(folder, target);
        }
        Ok(targets)
    }

    fn collection_for(&mut self, folder: &str) -> Result<Option<(CollectionId, String)>, Error> {
        if folder.is_empty() {
            return Ok(None);
        }
        match self.find_collection(folder) {
            Ok(id) => {
                let built_in = self.refuse_built_in(id).is_err();
                let name = self.collection_name(id)?;
                Ok((!built_in).then_some((id, name)))
            }
            Err(Error::NotFound(Noun::Collection)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The marks of all entries that an earlier import brought in, as far as this person sees them.
    fn marks(&mut self) -> Result<Marks, Error> {
        let mut marks = Marks::new();
        let collections: Vec<CollectionId> = self.ledger().collections.keys().copied().collect();
        for collection in collections {
            if self.newest_catalogue_key(collection)?.is_none() {
                continue;
            }
            for row in self.act.entries_in(collection)? {
                // An entry that does not open stands in nobody's way.
                let mark = match self.catalogue_of(&row) {
                    Ok(catalogue) => catalogue.import,
                    Err(Error::KeyRefused(_)) => None,
                    Err(other) => return Err(other),
                };
                let retired = self.is_retired(row.entry);
                let before = |mark| Before {
                    collection,
                    mark,
                    retired,
                };
                marks.extend(mark.map(|mark| (mark.identity, before(mark))));
            }
        }
        Ok(marks)
    }

    fn add_batch(&mut self, id: CollectionId, batch: Vec<Ready>) -> Result<(), Error> {
        let (vault, now, tag_key) = (self.vault()?, self.now(), self.tag_key()?);
        let denied = Error::Internal("an import without leave to add");
        let permit = self.leave(Asked::Add(id)).ok_or(denied)?;
        self.collection_key(id)?.ok_or(KeyRefused)?;
        let newest = super::keyring::newest_facts(&self.act, id)?;
        for Ready { new, mark } in batch {
            let text = CheckedText::imported(&new)?;
            let key = self.keyring.get(id, newest.generation);
            let target = Target {
                vault,
                collection: key.ok_or(KeyRefused)?,
                tag_key: &tag_key,
                now,
                import: Some(mark),
            };
            let (_, draft) = target.draft(&new, text, &mut *self.surroundings.entropy)?;
            self.record(draft.permission(permit.permission()))?;
        }
        Ok(())
    }
}
