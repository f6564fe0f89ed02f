//! `coffer log forget`: asks for words whose time is over to be erased.

use serde_json::json;
use vault_core::audit::fact::ForgottenFacts;
use vault_core::id::RecordSeq;
use vault_core::time::day::Day;
use vault_core::vault::forget::Forgettable;

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
    Ok(told(&session.ask_to_forget(before, context.reason())?))
}

/// What would be erased.
fn told_before(counted: &Forgettable, before: Day) -> Outcome {
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

/// What was asked for.
fn told(asked: &Forgettable) -> Outcome {
    let json = json!({
        "schema": "coffer.done/1",
        "id": asked.record.map(|record| format!("r{record}")),
        "record": asked.record.map(RecordSeq::get),
        "records": asked.records,
        "held": asked.held,
        "before": asked.ordinary,
        "long_before": asked.long,
        "erased": false,
    });
    let outcome = Outcome::read(Data::Nothing, Json::Value(json));
    let Some(record) = asked.record else {
        let outcome = outcome.remark(
            "there were no words left to erase; the file was written anew all the same, so that \
             nothing of those erased before is left in it",
        );
        return kept(asked).into_iter().fold(outcome, Outcome::remark);
    };
    let outcome = outcome.remark(format!(
        "asked for the words of {} to be erased; they stand until a second person has approved it, \
         and all members are told",
        records(asked.records)
    ));
    kept(asked)
        .into_iter()
        .fold(outcome, Outcome::remark)
        .remark(format!(
            "next: a second person runs coffer approve r{record}, which erases them for good"
        ))
}

/// What was erased with an approval.
pub(in crate::commands) fn done(
    request: RecordSeq,
    record: RecordSeq,
    erased: &ForgottenFacts,
) -> Outcome {
    let remark = format!(
        "erased the words of {}: the records themselves stay, and the log verifies as before",
        records(erased.records)
    );
    let mut outcome = Outcome::done(&format!("r{request}"), record, remark);
    if let Json::Value(json) = &mut outcome.json {
        json["records"] = erased.records.into();
        json["before"] = json!(erased.ordinary);
        json["long_before"] = json!(erased.long);
        json["erased"] = true.into();
    }
    outcome
        .remark(format!(
            "that is what is older than {}, and of what is kept longer, older than {}: the latest \
             days that the rule allows by the clocks of both of you",
            erased.ordinary, erased.long
        ))
        .remark(
            "older copies of the file still hold them: backups, a FILE.before-... that coffer \
             restore kept, and exports of the log",
        )
}

/// What stays, and why.
fn kept(counted: &Forgettable) -> Vec<String> {
    let mut kept = Vec::new();
    if counted.long < counted.ordinary {
        kept.push(format!(
            "what concerns envelopes, openings, people who leave and incidents is kept longer: of \
             that, words from before {} go",
            counted.long
        ));
    }
    if counted.held > 0 {
        kept.push(format!(
            "{} as old keep their words for the sake of an incident",
            records(counted.held)
        ));
    }
    kept
}

fn records(count: u64) -> String {
    let noun = if count == 1 { "record" } else { "records" };
    format!("{count} {noun}")
}
