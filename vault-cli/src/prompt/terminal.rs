//! A person at a Unix terminal.
//!
//! The terminal itself edits the line (backspace, Ctrl-U), so that nothing of a secret passes
//! through more than one buffer here. Ctrl-C ends the line instead of the process, which then
//! leaves the terminal as it was.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};

use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use vault_core::secret::{SecretBytes, SecretString};

use super::{Prompt, PromptError};
use crate::output::escape;

/// More bytes than a terminal hands over as one line (4096 on Linux).
const LINE_LIMIT: usize = 8 * 1024;

/// The terminal that the process belongs to, whatever stdin and stdout are. It is opened when the
/// first question is asked.
#[derive(Debug, Default)]
pub struct Terminal {
    tty: Option<File>,
}

impl Terminal {
    /// The process's terminal, not yet opened.
    pub const fn new() -> Self {
        Self { tty: None }
    }

    fn tty(&mut self) -> Result<&mut File, PromptError> {
        let tty = match self.tty.take() {
            Some(tty) => tty,
            None => open().map_err(|_| PromptError::NoTerminal)?,
        };
        Ok(self.tty.insert(tty))
    }

    fn ask(&mut self, label: &str, echo: Echo) -> Result<SecretString, PromptError> {
        let tty = self.tty()?;
        let mode = Mode::enter(tty, echo)?;
        write!(tty, "{}: ", escape::line(label)).map_err(failed)?;
        let answer = read_line(tty, mode.interrupt);
        if answer.is_err() {
            writeln!(tty).map_err(failed)?;
        }
        answer
    }
}

impl Prompt for Terminal {
    fn passphrase(&mut self, label: &str) -> Result<SecretString, PromptError> {
        self.ask(label, Echo::Off)
    }

    fn line(&mut self, label: &str) -> Result<SecretString, PromptError> {
        self.ask(label, Echo::On)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Echo {
    On,
    Off,
}

/// How the terminal treats one question; dropped, the terminal is as it was before.
struct Mode {
    tty: File,
    before: Termios,
    interrupt: u8,
}

impl Mode {
    fn enter(tty: &File, echo: Echo) -> Result<Self, PromptError> {
        let tty = tty.try_clone().map_err(failed)?;
        let before = tcgetattr(&tty).map_err(|error| failed(error.into()))?;
        let mut during = before.clone();
        let interrupt = before.special_codes[SpecialCodeIndex::VINTR];
        during.special_codes[SpecialCodeIndex::VEOL] = interrupt;
        during.local_modes |= LocalModes::ICANON | LocalModes::ECHO;
        during.local_modes -= LocalModes::ISIG;
        if echo == Echo::Off {
            during.local_modes -= LocalModes::ECHO;
            during.local_modes |= LocalModes::ECHONL;
        }
        let mode = Self {
            tty,
            before,
            interrupt,
        };
        tcsetattr(&mode.tty, OptionalActions::Now, &during)
            .map_err(|error| failed(error.into()))?;
        Ok(mode)
    }
}

impl Drop for Mode {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing restored.
        tcsetattr(&self.tty, OptionalActions::Now, &self.before).ok();
    }
}

fn open() -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open("/dev/tty")
}

