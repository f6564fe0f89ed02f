//! What waits for a second person: enrolments, takeovers and seals. A duty, not a gate: the act stands, and
//! shows as unconfirmed until somebody else has confirmed it.

use super::Session;
use super::forget::{asked_in, erased_for};
use super::turn::Turn;
use crate::access::Act as Asked;
use crate::audit::actor::ObjectRef;
use crate::audit::event::Event;
use crate::audit::fact::{Fact, ForgetFacts};
use crate::audit::ledger::Unconfirmed;
use crate::emergency::Holder;
use crate::emergency::register::Sheet;
use crate::error::{Error, Noun};
use crate::id::{Epoch, PersonId, RecordSeq, Serial};
use crate::store::draft::Draft;
use crate::time::Timestamp;

/// Something that waits to be confirmed.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The record that is to be confirmed.
    pub record: RecordSeq,
    /// `enrolment`, `takeover`, `seal`, `rollback`, `membership` or `forgetting`.
    pub what: &'static str,
    /// Who enrolled or took over, or whose membership is to end, where it is that.
    pub person: Option<(PersonId, String)>,
    /// Which epoch was sealed, where it is a seal.
    pub epoch: Option<Epoch>,
    /// Which words are to be erased, where it is that.
    pub asked: Option<ForgetFacts>,
    /// Who invited the person or sealed the epoch.
    pub by: Option<String>,
    /// What to compare with the paper or the person.
    pub fingerprint: String,
    /// The sheets on which a seal counts and which their holders did not make themselves.
    pub sheets: Vec<CountedSheet>,
}

/// A sheet on which a seal counts, and which somebody other than its holder made: whoever made it
/// saw its words, and may have it still.
#[derive(Debug, Clone)]
pub struct CountedSheet {
    /// Its number.
    pub serial: Serial,
    /// Whose it is.
    pub holder: String,
    /// Whether that is the person who asks.
    pub is_own: bool,
    /// The sheet that they were given before.
    pub replaces: Option<Serial>,
    /// Who made it.
    pub issuer: String,
    /// When.
    pub issued_at: Timestamp,
    /// Whether words of it were read back from the paper.
    pub read_back: bool,
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
                Unconfirmed::Takeover { person, .. } => (Some(*person), None, None),
                Unconfirmed::Membership { whose, by } => (Some(whose.person), None, Some(*by)),
                Unconfirmed::Seal { epoch, sealer } => (None, Some(*epoch), Some(*sealer)),
                Unconfirmed::Rollback { by, .. } | Unconfirmed::Forgetting { by, .. } => {
                    (None, None, Some(*by))
                }
            };
            let ledger = turn.ledger();
            let key = match (&what, epoch) {
                (
                    Unconfirmed::Enrolment { person, .. } | Unconfirmed::Takeover { person, .. },
                    _,
                ) => ledger.person(*person).map(|p| p.facts.verify_key),
                (_, Some(epoch)) => {
                    let seal = ledger.envelope.seals.get(&epoch);
                    seal.map(|seal| seal.facts.verify_key)
                }
                _ => None,
            };
            let fingerprint = key.map(|key| key.fingerprint()).unwrap_or_default();
            let named = |turn: &mut Turn<'_>, id: Option<PersonId>| {
                id.map(|id| turn.person_name(id)).transpose()
            };
            let name = named(&mut turn, person)?;
            waiting.push(Waiting {
                record,
                what: what.name(),
                person: person.zip(name),
                epoch,
                asked: asked_in(record, turn.ledger()).map(|(_, asked)| asked),
                by: named(&mut turn, by)?,
                fingerprint,
                sheets: turn.counted_sheets(epoch)?,
            });
        }
        turn.commit()?;
        Ok(waiting)
    }

    /// The sheets on which the seal that waits under this record counts, and which their holders did
    /// not make themselves; none where something else waits there.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::KeyRefused`].
    pub fn counted_sheets(&mut self, record: RecordSeq) -> Result<Vec<CountedSheet>, Error> {
        let waiting = self.ledger().unconfirmed.get(&record);
        let Some(Unconfirmed::Seal { epoch, .. }) = waiting.cloned() else {
            return Ok(Vec::new());
        };
        let mut turn = self.turn()?;
        let sheets = turn.counted_sheets(Some(epoch))?;
        turn.commit()?;
        Ok(sheets)
    }

    /// Confirms what an earlier record did; on a file that lacks what this machine has seen, only
    /// that this was accepted. Where words are to be erased they are erased now, and the file is
    /// written anew; so it is where that was approved before.
    ///
    /// # Errors
    /// [`Error::NotRebuilt`] where they are erased and the file could not be written anew;
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
            let done = erased_for(record, turn.ledger()).ok_or(Error::NotFound(Noun::Request))?;
            drop(turn);
            self.write_anew(Some(done))?;
            return Ok(done);
        }
        let draft = || {
            Draft::new(Event::AccessApprove)
                .object(ObjectRef::Record(record))
                .under(record)
        };
        let (mut turn, _) = turn.allow(Asked::Approve(record), draft())?;
        if let Some(asked) = asked_in(record, turn.ledger()) {
            let approved = turn.erase_as_asked(record, asked)?;
            turn.commit()?;
            self.write_anew(Some(approved))?;
            return Ok(approved);
        }
        let effect = match turn.ledger().unconfirmed.get(&record) {
            Some(Unconfirmed::Membership { whose, .. }) => Some(Fact::Membership(whose.end())),
            _ => None,
        };
        let confirmed = draft().fact(Fact::Confirmed(record));
        let approved = turn.record(effect.into_iter().fold(confirmed, Draft::fact))?;
        turn.commit()?;
        Ok(approved)
    }
}

impl Turn<'_> {
    fn counted_sheets(&mut self, epoch: Option<Epoch>) -> Result<Vec<CountedSheet>, Error> {
        let register = &self.ledger().envelope;
        let seal = epoch.and_then(|epoch| register.seals.get(&epoch));
        let serials = seal.map(|seal| seal.facts.scheme.serials());
        let serials = serials.unwrap_or_default();
        let sheets = serials.iter().filter_map(|it| register.sheets.get(it));
        let by_others: Vec<(Sheet, Option<Serial>)> = sheets
            .filter(|sheet| sheet.is_by_another())
            .map(|sheet| (sheet.clone(), register.before(sheet)))
            .collect();
        let mut counted = Vec::with_capacity(by_others.len());
        for (sheet, replaces) in by_others {
            let holder = &sheet.facts.holder;
            counted.push(CountedSheet {
                serial: sheet.facts.serial.clone(),
                holder: self.holder_name(holder)?,
                is_own: *holder == Holder::Person(self.person),
                replaces,
                issuer: self.person_name(sheet.issuer)?,
                issued_at: sheet.issued_at,
                read_back: sheet.facts.read_back,
            });
        }
        Ok(counted)
    }
}
