//! Erasing words whose time is over, as the clerk does it: what is said, what is left, and that an
//! outsider still finds everything in order.

use std::fs;
use std::path::Path;

use harness::{AUDITOR, CHAIR, CLERK, PROVIDER};
use rusqlite::Connection;

use crate::desk::{Desk, count, has_tool, records, skip, text, tool};
#[cfg(unix)]
use crate::disk::Mount;
use crate::ran::{Ran, fed};

const FORGET: [&str; 4] = ["log", "forget", "--before", "2024-01-01"];

/// The clerk asks for it; gives how the request is approved.
fn asked(desk: &Desk) -> String {
    let asked = desk.by(CLERK, &[&FORGET[..], &["--json"]].concat()).done();
    format!("r{}", asked.record())
}

/// The clerk asks, and the provider approves; gives the record of that.
fn forgotten(desk: &Desk) -> Ran {
    let request = asked(desk);
    desk.by(PROVIDER, &["approve", &request, "--json"]).done()
}

/// Parts of every encrypted word, and of every session's key.
fn parts(vault: &Path) -> Vec<Vec<u8>> {
    let db = Connection::open(vault).expect("the file");
    let mut parts = Vec::new();
    for sql in ["SELECT box FROM detail", "SELECT file FROM detail_key"] {
        let mut statement = db.prepare(sql).expect("a query");
        let boxes = statement.query_map([], |row| row.get::<_, Vec<u8>>(0));
        for bytes in boxes.expect("boxes") {
            let bytes = bytes.expect("a box");
            // The end of an age file, and the middle of a box, are like no other.
            parts.push(bytes[bytes.len() - 32..].to_vec());
            parts.push(bytes[bytes.len() / 2..][..24.min(bytes.len() / 2)].to_vec());
        }
    }
    parts
}

/// How many of the parts stand in the files of a folder.
fn standing(folder: &Path, parts: &[Vec<u8>]) -> usize {
    let files = fs::read_dir(folder).expect("a folder");
    let files: Vec<Vec<u8>> = files
        .map(|file| fs::read(file.expect("a file").path()).expect("its bytes"))
        .collect();
    let stands = |part: &&Vec<u8>| {
        files
            .iter()
            .any(|file| file.windows(part.len()).any(|window| window == &part[..]))
    };
    parts.iter().filter(stands).count()
}

#[test]
fn words_are_counted_then_erased_and_the_record_says_so() {
    let desk = Desk::long_at_work();
    let folder = desk.path("vault");
    let before = desk.log();
    let parts = parts(&desk.vault());
    assert_eq!(standing(&folder, &parts), parts.len(), "the search works");
    let counted = desk.run(&[&FORGET[..], &["--dry-run", "--json", "--no-input"]].concat());
    let counted = counted.done().json();
    assert_eq!(counted["schema"], "coffer.forget/1");
    let asked = desk.by(CLERK, &[&FORGET[..], &["--json"]].concat()).done();
    assert_eq!(asked.json()["records"], counted["records"]);
    assert_eq!(asked.json()["erased"], false);
    let request = format!("r{}", asked.record());
    let hint = format!("coffer approve {request}");
    assert!(asked.stderr.contains(&hint), "{asked:?}");
    assert_eq!(standing(&folder, &parts), parts.len(), "the words stand");
    let verified = desk.run(&["log", "verify"]).done();
    let told = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(told.contains("no second person has confirmed it"), "{told}");
    let news = desk.by(CHAIR, &["list"]).done();
    assert!(news.stderr.contains("words of old records"), "{news:?}");
    let done = desk.by(PROVIDER, &["approve", &request, "--json"]).done();
    let (record, json) = (done.record(), done.json());
    assert_eq!(json["records"], counted["records"]);
    assert!(done.stderr.contains("backups"), "{done:?}");
    let after = desk.log();
    let erased: Vec<_> = after
        .iter()
        .filter(|line| line["erased"] == record)
        .collect();
    assert_eq!(Some(erased.len() as u64), json["records"].as_u64());
    assert!(
        erased.iter().all(|line| line["reason"].is_null()),
        "{erased:?}"
    );
    let reason = |line: &&serde_json::Value| line["reason"] == "the annual meeting";
    assert_eq!(before.iter().filter(reason).count(), 1);
    assert_eq!(after.iter().filter(reason).count(), 0);
    let shown = desk.by(AUDITOR, &["log", "show"]).done();
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(
        shown.contains(&format!("(erased under record {record})")),
        "{shown}"
    );
    // Those of the log readings above were made today.
    assert!(standing(&folder, &parts) < parts.len() / 4);
    let verified = desk
        .run(&["log", "verify", "--state", "--json"])
        .done()
        .json();
    assert_eq!(verified["erased"], json["records"]);
    let again = desk.by(CLERK, &[&FORGET[..], &["--json"]].concat()).done();
    assert!(again.json()["record"].is_null(), "{again:?}");
    assert_eq!(records(&desk.log(), "log.forget", "ok").len(), 1);
}

