//! The file around the pages: objects, each with the offset that the table at the end gives.

use std::fmt::{self, Write};

use super::latin;

/// Writes objects one after the other, and remembers where each begins.
pub(super) struct Objects<'w> {
    to: Counted<'w>,
    offsets: Vec<usize>,
}

/// A writer that knows how many bytes went through it.
struct Counted<'w> {
    to: &'w mut dyn Write,
    count: usize,
}

impl Write for Counted<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.count += text.len();
        self.to.write_str(text)
    }
}

impl<'w> Objects<'w> {
    pub(super) fn begin(to: &'w mut dyn Write) -> Result<Self, fmt::Error> {
        let mut to = Counted { to, count: 0 };
        to.write_str("%PDF-1.7\n")?;
        let offsets = Vec::new();
        Ok(Self { to, offsets })
    }

    /// The number of the next object.
    pub(super) const fn next(&self) -> usize {
        self.offsets.len() + 1
    }

    /// Writes an object.
    pub(super) fn object(&mut self, body: &str) -> fmt::Result {
        self.open()?;
        write!(self.to, "{body}\nendobj\n")
    }

    /// Writes a stream, and its length as the object after it: how long it is, is known then.
    pub(super) fn stream(
        &mut self,
        contents: impl Fn(&mut dyn Write) -> fmt::Result,
    ) -> fmt::Result {
        let length = self.next() + 1;
        self.open()?;
        write!(self.to, "<< /Length {length} 0 R >>\nstream\n")?;
        let before = self.to.count;
        contents(&mut self.to)?;
        let length = self.to.count - before;
        self.to.write_str("\nendstream\nendobj\n")?;
        self.object(&length.to_string())
    }

    /// Writes the table of all objects, and where the file begins to be read.
    pub(super) fn end(mut self, catalogue: usize, about: usize) -> fmt::Result {
        let (table, count) = (self.to.count, self.next());
        write!(self.to, "xref\n0 {count}\n0000000000 65535 f \n")?;
        for offset in &self.offsets {
            writeln!(self.to, "{offset:010} 00000 n ")?;
        }
        write!(
            self.to,
            "trailer\n<< /Size {count} /Root {catalogue} 0 R /Info {about} 0 R >>\n\
             startxref\n{table}\n%%EOF\n"
        )
    }

    fn open(&mut self) -> fmt::Result {
        let number = self.next();
        self.offsets.push(self.to.count);
        writeln!(self.to, "{number} 0 obj")
    }
}

/// `text` as a string of the file. For what is not secret: it is a copy.
pub(super) fn string(text: &str) -> String {
    let mut string = String::with_capacity(text.len() + 2);
    write_string(&mut string, text).expect("a text takes any text");
    string
}

/// Writes `text` as a string: brackets and backslashes escaped, and what is beyond ASCII in octal.
pub(super) fn write_string(to: &mut dyn Write, text: &str) -> fmt::Result {
    to.write_char('(')?;
    for c in text.chars() {
        match latin::code(c) {
            Some(b'(' | b')' | b'\\') => write!(to, "\\{c}")?,
            Some(code @ b' '..=b'~') => to.write_char(char::from(code))?,
            Some(code) => write!(to, "\\{code:03o}")?,
            None => to.write_char(latin::UNKNOWN)?,
        }
    }
    to.write_char(')')
}
