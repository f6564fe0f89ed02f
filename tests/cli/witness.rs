//! A council and its witness, who see each other's two small files and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use harness::{AUDITOR, CLERK, PROVIDER, WITNESS};
use serde_json::Value;
use vault_core::tlog::checkpoint::Checkpoint;
use vault_core::tlog::submission::Submission;

use crate::desk::{Desk, Ran, count, fed, has_tool, skip, text};
use crate::messages::Lapses;

/// The provider works.
const GET: [&str; 3] = ["get", "Website", "--reveal"];

/// A desk with a vault, and another machine at which the witness is.
pub(crate) struct Two {
    pub(crate) council: Desk,
    pub(crate) elsewhere: Desk,
}

impl Two {
    /// A witness whom the policy names, who trusts the keys of the log, and has signed nothing.
    pub(crate) fn acquainted() -> Self {
        let two = Self {
            council: Desk::at_work(),
            elsewhere: Desk::empty(),
        };
        let founded = two.witness(&["found", WITNESS, "--json"]).done().json();
        let key = founded["vkey"].as_str().expect("a key");
        two.by_provider(&["add", key]).done();
        two.trust().done();
        two
    }

    pub(crate) fn witness(&self, words: &[&str]) -> Ran {
        self.elsewhere.run(&[&["witness"], words].concat())
    }

    fn by_provider(&self, words: &[&str]) -> Ran {
        self.council
            .by(PROVIDER, &[&["log", "witness"], words].concat())
    }

    fn trust(&self) -> Ran {
        let keys = self.council.run(&["log", "witness", "keys"]).done();
        let keys = self.elsewhere.file("out/log.vkeys", &keys.stdout);
        self.witness(&["trust", &keys])
    }

    /// A request, as a file on the witness's machine.
    fn request(&self, name: &str, more: &[&str]) -> String {
        let out = self.council.out(name);
        let words = ["log", "witness", "request", WITNESS, &out];
        self.council.run(&[&words[..], more].concat()).done();
        let bytes = fs::read(&out).expect("a request");
        self.elsewhere.file(&format!("out/{name}"), &bytes)
    }

    fn sign(&self, request: &str, answer: &str) -> Ran {
        self.witness(&["sign", request, "--answer", &self.elsewhere.out(answer)])
    }

    fn take(&self, answer: &str) -> Ran {
        let bytes = fs::read(self.elsewhere.out(answer)).expect("an answer");
        let answer = self.council.file(&format!("out/taken-{answer}"), &bytes);
        self.by_provider(&["take", &answer, "--json"])
    }

    /// Request, signature and taking in, each with files of this name.
    fn round(&self, name: &str) -> Value {
        let request = self.request(name, &[]);
        let answer = format!("{name}-answer");
        self.sign(&request, &answer).done();
        self.take(&answer).done().json()
    }

    /// The administrator puts a file in the vault's place, and makes the machine forget.
    fn put_back(&self, vault: &[u8]) {
        fs::write(self.council.vault(), vault).expect("the vault");
        fs::remove_dir_all(self.council.path("state")).expect("what was remembered");
    }

    /// The requests that the witness keeps as evidence.
    fn evidence(&self) -> BTreeSet<Vec<u8>> {
        let logs = self.elsewhere.path("state/witness/logs");
        let folder = |path: PathBuf| fs::read_dir(path).into_iter().flatten().flatten();
        let refused = folder(logs).flat_map(|log| folder(log.path().join("refused")));
        refused
            .map(|file| fs::read(file.path()).expect("a request"))
            .collect()
    }

    fn head(&self) -> Value {
        self.witness(&["head", "--json"]).done().json()
    }
}

fn vault(desk: &Desk) -> Vec<u8> {
    fs::read(desk.vault()).expect("the vault")
}

