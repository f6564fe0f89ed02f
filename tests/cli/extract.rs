//! Parts of the log for somebody else: each line with its proof, one person's without other people,
//! and a sample that nobody could steer.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use harness::{AUDITOR, CHAIR, CLERK, COUNCILLOR, PROVIDER, WEBSITE_PASSWORD};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::auditor::check_extract;
use crate::desk::{Desk, has_tool, records, skip, text, tool};
use crate::export::{HOSTILE, eventful, files, origin};
use crate::ran::Ran;

/// Writes an extract to `out/NAME`.
fn extracted(desk: &Desk, by: &str, name: &str, chosen: &[&str]) -> (PathBuf, Value) {
    let folder = desk.path("out").join(name);
    let place = text(&folder);
    let words = [&["log", "extract", &place], chosen, &["--json"]].concat();
    let done = desk.by(by, &words).done().json();
    (folder, done)
}

/// The numbers of the lines in a folder.
fn lines(folder: &Path) -> Vec<u64> {
    let text = fs::read_to_string(folder.join("entries.jsonl")).expect("lines");
    let lines = text.lines().map(|line| {
        let record: Value = serde_json::from_str(line).expect("a record");
        record["seq"].as_u64().expect("a number")
    });
    lines.collect()
}

/// Runs the program at the end of a README.txt; `None` where there is nothing to run it with.
fn readme_program(folder: &Path) -> Option<std::process::Output> {
    if !has_tool("python3") {
        skip(1, "program of the README: python3 is not there");
        return None;
    }
    let mut shell = tool("sh");
    let command = "sed -n '/^import base64/,$p' README.txt | python3 -";
    shell.args(["-c", command]).current_dir(folder);
    Some(shell.output().expect("a shell"))
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|at| at == text.as_bytes())
}

/// A reason that names the chair, and one that names nobody.
const ABOUT_CHAIR: &str = "as Chris asked on the telephone";
const PLAIN: &str = "the mailbox of the allotments is full";

/// A desk on which the clerk did things that concern others and things that do not.
fn busy() -> Desk {
    let desk = eventful();
    for reason in [ABOUT_CHAIR, PLAIN] {
        let get = ["get", "Mail tenant", "--reveal", "--reason", reason];
        desk.by(CLERK, &get).done();
    }
    desk
}

#[test]
fn an_extract_about_one_person_holds_nobody_else_and_proves_each_line() {
    let desk = busy();
    let (folder, done) = extracted(&desk, AUDITOR, "clerk", &["--person", "clem  CLERK"]);
    let found = check_extract(&folder, &origin(&desk)).expect("each line is proved");
    assert_eq!(done["records"], found.records);
    assert!(
        found.records > 10 && found.signatures > 10 && found.words > 5,
        "{found:?}"
    );
    let mut kept = String::new();
    for (name, bytes) in files(&folder) {
        for told in [
            PROVIDER,
            CHAIR,
            AUDITOR,
            "Website",
            HOSTILE,
            "=1+1",
            ABOUT_CHAIR,
        ] {
            assert!(!holds(&bytes, told), "{name} tells {told}");
        }
        // The opener's reason is about the opening, not about the clerk, who was a witness.
        assert!(!holds(&bytes, "the website is down"), "{name}");
        if name != "README.txt" {
            kept.push_str(&String::from_utf8(bytes).expect("UTF-8"));
        }
    }
    for told in [
        CLERK,
        PLAIN,
        "Mail tenant",
        "Administration",
        "@SUM(1,2)",
        "another person",
    ] {
        assert!(kept.contains(told), "{told} is theirs");
    }
    assert!(
        done["masked"].as_u64().is_some_and(|masked| masked > 0),
        "{done}"
    );
    let readme = fs::read_to_string(folder.join("README.txt")).expect("a text");
    for said in [
        "ids of everybody",
        "somebody else is named",
        "what concerns clem  CLERK",
    ] {
        assert!(readme.contains(said), "{said}: {readme}");
    }
    let log = desk.log();
    let own = records(&log, "log.export", "ok");
    assert_eq!(own[0]["selection"], "what concerns clem  CLERK");
    assert_eq!(own[0]["file"], text(&folder).as_str());
    let of_clerk = log.iter().filter(|line| line["actor"] == CLERK);
    let of_clerk: BTreeSet<u64> = of_clerk.filter_map(|line| line["seq"].as_u64()).collect();
    let there: BTreeSet<u64> = lines(&folder).into_iter().collect();
    assert!(of_clerk.is_subset(&there), "everything that they did");
}

