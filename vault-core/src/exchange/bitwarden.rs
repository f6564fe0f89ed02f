//! Bitwarden's JSON export, of a person or an organisation.
//!
//! A few members of an item have a place of their own in an entry. Every other one, whatever it is,
//! becomes custom fields named by the way to it: `card number`, `passkey 1 key value`,
//! `password history 2 last used date`. So a member that Bitwarden adds tomorrow is carried too.
//! Left out are only null, empty texts and what says nothing: `favorite: false`, `reprompt: 0`, the
//! number of an item's type where the item's own members show it, the kind 0 of a secure note, and
//! whether a custom field was hidden (here every field is).

use std::collections::HashMap;

use super::foreign_entry::{Draft, ForeignEntry, Part, text};
use super::json::{Json, Members};
use super::{Format, MAX_ROWS, ReadError, Reading, SkipReason};
use crate::secret::SecretBytes;

/// Levels of lists and objects below an item; Bitwarden has four.
const MAX_DEPTH: usize = 8;

/// Members of the file that are read or say how it is encrypted.
const SECTIONS: [&str; 4] = ["encrypted", "folders", "collections", "items"];

/// Whether this is a Bitwarden export, encrypted or not: it says whether it is encrypted. Those of
/// before 2021 do not; their items have a number for a type, which no other program's `items` have.
pub(super) fn recognises(export: &Members<'_>) -> bool {
    let listed = |name| matches!(export.get(name), Some(Json::List(_)));
    let said = matches!(export.get("encrypted"), Some(Json::Literal(_)));
    let grouped = listed("folders") || listed("collections");
    is_true(export.get("encrypted")) || listed("items") && (said || grouped && has_types(export))
}

/// Whether the first item says its type as Bitwarden does; where there is none, whether folders are
/// listed.
fn has_types(export: &Members<'_>) -> bool {
    let items = export.get("items").and_then(Json::list);
    match items.and_then(|items| items.into_iter().next()) {
        Some(first) => first.object().is_some_and(|item| type_of(&item).is_some()),
        None => export.get("folders").is_some(),
    }
}

/// The number that an item has for a type.
fn type_of(item: &Members<'_>) -> Option<u32> {
    match item.get("type") {
        Some(Json::Literal(number)) => number.parse().ok(),
        _ => None,
    }
}

/// Reads an unencrypted export.
///
/// # Errors
/// Encrypted exports, each kind with its own error, and too many rows.
pub(super) fn read(export: &Members<'_>) -> Result<Reading, ReadError> {
    if is_true(export.get("encrypted")) {
        return Err(if is_true(export.get("passwordProtected")) {
            ReadError::PasswordProtected
        } else {
            ReadError::AccountRestricted
        });
    }
    let names = Names {
        folders: names(export.get("folders")),
        collections: names(export.get("collections")),
    };
    let items = export.get("items").and_then(Json::list);
    let items = items.ok_or(ReadError::TooManyRows)?;
    let mut reading = Reading::new(Format::BitwardenJson);
    for (row, item) in (1..).zip(items) {
        reading.add(None, read_item(row, item, &names));
    }
    // A second member of a known name would hide behind the first.
    let mut known = SECTIONS.to_vec();
    for (name, value) in export.iter() {
        if let Some(place) = known.iter().position(|section| *section == name) {
            known.swap_remove(place);
        } else if !says_nothing(value) {
            if reading.rows == MAX_ROWS {
                return Err(ReadError::TooManyRows);
            }
            reading.add(None, Err(SkipReason::UnknownSection));
        }
    }
    Ok(reading)
}

fn is_true(value: Option<Json<'_>>) -> bool {
    matches!(value, Some(Json::Literal("true")))
}

/// What identifiers stand for, by identifier.
struct Names {
    folders: HashMap<String, String>,
    collections: HashMap<String, String>,
}

