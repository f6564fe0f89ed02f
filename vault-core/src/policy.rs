//! The council's rules, each citing the clause that it serves.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::audit::event::{Event, Step};
use crate::crypto::kdf::KdfParams;

/// The numbers of a council's IT policy that the program goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The preset that it began as.
    pub preset: String,
    /// Failed unlocks in a row after which there is a pause (clause 2.2/4.5: five).
    pub failed_unlocks: u32,
    /// Minutes of the first pause; each further failure doubles it, up to eight hours.
    pub pause_minutes: u32,
    /// People who should see an envelope opened (model Financial Regulations: two).
    pub witnesses: u32,
    /// Days after which somebody looks at each sealed sheet again.
    pub drill_days: u32,
    /// Months for which the words of daily work are kept: titles, reasons, machines (clause C19).
    pub words_months: u32,
    /// Months for which the words about envelopes, openings, people who leave and incidents are
    /// kept (clause C19).
    pub long_words_months: u32,
    /// What a passphrase that is chosen costs to try, at the least.
    pub kdf: KdfParams,
}

/// The presets, named for the councils whose adopted policies they follow.
const PRESETS: [&str; 6] = [
    "standard",
    "leigh",
    "smarden",
    "water-orton",
    "germoe",
    "wellington",
];

impl Policy {
    /// The preset called `name`; `None` where there is none. They agree in these numbers today.
    pub fn preset(name: &str) -> Option<Self> {
        PRESETS.contains(&name).then(|| Self {
            preset: name.to_owned(),
            ..Self::standard()
        })
    }

    /// The preset for a council that names no other.
    pub fn standard() -> Self {
        Self {
            preset: "standard".to_owned(),
            failed_unlocks: 5,
            pause_minutes: 15,
            witnesses: 2,
            drill_days: 90,
            words_months: 24,
            long_words_months: 72,
            kdf: KdfParams::usual(),
        }
    }

    /// The names of the presets.
    pub fn presets() -> &'static [&'static str] {
        &PRESETS
    }

    /// Whether whoever does this has to say why. So it is for openings of the envelope, and for what
    /// is said of an incident; every other reason is given freely.
    pub const fn wants_reason(&self, event: Event, step: Option<Step>) -> bool {
        match event {
            Event::EnvelopeOpen => matches!(step, Some(Step::Requested)),
            Event::IncidentRaise | Event::IncidentDecide => true,
            _ => false,
        }
    }

    /// How long an opened envelope stays open while nobody answers: fifteen minutes. No preset has
    /// another time yet.
    pub const fn opening_idle(&self) -> Duration {
        Duration::from_secs(15 * 60)
    }

    /// How long a credential that an opening reveals stays on the screen: thirty seconds, likewise.
    pub const fn on_screen(&self) -> Duration {
        Duration::from_secs(30)
    }

    /// Seconds to wait after the `failures`th failed unlock in a row.
    pub fn pause_after(&self, failures: u32) -> i64 {
        const LONGEST: i64 = 8 * 3600;
        if failures < self.failed_unlocks {
            return 0;
        }
        let doublings = (failures - self.failed_unlocks).min(16);
        (i64::from(self.pause_minutes) * 60 * (1 << doublings)).min(LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_begins_at_the_fifth_failure_grows_and_ends_within_eight_hours() {
        let policy = Policy::preset("standard").expect("it is listed");
        let pauses: Vec<_> = [0, 4, 5, 6, 9, 10, 90]
            .map(|n| policy.pause_after(n))
            .into();
        assert_eq!(pauses, [0, 0, 900, 1800, 14400, 28800, 28800]);
    }
}
