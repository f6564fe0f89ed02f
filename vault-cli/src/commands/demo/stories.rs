//! Two of the three stories: the provider and the auditor.

use vault_core::audit::event::Event;
use vault_core::audit::record::Record;
use vault_core::crypto::random::OsEntropy;
use vault_core::error::Error;
use vault_core::generator::{self, Recipe, Words};
use vault_core::vault::reveal::Wanted;
use vault_core::vault::verify::{Depth, verify};

use super::council::{AUDITOR, CLERK, Council, PROVIDER, WEBSITE};
use super::narrator::Narrator;
use crate::commands::log::shown;
use crate::failure::Failure;

/// The provider changes a password and cannot lose it on the way.
pub(super) fn provider(
    council: &mut Council,
    narrator: &mut Narrator<'_, '_>,
) -> Result<(), Failure> {
    narrator.title("1. The provider changes a password")?;
    narrator.command(&format!(
        "coffer rotate \"{WEBSITE}\" --generate words:6 --reason \"Yearly change\""
    ))?;
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
    narrator.command(&format!("coffer rotate \"{WEBSITE}\" --confirm"))?;
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
    narrator.command(&format!(
        "coffer get \"{WEBSITE}\" --reveal --as \"{AUDITOR}\""
    ))?;
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
    narrator.command(&format!(
        "coffer incident decide {incident} --reason \"Asked to see whether it is refused\""
    ))?;
    narrator.command(&format!("coffer incident close {incident}"))?;
    let mut session = council.unlock(CLERK)?;
    session.decide_incident(incident, Some("Asked to see whether it is refused"))?;
    session.close_incident(incident, None)?;
    narrator.say(&format!("{CLERK} looks into it and closes it."))?;
    narrator.command(&format!("coffer log show --as \"{AUDITOR}\""))?;
    let mut session = council.unlock(AUDITOR)?;
    let mut log = session.log()?;
    log.retain(|line| is_of_the_stories(&line.record));
    narrator.say(&format!(
        "{AUDITOR} reads the log. What was done with passwords and the envelope:"
    ))?;
    narrator.rows(&shown(&log))?;
    narrator.command("coffer log verify")?;
    let report = verify(&council.folder.vault(), Depth::Full)?;
    narrator.say(&format!(
        "All {} records are checked from the first to the last: nothing is missing, nothing",
        report.records
    ))?;
    narrator.say("was changed. Anybody with the file can do that, without a passphrase.")
}

/// What the stories tell: passwords that were changed and given out, and the envelope.
fn is_of_the_stories(record: &Record) -> bool {
    matches!(
        record.event,
        Event::SecretRotate | Event::SecretReveal | Event::EnvelopeOpen | Event::EnvelopeSheet
    )
}
