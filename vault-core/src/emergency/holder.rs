//! Who keeps a sheet: a person, or a place such as the office safe.

use std::fmt;
use std::str::FromStr;

use crate::id::{InvalidId, PersonId};
use crate::text::{InvalidLine, Line, bare, fold};

/// A person or a place that keeps a sealed sheet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// A person, invited or active.
    Person(PersonId),
    /// A place, by its name, a [`Line`]. It stands in the log in clear.
    Place(String),
}

/// Why a text names no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidPlace {
    /// It is no line of [`Holder::LONGEST_PLACE`] characters at most.
    Line(InvalidLine),
    /// It holds a colon, which stands between what a holder is and its name.
    Colon,
}

/// What stands before the number on the sheets of a place whose name has no letter of ASCII.
const NAMELESS: &str = "PLACE";

impl Holder {
    /// The most characters of a place's name: a line of the sheet.
    pub const LONGEST_PLACE: usize = 60;

    /// The place called `name`.
    ///
    /// # Errors
    /// [`InvalidPlace`].
    pub fn place(name: &str) -> Result<Self, InvalidPlace> {
        let line = Line::parse(name, Self::LONGEST_PLACE).map_err(InvalidPlace::Line)?;
        if line.as_str().contains(':') {
            return Err(InvalidPlace::Colon);
        }
        Ok(Self::Place(line.as_str().to_owned()))
    }

    /// What stands before the number on a place's sheets: its name in capitals without their marks,
    /// eight at most.
    pub fn place_prefix(name: &str) -> String {
        let letters = bare(name).to_ascii_uppercase();
        let prefix: String = letters
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(8)
            .collect();
        if prefix.is_empty() {
            NAMELESS.to_owned()
        } else {
            prefix
        }
    }

    /// Whether both are one holder; a place is, however its name is spelt.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Place(one), Self::Place(another)) => fold(one) == fold(another),
            _ => self == other,
        }
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
            Some(("place", name)) => match Self::place(name) {
                // A holder has one spelling in the log.
                Ok(Self::Place(place)) if place == name => Ok(Self::Place(place)),
                _ => Err(InvalidId),
            },
            _ => Err(InvalidId),
        }
    }
}
crate::id::serde_as_text!(Holder);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_may_be_named_in_any_language_and_in_sixty_characters() {
        let longest = "Y sêff dân yn swyddfa Cyngor Tref Llanŵyn, ail lawr, chwith.";
        assert_eq!(longest.chars().count(), Holder::LONGEST_PLACE);
        for name in [
            "Safe",
            "The bank's safe (High Street)",
            "1st floor",
            longest,
        ] {
            let holder = Holder::place(name).expect("a place");
            assert_eq!(holder.to_string().parse(), Ok(holder), "{name}");
        }
    }

    #[test]
    fn a_place_that_is_too_long_or_acts_is_refused_with_the_reason() {
        let long = "x".repeat(Holder::LONGEST_PLACE + 1);
        for (name, why) in [
            (long.as_str(), InvalidPlace::Line(InvalidLine::TooLong(60))),
            (" ", InvalidPlace::Line(InvalidLine::Empty)),
            (
                "a\u{202e}b",
                InvalidPlace::Line(InvalidLine::Unprintable('\u{202e}')),
            ),
            ("person:0", InvalidPlace::Colon),
        ] {
            assert_eq!(Holder::place(name), Err(why), "{name:?}");
        }
        for spelling in ["place: Safe", "place:Safe ", "place:Se\u{302}ff"] {
            assert_eq!(spelling.parse::<Holder>(), Err(InvalidId), "{spelling:?}");
        }
    }

    #[test]
    fn a_sheet_of_any_place_has_letters_before_its_number() {
        for (name, prefix) in [
            ("Safe", "SAFE"),
            ("Sêff y swyddfa", "SEFFYSWY"),
            ("2nd drawer", "2NDDRAWE"),
            ("金庫", "PLACE"),
        ] {
            assert_eq!(Holder::place_prefix(name), prefix);
        }
    }

    #[test]
    fn a_place_in_other_letters_is_the_same_place() {
        let [one, same, other] = ["Bank  safe", "bank SAFE", "Bank safes"].map(Holder::place);
        let one = one.expect("a place");
        assert!(one.is_same(&same.expect("a place")));
        assert!(!one.is_same(&other.expect("a place")));
    }
}
