//! `coffer log forget`: words whose time is over are erased.

use serde_json::json;
use vault_core::id::RecordSeq;
use vault_core::time::day::Day;
use vault_core::vault::forget::Forgotten;

use crate::commands::Context;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};

pub(super) fn run(
    before: Day,
    dry_run: bool,
    context: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    if dry_run {
        let counted = context.looked_at()?.forgettable(before)?;
        return Ok(told_before(&counted, before));
    }
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    context.progress("erasing, and writing the file anew...")?;
    Ok(told(&session.forget(before, context.reason())?))
}

/// What would be erased.
fn told_before(counted: &Forgotten, before: Day) -> Outcome {
    let json = json!({
        "schema": "coffer.forget/1",
        "before": counted.ordinary,
        "long_before": counted.long,
        "records": counted.records,
        "held": counted.held,
        "latest": counted.limit,
    });
    let would = format!("{} would lose their words", records(counted.records));
    let outcome = Outcome::read(Data::Lines(vec![would]), Json::Value(json));
    let outcome = kept(counted).into_iter().fold(outcome, Outcome::remark);
    let outcome = if before > counted.limit {
        outcome.remark(format!(
            "that is too early: today the latest day that the rule allows is {}, and for it this \
             was counted",
            counted.limit
        ))
    } else {
        outcome
    };
    outcome.remark("nothing was changed; leave out --dry-run to do it")
}

/// What was erased.
fn told(forgotten: &Forgotten) -> Outcome {
    let json = json!({
        "schema": "coffer.done/1",
        "id": forgotten.record.map(|record| format!("r{record}")),
        "record": forgotten.record.map(RecordSeq::get),
        "records": forgotten.records,
        "held": forgotten.held,
        "before": forgotten.ordinary,
        "long_before": forgotten.long,
    });
    let outcome = Outcome::read(Data::Nothing, Json::Value(json));
    let Some(record) = forgotten.record else {
        let outcome = outcome.remark(
            "there were no words left to erase; the file was written anew all the same, so that \
             nothing of those erased before is left in it",
        );
        return kept(forgotten).into_iter().fold(outcome, Outcome::remark);
    };
    let outcome = outcome.remark(format!(
        "erased the words of {}: the records themselves stay, and the log verifies as before",
        records(forgotten.records)
    ));
    kept(forgotten)
        .into_iter()
        .fold(outcome, Outcome::remark)
        .remark(
            "older copies of the file still hold them: backups, a FILE.before-... that coffer \
             restore kept, and exports of the log",
        )
        .remark(format!(
            "next: a second person confirms it with coffer approve r{record}"
        ))
}

/// What stays, and why.
fn kept(forgotten: &Forgotten) -> Vec<String> {
    let mut kept = Vec::new();
    if forgotten.long < forgotten.ordinary {
        kept.push(format!(
            "what concerns envelopes, openings, people who leave and incidents is kept longer: of \
             that, words from before {} go",
            forgotten.long
        ));
    }
    if forgotten.held > 0 {
        kept.push(format!(
            "{} as old keep their words for the sake of an incident",
            records(forgotten.held)
        ));
    }
    kept
}

fn records(count: u64) -> String {
    let noun = if count == 1 { "record" } else { "records" };
    format!("{count} {noun}")
}
