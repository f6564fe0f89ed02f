//! `coffer log accept-rollback`: records that were seen are lost, and somebody says so.

use serde_json::{Value, json};
use vault_core::vault::rollback::Accepted;
use vault_core::vault::{LastSeen, Rollback};

use crate::commands::Context;
use crate::failure::Failure;
use crate::outcome::Outcome;

/// Accepts that what was seen is lost.
pub(super) fn accept(context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault_even_rolled_back()?;
    let Accepted { record, waits } = context.unlock(&mut vault)?.accept_rollback()?;
    let outcome = Outcome::done(
        &format!("r{record}"),
        record,
        "accepted that the records seen before are lost; it is on record",
    );
    Ok(if waits {
        outcome.remark(format!(
            "next: a second person confirms it with coffer approve r{record}; nothing else is \
             done on this file before"
        ))
    } else {
        outcome.remark("nobody else could confirm it, so it holds at once")
    })
}

/// What was seen and is not there, for programs.
pub(in crate::commands) fn rollback_to_json(rollback: &Rollback) -> Value {
    json!({
        "seen": seen_to_json(&rollback.seen),
        "seen_at": rollback.seen.time,
        "now": {
            "size": rollback.size,
            "last": rollback.last.to_string(),
            "file": rollback.file,
        },
    })
}

/// A head that was seen, for programs.
pub(in crate::commands) fn seen_to_json(seen: &LastSeen) -> Value {
    json!({ "size": seen.size, "last": seen.last.to_string(), "file": seen.file })
}
