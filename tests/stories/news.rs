//! Whoever seals or chooses a rule cannot do it quietly: every member is told at their next unlock.

use harness::{CHAIR, CLERK, Council, PROVIDER, TestJournal, WITNESS, passphrase_of};
use vault_core::audit::news::News;
use vault_core::audit::witness::WitnessStanding;
use vault_core::emergency::Rule;
use vault_core::person::Role;
use vault_core::secret::SecretString;
use vault_core::vault::verify::{Depth, verify};

/// What somebody is told; they are then told no more of it.
fn told(council: &Council, name: &str) -> Vec<News> {
    council.unlocked(name, |session| {
        let news = session.news();
        session.entries()?;
        Ok(news)
    })
}

#[test]
fn a_new_rule_and_a_new_epoch_are_shown_to_every_member_once_and_not_to_who_made_them() {
    let (council, _) = Council::newly_with_envelope();
    let news = told(&council, CHAIR);
    assert!(
        matches!(&news[..], [News::Rule { rule: Rule::AnyTwo, .. }, News::Sealed { epoch, .. }] if epoch.get() == 1),
        "{news:?}"
    );
    let sealed = council.unlocked(PROVIDER, |session| {
        assert_eq!(session.news(), [], "their own acts");
        session.seal()
    });
    let news = told(&council, CHAIR);
    let [
        News::Sealed {
            fingerprint,
            record,
            ..
        },
    ] = &news[..]
    else {
        panic!("{news:?}");
    };
    assert_eq!(*fingerprint, sealed.fingerprint);
    assert_eq!(*record, sealed.record);
    assert_eq!(told(&council, CHAIR), []);
    assert_eq!(
        told(&council, CLERK).len(),
        2,
        "the clerk has not been here"
    );
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

#[test]
fn a_witness_that_somebody_named_or_dropped_is_shown_to_every_other_member_once() {
    let council = Council::at_work();
    told(&council, CHAIR);
    let witness = council.name_witness();
    assert_eq!(council.unlocked(PROVIDER, |s| Ok(s.news())), []);
    let news = told(&council, CHAIR);
    let [
        News::Witness {
            witness: known,
            standing: WitnessStanding::Named,
            ..
        },
    ] = &news[..]
    else {
        panic!("{news:?}");
    };
    assert_eq!(*known, witness.cosigner());
    assert_eq!(told(&council, CHAIR), []);
    council.unlocked(CLERK, |session| session.drop_witness(WITNESS));
    let news = told(&council, CHAIR);
    assert!(
        matches!(
            &news[..],
            [News::Witness {
                standing: WitnessStanding::Dropped,
                ..
            }]
        ),
        "{news:?}"
    );
}

#[test]
fn wrong_passphrases_are_shown_to_the_person_at_the_next_success() {
    let council = Council::at_work();
    told(&council, CLERK);
    for _ in 0..2 {
        let mut vault = council.open().expect("the vault opens");
        let wrong = SecretString::new("not the passphrase".to_owned());
        drop(vault.unlock(CLERK, &wrong));
    }
    let news = told(&council, CLERK);
    assert!(
        matches!(&news[..], [News::FailedUnlocks { count: 2, .. }]),
        "{news:?}"
    );
    assert_eq!(told(&council, CLERK), []);
    assert_eq!(told(&council, PROVIDER), [], "it is nobody else's");
}

#[test]
fn a_wrong_first_passphrase_is_no_news_once_the_right_one_was_given() {
    let council = Council::at_work();
    let initial = council.invite("Con Councillor", Role::Councillor);
    let passphrase = passphrase_of("Con Councillor");
    let mut vault = council.open().expect("the vault opens");
    drop(vault.unlock("Con Councillor", &passphrase));
    let enrolled = vault.enrol("Con Councillor", &initial, &passphrase);
    enrolled.expect("the enrolment");
    drop(vault);
    let news = told(&council, "Con Councillor");
    let failures = |news: &News| matches!(news, News::FailedUnlocks { .. });
    assert!(!news.iter().any(failures), "{news:?}");
}

#[test]
fn an_opening_is_told_to_everybody_until_it_is_made_good() {
    let (council, sheets) = Council::newly_with_envelope();
    let mut vault = council.open().expect("the vault opens");
    let journal = Box::new(TestJournal::default());
    let mut requested = vault
        .request_opening(&Council::terms(), journal)
        .expect("a request");
    for sheet in [&sheets[0], &sheets[2]] {
        requested.accept(sheet).expect("a sheet");
    }
    requested
        .release()
        .expect("the rule is met")
        .close()
        .expect("an end");
    drop(vault);
    let opened = |news: &[News]| news.iter().any(|it| matches!(it, News::Opened { .. }));
    for name in [CHAIR, CLERK, PROVIDER, CHAIR, CLERK, PROVIDER] {
        assert!(opened(&told(&council, name)), "{name}");
    }
    council.unlocked(PROVIDER, |session| {
        for holder in [CHAIR, "place:Safe"] {
            session.issue_sheet(holder)?;
        }
        session.seal()
    });
    for name in [CHAIR, CLERK, PROVIDER] {
        assert!(!opened(&told(&council, name)), "{name}");
    }
}
