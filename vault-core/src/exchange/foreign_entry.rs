//! One row of another password manager's export.

use std::collections::HashMap;

use super::{MAX_FIELDS, MAX_VALUE, SkipReason};
use crate::secret::SecretBytes;

/// The field of the password.
const PASSWORD: &str = "password";
/// The field of the notes.
const NOTES: &str = "notes";
/// The field of the one-time password seed, exactly as the site gave it.
const TOTP: &str = "totp";

/// Names that a custom field never takes, so that it is never mistaken for what they mean.
const RESERVED: [&str; 6] = ["title", "username", "url", PASSWORD, NOTES, TOTP];

/// What a row says. No value is trimmed or rewritten.
pub struct ForeignEntry {
    /// The row in the file, counted from 1.
    pub row: usize,
    /// The identifier that the other program gives the row, by which a second import knows it again.
    pub id: Option<String>,
    /// The title, never empty. A row without one is named by its address, else its user name, else
    /// its number (`row 12`): what stands there already, rather than an invented name.
    pub title: String,
    /// The folder, its levels separated by `/`.
    pub folder: Option<String>,
    /// The user name, or nothing.
    pub username: String,
    /// The first address, or nothing.
    pub url: String,
    /// All other values by name: `password`, `notes`, `totp` and custom names, each name once. Empty
    /// values are left out, except where the person named the field.
    pub fields: Vec<(String, SecretBytes)>,
}

/// The parts of an entry that every format knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Title,
    Username,
    Url,
    Password,
    Notes,
    Totp,
}

/// An entry in the making. It is the one place where names are told apart and bounds are kept.
pub(super) struct Draft {
    entry: ForeignEntry,
    /// The names that are taken, and how far each has been numbered.
    asked: HashMap<String, usize>,
}

impl Draft {
    pub(super) fn new(row: usize) -> Self {
        Self {
            entry: ForeignEntry {
                row,
                id: None,
                title: String::new(),
                folder: None,
                username: String::new(),
                url: String::new(),
                fields: Vec::new(),
            },
            asked: RESERVED.map(|name| (name.to_owned(), 1)).into(),
        }
    }

    pub(super) fn set_id(&mut self, id: String) {
        self.entry.id = Some(id);
    }

    /// Files the entry; an empty name is no folder.
    pub(super) fn set_folder(&mut self, folder: String) {
        self.entry.folder = Some(folder).filter(|folder| !folder.is_empty());
    }

    pub(super) fn has_folder(&self) -> bool {
        self.entry.folder.is_some()
    }

    /// Takes a value for its part. Where the part is taken already, the value becomes a custom field.
    pub(super) fn part(&mut self, part: Part, value: SecretBytes) -> Result<(), SkipReason> {
        if value.is_empty() {
            return Ok(());
        }
        let (name, slot) = match part {
            Part::Title => ("title", &mut self.entry.title),
            Part::Username => ("username", &mut self.entry.username),
            Part::Url => ("url", &mut self.entry.url),
            Part::Password => return self.standard(PASSWORD, value),
            Part::Notes => return self.standard(NOTES, value),
            Part::Totp => return self.standard(TOTP, value),
        };
        if !slot.is_empty() {
            return self.custom(name, value);
        }
        *slot = text(&value)?;
        Ok(())
    }

    fn standard(&mut self, name: &str, value: SecretBytes) -> Result<(), SkipReason> {
        if self.entry.fields.iter().any(|(taken, _)| taken == name) {
            return self.custom(name, value);
        }
        self.push(name.to_owned(), value)
    }

    /// Takes a value under a name of its own; a name that is taken gets a number behind it.
    pub(super) fn custom(&mut self, name: &str, value: SecretBytes) -> Result<(), SkipReason> {
        let name = if name.is_empty() { "field" } else { name };
        if name.len() > MAX_VALUE {
            return Err(SkipReason::ValueTooLong);
        }
        let mut times = self.asked.get(name).copied().unwrap_or_default();
        let unique = loop {
            times += 1;
            let candidate = match times {
                1 => name.to_owned(),
                _ => format!("{name} ({times})"),
            };
            if !self.asked.contains_key(&candidate) {
                break candidate;
            }
        };
        self.asked.insert(unique.clone(), 1);
        self.asked.insert(name.to_owned(), times);
        self.push(unique, value)
    }

