//! What one machine remembers: an older copy of the vault, put in the place of the newer one, is
//! noticed, and nothing else is mistaken for that.

use std::fs;
use std::path::PathBuf;

use harness::{AUDITOR, CHAIR, CLERK, COUNCILLOR, PROVIDER};
use vault_core::audit::ledger::Ledger;
use vault_core::audit::memory;
use vault_core::store::Store;

use crate::desk::{Desk, records as records_of, text};
use crate::ran::fed;

const GET: [&str; 3] = ["get", "Website", "--reveal"];

/// How many records the file has, by the file alone.
fn records(desk: &Desk) -> u64 {
    let mut command = desk.command(&["log", "verify", "--quick", "--json"]);
    let forgetful = tempfile::tempdir().expect("a folder");
    command.env("COFFER_STATE_DIR", forgetful.path());
    fed(command, b"").done().json()["records"]
        .as_u64()
        .expect("a count")
}

/// A copy of the vault file as it is.
fn snapshot(desk: &Desk) -> Vec<u8> {
    fs::read(desk.vault()).expect("the vault")
}

fn put_back(desk: &Desk, bytes: &[u8]) {
    fs::write(desk.vault(), bytes).expect("the vault");
}

/// The file in the state folder whose name ends so and which was written last: the desk may have been
/// laid out elsewhere before.
fn remembered(desk: &Desk, ending: &str) -> PathBuf {
    let found = desk.memory(ending).into_iter().next();
    found.unwrap_or_else(|| panic!("a file that ends in {ending}"))
}

/// What the memory of the log is called, there or not.
fn remembered_name(desk: &Desk) -> String {
    let newest = text(&remembered(desk, "newest"));
    newest.replace(".newest", ".ledger")
}

#[test]
fn each_older_copy_of_the_vault_is_refused_and_both_counts_are_told() {
    let desk = Desk::at_work();
    let mut copies = vec![(records(&desk), snapshot(&desk))];
    for _ in 0..5 {
        desk.by(PROVIDER, &GET).done();
        copies.push((records(&desk), snapshot(&desk)));
    }
    let (now, newest) = copies.pop().expect("the newest");
    for (count, copy) in &copies {
        put_back(&desk, copy);
        let refused = desk.by(PROVIDER, &GET).refused(9);
        for told in [
            format!("it had {now} records"),
            format!("now it has {count}"),
        ] {
            assert!(refused.stderr.contains(&told), "{refused:?}");
        }
        assert_eq!(records(&desk), *count, "nothing was written");
    }
    put_back(&desk, &newest);
    desk.by(PROVIDER, &GET).done();
}

#[test]
fn a_fork_of_the_same_length_is_refused_and_so_is_a_longer_one() {
    let desk = Desk::at_work();
    let before = snapshot(&desk);
    desk.by(PROVIDER, &GET).done();
    let ours = snapshot(&desk);
    // Somebody else goes on from the older copy, on another machine.
    let elsewhere = |words: &[&str]| {
        let words = desk.words_of(PROVIDER, words);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut command = desk.command(&words);
        command.env("COFFER_STATE_DIR", desk.path("elsewhere"));
        fed(command, b"").done()
    };
    put_back(&desk, &before);
    for more in 0..3 {
        elsewhere(&GET);
        let refused = desk.by(PROVIDER, &GET).refused(9);
        assert!(
            refused.stderr.contains("went its own way"),
            "{more}: {refused:?}"
        );
    }
    put_back(&desk, &ours);
    desk.by(PROVIDER, &GET).done();
}

#[test]
fn on_an_older_copy_only_what_finds_out_and_what_must_be_possible_is_done() {
    let desk = Desk::with_envelope();
    let before = snapshot(&desk);
    desk.by(PROVIDER, &GET).done();
    put_back(&desk, &before);
    let told = |stderr: &str| stderr.contains("copy of the vault");
    for words in [
        &["list"][..],
        &["show", "Website"],
        &["envelope", "seal"],
        &["requests"],
        &["rotate", "Website", "--generate", "words:5"],
    ] {
        let refused = desk.by(PROVIDER, words).refused(9);
        assert!(told(&refused.stderr), "{words:?}: {refused:?}");
    }
    desk.run(&["envelope", "status"]).refused(9);

    let status = desk.run(&["status", "--json"]).ends(13);
    assert!(told(&status.stderr) && status.json()["rollback"]["seen"].is_object());
    assert!(told(&desk.run(&["log", "checkpoint"]).done().stderr));
    let read = desk.by(AUDITOR, &["log", "show", "--json"]).done();
    assert!(told(&read.stderr) && !read.stdout.is_empty());
    let verified = desk.run(&["log", "verify", "--json"]).ends(9);
    let rollback = &verified.json()["rollback"];
    assert!(rollback["seen"]["last"].is_string() && rollback["now"]["last"].is_string());
    let opening = desk.opening(&["--list"]);
    let opening: Vec<&str> = opening.iter().map(String::as_str).collect();
    assert!(told(&desk.run(&opening).done().stderr));
    // None of this made the machine forget.
    desk.by(PROVIDER, &GET).refused(9);
}

