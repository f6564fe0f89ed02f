//! What the ledger takes over from a record that may stand: its rows, its facts, what it did.

use super::actor::{Actor, ObjectRef};
use super::event::{Event, Outcome, Step};
use super::fact::{CosignatureFacts, Fact, ForgetFacts, RollbackFacts, WitnessFacts};
use super::flaw::Flaw;
use super::ledger::{Collection, Entry, Forgetting, Ledger, Person, Unconfirmed};
use super::record::Record;
use super::unrecorded::UnrecordedFacts;
use super::{dated, entitlement};
use crate::collection::{GenerationFacts, MembershipFacts, WithdrawalFacts};
use crate::crypto::digest::Digest;
use crate::crypto::signature::VerifyKey;
use crate::emergency::register::{Seal, Sheet};
use crate::emergency::{RuleFacts, SealFacts, SheetFacts};
use crate::entry::EntryState;
use crate::id::{EntryId, PersonId, RecordSeq};
use crate::person::{PersonFacts, Role};
use crate::time::Timestamp;

impl Ledger {
    /// Takes over what `record` says, of which [`replay`](super::replay) has found that it follows
    /// and who signed it. Nobody else may call this.
    ///
    /// # Errors
    /// The flaw for which it may not follow.
    pub(super) fn admit(
        &mut self,
        record: &Record,
        leaf: Digest,
        key: Option<VerifyKey>,
    ) -> Result<(), Flaw> {
        entitlement::check(record, self).map_err(Flaw::Unentitled)?;
        // What a fork is about comes right after it, or never.
        if record.event != Event::LogMerge {
            self.forked = None;
        }
        self.take_rows(record);
        for fact in &record.facts {
            self.take_fact(record, fact)?;
        }
        if record.outcome == Outcome::Ok || record.event == Event::VaultUnlock {
            self.take_event(record)?;
        }
        self.take_incidents(record)?;
        self.backups.take(record);
        self.take_time(record);
        if self.size == 0 {
            self.genesis = leaf;
        }
        self.size += 1;
        self.last = leaf;
        self.tree.push(leaf);
        self.last_time = record.time;
        if let Some(key) = key
            && !record.is_loose()
        {
            self.signed = Some((key, self.size));
        }
        Ok(())
    }

    /// A witness of one's own choosing is no second voice about the time.
    fn take_cosignature(&mut self, record: &Record, facts: &CosignatureFacts) -> Result<(), Flaw> {
        self.witnesses.take_head(facts, &self.origin, record.seq)?;
        let namer = self.witnesses.namer_of_head_in(record.seq);
        if let Some(namer) = namer.filter(|namer| self.does_count(*namer)) {
            self.clocks.hear(namer, facts.line.time());
        }
        Ok(())
    }

    fn take_time(&mut self, record: &Record) {
        let counts = self.counts_as_author(record);
        self.clocks
            .take(record, counts, dated::reminds(record.event));
    }

    fn take_rows(&mut self, record: &Record) {
        for row in &record.rows {
            match row.1 {
                Some(digest) => self.rows.insert(row.0, (record.seq, digest)),
                None => self.rows.remove(&row.0),
            }
        }
    }