/// The names in a list of folders. One that cannot be read leaves its identifier in the items.
fn names(list: Option<Json<'_>>) -> HashMap<String, String> {
    let list = list.and_then(Json::list).unwrap_or_default();
    let name = |folder: Json<'_>| {
        let folder = folder.object()?;
        let member = |name| text(&folder.get(name)?.scalar()?).ok();
        Some((member("id")?, member("name")?))
    };
    list.into_iter().filter_map(name).collect()
}

/// Whether a value is null, `false`, or an empty text, list or object.
fn says_nothing(value: Json<'_>) -> bool {
    match value {
        Json::Null | Json::Literal("false") => true,
        Json::Literal(_) => false,
        Json::Text(text) => text.is_empty(),
        Json::List(_) => value.list().is_some_and(|list| list.is_empty()),
        Json::Object(_) => value.object().is_some_and(|members| members.is_empty()),
    }
}

/// The text of a value, or `None` for null.
fn scalar(value: Json<'_>) -> Result<Option<SecretBytes>, SkipReason> {
    match value {
        Json::Null => Ok(None),
        _ => value.scalar().map(Some).ok_or(SkipReason::Unreadable),
    }
}

fn read_item(row: usize, item: Json<'_>, names: &Names) -> Result<ForeignEntry, SkipReason> {
    let item = item.object().ok_or(SkipReason::Unreadable)?;
    if type_of(&item).is_none() {
        return Err(SkipReason::NoType);
    }
    let mut draft = Draft::new(row);
    for (name, value) in item.iter() {
        match name {
            "id" => read_id(&mut draft, value)?,
            "name" => part(&mut draft, Part::Title, value)?,
            "notes" => part(&mut draft, Part::Notes, value)?,
            "folderId" => {
                read_group(&mut draft, "folder", value, &names.folders)?;
            }
            "collectionIds" => {
                for id in list(value)? {
                    read_group(&mut draft, "collection", id, &names.collections)?;
                }
            }
            "login" => read_login(&mut draft, value)?,
            "fields" => {
                for field in list(value)? {
                    read_field(&mut draft, field)?;
                }
            }
            "type" if matches!(value, Json::Literal("1" | "2" | "3" | "4" | "5")) => {}
            "favorite" => flag(&mut draft, "favourite", value)?,
            "reprompt" => flag(&mut draft, "reprompt", value)?,
            _ => carry(&mut draft, &words(name), value)?,
        }
    }
    draft.finish()
}

fn part(draft: &mut Draft, part: Part, value: Json<'_>) -> Result<(), SkipReason> {
    match scalar(value)? {
        Some(value) => draft.part(part, value),
        None => Ok(()),
    }
}

/// Carries a flag that is raised.
fn flag(draft: &mut Draft, name: &str, value: Json<'_>) -> Result<(), SkipReason> {
    match value {
        Json::Literal("false" | "0") => Ok(()),
        _ => carry(draft, name, value),
    }
}

fn read_id(draft: &mut Draft, id: Json<'_>) -> Result<(), SkipReason> {
    if let Some(id) = scalar(id)? {
        draft.set_id(text(&id)?);
    }
    Ok(())
}

