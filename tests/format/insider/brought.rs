//! Openings on a copy that never were: whoever brings in lines that no sheet signed, or that meet no
//! rule, or a copy that does not come from this log, writes a bad record.

use harness::{AUDITOR, CLERK, Council, TestJournal};
use vault_core::audit::actor::{Actor, ObjectRef};
use vault_core::audit::event::{Event, Outcome, Step};
use vault_core::audit::fact::{Fact, ForkFacts, Head};
use vault_core::audit::flaw::Unentitled;
use vault_core::audit::ledger::leaf_of;
use vault_core::audit::record::Record;
use vault_core::crypto::digest::Digest;
use vault_core::crypto::shamir;
use vault_core::crypto::signature::SigningKey;
use vault_core::emergency::follow_up::OpenerFacts;
use vault_core::emergency::register::EnvelopeState;
use vault_core::error::{BadRecord, Error, Flaw, StoreError};
use vault_core::id::{Epoch, RecordSeq, Serial, SessionId};
use vault_core::incident::IncidentKind;
use vault_core::keys::EscrowKeys;
use vault_core::secret::SecretString;
use vault_core::tlog::prover::Prover;
use vault_core::vault::Vault;
use vault_core::vault::verify::{Depth, verify};

use super::{FORM, Insider, state, unharmed};

/// The chair's sheet, and the safe's.
const SHEETS: [&str; 2] = ["CH-0001", "SAFE-0001"];

/// A copy on which somebody makes records of their own.
struct Elsewhere {
    from: Head,
    record: Record,
    origin: String,
    lines: Vec<String>,
}

impl Elsewhere {
    /// A copy of the log as `me` knows it, with a run that asks for an opening.
    fn asked(me: &Insider<'_>) -> Self {
        let from = Head {
            size: me.ledger.size,
            last: me.ledger.last,
        };
        let mut record = me.line(Event::EnvelopeOpen);
        (record.actor, record.role) = (Actor::Nobody, None);
        record.session = SessionId::from_bytes([5; 16]);
        let mut there = Self {
            from,
            record,
            origin: me.ledger.origin.clone(),
            lines: Vec::new(),
        };
        let tag = Digest::from_bytes([2; 32]);
        let request = Record {
            step: Some(Step::Requested),
            facts: vec![Fact::Opener(OpenerFacts {
                tag,
                person: None,
                witnesses: 0,
            })],
            ..there.record.clone()
        };
        there.say(request, None);
        there
    }

    #[expect(clippy::needless_pass_by_value, reason = "made for this")]
    fn say(&mut self, record: Record, key: Option<&SigningKey>) -> &mut Self {
        let line = record.to_line(&self.origin, key);
        self.record.seq = record.seq.next();
        self.record.prev = leaf_of(&line);
        self.lines.push(String::from_utf8(line).expect("UTF-8"));
        self
    }

    /// A sheet is accepted.
    fn sheet(&mut self, serial: &str, key: &SigningKey) -> &mut Self {
        let serial: Serial = serial.parse().expect("a serial");
        let record = Record {
            event: Event::EnvelopeSheet,
            actor: Actor::Sheet(serial.clone()),
            object: Some(ObjectRef::Sheet(serial)),
            under: Some(RecordSeq::new(self.from.size)),
            ..self.record.clone()
        };
        self.say(record, Some(key))
    }

    /// The epoch is released.
    fn released(&mut self, serial: &str, key: &SigningKey) -> &mut Self {
        let record = Record {
            step: Some(Step::Released),
            actor: Actor::Sheet(serial.parse().expect("a serial")),
            object: Some(ObjectRef::Epoch(Epoch::new(1))),
            under: Some(RecordSeq::new(self.from.size)),
            ..self.record.clone()
        };
        self.say(record, Some(key))
    }

