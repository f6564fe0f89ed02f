//! The promises of the vault, as the people who rely on them.
#![expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the path to a session's method is not general over its lifetime"
)]

mod after_an_opening;
mod auditor;
mod chair;
mod copies;
mod drill;
mod elsewhere;
mod forged_share;
mod import;
mod incident;
mod leaver;
mod news;
mod older_copy;
mod operations;
mod passphrase;
mod people;
mod provider;
mod raw_file;
mod readers;
mod retention;
mod rules;
mod takeover;
mod unlocking;
mod walks;
mod worst_day;