#[test]
fn a_line_a_proof_or_a_word_of_an_extract_that_was_changed_is_found() {
    let desk = busy();
    let (folder, _) = extracted(&desk, CLERK, "entry", &["--entry", "mail TENANT"]);
    let origin = origin(&desk);
    let found = check_extract(&folder, &origin).expect("each line is proved");
    assert_eq!(found.records, 3, "made, and shown twice: {found:?}");
    let accepts = || readme_program(&folder).is_none_or(|ran| ran.status.success());
    assert!(accepts());
    for (name, bytes) in files(&folder) {
        let others = [
            "README.txt",
            "log.vkeys",
            "members.vkeys",
            "ocsf.jsonl",
            "report.csv",
            "report.html",
        ];
        if others.contains(&name.as_str()) {
            continue;
        }
        let mut changed = bytes.clone();
        let middle = changed.len() / 2;
        let digit = |byte: &u8| byte.is_ascii_alphanumeric();
        let at = changed[middle..].iter().position(digit).expect("a letter") + middle;
        changed[at] = if changed[at] == b'a' { b'b' } else { b'a' };
        fs::write(folder.join(&name), changed).expect("a file");
        assert!(check_extract(&folder, &origin).is_err(), "{name}");
        // That program looks at no signature.
        if name != "checkpoint" && has_tool("python3") {
            assert!(!accepts(), "{name}");
        }
        fs::write(folder.join(&name), bytes).expect("a file");
    }
    check_extract(&folder, &origin).expect("everything was put back");
}

