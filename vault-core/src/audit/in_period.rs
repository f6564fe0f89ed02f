//! Which records belong to a period, such as a financial year. A time is what a machine claimed, and the
//! order is what is proved: a clock that is set to another year takes no record out of it.

use super::dated::{Reached, is_before, person_of};
use super::record::Record;
use crate::id::{PersonId, RecordSeq};
use crate::time::Timestamp;

/// A period: from the first time on, and before the second; without an end where there is none.
pub type Period = (Option<Timestamp>, Option<Timestamp>);

/// What the records claim of their times, taken over as they come.
#[derive(Debug, Clone, Default)]
pub struct Claims {
    in_order: Vec<Claim>,
    reached: Reached,
    latest: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy)]
struct Claim {
    by: Option<PersonId>,
    time: Timestamp,
    /// What two people had claimed before.
    reached: Option<Timestamp>,
    /// Whether a record before claims a later time.
    is_back: bool,
}

impl Claim {
    /// Whether two people had come further before: then it says nothing of other records.
    fn is_behind(&self) -> bool {
        self.reached.is_some_and(|it| is_before(self.time, it))
    }
}

impl Claims {
    /// Takes the next record.
    pub fn take(&mut self, record: &Record) {
        let (by, time) = (person_of(record), record.time);
        self.in_order.push(Claim {
            by,
            time,
            reached: self.reached.time(),
            is_back: self.latest.is_some_and(|latest| is_before(time, latest)),
        });
        self.latest = self.latest.max(Some(time));
        if let Some(by) = by {
            self.reached.hear(by, time);
        }
    }
}

/// The earliest times that are claimed after a record.
#[derive(Debug, Default)]
struct Later {
    earliest: Option<(Timestamp, Option<PersonId>)>,
    /// The earliest by anybody else than whose that is.
    others: Option<Timestamp>,
}

impl Later {
    fn take(&mut self, claim: &Claim) {
        let (by, time) = (claim.by, claim.time);
        match self.earliest {
            Some((first, author)) if author == by => {
                self.earliest = Some((first.min(time), by));
            }
            Some((first, _)) if first <= time => {
                self.others = Some(self.others.map_or(time, |others| others.min(time)));
            }
            first => {
                self.others = first.map(|(first, _)| first);
                self.earliest = Some((time, by));
            }
        }
    }

    fn earliest(&self) -> Option<Timestamp> {
        self.earliest.map(|(time, _)| time)
    }

    /// By somebody else, where anybody else follows.
    fn by_another_than(&self, by: Option<PersonId>) -> Option<Timestamp> {
        match self.earliest {
            Some((_, author)) if author == by => self.others.or_else(|| self.earliest()),
            _ => self.earliest(),
        }
    }
}

/// How the records of a log lie about a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Population {
    /// How many there are.
    pub all: u64,
    /// How many belong to a time before it, and not to it.
    pub before: u64,
    /// How many belong to it.
    pub within: u64,
    /// The first and the last of these.
    pub ends: Option<(RecordSeq, RecordSeq)>,
    /// How many belong to a time after it, and not to it.
    pub after: u64,
    /// How many of all are dated later than the moment at which this was found.
    pub to_come: u64,
}

/// The records of a period.
#[derive(Debug, Clone)]
pub struct InPeriod {
    until: Option<Timestamp>,
    has: Vec<bool>,
    population: Population,
}