    /// The records that would bring it in.
    fn brought(&self, me: &Insider<'_>) -> [Record; 2] {
        let size = me.ledger.size;
        let mut prover = Prover::new([self.from.size - 1], size).expect("within the log");
        let db = rusqlite::Connection::open(me.council.path()).expect("the file");
        let mut statement = db
            .prepare("SELECT line FROM record ORDER BY seq")
            .expect("it");
        let lines = statement.query_map([], |row| row.get::<_, Vec<u8>>(0));
        for line in lines.expect("lines") {
            prover.push(leaf_of(&line.expect("a line")));
        }
        let proof = prover.proofs().flat_map(|(_, proof)| proof).collect();
        let to = Head {
            size: self.from.size + self.lines.len() as u64,
            last: leaf_of(self.lines.last().expect("a line").as_bytes()),
        };
        let from = self.from;
        let fork = Record {
            object: Some(ObjectRef::Record(RecordSeq::new(from.size - 1))),
            facts: vec![Fact::Fork(ForkFacts { from, proof, to })],
            ..me.line(Event::LogFork)
        };
        let under = me.ledger.next();
        let merge = Record {
            object: Some(ObjectRef::Record(under)),
            under: Some(under),
            facts: vec![Fact::Merge(self.lines.clone())],
            ..me.line(Event::LogMerge)
        };
        [fork, merge]
    }
}

/// The key that the words of a sheet give.
fn key_of(me: &Insider<'_>, words: &SecretString) -> SigningKey {
    let key = shamir::key_of_words(words).expect("twenty good words");
    EscrowKeys::of_sheet(&key, me.vault()).signing
}

/// What is wrong with a log, and how many records after `before`.
fn first_bad(council: &Council, before: u64) -> Option<(u64, Flaw)> {
    match verify(&council.path(), Depth::Full) {
        Err(Error::Store(StoreError::Log(BadRecord { seq, flaw }))) => {
            Some((seq.get() - before, flaw))
        }
        _ => None,
    }
}

