//! The end of the log: checkpoints, what a cut leaves, and what nobody can see from the file alone.

use harness::{CLERK, PROVIDER, passphrase_of};
use vault_core::audit::flaw::Flaw;
use vault_core::audit::record::Record;
use vault_core::error::{Error, StoreError};
use vault_core::secret::SecretString;
use vault_core::vault::reveal::Wanted;

use super::{Copy, TITLES, bad_record, bad_seq, execute, int, ours, place, texts};

fn sizes(copy: &Copy) -> Vec<usize> {
    let sql = "SELECT cast(size AS TEXT) FROM checkpoint ORDER BY size";
    let sizes = texts(&copy.connect(), sql).into_iter();
    sizes.map(|size| size.parse().expect("a number")).collect()
}

#[test]
fn a_log_cut_short_of_its_checkpoints_is_found_at_the_cut() {
    let copy = Copy::of(&ours().bytes);
    let lines = copy.lines();
    for cut in 1..lines.len() {
        copy.set_lines(&lines[..cut]);
        let bad = bad_record(&copy.verify()).expect("it is found");
        assert!(matches!(bad.flaw, Flaw::Missing), "{cut}: {bad:?}");
        assert_eq!(bad.seq, place(cut));
    }
}

#[test]
fn a_log_cut_within_an_act_is_found_even_without_the_later_checkpoints() {
    let copy = Copy::of(&ours().bytes);
    let (lines, sizes) = (copy.lines(), sizes(&copy));
    let mut cuts = 0;
    for cut in (1..lines.len()).filter(|cut| !sizes.contains(cut)) {
        let (last, _) = Record::from_line(&lines[cut - 1]).expect("a record");
        if last.is_loose() {
            continue;
        }
        copy.write(&ours().bytes);
        copy.set_lines(&lines[..cut]);
        copy.tamper(|c| {
            c.execute("DELETE FROM checkpoint WHERE size > ?", [int(cut)])
                .expect("rows")
        });
        copy.tamper(|c| {
            c.execute("DELETE FROM detail WHERE seq >= ?", [int(cut)])
                .expect("rows")
        });
        let bad = bad_record(&copy.verify()).expect("it is found");
        assert_eq!((bad.seq, bad.flaw), (place(cut - 1), Flaw::NotCovered));
        cuts += 1;
    }
    assert!(cuts > 5);
}

/// What the file alone cannot tell: it takes memory outside it (last-seen, anchor, witness).
#[test]
fn a_log_cut_back_to_an_older_checkpoint_verifies_since_only_memory_outside_it_can_tell() {
    let copy = Copy::of(&ours().bytes);
    let (lines, sizes) = (copy.lines(), sizes(&copy));
    let cut = sizes[sizes.len() - 2];
    copy.set_lines(&lines[..cut]);
    cut_back(&copy, cut);
    let report = copy.verify().expect("nothing in the file tells");
    assert_eq!(report.records, place(cut).get());
}

/// Removes everything that tells of records from `cut` on.
fn cut_back(copy: &Copy, cut: usize) {
    let kept: std::collections::BTreeSet<Vec<u8>> = copy.lines()[..cut]
        .iter()
        .map(|line| {
            Record::from_line(line)
                .expect("a record")
                .0
                .session
                .as_bytes()
                .to_vec()
        })
        .collect();
    copy.tamper(|c| {
        c.execute("DELETE FROM checkpoint WHERE size > ?", [int(cut)])
            .expect("rows");
        c.execute("DELETE FROM detail WHERE seq >= ?", [int(cut)])
            .expect("rows");
        let mut found = c
            .prepare("SELECT session FROM detail_key")
            .expect("a query");
        let found = found.query_map([], |row| row.get(0)).expect("rows");
        let found: Vec<Vec<u8>> = found.collect::<Result<_, _>>().expect("rows");
        for session in found.iter().filter(|session| !kept.contains(*session)) {
            c.execute("DELETE FROM detail_key WHERE session = ?", [session])
                .expect("rows");
        }
    });
}

