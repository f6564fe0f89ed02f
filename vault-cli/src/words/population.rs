//! How the records of a log lie about a period: what a reviewer adds up.

use serde_json::{Value, json};
use vault_core::audit::in_period::Population;
use vault_core::id::RecordSeq;

use crate::output::{counted, grouped};

/// For people: all records, and where they are.
pub(crate) fn in_words(of: &Population) -> String {
    let all = counted(of.all, "record");
    let last = of.all.saturating_sub(1);
    let ends = of.ends.map(|(first, last)| format!(" ({first} to {last})"));
    let ahead = match of.to_come {
        0 => String::new(),
        count => format!("; {} dated in the future", grouped(count)),
    };
    format!(
        "{all} in the log, numbered 0 to {last}, none missing: {} before this period, {} in it{}, {} \
         after it{ahead}",
        grouped(of.before),
        grouped(of.within),
        ends.unwrap_or_default(),
        grouped(of.after),
    )
}

/// For programs.
pub(crate) fn to_json(of: &Population) -> Value {
    json!({
        "all": of.all,
        "before": of.before,
        "within": of.within,
        "after": of.after,
        "first": of.ends.map(|(first, _)| RecordSeq::get(first)),
        "last": of.ends.map(|(_, last)| RecordSeq::get(last)),
        "dated_ahead": of.to_come,
    })
}