/// One line without its end. `interrupt` is the byte that ends it in its place.
fn read_line(tty: &mut File, interrupt: u8) -> Result<SecretString, PromptError> {
    let mut line = SecretBytes::zeroed(LINE_LIMIT);
    let mut len = 0;
    loop {
        let room = line.expose_mut().get_mut(len..).unwrap_or_default();
        if room.is_empty() {
            return Err(PromptError::TooLong);
        }
        match tty.read(room) {
            Ok(0) => return Err(PromptError::Cancelled),
            Ok(read) => len += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(failed(error)),
        }
        match line.expose().get(len - 1) {
            Some(b'\n') => break,
            Some(&last) if last == interrupt => return Err(PromptError::Cancelled),
            _ => {}
        }
    }
    line.truncate(len - 1);
    SecretString::from_utf8(&line).ok_or(PromptError::NotText)
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn failed(error: io::Error) -> PromptError {
    PromptError::Failed(error.kind())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::thread;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    use super::*;

    /// A person's end of a terminal, and the program's.
    fn terminal() -> (File, Terminal) {
        let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
        grantpt(&person).expect("granted");
        unlockpt(&person).expect("unlocked");
        let name = ptsname(&person, Vec::new()).expect("named");
        let path = OsStr::from_bytes(name.to_bytes());
        let tty = OpenOptions::new().read(true).write(true).open(path);
        let program = Terminal {
            tty: Some(tty.expect("the other end")),
        };
        (File::from(person), program)
    }

    /// Types `keys` once `label` has been asked; what was answered, and what the screen showed.
    fn answer(
        keys: &'static [u8],
        ask: fn(&mut Terminal) -> Result<SecretString, PromptError>,
    ) -> (Result<String, PromptError>, String) {
        let (mut person, mut program) = terminal();
        let asked = thread::spawn(move || {
            let answer = ask(&mut program).map(|text| text.expose().to_owned());
            let tty = program.tty().expect("still open");
            let modes = tcgetattr(&*tty).expect("a terminal").local_modes;
            assert!(modes.contains(LocalModes::ECHO | LocalModes::ISIG));
            write!(tty, "END").expect("writable");
            (answer, program)
        });
        let mut screen = Vec::new();
        let mut until = |end: &[u8], person: &mut File| {
            while !screen.ends_with(end) {
                let mut byte = [0];
                person.read_exact(&mut byte).expect("more to see");
                screen.push(byte[0]);
            }
        };
        until(b": ", &mut person);
        person.write_all(keys).expect("typed");
        until(b"END", &mut person);
        let (answer, _) = asked.join().expect("asked");
        (answer, String::from_utf8_lossy(&screen).into_owned())
    }

    fn passphrase(program: &mut Terminal) -> Result<SecretString, PromptError> {
        program.passphrase("passphrase")
    }

    fn line(program: &mut Terminal) -> Result<SecretString, PromptError> {
        program.line("opener")
    }

    #[test]
    fn a_passphrase_is_not_shown_and_the_terminal_is_left_as_it_was() {
        let (answer, screen) = answer(b"tin otter lamp\n", passphrase);
        assert_eq!(answer.as_deref(), Ok("tin otter lamp"));
        assert_eq!(screen, "passphrase: \r\nEND");
    }

    #[test]
    fn a_line_is_shown_and_the_terminal_edits_it() {
        let (answer, screen) = answer(b"Pax\x7ft\n", line);
        assert_eq!(answer.as_deref(), Ok("Pat"));
        assert!(screen.starts_with("opener: Pa"));
    }

    #[test]
    fn control_c_and_control_d_cancel_and_leave_the_process_alive() {
        for keys in [b"half\x03".as_slice(), b"\x03", b"\x04"] {
            for ask in [passphrase, line] {
                let (answer, screen) = answer(keys, ask);
                assert_eq!(answer, Err(PromptError::Cancelled));
                assert!(screen.ends_with("\r\nEND"));
            }
        }
    }

    #[test]
    fn an_empty_answer_is_an_answer() {
        let (answer, _) = answer(b"\n", passphrase);
        assert_eq!(answer.as_deref(), Ok(""));
    }

    #[test]
    fn an_answer_that_is_no_text_is_refused() {
        let (answer, _) = answer(b"\xff\xfe\n", passphrase);
        assert_eq!(answer, Err(PromptError::NotText));
    }

    #[test]
    fn a_label_cannot_act_on_the_terminal() {
        let (_, screen) = answer(b"\n", |program| program.line("of \x1b[2JPat"));
        assert!(screen.starts_with("of \\u{1b}[2JPat: "));
    }
}
