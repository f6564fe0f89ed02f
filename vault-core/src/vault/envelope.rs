//! The envelope, while it is closed: choosing its rule, sealing, reporting a sheet lost.

use std::collections::BTreeMap;

use super::Session;
use super::reveal::reason_line;
use super::turn::Turn;
use crate::access::{Act as Asked, Request, decide};
use crate::audit::actor::ObjectRef;
use crate::audit::details::Word;
use crate::audit::event::Event;
use crate::audit::fact::Fact;
use crate::audit::ledger::Ledger;
use crate::crypto::random::{self, Entropy};
use crate::crypto::recipient::{self, Recipient};
use crate::crypto::shamir::{self, GroupScheme, IterationExponent, Quorum, Share};
use crate::emergency::scheme::ShareAt;
use crate::emergency::survival::Survival;
use crate::emergency::{Holder, Rule, RuleFacts, Scheme, SealFacts};
use crate::encoding::{KeyName, Object, Part, Place};
use crate::error::{EnvelopeRefused, Error, Noun};
use crate::id::{Epoch, RecordSeq, Serial, VaultId};
use crate::incident::{IncidentFacts, IncidentKind};
use crate::keys::{EscrowKeys, escrow};
use crate::secret::{SecretBytes, SecretString};
use crate::store::draft::Draft;
use crate::store::rows::{AnyRow, ShareRow};

/// An epoch that was sealed.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// Which.
    pub epoch: Epoch,
    /// The record.
    pub record: RecordSeq,
    /// The fingerprint by which members recognise it.
    pub fingerprint: String,
}

/// What came of the report that a sheet is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missed {
    /// The record that says so.
    pub record: RecordSeq,
    /// Whether the sheet opens nothing any more. Otherwise the record is an incident, and the sheet
    /// stands until somebody who makes sheets reports it too.
    pub is_void: bool,
}

