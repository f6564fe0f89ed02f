//! What is owed, in the order of doing, with who can do each, and what people and things are called
//! for whoever has unlocked the vault.

use std::collections::{BTreeMap, BTreeSet};

use super::turn::Turn;
use super::{Session, Vault};
use crate::access::able::able;
use crate::audit::row::RowKey;
use crate::crypto::digest::Digest;
use crate::emergency::Holder;
use crate::emergency::duty::Duty;
use crate::error::Error;
use crate::id::{CollectionId, EntryId, PersonId};
use crate::store::rows::PersonRow;

/// Something that is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// What.
    pub duty: Duty,
    /// Who can do it now; the holder of a sheet that is to be made stands first.
    pub by: Vec<PersonId>,
}

/// What things are called, as far as somebody may know; nothing while the vault is locked.
#[derive(Debug, Clone, Default)]
pub struct Glossary {
    /// Names of people.
    pub people: BTreeMap<PersonId, String>,
    /// Titles of entries, and whether the title alone names the entry on a command line.
    pub entries: BTreeMap<EntryId, (String, bool)>,
    /// Names of collections.
    pub collections: BTreeMap<CollectionId, String>,
}

impl Vault {
    /// Everything that is owed, in the order in which it can be done. It needs no person.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn owed(&mut self) -> Result<Vec<Owed>, Error> {
        self.refresh()?;
        let mut tags: BTreeMap<PersonId, Digest> = BTreeMap::new();
        for person in self.ledger.people.keys() {
            let row: Option<PersonRow> = self.store.row(&RowKey::Person(*person), &self.ledger)?;
            tags.extend(row.map(|row| (*person, row.login_tag)));
        }
        let ledger = &self.ledger;
        let owed = self.duties()?.into_iter().map(|duty| {
            let mut by = able(&duty, ledger, |person| tags.get(&person).copied());
            if let Duty::ReplaceSheet(serial) = &duty {
                let sheet = ledger.envelope.sheets.get(serial);
                let holder = sheet.map(|sheet| &sheet.facts.holder);
                by.sort_by_key(|person| holder != Some(&Holder::Person(*person)));
            }
            Owed { duty, by }
        });
        Ok(owed.collect())
    }
}

impl Session<'_> {
    /// What the people and things of these duties are called, for this person.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::KeyRefused`].
    pub fn glossary(&mut self, owed: &[Owed]) -> Result<Glossary, Error> {
        let mut turn = self.turn()?;
        let glossary = turn.glossary(owed)?;
        turn.commit()?;
        Ok(glossary)
    }
}

impl Turn<'_> {
    fn glossary(&mut self, owed: &[Owed]) -> Result<Glossary, Error> {
        let mut glossary = Glossary::default();
        let mut people: BTreeSet<PersonId> = BTreeSet::new();
        for Owed { duty, by } in owed {
            people.extend(by);
            match duty {
                Duty::RotateRevealed { entry, .. } | Duty::ChangePassword { entry, .. } => {
                    if let Some(title) = self.shown_title(*entry)? {
                        // An entry that others share their title with is named by its id.
                        let found = self.find_entry(&title).is_ok_and(|row| row.entry == *entry);
                        glossary.entries.insert(*entry, (title, found));
                    }
                }
                Duty::NewGeneration(collection) => {
                    let name = self.collection_name(*collection)?;
                    glossary.collections.insert(*collection, name);
                }
                Duty::ReplaceSheet(serial) | Duty::LookAt(serial) => {
                    let sheet = self.ledger().envelope.sheets.get(serial);
                    if let Some(Holder::Person(holder)) = sheet.map(|sheet| &sheet.facts.holder) {
                        people.insert(*holder);
                    }
                }
                _ => {}
            }
        }
        for person in people {
            glossary.people.insert(person, self.person_name(person)?);
        }
        Ok(glossary)
    }
}