impl InPeriod {
    /// Those of a period in a log whose records claim these times, looked at `now`: whatever claims a
    /// time in the period; and whatever claims a time that records before or after it contradict, or
    /// that has not come yet, and may have been made in a part of the period: after the time that two
    /// people had reached by then, and before what somebody else recorded next.
    pub fn of(period: Period, claims: &Claims, now: Timestamp) -> Self {
        let mut has = Vec::with_capacity(claims.in_order.len());
        let mut population = Population::default();
        let mut later = Later::default();
        for claim in claims.in_order.iter().rev() {
            let until_now = |time: Option<Timestamp>| time.map_or(now, |time| time.min(now));
            let is_ahead = is_before(until_now(later.earliest()), claim.time);
            let (earliest, latest) = if claim.is_back || is_ahead {
                let latest = until_now(later.by_another_than(claim.by));
                (claim.reached.map(|it| it.min(latest)), latest)
            } else {
                (Some(claim.time), claim.time)
            };
            let claimed = overlaps(period, Some(claim.time), claim.time);
            let is_in = claimed || overlaps(period, earliest, latest);
            let is_earlier = period.0.is_some_and(|from| latest < from);
            population.count(is_in, is_earlier);
            population.to_come += u64::from(is_before(now, claim.time));
            has.push(is_in);
            if !claim.is_behind() {
                later.take(claim);
            }
        }
        has.reverse();
        let number = |place: usize| RecordSeq::new(place as u64);
        let first = has.iter().position(|is_in| *is_in);
        let last = has.iter().rposition(|is_in| *is_in);
        population.ends = first.zip(last).map(|(f, l)| (number(f), number(l)));
        Self {
            until: period.1,
            has,
            population,
        }
    }

    /// Whether it ends after `time`.
    pub fn ends_after(&self, time: Timestamp) -> bool {
        self.until.is_none_or(|until| time < until)
    }

    /// Whether a record belongs to it.
    pub fn has(&self, record: RecordSeq) -> bool {
        let place = usize::try_from(record.get()).ok();
        place.and_then(|place| self.has.get(place)) == Some(&true)
    }

    /// How all records lie about it.
    pub const fn population(&self) -> Population {
        self.population
    }
}

impl Population {
    fn count(&mut self, is_in: bool, is_earlier: bool) {
        self.all += 1;
        match (is_in, is_earlier) {
            (true, _) => self.within += 1,
            (false, true) => self.before += 1,
            (false, false) => self.after += 1,
        }
    }
}

