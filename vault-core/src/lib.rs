//! An encrypted credential vault with a provable access log and a sealed emergency envelope.

pub mod crypto;
pub mod encoding;
pub mod id;
pub mod secret;
pub mod time;
pub mod tlog;