    fn take_fact(&mut self, record: &Record, fact: &Fact) -> Result<(), Flaw> {
        let new = |is_new: bool| is_new.then_some(()).ok_or(Flaw::Contradiction);
        match fact {
            Fact::Vault(vault) => {
                new(self.vault.replace(vault.clone()).is_none())?;
            }
            Fact::Policy(policy) => self.policy = policy.clone(),
            Fact::Person(facts) => self.take_person(record, facts)?,
            Fact::Collection(facts) => {
                let made = Collection::made(facts.clone());
                let before = self.collections.insert(facts.collection, made);
                new(before.is_none())?;
            }
            Fact::Generation(facts) => self.take_generation(record, facts)?,
            Fact::Membership(facts) => self.take_membership(record, facts)?,
            Fact::Withdrawal(whose) => self.take_withdrawal(record, *whose)?,
            Fact::Entry(facts) => {
                let entry = Entry::made(facts, record.seq);
                new(self.entries.insert(facts.entry, entry).is_none())?;
            }
            Fact::Rule(facts) => self.take_rule(record, facts)?,
            Fact::Sheet(facts) => new(self.take_sheet(record, facts))?,
            Fact::Seal(facts) => self.take_seal(record, facts)?,
            Fact::Confirmed(seq) => self.take_confirmation(record, *seq)?,
            Fact::Rollback(facts) if record.event == Event::LogAcceptRollback => {
                self.take_rollback(record, facts)?;
            }
            Fact::Fork(facts) => {
                let shared = self.shared_with(facts).ok_or(Flaw::Contradiction)?;
                self.forked = Some((facts.clone(), shared));
            }
            Fact::Forget(asked) => self.take_forgetting(record, *asked)?,
            Fact::Witness(facts) => self.take_witness(record, facts)?,
            Fact::Cosignature(facts) => self.take_cosignature(record, facts)?,
            // What was seen before a copy was put back is for others to compare; the rest is
            // taken over with its record.
            Fact::Rollback(_)
            | Fact::Merge(_)
            | Fact::Forgotten(_)
            | Fact::Hold(_)
            | Fact::Incident(_)
            | Fact::Opener(_)
            | Fact::Look(_)
            | Fact::Drill(_)
            | Fact::Done(_)
            | Fact::Use(_)
            | Fact::Copy(_)
            | Fact::Copied(_)
            | Fact::Unrecorded(_)
            | Fact::Credential(_)
            | Fact::Verified(_) => {}
        }
        Ok(())
    }

    fn take_generation(&mut self, record: &Record, facts: &GenerationFacts) -> Result<(), Flaw> {
        let collection = self.collections.get_mut(&facts.collection);
        let generations = &mut collection.ok_or(Flaw::Contradiction)?.generations;
        let last = generations.last_key_value().map_or(0, |(g, _)| g.get());
        if facts.generation.get() != last + 1 {
            return Err(Flaw::Contradiction);
        }
        generations.insert(facts.generation, (facts.clone(), record.seq));
        Ok(())
    }

    /// Takes over a sheet; whether it is new, and made by a person.
    fn take_sheet(&mut self, record: &Record, facts: &SheetFacts) -> bool {
        let Actor::Person(issuer) = record.actor else {
            return false;
        };
        let sheet = Sheet::issued(facts.clone(), issuer, record.seq, record.time);
        let serial = facts.serial.clone();
        self.envelope.sheets.insert(serial, sheet).is_none()
    }

    fn take_membership(&mut self, record: &Record, facts: &MembershipFacts) -> Result<(), Flaw> {
        // A takeover gives, and ends nobody's.
        let by = match record.actor {
            Actor::Person(by) => by,
            _ => facts.person,
        };
        let put = self.put_membership(facts, by, record.seq);
        put.ok_or(Flaw::Contradiction)
    }

    fn take_withdrawal(&mut self, record: &Record, whose: WithdrawalFacts) -> Result<(), Flaw> {
        let Actor::Person(by) = record.actor else {
            return Err(Flaw::Contradiction);
        };
        self.put_withdrawal(whose, by, record.seq);
        Ok(())
    }

    /// Takes effect with a second person's word, or at once where nobody could give it.
    fn take_rollback(&mut self, record: &Record, lost: &RollbackFacts) -> Result<(), Flaw> {
        let Actor::Person(by) = record.actor else {
            return Err(Flaw::Contradiction);
        };
        if self.has_second_beside(by) {
            let lost = lost.clone();
            let waiting = Unconfirmed::Rollback { lost, by };
            self.unconfirmed.insert(record.seq, waiting);
        } else {
            self.accepted_rollbacks.insert((lost.size, lost.last));
        }
        Ok(())
    }

