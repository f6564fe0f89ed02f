//! What clocks in the United Kingdom show.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Timestamp;

/// Greenwich Mean Time, and British Summer Time from the last Sunday of March to the last Sunday
/// of October (Summer Time Order 2002), at 01:00 GMT each. The rule is written out, so that the
/// time shown does not depend on the machine.
const UNITED_KINGDOM: &str = "GMT0BST,M3.5.0/1,M10.5.0";

/// A date and a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CivilTime {
    /// The year.
    pub year: i16,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
    /// The day of the week: 1 is Monday, 7 Sunday.
    pub weekday: u8,
    /// The hour.
    pub hour: u8,
    /// The minute.
    pub minute: u8,
    /// The second.
    pub second: u8,
    /// Whether it is British Summer Time.
    pub summer: bool,
}

/// What clocks in London show at `time`.
pub fn clock(time: Timestamp) -> CivilTime {
    let instant = time.instant();
    let zone = ZONE.to_offset_info(instant);
    let at = zone.offset().to_datetime(instant);
    let number = |number: i8| number.unsigned_abs();
    CivilTime {
        year: at.year(),
        month: number(at.month()),
        day: number(at.day()),
        weekday: number(at.weekday().to_monday_one_offset()),
        hour: number(at.hour()),
        minute: number(at.minute()),
        second: number(at.second()),
        summer: zone.dst().is_dst(),
    }
}

/// When this day begins in London; `None` for a day that no calendar has, or that lies outside the
/// years that a [`Timestamp`] carries.
pub fn midnight(year: i16, month: i8, day: i8) -> Option<Timestamp> {
    beginning(Date::new(year, month, day).ok()?)
}

/// When the day written as `2026-11-21` begins in London, and when it ends.
pub fn day(text: &str) -> Option<(Timestamp, Timestamp)> {
    let date: Date = text.parse().ok()?;
    // The calendar library reads other spellings too.
    if date.to_string() != text {
        return None;
    }
    Some((beginning(date)?, beginning(date.tomorrow().ok()?)?))
}

fn beginning(date: Date) -> Option<Timestamp> {
    let instant = date.to_zoned_datetime(ZONE.clone()).ok()?.timestamp();
    Timestamp::from_unix(instant.as_second()).ok()
}

static ZONE: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::posix(UNITED_KINGDOM).expect("the rule is written in POSIX's form"));

#[cfg(test)]
mod tests {
    use super::*;

    fn at(utc: &str) -> CivilTime {
        clock(utc.parse().expect("a time"))
    }

    #[test]
    fn winter_is_gmt_summer_is_an_hour_later_and_the_week_begins_on_monday() {
        let winter = at("2026-11-21T22:05:03Z");
        let expected = CivilTime {
            year: 2026,
            month: 11,
            day: 21,
            weekday: 6,
            hour: 22,
            minute: 5,
            second: 3,
            summer: false,
        };
        assert_eq!(winter, expected);
        let summer = at("2026-07-05T23:30:00Z");
        assert_eq!((summer.day, summer.hour, summer.summer), (6, 0, true));
        assert_eq!(summer.weekday, 1);
    }

    #[test]
    fn a_day_begins_at_midnight_in_london_and_lasts_as_long_as_it_does_there() {
        let hours = |text| {
            let (from, until) = day(text).expect("a day");
            until.since(from) / 3600
        };
        let days = ["2026-03-28", "2026-03-29", "2026-10-25"];
        assert_eq!(days.map(hours), [24, 23, 25]);
        let april = midnight(2026, 4, 1).expect("a day").to_string();
        assert_eq!(april, "2026-03-31T23:00:00Z");
        let january = midnight(2027, 1, 1).expect("a day").to_string();
        assert_eq!(january, "2027-01-01T00:00:00Z");
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "",
            "2026-02-30",
            "20260228",
            "2026-2-8",
            "1 April",
            "1969-12-31",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
        assert_eq!(midnight(2026, 13, 1), None);
    }
}
