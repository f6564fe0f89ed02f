//! Days of the calendar, as far as anything depends on them: how long words are kept.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};

use super::{InvalidTimestamp, Timestamp};

const SECONDS: i64 = 24 * 3600;

/// A day in UTC, from 1970 to 9998. It reads and writes as `2026-11-22`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u32);

impl Day {
    /// 1 January 1970: before every record.
    pub const FIRST: Self = Self(0);

    /// The day on which `time` falls.
    ///
    /// # Panics
    /// Never: the days until 9998 have numbers of seven digits.
    pub fn of(time: Timestamp) -> Self {
        Self(u32::try_from(time.unix() / SECONDS).expect("a day before the year 9999"))
    }

    /// The same day of the month so many months earlier, or that month's last day where it has no
    /// such day; 1 January 1970 where that would be before it.
    #[must_use]
    pub fn months_before(self, months: u32) -> Self {
        let span = Span::new().try_months(i64::from(months));
        let earlier = span.and_then(|span| self.date().checked_sub(span));
        earlier.ok().and_then(Self::of_date).unwrap_or(Self::FIRST)
    }

    /// Its first second.
    pub fn begins(self) -> Timestamp {
        Timestamp::EPOCH.plus(i64::from(self.0) * SECONDS)
    }

    fn date(self) -> Date {
        date(1970, 1, 1).saturating_add(i64::from(self.0).days())
    }

    fn of_date(day: Date) -> Option<Self> {
        let days = day.since(date(1970, 1, 1)).ok()?.get_days();
        let last = Self::of(Timestamp::EPOCH.plus(i64::MAX));
        u32::try_from(days)
            .ok()
            .map(Self)
            .filter(|day| *day <= last)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Day {
    type Err = InvalidTimestamp;

    /// Takes the one spelling that it writes.
    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let read: Date = text.parse().map_err(|_| InvalidTimestamp)?;
        let day = Self::of_date(read).ok_or(InvalidTimestamp)?;
        if day.to_string() == text {
            Ok(day)
        } else {
            Err(InvalidTimestamp)
        }
    }
}
crate::id::serde_as_text!(Day);

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn a_day_has_one_spelling_and_lies_within_the_calendar() {
        for text in ["1970-01-01", "2024-02-29", "2026-11-22", "9998-12-31"] {
            assert_eq!(day(text).to_string(), text);
            assert_eq!(Day::of(day(text).begins()), day(text));
            assert_eq!(Day::of(day(text).begins().plus(SECONDS - 1)), day(text));
        }
        for text in [
            "",
            "2026-11",
            "2026-2-1",
            "20261122",
            "2026-11-22T00:00:00",
            "2026-02-30",
            "1969-12-31",
            "9999-01-01",
            "-000001-01-01",
            " 2026-11-22",
        ] {
            assert_eq!(text.parse::<Day>(), Err(InvalidTimestamp), "{text}");
        }
    }

    #[test]
    fn months_are_those_of_the_calendar() {
        for (from, months, expected) in [
            ("2028-11-22", 24, "2026-11-22"),
            ("2028-02-29", 24, "2026-02-28"),
            ("2026-12-31", 1, "2026-11-30"),
            ("2026-03-01", 72, "2020-03-01"),
            ("1971-01-01", 24, "1970-01-01"),
            ("2026-11-22", u32::MAX, "1970-01-01"),
        ] {
            assert_eq!(day(from).months_before(months), day(expected), "{from}");
        }
    }
}