#[test]
fn an_older_copy_that_is_looked_at_in_another_place_does_not_become_the_vault() {
    let desk = Desk::at_work();
    let copy = text(&desk.path("out/coffer.vault"));
    fs::copy(desk.vault(), &copy).expect("a copy");
    desk.by(PROVIDER, &GET).done();
    let there = |name: &str, words: &[&str]| desk.by(name, &[&["--vault", &copy], words].concat());
    for _ in 0..2 {
        there(PROVIDER, &GET).refused(9);
        let read = there(AUDITOR, &["log", "show", "--json"]).done();
        assert!(read.stderr.contains("copy of the vault"), "{read:?}");
    }
    there(PROVIDER, &["list"]).refused(9);
    let worked = desk.by(PROVIDER, &GET).done();
    assert!(!worked.stderr.contains("warning: "), "{worked:?}");
}

#[test]
fn a_loss_that_two_people_accept_is_accepted_on_every_machine_that_saw_the_lost_head() {
    let desk = Desk::at_work();
    let before = snapshot(&desk);
    desk.by(PROVIDER, &GET).done();
    // Another machine saw the same head last.
    let elsewhere = |words: &[&str]| {
        let words = desk.words_of(CLERK, words);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut command = desk.command(&words);
        command.env("COFFER_STATE_DIR", desk.path("elsewhere"));
        fed(command, b"")
    };
    elsewhere(&["log", "verify"]).done();
    put_back(&desk, &before);
    desk.by(PROVIDER, &GET).refused(9);
    elsewhere(&["list"]).refused(9);

    let accept = ["log", "accept-rollback", "--json"];
    let accepted = desk.by(PROVIDER, &accept).done();
    let request = format!("r{}", accepted.record());
    assert!(accepted.stderr.contains("coffer approve"), "{accepted:?}");
    desk.by(PROVIDER, &GET).refused(9);
    desk.by(PROVIDER, &["approve", &request]).refused(7);
    desk.by(PROVIDER, &GET).refused(9);
    desk.by(CLERK, &["approve", &request]).done();
    desk.by(PROVIDER, &GET).done();
    elsewhere(&["list"]).done();
    let log = desk.log();
    assert_eq!(records_of(&log, "log.accept_rollback", "ok").len(), 1);
    desk.by(PROVIDER, &accept).refused(2);
    desk.run(&["log", "verify"]).done();
}

#[test]
fn where_nobody_could_confirm_it_a_loss_is_accepted_at_once() {
    let desk = Desk::founded();
    let before = snapshot(&desk);
    desk.by(PROVIDER, &["list"]).done();
    put_back(&desk, &before);
    desk.by(PROVIDER, &["list"]).refused(9);
    desk.by(PROVIDER, &["log", "accept-rollback"]).done();
    desk.by(PROVIDER, &["list"]).done();
}

#[test]
fn another_vault_under_the_same_path_is_named() {
    let desk = Desk::at_work();
    desk.by(PROVIDER, &GET).done();
    let other = Desk::found();
    put_back(&desk, &snapshot(&other));
    let first = desk.by(PROVIDER, &["list"]).done();
    for told in [
        "another vault than the one used here",
        "first use of this vault",
    ] {
        assert!(first.stderr.contains(told), "{first:?}");
    }
    let second = desk.by(PROVIDER, &["list"]).done();
    assert!(!second.stderr.contains("vault"), "{second:?}");
}

#[test]
fn a_process_that_ends_between_the_commit_and_the_memory_raises_no_alarm() {
    let desk = Desk::at_work();
    desk.by(PROVIDER, &GET).done();
    let seen = remembered(&desk, "seen");
    let older = fs::read(&seen).expect("a head");
    for _ in 0..3 {
        desk.by(PROVIDER, &GET).done();
        // What such a process leaves: the file ahead, the memory behind.
        fs::write(&seen, &older).expect("a head");
        assert!(
            desk.run(&["log", "verify"])
                .done()
                .stderr
                .contains("older copy")
        );
        assert_ne!(fs::read(&seen).expect("a head"), older);
    }
}

#[test]
fn a_damaged_or_missing_memory_is_said_and_never_an_alarm() {
    let desk = Desk::at_work();
    desk.by(PROVIDER, &GET).done();
    let seen = remembered(&desk, "seen");
    let whole = fs::read(&seen).expect("a head");
    for at in (0..whole.len()).step_by(29) {
        let mut damaged = whole.clone();
        damaged[at] ^= 4;
        fs::write(&seen, damaged).expect("a head");
        desk.run(&["log", "verify"]).done();
    }
    fs::write(&seen, &whole[..20]).expect("a head");
    let got = desk.by(PROVIDER, &GET).done();
    assert!(got.stderr.contains("cannot remember"), "{got:?}");
    fs::remove_dir_all(desk.path("state")).expect("a folder");
    let got = desk.by(PROVIDER, &GET).done();
    assert!(got.stderr.contains("first use of this vault"), "{got:?}");
    assert_eq!(desk.by(PROVIDER, &GET).done().stderr, "");
}

