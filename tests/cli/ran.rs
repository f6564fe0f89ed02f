//! A run of the program: how it ended and what it said.

use std::fmt;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Runs `command` to its end with `input` on standard input.
pub(crate) fn fed(mut command: Command, input: &[u8]) -> Ran {
    command.stdin(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // A program that refuses before it reads closes the pipe, which is its right.
    stdin.write_all(input).unwrap_or_default();
    drop(stdin);
    child.wait_with_output().expect("an end").into()
}

/// How a run ended and what it said.
pub(crate) struct Ran {
    /// The exit status; none where a signal ended the run.
    pub(crate) status: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl fmt::Debug for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (status, stderr) = (self.status, &self.stderr);
        let stdout = String::from_utf8_lossy(&self.stdout);
        write!(f, "status {status:?}, stdout {stdout:?}, stderr {stderr:?}")
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let stderr = String::from_utf8(output.stderr).expect("messages are UTF-8");
        assert!(!stderr.contains("panicked"), "a panic: {stderr}");
        Self {
            status: output.status.code(),
            stdout: output.stdout,
            stderr,
        }
    }
}

impl Ran {
    /// Demands that the run ended with `status`.
    #[track_caller]
    pub(crate) fn ends(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{self:?}");
        self
    }

    /// Demands that the run did what was asked.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        self.ends(0)
    }

    /// Demands that the run was refused with `status` and without a byte of data.
    #[track_caller]
    pub(crate) fn refused(self, status: i32) -> Self {
        let ran = self.ends(status);
        assert!(ran.stdout.is_empty(), "{ran:?}");
        assert!(ran.stderr.contains("error: "), "{ran:?}");
        ran
    }

    /// The one JSON value on standard output.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The JSON values on standard output, one a line.
    #[track_caller]
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        let lines = self.stdout.split(|byte| *byte == b'\n');
        let lines = lines.filter(|line| !line.is_empty());
        lines
            .map(|line| serde_json::from_slice(line).expect("a line of JSON"))
            .collect()
    }

    /// The record that a change was given.
    #[track_caller]
    pub(crate) fn record(&self) -> u64 {
        let json = self.json();
        assert_eq!(json["schema"], "coffer.done/1", "{json}");
        json["record"].as_u64().expect("a record's number")
    }
}
