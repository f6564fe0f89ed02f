//! What waits for a second person: enrolments and seals. A duty, not a gate: the act stands, and
//! shows as unconfirmed until somebody else has confirmed it.

use super::Session;
use crate::access::Act as Asked;
use crate::audit::event::Event;
use crate::audit::fact::Fact;
use crate::audit::ledger::Unconfirmed;
use crate::audit::record::ObjectRef;
use crate::error::{Error, Noun};
use crate::id::{Epoch, PersonId, RecordSeq};
use crate::store::draft::Draft;

/// Something that waits to be confirmed.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The record that is to be confirmed.
    pub record: RecordSeq,
    /// `enrolment`, `seal`, `rollback` or `forgetting`.
    pub what: &'static str,
    /// Who enrolled, where it is an enrolment.
    pub person: Option<(PersonId, String)>,
    /// Which epoch was sealed, where it is a seal.
    pub epoch: Option<Epoch>,
    /// Who invited the person or sealed the epoch.
    pub by: Option<String>,
    /// What to compare with the paper or the person.
    pub fingerprint: String,
}

impl Session<'_> {
    /// What waits to be confirmed, oldest first.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::KeyRefused`].
    pub fn waiting(&mut self) -> Result<Vec<Waiting>, Error> {
        let mut turn = self.turn()?;
        let unconfirmed = turn.ledger().unconfirmed.clone();
        let mut waiting = Vec::with_capacity(unconfirmed.len());
        for (record, what) in unconfirmed {
            let (person, epoch, by) = match &what {
                Unconfirmed::Enrolment { person, inviter } => (Some(*person), None, *inviter),
                Unconfirmed::Seal { epoch, sealer } => (None, Some(*epoch), Some(*sealer)),
                Unconfirmed::Rollback { by, .. } | Unconfirmed::Forgetting { by } => {
                    (None, None, Some(*by))
                }
            };
            let ledger = turn.ledger();
            let key = match (person, epoch) {
                (Some(person), _) => ledger.person(person).map(|p| p.facts.verify_key),
                (_, Some(epoch)) => {
                    let seal = ledger.envelope.seals.get(&epoch);
                    seal.map(|seal| seal.facts.verify_key)
                }
                _ => None,
            };
            let fingerprint = key.map(|key| key.fingerprint()).unwrap_or_default();
            let named = |turn: &mut super::turn::Turn<'_>, id: Option<PersonId>| {
                id.map(|id| turn.person_name(id)).transpose()
            };
            let name = named(&mut turn, person)?;
            waiting.push(Waiting {
                record,
                what: what.name(),
                person: person.zip(name),
                epoch,
                by: named(&mut turn, by)?,
                fingerprint,
            });
        }
        turn.commit()?;
        Ok(waiting)
    }

    /// Confirms what an earlier record did; on a file that lacks what this machine has seen, only
    /// that this was accepted.
    ///
    /// # Errors
    /// [`Error::NotFound`] where nothing waits there; [`Error::Denied`] for one's own act and for
    /// somebody who does not count as a second person.
    pub fn approve(&mut self, record: RecordSeq) -> Result<RecordSeq, Error> {
        let accepts = matches!(
            self.ledger().unconfirmed.get(&record),
            Some(Unconfirmed::Rollback { .. })
        );
        let turn = if accepts {
            self.turn_anyway()?
        } else {
            self.turn()?
        };
        if !turn.ledger().unconfirmed.contains_key(&record) {
            return Err(Error::NotFound(Noun::Request));
        }
        let draft = || {
            Draft::new(Event::AccessApprove)
                .object(ObjectRef::Record(record))
                .under(record)
        };
        let (mut turn, _) = turn.allow(Asked::Approve(record), draft())?;
        let approved = turn.record(draft().fact(Fact::Confirmed(record)))?;
        turn.commit()?;
        Ok(approved)
    }
}
