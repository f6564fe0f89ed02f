//! Office hours.

use super::super::event::{Event, Step};
use super::super::fact::Fact;
use super::super::record::Record;
use crate::time::Timestamp;
use crate::time::london;

/// Nobody has to work earlier, by the clock in London.
pub const OPENS: u8 = 7;

/// Nor from this hour on. A council meets in the evening, but no meeting needs a password: one that
/// did is explained by the minutes.
pub const CLOSES: u8 = 20;

/// Friday. Bank holidays are not known here, and count as working days.
pub const LAST_WORKING_DAY: u8 = 5;

/// Whether an office is open at `time`.
pub fn is_open(time: Timestamp) -> bool {
    let clock = london::clock(time);
    (OPENS..CLOSES).contains(&clock.hour) && clock.weekday <= LAST_WORKING_DAY
}

/// Whether something was shown, or access was changed, while no office is open. What a machine does
/// by itself at night, such as a backup, is left out.
pub(super) fn is_out_of_hours(record: &Record) -> bool {
    matters(record) && !is_open(record.time)
}

fn matters(record: &Record) -> bool {
    match record.event {
        Event::SecretReveal
        | Event::TransferExport
        | Event::PersonAdd
        | Event::AccessApprove
        | Event::EnvelopeIssue
        | Event::EnvelopeSeal
        | Event::EnvelopeTakeover
        | Event::PolicyChange => true,
        Event::EnvelopeOpen => record.step == Some(Step::Requested),
        Event::CollectionChange => {
            let by_hand = |fact: &Fact| matches!(fact, Fact::Membership(_));
            record.facts.iter().any(by_hand)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_is_open_from_seven_to_eight_in_the_evening_on_working_days() {
        for (utc, open) in [
            ("2026-11-20T06:59:59Z", false),
            ("2026-11-20T07:00:00Z", true),
            ("2026-11-20T19:59:59Z", true),
            ("2026-11-20T20:00:00Z", false),
            // In summer the clock in London is an hour ahead.
            ("2026-07-03T06:00:00Z", true),
            ("2026-07-03T19:00:00Z", false),
            // Saturday and Sunday.
            ("2026-11-21T12:00:00Z", false),
            ("2026-11-22T12:00:00Z", false),
        ] {
            assert_eq!(is_open(utc.parse().expect("a time")), open, "{utc}");
        }
    }
}
