//! An administrator who put an older copy back, and has a witness's genuine word for what is gone.

use harness::{CLERK, Council, PROVIDER, WITNESS};
use vault_core::audit::event::Event;
use vault_core::audit::fact::{CosignatureFacts, Fact};
use vault_core::audit::flaw::Flaw;
use vault_core::error::{BadRecord, Error, StoreError};
use vault_core::store::draft::Draft;
use vault_core::tlog::answer::Answer;
use vault_core::tlog::note::Note;
use vault_core::vault::verify::vouched::{Compared, compare};
use vault_core::vault::verify::{Depth, verify};
use vault_core::witness::KeptHead;

use super::Insider;

/// A council whose file went another way than the one that its witness signed for: as many records,
/// and a head of each size.
fn gone_another_way() -> (Council, KeptHead) {
    let council = Council::at_work();
    let witness = council.name_witness();
    council.vouched_by(&witness);
    let older = council.file();
    let read = |name| council.unlocked(name, |session| session.entries().map(drop));
    read(PROVIDER);
    read(PROVIDER);
    let head = council.ask(&witness).expect("the log goes on");
    std::fs::write(council.path(), older).expect("the vault");
    read(CLERK);
    read(CLERK);
    (council, head)
}

#[test]
fn a_witness_s_word_for_records_that_are_gone_is_not_taken_in_by_this_program() {
    let (council, head) = gone_another_way();
    let take = |answer: &Answer| {
        let taken = council.try_as(PROVIDER, |session| session.take_answer(answer));
        taken.expect_err("it is refused")
    };
    let elsewhere = take(&Answer::Head(head.note.clone()));
    assert!(matches!(elsewhere, Error::WitnessElsewhere { size } if size == head.checkpoint.size));
    let lines = Answer::Cosignatures(vec![head.cosignature]);
    assert!(matches!(take(&lines), Error::Invalid(_)));
}

#[test]
fn taken_in_by_another_program_it_is_a_bad_record_by_number() {
    let (council, head) = gone_another_way();
    let me = Insider::of(&council, PROVIDER);
    let seq = me.ledger.next();
    let facts = CosignatureFacts {
        size: head.checkpoint.size,
        root: head.checkpoint.root,
        line: head.cosignature,
    };
    let anchor = Draft::new(Event::LogAnchor).fact(Fact::Cosignature(facts));
    me.record(vec![anchor]).expect("its witness signed it");
    let bad = verify(&council.path(), Depth::Full).map(drop);
    let flaw = Flaw::Cosignature;
    let expected = BadRecord { seq, flaw };
    assert!(
        matches!(&bad, Err(Error::Store(StoreError::Log(bad))) if *bad == expected),
        "{bad:?}"
    );
    // This program asks for no word on top of it.
    let asked = council
        .open()
        .and_then(|mut vault| vault.submission(WITNESS, None));
    assert!(matches!(asked, Err(Error::Store(StoreError::Log(bad))) if bad == expected));
}

#[test]
fn a_head_that_the_witness_gave_out_shows_it_too_whatever_the_file_says() {
    let (council, head) = gone_another_way();
    let (path, size) = (council.path(), head.checkpoint.size);
    for (depth, looked) in [(Depth::Full, true), (Depth::Quick, false)] {
        let report = verify(&path, depth).expect("it verifies in itself");
        let compared = |note: &Note| compare(&path, &report, note).expect("a readable file");
        assert_eq!(compared(&head.note), Compared::Elsewhere { size });
        let witness = vault_core::witness::Witness::open(&council.folder().join("witness"));
        let witness = witness.expect("a witness");
        assert_eq!(
            witness.head(&head.checkpoint.origin),
            Ok(Some(head.clone()))
        );
        // The file's own last head is nobody's word, and shows nothing but itself.
        let own = report.checkpoint.as_ref().expect("a head");
        let own = Note::parse(own.as_bytes()).expect("a note");
        let same = Compared::Same {
            size: report.records,
            vouched: looked.then_some(false),
        };
        assert_eq!(compared(&own), same);
        let foreign = head.note.text().replace("/vault/", "/safe/");
        let foreign = format!("{foreign}\n{}\n", head.cosignature);
        let foreign = Note::parse(foreign.as_bytes()).expect("a note");
        assert_eq!(compared(&foreign), Compared::Foreign);
    }
}

#[test]
fn a_log_that_goes_on_from_what_its_witness_gave_out_is_told_so() {
    let council = Council::at_work();
    let witness = council.name_witness();
    let taken = council.vouched_by(&witness);
    let report = verify(&council.path(), Depth::Full).expect("it verifies");
    let origin = report.origin.parse().expect("a name");
    let head = witness.head(&origin).expect("readable").expect("a head");
    let compared = compare(&council.path(), &report, &head.note);
    let size = taken.head.size;
    let same = Compared::Same {
        size,
        vouched: Some(true),
    };
    assert_eq!(compared.expect("a readable file"), same);
    let named = report.witnesses.expect("looked at");
    let (_, known) = named.find(WITNESS).expect("named");
    assert_eq!(known, Some(&taken.head));
    let council = Council::at_work();
    let report = verify(&council.path(), Depth::Full).expect("it verifies");
    assert!(
        report
            .witnesses
            .is_some_and(|named| named.named().next().is_none())
    );
}

#[test]
fn a_head_of_more_records_than_there_are_is_ahead() {
    let council = Council::at_work();
    let witness = council.name_witness();
    let older = council.file();
    council.unlocked(CLERK, |session| session.entries().map(drop));
    let head = council.ask(&witness).expect("a head");
    std::fs::write(council.path(), older).expect("the vault");
    let report = verify(&council.path(), Depth::Quick).expect("it verifies");
    let compared = compare(&council.path(), &report, &head.note).expect("a readable file");
    let (kept, size) = (head.checkpoint.size, report.records);
    assert_eq!(compared, Compared::Ahead { kept, size });
}
