//! From what a person types to what they mean, and from ids back to names.

use super::turn::Turn;
use crate::audit::row::RowKey;
use crate::collection::CollectionKind;
use crate::crypto::digest::{self, Digest};
use crate::encoding::{Encoder, Label};
use crate::entry::Catalogue;
use crate::error::{Candidate, Error, Noun};
use crate::id::{CollectionId, EntryId, PersonId};
use crate::keys::KeyRefused;
use crate::person::login_tag;
use crate::secret::Key;
use crate::store::rows::{CollectionRow, EntryRow, PersonRow};
use crate::text::fold;

/// How the built-in collections are called.
pub(super) const fn built_in_name(kind: CollectionKind) -> &'static str {
    match kind {
        CollectionKind::Directory => "Directory",
        _ => "Access log",
    }
}

/// `HMAC(tag key, label ‖ folded title)`: members may confirm that a guessed title exists.
pub(super) fn title_tag(key: &Key, title: &str) -> Digest {
    let labelled = Encoder::new(Label::TitleTag).bytes(fold(title).as_bytes());
    digest::hmac(key, &labelled.finish())
}

impl Turn<'_> {
    /// The person called `name`.
    pub(super) fn find_person(&self, name: &str) -> Result<PersonId, Error> {
        if let Ok(id) = name.trim().to_lowercase().parse()
            && self.ledger().person(id).is_some()
        {
            return Ok(id);
        }
        let tag = login_tag(self.vault()?, name);
        let row = self.act.person_by_login(&tag)?;
        row.map(|row| row.person)
            .ok_or(Error::NotFound(Noun::Person))
    }

    /// The collection called `name`.
    pub(super) fn find_collection(&mut self, name: &str) -> Result<CollectionId, Error> {
        if let Ok(id) = name.trim().to_lowercase().parse()
            && self.ledger().collection(id).is_some()
        {
            return Ok(id);
        }
        let wanted = fold(name);
        let mut found = Vec::new();
        for id in self.collection_ids() {
            let name = self.collection_name(id)?;
            if fold(&name) == wanted {
                found.push((id, name));
            }
        }
        // Names are encrypted, so that no replay can see to it that each is given once.
        match &found[..] {
            [] => Err(Error::NotFound(Noun::Collection)),
            [(id, _)] => Ok(*id),
            _ => {
                let candidate = |(id, collection): (CollectionId, String)| Candidate {
                    id: id.to_string(),
                    collection,
                };
                let candidates = found.into_iter().map(candidate).collect();
                Err(Error::Ambiguous(Noun::Collection, candidates))
            }
        }
    }

    pub(super) fn collection_ids(&self) -> Vec<CollectionId> {
        self.ledger().collections.keys().copied().collect()
    }

    /// The entry called `name`. Where several have that title, those that the person sees are
    /// told apart; where they see none, one of them stands for the refusal.
    pub(super) fn find_entry(&mut self, name: &str) -> Result<EntryRow, Error> {
        if let Ok(id) = name.trim().to_lowercase().parse::<EntryId>()
            && let Some(row) = self.act.row(&RowKey::Entry(id))?
        {
            return Ok(row);
        }
        let mut rows = self.entries_called(name)?;
        if rows.iter().any(|row| self.sees(row.collection)) {
            rows.retain(|row| self.sees(row.collection));
        } else {
            rows.truncate(1);
        }
        if rows.len() > 1 {
            let candidates = rows.iter().map(|row| {
                Ok(Candidate {
                    id: row.entry.to_string(),
                    collection: self.collection_name(row.collection)?,
                })
            });
            let candidates = candidates.collect::<Result<_, Error>>()?;
            return Err(Error::Ambiguous(Noun::Entry, candidates));
        }
        rows.pop().ok_or(Error::NotFound(Noun::Entry))
    }

    /// Every entry of this title, whoever may see it.
    pub(super) fn entries_called(&mut self, title: &str) -> Result<Vec<EntryRow>, Error> {
        let tag = title_tag(&self.tag_key()?, title);
        Ok(self.act.entries_by_title(&tag)?)
    }

    /// Whether the person may see what a collection holds.
    pub(super) fn sees(&self, collection: CollectionId) -> bool {
        let collection = self.ledger().collection(collection);
        collection.is_some_and(|c| c.members.contains_key(&self.person))
    }

    /// A person's name; their id where whoever wrote it made it unreadable.
    pub(super) fn person_name(&mut self, person: PersonId) -> Result<String, Error> {
        let key = RowKey::Person(person);
        let Some(row): Option<PersonRow> = self.act.row(&key)? else {
            return Ok(person.to_string());
        };
        let directory = self.built_in(CollectionKind::Directory)?;
        let names = self.catalogue_key(directory, row.generation)?;
        let name = names.and_then(|names| names.open_person_name(person, &row.name).ok());
        Ok(name.unwrap_or_else(|| person.to_string()))
    }

    /// A collection's name; its id where whoever made it left no readable one.
    pub(super) fn collection_name(&mut self, id: CollectionId) -> Result<String, Error> {
        let kind = self.ledger().collection(id).map(|c| c.facts.kind);
        match kind {
            None => return Err(Error::NotFound(Noun::Collection)),
            Some(kind) if kind.is_built_in() => return Ok(built_in_name(kind).to_owned()),
            Some(_) => {}
        }
        let key = RowKey::Collection(id);
        let Some(row): Option<CollectionRow> = self.act.row(&key)? else {
            return Ok(id.to_string());
        };
        let directory = self.built_in(CollectionKind::Directory)?;
        let names = self.catalogue_key(directory, row.generation)?;
        let name = names.and_then(|names| names.open_collection_name(id, &row.name).ok());
        Ok(name.unwrap_or_else(|| id.to_string()))
    }

    /// An entry's catalogue, which the person must be able to see.
    pub(super) fn catalogue_of(&mut self, row: &EntryRow) -> Result<Catalogue, Error> {
        let key = self.catalogue_key(row.collection, row.generation)?;
        let opened = key
            .ok_or(KeyRefused)?
            .open_catalogue(row.entry, row.revision, &row.catalogue);
        opened.map_err(|KeyRefused| Error::KeyRefused(Some(row.entry)))
    }
}
