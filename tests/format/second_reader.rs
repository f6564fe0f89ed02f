//! A second reader and verifier, that does as docs/format.md says: it takes the raw file and
//! nothing of the library but SLIP-0039's combination, which published vectors check elsewhere. The
//! library makes the vaults that it reads.

mod access_log;
mod branches;
mod cipher;
mod encoding;
mod holdings;
mod retention;
mod spelling;
mod vault_file;
mod vectors;

use std::collections::BTreeSet;

use harness::{
    AUDITOR, CHAIR, CLERK, Council, PROVIDER, TestJournal, WEBSITE_PASSWORD, passphrase_of,
};
use vault_core::crypto::shamir::{Share, combine};
use vault_core::secret::SecretString;

use access_log::{AccessLog, array, string};
use cipher::{open, unlock, unwrap};
use encoding::{Fields, Place, Word, derived, fields, hex, sha256, unhex};
use holdings::{Ciphertexts, Reader};
use vault_file::{BOUND, VaultFile, blob, number, row_digest, row_key, text};

/// A person who has unlocked: their id and the secret bytes of their identity.
struct Unlocked {
    id: Vec<u8>,
    unlock: Word,
    age: Word,
}

/// Unlocks a person of the sample council, whose names are of ASCII and have no double blanks.
fn unlocked(file: &VaultFile, log: &AccessLog, name: &str) -> Unlocked {
    let tagged = Fields::labelled("login").bytes(&log.vault);
    let tag = sha256(&tagged.bytes(name.to_lowercase().as_bytes()).finish());
    let people = file.rows("person");
    let person = people.iter().find(|row| blob(&row[1]) == tag);
    let id = blob(&person.expect("a person of that name")[0]).to_vec();
    let credentials = file.rows("credential");
    let row = credentials.iter().find(|row| blob(&row[0]) == id);
    let row = row.expect("a credential");
    let cost = |at: usize| u32::try_from(number(&row[at])).expect("within the bounds");
    let passphrase = passphrase_of(name);
    let cost = (cost(1), cost(2), cost(3));
    let (key, commitment) = unlock(passphrase.expose(), blob(&row[4]), cost, &log.vault);
    assert_eq!(commitment[..], *blob(&row[5]));
    let place = Place {
        vault: &log.vault,
        object: ("credential", &id),
        version: 1,
        part: "identity",
        key: (&id, 1),
    };
    let plain = open(&key, &place.encode(), blob(&row[6])).expect("the right passphrase");
    let [age, seed, vault, genesis, verify_key] = fields(&plain).expect("five fields")[..] else {
        panic!("an identity has five fields");
    };
    let seed: Word = seed.try_into().expect("32 bytes");
    let signing = ed25519_dalek::SigningKey::from_bytes(&seed);
    assert_eq!(signing.verifying_key().as_bytes(), verify_key);
    let fact = &log.facts[&format!("person {}", hex(&id))];
    assert_eq!(fact["verify_key"], hex(verify_key).as_str());
    assert_eq!((vault, genesis), (&log.vault[..], &log.leaves[0][..]));
    let age = age.try_into().expect("32 bytes");
    Unlocked {
        id,
        unlock: key,
        age,
    }
}

fn reader<'a>(file: &'a VaultFile, log: &'a AccessLog, person: &Unlocked) -> Reader<'a> {
    Reader {
        file,
        log,
        age: person.age,
        name: hex(&person.id),
        object: ("person", person.id.clone()),
    }
}

fn read(council: &Council) -> (VaultFile, AccessLog) {
    let file = VaultFile::open(&council.path());
    let log = AccessLog::of(&file).expect("a sound log");
    (file, log)
}

/// A council whose envelope was opened with the chair's and the safe's sheets and is then sealed
/// again by the provider's next unlock, with new generations.
fn opened_and_renewed() -> (Council, Vec<SecretString>) {
    let (council, sheets) = Council::with_envelope();
    let mut vault = council.open().expect("the vault opens");
    let journal = Box::new(TestJournal::default());
    let requested = vault.request_opening(&Council::terms(), journal);
    let mut requested = requested.expect("a request");
    for words in [&sheets[0], &sheets[2]] {
        requested.accept(words).expect("a good sheet");
    }
    let mut opening = requested.release().expect("the rule is met");
    opening.reveal("Website").expect("an entry in scope");
    opening.close().expect("an end");
    drop(vault);
    council.unlocked(PROVIDER, |session| session.entries().map(|_| ()));
    (council, sheets)
}

