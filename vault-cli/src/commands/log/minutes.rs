//! `coffer log checkpoint --minutes`: what a clerk copies into the minutes that the council signs.

use serde_json::json;
use vault_core::error::Error;
use vault_core::vault::minutes::Minutes;

use crate::args::CheckpointArgs;
use crate::commands::Context;
use crate::failure::Failure;
use crate::files::create_private;
use crate::outcome::{Data, Json, Outcome};
use crate::output::qr::{Correction, Qr};
use crate::output::{counted, day_for_people, escape, time_for_people};

/// What is written into the minutes. Saved as it is, `log verify --pins` reads it.
pub(super) fn run(args: &CheckpointArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let minutes = context.looked_at_even_rolled_back()?.minutes()?;
    let anchor = minutes.anchor.to_string();
    let qr = Qr::of(&anchor, Correction::Medium)
        .map_err(|_| Error::Internal("an anchor that no code holds"))?;
    if let Some(path) = &args.qr_svg {
        create_private(path, qr.to_svg().as_bytes()).map_err(|error| Failure::File {
            path: path.clone(),
            error,
        })?;
    }
    let mut lines = lines(&minutes, &anchor);
    if args.qr || context.is_shown() {
        lines.extend(qr.to_text());
    }
    let json = json!({
        "schema": "coffer.minutes/1",
        "council": minutes.council,
        "council_name": minutes.council_name,
        "origin": minutes.pins.origin.as_str(),
        "size": minutes.pins.size,
        "time": minutes.time,
        "root": minutes.root.to_string(),
        "anchor": anchor,
        "genesis": minutes.pins.genesis.to_string(),
        "keys": minutes.pins.members.to_string(),
        "note": minutes.note,
        "since": minutes.since,
    });
    let outcome = Outcome::read(Data::Lines(lines), Json::Value(json));
    let since = counted(minutes.since, "record");
    Ok(outcome.remark(format!("{since} since the last signature")))
}

fn lines(minutes: &Minutes, anchor: &str) -> Vec<String> {
    let Minutes { pins, time, .. } = minutes;
    let mut lines = vec![
        format!(
            "At {} on {} the access log of {} held {}.",
            time_for_people(*time),
            day_for_people(*time),
            escape::line(&minutes.council_name),
            counted(pins.size, "record")
        ),
        "By the lines below, whoever has the vault file can show that none of them was changed \
         or left out since."
            .to_owned(),
        String::new(),
    ];
    lines.extend(pins.to_string().lines().map(str::to_owned));
    lines.extend([
        format!("Root: {}", minutes.root),
        format!("Anchor: {anchor}"),
        String::new(),
        format!("Typed: coffer log verify --anchor {anchor}"),
        "Saved: coffer log verify --pins FILE, where FILE holds this text".to_owned(),
    ]);
    lines
}
