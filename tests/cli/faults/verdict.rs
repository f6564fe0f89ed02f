//! What must be true after the machine failed in the middle of an act.

use std::path::PathBuf;

use super::acts::{Act, may_be_left};
use super::points::{Call, Fault, disturbed};
use super::state::{State, files};
use crate::desk::{Desk, Files};
use crate::ran::Ran;

/// How a vault is checked. Whatever checks more takes this place.
const CHECK: [&str; 3] = ["log", "verify", "--state"];

/// Statuses with which a failure of the machine may be answered: what was read or written failed,
/// the file is held, and what could not be read looks damaged.
const ANSWERS: [i32; 3] = [10, 11, 12];

/// An act with its desk before it and its state after it, when nothing goes wrong.
pub(super) struct Rehearsed {
    pub(super) act: Act,
    pub(super) desk: Files,
    pub(super) before: Option<State>,
    pub(super) after: State,
    /// Whether all its records stand or none: most acts are one transaction.
    pub(super) at_once: bool,
}

/// Where an act stood when the machine had failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stood {
    Absent,
    Partly,
    Whole,
}

/// What came of one point.
pub(super) struct Outcome {
    pub(super) met: bool,
    pub(super) stood: Stood,
    /// Whether the run was told that it failed though the act stands.
    pub(super) unsure: bool,
}

type Verdict<T> = Result<T, String>;

fn demand(holds: bool, what: impl FnOnce() -> String) -> Verdict<()> {
    if holds { Ok(()) } else { Err(what()) }
}

impl Rehearsed {
    /// Lets the machine fail once, and judges what is left.
    pub(super) fn judge(&self, call: &Call, fault: Fault) -> Verdict<Outcome> {
        let desk = Desk::laid_out(&self.desk);
        let earlier = files(&desk);
        let (ran, met) = disturbed(&desk, &self.act, call, fault);
        let judged = self.after_fault(&desk, &ran, (call, fault, met));
        let place = format!(
            "{fault:?} at {} {}: {}",
            call.name, call.nth, self.act.words
        );
        let (stood, unsure) = judged.map_err(|why| format!("{place}\n    {why}\n    {ran:?}"))?;
        // Whoever was told of a failure has a status to go by; whoever was cut off tries again.
        let next = match fault {
            Fault::Kill => self.goes_on(&desk, stood),
            _ => Ok(()),
        };
        next.and_then(|()| nothing_left(&desk, &earlier, fault))
            .map_err(|why| format!("{place}, {stood:?}\n    {why}\n    {ran:?}"))?;
        Ok(Outcome { met, stood, unsure })
    }

    fn after_fault(
        &self,
        desk: &Desk,
        ran: &Ran,
        (call, fault, met): (&Call, Fault, bool),
    ) -> Verdict<(Stood, bool)> {
        let stood = self.stands(desk)?;
        self.nothing_unrecorded(desk, ran, stood)?;
        let mut unsure = false;
        match ran.status {
            None => demand(fault == Fault::Kill, || "a signal that nobody sent".into())?,
            // A wrong passphrase is one on a file that cannot be written, too.
            Some(5) if ran.stderr.contains("not on record") => {}
            Some(status) if status == self.act.ends => {
                demand(stood == Stood::Whole, || {
                    "said to be done, and is not".into()
                })?;
            }
            Some(status) => {
                demand(met && ANSWERS.contains(&status), || {
                    format!("status {status}")
                })?;
                let told = ran.stderr.contains("error: ") || call.name == "write";
                demand(told, || "nothing was said".into())?;
                let denied = ["nothing was changed", "was not done"];
                let denied = denied.iter().any(|denial| ran.stderr.contains(denial));
                demand(!denied || stood != Stood::Whole, || {
                    "denied, and it was done".into()
                })?;
                let changed = stood != Stood::Absent;
                let denied = ran.stderr.contains("nothing was changed");
                demand(!denied || !changed, || {
                    "denied, and something was done".into()
                })?;
                unsure = stood == Stood::Whole;
            }
        }
        Ok((stood, unsure))
    }

