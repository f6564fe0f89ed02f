//! Entries: adding them, and seeing what may be seen without revealing anything.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;
use std::sync::Arc;

use super::Session;
use super::names::title_tag;
use super::turn::Turn;
use crate::access::Act as Asked;
use crate::audit::actor::ObjectRef;
use crate::audit::details::Word;
use crate::audit::event::Event;
use crate::audit::fact::{EntryFacts, Fact};
use crate::audit::ledger::{Entry as Known, Ledger};
use crate::crypto::digest::Digest;
use crate::crypto::random::{self, Entropy};
use crate::entry::totp::Totp;
use crate::entry::{
    Catalogue, EntryKind, EntryState, Field, FieldName, FieldSlot, ImportMark, VersionCatalogue,
    field,
};
use crate::error::{Error, Invalid, MembershipRefused, NameRefused, Noun};
use crate::id::{CollectionId, EntryId, Generation, RecordSeq, VaultId, Version};
use crate::keys::{CatalogueKey, CollectionKey, DataKey, KeyRefused};
use crate::secret::SecretBytes;
use crate::store::draft::Draft;
use crate::store::rows::{EntryRow, NewVersion};
use crate::text::{InvalidLine, Line, fold};
use crate::time::Timestamp;

/// An entry to be added.
pub struct NewEntry {
    /// What it is called.
    pub title: String,
    /// The user name, or empty.
    pub username: String,
    /// Where it is used, or empty.
    pub url: String,
    /// What it is for.
    pub kind: EntryKind,
    /// How far its password can be relied on.
    pub state: EntryState,
    /// Its secret fields.
    pub fields: Vec<Field>,
}

/// Whether an entry may stand beside others of its title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// Only if none of that title is in use.
    None,
    /// Whatever there is.
    Others,
}

/// An entry, for a list: nothing of it is secret.
#[derive(Clone)]
pub struct EntrySummary {
    /// Which.
    pub entry: EntryId,
    /// The name of its collection.
    pub collection: Arc<str>,
    /// What may be seen of it.
    pub catalogue: Catalogue,
    /// How far its password can be relied on, by the log and then by its catalogue.
    pub state: EntryState,
    /// The newest confirmed version.
    pub version: Version,
    /// The version that waits to be confirmed.
    pub pending: Option<Version>,
    /// Why the password has to be changed.
    pub due: Vec<&'static str>,
}

/// The title, user name and URL of an entry, checked.
pub(super) struct CheckedText {
    title: Line,
    username: String,
    url: String,
}

impl CheckedText {
    fn of(new: &NewEntry) -> Result<Self, Error> {
        let line = |text: &str| match Line::parse(text, Line::LONG) {
            Ok(line) => Ok(line.to_string()),
            Err(InvalidLine::Empty) => Ok(String::new()),
            Err(why) => Err(Invalid::Name(NameRefused::Line(Noun::Entry, why))),
        };
        Ok(Self {
            title: title(&new.title)?,
            username: line(&new.username)?,
            url: line(&new.url)?,
        })
    }

    /// What an import brings is carried as it is; that it can be shown was seen to before.
    pub(super) fn imported(new: &NewEntry) -> Result<Self, Error> {
        Ok(Self {
            title: title(&new.title)?,
            username: new.username.clone(),
            url: new.url.clone(),
        })
    }
}

fn title(text: &str) -> Result<Line, Error> {
    Ok(Line::parse(text, Line::NAME)
        .map_err(|why| Invalid::Name(NameRefused::Line(Noun::Entry, why)))?)
}

impl NewEntry {
    fn password(&self) -> Option<&SecretBytes> {
        let mut fields = self.fields.iter();
        let password = fields.find(|field| field.name == FieldName::password());
        password.map(|field| &field.value)
    }

