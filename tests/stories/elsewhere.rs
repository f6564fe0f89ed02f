//! "An opening made on a backup copy": it is brought into the main file and has the same duties
//! there as one that was made in it. A journal that somebody made up is not.

mod copies;
mod forged;

use harness::{AUDITOR, CHAIR, CLERK, Council, PROVIDER, TestJournal, entry};
use vault_core::access::Denial;
use vault_core::audit::fact::Head;
use vault_core::audit::ledger::leaf_of;
use vault_core::emergency::duty::Duty;
use vault_core::emergency::follow_up::{Done, Use};
use vault_core::emergency::register::EnvelopeState;
use vault_core::error::{BadJournal, Error};
use vault_core::id::RecordSeq;
use vault_core::incident::IncidentKind;
use vault_core::person::Role;
use vault_core::secret::{SecretBytes, SecretString};
use vault_core::vault::Vault;
use vault_core::vault::merge::BroughtIn;
use vault_core::vault::reveal::Wanted;
use vault_core::vault::status::Status;
use vault_core::vault::takeover::Successor;
use vault_core::vault::verify::{Depth, State, verify};

/// A council and a copy of its vault, made on a stick.
struct Two {
    council: Council,
    sheets: Vec<SecretString>,
    /// How many records the copy had.
    shared: u64,
}

impl Two {
    /// The main file goes on after the copy was made.
    fn apart() -> Self {
        let two = Self::new();
        two.go_on();
        two
    }

    fn new() -> Self {
        let (council, sheets) = Council::with_envelope();
        council.unlocked(CLERK, |s| {
            for waiting in s.waiting()? {
                s.approve(waiting.record)?;
            }
            Ok(())
        });
        std::fs::copy(council.path(), council.folder().join("copy.vault")).expect("a copy");
        let status = council.open().and_then(|mut vault| vault.status());
        let shared = status.expect("a status").records;
        Self {
            council,
            sheets,
            shared,
        }
    }

    fn go_on(&self) {
        self.council.unlocked(PROVIDER, |s| {
            s.add("Services", &entry("Domain", "domain-secret"))?;
            s.reveal("Website", "password", Wanted::Current, None)
        });
    }

    /// Opens the envelope on the copy, as far as `do_there` goes; gives the journal.
    fn there(&self, do_there: impl FnOnce(&mut Vault, &[SecretString], &TestJournal)) -> Vec<u8> {
        let path = self.council.folder().join("copy.vault");
        let mut copy = Vault::open(&path, self.council.surroundings()).expect("the copy");
        let journal = TestJournal::default();
        do_there(&mut copy, &self.sheets, &journal);
        text(&journal.lines())
    }

    /// Reveals the website on the copy, with the chair's sheet and the safe's.
    fn revealed_there(&self) -> Vec<u8> {
        self.there(|copy, sheets, journal| reveal(copy, sheets, journal, &["Website"]))
    }

    fn merge(&self, name: &str, journal: &[u8]) -> Result<BroughtIn, Error> {
        self.council
            .try_as(name, |s| s.merge_opening(journal, None))
    }

    fn status(&self) -> Status {
        let mut vault = self.council.open().expect("the vault opens");
        vault.status().expect("a status")
    }

    fn records(&self) -> u64 {
        self.status().records
    }

    /// The journal is refused, and nothing is on record but the unlock.
    fn refused(&self, journal: &[u8]) -> BadJournal {
        let before = self.council.lines_but_of_unlocking();
        match self.merge(CLERK, journal) {
            Err(Error::BadJournal(why)) => {
                let after = self.council.lines_but_of_unlocking();
                assert!(after == before, "something was written: {why:?}");
                why
            }
            other => panic!("not refused: {other:?}"),
        }
    }
}

fn reveal(copy: &mut Vault, sheets: &[SecretString], journal: &TestJournal, titles: &[&str]) {
    let requested = copy.request_opening(&Council::terms(), Box::new(journal.clone()));
    let mut requested = requested.expect("a request");
    for sheet in [&sheets[0], &sheets[2]] {
        requested.accept(sheet).expect("a sheet");
    }
    let mut opening = requested.release().expect("the rule is met");
    for title in titles {
        opening.reveal(title).expect("an entry in scope");
    }
    opening.close().expect("an end");
}

/// Somebody gives one sheet, which is too few.
fn tried(copy: &mut Vault, sheets: &[SecretString], journal: &TestJournal) {
    let requested = copy.request_opening(&Council::terms(), Box::new(journal.clone()));
    let mut requested = requested.expect("a request");
    requested.accept(&sheets[0]).expect("a sheet");
    assert!(matches!(requested.release(), Err(Error::RuleNotMet)));
}

