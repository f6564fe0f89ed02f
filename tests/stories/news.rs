//! Whoever seals or chooses a rule cannot do it quietly: every member is told at their next unlock.

use harness::{AUDITOR, CHAIR, CLERK, Council, PROVIDER, TestJournal, WITNESS, passphrase_of};
use vault_core::audit::fact::WitnessStanding;
use vault_core::audit::news::News;
use vault_core::emergency::Rule;
use vault_core::emergency::follow_up::{Done, Use};
use vault_core::emergency::register::EnvelopeState;
use vault_core::error::Error;
use vault_core::person::Role;
use vault_core::secret::{SecretBytes, SecretString};
use vault_core::time::Clock;
use vault_core::vault::account::{Account, RunAccount};
use vault_core::vault::opening::Terms;
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

/// Opens the envelope with two sheets as `opener`, and reveals an entry.
fn open(council: &Council, sheets: [&SecretString; 2], opener: &str, title: &str) -> Account {
    let mut vault = council.open().expect("the vault opens");
    let witnesses = ["Wim Witness".to_owned()];
    let terms = Terms {
        opener,
        reason: "the website is down",
        witnesses: &witnesses,
    };
    let journal = Box::new(TestJournal::default());
    let mut requested = vault.request_opening(&terms, journal).expect("a request");
    for sheet in sheets {
        requested.accept(sheet).expect("a sheet");
    }
    let mut opening = requested.release().expect("the rule is met");
    council.clock.advance(60);
    opening.reveal(title).expect("its values");
    let closed = opening.close().expect("an end");
    closed.afterwards.account.expect("an account")
}

fn titles(account: &Account) -> Vec<&str> {
    let shown = account.shown().into_iter();
    shown.filter_map(|shown| shown.title.as_deref()).collect()
}

/// The chair was away: when they unlock, the envelope is long sealed again.
#[test]
fn each_member_is_told_once_of_an_opening_whatever_became_of_it_since() {
    let (council, sheets) = Council::with_envelope();
    open(&council, [&sheets[1], &sheets[2]], CLERK, "Website");
    council.unlocked(PROVIDER, |session| {
        assert_eq!(session.untold()?.len(), 1);
        let new = SecretBytes::copy_from(b"after-the-opening");
        session.propose("Website", new, None)?;
        session.confirm("Website", None)?;
        for holder in [CLERK, "place:Safe"] {
            session.issue_sheet(holder)?;
        }
        session.seal()?;
        session.follow_up(Done::Notice, None)?;
        session.follow_up(Done::Minute, None)?;
        session.classify(Use::Drill, None)
    });
    let mut vault = council.open().expect("the vault opens");
    let state = vault.status().expect("a status").envelope.state;
    assert_eq!(state, EnvelopeState::Sealed);
    for (name, expected) in [(CHAIR, 1), (CHAIR, 0), (AUDITOR, 1), (PROVIDER, 0)] {
        let told = council.unlocked(name, |session| session.untold());
        assert_eq!(told.len(), expected, "{name}");
        for account in told {
            assert_eq!(account.runs[0].opener.as_deref(), Some(CLERK));
            assert_eq!(titles(&account), ["Website"]);
            assert_eq!(account.class, Some(Use::Drill));
        }
    }
    // When the clerk, the last of them, has been told too, nothing is remembered of it.
    council.unlocked(CLERK, |session| session.untold());
    let vault = council.open().expect("the vault opens");
    assert!(vault.ledger().envelope.untold.is_empty());
    verify(&council.path(), Depth::Full).expect("the log verifies");
}

/// A second person opens what the first left open, with other sheets and for another entry.
#[test]
fn the_account_of_an_opening_has_every_run_of_it_with_the_times_of_its_records() {
    let (council, sheets) = Council::with_envelope();
    let at = council.clock.now();
    let first = open(&council, [&sheets[0], &sheets[2]], CHAIR, "Website");
    assert_eq!(first.runs.len(), 1);
    assert_eq!(first.runs[0].released, Some(at));
    council.clock.advance(3600);
    let second = open(&council, [&sheets[1], &sheets[2]], CLERK, "Mail tenant");
    let again = council.unlocked(AUDITOR, |session| session.account(None));
    for account in [&second, &again] {
        let openers: Vec<&str> = account
            .runs
            .iter()
            .filter_map(|run| run.opener.as_deref())
            .collect();
        assert_eq!(openers, [CHAIR, CLERK]);
        assert_eq!(titles(account), ["Website", "Mail tenant"]);
        let watched = |run: &RunAccount| run.witnesses.as_deref() == Some("Wim Witness");
        assert!(account.runs.iter().all(watched));
        assert_eq!(account.runs[0].released, Some(at));
        assert_eq!(account.runs[1].released.map(|it| it.since(at)), Some(3660));
        assert_eq!(account.runs[0].sheets.len(), 2);
    }
    assert_eq!(second.opening, first.opening);
    council.enrol("Stan Staff", Role::Staff);
    let refused = council.try_as("Stan Staff", |session| session.account(None));
    assert!(matches!(refused, Err(Error::Denied { .. })));
    verify(&council.path(), Depth::Full).expect("the log verifies");
}