#[test]
fn a_period_and_several_conditions_choose_what_is_all_of_them() {
    let desk = busy();
    let log = desk.log();
    let day = log[0]["time"].as_str().expect("a time")[..10].to_owned();
    // Midnight in London lies an hour before that in UTC in summer: both days are there.
    let wide = ["--from", "2020-01-01", "--to", "2099-12-31"];
    let (folder, done) = extracted(&desk, AUDITOR, "all", &wide);
    assert_eq!(
        lines(&folder).len() as u64,
        done["records"].as_u64().expect("a count")
    );
    assert!(lines(&folder).len() > log.len(), "the whole log");
    let both = ["--person", CLERK, "--entry", "Mail tenant", "--from", &day];
    let (folder, _) = extracted(&desk, AUDITOR, "both", &both);
    let expected = log
        .iter()
        .filter(|line| line["actor"] == CLERK && line["entry"] == "Mail tenant");
    let expected: Vec<u64> = expected.filter_map(|line| line["seq"].as_u64()).collect();
    assert_eq!(lines(&folder), expected);
    check_extract(&folder, &origin(&desk)).expect("each line is proved");
    let none = ["log", "extract", &desk.out("none"), "--to", "2020-01-01"];
    let ran = desk.by(AUDITOR, &none).refused(6);
    assert!(ran.stderr.contains("no record of the log"), "{ran:?}");
    assert!(!desk.path("out/none").exists());
    let log = desk.log();
    let failed = records(&log, "log.export", "failed");
    assert_eq!(failed.len(), 1, "what was begun is on record");
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_is_on_record() {
    let desk = Desk::at_work();
    let out = desk.out("new");
    let refused = |words: &[&str], status| {
        let words = [&["log", "extract", &out], words].concat();
        desk.by(AUDITOR, &words).refused(status)
    };
    refused(&[], 2);
    for day in ["yesterday", "2026-02-30", "1 April 2026", "2026-4-1"] {
        let ran = refused(&["--from", day], 2);
        assert!(ran.stderr.contains("is not a day"), "{ran:?}");
    }
    refused(&["--person", "Nobody Known"], 6);
    refused(&["--entry", "Nothing Known"], 6);
    desk.store("Website", "Services", b"TealBridgeStone-5");
    let twice = refused(&["--entry", "Website"], 2);
    assert!(twice.stderr.contains("several entries"), "{twice:?}");
    fs::create_dir(desk.path("out/new")).expect("a folder");
    refused(&["--person", CLERK], 2);
    assert!(records(&desk.log(), "log.export", "ok").is_empty());
}

#[test]
fn whoever_may_not_read_the_words_extracts_no_name() {
    let desk = busy();
    let enrolled = desk.enrol(COUNCILLOR, "councillor").to_string();
    desk.by(CLERK, &["approve", &enrolled]).done();
    let (folder, done) = extracted(&desk, COUNCILLOR, "blind", &["--person", CLERK]);
    assert!(
        done["unread"].as_u64().is_some_and(|unread| unread > 5),
        "{done}"
    );
    let found = check_extract(&folder, &origin(&desk)).expect("each line is proved");
    assert_eq!(found.words, 0);
    for (name, bytes) in files(&folder) {
        // Whom it is about, the councillor typed.
        let typed = ["README.txt", "report.html"].contains(&name.as_str());
        for told in [PROVIDER, CHAIR, AUDITOR, "Mail tenant", PLAIN] {
            assert!(!holds(&bytes, told), "{name} tells {told}");
        }
        assert!(typed || !holds(&bytes, CLERK), "{name}");
    }
    let title = ["log", "extract", &desk.out("title"), "--entry", "Website"];
    desk.by(COUNCILLOR, &title).refused(6);
}

/// The numbers of a sample.
fn numbers(sample: &Value) -> Vec<u64> {
    let records = sample["records"].as_array().expect("records");
    records
        .iter()
        .filter_map(|record| record["seq"].as_u64())
        .collect()
}

/// The draw once more, from docs/format.md.
fn drawn_again(root: &[u8], size: u64, count: usize, word: &str) -> Vec<u64> {
    let mut drawn = BTreeSet::new();
    let rest = (u128::from(u64::MAX) + 1) % u128::from(size);
    for number in 0_u64.. {
        if drawn.len() == count {
            break;
        }
        let mut hash = Sha256::new();
        hash.update(b"coffer/v1/sample\n");
        hash.update(root);
        hash.update(number.to_be_bytes());
        hash.update(word.as_bytes());
        let digest = hash.finalize();
        let first = u64::from_be_bytes(digest[..8].try_into().expect("eight bytes"));
        if u128::from(first) < u128::from(u64::MAX) + 1 - rest {
            drawn.insert(first % size);
        }
    }
    drawn.into_iter().collect()
}

#[test]
fn a_sample_is_drawn_by_anybody_alike_without_a_person_and_without_a_record() {
    let desk = busy();
    let before = fs::read(desk.vault()).expect("a file");
    let draw = |more: &[&str]| -> Ran {
        let words = [&["log", "sample", "--no-input", "--json"], more].concat();
        desk.run(&words)
    };
    let first = draw(&["--n", "5", "--word", "Heron"]).done().json();
    assert_eq!(first["schema"], "coffer.sample/1");
    assert_eq!(numbers(&first).len(), 5);
    let again = draw(&["--n", "5", "--word", "  hERON "]).done().json();
    assert_eq!(first, again);
    assert_ne!(
        first,
        draw(&["--n", "5", "--word", "kestrel"]).done().json()
    );
    let root: Vec<u8> = (0..32)
        .map(|at| {
            let hex = first["root"].as_str().expect("a root");
            u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hex")
        })
        .collect();
    let size = first["size"].as_u64().expect("a size");
    assert_eq!(numbers(&first), drawn_again(&root, size, 5, "heron"));
    let all = draw(&["--n", "99999", "--word", "heron"]).done().json();
    assert_eq!(numbers(&all), (0..size).collect::<Vec<_>>());
    for word in ["", "   ", "\t"] {
        let ran = draw(&["--n", "5", "--word", word]).refused(2);
        assert!(ran.stderr.contains("any word"), "{ran:?}");
    }
    draw(&["--n", "5", "--word", "heron", "--size", "99999"]).refused(2);
    assert_eq!(
        fs::read(desk.vault()).expect("a file"),
        before,
        "nothing is on record"
    );
    // What stands in clear, and nothing else.
    let shown = desk.run(&[
        "log",
        "sample",
        "--n",
        "99999",
        "--word",
        "heron",
        "--no-input",
    ]);
    let shown = String::from_utf8(shown.done().stdout).expect("UTF-8");
    for told in [PROVIDER, CLERK, "Website", PLAIN] {
        assert!(!shown.contains(told), "{told}");
    }
}

#[test]
fn a_sample_is_written_out_under_the_head_that_it_was_drawn_from() {
    let desk = busy();
    let sample = ["log", "sample", "--n", "7", "--word", "heron"];
    let drawn = desk.run(&[&sample[..], &["--json", "--no-input"]].concat());
    let drawn = drawn.done().json();
    let folder = desk.path("out/sample");
    let place = text(&folder);
    let words = ["log", "sample", &place, "--n", "7", "--word", "heron"];
    desk.by(AUDITOR, &words).done();
    let origin = origin(&desk);
    let found = check_extract(&folder, &origin).expect("each line is proved");
    assert_eq!((found.records, lines(&folder)), (7, numbers(&drawn)));
    let checkpoint = fs::read_to_string(folder.join("checkpoint")).expect("a head");
    assert_eq!(checkpoint, drawn["checkpoint"].as_str().expect("a head"));
    let readme = fs::read_to_string(folder.join("README.txt")).expect("a text");
    let recipe = readme
        .lines()
        .skip_while(|line| !line.starts_with("    from hashlib"));
    let recipe = recipe.take_while(|line| line.starts_with("    "));
    let recipe: Vec<&str> = recipe.map(|line| &line[4..]).collect();
    assert_eq!(recipe.len(), 9, "{readme}");
    if has_tool("python3") {
        let mut python = tool("python3");
        let ran = python
            .args(["-c", &recipe.join("\n")])
            .output()
            .expect("a run");
        let said = String::from_utf8(ran.stdout).expect("UTF-8");
        assert_eq!(said.trim(), format!("{:?}", lines(&folder)));
        let accepted = readme_program(&folder).expect("it is there");
        assert!(accepted.status.success(), "{accepted:?}");
    }
    // Days later, when the log has grown, from the head in the minutes.
    let size = drawn["size"].to_string();
    let later = [&sample[..], &["--size", &size, "--json", "--no-input"]].concat();
    assert_eq!(desk.run(&later).done().json(), drawn);
    let log = desk.log();
    let own = records(&log, "log.export", "ok");
    let said = own.last().expect("on record")["selection"].to_string();
    assert!(
        said.contains("sample of 7") && said.contains("heron"),
        "{said}"
    );
}

#[test]
fn a_period_that_ends_before_it_begins_is_refused_and_not_on_record() {
    let desk = busy();
    let before = records(&desk.log(), "log.export", "ok").len();
    let folder = text(&desk.path("out/none"));
    let words = ["log", "extract", &folder, "--from", "2026-08-02"];
    let ran = desk.by(AUDITOR, &[&words[..], &["--to", "2026-08-01"]].concat());
    assert!(ran.refused(2).stderr.contains("--from"));
    assert!(!desk.path("out/none").exists());
    assert_eq!(records(&desk.log(), "log.export", "ok").len(), before);
}

#[test]
fn no_extract_holds_a_secret() {
    let desk = busy();
    let wide = ["--from", "2020-01-01"];
    let (folder, _) = extracted(&desk, PROVIDER, "all", &wide);
    for (name, bytes) in files(&folder) {
        assert!(!holds(&bytes, WEBSITE_PASSWORD), "{name}");
        let mode = fs::metadata(folder.join(&name))
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}