#[test]
fn a_witness_vouches_for_a_log_that_goes_on_and_that_stands_in_the_log() {
    let two = Two::acquainted();
    let mut sizes = Vec::new();
    for round in ["first", "second", "third"] {
        two.council.by(PROVIDER, &GET).done();
        let taken = two.round(round);
        assert_eq!(taken["id"], WITNESS);
        sizes.push(taken["size"].as_u64().expect("a size"));
    }
    assert!(sizes.is_sorted_by(|one, next| one < next), "{sizes:?}");
    let last = two.head();
    assert_eq!(last["size"], sizes[2]);
    let list = two.council.run(&["log", "witness", "list", "--json"]);
    let known = &list.done().json()["witnesses"][0];
    assert_eq!(
        (&known["name"], &known["size"]),
        (&WITNESS.into(), &last["size"])
    );
    assert_eq!(known["time"], last["time"]);
    let log = two.council.log();
    let anchors = log.iter().filter(|line| line["event"] == "log.anchor");
    let witnesses = anchors.map(|line| line["witness"].as_str());
    assert!(witnesses.eq([Some(WITNESS); 3]));
    two.council.run(&["log", "verify"]).done();
    two.by_provider(&["drop", WITNESS]).done();
    let list = two.council.run(&["log", "witness", "list", "--json"]);
    assert_eq!(list.done().json()["witnesses"], Value::Array(Vec::new()));
}

#[test]
fn an_administrator_who_puts_an_older_copy_back_is_found_by_the_witness_and_by_the_council() {
    let two = Two::acquainted();
    two.round("first");
    let older: Vec<Vec<u8>> = (0..4)
        .map(|_| {
            two.council.by(PROVIDER, &GET).done();
            vault(&two.council)
        })
        .collect();
    two.council.by(PROVIDER, &GET).done();
    two.round("second");
    let size = two.head()["size"].as_u64().expect("a size");
    let head = two.witness(&["head"]).done().stdout;
    for (at, copy) in older.iter().enumerate() {
        two.put_back(copy);
        let request = two.request(&format!("older-{at}"), &[]);
        let answer = format!("older-answer-{at}");
        let refused = two.sign(&request, &answer).refused(9);
        assert!(
            refused.stderr.contains("fewer than this witness"),
            "{refused:?}"
        );
        assert_eq!(two.evidence().len(), at + 1);
        assert!(two.evidence().contains(&fs::read(request).expect("there")));
        // The answer tells the council's side how many records there were.
        let told = two.take(&answer).refused(9);
        assert!(
            told.stderr.contains(&format!("has seen {size} records")),
            "{told:?}"
        );
    }
    // The copy grows beyond what the witness has seen: now it is a fork.
    let growing = |name: &str| {
        two.council.by(PROVIDER, &GET).done();
        let json = two.council.run(&["log", "verify", "--quick", "--json"]);
        let records = json.json()["records"].as_u64().expect("a count");
        (records > size + 2).then(|| two.request(name, &[]))
    };
    let request = (0..9).find_map(|at| growing(&format!("grown-{at}")));
    let request = request.expect("it has grown");
    let elsewhere = two.sign(&request, "told").ends(13);
    assert!(elsewhere.stderr.contains("--old"), "{elsewhere:?}");
    two.take("told").refused(13);
    let old = size.to_string();
    let request = two.request("forked", &["--old", &old]);
    let refused = two.sign(&request, "never").refused(9);
    assert!(refused.stderr.contains("goes on from"), "{refused:?}");
    assert!(!Path::new(&two.elsewhere.out("never")).exists());
    assert_eq!(two.evidence().len(), older.len() + 1);
    assert_eq!(two.witness(&["head"]).done().stdout, head, "as it was");
    fs::write(two.elsewhere.out("kept"), head).expect("room");
    let found = two.take("kept").refused(9);
    assert!(found.stderr.contains("went its own way"), "{found:?}");
}

