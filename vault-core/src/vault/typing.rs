//! Help with typing the words on a sheet, and words to practise with.

pub use crate::crypto::shamir::{Completion, complete, specimen};
use crate::emergency::Holder;
use crate::error::SheetRefused;
use crate::id::Serial;
use crate::person::Role;

/// A sheet and who keeps it, as far as the register tells without any key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSheet {
    /// What stands on its envelope.
    pub serial: Serial,
    /// Who keeps it.
    pub holder: Holder,
    /// The person's role; none for a place.
    pub role: Option<Role>,
}

/// What a sheet seems to be by its first two words. It proves nothing: a sheet is judged when all of
/// its words are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seeming {
    /// No sheet of this vault begins so.
    Unknown,
    /// It will do, if its other words are right.
    Useful(KnownSheet),
    /// It will be refused.
    Useless(SheetRefused),
}

/// What it takes beside the sheets that were accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// How many sheets at least.
    pub sheets: usize,
    /// Which ones bring the opening nearer.
    pub helpful: Vec<KnownSheet>,
}