/// What becomes of the lines that `speak` has of the copy, where a member writes them past the
/// store: they may not stand, and no honest program writes on.
fn brought(
    name: &str,
    speak: impl Fn(&Insider<'_>, &[SecretString], &mut Elsewhere),
) -> Option<(u64, Flaw)> {
    let (council, sheets) = Council::with_envelope();
    let me = Insider::of(&council, name);
    let before = me.ledger.size;
    let mut there = Elsewhere::asked(&me);
    speak(&me, &sheets, &mut there);
    let records = there.brought(&me).to_vec();
    me.write(records);
    let bad = first_bad(&council, before);
    let opens = council.open().is_ok();
    assert_eq!(opens, bad.is_none(), "{bad:?}");
    bad
}

const BROUGHT: Option<(u64, Flaw)> = Some((1, Flaw::Brought));

#[test]
fn an_opening_that_two_sheets_signed_is_brought_in() {
    let bad = brought(CLERK, |me, sheets, there| {
        let keys = [&sheets[0], &sheets[2]].map(|words| key_of(me, words));
        there
            .sheet(SHEETS[0], &keys[0])
            .sheet(SHEETS[1], &keys[1])
            .released(SHEETS[1], &keys[1]);
    });
    assert_eq!(bad, None);
}

#[test]
fn an_opening_that_somebody_made_up_is_a_bad_record() {
    // Signed by whoever brings it in.
    let bad = brought(CLERK, |me, _, there| {
        let key = me.keys.signing();
        there
            .sheet(SHEETS[0], key)
            .sheet(SHEETS[1], key)
            .released(SHEETS[1], key);
    });
    assert_eq!(bad, BROUGHT);
    // One sheet, which meets no rule, once and twice.
    for times in [1, 2] {
        let bad = brought(CLERK, |me, sheets, there| {
            let key = key_of(me, &sheets[0]);
            for _ in 0..times {
                there.sheet(SHEETS[0], &key);
            }
            there.released(SHEETS[0], &key);
        });
        assert_eq!(bad, BROUGHT, "{times}");
    }
    // A sheet that was never made.
    let bad = brought(CLERK, |me, sheets, there| {
        let key = key_of(me, &sheets[0]);
        there
            .sheet(SHEETS[0], &key)
            .sheet("CH-0002", &key)
            .released(SHEETS[0], &key);
    });
    assert_eq!(bad, BROUGHT);
}

#[test]
fn a_try_that_came_to_nothing_may_stand_and_opens_nothing() {
    let (council, sheets) = Council::with_envelope();
    let me = Insider::of(&council, CLERK);
    let before = me.ledger.size;
    let mut there = Elsewhere::asked(&me);
    there.sheet(SHEETS[0], &key_of(&me, &sheets[0]));
    let records = there.brought(&me).to_vec();
    me.write(records);
    assert_eq!(first_bad(&council, before), None);
    assert_eq!(state(&council), EnvelopeState::Sealed);
    // Nothing but heads is no line.
    let me = Insider::of(&council, CLERK);
    let before = me.ledger.size;
    let mut nothing = Elsewhere::asked(&me);
    nothing.lines = vec![format!("{} {}", before + 1, Digest::from_bytes([3; 32]))];
    let [fork, merge] = nothing.brought(&me);
    me.write(vec![fork, merge]);
    assert_eq!(first_bad(&council, before), BROUGHT);
}

#[test]
fn nothing_but_an_opening_is_brought_in() {
    let bad = brought(CLERK, |me, sheets, there| {
        let keys = [&sheets[0], &sheets[2]].map(|words| key_of(me, words));
        there
            .sheet(SHEETS[0], &keys[0])
            .sheet(SHEETS[1], &keys[1])
            .released(SHEETS[1], &keys[1]);
        let unlock = Record {
            event: Event::VaultUnlock,
            actor: Actor::Person(me.person),
            role: Some(me.role),
            ..there.record.clone()
        };
        there.say(unlock, Some(me.keys.signing()));
    });
    assert_eq!(bad, BROUGHT);
    // A failed unlock in somebody's name.
    let bad = brought(CLERK, |me, sheets, there| {
        let keys = [&sheets[0], &sheets[2]].map(|words| key_of(me, words));
        let failed = Record {
            event: Event::VaultUnlock,
            outcome: Outcome::Failed,
            subject: Some(me.person),
            ..there.record.clone()
        };
        there
            .say(failed, None)
            .sheet(SHEETS[0], &keys[0])
            .sheet(SHEETS[1], &keys[1])
            .released(SHEETS[1], &keys[1]);
    });
    assert_eq!(bad, BROUGHT);
}

#[test]
fn a_copy_of_another_log_or_another_part_of_this_one_is_no_fork() {
    let bad = brought(CLERK, |me, _, there| {
        there.sheet(SHEETS[0], me.keys.signing());
        there.from.last = Digest::from_bytes([1; 32]);
    });
    assert_eq!(bad.map(|(at, flaw)| (at, Some(flaw))), Some((0, FORM)));
    let bad = brought(CLERK, |me, _, there| {
        there.sheet(SHEETS[0], me.keys.signing());
        there.from.size -= 1;
    });
    assert_eq!(bad.map(|(at, flaw)| (at, Some(flaw))), Some((0, FORM)));
}

#[test]
fn whoever_has_no_power_to_brings_nothing_in_with_any_program() {
    let bad = brought(AUDITOR, |me, sheets, there| {
        let keys = [&sheets[0], &sheets[2]].map(|words| key_of(me, words));
        there
            .sheet(SHEETS[0], &keys[0])
            .sheet(SHEETS[1], &keys[1])
            .released(SHEETS[1], &keys[1]);
    });
    let (at, flaw) = bad.expect("a bad record");
    assert!(
        at == 0 && matches!(flaw, Flaw::Unentitled(Unentitled::Denied(_))),
        "{flaw:?}"
    );
}

/// A real opening on a copy, ready to be brought in.
fn real(council: &Council, sheets: &[SecretString]) -> Elsewhere {
    let me = Insider::of(council, CLERK);
    let path = council.folder().join("copy.vault");
    std::fs::copy(council.path(), &path).expect("a copy");
    let mut copy = Vault::open(&path, council.surroundings()).expect("the copy");
    let journal = TestJournal::default();
    let requested = copy.request_opening(&Council::terms(), Box::new(journal.clone()));
    let mut requested = requested.expect("a request");
    for sheet in &sheets[..2] {
        requested.accept(sheet).expect("a sheet");
    }
    let mut opening = requested.release().expect("the rule is met");
    opening.reveal("Website").expect("an entry in scope");
    opening.close().expect("an end");
    let mut there = Elsewhere::asked(&me);
    let lines = journal.lines().into_iter();
    there.lines = lines
        .map(|line| String::from_utf8(line).expect("UTF-8"))
        .collect();
    there
}

#[test]
fn a_real_opening_is_brought_in_whole_once_and_right_after_its_fork() {
    let (council, sheets) = Council::with_envelope();
    let there = real(&council, &sheets);
    let me = Insider::of(&council, CLERK);
    let before = me.ledger.size;
    let [fork, merge] = there.brought(&me);
    let file = council.file();
    let again = |records: Vec<Record>| {
        std::fs::write(council.path(), &file).expect("the file");
        Insider::of(&council, CLERK).write(records);
        first_bad(&council, before)
    };
    let read = || Insider::of(&council, CLERK).line(Event::LogRead);
    let later = |merge: &Record| Record {
        under: merge.under.map(RecordSeq::next),
        object: merge.under.map(RecordSeq::next).map(ObjectRef::Record),
        ..merge.clone()
    };
    let apart = again(vec![fork.clone(), read(), later(&merge)]);
    assert_eq!(apart.map(|(at, flaw)| (at, Some(flaw))), Some((2, FORM)));
    let alone = again(vec![merge.clone()]);
    assert_eq!(alone.map(|(at, flaw)| (at, Some(flaw))), Some((0, FORM)));
    for at in 0..there.lines.len() {
        let mut lines = there.lines.clone();
        lines.remove(at);
        let lacking = Record {
            facts: vec![Fact::Merge(lines)],
            ..merge.clone()
        };
        assert_eq!(again(vec![fork.clone(), lacking]), BROUGHT, "{at}");
    }
    assert_eq!(again(vec![fork, merge]), None);
    assert_eq!(state(&council), EnvelopeState::Opened);
    // Twice: from where the ways parted, the run is known; from the other way's end it goes on.
    let me = Insider::of(&council, CLERK);
    let before = me.ledger.size;
    let [fork, merge] = there.brought(&me);
    me.write(vec![fork, merge]);
    assert_eq!(first_bad(&council, before), BROUGHT);
}

#[test]
fn what_rests_on_a_line_that_was_passed_over_is_refused_and_a_head_has_one_spelling() {
    let (council, sheets) = Council::with_envelope();
    let there = real(&council, &sheets);
    let me = Insider::of(&council, CLERK);
    let before = me.ledger.size;
    let [fork, merge] = there.brought(&me);
    let file = council.file();
    let passing = |at: usize, head: &str| {
        let mut lines = there.lines.clone();
        head.clone_into(&mut lines[at]);
        let merge = Record {
            facts: vec![Fact::Merge(lines)],
            ..merge.clone()
        };
        std::fs::write(council.path(), &file).expect("the file");
        Insider::of(&council, CLERK).write(vec![fork.clone(), merge]);
        first_bad(&council, before)
    };
    let head = |at: usize| {
        let size = there.from.size + at as u64 + 1;
        format!("{size} {}", leaf_of(there.lines[at].as_bytes()))
    };
    // A run without its request, a reveal without the release; a reveal that is left out is on record
    // as one record that was.
    for (at, outcome) in [(0, BROUGHT), (3, BROUGHT), (4, None)] {
        assert_eq!(passing(at, &head(at)), outcome, "{at}");
    }
    let back = format!("{} {}", there.from.size, there.from.last);
    for other in [head(4).to_uppercase(), format!("0{}", head(4)), back] {
        assert_eq!(passing(4, &other), BROUGHT, "{other}");
    }
}

#[test]
fn a_fork_without_its_lines_opens_nothing_and_stands_in_nobodys_way() {
    let (council, sheets) = Council::with_envelope();
    let there = real(&council, &sheets);
    let me = Insider::of(&council, CLERK);
    let [fork, _] = there.brought(&me);
    me.write(vec![fork]);
    unharmed(&council);
    assert_eq!(state(&council), EnvelopeState::Sealed);
    let incidents = council.unlocked(CLERK, |s| s.incidents());
    let mut kinds = incidents.iter().map(|i| i.incident.kind);
    assert!(kinds.any(|kind| kind == IncidentKind::Fork));
}
