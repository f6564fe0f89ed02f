//! The promises of the vault, as the three people who rely on them.

mod chair;
mod provider;