    fn take_witness(&mut self, record: &Record, facts: &WitnessFacts) -> Result<(), Flaw> {
        match record.actor {
            Actor::Person(by) => self.witnesses.take(facts, (record.seq, by)),
            _ => Err(Flaw::Contradiction),
        }
    }

    /// What is to be erased waits for somebody else. A newer request takes the place of an older.
    fn take_forgetting(&mut self, record: &Record, asked: ForgetFacts) -> Result<(), Flaw> {
        let Actor::Person(by) = record.actor else {
            return Err(Flaw::Contradiction);
        };
        let older = |waiting: &Unconfirmed| matches!(waiting, Unconfirmed::Forgetting { .. });
        self.unconfirmed.retain(|_, waiting| !older(waiting));
        let at = record.time;
        let waiting = Unconfirmed::Forgetting { by, at, asked };
        self.unconfirmed.insert(record.seq, waiting);
        Ok(())
    }

    /// What was erased is what was asked for, as far as the rule lets it go by the earlier of the two
    /// people's clocks.
    fn take_erasure(
        &mut self,
        record: &Record,
        (asked_in, at, asked): (RecordSeq, Timestamp, ForgetFacts),
    ) -> Result<(), Flaw> {
        let facts = record.facts.iter().find_map(|fact| match fact {
            Fact::Forgotten(facts) => Some(*facts),
            _ => None,
        });
        let facts = facts.ok_or(Flaw::Contradiction)?;
        let allowed = asked.allowed_at(&self.policy, at.min(record.time));
        if (facts.ordinary, facts.long) != (allowed.ordinary, allowed.long) {
            return Err(Flaw::Contradiction);
        }
        let forgetting = Forgetting { facts, asked_in };
        self.forgettings.insert(record.seq, forgetting);
        Ok(())
    }

    fn take_person(&mut self, record: &Record, facts: &PersonFacts) -> Result<(), Flaw> {
        self.used_keys.insert(facts.verify_key);
        let founder = record.event == Event::VaultCreate;
        if record.event == Event::PersonEnrol {
            return self.take_enrolment(record, facts);
        }
        let (inviter, counts) = match record.actor {
            Actor::Person(actor) => ((!founder).then_some(actor), founder),
            // Where nobody is left who could vouch for who took over, the rule that was met does.
            Actor::Escrow(_) => (None, self.seconds().next().is_none()),
            _ => return Err(Flaw::Contradiction),
        };
        if let (Actor::Escrow(_), false, Some(opening)) = (&record.actor, counts, record.under) {
            let person = facts.person;
            let waiting = Unconfirmed::Takeover { person, opening };
            self.unconfirmed.insert(record.seq, waiting);
        }
        let person = Person {
            facts: facts.clone(),
            inviter,
            counts,
            failures: 0,
            last_failure: None,
            unrecorded: UnrecordedFacts::default(),
            last_unlock: None,
            ended: None,
            unread: None,
        };
        match self.people.insert(facts.person, person) {
            None => Ok(()),
            Some(_) => Err(Flaw::Contradiction),
        }
    }

    /// The first clerk or chair to enrol counts at once; everybody later waits for a second person.
    fn take_enrolment(&mut self, record: &Record, facts: &PersonFacts) -> Result<(), Flaw> {
        let officer = |role: Role| matches!(role, Role::Clerk | Role::Chair);
        let first_officer = officer(facts.role)
            && !self
                .people
                .values()
                .any(|p| officer(p.facts.role) && p.counts && p.inviter.is_some());
        let person = self
            .people
            .get_mut(&facts.person)
            .ok_or(Flaw::Contradiction)?;
        person.facts = facts.clone();
        person.counts = first_officer;
        person.has_unlocked();
        if !first_officer {
            let waiting = Unconfirmed::Enrolment {
                person: facts.person,
                inviter: person.inviter,
            };
            self.unconfirmed.insert(record.seq, waiting);
        }
        Ok(())
    }

