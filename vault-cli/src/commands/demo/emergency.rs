//! The chair's story: an evening with nobody to reach, and the morning after.

use vault_core::crypto::random::OsEntropy;
use vault_core::emergency::follow_up::{Done, Use};
use vault_core::emergency::{Holder, Rule};
use vault_core::error::Error;
use vault_core::generator::{self, Words};
use vault_core::id::Epoch;
use vault_core::vault::issue::IssuedSheet;
use vault_core::vault::opening::Terms;

use super::council::{CHAIR, CLERK, COUNCIL, Council, PROVIDER, SAFE, WEBSITE};
use super::folder;
use super::narrator::Narrator;
use crate::commands::envelope::FileJournal;
use crate::faces::paper::{Form, Frame, Sheet, Size};
use crate::failure::Failure;
use crate::words::rule;

/// The chair opens the envelope with two of three sheets.
pub(super) fn story(council: &mut Council, narrator: &mut Narrator<'_, '_>) -> Result<(), Failure> {
    narrator.title("2. The emergency envelope")?;
    let sheets = sealed(council, narrator)?;
    narrator.command("coffer envelope open")?;
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
    make_good(council, narrator)
}

/// What has to be done after an opening, by those who could not be reached that evening.
fn make_good(council: &mut Council, narrator: &mut Narrator<'_, '_>) -> Result<(), Failure> {
    narrator.say(&format!(
        "{} duties stand in `coffer status` until they are done. The next morning:",
        council.vault.status()?.duties.len()
    ))?;
    narrator.command(&format!(
        "coffer rotate \"{WEBSITE}\" --generate words:6, and --confirm"
    ))?;
    let mut session = council.unlock(PROVIDER)?;
    let new = generator::passphrase(Words::PASSPHRASE, &mut OsEntropy).map_err(Error::from)?;
    session.propose(WEBSITE, new.to_bytes(), Some("Was revealed"))?;
    session.confirm(WEBSITE, None)?;
    narrator.say(&format!(
        "{PROVIDER} unlocks, which renews every key, and changes the password."
    ))?;
    narrator.command(&format!(
        "coffer envelope sheet \"{CHAIR}\" --pdf sheet.pdf    (and the safe's)"
    ))?;
    narrator.command("coffer envelope seal")?;
    let mut sheets = Vec::new();
    for holder in [CHAIR, SAFE] {
        sheets.push(session.issue_sheet(holder)?);
    }
    let sealed = session.seal()?;
    for sheet in &sheets {
        keep(council, narrator, sheet)?;
    }
    council.confirm_all(CLERK)?;
    narrator.say(&format!(
        "Fresh sheets for the two that were used; envelope {} is sealed and confirmed. {CLERK}'s",
        sealed.epoch
    ))?;
    narrator
        .say("own sheet stays good in its envelope, and the two old ones open nothing more.")?;
    narrator.command("coffer envelope done notice; coffer envelope done minute")?;
    narrator.command("coffer envelope classify emergency")?;
    let mut session = council.unlock(CLERK)?;
    session.follow_up(Done::Notice, None)?;
    session.follow_up(Done::Minute, None)?;
    session.classify(Use::Emergency, None)?;
    narrator.say(&format!(
        "{CLERK} tells the members, puts it into the minutes and says that it was an emergency,"
    ))?;
    let left = council.vault.status()?.duties.len();
    narrator.say(&format!(
        "which only somebody other than the opener may. Duties that are left: {left}."
    ))
}

/// Chooses the rule, makes three sheets and seals; the clerk confirms.
fn sealed(
    council: &mut Council,
    narrator: &mut Narrator<'_, '_>,
) -> Result<Vec<IssuedSheet>, Failure> {
    let rule = Rule::AnyTwo;
    let holders = [CHAIR, CLERK, SAFE];
    narrator.command(&format!(
        "coffer envelope rule any-two --holder \"{CHAIR}\" --holder \"{CLERK}\" --holder {SAFE}"
    ))?;
    let mut session = council.unlock(PROVIDER)?;
    session.choose_rule(rule, &holders, None)?;
    narrator.say(&format!(
        "The council decides: {}.",
        rule::who_opens(rule, None)
    ))?;
    narrator.command(&format!(
        "coffer envelope sheet \"{CHAIR}\" --pdf sheet.pdf    (and so the others')"
    ))?;
    narrator.command("coffer envelope seal")?;
    let mut sheets = Vec::with_capacity(holders.len());
    for holder in holders {
        sheets.push(session.issue_sheet(holder)?);
    }
    let sealed = session.seal()?;
    for sheet in &sheets {
        keep(council, narrator, sheet)?;
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
    issued: &IssuedSheet,
) -> Result<(), Failure> {
    let everybody = [
        format!("{CHAIR}, chair"),
        format!("{CLERK}, clerk"),
        "Safe".to_owned(),
    ];
    let is_other = |keeper: &String| !keeper.starts_with(&issued.holder_name);
    let frame = Frame {
        council: COUNCIL.to_owned(),
        mark: council.vault.mark(),
        seal: Epoch::new(1),
        others: everybody.into_iter().filter(is_other).collect(),
        rule: rule::who_opens(Rule::AnyTwo, None),
        made: narrator.surroundings().clock.now(),
        vault: Some(council.folder.vault().display().to_string()),
        copied: None,
        copy: None,
        ring: vec![
            format!("{PROVIDER}, 01632 960123"),
            format!("{CLERK}, 01632 960456"),
        ],
    };
    let sheet = Sheet {
        serial: issued.serial.as_str(),
        holder: &issued.holder_name,
        is_place: matches!(issued.holder, Holder::Place(_)),
        frame: &frame,
        words: &issued.words,
        is_specimen: false,
    };
    for (form, ending) in [(Form::Text, "txt"), (Form::Pdf, "pdf")] {
        let path = council.folder.sheet(&issued.serial, ending);
        folder::write(&path, sheet.render(form, Size::Usual).expose())?;
    }
    Ok(())
}
