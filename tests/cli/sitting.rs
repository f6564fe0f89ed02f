//! Somebody at a terminal with the real program: keys go in, and what the screen shows comes out.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::{Child, Stdio};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

use crate::desk::{Desk, has_tool, skip};

/// Seconds without a sign of the program after which it hangs.
const PATIENCE: i64 = 30;

/// Which terminal it is.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) term: &'static str,
    pub(crate) columns: u16,
    pub(crate) rows: u16,
}

/// The terminal that most people have.
pub(crate) const USUAL: Kind = Kind {
    term: "xterm-256color",
    columns: 80,
    rows: 24,
};

/// A run of the program at a terminal of its own.
pub(crate) struct Sitting {
    program: Child,
    /// The person's end of the terminal, and the program's.
    person: File,
    tty: File,
    seen: Vec<u8>,
    looked_at: usize,
}

/// A sitting that has ended.
pub(crate) struct Ended {
    pub(crate) status: Option<i32>,
    /// Everything that the terminal was sent.
    pub(crate) all: String,
}

impl Sitting {
    /// Sits down with a command; nothing where a program cannot be given a terminal here.
    pub(crate) fn at(desk: &Desk, words: &[&str], kind: Kind) -> Option<Self> {
        Self::with(desk, words, kind, Into::into)
    }

    /// The same with standard output to somewhere else.
    pub(crate) fn with(
        desk: &Desk,
        words: &[&str],
        kind: Kind,
        stdout: impl FnOnce(File) -> Stdio,
    ) -> Option<Self> {
        if !has_tool("setsid") {
            skip(1, "sitting at a terminal: there is no setsid");
            return None;
        }
        let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&person).expect("granted");
        unlockpt(&person).expect("unlocked");
        let size = Winsize {
            ws_row: kind.rows,
            ws_col: kind.columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&person, size).expect("sized");
        let name = ptsname(&person, Vec::new()).expect("named");
        let path = std::ffi::OsStr::from_bytes(name.to_bytes());
        let no_ctty = i32::try_from(OpenptFlags::NOCTTY.bits()).expect("a flag");
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, no_ctty);
        let tty = options.open(path).expect("the program's end");
        let end = || tty.try_clone().expect("one more");
        let mut command = desk.through("setsid", &["--ctty"], words);
        command.env("TERM", kind.term);
        command.stdin(end()).stdout(stdout(end())).stderr(end());
        Some(Self {
            program: command.spawn().expect("started"),
            person: File::from(person),
            tty,
            seen: Vec::new(),
            looked_at: 0,
        })
    }

    /// Waits until the terminal shows `text`, however its lines are broken, after what was waited
    /// for before.
    #[track_caller]
    pub(crate) fn until(&mut self, text: &str) -> &mut Self {
        loop {
            let new = &self.seen[self.looked_at..];
            if let Some(length) = through(new, text) {
                self.looked_at += length;
                return self;
            }
            let shown = one_line(new);
            assert!(self.look(PATIENCE * 1000), "no {text:?} in {shown:?}");
        }
    }

    /// Types a line.
    pub(crate) fn types(&mut self, line: &str) -> &mut Self {
        self.keys(&format!("{line}\n"))
    }

    /// Presses keys.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        self.person.write_all(keys.as_bytes()).expect("typed");
        self
    }

    /// Sends the program a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.program.id()).expect("a process");
        kill_process(Pid::from_raw(id).expect("a process"), signal).expect("sent");
    }

    /// Waits for the end. The terminal's line editing is what it was, and no page is left open.
    #[track_caller]
    pub(crate) fn ends(mut self, status: i32) -> Ended {
        while self.program.try_wait().expect("a process").is_none() {
            self.look(50);
        }
        while self.look(0) {}
        let ended = Ended {
            status: self.program.wait().expect("a process").code(),
            all: String::from_utf8_lossy(&self.seen).into_owned(),
        };
        assert_eq!(ended.status, Some(status), "{}", ended.all);
        let usual = LocalModes::ECHO | LocalModes::ISIG | LocalModes::ICANON;
        let modes = tcgetattr(&self.tty).expect("a terminal").local_modes;
        assert!(modes.contains(usual) && !modes.contains(LocalModes::ECHONL));
        assert_eq!(
            ended.all.matches(PAGE).count(),
            ended.all.matches(PAGE_END).count(),
            "a page is left open"
        );
        assert!(!ended.all.contains("panicked"), "{}", ended.all);
        ended
    }

    /// Reads what has been shown since; whether there was something within so many milliseconds.
    fn look(&mut self, millis: i64) -> bool {
        let limit = Timespec {
            tv_sec: millis / 1000,
            tv_nsec: millis % 1000 * 1_000_000,
        };
        let mut ready = [PollFd::new(&self.person, PollFlags::IN)];
        let ready = poll(&mut ready, Some(&limit)).expect("a terminal");
        let mut bytes = [0; 4096];
        let read = if ready > 0 {
            self.person.read(&mut bytes).unwrap_or(0)
        } else {
            0
        };
        self.seen.extend_from_slice(&bytes[..read]);
        read > 0
    }
}

impl Drop for Sitting {
    fn drop(&mut self) {
        // One that was waited for is gone already.
        drop(self.program.kill());
        drop(self.program.wait());
    }
}

const PAGE: &str = "\x1b[?1049h";
const PAGE_END: &str = "\x1b[?1049l";

impl Ended {
    /// What stays on the screen and in what it can be scrolled back to: all but the pages.
    pub(crate) fn stays(&self) -> String {
        let mut stays = String::new();
        let mut rest = self.all.as_str();
        while let Some((before, page)) = rest.split_once(PAGE) {
            stays.push_str(before);
            rest = page.split_once(PAGE_END).map_or("", |(_, after)| after);
        }
        stays + rest
    }

    /// The same with its lines joined.
    pub(crate) fn stays_in_one_line(&self) -> String {
        one_line(self.stays().as_bytes())
    }
}

/// How many bytes there are up to the end of `text`, which any blanks may part.
fn through(bytes: &[u8], text: &str) -> Option<usize> {
    let mut joined = Vec::with_capacity(bytes.len());
    let mut ends = Vec::with_capacity(bytes.len());
    for (byte, end) in bytes.iter().zip(1..) {
        let blank = byte.is_ascii_whitespace();
        if !blank || joined.last().is_some_and(|last| *last != b' ') {
            joined.push(if blank { b' ' } else { *byte });
            ends.push(end);
        }
    }
    let at = joined
        .windows(text.len())
        .position(|window| window == text.as_bytes())?;
    ends.get(at + text.len() - 1).copied()
}

/// Text without its line breaks, one blank between two words.
fn one_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
