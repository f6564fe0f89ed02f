//! The machine fails at every call of every command that writes: the process is killed, the device
//! fails, the disk is full. Nothing that was acknowledged is lost, and nothing is shown that is not
//! on record.

mod acts;
mod order;
mod points;
mod state;
mod unwritable;
mod verdict;

use std::collections::BTreeSet;
use std::env;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread;

use self::acts::{ACTS, Act};
use self::points::{Call, Fault};
use self::state::State;
use self::verdict::{Outcome, Rehearsed, Stood};
use crate::desk::{count, has_tool, skip};

/// With `1` every point is tried, which takes the better part of an hour; with other words every
/// point of the commands that hold them, as the table of acts spells them: `envelope|seal`.
const ALL: &str = "COFFER_ALL_FAULTS";

#[test]
fn whatever_call_a_command_is_killed_at_its_act_is_whole_or_absent_and_can_be_done_again() {
    survives(Fault::Kill, 120);
}

#[test]
fn whatever_call_the_device_fails_at_nothing_is_lost_and_nothing_is_shown_unrecorded() {
    survives(Fault::Eio, 90);
}

#[test]
fn whatever_call_the_disk_is_full_at_nothing_is_lost_and_nothing_is_shown_unrecorded() {
    survives(Fault::Enospc, 40);
}

/// An act by its place in the table, and a call of it.
type Point<'c> = (usize, &'c Call);

/// Lets the machine fail so at about `sample` points, taken evenly, or at all of them.
fn survives(fault: Fault, sample: usize) {
    let Some(rehearsed) = rehearsed() else {
        skip(
            ACTS.len(),
            "commands at whose calls the machine fails: strace is not there, or may not trace",
        );
        return;
    };
    let mut all: Vec<Point<'_>> = Vec::new();
    for (place, (_, calls)) in rehearsed.iter().enumerate() {
        let calls = calls.iter().filter(|call| fault.befits(call));
        all.extend(calls.map(|call| (place, call)));
    }
    // By kind of call, so that a stride meets all kinds in all acts.
    all.sort_by_key(|(act, call)| (&call.name, *act, call.nth));
    let chosen = chosen(&all, sample);
    let tally = tried(rehearsed, fault, &chosen);
    report(&tally, fault, &chosen, &all);
    let lapses = &tally.lapses;
    let first: Vec<&str> = lapses.iter().take(20).map(String::as_str).collect();
    let (failed, tried) = (lapses.len(), chosen.len());
    assert_eq!(
        failed,
        0,
        "{failed} of {tried} points\n{}",
        first.join("\n")
    );
    // Where a page splits is chance, and so is the number of some calls.
    assert!(tally.missed * 20 <= tried, "{} missed", tally.missed);
}

/// The commands of which every point is to be tried.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a test may take is no secret"
)]
fn every_point_of() -> Option<String> {
    let words = env::var_os(ALL)?.into_string().ok()?;
    Some(words.replace('1', ""))
}

/// Every point; or an even sample in which every kind of call and every act occurs.
fn chosen<'p>(all: &[Point<'p>], sample: usize) -> Vec<Point<'p>> {
    if let Some(words) = every_point_of() {
        let wanted = all
            .iter()
            .filter(|(act, _)| ACTS[*act].words.contains(&words));
        return wanted.copied().collect();
    }
    let stride = all.len().div_ceil(sample);
    let mut kinds = BTreeSet::new();
    let mut chosen: Vec<Point<'p>> = Vec::new();
    for (at, point) in all.iter().enumerate() {
        if kinds.insert(&point.1.name) || at % stride == stride / 2 {
            chosen.push(*point);
        }
    }
    for act in 0..ACTS.len() {
        let points: Vec<&Point<'p>> = all.iter().filter(|point| point.0 == act).collect();
        if !chosen.iter().any(|point| point.0 == act) {
            chosen.push(*points[points.len() / 2]);
        }
    }
    chosen
}

type Rehearsal = Vec<(Rehearsed, Vec<Call>)>;

/// Every act with its calls; nothing where nothing can be traced here.
fn rehearsed() -> Option<&'static Rehearsal> {
    static REHEARSED: OnceLock<Option<Rehearsal>> = OnceLock::new();
    let rehearse_all = || {
        let able = has_tool("strace");
        able.then(|| ACTS.map(rehearse).into_iter().collect())
            .flatten()
    };
    REHEARSED.get_or_init(rehearse_all).as_ref()
}

/// Runs the act undisturbed; nothing where nothing can be traced here.
fn rehearse(act: Act) -> Option<(Rehearsed, Vec<Call>)> {
    let desk = (act.stage)();
    let files = desk.files();
    let before = State::of(&desk.vault());
    let (ran, calls) = points::watched(&desk, &act);
    if calls.is_empty() {
        return None;
    }
    assert_eq!(ran.status, Some(act.ends), "{}: {ran:?}", act.words);
    let after = State::of(&desk.vault()).expect("a vault");
    let made = before.as_ref().map_or(0, |state| state.records.len());
    assert!(after.records.len() > made, "{} records nothing", act.words);
    // Each transaction removes its journal. One puts the try to unlock down, before the act.
    let commits = calls.iter().filter(|call| call.name == "unlink").count();
    let tries = usize::from(act.unlocks());
    let rehearsed = Rehearsed {
        act,
        desk: files,
        before,
        after,
        at_once: commits == 1 + tries,
    };
    Some((rehearsed, calls))
}

/// What was tried, for the report.
#[derive(Default)]
struct Tally {
    missed: usize,
    stood: [usize; 3],
    unsure: usize,
    lapses: Vec<String>,
}

impl Tally {
    fn add(&mut self, outcome: Result<Outcome, String>) {
        match outcome {
            Ok(outcome) => {
                self.missed += usize::from(!outcome.met);
                self.unsure += usize::from(outcome.unsure);
                self.stood[match outcome.stood {
                    Stood::Absent => 0,
                    Stood::Partly => 1,
                    Stood::Whole => 2,
                }] += 1;
            }
            Err(lapse) => self.lapses.push(lapse),
        }
    }
}

/// Tries the points, two at a time.
fn tried(rehearsed: &Rehearsal, fault: Fault, points: &[Point<'_>]) -> Tally {
    let next = AtomicUsize::new(0);
    let tally = Mutex::new(Tally::default());
    let work = || {
        while let Some((act, call)) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = rehearsed[*act].0.judge(call, fault);
            tally.lock().expect("no panic").add(outcome);
        }
    };
    thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    tally.into_inner().expect("no panic")
}

fn report(tally: &Tally, fault: Fault, chosen: &[Point<'_>], all: &[Point<'_>]) {
    let (tried, whole) = (chosen.len(), all.len());
    if tried < whole && every_point_of().is_none() {
        let stride = whole / tried;
        count(&format!(
            "{fault:?}: sampled 1 of {stride}; {ALL}=1 tries all {whole} points"
        ));
    }
    let kinds: BTreeSet<&str> = chosen.iter().map(|point| point.1.name.as_str()).collect();
    let commands: BTreeSet<usize> = chosen.iter().map(|point| point.0).collect();
    let (held, kinds, commands) = (tried - tally.lapses.len(), kinds.len(), commands.len());
    count(&format!(
        "{fault:?}: {held} of {tried} points held, at {kinds} kinds of calls in {commands} commands"
    ));
    let [absent, partly, whole] = tally.stood;
    let (unsure, missed) = (tally.unsure, tally.missed);
    count(&format!(
        "{fault:?}: the act was absent {absent} times, begun {partly}, whole {whole}, {unsure} of \
         these though told as failed; {missed} points were not met"
    ));
}