    fn take_rule(&mut self, record: &Record, facts: &RuleFacts) -> Result<(), Flaw> {
        let Actor::Person(by) = record.actor else {
            return Err(Flaw::Contradiction);
        };
        self.envelope.rule = Some(facts.clone());
        self.envelope.ruled = Some((record.seq, by));
        Ok(())
    }

    fn take_seal(&mut self, record: &Record, facts: &SealFacts) -> Result<(), Flaw> {
        let Actor::Person(sealer) = record.actor else {
            return Err(Flaw::Contradiction);
        };
        let newest = self.envelope.newest().map_or(0, |s| s.facts.epoch.get());
        let serials = facts.scheme.serials();
        let chosen = self.chosen_scheme().map_err(|_| Flaw::Contradiction)?;
        if facts.epoch.get() != newest + 1 || chosen != (facts.rule, facts.scheme.clone()) {
            return Err(Flaw::Contradiction);
        }
        let seal = Seal {
            facts: facts.clone(),
            record: record.seq,
            sealed_at: record.time,
            sealer,
        };
        self.envelope.seals.insert(facts.epoch, seal);
        let waiting = Unconfirmed::Seal {
            epoch: facts.epoch,
            sealer,
        };
        self.unconfirmed.insert(record.seq, waiting);
        if let Some(opening) = &mut self.envelope.opening {
            opening.resealed = serials.is_disjoint(&opening.used);
        }
        self.envelope.settle();
        Ok(())
    }

    fn take_confirmation(&mut self, record: &Record, seq: RecordSeq) -> Result<(), Flaw> {
        match self.unconfirmed.remove(&seq) {
            None => Err(Flaw::Contradiction),
            // The end of a membership stands beside its confirmation, as a fact.
            Some(Unconfirmed::Seal { .. } | Unconfirmed::Membership { .. }) => Ok(()),
            Some(Unconfirmed::Forgetting { at, asked, .. }) => {
                self.take_erasure(record, (seq, at, asked))
            }
            Some(Unconfirmed::Rollback { lost, .. }) => {
                self.accepted_rollbacks.insert((lost.size, lost.last));
                Ok(())
            }
            Some(Unconfirmed::Enrolment { person, .. } | Unconfirmed::Takeover { person, .. }) => {
                self.counts_from_now(person).ok_or(Flaw::Contradiction)
            }
        }
    }

    fn counts_from_now(&mut self, person: PersonId) -> Option<()> {
        self.people.get_mut(&person)?.counts = true;
        Some(())
    }

    fn take_event(&mut self, record: &Record) -> Result<(), Flaw> {
        match (record.event, record.step) {
            (Event::VaultUnlock, _) => self.take_unlock(record),
            (Event::SecretRotate, Some(step)) => self.take_rotation(record, step)?,
            (Event::SecretReveal, _) => self.take_reveal(record),
            (Event::SecretArchive, Some(step)) => self.take_archive(record, step)?,
            (Event::IncidentRaise, _) => self.take_suspicion(record)?,
            (Event::EnvelopeClose | Event::EnvelopeClassify, _) => {
                self.envelope.take_follow_up(record)?;
            }
            (Event::EnvelopeRevoke, _) => self.envelope.take_loss(record)?,
            (Event::EnvelopeCheck, _) => self.take_check(record)?,
            (Event::EnvelopeDrill, _) => self.envelope.drilled = Some((record.seq, record.time)),
            (Event::EnvelopeOpen, Some(step)) => self.envelope.take_opening(record, step)?,
            (Event::EnvelopeSheet, _) => self.envelope.take_sheet(record)?,
            (Event::EnvelopeTakeover, _) => {
                let opening = record.under.map(|opening| (opening, record.seq));
                self.envelope.untold.extend(opening);
            }
            (Event::LogMerge, _) => self.take_merge(record)?,
            _ => {}
        }
        Ok(())
    }

