//! The file around the pages: objects, each with the offset that the table at the end gives.

use std::fmt::{self, Write};

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

    /// Writes a stream with `more` in its dictionary, and its length as the object after it: how long
    /// it is, is known then.
    pub(super) fn stream(
        &mut self,
        more: &str,
        contents: impl Fn(&mut dyn Write) -> fmt::Result,
    ) -> fmt::Result {
        let length = self.next() + 1;
        self.open()?;
        write!(self.to, "<< {more}/Length {length} 0 R >>\nstream\n")?;
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
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        let mut string = String::with_capacity(text.len() + 2);
        string.push('(');
        for c in text.chars() {
            if matches!(c, '(' | ')' | '\\') {
                string.push('\\');
            }
            string.push(c);
        }
        string.push(')');
        return string;
    }
    let units = text.encode_utf16().map(|unit| format!("{unit:04X}"));
    format!("<FEFF{}>", units.collect::<Vec<_>>().concat())
}

#[cfg(test)]
mod tests {
    use super::string;

    #[test]
    fn a_string_keeps_its_brackets_and_its_letters() {
        assert_eq!(string("Sheet (CH-0001) \\"), "(Sheet \\(CH-0001\\) \\\\)");
        assert_eq!(string("Ŵ\n"), "<FEFF0174000A>");
    }
}
