//! What is pinned of a log so that nobody can invent another one: its first record, and the keys of
//! its members.
//!
//! Whoever holds the file could make a log from nothing that verifies in itself. They cannot make
//! one that begins with the same record and names the same keys, unless they have those keys: a
//! record that somebody else signed vouches for everything before it.

use std::fmt::{self, Write};

use super::ledger::Ledger;
use crate::crypto::digest::Digest;
use crate::encoding::Label;
use crate::person::Standing;
use crate::tlog::note::Name;

/// The pins of a log that had so many records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pins {
    /// The log's origin.
    pub origin: Name,
    /// How many records there were; at least one.
    pub size: u64,
    /// The leaf hash of the first record.
    pub genesis: Digest,
    /// What [`members`] gives of the ledger at that size.
    pub members: Digest,
}

/// The lines of the text form, each with what stands before its value.
const ORIGIN: &str = "Log:";
const SIZE: &str = "Records:";
const GENESIS: &str = "First record:";
const MEMBERS: &str = "Keys:";

/// A text without pins, or with two that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoPins;

/// `SHA-256` of the label and a line for each person who has not left, in the order of their ids:
/// `person:<id> <role> <standing> <verify key>`, every line ended by LF.
pub fn members(ledger: &Ledger) -> Digest {
    let mut lines = format!("{}\n", String::from_utf8_lossy(Label::Members.as_bytes()));
    for person in ledger.people.values() {
        let facts = &person.facts;
        if facts.standing != Standing::Left {
            let (id, role, key) = (facts.person, facts.role.name(), facts.verify_key);
            let standing = facts.standing.name();
            writeln!(lines, "person:{id} {role} {standing} {key}").expect("text takes text");
        }
    }
    Digest::of(&[lines.as_bytes()])
}

impl Pins {
    /// The pins of what `ledger` has read; `None` before the first record.
    pub fn of(ledger: &Ledger) -> Option<Self> {
        let origin = ledger.origin.parse().ok()?;
        (ledger.size > 0).then(|| Self {
            origin,
            size: ledger.size,
            genesis: ledger.genesis,
            members: members(ledger),
        })
    }

    /// Finds the four lines of [`fmt::Display`] in a text, such as minutes, whatever else it holds.
    ///
    /// # Errors
    /// [`NoPins`].
    pub fn find(text: &str) -> Result<Self, NoPins> {
        let size = one(text, SIZE)?.parse().map_err(|_| NoPins)?;
        if size == 0 {
            return Err(NoPins);
        }
        Ok(Self {
            origin: one(text, ORIGIN)?.parse().map_err(|_| NoPins)?,
            size,
            genesis: one(text, GENESIS)?.parse().map_err(|_| NoPins)?,
            members: one(text, MEMBERS)?.parse().map_err(|_| NoPins)?,
        })
    }
}

/// The one value that stands behind `name` at the beginning of a line.
fn one<'t>(text: &'t str, name: &str) -> Result<&'t str, NoPins> {
    let lines = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix(name));
    let mut values = lines.map(str::trim);
    let first = values.next().ok_or(NoPins)?;
    if values.all(|other| other == first) {
        Ok(first)
    } else {
        Err(NoPins)
    }
}

impl fmt::Display for Pins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{ORIGIN} {}", self.origin)?;
        writeln!(f, "{SIZE} {}", self.size)?;
        writeln!(f, "{GENESIS} {}", self.genesis)?;
        writeln!(f, "{MEMBERS} {}", self.members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_found_in_minutes_and_not_where_they_contradict_each_other() {
        let ledger = Ledger {
            size: 7,
            origin: "example/vault/0001020304050607".to_owned(),
            ..Ledger::default()
        };
        let pins = Pins::of(&ledger).expect("it has records");
        let minutes = format!(
            "7. Access log\r\n\r\nNoted:\r\n\t{}\n8. AOB",
            pins.to_string().replace('\n', "\r\n  ")
        );
        assert_eq!(Pins::find(&minutes), Ok(pins.clone()));
        assert_eq!(Pins::find(&format!("{pins}{pins}")), Ok(pins.clone()));
        let other = pins.to_string().replace("Records: 7", "Records: 8");
        assert_eq!(Pins::find(&format!("{pins}{other}")), Err(NoPins));
        for lacking in [ORIGIN, SIZE, GENESIS, MEMBERS] {
            let text = pins.to_string().replace(lacking, "Other:");
            assert_eq!(Pins::find(&text), Err(NoPins), "{lacking}");
        }
        let endless = "x".repeat(10_000);
        for origin in ["", "two words", "a\u{1b}[2J", &endless] {
            let text = pins.to_string().replace(pins.origin.as_str(), origin);
            assert_eq!(Pins::find(&text), Err(NoPins), "{origin}");
        }
        assert_eq!(Pins::of(&Ledger::default()), None);
    }
}
