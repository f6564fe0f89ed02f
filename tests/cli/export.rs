//! The log in a folder: complete, checked by a stranger's program, found out where anything in it is
//! changed, and holding nothing that whoever exports it may not read.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use harness::{AUDITOR, CHAIR, CLERK, COUNCILLOR, PROVIDER, WEBSITE_PASSWORD};

use serde_json::Value;

use crate::auditor::{Checked, check};
use crate::desk::{Desk, MAIL_PASSWORD, has_tool, records, skip, text, tool};
use crate::disk::Mount;
use crate::ran::fed;

/// A title that a spreadsheet, a browser and a terminal would each like to act upon.
pub(crate) const HOSTILE: &str = "=1+1<script>alert('x')</script>";

/// A desk on which everything happened: an opening, a refusal, a wrong passphrase.
pub(crate) fn eventful() -> Desk {
    let desk = Desk::with_envelope();
    desk.store(HOSTILE, "Services", b"TealBridgeStone-5");
    let refused = ["get", "Website", "--reveal", "--reason", "@SUM(1,2)"];
    desk.by(CLERK, &refused).refused(7);
    let wrong = desk.file("pass/wrong", b"not the passphrase");
    let who = ["--as", PROVIDER, "--passphrase-file", &wrong, "--no-input"];
    desk.run(&[&["list"], &who[..]].concat()).refused(5);
    let opening = desk.opening(&["--reveal", "Website", "--json"]);
    let opening: Vec<&str> = opening.iter().map(String::as_str).collect();
    desk.run(&opening).done();
    desk
}

pub(crate) fn exported(desk: &Desk, name: &str) -> PathBuf {
    let folder = desk.path("out/log");
    desk.by(name, &["log", "export", &text(&folder)]).done();
    folder
}

pub(crate) fn origin(desk: &Desk) -> String {
    let verified = desk.run(&["log", "verify", "--json"]).done().json();
    verified["origin"].as_str().expect("an origin").to_owned()
}

/// Every file of an export, by its name within.
pub(crate) fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(within) = folders.pop() {
        for entry in fs::read_dir(within).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).expect("within");
            found.push((text(name), fs::read(&path).expect("a file")));
        }
    }
    found.sort_unstable();
    found
}

#[test]
fn an_export_has_its_files_and_a_strangers_program_accepts_all_of_it() {
    let desk = eventful();
    let folder = exported(&desk, AUDITOR);
    let found = check(&folder, &origin(&desk)).expect("it is as it was made");
    let log = desk.log();
    let own = records(&log, "log.export", "ok");
    assert_eq!(own.len(), 1);
    assert_eq!(own[0]["seq"], found.records - 1, "no loose tail");
    assert_eq!(own[0]["file"], text(&folder).as_str());
    let Checked {
        signatures,
        checkpoints,
        proofs,
        words,
        ..
    } = found;
    assert_eq!(proofs, 25);
    assert!(
        signatures > 50 && checkpoints > 20 && words > 30,
        "{found:?}"
    );
    let mut names: Vec<String> = files(&folder).into_iter().map(|(name, _)| name).collect();
    names.retain(|name| !name.contains('/'));
    let expected = [
        "README.txt",
        "checkpoint",
        "details.jsonl",
        "entries.jsonl",
        "log.vkeys",
        "members.vkeys",
        "ocsf.jsonl",
        "report.csv",
        "report.html",
    ];
    assert_eq!(names, expected);
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for (name, _) in files(&folder) {
        assert_eq!(mode(&folder.join(&name)), 0o600, "{name}");
    }
    let members = fs::read_to_string(folder.join("members.vkeys")).expect("the keys");
    for whose in [
        "\tit-provider\t",
        "\tsheet:",
        "\tplace:Safe\t",
        "\tescrow:1\tany-two\t",
    ] {
        assert!(members.contains(whose), "{whose}: {members}");
    }
}

/// Changes a file so that it says something else; the name tells how.
fn forgeries(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let digit = |byte: &u8| byte.is_ascii_digit();
    let mut changed = bytes.to_vec();
    let at = changed.len() / 2;
    let at = changed[at..]
        .iter()
        .position(digit)
        .map_or(0, |found| at + found);
    changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let mut dropped = lines.clone();
    dropped.remove(lines.len() / 2);
    vec![("changed", changed), ("a line dropped", dropped.concat())]
}

