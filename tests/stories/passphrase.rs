//! A person's passphrase: chosen, changed, typed on any keyboard, and as costly to try as the council
//! wants it.

use harness::{CLERK, Council, PROVIDER, TestClock, passphrase_of};
use vault_core::audit::event::Event;
use vault_core::audit::ledger::Ledger;
use vault_core::audit::row::RowKey;
use vault_core::error::{Error, Invalid, PassphraseRefused};
use vault_core::person::{Role, login_tag};
use vault_core::secret::SecretString;
use vault_core::store::Store;
use vault_core::store::rows::CredentialRow;
use vault_core::strength::Weakness;
use vault_core::vault::founding::Founding;
use vault_core::vault::verify::{State, verify};
use vault_core::vault::{KdfParams, Vault};

fn secret(text: &str) -> SecretString {
    SecretString::new(text.to_owned())
}

/// How a person's passphrase is derived: memory in KiB, and passes.
fn cost(council: &Council, name: &str) -> (u64, u64) {
    let store = Store::open(&council.path()).expect("the file");
    let mut ledger = Ledger::default();
    store.catch_up(&mut ledger).expect("the log");
    let vault = ledger.vault.as_ref().expect("a vault").vault;
    let row = store.person_by_login(&login_tag(vault, name), &ledger);
    let person = row.expect("a row").expect("a person").person;
    let row = store.row::<CredentialRow>(&RowKey::Credential(person), &ledger);
    let row = row.expect("a row").expect("a credential");
    (row.memory_kib, row.passes)
}

/// The old one opens nothing any more; the keys, and so what was wrapped to them, stay.
#[test]
fn a_changed_passphrase_opens_in_every_spelling_and_the_old_one_does_not() {
    let council = Council::at_work();
    let chosen = secret("Zo\u{eb} pier lantern \u{174}yn gravel");
    council.unlocked(CLERK, |session| session.change_passphrase(&chosen));
    let mut vault = council.open().expect("the vault opens");
    let old = vault.unlock(CLERK, &passphrase_of(CLERK)).map(drop);
    assert!(matches!(
        old,
        Err(Error::WrongPassphrase { recorded: true })
    ));
    let spelled = secret("Zoe\u{308}\u{a0}pier lantern W\u{302}yn gravel");
    let mut session = vault.unlock(CLERK, &spelled).expect("the same passphrase");
    session.entries().expect("what they could read");
    let same = session.change_passphrase(&chosen);
    assert!(matches!(
        same,
        Err(Error::Invalid(Invalid::Passphrase(PassphraseRefused::Same)))
    ));
    drop(vault);
    let log = council.read_log();
    let changes = log
        .iter()
        .filter(|line| line.record.event == Event::PersonChangeCredential);
    assert_eq!(changes.count(), 1);
    verify(&council.path(), State::Checked).expect("a sound vault");
}

#[test]
fn a_passphrase_is_judged_by_whoever_knows_the_council_and_its_people() {
    let council = Council::at_work();
    council.unlocked(CLERK, |session| {
        for (chosen, why) in [
            ("Example Parish Council", Weakness::Names),
            ("pat provider alex auditor", Weakness::Names),
            ("correct horse battery staple", Weakness::Saying),
        ] {
            let judged = session.judge_passphrase(&secret(chosen));
            let guessable = matches!(
                judged,
                Err(Error::Invalid(Invalid::Passphrase(PassphraseRefused::Weak(
                    Weakness::Guessable(_)
                ))))
            );
            let named = matches!(
                judged,
                Err(Error::Invalid(Invalid::Passphrase(PassphraseRefused::Weak(found)))) if found == why
            );
            assert!(named || guessable && why == Weakness::Names, "{chosen}");
        }
        session.judge_passphrase(&secret("violet anchor thirty maple"))
    });
}

#[test]
fn whoever_enrols_pays_what_the_vault_was_founded_with() {
    let folder = Council::found();
    let path = folder.folder().join("costly.vault");
    let clock = TestClock::default();
    let surroundings = || vault_core::vault::Surroundings {
        clock: Box::new(clock.clone()),
        ..folder.surroundings()
    };
    let founding = Founding {
        council: "Example Parish Council",
        name: PROVIDER,
        role: Role::ItProvider,
        passphrase: &passphrase_of(PROVIDER),
        preset: "standard",
        kdf: KdfParams::new(64 * 1024, 4, 4).expect("within the bounds"),
    };
    drop(Vault::found(&path, &founding, surroundings()).expect("a founding"));
    std::fs::rename(&path, folder.path()).expect("the same council, costlier");
    let initial = folder.invite(CLERK, Role::Clerk);
    let mut vault = folder.open().expect("the vault opens");
    let enrolled = vault.enrol(CLERK, &initial, &passphrase_of(CLERK));
    enrolled.expect("the enrolment");
    drop(vault);
    assert_eq!(cost(&folder, PROVIDER), (65_536, 4));
    assert_eq!(cost(&folder, CLERK), (65_536, 4));
}
