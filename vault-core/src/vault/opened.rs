//! An opened envelope: listing titles and revealing one credential at a time, each signed by the
//! escrow key. Only log rows are written.

use super::Vault;
use super::account::Afterwards;
use super::entries::unreadable;
use super::keyring::Keyring;
use super::names::{Use, candidate, title_tag};
use super::opening::Room;
use crate::access::{Act as Asked, Permit, Request, Requester, decide};
use crate::audit::actor::{Actor, ObjectRef};
use crate::audit::details::Word;
use crate::audit::event::{Event, Step};
use crate::audit::row::{Reader, RowKey};
use crate::collection::CollectionKind;
use crate::crypto::signature::SigningKey;
use crate::entry::totp::Totp;
use crate::entry::{Catalogue, FieldName};
use crate::error::{Error, Noun};
use crate::id::{CollectionId, EntryId, Epoch, Generation, RecordSeq, Version};
use crate::keys::{CollectionKey, EscrowKeys, KeyRefused};
use crate::secret::{SecretBytes, SecretString};
use crate::store::act::{Act, Moment};
use crate::store::draft::{Draft, Signer};
use crate::store::rows::{CollectionRow, EntryRow};
use crate::text::fold;
use crate::time::Timestamp;

/// An opened envelope. Dropped without [`Opening::close`], the opening stays without its end.
pub struct Opening<'v> {
    pub(super) room: Room<'v>,
    pub(super) first: RecordSeq,
    pub(super) epoch: Epoch,
    pub(super) keys: Hand,
}

/// An opening that has ended.
#[derive(Debug, Clone)]
pub struct Closed {
    /// The record of its end.
    pub record: RecordSeq,
    /// What is said of it.
    pub afterwards: Afterwards,
}

/// The escrow keys at hand, newest epoch first, and what they have opened.
pub(super) struct Hand(Vec<(EscrowKeys, Keyring)>);

/// A title that the envelope reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedTitle {
    /// Which.
    pub entry: EntryId,
    /// What it is called.
    pub title: String,
    /// In which collection.
    pub collection: String,
    /// The user name that goes with it, or empty.
    pub username: String,
    /// When its password was last changed, as whoever changed it says.
    pub changed_at: Timestamp,
    /// Whether it is used no more.
    pub is_retired: bool,
}

/// A one-time code of an opened entry.
pub struct OpenedCode {
    /// The code.
    pub code: SecretString,
    /// For how many seconds more it is good.
    pub seconds_left: u64,
}

/// An entry's values, out of the envelope.
pub struct OpenedEntry {
    /// Which.
    pub entry: EntryId,
    /// What may be seen of it.
    pub catalogue: Catalogue,
    /// Its secret fields.
    pub fields: Vec<(FieldName, SecretBytes)>,
    /// The present one-time code, where the entry has a seed.
    pub code: Option<SecretString>,
    /// The record.
    pub record: RecordSeq,
}

impl OpenedEntry {
    /// The one-time code that is good at `now`, where the entry has a seed. The seed is out of the
    /// envelope and this is on record; that codes follow from it is no further access.
    pub fn code_at(&self, now: Timestamp) -> Option<OpenedCode> {
        let seed = self
            .fields
            .iter()
            .find(|(name, _)| *name == FieldName::totp());
        let totp = Totp::parse(&seed?.1).ok()?;
        Some(OpenedCode {
            code: totp.code(now),
            seconds_left: totp.seconds_left(now),
        })
    }
}

impl<'v> Opening<'v> {
    pub(super) fn new(
        room: Room<'v>,
        opening: RecordSeq,
        keys: Vec<(Epoch, EscrowKeys)>,
    ) -> Result<Self, Error> {
        let epoch = keys.first().map(|(epoch, _)| *epoch);
        let with_ring = |(epoch, keys)| (keys, Keyring::new(Reader::Escrow(epoch)));
        Ok(Self {
            room,
            first: opening,
            epoch: epoch.ok_or(Error::RuleNotMet)?,
            keys: Hand(keys.into_iter().map(with_ring).collect()),
        })
    }

    /// The opening's first record.
    pub const fn opening(&self) -> RecordSeq {
        self.first
    }

    /// Every title within the envelope's scope; those of retired entries stand last.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Journal`] and [`Error::KeyRefused`].
    pub fn list(&mut self) -> Result<Vec<OpenedTitle>, Error> {
        let draft = self.draft(Event::EnvelopeOpen).step(Step::Listed);
        let Vault {
            store,
            ledger,
            surroundings,
            ..
        } = &mut *self.room.vault;
        let mut act = store.begin(std::mem::take(ledger))?;
        let signer = signer(self.epoch, self.keys.signing()?);
        let mut moment = Moment {
            now: surroundings.clock.now(),
            entropy: &mut *surroundings.entropy,
        };
        act.record(draft, &signer, &self.room.words, &mut moment)?;
        let titles = self.keys.titles(&act)?;
        let lines = act.lines().to_vec();
        *ledger = act.commit(Some(self.keys.signing()?))?;
        self.room.note(&lines)?;
        Ok(titles)
    }