    /// Checks everything that can be checked without keys.
    pub(super) fn check(&self) -> Result<CheckedText, Error> {
        field::check(&self.fields)?;
        for field in &self.fields {
            if field.name == FieldName::password() && field.value.is_empty() {
                return Err(crate::entry::InvalidField::EmptyPassword.into());
            }
            if field.name == FieldName::totp() && Totp::parse(&field.value).is_err() {
                return Err(Invalid::Totp.into());
            }
        }
        CheckedText::of(self)
    }
}

/// Where a new entry goes, with the keys for it.
pub(super) struct Target<'k> {
    pub(super) vault: VaultId,
    pub(super) collection: &'k CollectionKey,
    pub(super) tag_key: &'k crate::secret::Key,
    pub(super) now: Timestamp,
    pub(super) import: Option<ImportMark>,
}

impl Target<'_> {
    /// The record and rows of a new entry.
    pub(super) fn draft(
        &self,
        new: &NewEntry,
        text: CheckedText,
        entropy: &mut dyn Entropy,
    ) -> Result<(EntryId, Draft), Error> {
        let entry = EntryId::from_bytes(random::array(entropy)?);
        let first = Version::new(1);
        let slots = (0..).zip(&new.fields).map(|(place, field)| FieldSlot {
            name: field.name.clone(),
            version: first,
            place,
        });
        let tag = title_tag(self.tag_key, text.title.as_str());
        let word = text.title.to_string();
        let catalogue = Catalogue {
            title: text.title.to_string(),
            username: text.username,
            url: text.url,
            kind: new.kind,
            state: new.state,
            was: None,
            created_at: self.now,
            changed_at: self.now,
            fields: slots.collect(),
            import: self.import,
        };
        let row = self.entry_row(entry, tag, &catalogue, entropy)?;
        let version = new_version(
            self.vault,
            entry,
            first,
            &new.fields,
            self.collection,
            self.now,
            entropy,
        )?;
        let facts = EntryFacts {
            entry,
            collection: self.collection.collection(),
            state: new.state,
        };
        let draft = Draft::new(Event::SecretCreate)
            .object(ObjectRef::Entry(entry))
            .version(first)
            .fact(Fact::Entry(facts))
            .word(Word::Title, &word)
            .word(Word::State, state_word(new.state))
            .row(row)
            .row(version);
        Ok((entry, draft))
    }

    fn entry_row(
        &self,
        entry: EntryId,
        title_tag: Digest,
        catalogue: &Catalogue,
        entropy: &mut dyn Entropy,
    ) -> Result<EntryRow, Error> {
        let key = self.collection.catalogue_key();
        Ok(EntryRow {
            entry,
            collection: self.collection.collection(),
            title_tag,
            generation: key.generation(),
            revision: 1,
            current: Version::new(1),
            pending: None,
            catalogue: key.seal_catalogue(entry, 1, catalogue, entropy)?,
        })
    }
}

/// A version's row: its fields under a data key of its own.
pub(super) fn new_version(
    vault: VaultId,
    entry: EntryId,
    version: Version,
    fields: &[Field],
    key: &CollectionKey,
    now: Timestamp,
    entropy: &mut dyn Entropy,
) -> Result<NewVersion, Error> {
    let data_key = DataKey::generate(vault, entry, version, entropy)?;
    let catalogue = VersionCatalogue {
        made_at: now,
        fields: fields.iter().map(|field| field.name.clone()).collect(),
    };
    let sealed = key
        .catalogue_key()
        .seal_version(entry, version, &catalogue, entropy)?;
    Ok(NewVersion {
        entry,
        version,
        generation: key.generation(),
        catalogue: sealed,
        data_key: data_key.seal(key, entropy)?,
        secrets: data_key.seal_fields(fields, entropy)?,
    })
}

/// What the log's readers are told of the state of a new entry: nothing where nothing speaks against
/// its password.
const fn state_word(state: EntryState) -> &'static str {
    match state {
        EntryState::InUse => "",
        other => other.name(),
    }
}

