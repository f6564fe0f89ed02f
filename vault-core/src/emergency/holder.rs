//! Who keeps a sheet: a person, or a place such as the office safe.

use std::fmt;
use std::str::FromStr;

use crate::id::{InvalidId, PersonId};

/// A person or a place that keeps a sealed sheet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Holder {
    /// A person, invited or active.
    Person(PersonId),
    /// A place, by its name in letters and digits of ASCII. It stands in the log in clear.
    Place(String),
}

/// The most characters of a place's name.
const LONGEST_PLACE: usize = 24;

impl Holder {
    /// The place called `name`.
    ///
    /// # Errors
    /// [`InvalidId`] for a name that is not one to 24 letters, digits, blanks or hyphens of ASCII
    /// beginning with a letter.
    pub fn place(name: &str) -> Result<Self, InvalidId> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == ' ' || c == '-';
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
        let ends = name.ends_with(|c: char| c.is_ascii_alphanumeric());
        if begins && ends && name.len() <= LONGEST_PLACE && name.chars().all(allowed) {
            Ok(Self::Place(name.to_owned()))
        } else {
            Err(InvalidId)
        }
    }

    /// What stands before the number on a place's sheets: its name in capitals, eight at most.
    pub fn place_prefix(name: &str) -> String {
        name.chars()
            .filter(char::is_ascii_alphanumeric)
            .take(8)
            .map(|c| c.to_ascii_uppercase())
            .collect()
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "person:{id}"),
            Self::Place(name) => write!(f, "place:{name}"),
        }
    }
}

impl FromStr for Holder {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.split_once(':') {
            Some(("person", id)) => id.parse().map(Self::Person),
            Some(("place", name)) => Self::place(name),
            _ => Err(InvalidId),
        }
    }
}
crate::id::serde_as_text!(Holder);
