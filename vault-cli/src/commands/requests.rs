//! `coffer requests`: what waits for somebody's approval.

use serde_json::{Value, json};
use vault_core::vault::approvals::Waiting;

use super::Context;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::output::Table;

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
    Ok(Outcome::read(Data::Table(table), json).remark(
        "next: compare the fingerprint with the person or the paper, then coffer approve REQUEST",
    ))
}

/// How a request is named on the command line.
fn name(request: &Waiting) -> String {
    format!("r{}", request.record)
}

fn subject(request: &Waiting) -> Option<String> {
    let person = request.person.as_ref().map(|(_, name)| name.clone());
    person.or_else(|| request.epoch.map(|epoch| format!("envelope {epoch}")))
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
    })
}
