//! The only reader of the machine's clock.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use vault_core::time::{Clock, Timestamp};

/// The machine's clock, which is believed only so far as a record may say what time it was told.
///
/// A clock that stands outside the years 1970 to 9998 is clamped to the nearest second that can be
/// carried: the work goes on, and the record shows a time that nobody takes for the true one.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the door to the clock")]
    fn now(&self) -> Timestamp {
        clamped(SystemTime::now())
    }
}

/// `time` to the second, rounded down, or the nearest time that can be carried.
fn clamped(time: SystemTime) -> Timestamp {
    let since_1970 = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX);
    let first = Timestamp::from_unix(0).expect("the first second of 1970 is carried");
    first.plus(seconds)
}

/// Measures how long something takes, whatever the clock on the wall is told meanwhile.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts it.
    #[expect(clippy::disallowed_methods, reason = "this is the door to the clock")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since it was started.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_is_rounded_down() {
        let time = UNIX_EPOCH + Duration::from_millis(1_795_298_700_999);
        assert_eq!(clamped(time).unix(), 1_795_298_700);
    }

    #[test]
    fn a_clock_before_1970_tells_the_first_second() {
        let time = UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(clamped(time).unix(), 0);
    }

    #[test]
    fn a_clock_after_the_last_year_tells_the_last_second() {
        let time = UNIX_EPOCH + Duration::from_secs(400_000_000_000);
        assert_eq!(clamped(time).to_string(), "9998-12-31T23:59:59Z");
    }

    #[test]
    fn the_clock_does_not_stand_in_the_year_of_the_clamp() {
        assert!(SystemClock.now().unix() > 1_700_000_000);
    }
}