fn text(lines: &[Vec<u8>]) -> Vec<u8> {
    lines
        .iter()
        .flat_map(|line| [line, &b"\n"[..]].concat())
        .collect()
}

fn lines(journal: &[u8]) -> Vec<Vec<u8>> {
    let lines = journal.split_inclusive(|byte| *byte == b'\n');
    lines.map(|line| line[..line.len() - 1].to_vec()).collect()
}

fn verifies(council: &Council) {
    verify(&council.path(), State::Checked).expect("a file that verifies");
}

fn blocking(status: &Status) -> Vec<&'static str> {
    let blocking = status.duties.iter().filter(|duty| duty.blocks_sealing());
    blocking.map(Duty::name).collect()
}

#[test]
fn an_opening_on_a_copy_has_the_same_duties_here_and_ends_sealed_when_they_are_done() {
    let two = Two::apart();
    let shared = two.shared;
    let journal = two.revealed_there();
    assert_eq!(two.status().envelope.state, EnvelopeState::Sealed);
    let brought = two.merge(CLERK, &journal).expect("it is brought in");
    verifies(&two.council);
    assert_eq!(
        (brought.shared, brought.lines),
        (shared, (lines(&journal).len(), 0))
    );
    let head = leaf_of(lines(&journal).last().expect("a line"));
    let size = shared + lines(&journal).len() as u64;
    assert_eq!(brought.head, Head { size, last: head });
    assert_eq!(
        (brought.sheets.len(), brought.revealed.len(), brought.torn),
        (2, 1, false)
    );
    let status = two.status();
    assert_eq!(status.envelope.state, EnvelopeState::Opened);
    let expected = [
        "rotate-revealed",
        "replace-sheet",
        "replace-sheet",
        "seal-again",
    ];
    assert_eq!(blocking(&status), expected);
    let others: Vec<&str> = status.duties.iter().map(Duty::name).collect();
    for due in [
        "tell-members",
        "minute",
        "classify",
        "incident",
        "new-generation",
    ] {
        assert!(others.contains(&due), "{due} in {others:?}");
    }
    make_good(&two, &brought);
    let left: Vec<&str> = two.status().duties.iter().map(Duty::name).collect();
    assert_eq!(
        (two.status().envelope.state, left),
        (EnvelopeState::Sealed, vec![])
    );
    verifies(&two.council);
}

/// Does everything that is due after the opening that was brought in.
fn make_good(two: &Two, brought: &BroughtIn) {
    let council = &two.council;
    // A version under the key that the copy knows makes nothing good; the unlock makes a new one.
    council.unlocked(PROVIDER, |s| {
        s.entries()?;
        s.propose(
            "Website",
            SecretBytes::copy_from(b"after-the-opening"),
            None,
        )?;
        s.confirm("Website", None)?;
        s.issue_sheet(CHAIR)?;
        s.issue_sheet("place:Safe")?;
        s.seal()
    });
    council.unlocked(CHAIR, |s| s.follow_up(Done::Notice, None));
    council.unlocked(CHAIR, |s| s.follow_up(Done::Minute, None));
    // The chair's name was given at the opening.
    let own = council.try_as(CHAIR, |s| s.classify(Use::Emergency, None));
    assert!(matches!(
        own,
        Err(Error::Denied {
            denial: Denial::OwnAct,
            ..
        })
    ));
    council.unlocked(PROVIDER, |s| s.classify(Use::Emergency, None));
    council.unlocked(CHAIR, |s| {
        let incidents = s.incidents()?;
        let fork = incidents
            .iter()
            .find(|i| i.incident.kind == IncidentKind::Fork);
        let fork = fork.expect("the fork is an incident").number;
        assert_eq!(fork, brought.fork);
        s.decide_incident(fork, Some("the copy in the safe, as planned"))?;
        s.close_incident(fork, None)?;
        for waiting in s.waiting()? {
            s.approve(waiting.record)?;
        }
        Ok(())
    });
    council.unlocked(CLERK, |s| s.entries());
}

#[test]
fn the_same_journal_is_brought_in_once_and_one_of_this_file_never() {
    let two = Two::apart();
    let journal = two.revealed_there();
    let brought = two.merge(CHAIR, &journal).expect("it is brought in");
    assert_eq!(two.refused(&journal), BadJournal::BroughtIn(brought.record));
    // Nor a part of it, which would hide the rest.
    let part = text(&lines(&journal)[..4]);
    assert_eq!(two.refused(&part), BadJournal::BroughtIn(brought.record));
    let here = TestJournal::default();
    let mut vault = two.council.open().expect("the vault opens");
    reveal(&mut vault, &two.sheets, &here, &["Website"]);
    let first = two.records() - here.lines().len() as u64;
    let here = two.refused(&text(&here.lines()));
    assert_eq!(here, BadJournal::RecordedHere(RecordSeq::new(first)));
    verifies(&two.council);
}

