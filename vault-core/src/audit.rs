//! The access log: what is recorded, and what the records say.
//!
//! A [`Record`](record::Record) is one line of JSON, signed by whoever acted. It carries no names
//! and no free text: those are [`details`], encrypted apart and bound by salted digests. What the
//! vault *is* (people, memberships, sheets, which row was last written by whom) is read from the
//! records alone, by [`replay`], into a [`Ledger`](ledger::Ledger).

pub mod actor;
mod admission;
pub mod anchor;
pub mod backups;
pub mod brought;
pub mod concern;
pub mod dated;
pub mod details;
mod elsewhere;
pub mod entitlement;
pub mod event;
#[cfg(test)]
pub(crate) mod example;
pub mod exception;
pub mod fact;
pub mod flaw;
mod footing;
pub mod fork;
pub mod holdings;
pub mod in_period;
mod incidents;
pub mod ledger;
pub mod memory;
pub mod news;
pub mod nuance;
pub mod ocsf;
mod owed;
pub mod pins;
pub mod record;
pub mod replay;
pub mod retention;
pub mod row;
pub mod sample;
pub mod seen;
pub mod selection;
mod shape;
mod table;
pub mod unconfirmed;
mod unlocks;
pub mod unrecorded;
pub mod verification;
pub mod versions;
pub mod witness;