#[test]
fn whoever_asks_for_too_much_is_told_the_day_and_it_is_on_record() {
    let desk = Desk::long_at_work();
    let soon = ["log", "forget", "--before", "2199-01-01"];
    let refused = desk.by(CLERK, &soon).refused(7);
    let hint = "the latest day that the rule allows is --before 20";
    assert!(refused.stderr.contains(hint), "{refused:?}");
    assert_eq!(records(&desk.log(), "log.forget", "denied").len(), 1);
    desk.by(CHAIR, &FORGET).refused(7);
    let count = [&soon[..], &["--dry-run", "--no-input"]].concat();
    let counted = desk.run(&count).done();
    assert!(counted.stderr.contains("too early"), "{counted:?}");
    for day in ["yesterday", "2024-13-01", "01.01.2024", ""] {
        desk.by(CLERK, &["log", "forget", "--before", day]).ends(2);
    }
}

#[test]
fn an_export_after_that_says_what_is_not_there_and_outsiders_find_it_sound() {
    let desk = Desk::long_at_work();
    let record = forgotten(&desk).record();
    let folder = desk.path("out/log");
    let exported = desk.by(AUDITOR, &["log", "export", &text(&folder), "--json"]);
    let erased = exported.done().json()["erased"].as_u64().expect("a count");
    let readme = fs::read_to_string(folder.join("README.txt")).expect("a page");
    let said =
        format!("The words of {erased} records are not there: erased under record {record}.");
    assert!(readme.contains(&said), "{readme}");
    let details = fs::read_to_string(folder.join("details.jsonl")).expect("words");
    assert!(!details.contains("annual meeting"));
    let report = fs::read_to_string(folder.join("report.csv")).expect("a table");
    let cell = format!("(erased under record {record})");
    assert_eq!(report.matches(&cell).count() as u64, erased);
    let mut python = tool("python3");
    let program = "sed -n '/^import base64/,$p' README.txt | python3 -";
    if python.arg("--version").output().is_err() {
        skip(1, "recomputation of an export: no Python here");
        return;
    }
    let mut shell = tool("sh");
    let checked = shell.args(["-c", program]).current_dir(&folder).output();
    let checked = checked.expect("a shell");
    assert!(checked.status.success(), "{checked:?}");
}

/// A disk that has room for the erasure and none for writing the file anew, found by trying.
#[cfg(unix)]
#[test]
fn a_disk_without_room_for_a_new_file_is_told_and_the_same_command_ends_it() {
    let desk = Desk::long_at_work();
    let parts = parts(&desk.vault());
    let approve = asked(&desk);
    let approve = ["approve", &approve];
    let vault = fs::read(desk.vault()).expect("the vault");
    // What this machine has seen of the file goes with it.
    fs::remove_dir_all(desk.path("state")).expect("a folder");
    let room = vault.len() / 1024;
    let mut told = 0;
    for spare in (16..=room + 64).step_by(16) {
        let options = format!("size={}k", (room + spare).div_ceil(4) * 4);
        let options = ["-t", "tmpfs", "-o", &options, "none"];
        let Some(mount) = Mount::new(desk.path("vault"), &options) else {
            skip(1, "full disk: nothing can be mounted here");
            return;
        };
        fs::write(desk.vault(), &vault).expect("room for the vault");
        let ran = desk.by(PROVIDER, &approve);
        match ran.status {
            Some(0) => assert_eq!(standing(&desk.path("vault"), &parts), 0),
            Some(11) if ran.stderr.contains("the words are erased") => {
                told += 1;
                assert!(ran.stderr.contains("could not be written anew"), "{ran:?}");
                assert!(ran.stderr.contains("same command"), "{ran:?}");
            }
            _ => assert!(ran.stderr.contains("the disk is full"), "{ran:?}"),
        }
        desk.run(&["log", "verify", "--state"]).done();
        let left = fs::read(desk.vault()).expect("the vault");
        drop(mount);
        fs::write(desk.vault(), left).expect("a disk with room");
        desk.by(PROVIDER, &approve).done();
        assert_eq!(standing(&desk.path("vault"), &parts), 0, "{spare}");
        fs::remove_dir_all(desk.path("state")).expect("a folder");
    }
    assert!(told > 0, "no disk was just too small");
}

