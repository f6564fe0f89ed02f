//! What the register takes over from the records of an opening.

use super::follow_up::Done;
use super::inspection::Found;
use super::register::{Opening, Register, Run};
use crate::audit::actor::{Actor, ObjectRef};
use crate::audit::event::Step;
use crate::audit::fact::Fact;
use crate::audit::flaw::Flaw;
use crate::audit::record::Record;
use crate::id::{EntryId, SessionId};

impl Register {
    /// Takes over a step of an opening.
    pub(crate) fn take_opening(&mut self, record: &Record, step: Step) -> Result<(), Flaw> {
        let runs = &mut self.runs;
        match step {
            Step::Requested => {
                let opener = match record.facts.first() {
                    Some(Fact::Opener(facts)) => Some(facts.clone()),
                    _ => None,
                };
                let run = Run {
                    began: record.seq,
                    opening: record.under.unwrap_or(record.seq),
                    opener,
                    ..Run::default()
                };
                match runs.insert(record.session, run) {
                    None => Ok(()),
                    Some(_) => Err(Flaw::Contradiction),
                }
            }
            Step::Released => self.take_release(record),
            Step::Closed => {
                let run = runs.get_mut(&record.session).ok_or(Flaw::Contradiction)?;
                run.closed = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Takes over an accepted sheet.
    pub(crate) fn take_sheet(&mut self, record: &Record) -> Result<(), Flaw> {
        let Actor::Sheet(serial) = &record.actor else {
            return Ok(());
        };
        let sheet = self.sheets.get(serial);
        if sheet.is_none_or(|sheet| sheet.lost.is_some()) {
            return Err(Flaw::Contradiction);
        }
        let run = self.runs.get_mut(&record.session);
        let run = run.filter(|run| run.released.is_none() && !run.closed);
        run.ok_or(Flaw::Contradiction)?
            .sheets
            .insert(serial.clone());
        Ok(())
    }

    /// Takes over what was done after an opening.
    pub(crate) fn take_follow_up(&mut self, record: &Record) -> Result<(), Flaw> {
        let opening = record.under.ok_or(Flaw::Contradiction)?;
        let follow_up = self.follow_ups.get_mut(&opening);
        let follow_up = follow_up.ok_or(Flaw::Contradiction)?;
        let is_new = match record.facts.first() {
            Some(Fact::Done(Done::Notice)) => !std::mem::replace(&mut follow_up.told, true),
            Some(Fact::Done(Done::Minute)) => !std::mem::replace(&mut follow_up.minuted, true),
            Some(Fact::Use(facts)) => follow_up.class.replace(facts.class).is_none(),
            _ => false,
        };
        if follow_up.is_done() {
            self.follow_ups.remove(&opening);
        }
        is_new.then_some(()).ok_or(Flaw::Contradiction)
    }

    /// Takes over that a sheet is lost: it opens nothing from now on, nor in a run that accepted it
    /// and has released nothing yet.
    pub(crate) fn take_loss(&mut self, record: &Record) -> Result<(), Flaw> {
        let Some(ObjectRef::Sheet(serial)) = &record.object else {
            return Err(Flaw::Contradiction);
        };
        let sheet = self.sheets.get_mut(serial).ok_or(Flaw::Contradiction)?;
        for run in self.runs.values_mut() {
            if run.released.is_none() {
                run.sheets.remove(serial);
            }
        }
        match sheet.lost.replace((record.time, record.seq)) {
            None => Ok(()),
            Some(_) => Err(Flaw::Contradiction),
        }
    }

    /// Takes over that a sheet proved itself: it signed this record.
    pub(crate) fn take_proof(&mut self, record: &Record) -> Result<(), Flaw> {
        let Actor::Sheet(serial) = &record.actor else {
            return Err(Flaw::Contradiction);
        };
        let sheet = self.sheets.get_mut(serial).ok_or(Flaw::Contradiction)?;
        if sheet.lost.is_some() {
            return Err(Flaw::Contradiction);
        }
        sheet.proved = Some(record.seq);
        let mut proved = self.proved_in(record.session);
        proved.insert(serial.clone());
        self.proofs = Some((record.session, proved));
        Ok(())
    }

    /// Takes over what somebody found of a sheet.
    pub(crate) fn take_look(&mut self, record: &Record, found: Found) -> Result<(), Flaw> {
        let Some(ObjectRef::Sheet(serial)) = &record.object else {
            return Err(Flaw::Contradiction);
        };
        let sheet = self.sheets.get_mut(serial).ok_or(Flaw::Contradiction)?;
        sheet.seen = (record.time, Some(found));
        sheet.seen_in = record.seq;
        if found.ends_the_sheet() && sheet.lost.is_none() {
            return self.take_loss(record);
        }
        Ok(())
    }

    /// Takes over what the run of an opening on a copy of the vault came to: it counts as done by
    /// `record`, and nothing more is recorded of the run here.
    pub(crate) fn take_elsewhere(
        &mut self,
        session: SessionId,
        run: &Run,
        revealed: &[EntryId],
        record: &Record,
    ) {
        let opening = self.opening.get_or_insert_with(|| Opening {
            released_at: record.time,
            ..Opening::begun(record.seq)
        });
        opening.released = record.seq;
        opening.used.extend(run.sheets.iter().cloned());
        opening.resealed = false;
        let due = revealed.iter().map(|entry| (*entry, record.seq));
        opening.revealed.extend(due);
        let first = opening.record;
        self.released = Some(record.seq);
        self.untold.insert(first, record.seq);
        // What was said of a use does not hold for what came to light after it.
        self.follow(first, run).class = None;
        let run = Run {
            opening: first,
            closed: true,
            ..run.clone()
        };
        self.runs.insert(session, run);
    }

    /// Takes over that a run on a copy of the vault came to nothing more: nothing is recorded of it
    /// here.
    pub(crate) fn take_try_elsewhere(&mut self, session: SessionId, run: &Run, record: &Record) {
        let here = self.runs.entry(session).or_insert_with(|| Run {
            opening: record.seq,
            ..run.clone()
        });
        here.closed = true;
    }

    /// The epoch is released only where the sheets accepted in this run meet its scheme.
    fn take_release(&mut self, record: &Record) -> Result<(), Flaw> {
        let Some(ObjectRef::Epoch(epoch)) = record.object else {
            return Err(Flaw::Contradiction);
        };
        let sheets = self.runs.get(&record.session).map(|run| run.sheets.clone());
        let sheets = sheets.ok_or(Flaw::Contradiction)?;
        let newest_met = self.opened_by(&sheets).next().map(|seal| seal.facts.epoch);
        let run = self.runs.get_mut(&record.session);
        let run = run.filter(|run| run.released.is_none() && !run.closed);
        let run = run.ok_or(Flaw::Contradiction)?;
        let signed_by_one_of_them =
            matches!(&record.actor, Actor::Sheet(serial) if run.sheets.contains(serial));
        if newest_met != Some(epoch) || !signed_by_one_of_them {
            return Err(Flaw::Contradiction);
        }
        run.released = Some(epoch);
        self.released = Some(record.seq);
        let opening = self.opening.get_or_insert_with(|| Opening {
            released_at: record.time,
            ..Opening::begun(run.opening)
        });
        opening.released = record.seq;
        opening.used.extend(run.sheets.iter().cloned());
        opening.resealed = false;
        let run = run.clone();
        self.follow(run.opening, &run);
        self.untold.insert(run.opening, record.seq);
        Ok(())
    }
}
