//! What is said of a log whose records are as they should be.

use serde_json::{Value, json};
use vault_core::id::RecordSeq;
use vault_core::vault::Rollback;
use vault_core::vault::verify::{Beginning, Comparison, Report};

use crate::commands::log::rollback::{rollback_to_json, seen_to_json};
use crate::commands::log::vouched;
use crate::exit::ExitStatus;
use crate::failure;
use crate::outcome::{Data, Json, Outcome};
use crate::output::{counted, grouped};

/// The answer; `record` says where it was put on record.
pub(super) fn outcome(report: &Report, record: Option<RecordSeq>) -> Outcome {
    let mut lines = records(report);
    lines.extend(vouched::lines(report));
    lines.extend(agreements(report));
    if let Some(Rollback {
        seen, size, last, ..
    }) = &report.rollback
    {
        lines.push(format!("Head last seen here: {} {}", seen.size, seen.last));
        lines.push(format!("Head of this file: {size} {last}"));
    }
    let json = Json::Value(to_json(report, record));
    let outcome = Outcome::read(Data::Lines(lines), json);
    let outcome = remarks(report).into_iter().fold(outcome, Outcome::remark);
    let outcome = match record {
        Some(record) => outcome.remark(format!("that you checked it is on record ({record})")),
        None => outcome,
    };
    if report.is_the_one() {
        outcome
    } else {
        outcome.status(ExitStatus::LogBroken)
    }
}

/// What was checked, and how.
fn records(report: &Report) -> Vec<String> {
    let how = if report.signatures_checked {
        "each signed by whom it names"
    } else {
        "by their hashes alone: nobody's signature or right was looked at"
    };
    let all = counted(report.records, "record");
    let mut lines = vec![match report.beginning {
        Beginning::After(before) => format!(
            "The access log verifies: {all}, of which {} are new, in an unbroken chain, {how}. The \
             first {} were checked on this computer before and not read again.",
            grouped(report.records - before),
            grouped(before)
        ),
        _ => format!("The access log verifies: {all} in an unbroken chain, {how}."),
    }];
    if report.unsigned_tail > 0 {
        lines.push(format!(
            "{} of them stand after the last signature, as failed attempts may.",
            grouped(report.unsigned_tail)
        ));
    }
    if let Some(erased) = report.erased.filter(|erased| *erased > 0) {
        let words = match erased {
            1 => "The words of one record".to_owned(),
            erased => format!("The words of {} records", grouped(erased)),
        };
        lines.push(format!(
            "{words} are not there, as the log says that they were erased."
        ));
    }
    lines.extend(report.waiting_erasures.iter().map(|request| {
        format!(
            "Record {request} asks for words to be erased, and no second person has confirmed it: \
             nothing was erased under it."
        )
    }));
    lines.extend(clocks(report));
    if let Some(rows) = report.rows {
        lines.push(format!(
            "The rest of the file is what the log says: {rows} rows, none changed, added or missing."
        ));
    }
    lines
}

/// What the clocks of the records say of each other. It is told, and changes no verdict: what is
/// proved is the order.
fn clocks(report: &Report) -> Vec<String> {
    let Some(clocks) = &report.clocks else {
        return Vec::new();
    };
    let told = |records: &[RecordSeq], what: &str| {
        let (first, more) = records.split_first()?;
        let number = records.len() as u64;
        let more = match more.last() {
            Some(last) => format!("records {first} to {last}"),
            None => format!("record {first}"),
        };
        Some(format!("{} {what} ({more}).", counted(number, "record")))
    };
    let ahead = "dated later than what was recorded after, or than now: its clock was ahead";
    let back = "dated earlier than what stands before: its clock had gone back";
    [told(&clocks.ahead, ahead), told(&clocks.back, back)]
        .into_iter()
        .flatten()
        .collect()
}

