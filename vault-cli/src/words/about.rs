//! What a report is about: what stands at its head on every surface for people.

use vault_core::report::{Kind, Report};

use super::{population, report};
use crate::output::{day_for_people, for_people};

/// What the report is called.
pub(crate) fn title(report: &Report) -> String {
    match (report.kind, report.year, &report.person) {
        (Kind::Accesses, Some(year), _) => format!("Accesses in {year}"),
        (Kind::Person, _, Some(person)) => format!("What the access log holds on {person}"),
        (kind, ..) => report::report(kind).to_owned(),
    }
}

/// What it is about, by name.
pub(crate) fn lines(report: &Report) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("Council", report.council.clone()),
        ("Log", report.origin.clone()),
    ];
    if let Some(year) = report.year {
        let last = day_for_people(year.until().plus(-1));
        let days = format!("{} to {last}", day_for_people(year.from()));
        lines.push(("Financial year", days));
    }
    let by = report.by.as_ref().map(|by| format!(", by {by}"));
    let made = format!("{}{}", for_people(report.made), by.unwrap_or_default());
    lines.push(("Made", made));
    let records = match &report.population {
        Some(population) => population::in_words(population),
        None => report.records.to_string(),
    };
    lines.push(("Records in the log", records));
    if let Some(anchor) = &report.anchor {
        lines.push(("Head of the log", anchor.to_string()));
    }
    lines
}

/// What a reader has to know of what is left out.
pub(crate) fn limits(report: &Report) -> Option<&'static str> {
    match report.kind {
        Kind::Person => Some(
            "Other people are left out of this report: their names, who witnessed an opening, and \
             every word in which one of them is named.",
        ),
        Kind::Custody if !report.has_words => {
            Some("Entries that whoever made this report may not see stand here by their ids.")
        }
        Kind::Accesses | Kind::Envelopes if !report.has_words => Some(
            "Whoever made this report may not read the log's words, so it names nobody: ids stand \
             for names, and reasons are left out.",
        ),
        _ => None,
    }
}

/// What its maker has to do before somebody else is given it.
pub(crate) const fn before_handing_on(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Person => Some(READ_FIRST),
        _ => None,
    }
}

/// What no program can see to.
pub(crate) const READ_FIRST: &str = "read it before you hand it on: somebody without a login here, or under another name, may be \
     named in a reason or a title";
