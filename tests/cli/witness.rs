//! A council and its witness, who see each other's two small files and nothing else.

mod deaths;
mod refusals;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use harness::{CLERK, PROVIDER, WITNESS};
use serde_json::Value;

use crate::desk::Desk;
use crate::ran::Ran;

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

    pub(crate) fn by_provider(&self, words: &[&str]) -> Ran {
        self.council
            .by(PROVIDER, &[&["log", "witness"], words].concat())
    }

    pub(crate) fn trust(&self) -> Ran {
        let keys = self.council.run(&["log", "witness", "keys"]).done();
        let keys = self.elsewhere.file("out/log.vkeys", &keys.stdout);
        self.witness(&["trust", &keys])
    }

    /// A request, as a file on the witness's machine.
    pub(crate) fn request(&self, name: &str, more: &[&str]) -> String {
        let out = self.council.out(name);
        let words = ["log", "witness", "request", WITNESS, &out];
        self.council.run(&[&words[..], more].concat()).done();
        let bytes = fs::read(&out).expect("a request");
        self.elsewhere.file(&format!("out/{name}"), &bytes)
    }

    pub(crate) fn sign(&self, request: &str, answer: &str) -> Ran {
        self.witness(&["sign", request, "--answer", &self.elsewhere.out(answer)])
    }

    pub(crate) fn take(&self, answer: &str) -> Ran {
        let bytes = fs::read(self.elsewhere.out(answer)).expect("an answer");
        let answer = self.council.file(&format!("out/taken-{answer}"), &bytes);
        self.by_provider(&["take", &answer, "--json"])
    }

    /// Request, signature and taking in, each with files of this name.
    pub(crate) fn round(&self, name: &str) -> Value {
        let request = self.request(name, &[]);
        let answer = format!("{name}-answer");
        self.sign(&request, &answer).done();
        self.take(&answer).done().json()
    }

    /// The administrator puts a file in the vault's place, and makes the machine forget.
    pub(crate) fn put_back(&self, vault: &[u8]) {
        fs::write(self.council.vault(), vault).expect("the vault");
        fs::remove_dir_all(self.council.path("state")).expect("what was remembered");
    }

    /// The requests that the witness keeps as evidence.
    pub(crate) fn evidence(&self) -> BTreeSet<Vec<u8>> {
        let logs = self.elsewhere.path("state/witness/logs");
        let folder = |path: PathBuf| fs::read_dir(path).into_iter().flatten().flatten();
        let refused = folder(logs).flat_map(|log| folder(log.path().join("refused")));
        refused
            .map(|file| fs::read(file.path()).expect("a request"))
            .collect()
    }

    pub(crate) fn head(&self) -> Value {
        self.witness(&["head", "--json"]).done().json()
    }
}

fn vault(desk: &Desk) -> Vec<u8> {
    fs::read(desk.vault()).expect("the vault")
}

#[test]
fn a_witness_vouches_for_a_log_that_goes_on_and_that_stands_in_the_log() {
    let two = Two::acquainted();
    let verified = || two.council.run(&["log", "verify", "--json"]).done().json();
    assert_eq!(verified()["witnesses"][0]["size"], Value::Null);
    let said = two.council.run(&["log", "verify"]).done().stdout;
    let said = String::from_utf8(said).expect("text");
    assert!(said.contains("never vouched for this log"), "{said}");
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
    let listed = || {
        let words = ["log", "witness", "list", "--json"];
        two.council.run(&words).done().json()["witnesses"].clone()
    };
    let known = &listed()[0];
    assert_eq!(
        (&known["name"], &known["size"]),
        (&WITNESS.into(), &last["size"])
    );
    assert_eq!(known["time"], last["time"]);
    let log = two.council.log();
    let anchors = log.iter().filter(|line| line["event"] == "log.anchor");
    let witnesses = anchors.map(|line| line["witness"].as_str());
    assert!(witnesses.eq([Some(WITNESS); 3]));
    let told = verified()["witnesses"][0].clone();
    assert_eq!(
        [&told["name"], &told["size"]],
        [&WITNESS.into(), &last["size"]]
    );
    assert_eq!(told["time"], last["time"]);
    let quick = two.council.run(&["log", "verify", "--quick", "--json"]);
    assert_eq!(
        quick.done().json()["witnesses"],
        Value::Null,
        "not looked at"
    );
    let head = two.witness(&["head"]).done().stdout;
    let head = two.council.file("out/head", &head);
    for quick in [&[][..], &["--quick"]] {
        let verify = ["log", "verify", "--json", "--witness", &head];
        let compared = two.council.run(&[&verify[..], quick].concat());
        assert_eq!(compared.done().json()["head"], last["size"]);
    }
    two.by_provider(&["drop", WITNESS]).done();
    two.council
        .run(&["log", "verify", "--witness", &head])
        .done();
    assert_eq!(listed(), Value::Array(Vec::new()));
}

