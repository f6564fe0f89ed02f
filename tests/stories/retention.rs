//! Words are kept as long as the council's rule says and no longer (clause C19): they are gone then
//! from the file, and the log verifies as before.

mod approval;

use std::collections::BTreeMap;
use std::path::Path;

use harness::{AUDITOR, CHAIR, CLERK, Council, PROVIDER, TestJournal};
use rusqlite::Connection;
use vault_core::access::Denial;
use vault_core::error::{BadRecord, Error, Flaw, IncidentRefused, Invalid, StoreError};
use vault_core::id::RecordSeq;
use vault_core::time::Clock;
use vault_core::time::day::Day;
use vault_core::vault::incidents::About;
use vault_core::vault::log::LogLine;
use vault_core::vault::reveal::Wanted;
use vault_core::vault::verify::{Depth, Report, State, verify};

const DAY: i64 = 24 * 3600;
/// Two years, and six, with their leap days.
const TWO_YEARS: i64 = 731 * DAY;
const SIX_YEARS: i64 = 2192 * DAY;

fn today(council: &Council) -> Day {
    Day::of(council.clock.now())
}

/// The provider reads the website's password, for this reason.
fn read_password(council: &Council, why: &str) {
    council.unlocked(PROVIDER, |s| {
        s.reveal("Website", "password", Wanted::Current, Some(why))
    });
}

/// A council with a refused access, an opening, and daily work on two days.
fn busy() -> Council {
    let (council, sheets) = Council::with_envelope();
    confirm_all(&council);
    read_password(&council, "an ordinary reason");
    let denied = council.try_as(AUDITOR, |s| {
        s.reveal(
            "Website",
            "password",
            Wanted::Current,
            Some("a refused reason"),
        )
    });
    assert!(denied.is_err());
    let mut vault = council.open().expect("the vault opens");
    let requested = vault.request_opening(&Council::terms(), Box::new(TestJournal::default()));
    let mut requested = requested.expect("a request");
    for sheet in &sheets[..2] {
        requested.accept(sheet).expect("a sheet");
    }
    let mut opening = requested.release().expect("the rule is met");
    opening.reveal("Website").expect("an entry in scope");
    opening.close().expect("an end");
    drop(vault);
    council.clock.advance(10 * DAY);
    read_password(&council, "a later reason");
    council
}

fn confirm_all(council: &Council) {
    council.unlocked(CLERK, |s| {
        for waiting in s.waiting()? {
            s.approve(waiting.record)?;
        }
        Ok(())
    });
}