/// The values of a list; null is an empty one.
fn list(value: Json<'_>) -> Result<Vec<Json<'_>>, SkipReason> {
    match value {
        Json::Null => Ok(Vec::new()),
        _ => value.list().ok_or(SkipReason::Unreadable),
    }
}

/// Files the entry under the group with this identifier; further groups and unknown ones become
/// custom fields.
fn read_group(
    draft: &mut Draft,
    kind: &str,
    id: Json<'_>,
    names: &HashMap<String, String>,
) -> Result<(), SkipReason> {
    let Some(id) = scalar(id)? else { return Ok(()) };
    match names.get(&text(&id)?) {
        Some(name) if !draft.has_folder() => {
            draft.set_folder(name.clone());
            Ok(())
        }
        Some(name) => draft.custom(kind, SecretBytes::copy_from(name.as_bytes())),
        None => draft.custom(&format!("{kind} id"), id),
    }
}

fn read_login(draft: &mut Draft, login: Json<'_>) -> Result<(), SkipReason> {
    if matches!(login, Json::Null) {
        return Ok(());
    }
    let login = login.object().ok_or(SkipReason::Unreadable)?;
    for (name, value) in login.iter() {
        match name {
            "username" => part(draft, Part::Username, value)?,
            "password" => part(draft, Part::Password, value)?,
            "totp" => part(draft, Part::Totp, value)?,
            "uris" => read_uris(draft, value)?,
            "fido2Credentials" => carry(draft, "passkey", value)?,
            "passwordRevisionDate" => carry(draft, "password revision date", value)?,
            _ => carry(draft, &format!("login {}", words(name)), value)?,
        }
    }
    Ok(())
}

/// The first address becomes the entry's, the others `uri 2`, `uri 3`; how each is matched goes along.
fn read_uris(draft: &mut Draft, uris: Json<'_>) -> Result<(), SkipReason> {
    for (place, uri) in (1..).zip(list(uris)?) {
        for (name, value) in uri.object().ok_or(SkipReason::Unreadable)?.iter() {
            match name {
                "uri" if place == 1 => part(draft, Part::Url, value)?,
                "uri" => carry(draft, &format!("uri {place}"), value)?,
                _ => {
                    let name = format!("uri {place} {}", words(name));
                    carry(draft, &name, value)?;
                }
            }
        }
    }
    Ok(())
}

/// A field that the person named, kept even where it is empty. A linked one has a number in place of
/// a value (100 for the user name, 101 for the password) and is carried as `NAME (linked)`.
fn read_field(draft: &mut Draft, field: Json<'_>) -> Result<(), SkipReason> {
    let field = field.object().ok_or(SkipReason::Unreadable)?;
    let name = field.get("name").map(scalar).transpose()?.flatten();
    let name = name.as_ref().map(text).transpose()?.unwrap_or_default();
    let mut kept = false;
    for (member, value) in field.iter() {
        match (member, value) {
            ("name" | "type", _) | ("value" | "linkedId", Json::Null) => continue,
            ("value", _) => {
                let value = value.scalar().ok_or(SkipReason::Unreadable)?;
                draft.custom(&name, value)?;
            }
            ("linkedId", _) => carry(draft, &format!("{name} (linked)"), value)?,
            _ => {
                carry(draft, &format!("{name} {}", words(member)), value)?;
                continue;
            }
        }
        kept = true;
    }
    if !kept {
        draft.custom(&name, SecretBytes::zeroed(0))?;
    }
    Ok(())
}

/// Carries a value and all below it as custom fields whose names begin with `name`.
fn carry(draft: &mut Draft, name: &str, value: Json<'_>) -> Result<(), SkipReason> {
    carry_to(MAX_DEPTH, draft, name, value)
}

fn carry_to(
    depth: usize,
    draft: &mut Draft,
    name: &str,
    value: Json<'_>,
) -> Result<(), SkipReason> {
    let below = depth.checked_sub(1).ok_or(SkipReason::TooDeep)?;
    match value {
        Json::Null => Ok(()),
        Json::Literal("0") if name == "secure note type" => Ok(()),
        Json::Text(_) | Json::Literal(_) => {
            let value = value.scalar().ok_or(SkipReason::Unreadable)?;
            if value.is_empty() {
                return Ok(());
            }
            draft.custom(name, value)
        }
        Json::List(_) => {
            let values = value.list().ok_or(SkipReason::TooManyFields)?;
            (1..).zip(values).try_for_each(|(place, value)| {
                carry_to(below, draft, &format!("{name} {place}"), value)
            })
        }
        Json::Object(_) => {
            let members = value.object().ok_or(SkipReason::Unreadable)?;
            members.iter().try_for_each(|(member, value)| {
                carry_to(below, draft, &format!("{name} {}", words(member)), value)
            })
        }
    }
}

/// The words of a member's name: `cardholderName` is `cardholder name`.
fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 8);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests;