    /// Reveals one entry: every secret field and the present one-time code. It is on record and in
    /// the journal before anything is opened, and the entry becomes due.
    ///
    /// # Errors
    /// [`Error::NotFound`] and [`Error::Ambiguous`], after which the opening stands.
    pub fn reveal(&mut self, name: &str) -> Result<OpenedEntry, Error> {
        let draft = self.draft(Event::SecretReveal);
        let session = self.room.words.session();
        let Vault {
            store,
            ledger,
            surroundings,
            ..
        } = &mut *self.room.vault;
        let act = store.begin(std::mem::take(ledger))?;
        let row = self.keys.find_entry(&act, name)?;
        let request = Request {
            by: Requester::Opening(session),
            act: Asked::Reveal(row.entry),
        };
        let decided = decide(&request, act.ledger()).into_result();
        let permit: Permit = decided.map_err(|_| Error::NotFound(Noun::Entry))?;
        let catalogue = self.keys.catalogue(&act, &row)?;
        let versions = self.keys.prepare(&act, &row, &catalogue)?;
        let signer = signer(self.epoch, self.keys.signing()?);
        let mut moment = Moment {
            now: surroundings.clock.now(),
            entropy: &mut *surroundings.entropy,
        };
        let now = moment.now;
        let draft = draft
            .version(row.current)
            .word(Word::Title, &catalogue.title);
        let words = &self.room.words;
        let (committed, disclosed) =
            act.disclose(permit, &versions, draft, &signer, words, &mut moment)?;
        *ledger = committed;
        self.room.note(&disclosed.lines)?;
        let mut fields = Vec::with_capacity(catalogue.fields.len());
        for slot in &catalogue.fields {
            let generation = disclosed.generation(slot.version).ok_or(KeyRefused)?;
            let key = self.keys.held(row.collection, generation)?;
            let value = disclosed.open(slot.version, slot.place, key);
            let value = value.map_err(|KeyRefused| Error::KeyRefused(Some(row.entry)))?;
            fields.push((slot.name.clone(), value));
        }
        let mut opened = OpenedEntry {
            entry: row.entry,
            code: None,
            catalogue,
            fields,
            record: disclosed.record,
        };
        opened.code = opened.code_at(now).map(|code| code.code);
        Ok(opened)
    }

    /// Ends the opening, says what it came to, and forgets the escrow secret.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::Journal`].
    pub fn close(mut self) -> Result<Closed, Error> {
        let draft = self.draft(Event::EnvelopeOpen).step(Step::Closed);
        let signer = signer(self.epoch, self.keys.signing()?);
        let record = self.room.record(draft, &signer)?;
        let afterwards = self.afterwards();
        Ok(Closed { record, afterwards })
    }

    pub(super) fn draft(&self, event: Event) -> Draft {
        let draft = Draft::new(event).under(self.first);
        match event {
            Event::EnvelopeOpen => draft.object(ObjectRef::Epoch(self.epoch)),
            _ => draft,
        }
    }
}

pub(super) fn signer(epoch: Epoch, key: &SigningKey) -> Signer<'_> {
    Signer {
        actor: Actor::Escrow(epoch),
        role: None,
        key: Some(key),
    }
}

impl Hand {
    pub(super) fn signing(&self) -> Result<&SigningKey, Error> {
        let newest = self.0.first();
        Ok(&newest.ok_or(KeyRefused)?.0.signing)
    }

    /// The key of a generation, by whichever epoch was given the newest one.
    pub(super) fn open(
        &mut self,
        act: &Act<'_>,
        collection: CollectionId,
        generation: Generation,
    ) -> Result<Option<&CollectionKey>, Error> {
        for (keys, ring) in &mut self.0 {
            let identity = &keys.identity;
            if ring.at(act, identity, collection, generation)?.is_some() {
                return Ok(ring.get(collection, generation));
            }
        }
        Ok(None)
    }

    fn held(
        &self,
        collection: CollectionId,
        generation: Generation,
    ) -> Result<&CollectionKey, Error> {
        let mut rings = self.0.iter().map(|(_, ring)| ring);
        let key = rings.find_map(|ring| ring.get(collection, generation));
        Ok(key.ok_or(KeyRefused)?)
    }

