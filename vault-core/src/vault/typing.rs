//! Help with typing the words on a sheet, and words to practise with.

pub use crate::crypto::shamir::{Completion, complete, specimen};
