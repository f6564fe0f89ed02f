//! What witnesses have to do with a log that verified.

use std::path::Path;

use serde_json::{Value, json};
use vault_core::audit::witness::Witnesses;
use vault_core::error::Error;
use vault_core::tlog::note::{MAX_LENGTH, Note};
use vault_core::vault::verify::Report;
use vault_core::vault::verify::vouched::{Compared, compare};

use crate::commands::witness::read;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::output::{counted, for_people};

/// What each witness that the policy names has vouched for, for people.
pub(super) fn lines(report: &Report) -> Vec<String> {
    let witnesses = report.witnesses.iter().flat_map(Witnesses::named);
    witnesses
        .map(|(witness, head)| match head {
            Some(head) => format!(
                "{} vouches for the first {}, as of {}.",
                witness.name,
                counted(head.size, "record"),
                for_people(head.time)
            ),
            None => format!(
                "{} is named as a witness and has never vouched for this log.",
                witness.name
            ),
        })
        .collect()
}

/// The same for programs; null where it was not looked at.
pub(super) fn to_json(report: &Report) -> Value {
    let Some(witnesses) = &report.witnesses else {
        return Value::Null;
    };
    let named = witnesses.named().map(|(witness, head)| {
        json!({
            "name": witness.name.as_str(),
            "size": head.map(|head| head.size),
            "time": head.map(|head| head.time),
        })
    });
    named.collect()
}

/// A head that a witness gave out.
pub(super) fn head_in(file: &Path) -> Result<Note, Failure> {
    let bytes = read(file, MAX_LENGTH, "the head")?;
    Note::parse(&bytes).map_err(|_| not_a_head())
}

fn not_a_head() -> Failure {
    Failure::usage(
        "that is not the head of this log",
        "have the witness print it there: coffer witness head",
    )
}

/// The outcome with what comparing the log with a head has shown.
pub(super) fn with_head(
    mut outcome: Outcome,
    note: &Note,
    path: &Path,
    report: &Report,
) -> Result<Outcome, Failure> {
    let (size, vouched) = match compare(path, report, note)? {
        Compared::Same { size, vouched } => (size, vouched),
        Compared::Ahead { kept, size } => return Err(Error::WitnessAhead { kept, size }.into()),
        Compared::Elsewhere { size } => return Err(Error::WitnessElsewhere { size }.into()),
        _ => return Err(not_a_head()),
    };
    let how = match vouched {
        Some(true) => "",
        Some(false) => {
            return Err(Failure::usage(
                "no witness that this log names, or named, signed that head",
                "have the witness print it there: coffer witness head; coffer log witness list \
                 shows who is named",
            ));
        }
        None => "; whose signature that has was not looked at",
    };
    if let Data::Lines(lines) = &mut outcome.data {
        let records = counted(size, "record");
        lines.push(format!("It goes on from the head of {records}{how}."));
    }
    if let Json::Value(json) = &mut outcome.json {
        json["head"] = size.into();
    }
    Ok(outcome)
}

/// What programs are told where a head shows that the log took something back.
pub(super) fn refused(failure: &Failure) -> Option<Value> {
    match failure {
        Failure::Vault(Error::WitnessAhead { kept, .. }) => {
            Some(json!({ "head": kept, "flaw": "a witness has seen more records" }))
        }
        Failure::Vault(Error::WitnessElsewhere { size }) => {
            Some(json!({ "head": size, "flaw": "a witness has seen other records" }))
        }
        _ => None,
    }
}
