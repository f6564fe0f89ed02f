//! The calls of a run at which the machine may fail, and a run in which it does.

use std::fs;
use std::path::Path;

use super::acts::Act;
use crate::desk::{Desk, text};
use crate::ran::{Ran, fed};

/// Calls that `strace` counts to files and that reach none: memory, and the program's own start.
const OTHERS: [&str; 5] = ["mmap", "munmap", "mremap", "execve", "poll"];

/// Every call that takes a file or a descriptor.
const CALLS: &str = "%file,%desc";

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The process is killed before the call.
    Kill,
    /// The device fails.
    Eio,
    /// The disk is full, at a call that may find it so.
    Enospc,
}

/// Calls that neither need room nor flush what does.
const NEEDLESS: [&str; 14] = [
    "access",
    "close",
    "faccessat2",
    "fcntl",
    "fstat",
    "ioctl",
    "lseek",
    "newfstatat",
    "pread64",
    "read",
    "readlink",
    "readlinkat",
    "stat",
    "statx",
];

impl Fault {
    /// Whether the call can end so.
    pub(super) fn befits(self, call: &Call) -> bool {
        self != Self::Enospc || !NEEDLESS.contains(&call.name.as_str())
    }

    const fn option(self) -> &'static str {
        match self {
            Self::Kill => "signal=KILL",
            Self::Eio => "error=EIO",
            Self::Enospc => "error=ENOSPC",
        }
    }
}

/// One call of one run.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) name: String,
    /// Which of that name in the run, from 1.
    pub(super) nth: usize,
}

pub(super) fn trace_of(desk: &Desk) -> String {
    text(&desk.path("tmp/trace"))
}

pub(super) fn traced(desk: &Desk, act: &Act, options: &[&str]) -> Ran {
    let words = act.command_line(desk, 1);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let log = trace_of(desk);
    let before = [&["-qq", "-o", &log][..], options].concat();
    fed(
        desk.through("strace", &before, &words),
        act.input.as_bytes(),
    )
}

/// Runs the act undisturbed; the calls that it makes from its first look at the desk on. Calls of
/// other threads than the first would not be counted rightly, and none is allowed.
pub(super) fn watched(desk: &Desk, act: &Act) -> (Ran, Vec<Call>) {
    let trace = format!("trace={CALLS}");
    let ran = traced(desk, act, &["-f", "-e", &trace]);
    // What is not there was not traced.
    let log = fs::read_to_string(trace_of(desk)).unwrap_or_default();
    let folder = text(desk.path("").as_path());
    let folder = folder.trim_end_matches('/');
    let (mut calls, mut begun) = (Vec::<Call>::new(), false);
    let first = log.split(' ').next().unwrap_or_default();
    for line in log.lines() {
        let (process, said) = line.split_once(' ').expect("a process and a call");
        let Some((name, arguments)) = said.trim_start().split_once('(') else {
            continue;
        };
        let is_call = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_call || OTHERS.contains(&name) {
            continue;
        }
        assert_eq!(process, first, "another thread than the first: {line}");
        begun |= arguments.contains(folder);
        let nth = 1 + calls.iter().filter(|call| call.name == name).count();
        calls.push(Call {
            name: name.to_owned(),
            nth: if begun { nth } else { 0 },
        });
    }
    (ran, numbered(&calls))
}

/// The calls that count, numbered among all of their name.
fn numbered(calls: &[Call]) -> Vec<Call> {
    calls.iter().filter(|call| call.nth > 0).cloned().collect()
}

/// Runs the act with `fault` at `call`, and says whether it was met.
pub(super) fn disturbed(desk: &Desk, act: &Act, call: &Call, fault: Fault) -> (Ran, bool) {
    let Call { name, nth } = call;
    let trace = format!("trace={name}");
    let inject = format!("inject={name}:{}:when={nth}", fault.option());
    let ran = traced(desk, act, &["-e", &trace, "-e", &inject]);
    let log = Path::new(&trace_of(desk)).to_owned();
    let met = match fault {
        Fault::Kill => ran.status.is_none(),
        _ => fs::read_to_string(&log).is_ok_and(|log| log.contains("(INJECTED)")),
    };
    fs::remove_file(log).expect("a trace");
    (ran, met)
}
