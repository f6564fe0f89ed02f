//! `coffer add`: storing a new password.

use vault_core::entry::{EntryState, Field, FieldName};
use vault_core::vault::entries::{Beside, NewEntry};

use super::{Context, anyway, value};
use crate::args::AddArgs;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::output::shell;
use crate::prompt::secret_value_from_file;

pub(crate) fn run(args: &AddArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let mut fields = vec![Field {
        name: FieldName::password(),
        value: value::new_password(args.generate.as_deref(), context)?,
    }];
    if let Some(file) = &args.totp_file {
        let seed = secret_value_from_file(file).map_err(|error| Failure::Source {
            what: "--totp-file",
            error,
        })?;
        fields.push(Field {
            name: FieldName::totp(),
            value: value::unmarked(seed, "--totp-file", context)?,
        });
    }
    let new = NewEntry {
        title: args.title.clone(),
        username: args.username.clone().unwrap_or_default(),
        url: args.url.clone().unwrap_or_default(),
        kind: args.kind.into(),
        state: args.state.map_or(EntryState::InUse, EntryState::from),
        fields,
    };
    let mut session = context.unlock(&mut vault)?;
    let mut shares_title = false;
    let (entry, record) = anyway::ask(args.anyway, context, |beside| {
        shares_title = beside == Beside::Others;
        session.add_beside(&args.collection, &new, beside)
    })?;
    let remark = format!("added \"{}\" to {}", args.title, args.collection);
    let name = if shares_title {
        entry.to_string()
    } else {
        shell::named(&args.title, &entry)
    };
    let next = format!("next: coffer get {name} --reveal");
    Ok(Outcome::done(&entry, record, remark).remark(next))
}
