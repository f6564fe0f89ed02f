//! Tries to unlock: how many may run at once, when the vault waits, and which of them left no
//! record. A try is begun before anything is derived, so that many at once are no way around the
//! pause.

use crate::audit::event::Outcome;
use crate::audit::unrecorded::UnrecordedFacts;
use crate::policy::Policy;
use crate::time::Timestamp;

/// Seconds after which a try without an answer counts as cut off: longer than the costliest
/// derivation takes on a slow machine. Until then it keeps its place among those that run at once.
const LONGEST: i64 = 30;

/// What a try is known by.
pub type AttemptId = [u8; 16];

/// A try, with the time at which it began.
pub type Running = (AttemptId, Timestamp);

/// The tries for one person, or for names that nobody has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attempts {
    /// Those that have no answer yet.
    pub running: Vec<Running>,
    /// Those that had none when the right passphrase was given: it ends all failures before it.
    pub excused: Vec<Running>,
    /// Those that will have no record of their own.
    pub unrecorded: UnrecordedFacts,
}

/// Failed unlocks in a row, and when the latest was.
pub type Failures = (u32, Option<Timestamp>);

/// Whether a try may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptStart {
    /// It has begun; so many before it left no record.
    Begun(UnrecordedFacts),
    /// As many are running as may still fail: one of them has to end first.
    Full,
    /// The vault waits for so many seconds.
    Paused(i64),
}

impl Attempts {
    /// Whether nothing is to be remembered.
    pub const fn is_empty(&self) -> bool {
        self.running.is_empty() && self.excused.is_empty() && self.unrecorded.is_none()
    }

    /// Begins a try, where the recorded failures and the tries that are running leave room for one.
    pub fn begin(
        &mut self,
        id: AttemptId,
        (failures, last): Failures,
        policy: &Policy,
        now: Timestamp,
    ) -> AttemptStart {
        self.give_up(now);
        let seconds = pause_left(failures, last, policy, now);
        if seconds > 0 {
            self.unrecorded.paused = self.unrecorded.paused.saturating_add(1);
            return AttemptStart::Paused(seconds);
        }
        let room = policy.failed_unlocks.saturating_sub(failures).max(1);
        if self.running.len() >= room as usize {
            return AttemptStart::Full;
        }
        self.running.push((id, now));
        AttemptStart::Begun(self.unrecorded)
    }

    /// Ends a try with a record, which is to say what left none since the last one.
    pub fn end(
        &mut self,
        id: AttemptId,
        outcome: Outcome,
        now: Timestamp,
    ) -> Option<UnrecordedFacts> {
        self.leave(id);
        self.give_up(now);
        if outcome == Outcome::Ok {
            self.excused.append(&mut self.running);
        }
        let unrecorded = std::mem::take(&mut self.unrecorded);
        (!unrecorded.is_none()).then_some(unrecorded)
    }

    /// Ends a try whose record has no room for what left none: the next one says that.
    pub fn leave(&mut self, id: AttemptId) {
        for tries in [&mut self.running, &mut self.excused] {
            tries.retain(|(running, _)| *running != id);
        }
    }

    /// Counts as cut off what had no answer in time, or seems to have begun in the future.
    fn give_up(&mut self, now: Timestamp) {
        for tries in [&mut self.running, &mut self.excused] {
            let before = tries.len();
            tries.retain(|(_, begun)| (0..LONGEST).contains(&now.since(*begun)));
            let over = u32::try_from(before - tries.len()).unwrap_or(u32::MAX);
            self.unrecorded.cut_off = self.unrecorded.cut_off.saturating_add(over);
        }
    }
}

/// Seconds that the vault waits after so many failures. One in the future was dated by a clock that
/// was wrong, and delays nobody.
fn pause_left(failures: u32, last: Option<Timestamp>, policy: &Policy, now: Timestamp) -> i64 {
    let passed = last.map_or(-1, |last| now.since(last));
    if passed < 0 {
        return 0;
    }
    (policy.pause_after(failures) - passed).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Failures = (0, None);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(1_795_348_800 + seconds).expect("within the calendar")
    }

    fn begin(attempts: &mut Attempts, id: u8, failures: Failures, now: i64) -> AttemptStart {
        attempts.begin([id; 16], failures, &Policy::standard(), at(now))
    }

    fn begins(attempts: &mut Attempts, id: u8, failures: Failures, now: i64) -> bool {
        matches!(begin(attempts, id, failures, now), AttemptStart::Begun(_))
    }

    #[test]
    fn no_more_run_at_once_than_may_still_fail() {
        let mut attempts = Attempts::default();
        for id in 0..5 {
            assert!(begins(&mut attempts, id, NONE, 0));
        }
        assert_eq!(begin(&mut attempts, 5, NONE, 1), AttemptStart::Full);
        assert_eq!(attempts.end([3; 16], Outcome::Failed, at(1)), None);
        assert_eq!(
            begin(&mut attempts, 5, (1, Some(at(1))), 1),
            AttemptStart::Full
        );
        let mut attempts = Attempts::default();
        let four = (4, Some(at(0)));
        assert!(begins(&mut attempts, 0, four, 0));
        assert_eq!(begin(&mut attempts, 1, four, 0), AttemptStart::Full);
    }

    #[test]
    fn the_right_passphrase_makes_room_and_ends_no_try_of_others() {
        let mut attempts = Attempts::default();
        for id in 0..5 {
            assert!(begins(&mut attempts, id, NONE, 0));
        }
        assert_eq!(attempts.end([0; 16], Outcome::Ok, at(1)), None);
        assert!(begins(&mut attempts, 5, NONE, 1));
        assert_eq!(attempts.end([1; 16], Outcome::Failed, at(1)), None);
        let left = attempts.end([5; 16], Outcome::Ok, at(LONGEST));
        assert_eq!(left.map(|left| left.cut_off), Some(3));
        assert!(attempts.is_empty());
    }

    #[test]
    fn after_a_pause_one_runs_at_a_time() {
        let mut attempts = Attempts::default();
        let five = (5, Some(at(0)));
        assert_eq!(begin(&mut attempts, 0, five, 899), AttemptStart::Paused(1));
        assert!(begins(&mut attempts, 0, five, 900));
        assert_eq!(begin(&mut attempts, 1, five, 900), AttemptStart::Full);
        let left = attempts.end([0; 16], Outcome::Failed, at(901));
        assert_eq!(left.map(|left| (left.cut_off, left.paused)), Some((0, 1)));
    }

    #[test]
    fn what_is_cut_off_keeps_its_place_for_a_while_and_is_counted_then() {
        let mut attempts = Attempts::default();
        for id in 0..5 {
            assert!(begins(&mut attempts, id, NONE, 0));
        }
        assert_eq!(
            begin(&mut attempts, 5, NONE, LONGEST - 1),
            AttemptStart::Full
        );
        assert!(begins(&mut attempts, 5, NONE, LONGEST));
        let left = attempts.end([5; 16], Outcome::Failed, at(LONGEST + 1));
        assert_eq!(left.map(|left| (left.cut_off, left.paused)), Some((5, 0)));
        assert!(attempts.is_empty());
    }

    #[test]
    fn a_clock_that_was_wrong_keeps_nobody_out() {
        let mut attempts = Attempts::default();
        for id in 0..5 {
            assert!(begins(&mut attempts, id, NONE, 1_000_000));
        }
        assert!(begins(&mut attempts, 5, NONE, 0));
        assert_eq!(attempts.unrecorded.cut_off, 5);
    }
}
