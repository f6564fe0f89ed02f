//! An encrypted credential vault with a provable access log and a sealed emergency envelope.
//!
//! What it promises:
//!
//! - What a person has no key for cannot be opened without somebody else's recorded act.
//! - What is recorded cannot be altered unnoticed.
//! - Nothing is shown before its record is durable: the only way to a secret's ciphertext is
//!   [`store::act::Act::disclose`], and what it gives opens only with a
//!   [`Recorded`](store::recorded::Recorded) permit, which the store makes after COMMIT.
//!
//! The paved path is [`vault::Vault`] (locked) and [`vault::Session`] (unlocked by one person).
//! The floors below it, from `secret` up to `store`, are public so that tests and other programs
//! can be written against them; `docs/format.md` specifies every byte.

pub mod access;
pub mod audit;
pub mod collection;
pub mod crypto;
pub mod emergency;
pub mod encoding;
pub mod entry;
pub mod error;
pub mod exchange;
pub mod generator;
pub mod id;
pub mod incident;
pub mod keys;
pub mod person;
pub mod policy;
pub mod report;
pub mod secret;
pub mod store;
pub mod strength;
pub mod text;
pub mod time;
pub mod tlog;
pub mod vault;
pub mod witness;
