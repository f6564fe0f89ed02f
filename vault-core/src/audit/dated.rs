//! What of the times that records claim can be relied on.
//!
//! A record's time is the claim of whoever made it: the clock of one computer. What is proved is the
//! order. Whatever counts days goes by what follows from the two:
//!
//! - an [`Age`] by a time that has not come yet is unknown, and what is unknown silences nothing;
//! - a time is [reached](Reached) when two people who count have claimed it or a later one: no single
//!   clock brings it about;
//! - a record was made before those that follow it. What one of them claims is the latest that it can
//!   have been made, unless two people had reached a later time by then ([`Clocks`]).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::actor::Actor;
use super::event::Event;
use super::record::Record;
use crate::id::{PersonId, RecordSeq};
use crate::time::Timestamp;

/// Two computers that set their clocks by the network differ by less.
pub const CLOCK_SLACK_SECONDS: i64 = 60;

/// How long ago something was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// So many seconds, by the clock that says what time it is now.
    Seconds(i64),
    /// It claims a time that has not come yet.
    Unknown,
}

impl Age {
    /// The age, at `now`, of what was made at `claimed`.
    pub fn of(claimed: Timestamp, now: Timestamp) -> Self {
        if is_before(now, claimed) {
            Self::Unknown
        } else {
            Self::Seconds(now.since(claimed).max(0))
        }
    }

    /// Whether it may be older than that: what is not known may be.
    pub const fn may_exceed(self, seconds: i64) -> bool {
        match self {
            Self::Seconds(age) => age > seconds,
            Self::Unknown => true,
        }
    }

    /// The age where it is known.
    pub const fn seconds(self) -> Option<i64> {
        match self {
            Self::Seconds(seconds) => Some(seconds),
            Self::Unknown => None,
        }
    }
}

/// Whether `time` is before `other` by more than two clocks differ.
pub const fn is_before(time: Timestamp, other: Timestamp) -> bool {
    other.since(time) > CLOCK_SLACK_SECONDS
}

/// Who acted, where it was a person.
pub const fn person_of(record: &Record) -> Option<PersonId> {
    match record.actor {
        Actor::Person(person) => Some(person),
        _ => None,
    }
}

/// The latest times that any two different people have claimed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reached {
    latest: Option<(PersonId, Timestamp)>,
    second: Option<(PersonId, Timestamp)>,
}

impl Reached {
    /// Takes a person's word for a time.
    pub fn hear(&mut self, person: PersonId, time: Timestamp) {
        let said = Some((person, time));
        match self.latest {
            Some((who, latest)) if who == person => {
                self.latest = Some((who, latest.max(time)));
            }
            Some((_, latest)) if latest >= time => {
                let earlier = |(who, second)| who != person && second >= time;
                if !self.second.is_some_and(earlier) {
                    let own = self.second.filter(|(who, _)| *who == person);
                    self.second = own.max(said);
                }
            }
            _ => {
                self.second = self.latest;
                self.latest = said;
            }
        }
    }

    /// The time that two people have claimed or passed; `None` while one alone has spoken.
    pub fn time(&self) -> Option<Timestamp> {
        self.second.map(|(_, time)| time)
    }
}

/// The clocks of those who made the records, compared as the records come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clocks {
    reached: Reached,
    /// Records that claim a time which two people have not reached, by the latest time at which they
    /// can have been made.
    ahead: BTreeSet<(Timestamp, RecordSeq, Option<PersonId>)>,
    capped: BTreeMap<RecordSeq, Cap>,
}

/// A record that claims a later time than one after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cap {
    /// The latest time at which it can have been made.
    time: Timestamp,
    /// Whether that rests on somebody else's record.
    by_another: bool,
}

impl Clocks {
    /// Takes the next record, by somebody who `counts` or not, and keeps in mind where it may be ahead
    /// if that is `noted`.
    pub fn take(&mut self, record: &Record, counts: bool, noted: bool) {
        let (time, by) = (record.time, person_of(record));
        if let Some(by) = by {
            if !self.reached.time().is_some_and(|it| is_before(time, it)) {
                self.cap(by, time);
            }
            if counts {
                self.hear(by, time);
            }
        }
        let reached = self.reached.time();
        if noted && reached.is_none_or(|reached| reached < time) {
            self.ahead.insert((time, record.seq, by));
        }
    }

    /// Takes somebody's word for a time that stands in no record's own.
    pub fn hear(&mut self, person: PersonId, time: Timestamp) {
        self.reached.hear(person, time);
        if let Some(reached) = self.reached.time() {
            self.ahead.retain(|(time, ..)| *time > reached);
        }
    }

    /// Nothing that stands before this was made later.
    fn cap(&mut self, by: PersonId, time: Timestamp) {
        let later = time.plus(CLOCK_SLACK_SECONDS + 1);
        let first = (later, RecordSeq::new(0), None);
        let later: Vec<_> = self.ahead.range(first..).copied().collect();
        for ahead in later {
            let (_, record, author) = ahead;
            let before = self.capped.get(&record).is_some_and(|cap| cap.by_another);
            let by_another = before || author != Some(by);
            self.capped.insert(record, Cap { time, by_another });
            self.ahead.remove(&ahead);
            self.ahead.insert((time, record, author));
        }
    }

    /// The time that two people who count have reached.
    pub fn reached(&self) -> Option<Timestamp> {
        self.reached.time()
    }

    /// The latest time at which a record was made that claims `claimed`.
    pub fn no_later(&self, record: RecordSeq, claimed: Timestamp) -> Timestamp {
        let cap = self.capped.get(&record);
        cap.map_or(claimed, |cap| cap.time.min(claimed))
    }