#[test]
fn a_state_folder_that_cannot_be_written_is_a_remark_and_no_obstacle() {
    let desk = Desk::at_work();
    let file = desk.file("not-a-folder", b"");
    let words = desk.words_of(PROVIDER, &GET);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    for folder in [file.clone(), format!("{file}/below")] {
        let mut command = desk.command(&words);
        command.env("COFFER_STATE_DIR", folder);
        let got = fed(command, b"").done();
        assert!(got.stderr.contains("cannot remember"), "{got:?}");
    }
}

#[test]
fn what_is_remembered_makes_no_difference_to_what_is_answered() {
    let desk = Desk::at_work();
    // Enough records for the log to be remembered, and a rotation after that.
    for _ in 0..35 {
        desk.by(PROVIDER, &["list"]).done();
    }
    remembered(&desk, "ledger");
    let new = b"GreenHarbourLamp-2";
    desk.by_with(PROVIDER, &["rotate", "Website", "--password-stdin"], new)
        .done();
    desk.by(PROVIDER, &["rotate", "Website", "--confirm"])
        .done();
    for read in [&GET[..], &["list", "--json"], &["requests", "--json"]] {
        let with = desk.by(PROVIDER, read).done();
        let whole = fs::read(remembered(&desk, "ledger")).expect("a memory");
        for at in [40, whole.len() / 2, whole.len() - 50] {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(remembered(&desk, "ledger"), damaged).expect("a memory");
            let mut without = desk.by(PROVIDER, read);
            if without.status == Some(11) {
                assert!(without.stderr.contains("is thrown away"), "{without:?}");
                without = desk.by(PROVIDER, read);
            }
            assert_eq!(
                with.stdout,
                without.done().stdout,
                "{read:?} with byte {at} changed"
            );
            fs::write(remembered_name(&desk), &whole).expect("a memory");
        }
    }
}

#[test]
fn writers_and_readers_in_parallel_raise_no_false_alarm() {
    let desk = Desk::at_work();
    let get = desk.words_of(PROVIDER, &GET);
    let list = desk.words_of(CLERK, &["list"]);
    let verify = vec!["log".to_owned(), "verify".to_owned()];
    std::thread::scope(|scope| {
        let each = [&get, &list]
            .into_iter()
            .chain(std::iter::repeat_n(&verify, 8));
        let runs: Vec<_> = each
            .map(|words| {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let desk = &desk;
                scope.spawn(move || (0..6).map(|_| desk.run(&words)).collect::<Vec<_>>())
            })
            .collect();
        for run in runs {
            for ran in run.join().expect("a thread") {
                // A busy file may make somebody wait in vain; nobody may be accused.
                assert!(matches!(ran.status, Some(0 | 12)), "{ran:?}");
            }
        }
    });
    assert!(
        desk.run(&["log", "verify"])
            .done()
            .stderr
            .contains("older copy")
    );
    desk.by(CHAIR, &["list"]).done();
}

#[test]
fn copies_of_one_vault_share_one_memory_and_two_vaults_none() {
    let desk = Desk::at_work();
    let copy = desk.file("vault/copy.vault", &snapshot(&desk));
    desk.by(PROVIDER, &GET).done();
    let older = ["--vault", &copy];
    desk.by(PROVIDER, &[&GET[..], &older].concat()).refused(9);
    let other = Desk::found();
    let stranger = text(&desk.path("vault/other.vault"));
    fs::write(&stranger, snapshot(&other)).expect("a vault");
    desk.by(PROVIDER, &["list", "--vault", &stranger]).done();
    desk.by(PROVIDER, &GET).done();
}

#[test]
fn on_an_older_copy_nobody_is_confirmed_and_nobody_is_given_a_key() {
    let desk = Desk::at_work();
    let waiting = desk.enrol(COUNCILLOR, "councillor").to_string();
    // Whoever ends their own membership leaves the new key to the next reader.
    let grant = ["collection", "grant", "Administration", CLERK];
    let manage = ["--permission", "manage"];
    desk.by(PROVIDER, &[&grant[..], &manage].concat()).done();
    let leave = ["collection", "revoke", "Administration", PROVIDER];
    desk.by(PROVIDER, &leave).done();
    let before = snapshot(&desk);
    desk.by(CLERK, &["list"]).done();
    put_back(&desk, &before);
    let length = records(&desk);
    desk.by(CLERK, &["approve", &waiting]).refused(9);
    assert_eq!(records(&desk), length + 1, "an unlock");
    desk.by(CLERK, &["log", "show"]).done();
    assert_eq!(records(&desk), length + 3, "an unlock and a reading");
}

#[test]
fn a_memory_of_more_records_than_there_can_be_stops_nothing() {
    let desk = Desk::at_work();
    desk.by(PROVIDER, &GET).done();
    let mut ledger = Ledger::default();
    let store = Store::open(&desk.vault()).expect("the file");
    store.catch_up(&mut ledger).expect("the log");
    drop(store);
    ledger.size = u64::MAX;
    let bytes = memory::encode(&ledger).expect("a memory");
    fs::write(remembered_name(&desk), bytes).expect("a memory");
    desk.by(PROVIDER, &GET).done();
}