#[test]
fn a_passphrase_and_the_raw_file_give_the_password() {
    let council = Council::at_work();
    let (file, log) = read(&council);
    let provider = unlocked(&file, &log, PROVIDER);
    let value = reader(&file, &log, &provider).field("Website", "password");
    assert_eq!(value.as_deref(), Some(WEBSITE_PASSWORD));
}

#[test]
fn a_witness_s_word_is_for_the_log_as_it_was() {
    let council = Council::at_work();
    let witness = council.name_witness();
    let taken: Vec<_> = (0..3).map(|_| council.vouched_by(&witness)).collect();
    let (_, log) = read(&council);
    assert!(log.witnesses.contains_key(harness::WITNESS));
    let vouched = log.vouched.iter().map(|(seq, size, _)| (*seq, *size));
    let told = taken.iter().map(|it| (it.record.get(), it.head.size));
    let told = told.map(|(seq, size)| [seq, size].map(|it| usize::try_from(it).expect("small")));
    assert!(vouched.eq(told.map(|[seq, size]| (seq, size))));
    // The same lines with a head that is not theirs.
    let file = VaultFile::open(&council.path());
    let mut lines = file.lines();
    let (seq, size, root) = log.vouched[1].clone();
    let text = String::from_utf8(lines[seq].clone()).expect("text");
    let other = text.replace(
        &format!("\"size\":{size}"),
        &format!("\"size\":{}", size - 1),
    );
    for forged in [other, text.replace(&root, &hex(&[7; 32]))] {
        assert_ne!(forged, text);
        lines[seq] = forged.into_bytes();
        let read = AccessLog::verified(&lines, &file.checkpoints()).map(drop);
        assert_eq!(read.err().map(|flaw| flaw.0), Some(seq));
    }
}

#[test]
fn an_older_value_is_reached_by_walking_back_from_the_newest_generation() {
    let (council, _) = opened_and_renewed();
    let (file, log) = read(&council);
    let newest = file
        .rows("generation")
        .iter()
        .map(|row| number(&row[1]))
        .max();
    assert_eq!(newest, Some(2));
    let provider = unlocked(&file, &log, PROVIDER);
    let value = reader(&file, &log, &provider).field("Website", "password");
    assert_eq!(value.as_deref(), Some(WEBSITE_PASSWORD));
}

#[test]
fn an_entry_is_found_by_its_title_tag_and_agrees_with_the_log() {
    let (council, _) = opened_and_renewed();
    let (file, log) = read(&council);
    let auditor = unlocked(&file, &log, AUDITOR);
    let directory = unhex(&collection_of_kind(&log, "directory"));
    let key = reader(&file, &log, &auditor).collection_key(&directory, 1);
    let key = key.expect("the auditor reads the directory");
    let tag_key = derived(&key, &log.vault, "title-tag", Some(1));
    let tag = encoding::title_tag(&tag_key, "website");
    let entries = file.rows("entry");
    let found = entries.iter().find(|row| blob(&row[2]) == tag);
    let found = found.expect("an entry of that title");
    let fact = &log.facts[&format!("entry {}", hex(blob(&found[0])))];
    assert_eq!(fact["collection"], hex(blob(&found[1])).as_str());
    assert_eq!(number(&found[5]), 1);
    assert_eq!(found[6], rusqlite::types::Value::Null);
}

#[test]
fn a_line_in_another_spelling_is_not_read() {
    let council = Council::found();
    let file = VaultFile::open(&council.path());
    let (lines, notes) = (file.lines(), file.checkpoints());
    let line = String::from_utf8(lines[1].clone()).expect("UTF-8");
    for (said, otherwise) in [
        ("{\"v\":1,", "{\"v\": 1,"),
        ("{\"v\":1,\"seq\":1,", "{\"seq\":1,\"v\":1,"),
        ("\"seq\":1,", "\"seq\":1,\"step\":null,"),
        ("\"in_scope\":true", "\"in_scope\":true,\"more\":0"),
    ] {
        assert!(line.contains(said), "{said}");
        let forged = line.replacen(said, otherwise, 1).into_bytes();
        let refused = AccessLog::verified(&[lines[0].clone(), forged], &notes);
        assert_eq!(refused.map(|_| ()), Err((1, "not the one spelling")));
    }
}

