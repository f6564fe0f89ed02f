//! Help with typing the words on a sheet.

pub use crate::crypto::shamir::{Completion, complete};
