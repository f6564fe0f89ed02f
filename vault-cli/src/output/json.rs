//! JSON on one line, in which stored text cannot act on a terminal either.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use vault_core::secret::SecretBytes;

use super::escape;

/// `value` and a line break. The text is measured first and then written into one piece of that
/// size, so that a secret in it leaves no copies of a growing buffer behind.
///
/// # Errors
/// Where `value` cannot be JSON, or serialises differently the second time.
pub(super) fn line(value: &impl Serialize) -> io::Result<SecretBytes> {
    let mut size = Count(1);
    value.serialize(&mut Serializer::with_formatter(&mut size, Inert))?;
    let mut exact = Exact(SecretBytes::new(Vec::with_capacity(size.0)));
    value.serialize(&mut Serializer::with_formatter(&mut exact, Inert))?;
    exact.write_all(b"\n")?;
    Ok(exact.0)
}

/// Compact JSON that writes every acting character as `\uXXXX` (RFC 8259, section 7), so that a
/// reader gets the exact text back. The serialiser itself sees to those below a space.
struct Inert;

impl Formatter for Inert {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((safe, acting)) = rest.find(escape::acts).map(|at| rest.split_at(at)) {
            writer.write_all(safe.as_bytes())?;
            let mut characters = acting.chars();
            if let Some(c) = characters.next() {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
            rest = characters.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

/// Counts the bytes that would be written.
struct Count(usize);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Takes as many bytes as were counted.
struct Exact(SecretBytes);

impl Write for Exact {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .extend_within_capacity(bytes)
            .map(|()| bytes.len())
            .ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn text(value: &impl Serialize) -> String {
        let line = line(value).expect("JSON");
        String::from_utf8(line.expose().to_vec()).expect("text")
    }

    #[test]
    fn acting_characters_are_escaped_and_read_back_exactly() {
        let hostile = "a\u{1b}\u{9b}\u{7f}\u{202e}\u{2028}\u{200b}\u{e0041}\"\\\n\tz é 日";
        let line = text(&hostile);
        assert_eq!(
            line,
            "\"a\\u001b\\u009b\\u007f\\u202e\\u2028\\u200b\\udb40\\udc41\\\"\\\\\\n\\tz é 日\"\n"
        );
        let back: String = serde_json::from_str(&line).expect("JSON");
        assert_eq!(back, hostile);
    }

    #[test]
    fn keys_are_escaped_as_values_are() {
        let map = BTreeMap::from([("\u{9b}", 1)]);
        assert_eq!(text(&map), "{\"\\u009b\":1}\n");
    }

    #[test]
    fn what_cannot_be_json_is_an_error() {
        let map = BTreeMap::from([((1, 2), 3)]);
        assert!(line(&map).is_err());
    }
}
