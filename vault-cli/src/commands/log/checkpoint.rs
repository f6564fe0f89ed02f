//! `coffer log checkpoint`: the last signed head, as it may be copied into the minutes.

use serde_json::json;

use crate::commands::Context;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};

/// The last signed head of the log, as it may be copied into the minutes.
pub(super) fn run(context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let last = context.looked_at_even_rolled_back()?.last_checkpoint()?;
    let json = json!({
        "schema": "coffer.checkpoint/1",
        "note": last.note,
        "since": last.since,
    });
    let lines = last.note.as_deref().unwrap_or_default().lines();
    let data = Data::Lines(lines.map(str::to_owned).collect());
    let since = match last.since {
        1 => "1 record since the last signature".to_owned(),
        since => format!("{since} records since the last signature"),
    };
    Ok(Outcome::read(data, Json::Value(json)).remark(since))
}