impl Session<'_> {
    /// Chooses who may open the envelope after the next seal.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`EnvelopeRefused::Rule`] where the holders do not make the rule, or where some
    /// of them could open it without the chair, the clerk and every councillor.
    pub fn choose_rule(
        &mut self,
        rule: Rule,
        holders: &[&str],
        councillors: Option<u8>,
    ) -> Result<(RecordSeq, Survival), Error> {
        let turn = self.turn()?;
        let (mut turn, _) = turn.allow(Asked::ChooseRule, Draft::new(Event::PolicyChange))?;
        let (facts, survival) = turn.weigh(rule, holders, councillors)?;
        let record = turn.record(Draft::new(Event::PolicyChange).fact(Fact::Rule(facts)))?;
        turn.commit()?;
        Ok((record, survival))
    }

    /// What a rule would survive with these holders; nothing is chosen.
    ///
    /// # Errors
    /// As [`Session::choose_rule`].
    pub fn weigh_rule(
        &mut self,
        rule: Rule,
        holders: &[&str],
        councillors: Option<u8>,
    ) -> Result<Survival, Error> {
        let turn = self.turn()?;
        let (mut turn, _) = turn.allow(Asked::ChooseRule, Draft::new(Event::PolicyChange))?;
        let (_, survival) = turn.weigh(rule, holders, councillors)?;
        turn.commit()?;
        Ok(survival)
    }

    /// What a holder is called, as they would be given in a rule; nothing is chosen.
    ///
    /// # Errors
    /// [`Error::NotFound`] for somebody who is not in the vault, or a place that cannot be called so.
    pub fn holder_called(&mut self, text: &str) -> Result<String, Error> {
        let mut turn = self.turn()?;
        let holder = turn.find_holder(text)?;
        let name = turn.holder_name(&holder)?;
        turn.commit()?;
        Ok(match holder {
            Holder::Place(_) => format!("place:{name}"),
            Holder::Person(_) => name,
        })
    }

    /// Reports a sheet lost: from now on it opens nothing. What it opened stays where it is, and a
    /// copy of the file opens with it as before. Somebody who neither makes sheets nor keeps this
    /// one raises an incident instead, and the sheet opens until an officer reports it too: nobody
    /// alone voids other people's sheets.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a serial that no sheet bears; [`EnvelopeRefused::AlreadyLost`];
    /// [`Error::Denied`].
    pub fn report_lost(&mut self, serial: &str, reason: Option<&str>) -> Result<Missed, Error> {
        let turn = self.turn()?;
        let serial = serial.trim().to_ascii_uppercase().parse::<Serial>();
        let serial = serial.map_err(|_| Error::NotFound(Noun::Sheet))?;
        match turn.ledger().envelope.sheets.get(&serial) {
            None => return Err(Error::NotFound(Noun::Sheet)),
            Some(sheet) if sheet.lost.is_some() => return Err(EnvelopeRefused::AlreadyLost.into()),
            Some(_) => {}
        }
        let reason = reason_line(reason)?;
        let asked = Asked::ReportLost(serial.clone());
        let request = Request::person(turn.person, asked.clone());
        if decide(&request, turn.ledger()).into_result().is_err() {
            let record = turn.miss(&serial, &reason)?;
            return Ok(Missed {
                record,
                is_void: false,
            });
        }
        let draft = || {
            Draft::new(Event::EnvelopeRevoke)
                .object(ObjectRef::Sheet(serial.clone()))
                .word(Word::Reason, &reason)
        };
        let (mut turn, _) = turn.allow(asked, draft())?;
        let record = turn.record(draft())?;
        turn.commit()?;
        Ok(Missed {
            record,
            is_void: true,
        })
    }

    /// Seals the envelope: a fresh escrow secret, split under the rule, each share to its sheets.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`EnvelopeRefused::NoRule`] and [`EnvelopeRefused::NoSheet`]; [`Error::Blocked`] while a
    /// sheet that was used in an opening, or was lost, has no successor.
    pub fn seal(&mut self) -> Result<Sealed, Error> {
        let turn = self.turn()?;
        let (mut turn, _) = turn.allow(Asked::Seal, Draft::new(Event::EnvelopeSeal))?;
        let vault = turn.vault()?;
        let (rule, scheme) = turn.ledger().chosen_scheme()?;
        let used = turn.ledger().envelope.opening.as_ref().map(|o| &o.used);
        if used.is_some_and(|used| !used.is_disjoint(&scheme.serials())) {
            return Err(Error::Blocked);
        }
        let newest = turn.ledger().envelope.newest();
        let epoch = newest.map_or(Epoch::new(1), |seal| seal.facts.epoch.next());
        let entropy = &mut *turn.surroundings.entropy;
        let secret = random::secret(entropy, escrow::SECRET)?;
        let keys = EscrowKeys::of_epoch(&secret, vault, epoch);
        let shares = split(&secret, &scheme, entropy)?;
        check_split(&shares, &scheme, &secret)?;
        let rows = sealed_shares(&shares, &scheme, vault, epoch, turn.ledger())?;
        let facts = SealFacts {
            epoch,
            rule,
            scheme,
            recipient: keys.identity.recipient(),
            verify_key: keys.signing.verify_key(),
        };
        let draft = Draft::new(Event::EnvelopeSeal)
            .object(ObjectRef::Epoch(epoch))
            .fact(Fact::Seal(facts))
            .rows(rows);
        let record = turn.record(draft)?;
        // The keys that this person holds are wrapped to the new epoch as the turn ends.
        turn.commit()?;
        Ok(Sealed {
            epoch,
            record,
            fingerprint: keys.signing.verify_key().fingerprint(),
        })
    }
}