impl Session<'_> {
    /// Adds an entry to a collection, under a title that is not in use.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Invalid`] and [`Error::Store`]; [`Error::TitleTaken`].
    pub fn add(&mut self, collection: &str, new: &NewEntry) -> Result<(EntryId, RecordSeq), Error> {
        self.add_beside(collection, new, Beside::None)
    }

    /// Adds an entry to a collection. Beside one of the same title it is added only where `beside`
    /// says so: two that look alike are for somebody to want.
    ///
    /// # Errors
    /// As [`Session::add`].
    pub fn add_beside(
        &mut self,
        collection: &str,
        new: &NewEntry,
        beside: Beside,
    ) -> Result<(EntryId, RecordSeq), Error> {
        let text = new.check()?;
        let mut turn = self.turn()?;
        let id = turn.find_collection(collection)?;
        turn.refuse_built_in(id)?;
        let denied = Draft::new(Event::SecretCreate).object(ObjectRef::Collection(id));
        let (mut turn, permit) = turn.allow(Asked::Add(id), denied)?;
        turn.refuse_taken(text.title.as_str(), None, beside)?;
        let mut turn = turn.refuse_retired(id, text.title.as_str(), new.password())?;
        let (vault, now, tag_key) = (turn.vault()?, turn.now(), turn.tag_key()?);
        turn.collection_key(id)?.ok_or(KeyRefused)?;
        let newest = super::keyring::newest_facts(&turn.act, id)?;
        let key = turn.keyring.get(id, newest.generation);
        let target = Target {
            vault,
            collection: key.ok_or(KeyRefused)?,
            tag_key: &tag_key,
            now,
            import: None,
        };
        let (entry, draft) = target.draft(new, text, &mut *turn.surroundings.entropy)?;
        let record = turn.record(draft.permission(permit.permission()))?;
        turn.commit()?;
        Ok((entry, record))
    }

    /// The entries of every collection that the person sees, by collection and title; those that are
    /// retired stand last.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::KeyRefused`].
    pub fn entries(&mut self) -> Result<Vec<EntrySummary>, Error> {
        let mut turn = self.turn()?;
        let mut entries = turn.list()?;
        turn.commit()?;
        // A collection's name is folded once, and not for each of its entries.
        let mut folded: BTreeMap<Arc<str>, Arc<str>> = BTreeMap::new();
        entries.sort_by_cached_key(|entry| {
            let name = &entry.collection;
            if !folded.contains_key(name) {
                folded.insert(name.clone(), fold(name).into());
            }
            let retired = entry.state == EntryState::Retired;
            (
                retired,
                folded.get(name).cloned(),
                fold(&entry.catalogue.title),
            )
        });
        Ok(entries)
    }

    /// What may be seen of one entry.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`]; [`Error::Denied`] where the person does not see
    /// the collection.
    pub fn show(&mut self, name: &str) -> Result<EntrySummary, Error> {
        let (mut turn, row) = self.seen_entry(name)?;
        let summary = turn.summary(&row)?;
        turn.commit()?;
        Ok(summary)
    }

    /// The entry called `name`, which the person must see; the refusal is on record like that of a
    /// reveal.
    pub(super) fn seen_entry(&mut self, name: &str) -> Result<(Turn<'_>, EntryRow), Error> {
        let mut turn = self.turn()?;
        let row = turn.find_entry(name)?;
        if turn.sees(row.collection) {
            return Ok((turn, row));
        }
        let denied = Draft::new(Event::SecretReveal).object(ObjectRef::Entry(row.entry));
        turn.allow(Asked::Reveal(row.entry), denied)?;
        Err(Error::Internal("an entry revealed that may not be seen"))
    }
}