/// The names of an entry's ciphertexts, by the collection that it stands in.
fn names_of_entries(file: &VaultFile, collection: &str) -> BTreeSet<String> {
    let entries = file.rows("entry");
    let theirs = entries
        .iter()
        .filter(|row| hex(blob(&row[1])) == collection);
    theirs
        .flat_map(|row| {
            let (entry, version) = (row_key("entry", row), hex(blob(&row[0])));
            let parts = ["#catalogue", "#data-key", "#secret/0"];
            let parts = parts.map(|part| format!("version/{version}/1{part}"));
            std::iter::once(entry).chain(parts)
        })
        .collect()
}

fn collection_of_kind(log: &AccessLog, kind: &str) -> String {
    let fact = log.facts.values().find(|fact| fact["kind"] == kind);
    string(&fact.expect("such a collection")["collection"]).to_owned()
}

#[test]
fn every_key_of_an_outsider_on_every_ciphertext_opens_nothing_of_a_collection() {
    let (council, _) = Council::with_envelope();
    let (file, log) = read(&council);
    let services = names_of_entries(&file, &collection_of_kind(&log, "service"));
    let administration = names_of_entries(&file, &collection_of_kind(&log, "admin"));
    assert_eq!((services.len(), administration.len()), (4, 4));
    let all = Ciphertexts::of(&file, &log);
    for (name, services_open, administration_opens) in [
        (PROVIDER, true, true),
        (CLERK, false, true),
        (CHAIR, false, false),
        (AUDITOR, false, false),
    ] {
        let person = unlocked(&file, &log, name);
        let opened = all.opened_with(&[person.unlock, person.age]);
        let opens = |names: &BTreeSet<String>| {
            let count = names.iter().filter(|n| opened.contains_key(*n)).count();
            assert!(count == 0 || count == names.len(), "{name} opens a part");
            count > 0
        };
        let found = (opens(&services), opens(&administration));
        assert_eq!(found, (services_open, administration_opens), "{name}");
        // The search itself works: each reads the directory, and the log's words.
        let details = opened.keys().filter(|n| n.starts_with("detail/")).count();
        assert_eq!(details, file.rows("detail").len(), "{name}");
        assert!(opened.contains_key(&format!("person/{}", hex(&person.id))));
        assert!(!opened.keys().any(|n| n.starts_with("share/")), "{name}");
    }
}

#[test]
fn the_log_verifies_from_its_lines_through_an_opening_and_no_record_can_be_changed() {
    let (council, _) = opened_and_renewed();
    let (file, log) = read(&council);
    let actors = ["person:", "sheet:", "escrow:", "nobody"];
    for actor in actors {
        let signed = |record: &&serde_json::Value| string(&record["actor"]).starts_with(actor);
        assert!(log.records.iter().any(|record| signed(&record)), "{actor}");
    }
    let (lines, notes) = (file.lines(), file.checkpoints());
    for at in 0..lines.len() {
        let mut forged = lines.clone();
        let place = forged[at].windows(7).position(|w| w == b"\"time\":");
        // The last digit of the seconds: a sound line, another time.
        let digit = place.expect("a time") + 26;
        forged[at][digit] ^= 1;
        let refused = AccessLog::verified(&forged, &notes).map(|_| ());
        let expected = if log.records[at]["actor"] == "nobody" {
            (at + 1, "the chain is broken")
        } else {
            (at, "the signature is another's")
        };
        assert_eq!(refused, Err(expected));
    }
    let shorter = AccessLog::verified(&lines[..lines.len() - 1], &notes);
    assert_eq!(
        shorter.map(|_| ()),
        Err((lines.len(), "records are missing"))
    );
    let uncovered = AccessLog::verified(&lines, &notes[..notes.len() - 1]);
    assert!(uncovered.is_err());
}

