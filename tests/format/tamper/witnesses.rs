//! What is forged about witnesses: who names them, and what they are said to have vouched for.

use harness::{AUDITOR, CLERK, PROVIDER, WITNESS};
use vault_core::audit::actor::ObjectRef;
use vault_core::audit::event::Event;
use vault_core::audit::fact::{CosignatureFacts, Fact, WitnessFacts, WitnessStanding};
use vault_core::audit::flaw::Flaw;
use vault_core::audit::ledger::Ledger;
use vault_core::audit::record::Record;
use vault_core::audit::witness::VouchedHead;
use vault_core::crypto::digest::Digest;
use vault_core::crypto::signature::SigningKey;
use vault_core::id::Epoch;
use vault_core::secret::Key;
use vault_core::time::Timestamp;
use vault_core::tlog::checkpoint::Checkpoint;
use vault_core::tlog::cosignature::{Cosignature, Cosigner};

use super::forged::{Bench, refused};
use super::{Copy, bad_record, ours};

/// A key that anybody could make.
fn key() -> SigningKey {
    SigningKey::from_seed(&Key::from_slice(&[0x21; 32]).expect("32 bytes"))
}

fn cosigner(name: &str) -> Cosigner {
    Cosigner {
        name: name.parse().expect("a name"),
        key: key().verify_key(),
    }
}

fn naming(bench: &Bench, by: &str, vkey: Cosigner, standing: WitnessStanding) -> Record {
    let mut record = bench.record(by, Event::PolicyChange);
    record.facts = vec![Fact::Witness(WitnessFacts { vkey, standing })];
    record
}

/// What the fixture's witness vouched for.
fn vouched(ledger: &Ledger) -> (Cosigner, VouchedHead) {
    let (cosigner, head) = ledger.witnesses.find(WITNESS).expect("a witness");
    (cosigner.clone(), *head.expect("its word"))
}

fn head(ledger: &Ledger, size: u64) -> Checkpoint {
    Checkpoint {
        origin: ledger.origin.parse().expect("a name"),
        size,
        root: Digest::of(&[b"a root"]),
    }
}

/// A record that takes in the word of whoever holds [`key`] under this name.
fn word(bench: &Bench, by: &str, name: &str, size: u64) -> Record {
    let head = head(&bench.ledger, size);
    let name = name.parse().expect("a name");
    let line = Cosignature::sign(&head, &name, &key(), Timestamp::EPOCH.plus(9));
    let (size, root) = (head.size, head.root);
    let mut record = bench.record(by, Event::LogAnchor);
    record.facts = vec![Fact::Cosignature(CosignatureFacts { size, root, line })];
    record
}

#[test]
fn a_witness_is_named_by_those_who_seal_and_by_nobody_else() {
    let bench = Bench::get();
    let new = || cosigner("another.example.org");
    let named = WitnessStanding::Named;
    for by in [PROVIDER, CLERK] {
        assert_eq!(
            bench.offer(&naming(bench, by, new(), named)),
            Ok(()),
            "{by}"
        );
    }
    let by_auditor = naming(bench, AUDITOR, new(), named);
    assert!(refused(bench.offer(&by_auditor)));
    let (known, _) = vouched(&bench.ledger);
    let dropped = naming(bench, AUDITOR, known.clone(), WitnessStanding::Dropped);
    assert!(refused(bench.offer(&dropped)));
    let dropped = naming(bench, CLERK, known, WitnessStanding::Dropped);
    assert_eq!(bench.offer(&dropped), Ok(()));
}

#[test]
fn a_word_for_a_head_whose_checkpoint_is_gone_is_found_at_the_record_of_it() {
    let bench = Bench::get();
    let (_, known) = vouched(&bench.ledger);
    let at = i64::try_from(known.size).expect("small");
    let gone = Copy::of(&ours().bytes);
    gone.tamper(|file| {
        let gone = file.execute("DELETE FROM checkpoint WHERE size = ?", [at]);
        assert_eq!(gone.expect("a table"), 1);
    });
    let bad = bad_record(&gone.verify()).expect("a bad record");
    assert_eq!((bad.seq, bad.flaw), (known.record, Flaw::Cosignature));
}

#[test]
fn a_witness_is_not_named_twice_nor_dropped_where_there_is_none() {
    let bench = Bench::get();
    let (known, _) = vouched(&bench.ledger);
    for (vkey, standing) in [
        (known, WitnessStanding::Named),
        (cosigner(WITNESS), WitnessStanding::Named),
        (cosigner(WITNESS), WitnessStanding::Dropped),
        (cosigner("another.example.org"), WitnessStanding::Dropped),
    ] {
        let offered = bench.offer(&naming(bench, CLERK, vkey, standing));
        assert_eq!(offered, Err(Flaw::Contradiction), "{standing:?}");
    }
}

#[test]
fn a_record_about_a_witness_has_its_one_fact_and_no_object() {
    let bench = Bench::get();
    let named = naming(bench, CLERK, cosigner("new"), WitnessStanding::Named);
    let taken = word(bench, CLERK, WITNESS, bench.ledger.size);
    for record in [named, taken] {
        let with_object = Record {
            object: Some(ObjectRef::Epoch(Epoch::new(1))),
            ..record.clone()
        };
        let twice = Record {
            facts: [&record.facts[..], &record.facts].concat(),
            ..record.clone()
        };
        let without = Record {
            facts: Vec::new(),
            ..record
        };
        for forged in [with_object, twice, without] {
            assert!(refused(bench.offer(&forged)), "{}", forged.event);
        }
    }
}

#[test]
fn nobody_but_a_named_witness_vouches_for_anything() {
    let bench = Bench::get();
    let size = bench.ledger.size;
    for name in [WITNESS, "another.example.org"] {
        let offered = bench.offer(&word(bench, CLERK, name, size));
        assert_eq!(offered, Err(Flaw::Cosignature), "{name}");
    }
}

#[test]
fn a_witness_s_word_serves_for_no_other_head_and_for_no_second_record() {
    let bench = Bench::get();
    let (_, known) = vouched(&bench.ledger);
    let line = super::ours_lines()
        .iter()
        .flat_map(|line| Record::from_line(line).expect("a record").0.facts)
        .find_map(|fact| match fact {
            Fact::Cosignature(facts) => Some(facts.line),
            _ => None,
        })
        .expect("the witness's word");
    let with = |size, root| {
        let mut record = bench.record(AUDITOR, Event::LogAnchor);
        let line = line.clone();
        record.facts = vec![Fact::Cosignature(CosignatureFacts { size, root, line })];
        bench.offer(&record)
    };
    assert_eq!(with(known.size, known.root), Err(Flaw::Contradiction));
    for (size, root) in [
        (known.size + 1, known.root),
        (known.size - 1, known.root),
        (0, known.root),
        (u64::MAX, known.root),
        (known.size, Digest::of(&[b"another"])),
    ] {
        assert_eq!(with(size, root), Err(Flaw::Cosignature), "{size}");
    }
}