/// A witness that has signed for the newest head, and older copies of the file, oldest first.
fn with_older_copies(two: &Two) -> Vec<Vec<u8>> {
    two.round("first");
    let older = (0..4).map(|_| {
        two.council.by(PROVIDER, &GET).done();
        vault(&two.council)
    });
    let older = older.collect();
    two.council.by(PROVIDER, &GET).done();
    two.round("second");
    older
}

#[test]
fn an_administrator_who_puts_an_older_copy_back_is_found_by_the_witness_and_by_the_council() {
    let two = Two::acquainted();
    let older = with_older_copies(&two);
    let size = two.head()["size"].as_u64().expect("a size");
    let head = two.witness(&["head"]).done().stdout;
    for (at, copy) in older.iter().enumerate() {
        two.put_back(copy);
        let request = two.request(&format!("older-{at}"), &[]);
        let answer = format!("older-answer-{at}");
        let refused = two.sign(&request, &answer).refused(9);
        assert!(refused.stderr.contains("fewer than"), "{refused:?}");
        assert_eq!(two.evidence().len(), at + 1);
        assert!(two.evidence().contains(&fs::read(request).expect("there")));
        // The answer tells the council's side how many records there were.
        let told = two.take(&answer).refused(9);
        let seen = format!("has seen {size} records");
        assert!(told.stderr.contains(&seen), "{told:?}");
    }
    let kept = two.council.file("out/kept", &head);
    let compares = ["log", "verify", "--witness", &kept];
    let found = two.council.run(&compares).refused(9);
    assert!(found.stderr.contains("older copy"), "{found:?}");
    let found = two.council.run(&[&compares[..], &["--json"]].concat());
    let found = found.ends(9).json();
    let told = (&found["ok"], &found["head"]);
    assert_eq!(told, (&false.into(), &size.into()));
}

#[test]
fn an_older_copy_that_has_grown_beyond_what_was_seen_is_found_as_a_fork() {
    let two = Two::acquainted();
    let older = with_older_copies(&two);
    let size = two.head()["size"].as_u64().expect("a size");
    let head = two.witness(&["head"]).done().stdout;
    two.put_back(&older[0]);
    let mut records = 0;
    while records < size + 2 {
        two.council.by(PROVIDER, &GET).done();
        let quick = two.council.run(&["log", "verify", "--quick", "--json"]);
        records = quick.json()["records"].as_u64().expect("a count");
    }
    let request = two.request("grown", &[]);
    let elsewhere = two.sign(&request, "told").ends(13);
    assert!(elsewhere.stderr.contains("--old"), "{elsewhere:?}");
    two.take("told").refused(13);
    let request = two.request("forked", &["--old", &size.to_string()]);
    let refused = two.sign(&request, "never").refused(9);
    assert!(refused.stderr.contains("goes on from"), "{refused:?}");
    assert!(!Path::new(&two.elsewhere.out("never")).exists());
    assert_eq!(two.evidence().len(), 1);
    assert_eq!(two.witness(&["head"]).done().stdout, head, "as it was");
    fs::write(two.elsewhere.out("kept"), &head).expect("room");
    let kept = two.council.file("out/kept", &head);
    for found in [
        two.take("kept").refused(9),
        two.council
            .run(&["log", "verify", "--witness", &kept])
            .refused(9),
    ] {
        assert!(found.stderr.contains("went its own way"), "{found:?}");
    }
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
