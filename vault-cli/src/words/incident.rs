//! Words for incidents.

use vault_core::incident::IncidentKind;

/// What an incident is, for people.
pub(crate) const fn in_words(kind: IncidentKind) -> &'static str {
    match kind {
        IncidentKind::RefusedAccess => "refused access",
        IncidentKind::FailedUnlocks => "wrong passphrases",
        IncidentKind::BadSheet => "sheet that opens nothing",
        IncidentKind::BrokenSeal => "broken seal on a sheet's bag",
        IncidentKind::FailedDrill => "failed drill",
        IncidentKind::Opening => "opened envelope",
        IncidentKind::Rollback => "lost records accepted",
        IncidentKind::Fork => "copy went its own way",
        IncidentKind::Compromise => "password perhaps known",
        IncidentKind::Device => "lost device",
        IncidentKind::Other => "other",
    }
}