#[test]
fn a_change_to_any_file_that_proves_something_is_found_by_a_stranger() {
    let desk = eventful();
    let folder = exported(&desk, CLERK);
    let origin = origin(&desk);
    let mut found = 0;
    for (name, bytes) in files(&folder) {
        let reading = ["README.txt", "ocsf.jsonl", "report.csv", "report.html"];
        let reading = reading.contains(&name.as_str());
        let many = name.contains('/') && found > 60;
        if reading || many {
            continue;
        }
        for (how, forged) in forgeries(&bytes) {
            // Words may be missing, and a key that nothing was signed with is missed by nobody.
            if how == "a line dropped"
                && ["details.jsonl", "log.vkeys", "members.vkeys"].contains(&name.as_str())
            {
                continue;
            }
            fs::write(folder.join(&name), forged).expect("a file");
            assert!(check(&folder, &origin).is_err(), "{name}: {how}");
            found += 1;
        }
        fs::write(folder.join(&name), bytes).expect("a file");
    }
    assert!(found > 20, "{found}");
    check(&folder, &origin).expect("everything was put back");
    assert!(check(&folder, "example/vault/0000000000000000").is_err());
}

#[test]
fn the_program_in_the_readme_accepts_the_export_and_no_change_to_it() {
    if !has_tool("python3") {
        skip(1, "program of the README: python3 is not there");
        return;
    }
    let desk = eventful();
    let folder = exported(&desk, AUDITOR);
    let readme = fs::read_to_string(folder.join("README.txt")).expect("a text");
    let command = readme
        .lines()
        .find(|line| line.starts_with("    sed"))
        .expect("a command");
    let page = fs::read_to_string(folder.join("report.html")).expect("a page");
    let shown = command.trim().replace('\'', "&#39;");
    assert!(page.contains(&shown), "the report tells the same command");
    let run = || {
        let mut shell = tool("sh");
        shell.args(["-c", command]).current_dir(&folder);
        shell.output().expect("a shell")
    };
    let accepted = run();
    let said = String::from_utf8_lossy(&accepted.stdout).into_owned();
    assert!(accepted.status.success(), "{accepted:?}");
    assert!(
        said.contains("lead to the checkpoint of example-parish-council/vault/"),
        "{said}"
    );
    for name in ["entries.jsonl", "details.jsonl", "checkpoint"] {
        let bytes = fs::read(folder.join(name)).expect("a file");
        // Of the head this program reads the size and the root, and no signature.
        let forged = match name {
            "checkpoint" => String::from_utf8_lossy(&bytes)
                .replacen('\n', "\n1", 1)
                .into_bytes(),
            _ => forgeries(&bytes).swap_remove(0).1,
        };
        fs::write(folder.join(name), forged).expect("a file");
        assert!(!run().status.success(), "{name}");
        fs::write(folder.join(name), bytes).expect("a file");
    }
    assert!(run().status.success());
}

#[test]
fn the_reports_put_exceptions_first_and_nothing_in_them_acts() {
    let desk = eventful();
    let folder = exported(&desk, AUDITOR);
    let page = fs::read_to_string(folder.join("report.html")).expect("a page");
    assert!(
        !page.contains("<script") && page.contains("=1+1&lt;script&gt;"),
        "escaped"
    );
    let (first, every) = page
        .split_once("<h2>Every record</h2>")
        .expect("two tables");
    for shown in [
        ">refused<",
        ">failed<",
        ">envelope opened<",
        ">access given<",
        "@SUM(1,2)",
        "default-src 'none'",
    ] {
        assert!(first.contains(shown), "{shown} stands among the exceptions");
    }
    assert!(!first.contains("found vault") && every.contains("found vault"));
    assert_eq!(
        every.matches("<tr").count(),
        desk.log().len() - 2 + 1,
        "one row a record"
    );
    let csv = fs::read(folder.join("report.csv")).expect("a table");
    let csv = String::from_utf8(csv).expect("UTF-8");
    assert!(csv.starts_with("\u{feff}\"Record\""));
    assert!(csv.lines().all(|line| line.ends_with('"')) && csv.ends_with("\r\n"));
    assert!(
        csv.contains("\"'=1+1<script>") && csv.contains("\"'@SUM(1,2)\""),
        "{csv}"
    );
    assert!(!csv.contains(",\"=") && !csv.contains(",\"@"));
    assert!(csv.contains(&format!("\"{CHAIR}\"")) && csv.contains("\"Website\""));
}

