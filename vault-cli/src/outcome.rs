//! What a command answers: values, before anybody has put them into words on a surface.

use serde::Serialize;
use serde_json::{Value, json};
use vault_core::id::RecordSeq;
use vault_core::secret::SecretBytes;

use crate::exit::ExitStatus;
use crate::output::{Output, OutputFailed, Shown, Table};

/// The answer of a command. The last step alone differs between people and programs.
pub struct Outcome {
    /// How it ended, where it was not refused.
    pub status: ExitStatus,
    /// For people, on standard output.
    pub data: Data,
    /// For programs, on standard output.
    pub json: Json,
    /// For people, on standard error: what happened, what is to be done next.
    pub remarks: Vec<String>,
}

/// What people see.
pub enum Data {
    /// Nothing but the remarks.
    Nothing,
    /// Lines of text.
    Lines(Vec<String>),
    /// Rows under headings.
    Table(Table),
    /// Several tables, each under its title.
    Tables(Vec<(String, Table)>),
    /// A whole document, in a form of its own.
    Document(String),
    /// A secret, byte for byte.
    Secret(SecretBytes),
}

/// What programs see.
pub enum Json {
    /// The command has no form for programs but its data.
    None,
    /// One value.
    Value(Value),
    /// One value a line.
    Lines(Vec<Value>),
    /// A value that holds secrets, serialised straight into an erased buffer.
    Erased(Box<dyn ErasedJson>),
}

/// A value that holds secrets and is written without intermediate copies.
pub trait ErasedJson {
    /// Writes the value as one line.
    ///
    /// # Errors
    /// [`OutputFailed`].
    fn write(&self, output: &mut Output) -> Result<(), OutputFailed>;
}

impl<T: Serialize> ErasedJson for T {
    fn write(&self, output: &mut Output) -> Result<(), OutputFailed> {
        output.json(self)
    }
}

impl Outcome {
    /// A change that was made: `id` is what it was made to, `record` where it is on record.
    pub fn done(id: &impl ToString, record: RecordSeq, remark: impl Into<String>) -> Self {
        let json = json!({
            "schema": "coffer.done/1",
            "id": id.to_string(),
            "record": record.get(),
        });
        Self {
            status: ExitStatus::Done,
            data: Data::Nothing,
            json: Json::Value(json),
            remarks: vec![remark.into()],
        }
    }

    /// Something that was read.
    pub const fn read(data: Data, json: Json) -> Self {
        Self {
            status: ExitStatus::Done,
            data,
            json,
            remarks: Vec::new(),
        }
    }

    /// The same with one more remark.
    #[must_use]
    pub fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remarks.push(remark.into());
        self
    }

    /// The same with another status.
    #[must_use]
    pub const fn status(mut self, status: ExitStatus) -> Self {
        self.status = status;
        self
    }

    /// Whether the answer is a secret: somebody who has not had it must know.
    pub const fn is_secret(&self) -> bool {
        matches!(self.data, Data::Secret(_))
    }

    /// Writes the answer: data, then remarks. A program that asked for JSON is given that where
    /// there is some.
    ///
    /// # Errors
    /// [`OutputFailed`].
    pub fn render(&self, output: &mut Output, json: bool) -> Result<(), OutputFailed> {
        if !json || !self.json.write(output)? {
            self.data.write(output)?;
        }
        for remark in &self.remarks {
            output.message(remark)?;
        }
        Ok(())
    }
}

impl Data {
    fn write(&self, output: &mut Output) -> Result<(), OutputFailed> {
        match self {
            Self::Nothing => Ok(()),
            Self::Lines(lines) => lines.iter().try_for_each(|line| output.data(line)),
            Self::Table(table) => output.table(table),
            Self::Tables(tables) => tables.iter().zip(0..).try_for_each(|((title, table), at)| {
                if at > 0 {
                    output.data("")?;
                }
                output.data(title)?;
                output.table(table)
            }),
            Self::Document(text) => output.document(text),
            Self::Secret(value) => match output.secret(value)? {
                Shown::Exactly => Ok(()),
                Shown::Escaped => output.message(ESCAPED),
            },
        }
    }
}

/// Said where a secret would have acted on the terminal.
const ESCAPED: &str = "the value holds characters that a terminal cannot show: they stand as \
                       escapes above; send it to a file or another program to have it exactly";

impl Json {
    /// Writes what there is; whether there was something.
    fn write(&self, output: &mut Output) -> Result<bool, OutputFailed> {
        match self {
            Self::None => return Ok(false),
            Self::Value(value) => output.json(value)?,
            Self::Lines(values) => values.iter().try_for_each(|value| output.json(value))?,
            Self::Erased(value) => value.write(output)?,
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::io::Write;
    use std::rc::Rc;

    use super::*;
    use crate::output::Stream;

    #[derive(Clone, Default)]
    struct Page(Rc<RefCell<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// What stands on standard output and on standard error.
    fn rendered(outcome: &Outcome, json: bool) -> (String, String) {
        let pages = [Page::default(), Page::default()];
        let [data, messages] = pages.clone();
        let mut output = Output::new(
            Stream::new(Box::new(data), false),
            Stream::new(Box::new(messages), false),
        );
        outcome.render(&mut output, json).expect("written");
        let [data, messages] =
            pages.map(|page| String::from_utf8_lossy(&page.0.borrow()).into_owned());
        (data, messages)
    }

    #[test]
    fn a_change_is_told_to_people_in_a_sentence_and_to_programs_as_done() {
        let outcome = Outcome::done(&"e1", RecordSeq::new(4), "added it").remark("next: get it");
        let remarks = "added it\nnext: get it\n".to_owned();
        assert_eq!(rendered(&outcome, false), (String::new(), remarks.clone()));
        let json = "{\"id\":\"e1\",\"record\":4,\"schema\":\"coffer.done/1\"}\n";
        assert_eq!(rendered(&outcome, true), (json.to_owned(), remarks));
    }

    #[test]
    fn a_secret_stands_alone_and_byte_for_byte() {
        let secret = SecretBytes::copy_from(b"a\x1b\n");
        let outcome = Outcome::read(Data::Secret(secret), Json::None);
        for json in [false, true] {
            let alone = ("a\u{1b}\n".to_owned(), String::new());
            assert_eq!(rendered(&outcome, json), alone);
        }
    }

    #[test]
    fn many_values_are_one_a_line() {
        let values = vec![json!(1), json!({ "a": null })];
        let outcome = Outcome::read(Data::Lines(vec!["one".to_owned()]), Json::Lines(values));
        assert_eq!(rendered(&outcome, true).0, "1\n{\"a\":null}\n");
        assert_eq!(rendered(&outcome, false).0, "one\n");
    }
}
