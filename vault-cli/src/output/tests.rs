//! What leaves the program, seen from outside.

use std::cell::RefCell;
use std::rc::Rc;

use super::*;

/// A stream that a test can read back.
#[derive(Clone, Default)]
struct Captured(Rc<RefCell<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Captured {
    fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).expect("text")
    }
}

fn captured(is_terminal: bool) -> (Output, Captured, Captured) {
    let [data, messages] = [Captured::default(), Captured::default()];
    let stream = |to: &Captured| Stream::new(Box::new(to.clone()), is_terminal);
    let output = Output::new(stream(&data), stream(&messages));
    (output, data, messages)
}

fn secret(bytes: &[u8]) -> SecretBytes {
    SecretBytes::copy_from(bytes)
}

#[test]
fn a_secret_goes_to_a_pipe_byte_for_byte_and_alone() {
    let (mut output, data, messages) = captured(false);
    let hostile = b"\x1b[2J\xff\0 two\r\nlines";
    assert_eq!(output.secret(&secret(hostile)), Ok(Shown::Exactly));
    assert_eq!(*data.0.borrow(), hostile);
    assert_eq!(messages.text(), "");
}

#[test]
fn a_secret_on_a_terminal_ends_its_line() {
    let (mut output, data, _) = captured(true);
    assert_eq!(output.secret(&secret(b"pa$$ word")), Ok(Shown::Exactly));
    assert_eq!(data.text(), "pa$$ word\n");
}

#[test]
fn a_secret_cannot_act_on_a_terminal() {
    let (mut output, data, _) = captured(true);
    let shown = output.secret(&secret(b"a\x1b]0;x\x07\xffb\nc"));
    assert_eq!(shown, Ok(Shown::Escaped));
    assert_eq!(data.text(), "a\\u{1b}]0;x\\u{7}\\x{ff}b\nc\n");
}

#[test]
fn stored_text_cannot_break_its_line_in_data_messages_or_problems() {
    let (mut output, data, messages) = captured(true);
    assert_eq!(output.data("one\ntwo"), Ok(()));
    assert_eq!(output.message("three\r\u{2028}four"), Ok(()));
    assert_eq!(output.problem("five\nsix", Some("seven\u{85}")), Ok(()));
    assert_eq!(data.text(), "one\\u{a}two\n");
    assert_eq!(
        messages.text(),
        "three\\u{d}\\u{2028}four\nerror: five\\u{a}six\nhint: seven\\u{85}\n"
    );
}

#[test]
fn a_problem_about_a_very_long_word_says_its_beginning_and_what_is_wrong() {
    let (mut output, _, messages) = captured(true);
    let what = format!("'{}' does not suit --kind", "x".repeat(100_000));
    assert_eq!(output.problem(&what, None), Ok(()));
    let said = messages.text();
    assert!(said.starts_with("error: 'xxx") && said.ends_with("xxx' does not suit --kind\n"));
    assert!(said.len() < 700, "{}", said.len());
}

#[test]
fn a_problem_without_a_hint_is_one_line() {
    let (mut output, data, messages) = captured(false);
    assert_eq!(output.problem("the vault is locked", None), Ok(()));
    assert_eq!(messages.text(), "error: the vault is locked\n");
    assert_eq!(data.text(), "");
}

#[test]
fn a_help_page_keeps_its_lines_and_ends_with_one_break() {
    let (mut output, data, _) = captured(false);
    assert_eq!(output.help("Purpose\n\n  one \x1b[1mtwo\n\n"), Ok(()));
    assert_eq!(data.text(), "Purpose\n\n  one \\u{1b}[1mtwo\n");
}

#[test]
fn plain_puts_tabs_between_cells() {
    let (output, data, _) = captured(false);
    let mut table = Table::new(["Title", "Kind"]);
    table.row(["Bank", "service"]);
    assert_eq!(output.plain(true).table(&table), Ok(()));
    assert_eq!(data.text(), "Title\tKind\nBank\tservice\n");
}

#[test]
fn json_is_one_line() {
    let (mut output, data, _) = captured(true);
    assert_eq!(output.json(&["a\nb"]), Ok(()));
    assert_eq!(data.text(), "[\"a\\nb\"]\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_and_a_closed_pipe_are_told_to_the_caller() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let (reader, closed) = io::pipe().expect("a pipe");
    drop(reader);
    let cases: [(Box<dyn Write>, io::ErrorKind); 2] = [
        (Box::new(full.expect("Linux")), io::ErrorKind::StorageFull),
        (Box::new(closed), io::ErrorKind::BrokenPipe),
    ];
    for (writer, kind) in cases {
        let messages = Stream::new(Box::new(Captured::default()), false);
        let mut output = Output::new(Stream::new(writer, false), messages);
        let failed = OutputFailed(kind);
        assert_eq!(output.data("line"), Err(failed));
        assert_eq!(output.secret(&secret(b"value")), Err(failed));
        assert_eq!(output.json(&1), Err(failed));
        assert_eq!(failed.status(), ExitStatus::InputOutput);
    }
}