#[test]
fn what_a_cut_journal_left_out_is_brought_in_afterwards() {
    let two = Two::apart();
    let journal = two
        .there(|copy, sheets, journal| reveal(copy, sheets, journal, &["Website", "Mail tenant"]));
    let all = lines(&journal);
    // Requested, two sheets, released, the website, the mail tenant, closed.
    let first = two.merge(CHAIR, &text(&all[..5])).expect("a part");
    assert_eq!((first.lines, first.revealed.len()), ((5, 0), 1));
    let second = two.merge(CLERK, &journal).expect("the rest");
    assert_eq!((second.lines, second.revealed.len()), ((2, 5), 1));
    assert_eq!(first.opening, second.opening);
    let revealed = |duty: &&Duty| matches!(duty, Duty::RotateRevealed { .. });
    assert_eq!(two.status().duties.iter().filter(revealed).count(), 2);
    assert_eq!(two.refused(&journal), BadJournal::BroughtIn(second.record));
    verifies(&two.council);
}

#[test]
fn the_end_of_an_opening_alone_opens_nothing_again() {
    let two = Two::apart();
    let journal = two.revealed_there();
    let all = lines(&journal);
    let first = two
        .merge(CLERK, &text(&all[..all.len() - 1]))
        .expect("a part");
    make_good(&two, &first);
    let rest = two.merge(CLERK, &journal).expect("the end");
    assert_eq!((rest.lines, rest.revealed.len()), ((1, all.len() - 1), 0));
    assert_eq!((rest.opening, rest.runs), (None, (0, 0)));
    assert_eq!(two.status().envelope.state, EnvelopeState::Sealed);
    verifies(&two.council);
}

#[test]
fn a_second_run_on_the_copy_follows_the_first_and_not_without_it() {
    let two = Two::apart();
    let first = two.revealed_there();
    let second = two.there(|copy, sheets, journal| reveal(copy, sheets, journal, &["Mail tenant"]));
    let foreign = two.refused(&second);
    assert!(matches!(foreign, BadJournal::Foreign(_)), "{foreign:?}");
    let first = two.merge(CLERK, &first).expect("the first");
    let second = two.merge(CLERK, &second).expect("the second");
    assert_eq!(
        (first.opening, first.shared),
        (second.opening, second.shared)
    );
    let incidents = two.council.unlocked(CLERK, |s| s.incidents());
    let of = |kind| incidents.iter().filter(move |i| i.incident.kind == kind);
    let counts = [IncidentKind::Opening, IncidentKind::Fork].map(|kind| {
        let counts: Vec<u64> = of(kind).map(|i| i.incident.count()).collect();
        counts
    });
    assert_eq!(counts, [vec![2], vec![2]]);
    verifies(&two.council);
}

#[test]
fn an_opening_that_was_lost_with_the_end_of_the_file_comes_back() {
    let (council, sheets) = Council::with_envelope();
    let older = council.file();
    let journal = TestJournal::default();
    let mut vault = council.open().expect("the vault opens");
    reveal(&mut vault, &sheets, &journal, &["Website"]);
    drop(vault);
    // The opening itself was cut off in the middle of a run.
    for kept in [older, cut(&council, 3)] {
        std::fs::write(council.path(), kept).expect("an older copy");
        let journal = text(&journal.lines());
        let brought = council.unlocked(CLERK, |s| s.merge_opening(&journal, None));
        assert_eq!(brought.lines.0 + brought.lines.1, lines(&journal).len());
        verifies(&council);
        let state = council.open().and_then(|mut vault| vault.status());
        assert_eq!(state.expect("it").envelope.state, EnvelopeState::Opened);
    }
}

/// The file without the last `count` records, which had no checkpoint before the fourth of them.
fn cut(council: &Council, count: u64) -> Vec<u8> {
    let db = rusqlite::Connection::open(council.path()).expect("the file");
    let triggers = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'";
    let mut statement = db.prepare(triggers).expect("a query");
    let triggers: Vec<(String, String)> = statement
        .query_map([], |row| row.try_into())
        .and_then(Iterator::collect)
        .expect("triggers");
    for (name, _) in &triggers {
        db.execute_batch(&format!("DROP TRIGGER {name}"))
            .expect("none");
    }
    let sql = format!(
        "DELETE FROM checkpoint WHERE size > (SELECT max(seq) + 1 FROM record) - {count};
         DELETE FROM detail WHERE seq > (SELECT max(seq) FROM record) - {count};
         DELETE FROM record WHERE seq > (SELECT max(seq) FROM record) - {count};
         DELETE FROM frontier;"
    );
    db.execute_batch(&sql).expect("a cut");
    for (_, sql) in &triggers {
        db.execute_batch(sql).expect("as it was");
    }
    drop(statement);
    drop(db);
    council.file()
}

