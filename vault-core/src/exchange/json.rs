//! JSON as slices of the file.
//!
//! The parser checks the grammar and finds where values begin and end; it never decodes one. A text
//! is decoded once, into a wiped buffer that is large enough from the start. A number stays as it is
//! written. Reading one level costs a pass over its text, so depth must be bounded by the caller.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{MAX_ROWS, ReadError};
use crate::secret::SecretBytes;

/// A value that was not looked into.
#[derive(Clone, Copy)]
pub(super) enum Json<'a> {
    Null,
    /// A number, `true` or `false`, as written.
    Literal(&'a str),
    /// A text without its quotation marks, still escaped.
    Text(&'a str),
    List(&'a RawValue),
    Object(&'a RawValue),
}

impl<'a> Json<'a> {
    pub(super) fn of(raw: &'a RawValue) -> Self {
        let text = raw.get();
        match text.as_bytes().first() {
            Some(b'{') => Self::Object(raw),
            Some(b'[') => Self::List(raw),
            Some(b'"') => Self::Text(text.get(1..text.len() - 1).unwrap_or_default()),
            Some(b'n') => Self::Null,
            _ => Self::Literal(text),
        }
    }

    /// The text or literal; `None` for everything else and for text that is not Unicode.
    pub(super) fn scalar(self) -> Option<SecretBytes> {
        match self {
            Self::Literal(text) => Some(SecretBytes::copy_from(text.as_bytes())),
            Self::Text(escaped) => decode(escaped),
            Self::Null | Self::List(_) | Self::Object(_) => None,
        }
    }

    /// The values of a list, at most [`MAX_ROWS`].
    pub(super) fn list(self) -> Option<Vec<Self>> {
        let Self::List(raw) = self else { return None };
        let values: Values<'a> = serde_json::from_str(raw.get()).ok()?;
        Some(values.0.into_iter().map(Self::of).collect())
    }

    /// The members of an object, at most [`MAX_ROWS`].
    pub(super) fn object(self) -> Option<Members<'a>> {
        let Self::Object(raw) = self else { return None };
        serde_json::from_str(raw.get()).ok()
    }
}

/// The members of an object in the order of the file; a name may stand there twice.
pub(super) struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    /// The members of the one object that a file holds.
    pub(super) fn of_file(text: &'a str) -> Result<Self, ReadError> {
        serde_json::from_str(text).map_err(|error| {
            if error.is_data() {
                ReadError::UnknownJson
            } else {
                ReadError::Damaged {
                    line: error.line(),
                    column: error.column(),
                }
            }
        })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, Json<'a>)> {
        let members = self.0.iter();
        members.map(|(name, raw)| (name.as_str(), Json::of(raw)))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first member of this name.
    pub(super) fn get(&self, wanted: &str) -> Option<Json<'a>> {
        self.iter()
            .find_map(|(name, value)| (name == wanted).then_some(value))
    }
}

/// The values of a list.
struct Values<'a>(Vec<&'a RawValue>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

impl<'de> Deserialize<'de> for Values<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ValuesVisitor)
    }
}

/// Collects at most [`MAX_ROWS`] members.
struct MembersVisitor;

/// Collects at most [`MAX_ROWS`] values.
struct ValuesVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            if members.len() == MAX_ROWS {
                return Err(A::Error::custom("too many members"));
            }
            members.push(member);
        }
        Ok(Members(members))
    }
}

impl<'de> Visitor<'de> for ValuesVisitor {
    type Value = Values<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            if values.len() == MAX_ROWS {
                return Err(A::Error::custom("too many values"));
            }
            values.push(value);
        }
        Ok(Values(values))
    }
}

/// The text that is escaped as RFC 8259 (section 7) says. No escape is shorter than what it stands
/// for, so that the buffer never grows.
fn decode(escaped: &str) -> Option<SecretBytes> {
    let mut plain = SecretBytes::new(Vec::with_capacity(escaped.len()));
    let mut rest = escaped;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.extend_within_capacity(before.as_bytes())?;
        let (character, after) = unescape(after)?;
        plain.extend_within_capacity(character.encode_utf8(&mut [0; 4]).as_bytes())?;
        rest = after;
    }
    plain.extend_within_capacity(rest.as_bytes())?;
    Some(plain)
}

/// The character that stands behind a backslash, and what follows it.
fn unescape(text: &str) -> Option<(char, &str)> {
    let (kind, rest) = text.split_at_checked(1)?;
    let character = match kind {
        "\"" | "\\" | "/" => kind.chars().next()?,
        "b" => '\u{8}',
        "f" => '\u{c}',
        "n" => '\n',
        "r" => '\r',
        "t" => '\t',
        "u" => return unescape_unit(rest),
        _ => return None,
    };
    Some((character, rest))
}

/// The character whose UTF-16 is written in one or two groups of four hexadecimal digits.
fn unescape_unit(text: &str) -> Option<(char, &str)> {
    let (first, rest) = unit(text)?;
    if let Some(character) = char::from_u32(first.into()) {
        return Some((character, rest));
    }
    let (second, rest) = unit(rest.strip_prefix("\\u")?)?;
    let character = char::decode_utf16([first, second]).next()?.ok()?;
    Some((character, rest))
}

fn unit(text: &str) -> Option<(u16, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    Some((u16::from_str_radix(digits, 16).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(json: &str) -> Option<Vec<u8>> {
        let raw: &RawValue = serde_json::from_str(json).expect("JSON of the test");
        Json::of(raw).scalar().map(|value| value.expose().to_vec())
    }

    #[test]
    fn texts_decode_as_the_whole_parser_decodes_them() {
        for json in [
            r#""""#,
            r#""plain""#,
            r#""\"""#,
            r#""\"\"quoted\"\"""#,
            r#""a\\""#,
            r#""\b\f\n\r\t\/\\""#,
            r#""\u0000\u00e9\u20ac""#,
            r#""\ud83d\ude00 \uD83D\uDE00""#,
            r#""é€😀""#,
        ] {
            let expected: String = serde_json::from_str(json).expect("JSON of the test");
            assert_eq!(scalar(json).as_deref(), Some(expected.as_bytes()), "{json}");
        }
    }

    #[test]
    fn half_a_surrogate_pair_is_refused_and_not_replaced() {
        for json in [
            r#""\ud83d""#,
            r#""\ude00""#,
            r#""\ud83dx""#,
            r#""\ud83d\u0041""#,
        ] {
            assert_eq!(scalar(json), None, "{json}");
        }
    }

    #[test]
    fn numbers_stay_as_they_are_written() {
        for json in [
            "1.10",
            "-0",
            "1e5",
            "123456789012345678901234567890",
            "true",
        ] {
            assert_eq!(scalar(json).as_deref(), Some(json.as_bytes()));
        }
        assert_eq!(scalar("null"), None);
    }
}