/// What was written down and is still so.
fn agreements(report: &Report) -> impl Iterator<Item = String> {
    let same = |found: &Comparison| *found == Comparison::Same;
    let anchors = report.anchors.iter().filter(move |(_, found)| same(found));
    let anchors = anchors.map(|(anchor, _)| {
        format!(
            "It is the log that was written into the minutes when it had {}.",
            counted(anchor.size(), "record")
        )
    });
    let pins = report.pins.iter().filter(move |(_, found)| same(found));
    let pins = pins.map(|(pins, _)| {
        format!(
            "It is the log that was pinned, with the same people and keys when it had {}.",
            counted(pins.size, "record")
        )
    });
    anchors.chain(pins)
}

fn remarks(report: &Report) -> Vec<String> {
    let mut remarks = Vec::new();
    match report.beginning {
        Beginning::NothingRemembered => remarks.push(
            "this computer remembers no check of the whole log, so all of it was checked"
                .to_owned(),
        ),
        Beginning::OtherLog(before) => remarks.push(format!(
            "warning: this file does not go on from the {} that were checked on this computer \
             before, so all of it was checked",
            counted(before, "record")
        )),
        _ => {}
    }
    let warnings: Vec<_> = warnings(report).collect();
    if warnings.is_empty() && report.anchors.is_empty() && report.pins.is_empty() {
        remarks.push(
            "an older copy of the file verifies too: compare the number with the last checkpoint \
             in the minutes"
                .to_owned(),
        );
    }
    remarks.extend(report.beside.as_ref().map(failure::beside));
    for (what, hint) in warnings {
        remarks.push(format!("warning: {what}"));
        remarks.extend(hint.map(|hint| format!("hint: {hint}")));
    }
    remarks
}

/// In what the log is not the one that was remembered or written down.
fn warnings(report: &Report) -> impl Iterator<Item = (String, Option<String>)> {
    let now = report.records;
    let rollback = report.rollback.iter().map(failure::rolled_back);
    let anchors = report.anchors.iter();
    let anchors = anchors.filter_map(move |(anchor, found)| failure::anchor(anchor, *found, now));
    let pins = report.pins.iter();
    let pins = pins.filter_map(move |(pins, found)| failure::pins(pins, *found, now));
    rollback.chain(anchors).chain(pins)
}

fn to_json(report: &Report, record: Option<RecordSeq>) -> Value {
    let since = match report.beginning {
        Beginning::After(records) => records,
        _ => 0,
    };
    let anchors = report.anchors.iter().map(|(anchor, found)| {
        json!({ "anchor": anchor.to_string(), "size": anchor.size(), "found": word(*found) })
    });
    let pins = report.pins.iter().map(
        |(pins, found)| json!({ "origin": pins.origin.as_str(), "size": pins.size, "found": word(*found) }),
    );
    json!({
        "schema": "coffer.verify/1",
        "ok": report.is_the_one(),
        "records": report.records,
        "since": since,
        "signatures": report.signatures_checked,
        "rows": report.rows,
        "erased": report.erased,
        "waiting_erasures": report.waiting_erasures,
        "clocks": report.clocks.as_ref().map(|clocks| json!({
            "ahead": clocks.ahead,
            "back": clocks.back,
        })),
        "unsigned_tail": report.unsigned_tail,
        "origin": report.origin,
        "genesis": report.genesis.to_string(),
        "checkpoint": report.checkpoint,
        "keys": report.vkeys,
        "last": report.last.to_string(),
        "anchors": anchors.collect::<Vec<_>>(),
        "pins": pins.collect::<Vec<_>>(),
        "witnesses": vouched::to_json(report),
        "rollback": report.rollback.as_ref().map(rollback_to_json),
        "beside": report.beside.as_ref().map(seen_to_json),
        "record": record.map(RecordSeq::get),
    })
}

/// A comparison, for programs.
const fn word(found: Comparison) -> &'static str {
    match found {
        Comparison::Same => "same",
        Comparison::Ended => "ended",
        Comparison::OtherRecords => "other-records",
        Comparison::OtherLog => "other-log",
        Comparison::OtherKeys => "other-keys",
    }
}
