//! `kill -9` at random moments: what was acknowledged stands, the rest is before or after.

use std::thread;
use std::time::Duration;

use harness::{PROVIDER, WEBSITE_PASSWORD};
use serde_json::Value;
use vault_cli::clock::Stopwatch;

use crate::desk::{Desk, count, records};
use crate::ran::fed;
use crate::workload::{Aim, Dice, Enough, Writer, killed};

const WRITERS: u64 = 4;
/// So often are they killed in all, each within so many runs.
const KILLS: usize = 30;
const ROUNDS: usize = 100;
/// What the log holds before, so that an act is one among thousands.
const IMPORTED: usize = 3000;
const SEALINGS: usize = 7;
const OPENINGS: usize = 7;

/// How long `words` takes where nobody kills it.
fn normal(desk: &Desk, words: &[&str]) -> Duration {
    let watch = Stopwatch::start();
    fed(desk.command(words), b"").done();
    watch.elapsed()
}

fn words(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

/// A desk whose log has thousands of records.
fn with_thousands_of_records() -> Desk {
    let desk = Desk::at_work();
    let head = "url,username,password,totp,extra,name,grouping,fav\n";
    let row = |n| format!("https://example.org/{n},clerk,AmberHarbourKite-{n},,,Site {n},,0\n");
    let rows: String = (0..IMPORTED).map(row).collect();
    let export = desk.file("out/export.csv", format!("{head}{rows}").as_bytes());
    let import = ["import", &export, "--collection", "Services", "--apply"];
    desk.by(PROVIDER, &import).done();
    desk
}

/// The numbers are dense, and what the file, its last checkpoint and this computer's memory take
/// for the head is one.
fn has_one_head(desk: &Desk) -> u64 {
    let log = desk.log();
    let numbers = log
        .iter()
        .zip(0_u64..)
        .filter(|(line, n)| line["seq"] == *n);
    assert_eq!(numbers.count(), log.len(), "the numbers are dense");
    let verified = desk.run(&["log", "verify", "--json"]).done().json();
    let records = verified["records"].as_u64().expect("a number");
    assert_eq!(records, log.len() as u64);
    let note = verified["checkpoint"].as_str().expect("a note");
    let signed: u64 = note.lines().nth(1).expect("a size").parse().expect("one");
    let tail = verified["unsigned_tail"].as_u64().expect("a number");
    assert_eq!(signed + tail, records);
    let seen = std::fs::read_to_string(&desk.memory("seen")[0]).expect("a text");
    let seen: Value = serde_json::from_str(seen.lines().next().expect("a line")).expect("JSON");
    assert_eq!(seen["size"], records);
    assert_eq!(seen["last"], verified["last"]);
    records
}

#[test]
fn writers_who_are_killed_lose_nothing_that_was_acknowledged() {
    let desk = with_thousands_of_records();
    let list = desk.words_of(PROVIDER, &["list"]);
    let alone = normal(&desk, &words(&list));
    let writers: Vec<Writer> = (1..=WRITERS).map(|seed| Writer::new(&desk, seed)).collect();
    let enough = Enough::after(KILLS);
    let mut writers: Vec<Writer> = thread::scope(|scope| {
        let (desk, enough) = (&desk, &enough);
        let work =
            |writer: Writer| scope.spawn(move || writer.work(desk, (enough, ROUNDS), alone * 2));
        let at_work: Vec<_> = writers.into_iter().map(work).collect();
        at_work
            .into_iter()
            .map(|it| it.join().expect("an end"))
            .collect()
    });
    desk.run(&["log", "verify"]).done();
    for writer in &mut writers {
        writer.settle(&desk);
    }
    let log = desk.log();
    let listed = desk.by(PROVIDER, &["list", "--json"]).done().json();
    let entries = listed["entries"].as_array().expect("entries");
    for writer in &writers {
        writer.is_on_record(&log);
        for title in &writer.made {
            assert!(
                entries.iter().any(|it| it["title"] == title.as_str()),
                "{title}"
            );
        }
    }
    let created = records(&log, "secret.create", "ok").len();
    assert_eq!(
        created,
        entries.len(),
        "an entry without a record, or the reverse"
    );
    let shown: usize = writers.iter().map(|writer| writer.shown).sum();
    let revealed = records(&log, "secret.reveal", "ok").len();
    assert!(
        revealed >= shown,
        "{shown} values were shown, {revealed} recorded"
    );
    let records = has_one_head(&desk);
    let hit: usize = writers.iter().map(|writer| writer.hit).sum();
    let writers = writers.len();
    count(&format!(
        "{hit} runs of {writers} writers were killed at work on {records} records"
    ));
    assert!(hit >= KILLS, "{hit} kills");
}

#[test]
fn readers_beside_writers_never_see_half_an_act() {
    let desk = Desk::at_work();
    let (mut checked, mut broken) = (0, Vec::new());
    thread::scope(|scope| {
        let desk = &desk;
        let write = || {
            (0..10).for_each(|_| drop(desk.by(PROVIDER, &["get", "Website", "--reveal"]).done()));
        };
        let writers = [(); 2].map(|()| scope.spawn(write));
        while !writers.iter().all(thread::ScopedJoinHandle::is_finished) {
            let ran = desk.run(&["log", "verify"]);
            checked += 1;
            broken.extend((ran.status != Some(0)).then_some(ran));
        }
    });
    desk.run(&["log", "verify"]).done();
    let found = broken.len();
    assert!(
        broken.is_empty(),
        "{found} of {checked}, first {:?}",
        broken[0]
    );
}

#[test]
fn a_killed_sealing_is_done_or_not_and_can_be_done_again() {
    let mut dice = Dice::new(11);
    let mut hit = 0;
    let trial = Desk::with_sheets();
    let seal = trial.words_of(PROVIDER, &["envelope", "seal"]);
    let usual = normal(&trial, &words(&seal));
    for _ in 0..SEALINGS {
        let desk = Desk::with_sheets();
        let seal = desk.words_of(PROVIDER, &["envelope", "seal", "--json"]);
        let aim = Aim::at(&mut dice, usual);
        let ran = killed(&desk, desk.command(&words(&seal)), b"", aim);
        hit += usize::from(ran.status.is_none());
        desk.run(&["log", "verify"]).done();
        let status = desk.run(&["envelope", "status", "--json"]).json();
        let sealed = status["state"] == "sealed";
        assert!(sealed || status["state"] == "unsealed", "{status}");
        assert!(
            sealed || ran.stdout.is_empty(),
            "an acknowledged seal is gone"
        );
        let again = fed(desk.command(&words(&seal)), b"");
        assert!(matches!(again.status, Some(0 | 13)), "{again:?}");
        let status = desk.run(&["envelope", "status", "--json"]).json();
        assert_eq!(status["state"], "sealed", "{status}");
        assert_eq!(status["covered"], status["coverable"], "{status}");
        desk.run(&["log", "verify"]).done();
    }
    count(&format!("{hit} of {SEALINGS} sealings were killed at work"));
}

#[test]
fn a_killed_opening_shows_nothing_that_is_not_recorded_and_opens_again() {
    let mut dice = Dice::new(12);
    let mut hit = 0;
    let trial = Desk::with_envelope();
    let usual = normal(&trial, &words(&trial.opening(&["--list"])));
    for _ in 0..OPENINGS {
        let desk = Desk::with_envelope();
        let open = desk.opening(&["--list", "--reveal", "Website", "--json"]);
        let aim = Aim::at(&mut dice, usual);
        let ran = killed(&desk, desk.command(&words(&open)), b"", aim);
        hit += usize::from(ran.status.is_none());
        let verified = desk.run(&["log", "verify"]);
        assert_eq!(verified.status, Some(0), "{verified:?}");
        let said = String::from_utf8(ran.stdout).expect("a text");
        if !said.is_empty() {
            let status = desk.run(&["envelope", "status", "--json"]).json();
            assert_eq!(status["state"], "opened");
        }
        let again = fed(desk.command(&words(&open)), b"").done().json();
        assert_eq!(again["revealed"][0]["fields"]["password"], WEBSITE_PASSWORD);
        let shown = usize::from(said.contains(WEBSITE_PASSWORD)) + 1;
        let revealed = records(&desk.log(), "secret.reveal", "ok").len();
        assert!(revealed >= shown, "{shown} shown, {revealed} recorded");
        desk.run(&["log", "verify"]).done();
    }
    count(&format!("{hit} of {OPENINGS} openings were killed at work"));
}
