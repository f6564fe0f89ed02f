//! `coffer get`: giving out a secret, which is recorded first.

use base64::display::Base64Display;
use base64::prelude::BASE64_STANDARD;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use vault_core::id::Version;
use vault_core::vault::reveal::{Revealed, Wanted};

use super::Context;
use crate::args::GetArgs;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};

pub(crate) fn run(args: &GetArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if !args.reveal {
        return Err(Failure::usage(
            "coffer cannot put a value on the clipboard yet, only print it",
            "give --reveal to print it, where nobody looks over your shoulder",
        ));
    }
    let wanted = match args.version {
        Some(version) => Wanted::At(Version::new(version)),
        None if args.pending => Wanted::Pending,
        None => Wanted::Current,
    };
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    let revealed = session.reveal(&args.entry, &args.field, wanted, context.reason())?;
    if context.global.json {
        let field = args.field.clone();
        let json = Json::Erased(Box::new(Answer { field, revealed }));
        return Ok(Outcome::read(Data::Nothing, json));
    }
    Ok(Outcome::read(Data::Secret(revealed.value), Json::None))
}

/// A value for programs; it is text where it can be.
struct Answer {
    field: String,
    revealed: Revealed,
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.revealed.value.expose();
        let mut answer = serializer.serialize_struct("Answer", 5)?;
        answer.serialize_field("schema", "coffer.secret/1")?;
        answer.serialize_field("id", &self.revealed.entry.to_string())?;
        answer.serialize_field("field", &self.field)?;
        match std::str::from_utf8(value) {
            Ok(text) => answer.serialize_field("value", text)?,
            Err(_) => answer.serialize_field("value_base64", &Encoded(value))?,
        }
        answer.serialize_field("record", &self.revealed.record.get())?;
        answer.end()
    }
}

/// Bytes that are no text, written as base64 without a copy of the whole.
struct Encoded<'a>(&'a [u8]);

impl Serialize for Encoded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Base64Display::new(self.0, &BASE64_STANDARD))
    }
}
