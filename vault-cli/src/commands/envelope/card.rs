//! An entry out of the opened envelope, for eyes and for programs.

use std::fmt::{self, Write};

use base64::display::Base64Display;
use base64::prelude::BASE64_STANDARD;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use vault_core::entry::FieldName;
use vault_core::secret::{SecretBytes, SecretString};
use vault_core::vault::opened::{OpenedCode, OpenedEntry};

use crate::output::escape;

/// Columns that a field's name takes.
const NAME: usize = 14;

/// A revealed entry.
pub(crate) struct Card(pub(crate) OpenedEntry);

impl Card {
    /// The card as lines: the title, then a field a line; a value's own further lines are indented,
    /// so that none of them can pose as a field.
    pub(crate) fn write(&self, to: &mut dyn Write) -> fmt::Result {
        self.write_fields(to, |_| true)?;
        let Some(code) = &self.0.code else {
            return Ok(());
        };
        writeln!(to, "  {:<NAME$}{}", "code now", code.expose())
    }

    /// The same for somebody who is shown the codes apart, and has no use for the seed that makes
    /// them.
    pub(crate) fn write_without_codes(&self, to: &mut dyn Write) -> fmt::Result {
        self.write_fields(to, |name| *name != FieldName::totp())
    }

    fn write_fields(
        &self,
        to: &mut dyn Write,
        is_shown: impl Fn(&FieldName) -> bool,
    ) -> fmt::Result {
        let Self(entry) = self;
        writeln!(to, "{}", escape::line(&entry.catalogue.title))?;
        for (name, text) in self.clear_fields() {
            writeln!(to, "  {name:<NAME$}{}", escape::line(text))?;
        }
        for (name, value) in entry.fields.iter().filter(|(name, _)| is_shown(name)) {
            write!(to, "  {:<NAME$}", escape::line(name.as_str()))?;
            write_value(to, value)?;
        }
        Ok(())
    }

    /// A one-time code as a line of the card, called `name`.
    pub(crate) fn write_code(to: &mut dyn Write, name: &str, code: &OpenedCode) -> fmt::Result {
        let left = match code.seconds_left {
            1 => "one second".to_owned(),
            seconds => format!("{seconds} seconds"),
        };
        let code = code.code.expose();
        writeln!(to, "  {name:<NAME$}{code}  (good for {left})")
    }

    /// The user name and the address, where there are any.
    fn clear_fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let catalogue = &self.0.catalogue;
        let both = [
            ("username", catalogue.username.as_str()),
            ("url", catalogue.url.as_str()),
        ];
        both.into_iter().filter(|(_, text)| !text.is_empty())
    }
}

fn write_value(to: &mut dyn Write, value: &SecretBytes) -> fmt::Result {
    for chunk in value.expose().utf8_chunks() {
        for (at, line) in chunk.valid().split('\n').enumerate() {
            if at > 0 {
                write!(to, "\n  {:<NAME$}", "")?;
            }
            to.write_str(line)?;
        }
        for byte in chunk.invalid() {
            write!(to, "\\x{{{byte:02x}}}")?;
        }
    }
    to.write_str("\n")
}

/// `{"title", "fields": {…}, "totp"}`; a value that is no text stands under `NAME_base64`.
impl Serialize for Card {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("title", &self.0.catalogue.title)?;
        map.serialize_entry("fields", &Fields(self))?;
        map.serialize_entry("totp", &self.0.code.as_ref().map(SecretString::expose))?;
        map.end()
    }
}

struct Fields<'c>(&'c Card);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, text) in self.0.clear_fields() {
            map.serialize_entry(name, text)?;
        }
        for (name, value) in &self.0.0.fields {
            if let Ok(text) = std::str::from_utf8(value.expose()) {
                map.serialize_entry(name.as_str(), text)?;
            } else {
                map.serialize_entry(&format!("{name}_base64"), &Base64(value))?;
            }
        }
        map.end()
    }
}

/// A value that is no text, in base64 (RFC 4648, section 4) and without a buffer of its own.
struct Base64<'v>(&'v SecretBytes);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Base64Display::new(self.0.expose(), &BASE64_STANDARD))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_several_lines_cannot_pose_as_a_field() {
        let mut text = String::new();
        let value = SecretBytes::copy_from(b"one\npassword      forged\xff");
        write_value(&mut text, &value).expect("written");
        assert_eq!(text, "one\n                password      forged\\x{ff}\n");
    }
}