/// Whatever call of the erasure the process is killed at, the same command leaves nothing.
#[cfg(unix)]
#[test]
fn a_killed_erasure_is_ended_by_the_next() {
    if !has_tool("strace") {
        skip(1, "killed erasures: strace is not there");
        return;
    }
    let desk = Desk::long_at_work();
    let parts = parts(&desk.vault());
    let approve = asked(&desk);
    let approve = ["approve", &approve];
    let files = desk.files();
    let erase = |desk: &Desk, tampering: &[&str]| {
        let words = desk.words_of(PROVIDER, &approve);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let log = text(&desk.path("tmp/trace"));
        let before = [&["-f", "-qq", "-o", &log], tampering].concat();
        fed(desk.through("strace", &before, &words), b"")
    };
    let desk = Desk::laid_out(&files);
    let ran = erase(&desk, &["-e", "trace=pwrite64,unlink,ftruncate,fdatasync"]);
    if ran.status != Some(0) {
        skip(1, "killed erasures: nothing may be traced here");
        return;
    }
    let trace = fs::read_to_string(desk.path("tmp/trace")).expect("a trace");
    let (mut killed, mut committed) = (0, 0);
    for call in ["unlink", "ftruncate", "fdatasync", "pwrite64"] {
        let calls = trace.matches(&format!(" {call}(")).count();
        for nth in (1..=calls).step_by(calls / 12 + 1) {
            let desk = Desk::laid_out(&files);
            let kill = format!("inject={call}:signal=KILL:when={nth}");
            let ran = erase(&desk, &["-e", &kill]);
            killed += usize::from(ran.status.is_none());
            let erased = desk.run(&["log", "verify", "--state", "--json"]).done();
            committed += usize::from(erased.json()["erased"] != 0);
            desk.by(PROVIDER, &approve).done();
            let left = standing(&desk.path("vault"), &parts);
            assert_eq!(left, 0, "{call} {nth}");
        }
    }
    assert!(
        killed > 10 && committed > 3,
        "{killed} killed, {committed} committed"
    );
    count(&format!(
        "{killed} erasures were killed, {committed} of them after the record, and ended by the next"
    ));
}

#[test]
fn an_incident_is_held_and_released_and_says_so() {
    let desk = Desk::at_work();
    let raise = ["incident", "raise", "--device", "a telephone", "--json"];
    let raised = [&raise[..], &["--reason", "left on a train"]].concat();
    let number = desk.by(PROVIDER, &raised).done().record().to_string();
    let hold = ["incident", "hold", &number];
    let why = ["--reason", "the insurer asks"];
    desk.by(CLERK, &hold).refused(2);
    let kept = desk.by(CLERK, &[&hold[..], &why, &["--json"]].concat());
    let record = kept.done().record();
    let shown = desk.by(CLERK, &["incident", "show", &number, "--json"]);
    assert_eq!(shown.done().json()["held"], record);
    let twice = desk.by(CLERK, &[&hold[..], &why].concat()).refused(2);
    assert!(twice.stderr.contains("--release"), "{twice:?}");
    let release = [&hold[..], &["--release"], &why].concat();
    desk.by(PROVIDER, &release).refused(7);
    desk.by(CHAIR, &release).done();
    let shown = desk.by(CLERK, &["incident", "show", &number, "--json"]);
    assert!(shown.done().json()["held"].is_null());
    desk.by(CLERK, &["incident", "hold", "999", "--reason", "none"])
        .refused(6);
}