    /// How old a record is at `now` that claims `claimed`.
    pub fn age(&self, record: RecordSeq, claimed: Timestamp, now: Timestamp) -> Age {
        Age::of(self.no_later(record, claimed), now)
    }

    /// The records noted that are dated later than what somebody else recorded after them, or later
    /// than `now`.
    pub fn ahead_of(&self, now: Timestamp) -> impl Iterator<Item = RecordSeq> + '_ {
        let disputed = self.capped.iter().filter(|(_, cap)| cap.by_another);
        let disputed = disputed.map(|(record, _)| *record);
        let to_come = self.ahead.iter().rev();
        let to_come = to_come.take_while(move |(time, ..)| is_before(now, *time));
        disputed.chain(to_come.map(|(_, record, _)| *record))
    }
}

/// Whether something that somebody has to be reminded of is counted from records of this kind.
pub(super) const fn reminds(event: Event) -> bool {
    matches!(
        event,
        Event::VaultBackup
            | Event::EnvelopeIssue
            | Event::EnvelopeSeal
            | Event::EnvelopeCheck
            | Event::EnvelopeDrill
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::example;

    const ANN: PersonId = PersonId::from_bytes([1; 16]);
    const BEN: PersonId = PersonId::from_bytes([2; 16]);
    const CAT: PersonId = PersonId::from_bytes([3; 16]);
    const DAY: i64 = 24 * 3600;

    fn day(day: i64) -> Timestamp {
        Timestamp::EPOCH.plus(day * DAY)
    }

    /// The clocks after records by these people on these days.
    fn after(records: &[(PersonId, i64)]) -> Clocks {
        let mut clocks = Clocks::default();
        for (seq, (by, on)) in (0..).zip(records) {
            let mut record = example::record(*by, Event::VaultBackup);
            (record.seq, record.time) = (RecordSeq::new(seq), day(*on));
            clocks.take(&record, true, true);
        }
        clocks
    }

    fn no_later(clocks: &Clocks, record: u64, claimed: i64) -> i64 {
        let time = clocks.no_later(RecordSeq::new(record), day(claimed));
        time.since(Timestamp::EPOCH) / DAY
    }

    #[test]
    fn an_age_by_a_time_that_has_not_come_is_unknown_and_may_be_any() {
        assert_eq!(Age::of(day(1), day(3)), Age::Seconds(2 * DAY));
        assert_eq!(Age::of(day(3).plus(60), day(3)), Age::Seconds(0));
        let unknown = Age::of(day(3).plus(61), day(3));
        assert_eq!((unknown, unknown.seconds()), (Age::Unknown, None));
        assert!(unknown.may_exceed(i64::MAX) && !Age::Seconds(30).may_exceed(30));
    }

    #[test]
    fn a_time_is_reached_when_two_people_have_claimed_it() {
        let reached = |records: &[(PersonId, i64)]| {
            let mut reached = Reached::default();
            for (by, on) in records {
                reached.hear(*by, day(*on));
            }
            reached
                .time()
                .map(|time| time.since(Timestamp::EPOCH) / DAY)
        };
        assert_eq!(reached(&[]), None);
        assert_eq!(reached(&[(ANN, 9), (ANN, 99)]), None);
        assert_eq!(reached(&[(ANN, 9), (BEN, 5)]), Some(5));
        assert_eq!(reached(&[(ANN, 5), (BEN, 9), (BEN, 8), (ANN, 7)]), Some(7));
        assert_eq!(reached(&[(ANN, 99), (BEN, 5), (BEN, 4), (CAT, 6)]), Some(6));
        assert_eq!(reached(&[(ANN, 5), (BEN, 6), (BEN, 99)]), Some(5));
    }

    #[test]
    fn a_record_that_is_dated_ahead_is_no_later_than_those_after_it() {
        let clocks = after(&[(ANN, 10), (BEN, 10), (ANN, 99), (BEN, 12), (BEN, 20)]);
        assert_eq!(no_later(&clocks, 2, 99), 12);
        assert_eq!(
            clocks.ahead_of(day(20)).collect::<Vec<_>>(),
            [RecordSeq::new(2)]
        );
        let age = clocks.age(RecordSeq::new(2), day(99), day(20));
        assert_eq!(age, Age::Seconds(8 * DAY));
        let own = after(&[(ANN, 99), (ANN, 12)]);
        assert_eq!(
            no_later(&own, 0, 99),
            12,
            "one's own word is enough for this"
        );
        assert_eq!(own.ahead_of(day(12)).count(), 0);
    }

    #[test]
    fn a_clock_that_is_set_back_makes_nothing_look_old() {
        let clocks = after(&[(ANN, 10), (BEN, 10), (ANN, 12), (BEN, 3), (CAT, 9)]);
        assert_eq!(no_later(&clocks, 2, 12), 12);
        assert_eq!(clocks.reached(), Some(day(10)));
        assert_eq!(clocks.ahead_of(day(12)).count(), 0);
    }

    #[test]
    fn what_nobody_has_followed_yet_is_ahead_of_the_time_at_which_it_is_looked_at() {
        let clocks = after(&[(ANN, 10), (BEN, 10), (ANN, 99)]);
        assert_eq!(
            clocks.ahead_of(day(11)).collect::<Vec<_>>(),
            [RecordSeq::new(2)]
        );
        assert_eq!(clocks.ahead_of(day(100)).count(), 0);
        let age = clocks.age(RecordSeq::new(2), day(99), day(11));
        assert_eq!(age, Age::Unknown);
    }
}