    /// A sheet proves itself with its own signature; a person says what they saw.
    fn take_check(&mut self, record: &Record) -> Result<(), Flaw> {
        match record.facts.first() {
            Some(Fact::Look(found)) => self.envelope.take_look(record, *found),
            _ => self.envelope.take_proof(record),
        }
    }

    fn take_rotation(&mut self, record: &Record, step: Step) -> Result<(), Flaw> {
        let (Some(ObjectRef::Entry(id)), Some(version)) = (&record.object, record.version) else {
            return Err(Flaw::Contradiction);
        };
        let mut entry = self.entries.get(id).ok_or(Flaw::Contradiction)?;
        let pending = match step {
            Step::Pending
                if entry.pending.is_none() && !entry.retired && version == entry.latest.next() =>
            {
                entry.latest = version;
                entry.pending = Some((version, record.seq));
                self.entries.insert(*id, entry);
                return Ok(());
            }
            Step::Confirmed | Step::Aborted => entry.pending.take(),
            _ => None,
        };
        let Some((_, proposed)) = pending.filter(|(pending, _)| *pending == version) else {
            return Err(Flaw::Contradiction);
        };
        if step == Step::Confirmed {
            entry.changed = proposed;
            entry.state = EntryState::InUse;
        }
        self.entries.insert(*id, entry);
        if step == Step::Confirmed {
            self.discharge(*id, proposed);
        }
        Ok(())
    }

    /// What is retired is used no more, and so nothing of it is owed. What comes back is owed what it
    /// was owed before.
    fn take_archive(&mut self, record: &Record, step: Step) -> Result<(), Flaw> {
        let Some(ObjectRef::Entry(id)) = &record.object else {
            return Err(Flaw::Contradiction);
        };
        let mut entry = self.entries.get(id).ok_or(Flaw::Contradiction)?;
        let retires = step == Step::Retired;
        if entry.retired == retires || entry.pending.is_some() {
            return Err(Flaw::Contradiction);
        }
        entry.retired = retires;
        self.entries.insert(*id, entry);
        if retires {
            self.excuse(*id);
        }
        Ok(())
    }

    /// What an opening revealed of a retired entry is not owed; it is suspected from then on, should
    /// the entry ever be used again: only another value makes good that others know this one.
    pub(super) fn excuse(&mut self, id: EntryId) {
        let opening = self.envelope.opening.as_ref();
        let revealed = opening.and_then(|opening| opening.revealed.get(&id).copied());
        let entry = self.entries.get(&id).filter(|entry| entry.retired);
        if let (Some(mut entry), Some(_)) = (entry, revealed) {
            entry.suspected = entry.suspected.max(revealed);
            self.entries.insert(id, entry);
            self.envelope.excuse(id);
        }
    }

    fn take_suspicion(&mut self, record: &Record) -> Result<(), Flaw> {
        if let Some(ObjectRef::Entry(id)) = &record.object {
            let mut entry = self.entries.get(id).ok_or(Flaw::Contradiction)?;
            entry.suspected = Some(record.seq);
            self.entries.insert(*id, entry);
        }
        Ok(())
    }

    /// What an opening revealed is made good by a version under a generation made after it.
    fn discharge(&mut self, entry: EntryId, proposed: RecordSeq) {
        let fresh = self.is_fresh(entry, proposed);
        let Some(opening) = &mut self.envelope.opening else {
            return;
        };
        if fresh {
            opening.revealed.remove(&entry);
        }
        self.envelope.settle();
    }

    fn take_reveal(&mut self, record: &Record) {
        if let (Actor::Escrow(_), Some(ObjectRef::Entry(entry))) = (&record.actor, &record.object) {
            self.envelope
                .take_reveal(record.session, *entry, record.seq, record.time);
            self.excuse(*entry);
        }
    }
}
