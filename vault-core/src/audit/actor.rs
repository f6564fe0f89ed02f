//! Who acted, and on what.

use std::fmt;
use std::str::FromStr;

use crate::id::{CollectionId, EntryId, Epoch, InvalidId, PersonId, RecordSeq, Serial};

/// Who acted, and so whose key signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person, with their own key.
    Person(PersonId),
    /// A sheet, with the key from its words.
    Sheet(Serial),
    /// An opened envelope, with the escrow key of its epoch.
    Escrow(Epoch),
    /// Nobody who could sign: a failed unlock, a request to open.
    Nobody,
}

/// What was acted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectRef {
    /// An entry.
    Entry(EntryId),
    /// A collection.
    Collection(CollectionId),
    /// A person.
    Person(PersonId),
    /// A sheet.
    Sheet(Serial),
    /// An escrow epoch.
    Epoch(Epoch),
    /// An earlier record: an opening's first, an act that is approved.
    Record(RecordSeq),
}

macro_rules! tagged_text {
    ($name:ident { $($tag:literal => $variant:ident($wrap:expr, $unwrap:expr),)+ } $(else $bare:literal => $unit:ident)?) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant(value) => write!(f, concat!($tag, ":{}"), $unwrap(value)),)+
                    $(Self::$unit => f.write_str($bare),)?
                }
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                $(if text == $bare { return Ok(Self::$unit); })?
                match text.split_once(':').ok_or(InvalidId)? {
                    $(($tag, value) => value.parse().map_err(|_| InvalidId).map($wrap).map(Self::$variant),)+
                    _ => Err(InvalidId),
                }
            }
        }
        crate::id::serde_as_text!($name);
    };
}

/// The value itself, where no conversion is needed.
const fn itself<T>(value: T) -> T {
    value
}

tagged_text! { Actor {
    "person" => Person(itself, itself),
    "sheet" => Sheet(itself, itself),
    "escrow" => Escrow(Epoch::new, itself),
} else "nobody" => Nobody }

tagged_text! { ObjectRef {
    "entry" => Entry(itself, itself),
    "collection" => Collection(itself, itself),
    "person" => Person(itself, itself),
    "sheet" => Sheet(itself, itself),
    "epoch" => Epoch(Epoch::new, itself),
    "record" => Record(RecordSeq::new, itself),
} }
