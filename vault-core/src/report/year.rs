//! A council's financial year: from 1 April to 31 March (Accounts and Audit Regulations).

use std::fmt;

use crate::time::Timestamp;
use crate::time::london;

/// A financial year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FinancialYear {
    first: i16,
    from: Timestamp,
    until: Timestamp,
}

/// The month with which it begins.
const APRIL: i8 = 4;

impl FinancialYear {
    /// The year that begins on 1 April of `first`; `None` outside the years that can be carried.
    pub fn beginning(first: i16) -> Option<Self> {
        let from = london::midnight(first, APRIL, 1)?;
        let until = london::midnight(first.checked_add(1)?, APRIL, 1)?;
        Some(Self { first, from, until })
    }

    /// The year in which `time` lies. Before the first one that can be carried there is none.
    pub fn of(time: Timestamp) -> Option<Self> {
        let clock = london::clock(time);
        let first = if i16::from(clock.month) < i16::from(APRIL) {
            clock.year - 1
        } else {
            clock.year
        };
        Self::beginning(first)
    }

    /// The calendar year in which it begins.
    pub const fn first(self) -> i16 {
        self.first
    }

    /// When it begins, in London.
    pub const fn from(self) -> Timestamp {
        self.from
    }

    /// When the next one begins.
    pub const fn until(self) -> Timestamp {
        self.until
    }

    /// Whether `time` lies in it.
    pub fn has(self, time: Timestamp) -> bool {
        (self.from..self.until).contains(&time)
    }
}

impl fmt::Display for FinancialYear {
    /// `2026/27`, as accounts are headed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{:02}", self.first, (self.first + 1) % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year_of(utc: &str) -> Option<String> {
        FinancialYear::of(utc.parse().expect("a time")).map(|year| year.to_string())
    }

    #[test]
    fn it_begins_on_the_first_of_april_in_london() {
        for (utc, year) in [
            ("2026-03-31T22:59:59Z", "2025/26"),
            ("2026-03-31T23:00:00Z", "2026/27"),
            ("2026-12-31T23:59:59Z", "2026/27"),
            ("2027-03-31T22:59:59Z", "2026/27"),
            ("2099-05-01T00:00:00Z", "2099/00"),
        ] {
            assert_eq!(year_of(utc).as_deref(), Some(year), "{utc}");
        }
        assert_eq!(year_of("1970-01-01T00:00:00Z"), None);
    }

    #[test]
    fn it_has_its_first_second_and_not_the_next_years() {
        let year = FinancialYear::beginning(2026).expect("a year");
        assert!(year.has(year.from()) && !year.has(year.until()));
        let next = FinancialYear::beginning(2027).expect("a year");
        assert_eq!(year.until(), next.from());
        for impossible in [i16::MIN, 1969, 9998, i16::MAX] {
            assert_eq!(FinancialYear::beginning(impossible), None);
        }
    }
}
