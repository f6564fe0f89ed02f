//! `coffer log verify`: whether the log, and the rest of the file, is what it must be.

use std::path::Path;

use serde_json::{Value, json};
use vault_core::error::{Error, StoreError};
use vault_core::vault::Rollback;
use vault_core::vault::verify::{self, Depth, Report, State};

use super::rollback::rollback_to_json;
use super::vouched;
use crate::commands::Context;
use crate::exit::ExitStatus;
use crate::failure::{self, Failure, flaw};
use crate::outcome::{Data, Json, Outcome};

/// Checks the log. A bad record or row is an answer and not a fault: programs are told which.
pub(super) fn run(
    quick: bool,
    state: bool,
    witness: Option<&Path>,
    context: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    let head = witness.map(vouched::head_in).transpose()?;
    context.progress("checking the access log...")?;
    let depth = if quick { Depth::Quick } else { Depth::Full };
    let path = &context.config.vault;
    let verified = match (&context.config.state, state) {
        (Some(folder), true) => verify::verify_and_compare(path, depth, State::Checked, folder),
        (Some(folder), false) => verify::verify_and_compare(path, depth, State::Unchecked, folder),
        (None, true) => verify::verify_state(path, depth),
        (None, false) => verify::verify(path, depth),
    };
    let report = match verified {
        Ok(report) => report,
        Err(Error::Store(StoreError::Log(bad))) if context.global.json => {
            let found = json!({ "record": bad.seq.get(), "flaw": flaw(&bad) });
            return Ok(not_verified(found));
        }
        Err(Error::Store(StoreError::RowChanged(row))) if context.global.json => {
            let found = json!({ "row": row.to_string(), "flaw": ROW });
            return Ok(not_verified(found));
        }
        Err(Error::Store(StoreError::RowChanged(row))) => return Err(Failure::State(row)),
        Err(error) => return Err(error.into()),
    };
    let Some(head) = head else {
        return Ok(told(&report));
    };
    let compared = vouched::with_head(told(&report), &head, path, &report);
    compared.or_else(|failure| match vouched::refused(&failure) {
        Some(found) if context.global.json => Ok(not_verified(found)),
        _ => Err(failure),
    })
}

/// What is said of a log whose records are as they should be.
fn told(report: &Report) -> Outcome {
    let json = json!({
        "schema": "coffer.verify/1",
        "ok": report.rollback.is_none(),
        "records": report.records,
        "signatures": report.signatures_checked,
        "rows": report.rows,
        "unsigned_tail": report.unsigned_tail,
        "origin": report.origin,
        "genesis": report.genesis.to_string(),
        "checkpoint": report.checkpoint,
        "keys": report.vkeys,
        "last": report.last.to_string(),
        "rollback": report.rollback.as_ref().map(rollback_to_json),
        "witnesses": vouched::to_json(report),
    });
    let how = if report.signatures_checked {
        "each signed by whom it names"
    } else {
        "by their hashes alone: nobody's signature or right was looked at"
    };
    let mut lines = vec![format!(
        "The access log verifies: {} records in an unbroken chain, {how}.",
        report.records
    )];
    if report.unsigned_tail > 0 {
        lines.push(format!(
            "{} of them stand after the last signature, as failed attempts may.",
            report.unsigned_tail
        ));
    }
    if let Some(rows) = report.rows {
        lines.push(format!(
            "The rest of the file is what the log says: {rows} rows, none changed, added or missing."
        ));
    }
    lines.extend(vouched::lines(report));
    let Some(rollback) = &report.rollback else {
        let outcome = Outcome::read(Data::Lines(lines), Json::Value(json));
        return outcome.remark(
            "an older copy of the file verifies too: compare the number with the last checkpoint \
             in the minutes",
        );
    };
    let Rollback { seen, size, last } = rollback;
    lines.push(format!("Head last seen here: {} {}", seen.size, seen.last));
    lines.push(format!("Head of this file: {size} {last}"));
    let (what, hint) = failure::rolled_back(rollback);
    let outcome = Outcome::read(Data::Lines(lines), Json::Value(json));
    let outcome = outcome.remark(format!("warning: {what}"));
    let outcome = hint.into_iter().fold(outcome, Outcome::remark);
    outcome.status(ExitStatus::LogBroken)
}

/// What is wrong with a row that is not what the log says.
const ROW: &str = "it is not what the log says it is";

/// What programs are told of the first thing that is not as it should be.
fn not_verified(mut found: Value) -> Outcome {
    found["schema"] = "coffer.verify/1".into();
    found["ok"] = false.into();
    Outcome::read(Data::Nothing, Json::Value(found)).status(ExitStatus::LogBroken)
}