#[test]
fn whoever_may_not_read_the_words_exports_no_name_and_nobody_exports_a_secret() {
    let desk = eventful();
    let enrolled = desk.enrol(COUNCILLOR, "councillor").to_string();
    desk.by(CLERK, &["approve", &enrolled]).done();
    let done = desk.by(COUNCILLOR, &["log", "export", &desk.out("log"), "--json"]);
    let done = done.done().json();
    assert!(
        done["unread"].as_u64().is_some_and(|unread| unread > 30),
        "{done}"
    );
    let folder = desk.path("out/log");
    let found = check(&folder, &origin(&desk)).expect("it is as it was made");
    assert_eq!(found.words, 0);
    let readme = fs::read_to_string(folder.join("README.txt")).expect("a text");
    assert!(
        readme.contains(&format!("The words of {} records", done["unread"])),
        "{readme}"
    );
    let names = [
        PROVIDER, CLERK, CHAIR, AUDITOR, COUNCILLOR, "Website", "Services", "@SUM",
    ];
    let holds =
        |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|at| at == text.as_bytes());
    for (name, bytes) in files(&folder) {
        for told in names {
            assert!(!holds(&bytes, told), "{name} tells {told}");
        }
    }
    fs::remove_dir_all(&folder).expect("a folder");
    let folder = exported(&desk, PROVIDER);
    let sheet = fs::read_to_string(desk.path("out/safe.txt")).expect("a sheet");
    let words = sheet
        .lines()
        .find_map(|line| line.strip_prefix("words: "))
        .expect("words");
    for (name, bytes) in files(&folder) {
        for secret in [WEBSITE_PASSWORD, MAIL_PASSWORD, "TealBridgeStone-5", words] {
            assert!(!holds(&bytes, secret), "{name} holds {secret}");
        }
    }
}

#[test]
fn an_export_goes_nowhere_where_something_stands_and_a_failed_one_is_on_record() {
    let desk = Desk::at_work();
    let taken = desk.path("out/log");
    fs::create_dir(&taken).expect("a folder");
    desk.by(AUDITOR, &["log", "export", &text(&taken)])
        .refused(2);
    desk.by(AUDITOR, &["log", "export", &desk.out("no/such/log")])
        .refused(11);
    desk.run(&["log", "export", &desk.out("new"), "--no-input"])
        .refused(2);
    assert!(records(&desk.log(), "log.export", "ok").is_empty());
    let options = ["-t", "tmpfs", "-o", "size=64k", "none"];
    let Some(mount) = Mount::new(taken.clone(), &options) else {
        skip(1, "full disk for an export: nothing can be mounted here");
        return;
    };
    let words = desk.words_of(AUDITOR, &["log", "export", &desk.out("log/full")]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ran = fed(desk.command(&words), b"").refused(11);
    assert!(ran.stderr.contains("the disk is full"), "{ran:?}");
    assert!(!taken.join("full").exists());
    drop(mount);
    let log = desk.log();
    let both = ["ok", "failed"].map(|outcome| records(&log, "log.export", outcome).len());
    assert_eq!(both, [1, 1]);
}

/// What every event has to have in OCSF 1.1.0, by its class.
const REQUIRED: [(u64, &[&str]); 6] = [
    (3001, &["user"]),
    (3002, &["user", "service"]),
    (3004, &["entity"]),
    (3005, &["user", "privileges"]),
    (6003, &["actor", "api", "src_endpoint"]),
    (6005, &["actor", "src_endpoint", "database"]),
];

#[test]
fn an_export_tells_security_monitoring_every_record_in_its_form() {
    let desk = eventful();
    let folder = exported(&desk, AUDITOR);
    let lines = |name: &str| {
        let text = fs::read_to_string(folder.join(name)).expect("lines");
        let lines = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"));
        lines.collect::<Vec<Value>>()
    };
    let (events, records) = (lines("ocsf.jsonl"), lines("entries.jsonl"));
    assert_eq!(events.len(), records.len());
    let mut classes = BTreeSet::new();
    for (event, record) in events.iter().zip(&records) {
        let class = event["class_uid"].as_u64().expect("a class");
        let (_, required) = REQUIRED
            .iter()
            .find(|(known, _)| *known == class)
            .expect("known");
        for name in *required {
            assert!(
                event[*name].is_object() || event[*name].is_array(),
                "{name}: {event}"
            );
        }
        let number = |name: &str| {
            event[name]
                .as_u64()
                .unwrap_or_else(|| panic!("{name}: {event}"))
        };
        assert_eq!(number("category_uid"), class / 1000);
        assert_eq!(number("type_uid"), class * 100 + number("activity_id"));
        assert!((1..=4).contains(&number("severity_id")));
        let time = record["time"].as_str().expect("a time");
        let seconds: vault_core::time::Timestamp = time.parse().expect("a time");
        assert_eq!(event["time"], seconds.unix() * 1000);
        assert_eq!(
            event["status_id"],
            if record["outcome"] == "ok" { 1 } else { 2 }
        );
        let metadata = &event["metadata"];
        assert_eq!(metadata["version"], "1.1.0");
        assert_eq!(metadata["sequence"], record["seq"]);
        assert!(metadata["product"]["vendor_name"].is_string() && metadata["uid"].is_string());
        assert!(event["message"].is_string() && event["actor"]["session"]["uid"].is_string());
        classes.insert(class);
    }
    assert_eq!(classes.len(), REQUIRED.len(), "every class occurs");
    let named = |event: &&Value| event["actor"]["user"]["name"] == CLERK;
    assert!(events.iter().any(|event| named(&event)));
}