/// The threat model says so: a loose tail is signed by nobody or by a sheet, and no checkpoint
/// counts it yet.
#[test]
fn a_loose_tail_can_be_cut_without_a_trace_until_the_next_signature() {
    let copy = Copy::of(&ours().bytes);
    let signed = copy.lines().len();
    for _ in 0..2 {
        let wrong = SecretString::new("wrong".to_owned());
        let mut vault = copy.open().expect("the vault opens");
        let refused = vault.unlock(CLERK, &wrong).map(|_| ());
        assert!(matches!(
            refused,
            Err(Error::WrongPassphrase { recorded: true })
        ));
    }
    assert_eq!(copy.verify().expect("it verifies").unsigned_tail, 2);
    copy.set_lines(&copy.lines()[..=signed]);
    cut_back(&copy, signed + 1);
    assert_eq!(copy.verify().expect("nothing tells").unsigned_tail, 1);
    copy.try_as(PROVIDER, |session| session.entries().map(|_| ()))
        .expect("an act");
    let lines = copy.lines();
    assert_eq!(copy.verify().expect("it verifies").unsigned_tail, 0);
    let mut without = lines.clone();
    without.remove(signed);
    copy.set_lines(&without);
    assert_eq!(bad_seq(&copy.verify()), Some(place(signed).get()));
}

#[test]
fn every_changed_byte_of_a_checkpoint_is_found_at_the_record_that_it_covers() {
    let copy = Copy::of(&ours().bytes);
    for size in sizes(&copy) {
        let sql = format!("SELECT note FROM checkpoint WHERE size = {size}");
        let note = texts(&copy.connect(), &sql).remove(0);
        let last = size == copy.lines().len();
        for at in (0..note.len()).step_by(if last { 2 } else { 97 }) {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else {
                continue;
            };
            set_note(&copy, size, &changed);
            let bad = bad_record(&copy.verify()).expect("it is found");
            assert_eq!(
                (bad.seq, bad.flaw),
                (place(size - 1), Flaw::Checkpoint),
                "{at}"
            );
        }
        set_note(&copy, size, &note);
    }
    copy.verify().expect("as it was");
}

fn set_note(copy: &Copy, size: usize, note: &str) {
    copy.tamper(|c| {
        let sql = "UPDATE checkpoint SET note = ? WHERE size = ?";
        c.execute(sql, (note, int(size))).expect("a row");
    });
}

#[test]
fn a_checkpoint_of_another_size_is_found() {
    for sql in [
        "UPDATE checkpoint SET size = size - 1 WHERE size = (SELECT max(size) FROM checkpoint)",
        "UPDATE checkpoint SET size = size + 1 WHERE size = (SELECT max(size) FROM checkpoint)",
        "INSERT INTO checkpoint SELECT size + 5, note FROM checkpoint ORDER BY size DESC LIMIT 1",
        "INSERT INTO checkpoint SELECT 0, note FROM checkpoint ORDER BY size DESC LIMIT 1",
        "INSERT INTO checkpoint SELECT -1, note FROM checkpoint ORDER BY size DESC LIMIT 1",
        "INSERT INTO checkpoint SELECT 1, note FROM checkpoint ORDER BY size DESC LIMIT 1",
        "DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)",
        "DELETE FROM checkpoint",
    ] {
        let copy = Copy::of(&ours().bytes);
        copy.tamper(|c| execute(c, sql));
        assert!(bad_record(&copy.verify()).is_some(), "{sql}");
    }
}

#[test]
fn a_damaged_frontier_is_made_again_from_the_lines() {
    for sql in [
        "DELETE FROM frontier",
        "UPDATE frontier SET hashes = zeroblob(length(hashes))",
        "UPDATE frontier SET hashes = x'00'",
        "UPDATE frontier SET size = size + 1",
    ] {
        let copy = Copy::of(&ours().bytes);
        copy.tamper(|c| execute(c, sql));
        let acted = copy.try_as(PROVIDER, |session| session.entries().map(|_| ()));
        acted.expect(sql);
        copy.verify().expect(sql);
    }
}

/// The last record has neither facts nor rows: nobody looks at its signature before an act.
#[test]
fn nothing_is_signed_over_a_last_record_that_was_changed() {
    let copy = Copy::of(&ours().bytes);
    let mut lines = copy.lines();
    let last = lines.last_mut().expect("a record");
    let text = String::from_utf8(last.clone()).expect("JSON");
    let forged = text.replace("\"vault.restore\"", "\"vault.backup\"");
    assert_ne!(forged, text);
    *last = forged.into_bytes();
    copy.set_lines(&lines);
    let acted = copy.try_as(PROVIDER, |session| session.entries().map(|_| ()));
    assert!(bad_seq(&acted).is_some());
    assert_eq!(copy.lines().len(), lines.len());
}