    /// The vault verifies, and the act is there whole, in whole steps, or not at all.
    fn stands(&self, desk: &Desk) -> Verdict<Stood> {
        if self.before.is_some() || desk.vault().exists() {
            let check = desk.run(&CHECK);
            demand(check.status == Some(0), || format!("{CHECK:?}: {check:?}"))?;
        }
        let now = State::of(&desk.vault());
        if now == self.before {
            return Ok(Stood::Absent);
        }
        let now = now.ok_or("the vault is gone")?;
        if now.records == self.after.records && now.rows == self.after.rows {
            return Ok(Stood::Whole);
        }
        let count = self.before.as_ref().map_or(0, |state| state.records.len());
        // The passphrase was right, whatever became of the act: that is on record by itself.
        let before = self.before.as_ref();
        if self.at_once
            && now.records[count..] == ["vault.unlock ok"]
            && before.is_some_and(|before| before.differs_in_the_log_alone(&now))
        {
            return Ok(Stood::Absent);
        }
        let all = &self.after.records;
        // A step that failed is left out, and the end is recorded all the same.
        let last = now.records.last();
        let closed = last == all.last() || last.is_some_and(|it| it.ends_with(" failed"));
        let steps = &now.records[..now.records.len() - usize::from(closed)];
        let in_order = all.starts_with(steps) && now.records.len() > count;
        demand(!self.at_once && in_order, || {
            format!("half an act: {:?}, {:?}", &now.records[count..], now.rows)
        })?;
        Ok(Stood::Partly)
    }

    /// What was shown is on record, and what stands on a file stands with that file.
    fn nothing_unrecorded(&self, desk: &Desk, ran: &Ran, stood: Stood) -> Verdict<()> {
        let said = String::from_utf8_lossy(&ran.stdout);
        if let Some((value, event)) = self.act.shows
            && said.contains(value)
        {
            let now = State::of(&desk.vault()).ok_or("no vault")?;
            let count = |state: &State| {
                let is = |record: &&String| **record == format!("{event} ok");
                state.records.iter().filter(is).count()
            };
            demand(count(&now) == count(&self.after), || {
                "shown and not recorded".into()
            })?;
        } else if !said.is_empty() {
            demand(stood == Stood::Whole, || "acknowledged and lost".into())?;
        }
        if self.act.shows.is_none() && self.act.ends != 0 {
            demand(said.is_empty(), || "a refusal with data".into())?;
        }
        if self.act.writes() && stood == Stood::Whole {
            let file = std::fs::read(Act::file(desk, 1)).unwrap_or_default();
            demand(file.len() > 10, || {
                "it stands, and its file does not".into()
            })?;
        }
        Ok(())
    }

    /// The same command does what was asked, or says that it was done.
    fn goes_on(&self, desk: &Desk, stood: Stood) -> Verdict<()> {
        let words = self.act.command_line(desk, 2);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let again = desk.run_with(&words, self.act.input.as_bytes());
        let expected = match stood {
            Stood::Whole => self.act.again,
            Stood::Absent | Stood::Partly => self.act.ends,
        };
        demand(again.status == Some(expected), || {
            format!("again: {again:?}")
        })?;
        let check = desk.run(&CHECK);
        demand(check.status == Some(0), || format!("{CHECK:?}: {check:?}"))?;
        if stood == Stood::Absent {
            let now = State::of(&desk.vault()).ok_or("no vault")?;
            let same = now.records == self.after.records && now.rows == self.after.rows;
            demand(same, || format!("again: {:?}, {:?}", now.records, now.rows))?;
        }
        Ok(())
    }
}

/// Nothing is left beside what was asked for once somebody has worked on: a journal that was
/// never in force stays until then.
fn nothing_left(desk: &Desk, earlier: &[PathBuf], fault: Fault) -> Verdict<()> {
    let asked = [desk.vault(), Act::file(desk, 1), Act::file(desk, 2)];
    let stray = files(desk).into_iter().find(|path| {
        let known = earlier.contains(path) || asked.contains(path);
        let waits = fault != Fault::Kill && path.ends_with("coffer.vault-journal");
        !known && !waits && !may_be_left(path)
    });
    stray.map_or(Ok(()), |path| {
        Err(format!("left behind: {}", path.display()))
    })
}
