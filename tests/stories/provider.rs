//! "Service and system passwords are generated and managed by the IT provider" (clause 4.1.6).

use harness::{AUDITOR, CLERK, Council, PROVIDER, WEBSITE_PASSWORD};
use vault_core::error::{EntryRefused, Error, Invalid, Noun};
use vault_core::secret::SecretBytes;
use vault_core::vault::reveal::Wanted;
use vault_core::vault::verify::{Depth, verify};

fn value(council: &Council, name: &str, wanted: Wanted) -> Result<String, Error> {
    let revealed = council.try_as(PROVIDER, |session| {
        session.reveal(name, "password", wanted, None)
    })?;
    Ok(String::from_utf8(revealed.value.expose().to_vec()).expect("a text"))
}

#[test]
fn a_rotation_keeps_the_old_password_until_the_new_one_is_confirmed() {
    let council = Council::at_work();
    let new = SecretBytes::copy_from(b"GreenLanternHill-9");
    council.unlocked(PROVIDER, |session| session.propose("website", new, None));
    let now = |wanted| value(&council, "Website", wanted).expect("it is there");
    assert_eq!(now(Wanted::Current), WEBSITE_PASSWORD);
    assert_eq!(now(Wanted::Pending), "GreenLanternHill-9");
    council.unlocked(PROVIDER, |session| session.confirm("Website", None));
    assert_eq!(now(Wanted::Current), "GreenLanternHill-9");
    assert_eq!(
        now(Wanted::At(vault_core::id::Version::new(1))),
        WEBSITE_PASSWORD
    );
    assert!(matches!(
        value(&council, "Website", Wanted::Pending),
        Err(Error::NotFound(Noun::Pending))
    ));
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn a_dropped_rotation_leaves_everything_as_it_was() {
    let council = Council::at_work();
    let new = SecretBytes::copy_from(b"never-used");
    council.unlocked(PROVIDER, |session| session.propose("Website", new, None));
    council.unlocked(PROVIDER, |session| session.abort("Website", None));
    let current = value(&council, "Website", Wanted::Current).expect("it is there");
    assert_eq!(current, WEBSITE_PASSWORD);
    let again = council.try_as(PROVIDER, |session| session.confirm("Website", None));
    assert!(matches!(
        again,
        Err(Error::Invalid(Invalid::Entry(EntryRefused::NothingPending)))
    ));
}

#[test]
fn an_attempt_on_an_unauthorised_password_is_refused_and_on_record() {
    let council = Council::at_work();
    for name in [CLERK, AUDITOR] {
        let refused = council.try_as(name, |session| {
            session.reveal("Website", "password", Wanted::Current, None)
        });
        assert!(matches!(refused, Err(Error::Denied { .. })), "{name}");
    }
    let lines = council.read_log();
    let refusals: Vec<_> = lines
        .iter()
        .filter(|line| line.record.outcome.name() == "denied")
        .map(|line| line.actor.clone().unwrap_or_default())
        .collect();
    assert_eq!(refusals, [CLERK, AUDITOR]);
    verify(&council.path(), Depth::Full).expect("the log verifies");
}