    pub(super) fn directory(
        &mut self,
        act: &Act<'_>,
        generation: Generation,
    ) -> Result<&CollectionKey, Error> {
        let directory = act.ledger().built_in(CollectionKind::Directory);
        let directory = directory.ok_or(KeyRefused)?;
        let key = self.open(act, directory, generation)?;
        Ok(key.ok_or(KeyRefused)?)
    }

    fn titles(&mut self, act: &Act<'_>) -> Result<Vec<OpenedTitle>, Error> {
        let in_scope: Vec<CollectionId> = act
            .ledger()
            .coverable()
            .map(|collection| collection.facts.collection)
            .collect();
        let mut titles = Vec::new();
        for collection in in_scope {
            // What the envelope was not given is no title of it; the cover says how much.
            if self.open(act, collection, Generation::new(1))?.is_none() {
                continue;
            }
            let name = self.collection_name(act, collection);
            let name = name.or_else(|error| match error {
                Error::KeyRefused(_) | Error::NotFound(_) => Ok(collection.to_string()),
                other => Err(other),
            })?;
            for row in act.entries_in(collection)? {
                if self.open(act, collection, row.generation)?.is_none() {
                    continue;
                }
                // One member's unreadable entry hides nobody else's on the day of need.
                let catalogue = match self.catalogue(act, &row) {
                    Ok(catalogue) => catalogue,
                    Err(Error::KeyRefused(_)) => unreadable(&row),
                    Err(other) => return Err(other),
                };
                titles.push(OpenedTitle {
                    entry: row.entry,
                    title: catalogue.title,
                    collection: name.clone(),
                    username: catalogue.username,
                    changed_at: catalogue.changed_at,
                    is_retired: act.ledger().entries.is_retired(row.entry),
                });
            }
        }
        // What is used no more stands last, and never in the place of what is.
        let order = |t: &OpenedTitle| (t.is_retired, fold(&t.collection), fold(&t.title));
        titles.sort_by_cached_key(order);
        Ok(titles)
    }

    fn collection_name(&mut self, act: &Act<'_>, id: CollectionId) -> Result<String, Error> {
        let row: Option<CollectionRow> = act.row(&RowKey::Collection(id))?;
        let row = row.ok_or(Error::NotFound(Noun::Collection))?;
        let names = self.directory(act, row.generation)?.catalogue_key();
        Ok(names.open_collection_name(id, &row.name)?)
    }

    fn catalogue(&mut self, act: &Act<'_>, row: &EntryRow) -> Result<Catalogue, Error> {
        let key = self.open(act, row.collection, row.generation)?;
        let key = key.ok_or(Error::NotFound(Noun::Entry))?.catalogue_key();
        let opened = key.open_catalogue(row.entry, row.revision, &row.catalogue);
        opened.map_err(|KeyRefused| Error::KeyRefused(Some(row.entry)))
    }

    /// The entry called `name`, among those that the envelope reaches.
    fn find_entry(&mut self, act: &Act<'_>, name: &str) -> Result<EntryRow, Error> {
        let reached = |row: &EntryRow| {
            let collection = act.ledger().collection(row.collection);
            collection.is_some_and(|c| c.facts.in_scope)
        };
        if let Ok(id) = name.trim().to_lowercase().parse::<EntryId>()
            && let Some(row) = act.row(&RowKey::Entry(id))?
        {
            return Some(row)
                .filter(reached)
                .ok_or(Error::NotFound(Noun::Entry));
        }
        let tag_key = self.directory(act, Generation::new(1))?.tag_key();
        let mut rows = act.entries_by_title(&title_tag(&tag_key, name))?;
        rows.retain(reached);
        Use::InUse.choose(&mut rows, act.ledger());
        if rows.len() > 1 {
            let mut candidates = Vec::with_capacity(rows.len());
            for row in &rows {
                let name = self.collection_name(act, row.collection)?;
                let catalogue = self.catalogue(act, row).ok();
                candidates.push(candidate(act.ledger(), row, name, catalogue.as_ref()));
            }
            return Err(Error::Ambiguous(Noun::Entry, candidates));
        }
        rows.pop().ok_or(Error::NotFound(Noun::Entry))
    }

    /// The versions in which the entry's fields stand, with their keys opened.
    fn prepare(
        &mut self,
        act: &Act<'_>,
        row: &EntryRow,
        catalogue: &Catalogue,
    ) -> Result<Vec<Version>, Error> {
        let versions: std::collections::BTreeSet<Version> =
            catalogue.fields.iter().map(|slot| slot.version).collect();
        for version in &versions {
            let head = act.version_head(row.entry, *version)?;
            let generation = head.ok_or(Error::NotFound(Noun::Version))?.generation;
            self.open(act, row.collection, generation)?
                .ok_or(KeyRefused)?;
        }
        Ok(versions.into_iter().collect())
    }
}