#[test]
fn who_took_over_on_the_copy_has_no_login_here() {
    let two = Two::apart();
    let journal = two.there(|copy, sheets, journal| {
        let requested = copy.request_opening(&Council::terms(), Box::new(journal.clone()));
        let mut requested = requested.expect("a request");
        for sheet in &sheets[..2] {
            requested.accept(sheet).expect("a sheet");
        }
        let opening = requested.release().expect("the rule is met");
        let successor = Successor {
            name: "Nora Newcomer",
            role: Role::Clerk,
            passphrase: &SecretString::new("amber kite harbour moss".to_owned()),
        };
        opening.take_over(&successor).expect("a takeover");
    });
    let brought = two.merge(PROVIDER, &journal).expect("it is brought in");
    assert!(brought.took_over);
    assert_eq!(two.status().envelope.state, EnvelopeState::Opened);
    let people = two.council.unlocked(CLERK, |s| s.people());
    assert!(people.iter().all(|person| person.name != "Nora Newcomer"));
    verifies(&two.council);
}

#[test]
fn a_sheet_that_was_reported_lost_after_the_copy_was_made_still_tells_what_it_opened() {
    let two = Two::new();
    two.council
        .unlocked(CLERK, |s| s.report_lost("CH-0001", None));
    let journal = two.revealed_there();
    two.merge(CLERK, &journal).expect("it is brought in");
    assert_eq!(two.status().envelope.state, EnvelopeState::Opened);
    verifies(&two.council);
}

#[test]
fn what_was_written_of_a_line_is_no_line_and_the_rest_is_used() {
    let two = Two::apart();
    let journal = two.revealed_there();
    let whole = lines(&journal);
    let torn = &journal[..journal.len() - 40];
    let brought = two.merge(CLERK, torn).expect("whole lines");
    assert_eq!((brought.lines.0, brought.torn), (whole.len() - 1, true));
    // Nothing but the line's end is missing: the line is there.
    let two = Two::apart();
    let journal = two.revealed_there();
    let brought = two.merge(CLERK, &journal[..journal.len() - 1]);
    let brought = brought.expect("every line");
    assert_eq!((brought.lines.0, brought.torn), (whole.len(), false));
}

#[test]
fn a_try_that_opened_nothing_is_brought_in_and_leaves_nothing_to_do_but_to_look_into_it() {
    let two = Two::apart();
    let journal = two.there(tried);
    assert_eq!(lines(&journal).len(), 3);
    let brought = two.merge(CLERK, &journal).expect("it is brought in");
    assert_eq!((brought.opening, brought.runs), (None, (0, 1)));
    let status = two.status();
    assert_eq!(status.envelope.state, EnvelopeState::Sealed);
    let left: Vec<&str> = status.duties.iter().map(Duty::name).collect();
    assert_eq!(left, ["incident"]);
    verifies(&two.council);
    assert_eq!(two.refused(&journal), BadJournal::BroughtIn(brought.record));
    for nothing in [&b""[..], b"\n", b"words", b"{\"v\":1"] {
        assert_eq!(two.refused(nothing), BadJournal::NotAJournal);
    }
}

#[test]
fn an_opening_on_a_copy_that_others_wrote_to_says_what_is_lacking() {
    let two = Two::new();
    let path = two.council.folder().join("copy.vault");
    let mut copy = Vault::open(&path, two.council.surroundings()).expect("the copy");
    let wrong = copy.unlock(CLERK, &SecretString::new("wrong".to_owned()));
    assert!(matches!(
        wrong,
        Err(Error::WrongPassphrase { recorded: true })
    ));
    let journal = two.revealed_there();
    let foreign = BadJournal::Foreign(two.shared + 1);
    assert_eq!(two.refused(&journal), foreign);
    two.go_on();
    assert_eq!(two.refused(&journal), foreign);
}

#[test]
fn whoever_neither_confirms_nor_looks_after_the_vault_brings_nothing_in() {
    let two = Two::apart();
    let journal = two.revealed_there();
    let denied = two.merge(AUDITOR, &journal);
    let role = Denial::Role;
    assert!(matches!(denied, Err(Error::Denied { denial, .. }) if denial == role));
    verify(&two.council.path(), Depth::Full).expect("the refusal is on record");
    assert_eq!(two.status().envelope.state, EnvelopeState::Sealed);
    let last = two.council.read_log().pop().expect("a record");
    assert_eq!(last.record.event.name(), "log.read");
}
