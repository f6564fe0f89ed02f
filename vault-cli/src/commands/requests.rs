//! `coffer requests`: what waits for somebody's approval.

use serde_json::{Value, json};
use vault_core::id::Serial;
use vault_core::vault::approvals::{CountedSheet, Waiting};

use super::Context;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::output::{Table, for_people};

pub(crate) fn run(context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let waiting = context.unlock(&mut vault)?.waiting()?;
    let values: Vec<Value> = waiting.iter().map(to_json).collect();
    let json = Json::Value(json!({ "schema": "coffer.requests/1", "requests": values }));
    if waiting.is_empty() {
        return Ok(Outcome::read(Data::Nothing, json).remark("nothing waits for approval"));
    }
    let mut table = Table::new(["Request", "What", "Whose", "By", "Fingerprint"]);
    for request in &waiting {
        table.row([
            name(request),
            request.what.to_owned(),
            subject(request).unwrap_or_default(),
            request.by.clone().unwrap_or_default(),
            request.fingerprint.clone(),
        ]);
    }
    let sheets = waiting.iter().flat_map(|request| {
        let about = name(request);
        request
            .sheets
            .iter()
            .map(move |sheet| format!("{about} {}", in_words(sheet)))
    });
    let outcome = Outcome::read(Data::Table(table), json);
    let outcome = sheets.fold(outcome, Outcome::remark);
    Ok(outcome.remark(
        "next: compare the fingerprint with the person or the paper, then coffer approve REQUEST",
    ))
}

/// What a seal counts on, as the end of a sentence: whoever is asked to confirm it should have the
/// sheet in their hands.
pub(super) fn in_words(sheet: &CountedSheet) -> String {
    let CountedSheet {
        serial,
        holder,
        issuer,
        ..
    } = sheet;
    let whose = match (&sheet.replaces, sheet.is_own) {
        (Some(old), true) => format!("in place of your {old}"),
        (Some(old), false) => format!("in place of {old} of {holder}"),
        (None, true) => "as yours".to_owned(),
        (None, false) => format!("as that of {holder}"),
    };
    let ask = if sheet.is_own {
        "do you hold it?".to_owned()
    } else {
        format!("does {holder} hold it?")
    };
    let heard = if sheet.read_back {
        ""
    } else {
        ", whose words were not read back from the paper"
    };
    format!(
        "counts on {serial} {whose}, printed by {issuer} on {}{heard}: {ask}",
        for_people(sheet.issued_at)
    )
}

/// How a request is named on the command line.
fn name(request: &Waiting) -> String {
    format!("r{}", request.record)
}

fn subject(request: &Waiting) -> Option<String> {
    if let Some(asked) = request.asked {
        return Some(format!(
            "words from before {}, others from before {}",
            asked.ordinary, asked.long
        ));
    }
    let person = request.person.as_ref().map(|(_, name)| name.clone());
    person.or_else(|| request.epoch.map(|epoch| format!("envelope {epoch}")))
}

fn sheet(sheet: &CountedSheet) -> Value {
    json!({
        "serial": sheet.serial.as_str(),
        "holder": sheet.holder,
        "replaces": sheet.replaces.as_ref().map(Serial::as_str),
        "printed_by": sheet.issuer,
        "printed_at": sheet.issued_at,
        "read_back": sheet.read_back,
    })
}

fn to_json(request: &Waiting) -> Value {
    json!({
        "id": name(request),
        "what": request.what,
        "subject": subject(request),
        "by": request.by,
        "reason": null,
        "state": "open",
        "record": request.record.get(),
        "fingerprint": request.fingerprint,
        "sheets": request.sheets.iter().map(sheet).collect::<Vec<_>>(),
    })
}
