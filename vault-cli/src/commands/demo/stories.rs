//! The three stories: the provider, the chair, the auditor.

use vault_core::crypto::random::OsEntropy;
use vault_core::emergency::Rule;
use vault_core::error::Error;
use vault_core::generator::{self, Recipe, Words};
use vault_core::vault::envelope::IssuedSheet;
use vault_core::vault::log::LogLine;
use vault_core::vault::opening::Terms;
use vault_core::vault::reveal::Wanted;
use vault_core::vault::verify::{Depth, verify};

use super::council::{AUDITOR, CHAIR, CLERK, Council, PROVIDER, SAFE, WEBSITE};
use super::folder;
use super::narrator::Narrator;
use crate::commands::envelope::paper::Sheet;
use crate::commands::envelope::{FileJournal, wording};
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

/// The chair opens the envelope with two of three sheets.
pub(super) fn envelope(
    council: &mut Council,
    narrator: &mut Narrator<'_, '_>,
) -> Result<(), Failure> {
    narrator.title("2. The emergency envelope")?;
    let sheets = sealed(council, narrator)?;
    narrator
        .say("One evening the website is down, and neither provider nor clerk can be reached.")?;
    let path = council.folder.path().join("opening.jsonl");
    let journal = FileJournal::create(&path).map_err(|error| Failure::File { path, error })?;
    let witnesses = ["Wim Witness", "Wren Witness"].map(str::to_owned);
    let terms = Terms {
        opener: CHAIR,
        reason: "Website down, provider and clerk cannot be reached",
        witnesses: &witnesses,
    };
    let vault = &mut council.vault;
    let mut requested = vault.request_opening(&terms, Box::new(journal))?;
    for sheet in sheets.iter().filter(|sheet| sheet.holder_name != CLERK) {
        let serial = requested.accept(&sheet.words)?;
        narrator.say(&format!(
            "{CHAIR} types the words of sheet {serial}: accepted."
        ))?;
    }
    let mut opening = requested.release()?;
    let titles = opening.list()?;
    narrator.say(&format!(
        "The envelope is open and reaches {} entries.",
        titles.len()
    ))?;
    let entry = opening.reveal(WEBSITE)?;
    let fields = entry.fields.iter().map(|(name, _)| name.as_str());
    narrator.say(&format!(
        "\"{WEBSITE}\" is revealed ({}; hidden here): record {}, written before it was shown.",
        fields.collect::<Vec<_>>().join(", "),
        entry.record
    ))?;
    opening.close()?;
    narrator
        .say("From now on every command says that the envelope was opened, until the password")?;
    narrator.say("is changed, fresh sheets are made and the envelope is sealed again.")
}

/// Chooses the rule, makes three sheets and seals; the clerk confirms.
fn sealed(
    council: &mut Council,
    narrator: &mut Narrator<'_, '_>,
) -> Result<Vec<IssuedSheet>, Failure> {
    let rule = Rule::AnyTwo;
    let holders = [CHAIR, CLERK, SAFE];
    let mut session = council.unlock(PROVIDER)?;
    session.choose_rule(rule, &holders, None)?;
    narrator.say(&format!(
        "The council decides: {}.",
        wording::who_opens(rule, None)
    ))?;
    let mut sheets = Vec::with_capacity(holders.len());
    for holder in holders {
        sheets.push(session.issue_sheet(holder)?);
    }
    let sealed = session.seal()?;
    for (holder, sheet) in holders.into_iter().zip(&sheets) {
        keep(council, narrator, holder, sheet)?;
        narrator.say(&format!(
            "Sheet {} for {}: twenty words, printed and sealed.",
            sheet.serial, sheet.holder_name
        ))?;
    }
    council.confirm_all(CLERK)?;
    narrator.say(&format!(
        "Envelope {} is sealed (fingerprint {}), and {CLERK} confirms it.",
        sealed.epoch, sealed.fingerprint
    ))?;
    Ok(sheets)
}

/// Leaves a sheet where the reader finds it.
fn keep(
    council: &Council,
    narrator: &Narrator<'_, '_>,
    holder: &str,
    issued: &IssuedSheet,
) -> Result<(), Failure> {
    let sheet = Sheet {
        serial: issued.serial.as_str(),
        holder: &issued.holder_name,
        council: council.vault.council(),
        made: narrator.surroundings().clock.now(),
        rule: &wording::who_opens(Rule::AnyTwo, None),
        vault: &council.folder.vault(),
        words: issued.words.expose(),
    };
    folder::write(&council.folder.sheet_of(holder), sheet.text().expose())
}

/// The auditor is refused a password, reads what happened, and has the whole log checked.
pub(super) fn auditor(
    council: &mut Council,
    narrator: &mut Narrator<'_, '_>,
) -> Result<(), Failure> {
    narrator.title("3. The auditor")?;
    let mut session = council.unlock(AUDITOR)?;
    match session.reveal(WEBSITE, "password", Wanted::Current, None) {
        Err(Error::Denied { record, .. }) => narrator.say(&format!(
            "{AUDITOR} asks for the password of \"{WEBSITE}\" and is refused: record {record}."
        ))?,
        Err(error) => return Err(error.into()),
        Ok(_) => return Err(Error::Internal("an auditor who was given a password").into()),
    }
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