/// The clerk asks, and the chair approves.
fn forget(council: &Council, before: Day) -> Forgotten {
    let asked = council.unlocked(CLERK, |s| s.ask_to_forget(before, None));
    let Some(request) = asked.record else {
        return Forgotten {
            record: None,
            records: 0,
            held: asked.held,
        };
    };
    let approved = council.unlocked(CHAIR, |s| s.approve(request));
    let mut vault = council.open().expect("the vault");
    vault.status().expect("a vault that is read");
    let facts = vault.erased_in(approved).expect("an erasure");
    assert_eq!(facts.records, asked.records, "what was counted was erased");
    Forgotten {
        record: Some(approved),
        records: facts.records,
        held: asked.held,
    }
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
struct Forgotten {
    /// The record of the approval.
    record: Option<RecordSeq>,
    records: u64,
    held: u64,
}

fn verified(council: &Council) -> Report {
    verify(&council.path(), State::Checked).expect("a file that verifies")
}

fn reasons(council: &Council) -> Vec<String> {
    let log = council.read_log();
    let reason = |line: &LogLine| line.words.get("reason").cloned();
    log.iter().filter_map(reason).collect()
}

/// Everything that is to be gone: each encrypted word, and each session's key, by number or session.
fn boxes(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let db = Connection::open(path).expect("the file");
    let mut found = BTreeMap::new();
    for sql in [
        "SELECT 'words ' || seq, box FROM detail",
        "SELECT 'key ' || hex(session), file FROM detail_key",
    ] {
        let mut statement = db.prepare(sql).expect("a query");
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        for row in rows.expect("rows") {
            let (name, bytes): (String, Vec<u8>) = row.expect("a row");
            found.insert(name, bytes);
        }
    }
    found
}

/// Which of them stand, in part, anywhere in a file of the folder.
fn found_in(folder: &Path, boxes: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let files = std::fs::read_dir(folder).expect("a folder");
    let files: Vec<Vec<u8>> = files
        .map(|file| std::fs::read(file.expect("a file").path()).expect("a readable file"))
        .collect();
    // A box may be spread over pages: any 24 bytes of it tell. An age file begins like any other.
    let parts = |bytes: &[u8]| -> Vec<[u8; 24]> {
        let own = bytes.len().saturating_sub(200).min(200);
        let parts = bytes[own..].chunks_exact(24);
        parts.filter_map(|part| part.try_into().ok()).collect()
    };
    let mut wanted: std::collections::HashMap<[u8; 24], &String> = std::collections::HashMap::new();
    for (name, bytes) in boxes {
        assert!(!parts(bytes).is_empty(), "{name}: {} bytes", bytes.len());
        wanted.extend(parts(bytes).into_iter().map(|part| (part, name)));
    }
    let mut found: Vec<String> = Vec::new();
    for file in files {
        for window in file.windows(24) {
            if let Some(name) = wanted.get(window) {
                found.push((*name).clone());
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[test]
fn words_go_when_their_time_is_over_and_nothing_else_does() {
    let council = busy();
    let before = verified(&council);
    let all = boxes(&council.path());
    assert_eq!(
        found_in(council.folder(), &all).len(),
        all.len(),
        "the search works"
    );
    council.clock.advance(TWO_YEARS - 9 * DAY);
    let limit = today(&council).months_before(24);
    let forgotten = forget(&council, limit);
    assert!(forgotten.records > 10, "{forgotten:?}");
    let left = boxes(&council.path());
    let gone: BTreeMap<_, _> = all
        .clone()
        .into_iter()
        .filter(|(n, _)| !left.contains_key(n))
        .collect();
    let keys = gone.keys().filter(|name| name.starts_with("key")).count();
    assert_eq!(
        gone.len() - keys,
        usize::try_from(forgotten.records).expect("a count")
    );
    assert!(keys > 5, "{keys} sessions lost their last words");
    assert_eq!(found_in(council.folder(), &gone), Vec::<String>::new());
    let after = verified(&council);
    assert_eq!(after.erased, Some(forgotten.records));
    assert_eq!(
        (before.genesis, &before.origin),
        (after.genesis, &after.origin)
    );
    let reasons = reasons(&council);
    assert!(
        !reasons.contains(&"an ordinary reason".to_owned()),
        "{reasons:?}"
    );
    for kept in ["a later reason", "a refused reason"] {
        assert!(reasons.contains(&kept.to_owned()), "{kept}: {reasons:?}");
    }
    let log = council.read_log();
    let erased = log.iter().filter(|line| line.erased == forgotten.record);
    assert_eq!(erased.count() as u64, forgotten.records);
    let openers = log.iter().filter(|line| line.words.contains_key("opener"));
    assert_eq!(
        openers.count(),
        1,
        "an opening is asked after for six years"
    );
}

#[test]
fn what_is_asked_after_years_later_goes_after_six() {
    let council = busy();
    close_all(&council);
    council.clock.advance(SIX_YEARS + DAY);
    let limit = today(&council).months_before(24);
    let forgotten = forget(&council, limit);
    let reasons = reasons(&council);
    assert_eq!(reasons, Vec::<String>::new());
    assert_eq!(verified(&council).erased, Some(forgotten.records));
    let summary = council.unlocked(CLERK, |s| s.incidents());
    assert!(
        summary.iter().all(|it| it.reason.is_none()),
        "shown, and without words"
    );
    let history = council.unlocked(PROVIDER, |s| s.history("Website"));
    assert!(!history.versions.is_empty());
}

/// Every incident is decided and closed, and the opening classified.
fn close_all(council: &Council) {
    use vault_core::emergency::follow_up::Use;
    council.unlocked(PROVIDER, |s| s.classify(Use::Drill, Some("rehearsed")));
    council.unlocked(CLERK, |s| {
        for incident in s.incidents()? {
            if incident.incident.closed.is_none() {
                s.decide_incident(incident.number, Some("a slip"))?;
                s.close_incident(incident.number, None)?;
            }
        }
        Ok(())
    });
}

#[test]
fn nothing_goes_before_its_time_and_the_refusal_is_on_record() {
    let council = busy();
    council.clock.advance(TWO_YEARS - 9 * DAY);
    let limit = today(&council).months_before(24);
    let early = Day::of(limit.begins().plus(DAY));
    let before = boxes(&council.path()).len();
    let denied = council.try_as(CLERK, |s| s.ask_to_forget(early, None));
    let Err(Error::Denied { denial, record, .. }) = denied else {
        panic!("{denied:?}");
    };
    assert_eq!(denial, Denial::StillKept(limit));
    let line = council
        .read_log()
        .into_iter()
        .find(|line| line.record.seq == record);
    let line = line.expect("the refusal");
    assert_eq!(
        (line.record.event.name(), line.record.outcome.name()),
        ("log.forget", "denied")
    );
    assert!(boxes(&council.path()).len() > before);
    for who in [CHAIR, AUDITOR] {
        let denied = council.try_as(who, |s| s.ask_to_forget(limit, None));
        assert!(matches!(
            denied,
            Err(Error::Denied {
                denial: Denial::Role,
                ..
            })
        ));
    }
    assert_eq!(verified(&council).erased, Some(0));
}

#[test]
fn a_dry_run_counts_and_changes_nothing() {
    let council = busy();
    council.clock.advance(TWO_YEARS - 9 * DAY);
    let limit = today(&council).months_before(24);
    let file = council.file();
    let counted = council
        .open()
        .and_then(|mut vault| vault.forgettable(limit));
    let counted = counted.expect("a count");
    assert_eq!(council.file(), file);
    let forgotten = forget(&council, limit);
    assert_eq!((counted.record, counted.records), (None, forgotten.records));
    assert_eq!((counted.held, counted.limit), (forgotten.held, limit));
    // Nobody is asked to name a day that the rule allows.
    let eager = council
        .open()
        .and_then(|mut vault| vault.forgettable(today(&council)));
    assert_eq!(eager.expect("a count").ordinary, limit);
}

#[test]
fn repeated_it_erases_what_is_left_and_otherwise_records_nothing() {
    let council = busy();
    council.clock.advance(TWO_YEARS - 9 * DAY);
    let first = forget(&council, today(&council).months_before(24));
    let again = forget(&council, today(&council).months_before(24));
    assert_eq!((again.record, again.records), (None, 0));
    council.clock.advance(11 * DAY);
    let later = forget(&council, today(&council).months_before(24));
    assert!(later.records > 0 && later.record > first.record);
    let erased = first.records + later.records;
    assert_eq!(verified(&council).erased, Some(erased));
    let log = council.read_log();
    let under = |seq| log.iter().filter(|line| line.erased == seq).count() as u64;
    assert_eq!(
        (under(first.record), under(later.record)),
        (first.records, later.records)
    );
}

/// The clerk reads the mail tenant's password for a reason, and reports that it went astray; gives
/// the incident's number.
fn astray(council: &Council) -> RecordSeq {
    confirm_all(council);
    read_password(council, "another entry's");
    council.unlocked(CLERK, |s| {
        s.reveal("Mail tenant", "password", Wanted::Current, Some("theirs"))
    });
    council.unlocked(CLERK, |s| {
        s.raise_incident(About::Entry("Mail tenant"), Some("sent to a wrong address"))
    })
}

#[test]
fn an_incident_that_is_open_keeps_its_own_words() {
    let council = Council::at_work();
    astray(&council);
    council.clock.advance(SIX_YEARS + DAY);
    let forgotten = forget(&council, today(&council).months_before(24));
    assert_eq!(forgotten.held, 1);
    assert_eq!(reasons(&council), ["sent to a wrong address"]);
    verified(&council);
}

#[test]
fn a_hold_keeps_the_words_about_an_incidents_person_and_entry_until_it_is_taken_off() {
    let council = Council::at_work();
    let number = astray(&council);
    let hold = |hold| {
        council.try_as(CHAIR, |s| {
            s.hold_incident(number, hold, Some("a claim is expected"))
        })
    };
    let already = |is| Invalid::Incident(IncidentRefused::Held(is));
    assert!(matches!(hold(false), Err(Error::Invalid(why)) if why == already(false)));
    hold(true).expect("a hold");
    assert!(matches!(hold(true), Err(Error::Invalid(why)) if why == already(true)));
    let concerned = council.try_as(CLERK, |s| s.hold_incident(number, false, Some("no")));
    let own = Denial::OwnAct;
    assert!(matches!(concerned, Err(Error::Denied { denial, .. }) if denial == own));
    council.unlocked(PROVIDER, |s| {
        s.decide_incident(number, Some("changed"))?;
        s.close_incident(number, None)
    });
    council.clock.advance(SIX_YEARS + DAY);
    forget(&council, today(&council).months_before(24));
    let kept = reasons(&council);
    assert!(!kept.contains(&"another entry's".to_owned()), "{kept:?}");
    for reason in [
        "theirs",
        "sent to a wrong address",
        "a claim is expected",
        "changed",
    ] {
        assert!(kept.contains(&reason.to_owned()), "{reason}: {kept:?}");
    }
    verified(&council);
    // Whoever erases what is held is given away by the count.
    let log = council.read_log();
    let theirs = |line: &&LogLine| line.words.get("reason").is_some_and(|it| it == "theirs");
    let theirs = log.iter().find(theirs).expect("it is kept").record.seq;
    let sql = format!("DELETE FROM detail WHERE seq = {theirs}");
    assert!(bad_after(&council, &sql).is_some());
    hold(false).expect("the hold is taken off");
    forget(&council, today(&council).months_before(24));
    assert_eq!(reasons(&council), ["a claim is expected"]);
    verified(&council);
}

#[test]
fn a_clock_that_ran_back_makes_nothing_look_old() {
    let council = Council::at_work();
    confirm_all(&council);
    council.clock.advance(-TWO_YEARS);
    read_password(&council, "by a wrong clock");
    council.clock.advance(TWO_YEARS + 30 * DAY);
    let limit = today(&council).months_before(24);
    let forgotten = forget(&council, limit);
    assert_eq!((forgotten.record, forgotten.records), (None, 0));
    assert!(reasons(&council).contains(&"by a wrong clock".to_owned()));
}

/// What verification has against the file after `sql`.
fn bad_after(council: &Council, sql: &str) -> Option<BadRecord> {
    let file = council.file();
    let db = Connection::open(council.path()).expect("the file");
    db.execute_batch(sql).expect("a change");
    drop(db);
    let bad = match verify(&council.path(), Depth::Full) {
        Err(Error::Store(StoreError::Log(bad))) => Some(bad),
        Err(other) => panic!("{sql}: {other:?}"),
        Ok(_) => None,
    };
    std::fs::write(council.path(), file).expect("as it was");
    bad
}

#[test]
fn missing_words_that_no_record_accounts_for_are_damage_wherever_they_stood() {
    let council = busy();
    council.clock.advance(TWO_YEARS - 9 * DAY);
    let forgotten = forget(&council, today(&council).months_before(24));
    read_password(&council, "after the erasure");
    let log = council.read_log();
    let details = |seq: RecordSeq| BadRecord {
        seq,
        flaw: Flaw::Details,
    };
    let mut looked_at = [0, 0];
    for line in log.iter().filter(|line| line.record.sealed.is_some()) {
        let seq = line.record.seq;
        let sql = format!("DELETE FROM detail WHERE seq = {seq}");
        let expected = line.erased.is_none().then(|| details(seq));
        assert_eq!(bad_after(&council, &sql), expected, "{seq}");
        looked_at[usize::from(line.erased.is_some())] += 1;
    }
    assert!(
        looked_at[0] > 5 && looked_at[1] == forgotten.records,
        "{looked_at:?}"
    );
    // A key goes with the last words of its session, and not before.
    let kept =
        "DELETE FROM detail_key WHERE session IN (SELECT session FROM detail_key LIMIT 1 OFFSET ";
    let keys = boxes(&council.path());
    let keys = keys.keys().filter(|name| name.starts_with("key")).count();
    for nth in 0..keys {
        let bad = bad_after(&council, &format!("{kept}{nth})"));
        assert!(
            matches!(
                bad,
                Some(BadRecord {
                    flaw: Flaw::Details,
                    ..
                })
            ),
            "{nth}: {bad:?}"
        );
    }
}

#[test]
fn words_that_came_back_from_an_older_copy_are_nobodys_damage() {
    let council = busy();
    council.clock.advance(TWO_YEARS - 9 * DAY);
    let older = council.folder().join("older.vault");
    std::fs::copy(council.path(), &older).expect("a copy");
    forget(&council, today(&council).months_before(24));
    let db = Connection::open(council.path()).expect("the file");
    let older = older.to_str().expect("UTF-8");
    db.execute("ATTACH ? AS older", [older]).expect("the copy");
    db.execute_batch(
        "INSERT INTO detail SELECT * FROM older.detail WHERE seq NOT IN (SELECT seq FROM detail);
         INSERT INTO detail_key SELECT * FROM older.detail_key
             WHERE session NOT IN (SELECT session FROM detail_key);",
    )
    .expect("they are put back");
    drop(db);
    assert_eq!(verified(&council).erased, Some(0));
    assert!(reasons(&council).contains(&"an ordinary reason".to_owned()));
    // Forgotten again, they are on record again.
    let again = forget(&council, today(&council).months_before(24));
    assert!(again.record.is_some());
    verified(&council);
}
