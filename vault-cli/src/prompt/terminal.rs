//! A person at a Unix terminal.
//!
//! The terminal itself edits the line (backspace, Ctrl-U), so that nothing of a secret passes
//! through more than one buffer here. Ctrl-C ends the line instead of the process, which then
//! leaves the terminal as it was.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::AsFd;
use rustix::io::Errno;
use rustix::termios::{
    LocalModes, OptionalActions, QueueSelector, SpecialCodeIndex, Termios, tcflush, tcgetattr,
    tcgetwinsize, tcsetattr,
};
use vault_core::secret::{SecretBytes, SecretString};

use super::wrapping::wrapped;
use super::{Clearing, Echo, Page, Pause, Prompt, PromptError, Question};
use crate::clock::Stopwatch;
use crate::output::escape;
use crate::signals::Stops;

/// More bytes than a terminal hands over as one line (4096 on Linux).
const LINE_LIMIT: usize = 8 * 1024;

/// The size of a terminal that does not know its own.
const USUAL: Page = Page {
    columns: 80,
    rows: 24,
};

/// The terminal that the process belongs to, whatever stdin and stdout are. It is opened when it is
/// first needed. Dropped, it is left as it was, without the page that was open.
#[derive(Debug, Default)]
pub struct Terminal {
    tty: Option<File>,
    stops: Option<Stops>,
    clearing: Clearing,
    page: bool,
    attends: bool,
}

impl Terminal {
    /// The process's terminal, not yet opened, on which pages are cleared in this way.
    pub const fn new(clearing: Clearing) -> Self {
        Self {
            tty: None,
            stops: None,
            clearing,
            page: false,
            attends: false,
        }
    }

    fn tty(&mut self) -> Result<&mut File, PromptError> {
        let tty = match self.tty.take() {
            Some(tty) => tty,
            None => open().map_err(|_| PromptError::NoTerminal)?,
        };
        if self.stops.is_none() {
            self.stops = Some(Stops::watch().map_err(failed)?);
        }
        Ok(self.tty.insert(tty))
    }

    /// Has signals end the question, or lets them do what they always do where nothing is open.
    fn hold(&self, held: bool) {
        if let Some(stops) = &self.stops {
            stops.hold(held || self.page || self.attends);
        }
    }

    /// Does something during which a signal ends the question and not the process.
    fn held<T>(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<T, PromptError>,
    ) -> Result<T, PromptError> {
        self.tty()?;
        self.hold(true);
        let done = act(self);
        self.hold(false);
        done
    }

    fn write(&mut self, text: &str) -> Result<(), PromptError> {
        let tty = self.tty()?;
        tty.write_all(text.as_bytes()).map_err(failed)
    }

    fn answer(&mut self, question: &Question<'_>) -> Result<SecretString, PromptError> {
        let mut mode = Mode::enter(self.tty()?, question.echo)?;
        let label = escape::line(question.label);
        let mark = if label.ends_with('?') { "" } else { ":" };
        write!(mode.tty, "{label}{mark} ").map_err(failed)?;
        let answer = mode.read_line(self.stops.as_ref(), question.limit);
        if answer.is_err() {
            self.write("\n")?;
        }
        answer
    }

    fn wait(&mut self, limit: Duration) -> Result<Pause, PromptError> {
        let mut mode = Mode::enter(self.tty()?, Echo::Off)?;
        let answer = mode.read_line(self.stops.as_ref(), Some(limit));
        tcflush(&mode.tty, QueueSelector::IFlush).map_err(|error| failed(error.into()))?;
        match answer {
            Ok(_) | Err(PromptError::NotText | PromptError::TooLong) => Ok(Pause::Ended),
            Err(PromptError::NoAnswer) => Ok(Pause::Over),
            Err(error) => Err(error),
        }
    }
}

impl Prompt for Terminal {
    fn ask(&mut self, question: &Question<'_>) -> Result<SecretString, PromptError> {
        self.held(|terminal| terminal.answer(question))
    }

    fn tell(&mut self, text: &str) -> Result<(), PromptError> {
        let lines: Vec<_> = text.split('\n').map(escape::line).collect();
        let text = lines.join("\n");
        let text = match self.clearing {
            // Who has lines read to them hears them whole.
            Clearing::Never => text,
            _ => wrapped(&text, size(self.tty()?).columns),
        };
        self.write(&format!("{text}\n"))
    }

    fn pause(&mut self, limit: Duration) -> Result<Pause, PromptError> {
        self.held(|terminal| terminal.wait(limit))
    }

    fn attend(&mut self) -> Result<(), PromptError> {
        self.tty()?;
        self.attends = true;
        self.hold(true);
        Ok(())
    }

    fn open_page(&mut self) -> Result<Option<Page>, PromptError> {
        if self.clearing == Clearing::Never {
            return Ok(None);
        }
        let begin = if self.page {
            self.clearing.again()
        } else {
            self.clearing.begin()
        };
        let size = size(self.tty()?);
        self.page = true;
        self.hold(true);
        self.write(begin)?;
        Ok(Some(size))
    }

    fn close_page(&mut self) -> Result<(), PromptError> {
        if !std::mem::take(&mut self.page) {
            return Ok(());
        }
        let closed = self.write(self.clearing.end());
        self.hold(false);
        closed
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A terminal that is gone shows nothing more.
        self.close_page().ok();
    }
}

/// How the terminal treats one question; dropped, the terminal is as it was before.
struct Mode {
    tty: File,
    before: Termios,
    /// The byte that ends a line in the place of its end.
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