/// Whether a period has a part of what lies between two times; without the first, of all before the
/// second.
fn overlaps((from, until): Period, earliest: Option<Timestamp>, latest: Timestamp) -> bool {
    let begins = until.is_none_or(|until| earliest.is_none_or(|earliest| earliest < until));
    begins && from.is_none_or(|from| latest >= from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::event::Event;
    use crate::audit::example;
    use crate::report::year::FinancialYear;

    const ANN: PersonId = PersonId::from_bytes([1; 16]);
    const BEN: PersonId = PersonId::from_bytes([2; 16]);
    const CAT: PersonId = PersonId::from_bytes([3; 16]);

    fn noon(day: &str) -> Timestamp {
        format!("{day}T12:00:00Z").parse().expect("a time")
    }

    fn claims(records: &[(PersonId, &str)]) -> Claims {
        let mut claims = Claims::default();
        for (by, day) in records {
            let mut record = example::record(*by, Event::SecretReveal);
            record.time = noon(day);
            claims.take(&record);
        }
        claims
    }

    fn year(first: i16) -> Period {
        let year = FinancialYear::beginning(first).expect("a year");
        (Some(year.from()), Some(year.until()))
    }

    /// The places of the records of the year that begins in `first`, looked at on a day.
    fn places(first: i16, records: &[(PersonId, &str)], on: &str) -> Vec<u64> {
        of(year(first), records, on)
    }

    fn of(period: Period, records: &[(PersonId, &str)], on: &str) -> Vec<u64> {
        let found = InPeriod::of(period, &claims(records), noon(on));
        let population = found.population();
        let parts = population.before + population.within + population.after;
        assert_eq!(
            (parts, population.all),
            (population.all, records.len() as u64)
        );
        let all = (0..=records.len() as u64).filter(|place| found.has(RecordSeq::new(*place)));
        let all: Vec<u64> = all.collect();
        assert_eq!(all.len() as u64, population.within);
        all
    }

    #[test]
    fn a_record_belongs_to_the_year_of_its_time() {
        let records = [
            (ANN, "2025-05-01"),
            (BEN, "2026-03-31"),
            (ANN, "2026-04-01"),
            (BEN, "2026-04-01"),
        ];
        assert_eq!(places(2025, &records, "2026-05-01"), [0, 1]);
        assert_eq!(places(2026, &records, "2026-05-01"), [2, 3]);
        assert_eq!(places(2027, &records, "2028-05-01"), [0_u64; 0]);
        assert_eq!(places(2027, &[], "2028-05-01"), [0_u64; 0]);
    }

    #[test]
    fn what_is_dated_in_the_future_belongs_to_the_year_in_which_it_was_made() {
        let mut records = vec![(ANN, "2026-04-10"), (BEN, "2026-11-01")];
        records.extend([(ANN, "2035-01-01"); 9]);
        let with = |records: &[_], on| places(2026, records, on).len();
        // The same day, before anybody else has acted; when others have; and nine years later.
        assert_eq!(with(&records, "2026-11-02"), 11);
        records.push((BEN, "2026-11-20"));
        assert_eq!(with(&records, "2026-11-20"), 12);
        records.push((BEN, "2035-05-01"));
        assert_eq!(with(&records, "2035-05-01"), 12);
        let claimed = places(2034, &records, "2035-05-01");
        assert_eq!(
            claimed[..9],
            (2..11).collect::<Vec<_>>(),
            "and where it claims to"
        );
        assert_eq!(places(2025, &records, "2035-05-01"), [0_u64; 0]);
        let found = InPeriod::of(year(2026), &claims(&records[..12]), noon("2026-11-20"));
        assert_eq!(found.population().to_come, 9);
        assert_eq!(
            found.population().ends,
            Some((RecordSeq::new(0), RecordSeq::new(11)))
        );
    }

    #[test]
    fn what_is_dated_into_the_next_year_stays_in_the_report_of_this_one() {
        let mut records = vec![(ANN, "2026-04-10"), (BEN, "2026-11-01")];
        records.extend([(ANN, "2027-06-01"); 9]);
        records.extend([
            (BEN, "2026-12-01"),
            (ANN, "2027-06-02"),
            (BEN, "2027-06-03"),
        ]);
        let of_year = places(2026, &records, "2027-07-01");
        assert_eq!(of_year, (0..12).collect::<Vec<_>>());
    }

    #[test]
    fn a_clock_that_is_set_to_another_year_takes_no_record_out_of_the_report() {
        let records = [
            (ANN, "2026-04-01"),
            (BEN, "2026-05-01"),
            (ANN, "2026-06-01"),
            (CAT, "2001-01-01"),
            (CAT, "2001-01-02"),
            (BEN, "2026-07-01"),
            (CAT, "2031-01-01"),
            (ANN, "2026-08-01"),
            (BEN, "2026-09-01"),
            (CAT, "2025-11-11"),
        ];
        let on = "2026-09-02";
        assert_eq!(places(2026, &records, on), (0..10).collect::<Vec<_>>());
        assert_eq!(
            places(2000, &records, on),
            [3, 4],
            "and into that which it claims"
        );
        assert_eq!(places(2025, &records, on), [9]);
        assert_eq!(places(2030, &records, on), [6]);
    }

    #[test]
    fn between_two_years_it_belongs_to_both() {
        let records = [
            (ANN, "2026-03-19"),
            (BEN, "2026-03-20"),
            (ANN, "2010-01-01"),
            (BEN, "2026-04-10"),
        ];
        assert_eq!(places(2025, &records, "2026-05-01"), [0, 1, 2]);
        assert_eq!(places(2026, &records, "2026-05-01"), [2, 3]);
    }

    #[test]
    fn where_one_person_alone_has_acted_what_goes_back_may_be_of_any_year() {
        let records = [
            (ANN, "2026-05-01"),
            (ANN, "2001-01-01"),
            (ANN, "2026-06-01"),
        ];
        assert_eq!(places(2026, &records, "2026-07-01"), [0, 1, 2]);
        assert_eq!(places(2010, &records, "2026-07-01"), [1]);
    }

    #[test]
    fn a_period_without_an_end_has_what_it_leaves_open() {
        let records = [
            (ANN, "2026-05-10"),
            (BEN, "2026-05-20"),
            (ANN, "2026-05-30"),
        ];
        let (second, on) = (Some(noon("2026-05-20")), "2026-06-01");
        assert_eq!(of((None, None), &records, on), [0, 1, 2]);
        assert_eq!(of((second, None), &records, on), [1, 2]);
        assert_eq!(of((None, second), &records, on), [0]);
    }
}
