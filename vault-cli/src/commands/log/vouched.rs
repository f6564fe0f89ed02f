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

/// A head from which the log goes on.
pub(super) struct Continued {
    size: u64,
    how: &'static str,
}

impl Continued {
    /// The outcome of a verification, with this beside it.
    pub(super) fn add_to(&self, mut outcome: Outcome) -> Outcome {
        if let Data::Lines(lines) = &mut outcome.data {
            let (records, how) = (counted(self.size, "record"), self.how);
            lines.push(format!("It goes on from the head of {records}{how}."));
        }
        if let Json::Value(json) = &mut outcome.json {
            json["head"] = self.size.into();
        }
        outcome
    }
}

/// Compares a log that verified with a head.
pub(super) fn with_head(note: &Note, path: &Path, report: &Report) -> Result<Continued, Failure> {
    let (size, vouched) = match compare(path, report, note)? {
        Compared::Same { size, vouched } => (size, vouched),
        Compared::Ahead { kept, size } => return Err(Error::WitnessAhead { kept, size }.into()),
        Compared::Elsewhere { size } => return Err(Error::WitnessElsewhere { size }.into()),
        Compared::Foreign => return Err(not_a_head()),
    };
    match vouched {
        Some(true) => Ok(Continued { size, how: "" }),
        Some(false) => Err(Failure::usage(
            "no witness that this log names, or named, signed that head",
            "have the witness print it there: coffer witness head; coffer log witness list \
             shows who is named",
        )),
        None => {
            let how = "; whose signature that has was not looked at";
            Ok(Continued { size, how })
        }
    }
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
