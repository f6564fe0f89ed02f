//! Two of the three stories: the provider and the auditor.

use vault_core::crypto::random::OsEntropy;
use vault_core::error::Error;
use vault_core::generator::{self, Recipe, Words};
use vault_core::vault::log::LogLine;
use vault_core::vault::reveal::Wanted;
use vault_core::vault::verify::{Depth, verify};

use super::council::{AUDITOR, CLERK, Council, PROVIDER, WEBSITE};
use super::narrator::Narrator;
use crate::failure::Failure;
use crate::output::{Table, for_people};

/// How many records of the log are shown.
const LAST: usize = 12;

/// The provider changes a password and cannot lose it on the way.
pub(super) fn provider(
    council: &mut Council,
    narrator: &mut Narrator<'_, '_>,
) -> Result<(), Failure> {
    narrator.title("1. The provider changes a password")?;
    let recipe = Recipe::Words(Words::PASSPHRASE);
    let new = generator::generate(recipe, &mut OsEntropy).map_err(Error::from)?;
    let mut session = council.unlock(PROVIDER)?;
    let reason = Some("Yearly change");
    let proposed = session.propose(WEBSITE, new.to_bytes(), reason)?;
    narrator.say(&format!(
        "{PROVIDER} proposes a new password for \"{WEBSITE}\": record {}.",
        proposed.record
    ))?;
    narrator.say("Until the site has taken it, the old one and the new one are both kept.")?;
    let confirmed = session.confirm(WEBSITE, reason)?;
    narrator.say(&format!(
        "The site has taken it, and {PROVIDER} confirms: record {}.",
        confirmed.record
    ))
}

/// The auditor is refused a password, reads what happened, and has the whole log checked.
pub(super) fn auditor(
    council: &mut Council,
    narrator: &mut Narrator<'_, '_>,
) -> Result<(), Failure> {
    narrator.title("3. The auditor")?;
    let mut session = council.unlock(AUDITOR)?;
    let refused = session.reveal(WEBSITE, "password", Wanted::Current, None);
    let incident = match refused {
        Err(Error::Denied {
            record, incident, ..
        }) => incident.unwrap_or(record),
        Err(error) => return Err(error.into()),
        Ok(_) => return Err(Error::Internal("an auditor who was given a password").into()),
    };
    narrator.say(&format!(
        "{AUDITOR} asks for the password of \"{WEBSITE}\" and is refused: incident {incident}."
    ))?;
    let mut session = council.unlock(CLERK)?;
    session.decide_incident(incident, Some("Asked to see whether it is refused"))?;
    session.close_incident(incident, None)?;
    narrator.say(&format!("{CLERK} looks into it and closes it."))?;
    let mut session = council.unlock(AUDITOR)?;
    let log = session.log()?;
    narrator.say(&format!(
        "{AUDITOR} reads the log. Its last {LAST} records:"
    ))?;
    narrator.rows(&table(&log))?;
    let report = verify(&council.folder.vault(), Depth::Full)?;
    narrator.say(&format!(
        "All {} records are checked from the first to the last: nothing is missing, nothing",
        report.records
    ))?;
    narrator.say("was changed. Anybody with the file can do that, without a passphrase.")
}

fn table(log: &[LogLine]) -> Table {
    let mut table = Table::new(["Record", "When", "What", "How", "Who", "Which", "Why"]);
    for line in &log[log.len().saturating_sub(LAST)..] {
        let record = &line.record;
        let step = record
            .step
            .map_or_else(String::new, |step| format!(" ({step})"));
        table.row([
            record.seq.to_string(),
            for_people(record.time),
            format!("{}{step}", record.event),
            record.outcome.to_string(),
            line.actor.clone().unwrap_or_default(),
            line.object.clone().unwrap_or_default(),
            line.words.get("reason").cloned().unwrap_or_default(),
        ]);
    }
    table
}
