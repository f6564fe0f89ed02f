//! How old a copy of the vault is that somebody is about to open, and whether the clock can be right.

use vault_core::audit::ledger::Ledger;
use vault_core::time::Timestamp;

use crate::output::{ago, for_people};

/// What is said of the file's newest record, and of a clock that is behind it.
pub(super) fn sentences(ledger: &Ledger, now: Timestamp) -> Vec<String> {
    let newest = for_people(ledger.last_time);
    let Some(ago) = ago(ledger.last_time, now) else {
        return vec![
            format!(
                "The newest record in this vault file says that it was made on {newest}, but this \
                 computer's clock says {}. One of the two is wrong, so nobody can tell how old the \
                 file is.",
                for_people(now)
            ),
            "What is recorded now bears this computer's time. Note the right time on paper too."
                .to_owned(),
        ];
    };
    vec![format!(
        "The newest record in this vault file was made on {newest}, {ago}. Passwords that were \
         changed elsewhere since then are not in it."
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(now: &str) -> String {
        let ledger = Ledger {
            last_time: "2026-11-30T18:00:00Z".parse().expect("a time"),
            ..Ledger::default()
        };
        sentences(&ledger, now.parse().expect("a time")).join(" ")
    }

    #[test]
    fn an_old_copy_says_how_old_it_is() {
        let said = said("2027-03-02T09:00:00Z");
        assert!(
            said.contains("made on 30 November 2026, 18:00 GMT, 3 months ago"),
            "{said}"
        );
    }

    #[test]
    fn a_clock_that_is_behind_the_newest_record_is_told_to_the_opener() {
        let said = said("2020-01-01T00:00:00Z");
        for part in [
            "30 November 2026",
            "1 January 2020, 00:00 GMT",
            "One of the two is wrong",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!said.contains("ago"), "{said}");
    }
}
