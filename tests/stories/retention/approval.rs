//! Nobody erases alone, and no single clock does.

use harness::{AUDITOR, CHAIR, CLERK, Council, PROVIDER};
use vault_core::access::Denial;
use vault_core::audit::exception::Exception;
use vault_core::audit::news::News;
use vault_core::emergency::duty::Duty;
use vault_core::error::Error;
use vault_core::id::RecordSeq;
use vault_core::report::table::{Cell, TableId, Term};
use vault_core::vault::reports::About;

use super::{
    DAY, SIX_YEARS, TWO_YEARS, boxes, busy, confirm_all, forget, read_password, reasons, today,
    verified,
};

/// The number of the request to erase what may go today.
fn ask(council: &Council) -> RecordSeq {
    let limit = today(council).months_before(24);
    let asked = council.unlocked(CLERK, |s| s.ask_to_forget(limit, Some("its time is over")));
    asked.record.expect("something to erase")
}

#[test]
fn words_stand_until_a_second_person_has_approved_it_and_everybody_is_told() {
    let council = busy();
    council.clock.advance(TWO_YEARS);
    let before = boxes(&council.path());
    let record = ask(&council);
    let left = boxes(&council.path());
    assert!(before.keys().all(|name| left.contains_key(name)));
    assert_eq!(verified(&council).erased, Some(0));
    assert_eq!(verified(&council).waiting_erasures, [record]);
    let due = |council: &Council| {
        let status = council.open().and_then(|mut vault| vault.status());
        status
            .expect("a status")
            .duties
            .contains(&Duty::Confirm(record))
    };
    assert!(due(&council));
    let told = |who: &str| {
        let news = council.unlocked(who, |s| {
            let news = s.news();
            s.waiting().map(|_| news)
        });
        let asked = news
            .iter()
            .any(|it| matches!(it, News::ToForget { record: r, .. } if *r == record));
        let done = news.iter().any(|it| matches!(it, News::Forgotten { .. }));
        (asked, done)
    };
    for who in [PROVIDER, CHAIR, CLERK, AUDITOR] {
        assert_eq!(told(who), (true, false), "{who}");
        assert_eq!(told(who), (true, false), "{who}, again");
    }
    let waiting = council.unlocked(CHAIR, |s| s.waiting());
    let waiting = waiting
        .iter()
        .find(|it| it.record == record)
        .expect("it waits");
    assert_eq!(
        (waiting.what, waiting.by.as_deref()),
        ("forgetting", Some(CLERK))
    );
    let own = council.try_as(CLERK, |s| s.approve(record));
    assert!(matches!(
        own,
        Err(Error::Denied {
            denial: Denial::OwnAct,
            ..
        })
    ));
    let approved = council.unlocked(PROVIDER, |s| s.approve(record));
    assert!(!due(&council));
    assert!(verified(&council).erased > Some(10));
    for who in [CLERK, AUDITOR] {
        assert_eq!(told(who), (false, true), "{who}");
        assert_eq!(told(who), (false, false), "{who}, again");
    }
    // Approved again, nothing is erased twice, and the file is written anew.
    let again = council.unlocked(CHAIR, |s| s.approve(record));
    assert_eq!(again, approved);
}

#[test]
fn asking_and_erasing_are_always_exceptions() {
    let council = busy();
    council.clock.advance(TWO_YEARS);
    let record = ask(&council);
    let approved = council.unlocked(CHAIR, |s| s.approve(record));
    let report = council.unlocked(AUDITOR, |s| s.report(About::Accesses(None)));
    let reasons = report.tables.iter().find(|it| it.id == TableId::Reasons);
    let mut rows = reasons.expect("the exceptions").rows.iter();
    let erasure = rows.find(|row| row[0] == Cell::Term(Term::Exception(Exception::Erasure)));
    let records = Cell::Records(vec![record, approved]);
    assert_eq!(erasure.expect("they are told")[2], records);
}

#[test]
fn no_single_clock_erases_anything() {
    // Whoever asks is seven years ahead: nothing goes that is not due by the other's clock.
    let council = busy();
    let before = boxes(&council.path());
    council.clock.advance(7 * 366 * DAY);
    let record = ask(&council);
    council.clock.advance(-7 * 366 * DAY);
    council.unlocked(CHAIR, |s| s.approve(record));
    let left = boxes(&council.path());
    assert!(before.keys().all(|name| left.contains_key(name)));
    assert_eq!(verified(&council).erased, Some(0));
    // Nor does whoever approves.
    let early = today(&council);
    let denied = council.try_as(CLERK, |s| s.ask_to_forget(early, None));
    assert!(matches!(
        denied,
        Err(Error::Denied {
            denial: Denial::StillKept(_),
            ..
        })
    ));
}

#[test]
fn one_clock_that_is_ahead_when_it_is_approved_erases_only_what_was_asked() {
    let council = busy();
    council.clock.advance(TWO_YEARS - 9 * DAY);
    let record = ask(&council);
    council.clock.advance(7 * 366 * DAY);
    council.unlocked(CHAIR, |s| s.approve(record));
    council.clock.advance(-7 * 366 * DAY);
    assert!(reasons(&council).contains(&"a later reason".to_owned()));
    assert!(!reasons(&council).contains(&"an ordinary reason".to_owned()));
    verified(&council);
}

#[test]
fn where_there_is_no_second_person_nothing_is_erased() {
    let council = Council::found();
    council.clock.advance(SIX_YEARS);
    let limit = today(&council).months_before(24);
    let denied = council.try_as(PROVIDER, |s| s.ask_to_forget(limit, None));
    assert!(matches!(
        denied,
        Err(Error::Denied {
            denial: Denial::NoSecondPerson,
            ..
        })
    ));
}

#[test]
fn one_record_from_the_future_does_not_keep_what_is_due() {
    let council = Council::at_work();
    confirm_all(&council);
    read_password(&council, "before it");
    council.clock.advance(70 * 366 * DAY);
    read_password(&council, "in another century");
    council.clock.advance(-70 * 366 * DAY);
    read_password(&council, "after it");
    council.unlocked(CLERK, |s| s.waiting());
    council.clock.advance(TWO_YEARS + 30 * DAY);
    forget(&council, today(&council).months_before(24));
    assert_eq!(reasons(&council), Vec::<String>::new());
    verified(&council);
}
