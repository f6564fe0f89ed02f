//! An encrypted credential vault with a provable access log and a sealed emergency envelope.

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
pub mod keys;
pub mod person;
pub mod policy;
pub mod secret;
pub mod store;
pub mod text;
pub mod time;
pub mod tlog;
pub mod vault;