#[test]
fn every_row_is_the_one_that_the_log_last_named_and_there_are_no_others() {
    let (council, _) = opened_and_renewed();
    let (file, log) = read(&council);
    let mut found = std::collections::BTreeMap::new();
    for table in BOUND {
        for row in file.rows(table) {
            found.insert(row_key(table, &row), hex(&row_digest(table, &row)));
        }
    }
    assert_eq!(found, log.rows);
}

#[test]
fn a_copy_bears_the_mark_of_what_its_own_record_says_it_is() {
    let council = Council::at_work();
    let [backup, kit] = ["backup", "kit"].map(|name| council.folder().join(name));
    let vault = || VaultFile::open(&council.path());
    council.unlocked(PROVIDER, |s| s.backup(&backup));
    council.unlocked(CLERK, |s| s.copy_for_kit(&kit));
    for (path, kind) in [(backup, "backup"), (kit, "kit")] {
        let file = VaultFile::open(&path);
        let log = AccessLog::of(&file).expect("the log verifies");
        let [mark] = &file.rows("copy")[..] else {
            panic!("one mark");
        };
        assert_eq!((number(&mark[0]), text(&mark[1])), (1, kind));
        let at = usize::try_from(number(&mark[2])).expect("a small number");
        assert_eq!(log.records[at]["event"], "vault.backup");
        assert_eq!(log.records[at]["facts"][0]["copy"], kind);
        // The copy's own log ends with that; the vault's says after it which file it is.
        let whole = AccessLog::of(&vault()).expect("the log verifies");
        let digest = sha256(&std::fs::read(&path).expect("a file"));
        let mut made = whole.records.iter().filter(|r| r["under"] == at);
        let made = made.next().expect("a record");
        assert_eq!(made["event"], "vault.backup");
        assert_eq!(made["facts"][0]["copied"], hex(&digest));
    }
    assert!(vault().rows("copy").is_empty());
}

#[test]
fn the_schema_is_the_one_on_the_page() {
    let council = Council::found();
    let (_, block) = vectors::PAGE
        .split_once("```sql\n")
        .expect("a block of SQL");
    let (block, _) = block.split_once("```").expect("its end");
    let printed: BTreeSet<String> = block.lines().map(str::to_owned).collect();
    assert_eq!(VaultFile::open(&council.path()).schema(), printed);
}

/// The keys that words give: the sheet's serial and the secret bytes of its identity.
fn sheet(log: &AccessLog, words: &SecretString) -> (String, Word) {
    let share = Share::from_words(words).expect("twenty good words");
    let no_passphrase = SecretString::new(String::new());
    let key = combine([&share], &no_passphrase).expect("a lone share");
    let age = derived(key.expose(), &log.vault, "sheet-age", None);
    let recipient = cipher::identity(&age).to_public().to_string();
    let sheets = log
        .facts
        .iter()
        .filter(|(name, _)| name.starts_with("sheet "));
    let mut ours = sheets.filter(|(_, fact)| fact["recipient"] == recipient.as_str());
    let (_, fact) = ours.next().expect("a sheet of this vault");
    assert_eq!(
        fact["identifier"],
        u16::from(share.header().identifier),
        "the register tells a sheet by its first two words"
    );
    (string(&fact["serial"]).to_owned(), age)
}

/// The escrow secret of an epoch, from enough sheets.
fn escrow_secret(file: &VaultFile, log: &AccessLog, sheets: &[(String, Word)]) -> Vec<u8> {
    let scheme = &log.facts["seal 1"]["scheme"];
    let shares = array(&scheme["groups"])
        .iter()
        .flat_map(|g| array(&g["shares"]));
    let rows = file.rows("share");
    let mut opened = Vec::new();
    for (number, serials) in (0_u64..).zip(shares) {
        let theirs = |(serial, _): &&(String, Word)| array(serials).contains(&serial[..].into());
        let Some((_, age)) = sheets.iter().find(theirs) else {
            continue;
        };
        let place = Place {
            vault: &log.vault,
            object: ("share", &1_u64.to_be_bytes()),
            version: number,
            part: "share",
            key: (&log.vault, 1),
        };
        let row = rows
            .iter()
            .find(|row| row_key("share", row) == format!("share/1/{number}"));
        let file = blob(&row.expect("a sealed share")[2]);
        let words = unwrap(age, &place.encode(), file).expect("the sheet's share");
        let words = SecretString::new(String::from_utf8(words).expect("words"));
        opened.push(Share::from_words(&words).expect("a share"));
    }
    let no_passphrase = SecretString::new(String::new());
    let secret = combine(&opened, &no_passphrase).expect("enough shares");
    secret.expose().to_vec()
}

