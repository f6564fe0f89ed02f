//! "The stick in the safe": after a new seal it knows nothing of the new sheets. That is said where the
//! seal is made, until a new copy is, and to whoever stands before the old stick with a new sheet.

use harness::{CHAIR, CLERK, Council, PROVIDER, TestJournal};
use vault_core::audit::event::Event;
use vault_core::emergency::duty::Duty;
use vault_core::error::{Error, SheetRefused};
use vault_core::id::Epoch;
use vault_core::incident::IncidentKind;
use vault_core::secret::SecretString;
use vault_core::vault::Vault;
use vault_core::vault::status::Status;

/// Fresh sheets for everybody, and a seal over them.
fn reseal(council: &Council) -> Vec<SecretString> {
    council.unlocked(PROVIDER, |session| {
        let holders = [CHAIR, CLERK, "place:Safe"].iter();
        let words = holders.map(|holder| Ok(session.issue_sheet(holder)?.words));
        let words = words.collect::<Result<_, Error>>()?;
        session.seal()?;
        Ok(words)
    })
}

fn status(council: &Council) -> Status {
    let mut vault = council.open().expect("the vault opens");
    vault.status().expect("a status")
}

fn renew(status: &Status) -> Vec<&Duty> {
    let renew = |duty: &&Duty| matches!(duty, Duty::RenewCopies { .. });
    status.envelope.duties.iter().filter(renew).collect()
}

#[test]
fn after_a_new_seal_a_new_stick_is_owed_until_a_copy_is_made_that_knows_it() {
    let (council, _) = Council::with_envelope();
    reseal(&council);
    assert_eq!(
        renew(&status(&council)),
        Vec::<&Duty>::new(),
        "there is no copy to renew"
    );
    let copy = |name: &str| {
        let path = council.folder().join(name);
        council.unlocked(PROVIDER, |session| session.backup(&path));
    };
    copy("first.vault");
    assert_eq!(renew(&status(&council)), Vec::<&Duty>::new());
    reseal(&council);
    reseal(&council);
    let owed = Duty::RenewCopies {
        known: Some(Epoch::new(2)),
        sealed: Epoch::new(4),
    };
    assert_eq!(renew(&status(&council)), [&owed]);
    assert!(!owed.blocks_sealing());
    copy("second.vault");
    assert_eq!(renew(&status(&council)), Vec::<&Duty>::new());
}

#[test]
fn a_sheet_that_is_newer_than_the_copy_is_told_from_another_councils() {
    let (council, _) = Council::with_envelope();
    let path = council.folder().join("copy.vault");
    council.unlocked(PROVIDER, |session| session.backup(&path));
    let made = council.open().expect("it opens").ledger().last_time;
    council.clock.advance(24 * 3600);
    let sheets = reseal(&council);
    let (_other, foreign) = Council::newly_with_envelope();
    let mut copy = Vault::open(&path, council.surroundings()).expect("the copy");
    let requested = copy.request_opening(&Council::terms(), Box::new(TestJournal::default()));
    let mut requested = requested.expect("a request");
    match requested.accept(&sheets[0]) {
        Err(Error::Sheet(SheetRefused::Newer { newest, until })) => {
            assert_eq!(newest, Some(Epoch::new(1)));
            assert!(until >= made, "the copy's own last record");
        }
        other => panic!("{other:?}"),
    }
    let refused = requested.accept(&foreign[0]);
    assert!(
        matches!(refused, Err(Error::Sheet(SheetRefused::Foreign))),
        "{refused:?}"
    );
    drop(requested);
    // An honest mistake is on record and no incident; a foreign sheet is one.
    let bad = copy.ledger().incidents.values();
    let bad: Vec<u64> = bad
        .filter(|incident| incident.kind == IncidentKind::BadSheet)
        .map(|incident| incident.count())
        .collect();
    assert_eq!(bad, [1], "{}", Event::EnvelopeSheet);
}
