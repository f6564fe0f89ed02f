//! The worst day, whole: the clerk is away, the envelope is opened on the stick from the safe, once in
//! vain, then by two people at once; the clerk brings it in, everybody is told, and all of it is on record.

use harness::{AUDITOR, CHAIR, CLERK, Council, PROVIDER, TestJournal};
use vault_core::audit::news::News;
use vault_core::emergency::duty::Duty;
use vault_core::emergency::follow_up::{Done, Use};
use vault_core::emergency::register::EnvelopeState;
use vault_core::error::Error;
use vault_core::secret::{SecretBytes, SecretString};
use vault_core::vault::Vault;
use vault_core::vault::opening::{Requested, Terms};
use vault_core::vault::status::Status;
use vault_core::vault::verify::{State, verify};

use crate::readers::everybody_reads;

/// The council, and the stick in its safe.
struct WorstDay {
    council: Council,
    sheets: Vec<SecretString>,
}

impl WorstDay {
    fn stick(&self) -> Vault {
        let path = self.council.folder().join("stick.vault");
        Vault::open(&path, self.council.surroundings()).expect("the stick")
    }

    fn status(&self) -> Status {
        let mut vault = self.council.open().expect("the vault opens");
        vault.status().expect("a status")
    }

    fn left(&self) -> Vec<&'static str> {
        self.status().duties.iter().map(Duty::name).collect()
    }
}

/// A request by somebody, on the stick.
fn asked<'v>(stick: &'v mut Vault, opener: &str, witnesses: &[String]) -> Requested<'v> {
    let terms = Terms {
        opener,
        reason: "the website is down and the clerk is away",
        witnesses,
    };
    let asked = stick.request_opening(&terms, Box::new(TestJournal::default()));
    asked.expect("a request")
}

#[test]
fn the_worst_day_from_the_first_try_on_a_stick_to_the_new_stick() {
    let (council, sheets) = Council::with_envelope();
    council.unlocked(CLERK, |s| {
        for waiting in s.waiting()? {
            s.approve(waiting.record)?;
        }
        Ok(())
    });
    let stick = council.folder().join("stick.vault");
    council.unlocked(PROVIDER, |s| s.copy_for_kit(&stick));
    let day = WorstDay { council, sheets };
    // Daily work goes on, which the stick knows nothing of.
    day.council.clock.advance(40 * 24 * 3600);
    day.council.unlocked(PROVIDER, |s| {
        s.add("Services", &harness::entry("Domain", "domain-secret"))
    });
    opened_on_the_stick(&day);
    // The stick knows that it is one: there is one thing to do with it.
    let there = day.stick().status().expect("a status");
    let names: Vec<&str> = there.duties.iter().map(Duty::name).collect();
    assert_eq!(names, ["bring-in"]);
    assert_eq!(there.envelope.duties, there.duties);
    assert_eq!(
        day.status().envelope.state,
        EnvelopeState::Sealed,
        "nobody knows yet"
    );
    let brought = day
        .council
        .unlocked(CLERK, |s| s.merge_copy(&stick, Some("from the safe")));
    assert_eq!((brought.runs, brought.revealed.len()), ((2, 1), 2));
    assert_eq!(brought.words.0, brought.words.1, "who and why came along");
    assert_eq!(day.status().envelope.state, EnvelopeState::Opened);
    everybody_reads(&day.council);
    // Every member is told, each at their own next unlock.
    for member in [PROVIDER, CHAIR, AUDITOR, CLERK] {
        let news = day.council.unlocked(member, |s| Ok(s.news()));
        let told = news.iter().any(|news| matches!(news, News::Opened { .. }));
        assert!(told, "{member}: {news:?}");
    }
    accounted_for(&day, None);
    made_good(&day);
    accounted_for(&day, Some(Use::Emergency));
    // The stick is older than the seal: a new one is owed, and that was the last thing.
    assert_eq!(day.left(), ["renew-copies"]);
    let renewed = day.council.folder().join("renewed.vault");
    day.council.unlocked(PROVIDER, |s| s.copy_for_kit(&renewed));
    assert_eq!(day.left(), [""; 0]);
    let age = day.status().last_backup.expect("the new stick");
    assert!(!age.age.may_exceed(24 * 3600));
    verify(&day.council.path(), State::Checked).expect("a file that verifies");
}