    fn push(&mut self, name: String, value: SecretBytes) -> Result<(), SkipReason> {
        if value.len() > MAX_VALUE {
            return Err(SkipReason::ValueTooLong);
        }
        if self.entry.fields.len() == MAX_FIELDS {
            return Err(SkipReason::TooManyFields);
        }
        self.entry.fields.push((name, value));
        Ok(())
    }

    /// The entry, unless nothing is in it.
    pub(super) fn finish(self) -> Result<ForeignEntry, SkipReason> {
        let mut entry = self.entry;
        let named = [&entry.title, &entry.url, &entry.username];
        let name = named.into_iter().find(|name| !name.is_empty()).cloned();
        if name.is_none() && entry.fields.is_empty() {
            return Err(SkipReason::Blank);
        }
        entry.title = name.unwrap_or_else(|| format!("row {}", entry.row));
        Ok(entry)
    }
}

/// The value as text of bounded length.
pub(super) fn text(value: &SecretBytes) -> Result<String, SkipReason> {
    if value.len() > MAX_VALUE {
        return Err(SkipReason::ValueTooLong);
    }
    let text = std::str::from_utf8(value.expose()).map_err(|_| SkipReason::NotUtf8)?;
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> SecretBytes {
        SecretBytes::copy_from(text.as_bytes())
    }

    fn names(entry: &ForeignEntry) -> Vec<&str> {
        entry.fields.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn no_two_fields_have_the_same_name() {
        let mut draft = Draft::new(1);
        for name in ["pin", "pin (2)", "pin", "pin", "pin (2)", "", ""] {
            draft.custom(name, value("x")).expect("within bounds");
        }
        let entry = draft.finish().expect("fields are there");
        let mut seen = names(&entry);
        assert_eq!(seen[..3], ["pin", "pin (2)", "pin (3)"]);
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 7);
    }

    #[test]
    fn a_custom_field_is_never_taken_for_the_password() {
        let mut draft = Draft::new(1);
        draft
            .custom("password", value("of the safe"))
            .expect("within bounds");
        draft
            .part(Part::Password, value("first"))
            .expect("within bounds");
        draft
            .part(Part::Password, value("second"))
            .expect("within bounds");
        let entry = draft.finish().expect("fields are there");
        assert_eq!(names(&entry), ["password (2)", "password", "password (3)"]);
        assert_eq!(entry.fields[1].1.expose(), b"first");
    }

    #[test]
    fn a_row_without_a_title_is_named_by_what_it_has() {
        let title = |part| {
            let mut draft = Draft::new(12);
            draft
                .part(part, value("example.org"))
                .expect("within bounds");
            draft.finish().expect("a value is there").title
        };
        assert_eq!(title(Part::Url), "example.org");
        assert_eq!(title(Part::Username), "example.org");
        assert_eq!(title(Part::Password), "row 12");
        assert_eq!(Draft::new(1).finish().err(), Some(SkipReason::Blank));
    }

    #[test]
    fn bounds_are_kept_to_the_byte_and_the_field() {
        let mut draft = Draft::new(1);
        let most = SecretBytes::zeroed(MAX_VALUE);
        draft.custom("most", most).expect("exactly the bound");
        let over = || SecretBytes::zeroed(MAX_VALUE + 1);
        assert_eq!(draft.custom("over", over()), Err(SkipReason::ValueTooLong));
        assert_eq!(
            draft.part(Part::Title, over()),
            Err(SkipReason::ValueTooLong)
        );
        for _ in 1..MAX_FIELDS {
            draft.custom("same", value("x")).expect("within bounds");
        }
        assert_eq!(
            draft.custom("same", value("x")),
            Err(SkipReason::TooManyFields)
        );
    }
}
