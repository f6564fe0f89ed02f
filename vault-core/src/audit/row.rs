//! The names of the store's rows in the log. Every row that is not part of the log itself is
//! bound by the digest in the latest record that names it.

use std::fmt;
use std::str::FromStr;

use crate::id::{CollectionId, EntryId, Epoch, Generation, InvalidId, PersonId, Version};

/// Who can open a wrapped key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reader {
    /// A person, with their identity.
    Person(PersonId),
    /// The escrow identity of an epoch, with enough sheets.
    Escrow(Epoch),
}

/// Which key of a generation is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WrappedPart {
    /// The collection key, from which the catalogue key is derived.
    Collection,
    /// The catalogue key alone.
    Catalogue,
}

/// A row of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKey {
    /// A person's encrypted name and login tag.
    Person(PersonId),
    /// A person's encrypted identity.
    Credential(PersonId),
    /// A collection's encrypted name.
    Collection(CollectionId),
    /// What a generation of a collection key holds of its predecessor.
    Generation(CollectionId, Generation),
    /// A collection's key, wrapped to a reader.
    Wrap(CollectionId, Generation, WrappedPart, Reader),
    /// An entry's catalogue.
    Entry(EntryId),
    /// One version of an entry's secret fields.
    Version(EntryId, Version),
    /// A sealed share of an escrow epoch.
    Share(Epoch, u64),
}

impl fmt::Display for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => write!(f, "{person}"),
            Self::Escrow(epoch) => write!(f, "escrow-{epoch}"),
        }
    }
}

impl FromStr for Reader {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.strip_prefix("escrow-") {
            Some(epoch) => Ok(Self::Escrow(Epoch::new(number(epoch)?))),
            None => text.parse().map(Self::Person),
        }
    }
}

/// A decimal number without leading zeros.
fn number(text: &str) -> Result<u64, InvalidId> {
    let number: u64 = text.parse().map_err(|_| InvalidId)?;
    if number.to_string() == text {
        Ok(number)
    } else {
        Err(InvalidId)
    }
}

impl fmt::Display for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "person/{id}"),
            Self::Credential(id) => write!(f, "credential/{id}"),
            Self::Collection(id) => write!(f, "collection/{id}"),
            Self::Generation(id, generation) => write!(f, "generation/{id}/{generation}"),
            Self::Wrap(id, generation, WrappedPart::Collection, reader) => {
                write!(f, "wrap/{id}/{generation}/key/{reader}")
            }
            Self::Wrap(id, generation, WrappedPart::Catalogue, reader) => {
                write!(f, "wrap/{id}/{generation}/catalogue/{reader}")
            }
            Self::Entry(id) => write!(f, "entry/{id}"),
            Self::Version(id, version) => write!(f, "version/{id}/{version}"),
            Self::Share(epoch, place) => write!(f, "share/{epoch}/{place}"),
        }
    }
}

impl FromStr for RowKey {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let parts: Vec<&str> = text.split('/').collect();
        Ok(match parts[..] {
            ["person", id] => Self::Person(id.parse()?),
            ["credential", id] => Self::Credential(id.parse()?),
            ["collection", id] => Self::Collection(id.parse()?),
            ["generation", id, generation] => {
                Self::Generation(id.parse()?, Generation::new(number(generation)?))
            }
            ["wrap", id, generation, part, reader] => {
                let part = match part {
                    "key" => WrappedPart::Collection,
                    "catalogue" => WrappedPart::Catalogue,
                    _ => return Err(InvalidId),
                };
                let generation = Generation::new(number(generation)?);
                Self::Wrap(id.parse()?, generation, part, reader.parse()?)
            }
            ["entry", id] => Self::Entry(id.parse()?),
            ["version", id, version] => Self::Version(id.parse()?, Version::new(number(version)?)),
            ["share", epoch, place] => Self::Share(Epoch::new(number(epoch)?), number(place)?),
            _ => return Err(InvalidId),
        })
    }
}
crate::id::serde_as_text!(RowKey);
