//! A person and the program at the two ends of a terminal.

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
fn control_c_and_control_d_break_off_and_leave_the_process_alive() {
    for (keys, error) in [
        (b"half\x03".as_slice(), PromptError::Interrupted),
        (b"\x03", PromptError::Interrupted),
        (b"\x04", PromptError::Cancelled),
    ] {
        for ask in [passphrase, line] {
            let (answer, screen) = answer(keys, ask);
            assert_eq!(answer, Err(error));
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
    let mut screen = [0; b"\r\nnext: \r\n".len()];
    person.read_exact(&mut screen).expect("more to see");
    assert_eq!(&screen, b"\r\nnext: \r\n");
}

#[test]
fn a_pause_tells_enter_from_a_wish_for_more_time_and_from_control_c() {
    for (keys, ended) in [
        (b"\n".as_slice(), Pause::Ended),
        (b"m\n", Pause::Longer),
        (b" More\n", Pause::Longer),
        (b"secret\n", Pause::Ended),
        (b"\x03", Pause::Interrupted),
    ] {
        let (mut person, mut program) = terminal();
        let pausing = thread::spawn(move || {
            program.write("go").expect("written");
            program.pause(Duration::from_secs(9))
        });
        let mut go = [0; 2];
        person.read_exact(&mut go).expect("the program pauses");
        thread::sleep(Duration::from_millis(50));
        person.write_all(keys).expect("typed");
        assert_eq!(pausing.join().expect("paused"), Ok(ended), "{keys:?}");
    }
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
