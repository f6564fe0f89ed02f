//! How long ago something was, in words.

use vault_core::time::Timestamp;

/// Two computers that set their clocks by the network differ by less.
const SLACK: i64 = 60;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// How long before `now` something was, as `3 months ago`. Where it lies after `now` nobody knows:
/// one of two clocks is wrong.
pub fn ago(at: Timestamp, now: Timestamp) -> Option<String> {
    let seconds = now.since(at);
    if seconds < -SLACK {
        return None;
    }
    let (count, noun) = match seconds {
        ..HOUR => return Some("less than an hour ago".to_owned()),
        HOUR..DAY => (seconds / HOUR, "hour"),
        _ => match seconds / DAY {
            days @ ..60 => (days, "day"),
            days @ 60..730 => (days / 30, "month"),
            days => (days / 365, "year"),
        },
    };
    Some(match count {
        1 => format!("1 {noun} ago"),
        count => format!("{count} {noun}s ago"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_the_unit_that_people_would_use() {
        let now: Timestamp = "2027-03-01T12:00:00Z".parse().expect("a time");
        for (at, said) in [
            ("2027-03-01T11:59:00Z", Some("less than an hour ago")),
            ("2027-03-01T12:00:59Z", Some("less than an hour ago")),
            ("2027-03-01T11:00:00Z", Some("1 hour ago")),
            ("2027-02-28T12:00:01Z", Some("23 hours ago")),
            ("2027-02-28T12:00:00Z", Some("1 day ago")),
            ("2027-01-01T12:00:00Z", Some("59 days ago")),
            ("2026-11-30T12:00:00Z", Some("3 months ago")),
            ("2025-03-01T12:00:00Z", Some("2 years ago")),
            ("2027-03-01T12:01:01Z", None),
            ("2099-01-01T00:00:00Z", None),
        ] {
            let at = at.parse().expect("a time");
            assert_eq!(ago(at, now).as_deref(), said, "{at}");
        }
    }
}
