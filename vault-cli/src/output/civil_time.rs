//! Times as people in the United Kingdom write them.

use vault_core::time::Timestamp;
use vault_core::time::london::{self, CivilTime};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Letters of a month's name that tell it from others.
const SHORT: usize = 3;

/// `at` as `21 November 2026, 22:05 GMT`. JSON carries RFC 3339 instead. A list shows thousands,
/// which is why the form is not read anew from a pattern for each.
pub fn for_people(at: Timestamp) -> String {
    let clock = london::clock(at);
    format!("{}, {}", day(&clock), hour(&clock))
}

/// `at` as `21 Nov 2026, 22:05 GMT`, for narrow columns on paper.
pub fn for_columns(at: Timestamp) -> String {
    let clock = london::clock(at);
    let (day, month, year) = (clock.day, &month(&clock)[..SHORT], clock.year);
    format!("{day} {month} {year}, {}", hour(&clock))
}

/// `at` as `22:05 GMT`.
pub fn time_for_people(at: Timestamp) -> String {
    hour(&london::clock(at))
}

/// `at` as `21 November 2026`.
pub fn day_for_people(at: Timestamp) -> String {
    day(&london::clock(at))
}

/// `at` as spreadsheets read it, `2026-11-21 22:05:03`: in UTC, and as clocks in London show it.
pub fn for_spreadsheets(at: Timestamp) -> (String, String) {
    let clock = london::clock(at);
    #[rustfmt::skip]
    let CivilTime { year, month, day, hour, minute, second, .. } = clock;
    let london = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
    let utc = at.to_string().replace('T', " ").replace('Z', "");
    (utc, london)
}

fn hour(clock: &CivilTime) -> String {
    let zone = if clock.summer { "BST" } else { "GMT" };
    format!("{:02}:{:02} {zone}", clock.hour, clock.minute)
}

fn day(clock: &CivilTime) -> String {
    format!("{} {} {}", clock.day, month(clock), clock.year)
}

fn month(clock: &CivilTime) -> &'static str {
    MONTHS[usize::from(clock.month) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(utc: &str) -> String {
        for_people(utc.parse().expect("a time"))
    }

    #[test]
    fn a_winter_time_is_shown_in_gmt() {
        assert_eq!(shown("2026-11-21T22:05:00Z"), "21 November 2026, 22:05 GMT");
    }

    #[test]
    fn a_day_and_a_time_stand_apart_too() {
        let at = "2026-07-01T23:05:59Z".parse().expect("a time");
        assert_eq!(day_for_people(at), "2 July 2026");
        assert_eq!(time_for_people(at), "00:05 BST");
        assert_eq!(for_columns(at), "2 Jul 2026, 00:05 BST");
    }

    #[test]
    fn a_summer_time_is_shown_in_bst() {
        assert_eq!(shown("2026-07-01T22:05:59Z"), "1 July 2026, 23:05 BST");
        assert_eq!(shown("2026-07-01T23:05:59Z"), "2 July 2026, 00:05 BST");
    }

    #[test]
    fn summer_begins_and_ends_at_one_in_the_morning_gmt() {
        assert_eq!(shown("2026-03-29T00:59:59Z"), "29 March 2026, 00:59 GMT");
        assert_eq!(shown("2026-03-29T01:00:00Z"), "29 March 2026, 02:00 BST");
        assert_eq!(shown("2026-10-25T00:59:59Z"), "25 October 2026, 01:59 BST");
        assert_eq!(shown("2026-10-25T01:00:00Z"), "25 October 2026, 01:00 GMT");
    }

    #[test]
    fn a_spreadsheet_has_both_times() {
        let at = "2026-07-01T23:05:59Z".parse().expect("a time");
        let both = ["2026-07-01 23:05:59", "2026-07-02 00:05:59"].map(str::to_owned);
        assert_eq!(<[String; 2]>::from(for_spreadsheets(at)), both);
    }

    #[test]
    fn the_first_and_the_last_second_can_be_shown() {
        assert_eq!(shown("1970-01-01T00:00:00Z"), "1 January 1970, 00:00 GMT");
        assert_eq!(shown("9998-12-31T23:59:59Z"), "31 December 9998, 23:59 GMT");
    }
}
