//! What the register takes over from the records of an opening.

use std::collections::{BTreeMap, BTreeSet};

use super::register::{Opening, Register, Run};
use crate::audit::event::Step;
use crate::audit::record::{Actor, ObjectRef, Record};
use crate::audit::replay::Flaw;

impl Register {
    /// Takes over a step of an opening.
    pub(crate) fn take_opening(&mut self, record: &Record, step: Step) -> Result<(), Flaw> {
        let runs = &mut self.runs;
        match step {
            Step::Requested => {
                let run = Run {
                    opening: record.under.unwrap_or(record.seq),
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
        let run = self.runs.get_mut(&record.session);
        let run = run.filter(|run| run.released.is_none() && !run.closed);
        run.ok_or(Flaw::Contradiction)?
            .sheets
            .insert(serial.clone());
        Ok(())
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
            record: run.opening,
            released_at: record.time,
            released: record.seq,
            used: BTreeSet::new(),
            revealed: BTreeMap::new(),
            resealed: false,
        });
        opening.released = record.seq;
        opening.used.extend(run.sheets.iter().cloned());
        opening.resealed = false;
        Ok(())
    }
}
