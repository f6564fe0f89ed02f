//! Words for what the library answers: the one place where a value becomes English.

pub(crate) mod about;
pub(crate) mod cell;
pub(crate) mod duty;
pub(crate) mod event;
pub(crate) mod import;
pub(crate) mod incident;
pub(crate) mod news;
pub(crate) mod population;
pub(crate) mod report;
pub(crate) mod rule;
pub(crate) mod successor;
