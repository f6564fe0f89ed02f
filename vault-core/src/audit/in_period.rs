//! Which records belong to a period, such as a financial year. A time is what a machine claimed, and the
//! order is what is proved: a clock that is set to another year takes no record out of it.

use crate::id::RecordSeq;
use crate::time::Timestamp;

/// A period: from the first time on, and before the second; without an end where there is none.
pub type Period = (Option<Timestamp>, Option<Timestamp>);

/// The records of a period.
#[derive(Debug, Clone)]
pub struct InPeriod {
    until: Option<Timestamp>,
    has: Vec<bool>,
}

impl InPeriod {
    /// Those of a period in a log whose records claim these `times`, the first record's first: whatever
    /// claims a time in the period; whatever claims one that is out of order, and stands between
    /// records in order between which a part of the period lies; and whatever goes back from the
    /// period, be it the first of so many that they make the longer row.
    pub fn of((from, until): Period, times: &[Timestamp]) -> Self {
        let begun = |time: Timestamp| from.is_none_or(|from| time >= from);
        let ended = |time: Timestamp| until.is_some_and(|until| time >= until);
        let within = |time: Timestamp| begun(time) && !ended(time);
        let in_order = in_order(times);
        let mut has: Vec<bool> = times.iter().map(|time| within(*time)).collect();
        let mut begins = vec![false; times.len()];
        let mut before = None;
        for (place, time) in times.iter().enumerate() {
            if in_order[place] {
                before = Some(*time);
            }
            begins[place] = !before.is_some_and(ended);
        }
        let mut after = None;
        for (place, time) in times.iter().enumerate().rev() {
            if in_order[place] {
                after = Some(*time);
            }
            has[place] |= !in_order[place] && begins[place] && after.is_none_or(begun);
        }
        for (before, pair) in times.windows(2).enumerate() {
            has[before + 1] |= pair[1] < pair[0] && within(pair[0]);
        }
        Self { until, has }
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
}

/// Which of `times` are in order: the longest row of them that never goes back (patience sorting).
fn in_order(times: &[Timestamp]) -> Vec<bool> {
    // The place of the least time with which a row of each length ends, and what stands before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(times.len());
    for (place, time) in times.iter().enumerate() {
        let length = ends.partition_point(|end| times[*end] <= *time);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        ends.truncate(ends.len().max(length));
        match ends.get_mut(length) {
            Some(end) => *end = place,
            None => ends.push(place),
        }
    }
    let mut in_order = vec![false; times.len()];
    let mut last = ends.last().copied();
    while let Some(place) = last {
        in_order[place] = true;
        last = before[place];
    }
    in_order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::year::FinancialYear;

    /// The places of the records of the year that begins in `first`.
    fn places(first: i16, times: &[&str]) -> Vec<u64> {
        let times: Vec<Timestamp> = times
            .iter()
            .map(|day| format!("{day}T12:00:00Z").parse().expect("a time"))
            .collect();
        let year = FinancialYear::beginning(first).expect("a year");
        of((Some(year.from()), Some(year.until())), &times)
    }

    fn of(period: Period, times: &[Timestamp]) -> Vec<u64> {
        let records = InPeriod::of(period, times);
        let all = (0..=times.len() as u64).filter(|place| records.has(RecordSeq::new(*place)));
        all.collect()
    }

    #[test]
    fn a_record_belongs_to_the_year_of_its_time() {
        let times = ["2025-05-01", "2026-03-31", "2026-04-01", "2026-04-01"];
        assert_eq!(places(2025, &times), [0, 1]);
        assert_eq!(places(2026, &times), [2, 3]);
        assert_eq!(places(2027, &times), [0_u64; 0]);
        assert_eq!(places(2027, &[]), [0_u64; 0]);
    }

    #[test]
    fn a_clock_that_is_set_to_another_year_takes_no_record_out_of_the_report() {
        let times = [
            "2026-04-01",
            "2026-05-01",
            "2026-06-01",
            "2001-01-01",
            "2001-01-02",
            "2026-07-01",
            "2031-01-01",
            "2026-08-01",
            "2026-09-01",
            "2025-11-11",
        ];
        assert_eq!(places(2026, &times), (0..10).collect::<Vec<_>>());
        assert_eq!(
            places(2000, &times),
            [3, 4],
            "and into that which it claims"
        );
        assert_eq!(places(2025, &times), [9]);
        assert_eq!(places(2030, &times), [6, 7, 9]);
    }

    #[test]
    fn between_two_years_it_belongs_to_both() {
        let times = ["2026-03-19", "2026-03-20", "2010-01-01", "2026-04-10"];
        assert_eq!(places(2025, &times), [0, 1, 2]);
        assert_eq!(places(2026, &times), [2, 3]);
    }

    #[test]
    fn the_first_that_goes_back_is_told_however_many_follow_it() {
        let times = ["2026-05-01", "2001-01-01", "2001-01-01", "2001-01-01"];
        assert_eq!(places(2026, &times), [0, 1]);
    }

    #[test]
    fn a_period_without_an_end_has_what_it_leaves_open() {
        let times = [10, 20, 30].map(|second| Timestamp::from_unix(second).expect("a time"));
        assert_eq!(of((None, None), &times), [0, 1, 2]);
        assert_eq!(of((Some(times[1]), None), &times), [1, 2]);
        assert_eq!(of((None, Some(times[1])), &times), [0]);
    }
}
