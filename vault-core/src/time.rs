//! Points in time, as the machine claims them. Nothing here reads a clock.

pub mod day;
pub mod london;

use std::fmt;
use std::str::FromStr;

/// A second in UTC. It reads and writes as RFC 3339 with `Z`, such as `2026-11-21T22:05:00Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A text that is not a time in RFC 3339, or a time outside the years 1970 to 9998.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidTimestamp;

impl fmt::Display for InvalidTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a time such as 2026-11-21T22:05:00Z")
    }
}

impl std::error::Error for InvalidTimestamp {}

/// The last second that is carried: 9998-12-31T23:59:59Z, which every calendar library can show.
const LAST_SECOND: i64 = 253_370_764_799;

impl Timestamp {
    /// 1970-01-01T00:00:00Z: before every record.
    pub const EPOCH: Self = Self(0);

    /// The time `seconds` after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// Times before 1970 and after the year 9998.
    pub fn from_unix(seconds: i64) -> Result<Self, InvalidTimestamp> {
        if (0..=LAST_SECOND).contains(&seconds) {
            Ok(Self(seconds))
        } else {
            Err(InvalidTimestamp)
        }
    }

    /// Seconds since 1970-01-01T00:00:00Z; never negative.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// The time `seconds` later, at most the last one that is carried.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds).clamp(0, LAST_SECOND))
    }

    /// The same in the calendar library's form.
    fn instant(self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.0).expect("every time carried can be shown")
    }

    /// Seconds from `earlier` to this time; negative where the clock ran backwards.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }
}

/// Tells the time. The command line has the only implementation that reads the machine's clock.
pub trait Clock {
    /// The present second.
    fn now(&self) -> Timestamp;
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = jiff::Timestamp::from_second(self.0).map_err(|_| fmt::Error)?;
        time.fmt(f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let time: jiff::Timestamp = text.parse().map_err(|_| InvalidTimestamp)?;
        Self::from_unix(time.as_second())
    }
}
crate::id::serde_as_text!(Timestamp);