impl Turn<'_> {
    /// Raises an incident about a sheet that somebody misses who may not void it.
    fn miss(self, serial: &Serial, reason: &str) -> Result<RecordSeq, Error> {
        let draft = || Draft::new(Event::IncidentRaise);
        let (mut turn, _) = self.allow(Asked::RaiseIncident(None), draft())?;
        let kind = IncidentKind::Other;
        let what = match reason {
            "" => format!("sheet {serial} is missing"),
            reason => format!("sheet {serial} is missing: {reason}"),
        };
        let raised = draft()
            .fact(Fact::Incident(IncidentFacts { kind }))
            .word(Word::Reason, &what);
        let number = turn.record(raised)?;
        turn.commit()?;
        Ok(number)
    }

    /// The rule with its holders, and what it survives.
    fn weigh(
        &mut self,
        rule: Rule,
        holders: &[&str],
        councillors: Option<u8>,
    ) -> Result<(RuleFacts, Survival), Error> {
        let mut found = Vec::with_capacity(holders.len());
        for holder in holders {
            let holder = self.find_holder(holder)?;
            if found.iter().any(|known: &Holder| known.is_same(&holder)) {
                return Err(EnvelopeRefused::RepeatedHolder.into());
            }
            found.push(holder);
        }
        let facts = RuleFacts {
            rule,
            holders: found,
            councillors,
        };
        let survival = self
            .ledger()
            .survival_of(&facts)
            .map_err(EnvelopeRefused::Rule)?;
        Ok((facts, survival))
    }

    /// A holder as typed: `place:NAME`, or a person.
    pub(super) fn find_holder(&self, text: &str) -> Result<Holder, Error> {
        match text.split_once(':') {
            Some(("place", name)) => {
                let place = Holder::place(name).map_err(EnvelopeRefused::Place)?;
                let rule = self.ledger().envelope.rule.as_ref();
                let mut known = rule.iter().flat_map(|rule| &rule.holders);
                let known = known.find(|holder| holder.is_same(&place));
                Ok(known.cloned().unwrap_or(place))
            }
            _ => Ok(Holder::Person(self.find_person(text)?)),
        }
    }

    /// What a holder is called on paper.
    pub(super) fn holder_name(&mut self, holder: &Holder) -> Result<String, Error> {
        match holder {
            Holder::Person(person) => self.person_name(*person),
            Holder::Place(name) => Ok(name.clone()),
        }
    }
}

/// Shares by their places.
type Shares = BTreeMap<ShareAt, Share>;

fn split(
    secret: &SecretBytes,
    scheme: &Scheme,
    entropy: &mut dyn Entropy,
) -> Result<Shares, Error> {
    let internal = Error::Internal("a scheme that SLIP-0039 cannot hold");
    let quorum = |group: &crate::emergency::scheme::Group| {
        let count = u8::try_from(group.shares.len()).ok()?;
        Quorum::new(group.threshold, count).ok()
    };
    let quorums: Option<Vec<Quorum>> = scheme.groups.iter().map(quorum).collect();
    let groups = quorums.and_then(|quorums| GroupScheme::new(scheme.threshold, quorums).ok());
    let Some(groups) = groups else {
        return Err(internal);
    };
    let empty = SecretString::new(String::new());
    let shares = shamir::split(secret, &groups, &empty, IterationExponent::ZERO, entropy)
        .map_err(|_| internal)?;
    let placed = (0..).zip(shares).flat_map(|(group, members)| {
        let members = (0..).zip(members);
        members.map(move |(member, share)| (ShareAt { group, member }, share))
    });
    Ok(placed.collect())
}

/// Recombines every smallest set of shares before anything depends on them.
fn check_split(shares: &Shares, scheme: &Scheme, secret: &SecretBytes) -> Result<(), Error> {
    let empty = SecretString::new(String::new());
    for set in scheme.minimal_sets() {
        let chosen = set.iter().filter_map(|at| shares.get(at));
        let combined = shamir::combine(chosen, &empty);
        if !combined.is_ok_and(|combined| combined.same_as(secret)) {
            return Err(Error::Internal("a split that does not make its secret"));
        }
    }
    Ok(())
}

/// Each share as an age file to its sheets.
fn sealed_shares(
    shares: &Shares,
    scheme: &Scheme,
    vault: VaultId,
    epoch: Epoch,
    ledger: &Ledger,
) -> Result<Vec<AnyRow>, Error> {
    let mut rows = Vec::with_capacity(shares.len());
    for (number, (at, serials)) in (0..).zip(scheme.shares()) {
        let sheets = serials.iter().map(|s| ledger.envelope.sheets.get(s));
        let recipients: Option<Vec<&Recipient>> =
            sheets.map(|s| Some(&s?.facts.recipient)).collect();
        let (Some(recipients), Some(share)) = (recipients, shares.get(&at)) else {
            return Err(Error::Internal("a share without a sheet"));
        };
        let words = share.to_words();
        let place = share_place(vault, epoch, number);
        let file = recipient::wrap(&recipients, &place, words.expose().as_bytes())?;
        rows.push(AnyRow::from(ShareRow {
            epoch,
            place: number,
            file,
        }));
    }
    Ok(rows)
}

/// Where a sealed share belongs.
pub(super) fn share_place(vault: VaultId, epoch: Epoch, number: u64) -> Place {
    Place {
        vault,
        object: Object::Share(epoch),
        version: number,
        part: Part::Share,
        key: KeyName::sole(*vault.as_bytes()),
    }
}