#[test]
fn whoever_forgot_where_the_witness_stands_is_told_and_asks_again() {
    let two = Two::acquainted();
    let request = two.request("first", &[]);
    two.sign(&request, "lost").done();
    fs::remove_file(two.elsewhere.out("lost")).expect("an answer");
    // The same request again: the witness signed that head, and prints it.
    let again = two.sign(&request, "again").ends(13);
    assert!(again.stderr.contains("coffer witness head"), "{again:?}");
    let head = two.witness(&["head"]).done().stdout;
    fs::write(two.elsewhere.out("head"), head).expect("room");
    let lost = two.take("head").done().json();
    // A later one begins where the witness says.
    two.council.by(PROVIDER, &GET).done();
    let other = two.request("other", &["--old", "1"]);
    two.sign(&other, "size").ends(13);
    two.take("size").refused(13);
    let size = fs::read_to_string(two.elsewhere.out("size")).expect("a size");
    assert_eq!(size.trim(), lost["size"].to_string());
    let other = two.request("right", &["--old", size.trim()]);
    two.sign(&other, "right-answer").done();
    two.take("right-answer").done();
    two.take("head").refused(2);
    two.take("right-answer").refused(2);
}

#[test]
fn a_new_member_s_head_is_signed_once_their_key_is_trusted() {
    let two = Two::acquainted();
    two.round("first");
    two.council.enrol("Con Councillor", "councillor");
    let request = two.request("second", &[]);
    two.sign(&request, "unknown").refused(6);
    assert_eq!(two.evidence().len(), 0, "a stranger's head proves nothing");
    two.trust().done();
    two.sign(&request, "known").done();
    two.take("known").done();
}

#[test]
fn each_refusal_says_what_happened_and_what_to_do() {
    let two = Two::acquainted();
    let mut lapses = Lapses::default();
    let request = two.request("good", &[]);
    two.sign(&request, "signed").done();
    let good = fs::read_to_string(&request).expect("a request");
    let mut look = |what: &str, ran: &Ran, status: i32| lapses.look(what, ran, status);
    let file = |name: &str, content: &str| two.elsewhere.file(name, content.as_bytes());
    look("founding twice", &two.witness(&["found", "another"]), 2);
    look("a blank in a name", &two.witness(&["found", "a b"]), 2);
    let none = two.elsewhere.path("none");
    let folder = ["--folder", &text(&none)];
    look(
        "no witness",
        &two.witness(&[&["list"][..], &folder].concat()),
        6,
    );
    look("no head of it", &two.witness(&["head", "another/log"]), 6);
    look(
        "no such request",
        &two.sign(&two.elsewhere.out("none"), "a"),
        11,
    );
    let keys = file("out/keys", "x\n");
    look("no key", &two.witness(&["trust", &keys]), 2);
    look(
        "no keys",
        &two.witness(&["trust", &file("out/keys", "\n")]),
        2,
    );
    look(
        "a folder of keys",
        &two.witness(&["trust", &two.elsewhere.out("")]),
        11,
    );
    for (what, text, status) in [
        ("an empty request", String::new(), 2),
        ("a cut one", good[..good.len() / 2].to_owned(), 2),
        ("a long one", good.repeat(3000), 2),
        ("a bad number", good.replacen("old 0", "old x", 1), 2),
        ("a bad head", good.replacen("/vault/", " vault ", 1), 2),
        ("another log", good.replace("/vault/", "/safe/"), 6),
        (
            "a bad signature",
            good.replace("\n\u{2014} ", "\n\u{2014} x"),
            6,
        ),
    ] {
        look(what, &two.sign(&file("out/bad", &text), "b"), status);
    }
    look("the answer exists", &two.sign(&request, "signed"), 2);
    look("no folder for it", &two.sign(&request, "none/a"), 11);
    look("not a key", &two.by_provider(&["add", "x"]), 2);
    let key = two.witness(&["list", "--json"]).json()["vkey"].clone();
    let key = key.as_str().expect("a key").to_owned();
    look("named already", &two.by_provider(&["add", &key]), 2);
    look("nobody to drop", &two.by_provider(&["drop", "another"]), 6);
    let by_auditor = ["log", "witness", "drop", WITNESS];
    look("by the auditor", &two.council.by(AUDITOR, &by_auditor), 7);
    let asked = |words: &[&str]| {
        let out = two.council.out("asked");
        let request = [&["log", "witness", "request"], words, &[&out]].concat();
        two.council.run(&request)
    };
    look("nobody to ask", &asked(&["another"]), 6);
    look("beyond the log", &asked(&["--old", "9999", WITNESS]), 9);
    assert!(!two.council.path("out/asked").exists());
    let exists = two.council.out("good");
    let again = ["log", "witness", "request", WITNESS, &exists];
    look("the request exists", &two.council.run(&again), 2);
    for (name, text) in [("empty", ""), ("words", "no\n"), ("request", &good)] {
        fs::write(two.elsewhere.out(name), text).expect("room");
        look(name, &two.take(name), 2);
    }
    fs::write(two.elsewhere.out("ahead"), "9999\n").expect("room");
    look("a number beyond the log", &two.take("ahead"), 9);
    let damaged = two.elsewhere.path("state/witness/key");
    fs::write(damaged, "PRIVATE+KEY+").expect("writable");
    look("a damaged key", &two.sign(&request, "c"), 10);
}

