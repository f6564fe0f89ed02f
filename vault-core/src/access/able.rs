//! Who can do what is owed: whoever the rules would let, asked for everybody.

use super::request::{Act, Request};
use super::rules::decide;
use crate::audit::ledger::Ledger;
use crate::audit::row::Reader;
use crate::crypto::digest::Digest;
use crate::emergency::duty::Duty;
use crate::id::{CollectionId, PersonId};

/// The people who can do this once what stands before it is done, in the order of their ids; `tag_of` gives the login tag of
/// somebody's name, by which an opener is known.
pub fn able(
    duty: &Duty,
    ledger: &Ledger,
    tag_of: impl Fn(PersonId) -> Option<Digest>,
) -> Vec<PersonId> {
    let may = |person: PersonId, act: Act| {
        let request = Request::person(person, act);
        decide(&request, ledger).into_result().is_ok()
    };
    let can = |person: &PersonId| {
        let acts = acts_of(duty, *person, ledger, &tag_of);
        !acts.is_empty() && acts.into_iter().any(|act| may(*person, act))
    };
    let able: Vec<PersonId> = ledger.people.keys().copied().filter(can).collect();
    if !matches!(duty, Duty::TellMembers(_) | Duty::Minute(_)) {
        return able;
    }
    // Best by somebody who can make the notice again.
    let makes = |person: &PersonId| may(*person, Act::ReadWords);
    let best: Vec<PersonId> = able.iter().copied().filter(makes).collect();
    if best.is_empty() { able } else { best }
}

/// What doing it takes leave for: any of these.
fn acts_of(
    duty: &Duty,
    person: PersonId,
    ledger: &Ledger,
    tag_of: &impl Fn(PersonId) -> Option<Digest>,
) -> Vec<Act> {
    let act = match duty {
        Duty::RotateRevealed { entry, .. } | Duty::ChangePassword { entry, .. } => {
            Act::Rotate(*entry)
        }
        Duty::ReplaceSheet(serial) => match ledger.envelope.sheets.get(serial) {
            Some(sheet) => Act::IssueSheet(sheet.facts.holder.clone()),
            None => return Vec::new(),
        },
        Duty::LookAt(serial) => Act::LookAt {
            sheet: serial.clone(),
            proved_in: None,
        },
        Duty::SealAgain => Act::Seal,
        Duty::NewGeneration(collection) => Act::Renew(*collection),
        Duty::TellMembers(opening) | Duty::Minute(opening) => Act::FollowUp(*opening),
        Duty::Classify(opening) => match tag_of(person) {
            Some(tag) => Act::Classify {
                opening: *opening,
                tag,
            },
            None => return Vec::new(),
        },
        Duty::CompleteCover { .. } => {
            let lacking = uncovered(ledger).into_iter();
            return lacking.map(Act::Wrap).collect();
        }
        Duty::RenewCopies { .. } => Act::CopyVault,
        Duty::BringIn(_) => Act::MergeOpening,
        Duty::Confirm(record) => Act::Approve(*record),
        Duty::Incident(number) => Act::DecideIncident(*number),
    };
    vec![act]
}

/// The collections whose key the current epoch lacks. An unlock of their members gives it, once the
/// seal is confirmed: a duty that stands before this one.
fn uncovered(ledger: &Ledger) -> Vec<CollectionId> {
    let Some(seal) = ledger.envelope.current() else {
        return Vec::new();
    };
    let reader = Reader::Escrow(seal.facts.epoch);
    let lacking = ledger.collections.values().filter(|collection| {
        collection.facts.in_scope && !ledger.is_wrapped_to(collection, reader)
    });
    lacking
        .map(|collection| collection.facts.collection)
        .collect()
}
