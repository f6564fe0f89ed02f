//! `coffer totp`: the one-time code of an entry, which is recorded first.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use vault_core::vault::reveal::OneTimeCode;

use super::Context;
use crate::args::TotpArgs;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};

pub(crate) fn run(args: &TotpArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    let code = session.one_time_code(&args.entry, context.reason())?;
    if context.global.json {
        return Ok(Outcome::read(
            Data::Nothing,
            Json::Erased(Box::new(Answer(code))),
        ));
    }
    let left = match code.seconds_left {
        1 => "one more second".to_owned(),
        seconds => format!("{seconds} more seconds"),
    };
    context.progress(&format!("this code is good for {left}"))?;
    Ok(Outcome::read(
        Data::Secret(code.code.to_bytes()),
        Json::None,
    ))
}

/// A code for programs.
struct Answer(OneTimeCode);

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(code) = self;
        let mut answer = serializer.serialize_struct("Answer", 5)?;
        answer.serialize_field("schema", "coffer.totp/1")?;
        answer.serialize_field("id", &code.entry.to_string())?;
        answer.serialize_field("code", code.code.expose())?;
        answer.serialize_field("seconds_left", &code.seconds_left)?;
        answer.serialize_field("record", &code.record.get())?;
        answer.end()
    }
}