#[test]
fn whatever_call_a_witness_is_killed_at_it_has_signed_no_head_that_it_does_not_keep() {
    if !has_tool("strace") {
        skip(1, "witness who is killed at each call: strace is not there");
        return;
    }
    let two = Two::acquainted();
    two.round("first");
    let earlier = vault(&two.council);
    two.council.by(PROVIDER, &GET).done();
    let request = two.request("second", &[]);
    // Another head of the same size: what is two records there is one and one here.
    two.put_back(&earlier);
    two.council.by(CLERK, &["list"]).done();
    two.council.by(CLERK, &["list"]).done();
    let forked = two.request("forked", &[]);
    let size = |path: &str| {
        let text = fs::read_to_string(path).expect("a request");
        let submission = Submission::parse(text.as_bytes()).expect("a request");
        Checkpoint::parse(submission.note.text())
            .expect("a head")
            .size
    };
    assert_eq!(size(&forked), size(&request));
    let (before, there) = (two.elsewhere.files(), text(&two.elsewhere.path("")));
    let calls = calls_of(&two.elsewhere, &request);
    assert!(calls.len() > 30, "{calls:?}");
    let (mut kept, mut absent) = (0, 0);
    for (name, nth) in &calls {
        let desk = Desk::laid_out(&before);
        let two = Two {
            council: Desk::empty(),
            elsewhere: desk,
        };
        let here = text(&two.elsewhere.path(""));
        let moved = |path: &str| path.replace(&there, &here);
        let old = two.head()["size"].as_u64().expect("a size");
        let inject = format!("inject={name}:signal=KILL:when={nth}");
        let trace = format!("trace={name}");
        let ran = traced(
            &two.elsewhere,
            &["-e", &trace, "-e", &inject],
            &moved(&request),
        );
        let now = two.head()["size"].as_u64().expect("a size");
        let answer = fs::read(two.elsewhere.out("answer")).unwrap_or_default();
        let place = format!("{name} {nth}: {ran:?}");
        if now == old {
            absent += 1;
            assert!(answer.is_empty(), "signed and not kept: {place}");
            two.sign(&moved(&request), "again").done();
        } else {
            kept += 1;
            two.sign(&moved(&request), "again").ends(13);
        }
        two.sign(&moved(&forked), "of-the-fork").refused(9);
        let head = two.head()["size"].as_u64().expect("a size");
        assert!(head > old, "{place}");
    }
    count(&format!(
        "a witness was killed at {} calls: {kept} times it kept the head, {absent} times not",
        calls.len()
    ));
    assert!(kept > 0 && absent > 0);
}