#[test]
fn two_sheets_and_the_raw_file_give_the_password() {
    let (council, sheets) = Council::with_envelope();
    let (file, log) = read(&council);
    let sheets = [&sheets[1], &sheets[2]].map(|words| sheet(&log, words));
    let secret = escrow_secret(&file, &log, &sheets);
    let seal = &log.facts["seal 1"];
    let age = derived(&secret, &log.vault, "escrow-age", Some(1));
    assert_eq!(
        seal["recipient"],
        cipher::identity(&age).to_public().to_string()
    );
    let seed = derived(&secret, &log.vault, "escrow-sign", Some(1));
    let signing = ed25519_dalek::SigningKey::from_bytes(&seed);
    assert_eq!(seal["verify_key"], hex(signing.verifying_key().as_bytes()));
    let epoch = Reader {
        file: &file,
        log: &log,
        age,
        name: "escrow-1".to_owned(),
        object: ("escrow", 1_u64.to_be_bytes().to_vec()),
    };
    let value = epoch.field("Website", "password");
    assert_eq!(value.as_deref(), Some(WEBSITE_PASSWORD));
}

#[test]
fn the_auditor_reads_the_words_and_each_matches_its_digest() {
    let (council, _) = opened_and_renewed();
    let (file, log) = read(&council);
    let auditor = unlocked(&file, &log, AUDITOR);
    let auditor = reader(&file, &log, &auditor);
    let access_log = unhex(&collection_of_kind(&log, "access-log"));
    let keys = file.rows("detail_key");
    let mut words_read = BTreeSet::new();
    for row in file.rows("detail") {
        let seq = number(&row[0]);
        let record = &log.records[usize::try_from(seq).expect("a place")];
        assert_eq!(record["sealed"], hex(&sha256(blob(&row[1]))).as_str());
        let session = unhex(string(&record["session"]));
        let key = keys
            .iter()
            .find(|row| blob(&row[0]) == session)
            .expect("a key");
        let generation = number(&key[1]);
        let first = log.records.iter().find(|other| {
            let of_session = other["session"] == record["session"];
            of_session && !other["sealed"].is_null()
        });
        let digest = sha256(&[&generation.to_be_bytes(), blob(&key[2])].concat());
        let first = first.expect("a first record with words");
        assert_eq!(first["detail_key"], hex(&digest).as_str());
        let collection_key = auditor.collection_key(&access_log, generation);
        let collection_key = collection_key.expect("the auditor reads the log");
        let deposit = derived(&collection_key, &log.vault, "deposit", Some(generation));
        let place = auditor.placed(("session", &session), 1, "detail-key", &session, 1);
        let key = unwrap(&deposit, &place, blob(&key[2])).expect("the session's key");
        let object = ("record", &seq.to_be_bytes()[..]);
        let place = auditor.placed(object, 1, "details", &session, 1);
        let key = key.try_into().expect("32 bytes");
        let json = open(&key, &place, blob(&row[1])).expect("the record's words");
        let words: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        let words = words.as_object().expect("an object");
        let digests = record["details"].as_object().expect("an object");
        assert!(words.keys().eq(digests.keys()));
        for (name, word) in words {
            let said = serde_json::to_vec(&[&word[0], &name[..].into(), &word[1]]);
            assert_eq!(digests[name], hex(&sha256(&said.expect("JSON"))).as_str());
            words_read.insert(format!("{name}: {}", string(&word[1])));
        }
    }
    for expected in [
        "title: Website",
        "opener: Chris Chair",
        "host: example-host",
    ] {
        assert!(words_read.contains(expected), "{expected}");
    }
}
