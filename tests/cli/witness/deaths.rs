//! A witness that is stopped at any moment: what it signed, it keeps.

use std::fs;

use harness::{CLERK, PROVIDER};
use vault_core::tlog::checkpoint::Checkpoint;
use vault_core::tlog::submission::Submission;

use super::{GET, Two, vault};
use crate::desk::{Desk, count, has_tool, skip, text};
use crate::ran::{Ran, fed};

/// A witness that has signed a head, a request that goes on from it, and one of a fork that has as
/// many records.
struct Stage {
    two: Two,
    request: String,
    forked: String,
}

impl Stage {
    fn set() -> Self {
        let two = Two::acquainted();
        two.round("first");
        let earlier = vault(&two.council);
        two.council.by(PROVIDER, &GET).done();
        let request = two.request("second", &[]);
        // What is two records there is one and one here.
        two.put_back(&earlier);
        two.council.by(CLERK, &["list"]).done();
        two.council.by(CLERK, &["list"]).done();
        let forked = two.request("forked", &[]);
        let size = |path: &str| {
            let text = fs::read_to_string(path).expect("a request");
            let submission = Submission::parse(text.as_bytes()).expect("a request");
            let head = Checkpoint::parse(submission.note.text());
            head.expect("a head").size
        };
        assert_eq!(size(&forked), size(&request));
        Self {
            two,
            request,
            forked,
        }
    }

    /// The same at another desk, with nothing done yet.
    fn again(&self) -> Self {
        let two = Two {
            council: Desk::empty(),
            elsewhere: Desk::laid_out(&self.two.elsewhere.files()),
        };
        let [there, here] = [&self.two, &two].map(|it| text(&it.elsewhere.path("")));
        let moved = |path: &str| path.replace(&there, &here);
        Self {
            request: moved(&self.request),
            forked: moved(&self.forked),
            two,
        }
    }

    fn size(&self) -> u64 {
        self.two.head()["size"].as_u64().expect("a size")
    }

    /// Kills the witness at a call; whether it keeps the head of the request.
    fn killed_at(&self, (name, nth): &(String, usize)) -> bool {
        let old = self.size();
        let inject = format!("inject={name}:signal=KILL:when={nth}");
        let options = ["-e", &format!("trace={name}"), "-e", &inject];
        let ran = traced(&self.two.elsewhere, &options, &self.request);
        let kept = self.size() != old;
        let answer = fs::read(self.two.elsewhere.out("answer")).unwrap_or_default();
        let place = format!("{name} {nth}: {ran:?}");
        assert!(kept || answer.is_empty(), "signed and not kept: {place}");
        let again = if kept { 13 } else { 0 };
        self.two.sign(&self.request, "again").ends(again);
        self.two.sign(&self.forked, "of-the-fork").refused(9);
        assert!(self.size() > old, "{place}");
        kept
    }
}

#[test]
fn whatever_call_a_witness_is_killed_at_it_has_signed_no_head_that_it_does_not_keep() {
    if !has_tool("strace") {
        skip(1, "witness who is killed at each call: strace is not there");
        return;
    }
    let stage = Stage::set();
    let calls = calls_of(&stage);
    assert!(calls.len() > 30, "{calls:?}");
    let kept = calls.iter().filter(|call| stage.again().killed_at(call));
    let kept = kept.count();
    let absent = calls.len() - kept;
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
fn calls_of(stage: &Stage) -> Vec<(String, usize)> {
    let Stage { two, request, .. } = stage.again();
    let desk = &two.elsewhere;
    traced(desk, &["-e", "trace=%file,%desc"], &request).done();
    let log = fs::read_to_string(desk.path("tmp/trace")).expect("a trace");
    let folder = text(&desk.path(""));
    let (mut calls, mut begun) = (Vec::<(String, usize)>::new(), None);
    for line in log.lines() {
        let Some((name, arguments)) = line.split_once('(') else {
            continue;
        };
        if ["mmap", "munmap", "mremap", "execve", "poll"].contains(&name) {
            continue;
        }
        if arguments.contains(folder.trim_end_matches('/')) {
            begun.get_or_insert(calls.len());
        }
        // Numbered among all of their name, the earlier ones included.
        let nth = 1 + calls.iter().filter(|(it, _)| it == name).count();
        calls.push((name.to_owned(), nth));
    }
    calls.split_off(begun.expect("a look at the desk"))
}