#[test]
fn the_head_is_durable_before_a_byte_of_its_signature_is_written_elsewhere() {
    if !has_tool("strace") {
        skip(1, "order of a witness's calls: strace is not there");
        return;
    }
    let two = Two::acquainted();
    let request = two.request("first", &[]);
    let options = ["-y", "-e", "trace=fsync,rename,renameat2,write"];
    traced(&two.elsewhere, &options, &request).done();
    let trace = fs::read_to_string(two.elsewhere.path("tmp/trace")).expect("a trace");
    let lines: Vec<&str> = trace.lines().collect();
    let place = |what: &str, fits: &dyn Fn(&str) -> bool| {
        let at = lines.iter().position(|line| fits(line));
        at.unwrap_or_else(|| panic!("no {what} in {trace}"))
    };
    let placed = place("renaming", &|it| {
        it.starts_with("rename") && it.contains("/head\"")
    });
    let of = |call: &str, end: &str| {
        let (call, end) = (call.to_owned(), end.to_owned());
        move |it: &str| it.starts_with(&call) && it.contains(&end)
    };
    let drafted = place("draft", &of("fsync(", "/draft>"));
    let folder = lines[placed..]
        .iter()
        .position(|it| it.starts_with("fsync(") && it.contains("/logs/"));
    let folder = placed + folder.expect("the folder is synced");
    let answered = place("answer", &of("write(", "/answer>"));
    assert!(
        drafted < placed && placed < folder && folder < answered,
        "{trace}"
    );
}

fn traced(desk: &Desk, options: &[&str], request: &str) -> Ran {
    let log = text(&desk.path("tmp/trace"));
    let before = [&["-qq", "-o", &log][..], options].concat();
    let answer = desk.out("answer");
    let words = ["witness", "sign", request, "--answer", &answer];
    fed(desk.through("strace", &before, &words), b"")
}

/// Every call to files that a signing makes, from its first look at the desk on.
fn calls_of(desk: &Desk, request: &str) -> Vec<(String, usize)> {
    let files = desk.files();
    let trial = Desk::laid_out(&files);
    let moved = |path: &str| path.replace(&text(&desk.path("")), &text(&trial.path("")));
    let ran = traced(&trial, &["-e", "trace=%file,%desc"], &moved(request));
    ran.done();
    let log = fs::read_to_string(trial.path("tmp/trace")).expect("a trace");
    let folder = text(&trial.path(""));
    let (mut calls, mut begun) = (Vec::<(String, usize)>::new(), false);
    for line in log.lines() {
        let Some((name, arguments)) = line.split_once('(') else {
            continue;
        };
        if ["mmap", "munmap", "mremap", "execve", "poll"].contains(&name) {
            continue;
        }
        begun |= arguments.contains(folder.trim_end_matches('/'));
        let nth = 1 + calls.iter().filter(|(it, _)| it == name).count();
        calls.push((name.to_owned(), if begun { nth } else { 0 }));
    }
    // Numbered among all of their name, the earlier ones included.
    let mut numbered = Vec::new();
    for (at, (name, nth)) in calls.iter().enumerate() {
        if *nth > 0 {
            let same = calls[..=at].iter().filter(|(it, _)| it == name).count();
            numbered.push((name.clone(), same));
        }
    }
    numbered
}

#[test]
fn of_runs_at_once_no_two_sign_different_heads_of_one_size() {
    let two = Two::acquainted();
    let mut requests = vec![two.request("own-0", &[])];
    let before = vault(&two.council);
    for at in 1..4 {
        two.council.by(PROVIDER, &GET).done();
        requests.push(two.request(&format!("own-{at}"), &[]));
    }
    two.put_back(&before);
    for at in 1..4 {
        two.council.by(CLERK, &["list"]).done();
        two.council.by(CLERK, &["list"]).done();
        requests.push(two.request(&format!("fork-{at}"), &[]));
    }
    // All of them begin at nothing, and the first to come decides.
    let statuses: Vec<i32> = thread::scope(|scope| {
        let runs: Vec<_> = requests
            .iter()
            .enumerate()
            .map(|(at, request)| {
                let two = &two;
                scope.spawn(move || two.sign(request, &format!("answer-{at}")).status)
            })
            .collect();
        let ended = runs.into_iter().map(|run| run.join().expect("a thread"));
        ended.map(|status| status.expect("an end")).collect()
    });
    let signed = statuses.iter().filter(|status| **status == 0).count();
    assert_eq!(signed, 1, "{statuses:?}");
    assert!(
        statuses.iter().all(|it| [0, 9, 13].contains(it)),
        "{statuses:?}"
    );
}
