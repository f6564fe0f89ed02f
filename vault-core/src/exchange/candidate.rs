//! From a row of another program's export to an entry that the vault can hold, without losing a
//! byte: what does not fit its usual place is carried in a field of its own.

use super::{ForeignEntry, Note, Noted};
use crate::entry::totp::Totp;
use crate::entry::{EntryKind, EntryState, Field, FieldName, InvalidField, field};
use crate::secret::SecretBytes;
use crate::text::{Line, is_unprintable};

/// An entry that can be added.
pub struct Candidate {
    /// What it is called.
    pub title: String,
    /// The user name, as exported, or empty.
    pub username: String,
    /// Where it is used, as exported, or empty.
    pub url: String,
    /// Its secret fields.
    pub fields: Vec<Field>,
    /// What is to be known about the row.
    pub notes: Vec<Note>,
}

impl Candidate {
    /// The entry that a row becomes; `folder` is carried along where the collection's name does
    /// not say it.
    ///
    /// # Errors
    /// What is wrong with its fields.
    pub fn of(row: ForeignEntry, folder_is_collection: bool) -> Result<Self, InvalidField> {
        let (title, notes) = (title(&row), notes(&row));
        let mut fields = Vec::with_capacity(row.fields.len() + 3);
        if title.as_str() != row.title {
            fields.push(carried("title (as exported)", &row.title));
        }
        let (username, exact_username) = shown(row.username);
        let (url, exact_url) = shown(row.url);
        let exact = [
            ("username (as exported)", exact_username),
            ("url (as exported)", exact_url),
        ];
        for (name, text) in exact {
            fields.extend(text.map(|text| carried(name, &text)));
        }
        if let Some(folder) = row.folder.filter(|_| !folder_is_collection) {
            fields.push(carried("folder", &folder));
        }
        for (number, (name, value)) in (1_usize..).zip(row.fields) {
            if value.is_empty() && name == "password" {
                continue;
            }
            let own = field_name(&name, number, &value, &fields);
            let lost = FieldName::parse(&name).is_err();
            fields.push(Field { name: own, value });
            if lost {
                fields.push(carried(&format!("name of field {number}"), &name));
            }
        }
        field::check(&fields)?;
        Ok(Self {
            title: title.to_string(),
            username,
            url,
            fields,
            notes,
        })
    }

    /// What imported entries are taken for, until somebody says otherwise.
    pub const KIND: EntryKind = EntryKind::Service;
    /// An imported password is in use.
    pub const STATE: EntryState = EntryState::InUse;
}

/// The title, as near to the exported one as a title can be; else what else the row is known by.
fn title(row: &ForeignEntry) -> Line {
    let printable = |text: &str| {
        let visible = |c| if is_unprintable(c) { ' ' } else { c };
        let text: String = text.chars().take(Line::NAME).map(visible).collect();
        Line::parse(&text, Line::NAME).ok()
    };
    let named = [&row.title, &row.url, &row.username];
    let title = named.into_iter().find_map(|text| printable(text));
    title.unwrap_or_else(|| {
        let number = format!("row {}", row.row);
        Line::parse(&number, Line::NAME).expect("a short line of ASCII")
    })
}

/// What the person is to be told of a row.
fn notes(row: &ForeignEntry) -> Vec<Note> {
    let is_text = |value: &SecretBytes| std::str::from_utf8(value.expose()).is_ok();
    let makes_codes = |value: &SecretBytes| Totp::parse(value).is_ok();
    let seed = row.fields.iter().find(|(name, _)| name == "totp");
    let noted = [
        (Noted::NotUtf8, !row.fields.iter().all(|(_, v)| is_text(v))),
        (Noted::Titled, Line::parse(&row.title, Line::NAME).is_err()),
        (Noted::NoCodes, seed.is_some_and(|(_, v)| !makes_codes(v))),
    ];
    let told = noted.into_iter().filter(|(_, is_so)| *is_so);
    told.map(|(what, _)| Note { row: row.row, what }).collect()
}

/// A user name or URL where it can be shown as it is; otherwise it moves into a field.
fn shown(text: String) -> (String, Option<String>) {
    let fits = text.chars().count() <= Line::LONG && !text.chars().any(is_unprintable);
    if fits {
        (text, None)
    } else {
        (String::new(), Some(text))
    }
}

fn carried(name: &str, text: &str) -> Field {
    Field {
        name: FieldName::parse(name).expect("a fixed name that is a line"),
        value: SecretBytes::copy_from(text.as_bytes()),
    }
}

/// The field's own name where it can be one; a seed that makes no codes is kept under another
/// name, so that nothing takes it for one that does.
fn field_name(name: &str, number: usize, value: &SecretBytes, taken: &[Field]) -> FieldName {
    let own = FieldName::parse(name)
        .ok()
        .filter(|own| *own != FieldName::totp() || Totp::parse(value).is_ok());
    let fallback = match own {
        Some(own) if taken.iter().all(|field| field.name != own) => return own,
        Some(own) => format!("{own} ({number})"),
        None if name == "totp" => "totp (as exported)".to_owned(),
        None => format!("field {number}"),
    };
    let distinct = |name: &FieldName| taken.iter().all(|field| field.name != *name);
    let parsed = FieldName::parse(&fallback).ok().filter(distinct);
    parsed.unwrap_or_else(|| {
        let name = format!("field {number} of the export");
        FieldName::parse(&name).expect("a short line of ASCII")
    })
}