    /// One line without its end.
    fn read_line(
        &mut self,
        stops: Option<&Stops>,
        limit: Option<Duration>,
    ) -> Result<SecretString, PromptError> {
        let mut line = SecretBytes::zeroed(LINE_LIMIT);
        let mut len = 0;
        let begun = Stopwatch::start();
        loop {
            let room = line.expose_mut().get_mut(len..).unwrap_or_default();
            if room.is_empty() {
                return Err(PromptError::TooLong);
            }
            let left = limit.map(|limit| limit.saturating_sub(begun.elapsed()));
            await_input(&self.tty, stops, left)?;
            match self.tty.read(room) {
                Ok(0) => return Err(PromptError::Cancelled),
                Ok(read) => len += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(failed(error)),
            }
            match line.expose().get(len - 1) {
                Some(b'\n') => break,
                Some(&last) if last == self.interrupt => return Err(PromptError::Cancelled),
                _ => {}
            }
        }
        line.truncate(len - 1);
        SecretString::from_utf8(&line).ok_or(PromptError::NotText)
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

fn size(tty: &File) -> Page {
    match tcgetwinsize(tty) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Page {
            columns: usize::from(size.ws_col),
            rows: usize::from(size.ws_row),
        },
        _ => USUAL,
    }
}

/// Waits until there is something to read, a signal, or the end of the time.
fn await_input(
    tty: &File,
    stops: Option<&Stops>,
    limit: Option<Duration>,
) -> Result<(), PromptError> {
    let begun = Stopwatch::start();
    loop {
        let stopped = stops.map_or(tty.as_fd(), Stops::raised);
        let mut ready = [
            PollFd::from_borrowed_fd(tty.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(stopped, PollFlags::IN),
        ];
        let left = limit.map(|limit| limit.saturating_sub(begun.elapsed()));
        let left = left.map(|left| Timespec::try_from(left).unwrap_or_default());
        match poll(&mut ready, left.as_ref()) {
            Ok(0) => return Err(PromptError::NoAnswer),
            Ok(_) if stops.is_some() && !ready[1].revents().is_empty() => {
                return Err(PromptError::Cancelled);
            }
            Ok(_) => return Ok(()),
            Err(Errno::INTR) => {}
            Err(error) => return Err(failed(error.into())),
        }
    }
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
        let mut program = Terminal::new(Clearing::SecondScreen);
        program.tty = Some(tty.expect("the other end"));
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

    /// What the screen shows of what the program does, up to its word `END`.
    fn seen(act: fn(&mut Terminal)) -> String {
        let (mut person, mut program) = terminal();
        act(&mut program);
        program.write("END").expect("written");
        drop(program);
        let mut screen = Vec::new();
        let mut bytes = [0; 512];
        while let Ok(read @ 1..) = person.read(&mut bytes) {
            screen.extend_from_slice(&bytes[..read]);
        }
        String::from_utf8(screen).expect("text")
    }

    #[test]
    fn nobody_answers_and_the_question_ends() {
        let screen = seen(|program| {
            let soon = Question::shown("who").within(Duration::from_millis(20));
            let answer = program.ask(&soon).map(drop);
            assert_eq!(answer, Err(PromptError::NoAnswer));
            let pause = program.pause(Duration::from_millis(20));
            assert_eq!(pause, Ok(Pause::Over));
        });
        assert_eq!(screen, "who: \r\nEND");
    }

    #[test]
    fn what_is_typed_in_a_pause_is_neither_shown_nor_the_next_answer() {
        let (mut person, mut program) = terminal();
        let pausing = thread::spawn(move || {
            program.write("go").expect("written");
            let ended = program.pause(Duration::from_secs(9));
            assert_eq!(ended, Ok(Pause::Ended));
            let soon = Question::shown("next").within(Duration::from_millis(50));
            program.ask(&soon).map(drop)
        });
        let mut go = [0; 2];
        person.read_exact(&mut go).expect("the program pauses");
        thread::sleep(Duration::from_millis(50));
        person.write_all(b"secret\nmore").expect("typed");
        let next = pausing.join().expect("paused");
        assert_eq!(next, Err(PromptError::NoAnswer));
        let mut screen = [0; 64];
        let read = person.read(&mut screen).expect("more to see");
        assert_eq!(&screen[..read], b"\r\nnext: \r\n");
    }

    #[test]
    fn a_page_is_emptied_for_the_next_and_when_the_program_ends() {
        let screen = seen(|program| {
            for line in ["one", "two"] {
                let page = program.open_page().expect("a page");
                assert_eq!(page, Some(USUAL));
                program.tell(line).expect("told");
            }
        });
        let (begin, again, end) = (
            "\x1b[?1049h\x1b[2J\x1b[H",
            "\x1b[2J\x1b[H",
            "\x1b[2J\x1b[H\x1b[?1049l",
        );
        assert_eq!(screen, format!("{begin}one\r\n{again}two\r\nEND{end}"));
    }

    #[test]
    fn a_terminal_of_which_nothing_is_known_has_no_pages() {
        let screen = seen(|program| {
            program.clearing = Clearing::Never;
            assert_eq!(program.open_page(), Ok(None));
            program.tell("plain").expect("told");
            program.close_page().expect("none");
        });
        assert_eq!(screen, "plain\r\nEND");
    }

    #[test]
    fn a_label_cannot_act_on_the_terminal() {
        let (_, screen) = answer(b"\n", |program| program.line("of \x1b[2JPat"));
        assert!(screen.starts_with("of \\u{1b}[2JPat: "));
    }
}
