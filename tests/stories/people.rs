//! "Passwords are personal; only the assigned user may access" (clause 4.1.2).

use harness::{CHAIR, CLERK, COUNCILLOR, Council, PROVIDER, passphrase_of};
use vault_core::access::Denial;
use vault_core::collection::{CollectionKind, Permission};
use vault_core::error::{BeginningRefused, Error, Invalid, MembershipRefused};
use vault_core::person::{Role, Standing};
use vault_core::secret::SecretString;
use vault_core::vault::verify::{Depth, verify};

#[test]
fn the_initial_passphrase_dies_with_the_enrolment() {
    let council = Council::found();
    let initial = council.invite(CLERK, Role::Clerk);
    let mut vault = council.open().expect("the vault opens");
    let early = vault.unlock(CLERK, &initial);
    assert!(matches!(early, Err(Error::Standing(Standing::Invited))));
    let own = passphrase_of(CLERK);
    let enrolled = vault.enrol(CLERK, &initial, &own).expect("the enrolment");
    assert!(enrolled.counts, "the first clerk or chair counts at once");
    let late = vault.unlock(CLERK, &initial);
    assert!(matches!(
        late,
        Err(Error::WrongPassphrase { recorded: true })
    ));
    drop(late);
    vault.unlock(CLERK, &own).expect("their own passphrase");
    let again = vault.enrol(CLERK, &own, &own);
    let expected = Invalid::Beginning(BeginningRefused::AlreadyEnrolled);
    assert!(matches!(again, Err(Error::Invalid(why)) if why == expected));
}

#[test]
fn an_invented_councillor_approves_nothing_until_somebody_else_has_confirmed_them() {
    let council = Council::found();
    council.enrol(CLERK, Role::Clerk);
    council.enrol(COUNCILLOR, Role::Councillor);
    council.enrol(CHAIR, Role::Chair);
    let waiting = council.unlocked(CLERK, |session| session.waiting());
    let record_of = |name: &str| {
        let named = waiting
            .iter()
            .find(|w| matches!(&w.person, Some((_, n)) if n == name));
        named.expect("it waits").record
    };
    let (councillor, chair) = (record_of(COUNCILLOR), record_of(CHAIR));
    for name in [COUNCILLOR, PROVIDER] {
        let refused = council.try_as(name, |session| session.approve(councillor));
        assert!(matches!(refused, Err(Error::Denied { .. })), "{name}");
    }
    let refused = council.try_as(COUNCILLOR, |session| session.approve(chair));
    assert!(matches!(refused, Err(Error::Denied { .. })));
    council.unlocked(CLERK, |session| session.approve(councillor));
    // Whoever counts and is a member of nothing could not be removed, and so confirms nothing either.
    let refused = council.try_as(COUNCILLOR, |session| session.approve(chair));
    let Err(Error::Denied { denial, .. }) = refused else {
        panic!("it was confirmed by somebody who is a member of nothing");
    };
    assert_eq!(denial, Denial::NoFooting);
    council.unlocked(PROVIDER, |session| {
        session.grant("Access log", COUNCILLOR, Permission::Read)
    });
    council.unlocked(COUNCILLOR, |session| session.approve(chair));
    let left = council.unlocked(CLERK, |session| session.waiting());
    assert!(left.is_empty());
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn nobody_can_be_given_a_collection_before_they_are_active() {
    let council = Council::found();
    council.unlocked(PROVIDER, |session| {
        session.make_collection("Services", CollectionKind::Service)
    });
    council.invite(CLERK, Role::Clerk);
    let early = council.try_as(PROVIDER, |session| {
        session.grant("Services", CLERK, Permission::Read)
    });
    let expected = Invalid::Membership(MembershipRefused::NotActive(Standing::Invited));
    assert!(matches!(early, Err(Error::Invalid(why)) if why == expected));
}

#[test]
fn after_five_wrong_passphrases_there_is_a_pause_and_never_a_lock() {
    let council = Council::found();
    let mut vault = council.open().expect("the vault opens");
    let wrong = SecretString::new("not the passphrase".to_owned());
    for _ in 0..5 {
        let refused = vault.unlock(PROVIDER, &wrong).map(|_| ());
        assert!(matches!(refused, Err(Error::WrongPassphrase { .. })));
    }
    let right = passphrase_of(PROVIDER);
    let paused = vault.unlock(PROVIDER, &right).map(|_| ());
    assert!(matches!(paused, Err(Error::Paused { seconds: 900 })));
    council.clock.advance(900);
    vault.unlock(PROVIDER, &right).expect("the pause is over");
}

#[test]
fn an_unknown_name_is_refused_like_a_wrong_passphrase() {
    let council = Council::found();
    let mut vault = council.open().expect("the vault opens");
    let unknown = vault.unlock("Nobody Known", &passphrase_of(PROVIDER));
    let expected = Error::WrongPassphrase { recorded: true };
    let unknown = unknown.map(|_| ()).expect_err("nobody of that name");
    assert_eq!(format!("{unknown:?}"), format!("{expected:?}"));
}