impl Turn<'_> {
    /// Whether an entry is on record as retired.
    pub(super) fn is_retired(&self, entry: EntryId) -> bool {
        self.ledger().entries.is_retired(entry)
    }

    pub(super) fn refuse_built_in(&self, collection: CollectionId) -> Result<(), Error> {
        let collection = self.ledger().collection(collection);
        if collection.is_some_and(|c| c.facts.kind.is_built_in()) {
            return Err(MembershipRefused::BuiltIn.into());
        }
        Ok(())
    }

    /// The entries of every collection that the person sees.
    pub(super) fn list(&mut self) -> Result<Vec<EntrySummary>, Error> {
        let mut open = BTreeMap::new();
        for collection in self.collection_ids() {
            if self.sees(collection) {
                let name = self.collection_name(collection)?;
                open.insert(collection, Listed::new(&name));
            }
        }
        let seen: Vec<CollectionId> = open.keys().copied().collect();
        let mut entries = Vec::new();
        let (act, keyring, identity) = (&self.act, &mut *self.keyring, self.keys.identity());
        act.each_entry(
            |collection| seen.contains(&collection),
            |row| {
                let listed = open.get_mut(&row.collection);
                let listed = listed.ok_or(Error::Internal("an entry that was not asked for"))?;
                let key = match listed.keys.entry(row.generation) {
                    Slot::Occupied(key) => key.into_mut(),
                    Slot::Vacant(slot) => {
                        let (collection, generation) = (row.collection, row.generation);
                        slot.insert(keyring.catalogue(act, identity, collection, generation)?)
                    }
                };
                let opened = key.as_ref().and_then(|key| {
                    let opened = key.open_catalogue(row.entry, row.revision, &row.catalogue);
                    opened.ok()
                });
                // One member's unreadable entry hides nobody else's.
                let catalogue = opened.unwrap_or_else(|| unreadable(&row));
                let name = listed.name.clone();
                entries.push(summarised(act.ledger(), &row, name, catalogue));
                Ok::<_, Error>(())
            },
        )?;
        Ok(entries)
    }

    /// What may be seen of one entry.
    pub(super) fn summary(&mut self, row: &EntryRow) -> Result<EntrySummary, Error> {
        let catalogue = self.catalogue_of(row)?;
        let name = self.collection_name(row.collection)?;
        Ok(summarised(self.ledger(), row, name.into(), catalogue))
    }
}

/// A collection while its entries are listed.
struct Listed {
    name: Arc<str>,
    /// The catalogue key of each generation; `None` where it cannot be reached.
    keys: BTreeMap<Generation, Option<CatalogueKey>>,
}

impl Listed {
    fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            keys: BTreeMap::new(),
        }
    }
}

/// What stands in a list for an entry whose writer left no catalogue that opens.
pub(super) fn unreadable(row: &EntryRow) -> Catalogue {
    Catalogue {
        title: format!("unreadable entry {}", row.entry),
        username: String::new(),
        url: String::new(),
        kind: EntryKind::Service,
        state: EntryState::SuspectedCompromised,
        was: None,
        created_at: Timestamp::EPOCH,
        changed_at: Timestamp::EPOCH,
        fields: Vec::new(),
        import: None,
    }
}

fn summarised(
    ledger: &Ledger,
    row: &EntryRow,
    collection: Arc<str>,
    catalogue: Catalogue,
) -> EntrySummary {
    let known = ledger.entries.get(&row.entry);
    let state = state_of(known.as_ref(), &catalogue);
    let due = known.map_or_else(Vec::new, |known| ledger.due(row.entry, &known));
    EntrySummary {
        entry: row.entry,
        collection,
        version: row.current,
        pending: row.pending,
        due,
        state,
        catalogue,
    }
}

/// What is on record of an entry stands before what its last writer put into the catalogue.
pub(super) fn state_of(known: Option<&Known>, catalogue: &Catalogue) -> EntryState {
    match known {
        Some(known) if known.retired => EntryState::Retired,
        Some(known) if known.is_suspected() => EntryState::SuspectedCompromised,
        Some(known) => known.state,
        None => catalogue.state,
    }
}