/// Nor may what is shown of a locked vault rest on it.
#[test]
fn a_record_with_a_worthless_signature_at_the_end_is_refused_at_open() {
    let copy = Copy::of(&ours().bytes);
    let lines = copy.lines();
    let (last, _) = Record::from_line(&lines[lines.len() - 1]).expect("a record");
    let ours = copy.open().expect("the vault opens");
    let (entry, known) = ours.ledger().entries.iter().next().expect("an entry");
    let latest = known.latest;
    let forged = Record {
        seq: place(lines.len()),
        prev: ours.ledger().last,
        event: vault_core::audit::event::Event::SecretRotate,
        step: Some(vault_core::audit::event::Step::Pending),
        object: Some(vault_core::audit::actor::ObjectRef::Entry(entry)),
        version: Some(latest.next()),
        sealed: None,
        detail_key: None,
        details: std::collections::BTreeMap::new(),
        ..last
    };
    drop(ours);
    let seed = vault_core::secret::Key::from_slice(&[5; 32]).expect("32 bytes");
    let key = vault_core::crypto::signature::SigningKey::from_seed(&seed);
    let line = forged.to_line("example-parish-council/vault/0000000000000000", Some(&key));
    copy.set_lines(&[lines, vec![line]].concat());
    assert_eq!(bad_seq(&copy.open()), Some(forged.seq.get()));
}

#[test]
fn an_act_that_failed_leaves_the_vault_as_usable_as_it_was() {
    let copy = Copy::of(&ours().bytes);
    let mut vault = copy.open().expect("the vault opens");
    let terms = harness::Council::terms();
    let journal = || Box::new(harness::TestJournal::default());
    copy.tamper(|c| execute(c, "UPDATE checkpoint SET note = note || ' '"));
    let refused = vault.request_opening(&terms, journal()).map(|_| ());
    assert!(matches!(refused, Err(Error::Store(StoreError::Log(_)))));
    copy.write(&ours().bytes);
    let status = vault.status().expect("the status");
    assert_eq!(status.records, place(copy.lines().len()).get());
    vault.request_opening(&terms, journal()).expect("a request");
}

/// An act does not check anew what the one before has signed, but only as long as it stands so.
#[test]
fn a_head_changed_between_two_acts_of_a_session_is_found_by_the_second() {
    let copy = Copy::of(&ours().bytes);
    let mut vault = copy.open().expect("the vault opens");
    let passphrase = passphrase_of(PROVIDER);
    let mut session = vault.unlock(PROVIDER, &passphrase).expect("a session");
    let mut reveal = || session.reveal(TITLES[0], "password", Wanted::Current, None);
    let last = |copy: &Copy| copy.lines().len() - 1;
    for (table, key, column, flaw) in [
        ("checkpoint", "size", "note", Flaw::Checkpoint),
        ("record", "seq", "line", Flaw::WrongSignature),
    ] {
        reveal().expect("the head is what it was");
        let whole = std::fs::read(copy.path()).expect("the file");
        let sql = format!("SELECT CAST({column} AS TEXT) FROM {table} ORDER BY {key} DESC LIMIT 1");
        let text = texts(&copy.connect(), &sql).remove(0);
        // Near its end each has the signature in base64.
        let at = text.len() - 20;
        let other = if text.as_bytes()[at] == b'A' {
            "B"
        } else {
            "A"
        };
        let text = [&text[..at], other, &text[at + 1..]].concat();
        let as_is = if column == "line" {
            "CAST(?1 AS BLOB)"
        } else {
            "?1"
        };
        let newest = format!("(SELECT max({key}) FROM {table})");
        let sql = format!("UPDATE {table} SET {column} = {as_is} WHERE {key} = {newest}");
        copy.tamper(|connection| connection.execute(&sql, [&text]).expect("a row"));
        let bad = bad_record(&reveal()).expect("it is found");
        assert_eq!((bad.seq, bad.flaw), (place(last(&copy)), flaw), "{table}");
        copy.write(&whole);
    }
    reveal().expect("the head is what it was");
}
