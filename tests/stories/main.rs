//! The promises of the vault, as the people who rely on them.

mod after_an_opening;
mod auditor;
mod chair;
mod import;
mod people;
mod provider;