/// Too few sheets at first; then two people, each with a run of their own, at the same time.
fn opened_on_the_stick(day: &WorstDay) {
    let mut stick = day.stick();
    let mut first = asked(&mut stick, CHAIR, &[]);
    first.accept(&day.sheets[0]).expect("the chair's sheet");
    assert!(matches!(first.release(), Err(Error::RuleNotMet)));
    let (mut one, mut other) = (day.stick(), day.stick());
    let seen = ["Wim Witness".to_owned()];
    let mut one = asked(&mut one, CHAIR, &seen);
    let mut other = asked(&mut other, "Wren Warden", &seen);
    one.accept(&day.sheets[0]).expect("the chair's sheet");
    other.accept(&day.sheets[1]).expect("the clerk's sheet");
    other.accept(&day.sheets[2]).expect("the safe's sheet");
    one.accept(&day.sheets[2]).expect("the safe's sheet");
    let mut one = one.release().expect("the rule is met");
    let mut other = other.release().expect("the rule is met");
    one.reveal("Website").expect("an entry in scope");
    other.reveal("Mail tenant").expect("an entry in scope");
    other.close().expect("an end");
    one.close().expect("an end");
}

/// Notice and minute are made again from the log, at any time and by whoever reads it: every run, who
/// and with whom, by which sheets, and what was shown.
fn accounted_for(day: &WorstDay, class: Option<Use>) {
    for reader in [CLERK, CHAIR] {
        let account = day.council.unlocked(reader, |s| s.account(None));
        assert_eq!(account.class, class);
        let runs = account.runs.iter().map(|run| {
            let shown = run.shown.iter().map(|shown| shown.title.as_deref());
            let serials = run.sheets.iter().map(ToString::to_string);
            (
                run.opener.as_deref().expect("who"),
                run.witnesses.as_deref(),
                run.released.is_some(),
                serials.collect::<Vec<_>>().join(" "),
                shown.collect::<Vec<_>>(),
            )
        });
        let runs: Vec<_> = runs.collect();
        let seen = Some("Wim Witness");
        let (website, mail) = (vec![Some("Website")], vec![Some("Mail tenant")]);
        let expected = [
            (CHAIR, Some(""), false, "CH-0001".to_owned(), vec![]),
            (CHAIR, seen, true, "CH-0001 SAFE-0001".to_owned(), website),
            (
                "Wren Warden",
                seen,
                true,
                "CL-0001 SAFE-0001".to_owned(),
                mail,
            ),
        ];
        assert_eq!(runs, expected, "{reader}");
        assert!(
            account
                .runs
                .iter()
                .all(|run| run.elsewhere && run.reason.is_some())
        );
    }
}

/// Everything that is due after it, but for a new stick.
fn made_good(day: &WorstDay) {
    let council = &day.council;
    council.unlocked(PROVIDER, |s| {
        for title in ["Website", "Mail tenant"] {
            s.propose(title, SecretBytes::copy_from(title.as_bytes()), None)?;
            s.confirm(title, None)?;
        }
        for holder in [CHAIR, CLERK, "place:Safe"] {
            s.issue_sheet(holder)?;
        }
        s.seal()
    });
    council.unlocked(CLERK, |s| {
        s.follow_up(Done::Notice, None)?;
        s.follow_up(Done::Minute, None)
    });
    // Chair and clerk gave their sheets for it.
    council.unlocked(PROVIDER, |s| s.classify(Use::Emergency, None));
    council.unlocked(CHAIR, |s| {
        for waiting in s.waiting()? {
            s.approve(waiting.record)?;
        }
        for incident in s.incidents()? {
            if incident.incident.closed.is_none() {
                s.decide_incident(incident.number, Some("the stick, as planned"))?;
                s.close_incident(incident.number, None)?;
            }
        }
        Ok(())
    });
    council.unlocked(CLERK, |s| s.entries());
}
