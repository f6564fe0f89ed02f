//! `coffer person`: inviting and listing people.

use std::path::Path;

use serde_json::json;
use vault_core::secret::SecretBytes;

use super::{Context, remove_unless_uncertain};
use crate::args::{PersonCommand, Role};
use crate::failure::Failure;
use crate::files::PrivateFile;
use crate::outcome::{Data, Json, Outcome};
use crate::output::{Table, shell};

pub(crate) fn run(command: PersonCommand, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    match command {
        PersonCommand::Add {
            name,
            role,
            initial_passphrase_file,
        } => add(&name, role, &initial_passphrase_file, context),
        PersonCommand::List => list(context),
    }
}

/// The passphrase is durable before the invitation depends on it; a file without an invitation is
/// worth nothing and is removed again.
fn add(name: &str, role: Role, out: &Path, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    let failed = |error| Failure::File {
        path: out.to_owned(),
        error,
    };
    let file = PrivateFile::create(out).map_err(failed)?;
    let passphrase = session.initial_passphrase()?;
    let words = passphrase.expose().as_bytes();
    let mut line = SecretBytes::new(Vec::with_capacity(words.len() + 1));
    line.extend_within_capacity(words)
        .and_then(|()| line.extend_within_capacity(b"\n"))
        .expect("there is room for both");
    file.finish(line.expose()).map_err(failed)?;
    let invited = match session.invite(name, role.into(), &passphrase) {
        Ok(invited) => invited,
        Err(error) => {
            remove_unless_uncertain(out, &error);
            return Err(error.into());
        }
    };
    let remark = format!(
        "invited {name}; the first passphrase is in {}: hand it over and delete the file",
        out.display()
    );
    let next = format!(
        "next: {name} runs coffer enrol --as {} --passphrase-file {}",
        shell::named(name, &invited.person),
        shell::path(out)
    );
    Ok(Outcome::done(&invited.person, invited.record, remark).remark(next))
}

fn list(context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let people = context.unlock(&mut vault)?.people()?;
    let mut table = Table::new(["Name", "Role", "Standing", "Second person"]);
    let mut values = Vec::with_capacity(people.len());
    for person in people {
        let standing = if person.ended {
            "ended"
        } else {
            person.standing.name()
        };
        let counts = if person.counts { "yes" } else { "no" };
        table.row([person.name.as_str(), person.role.name(), standing, counts]);
        values.push(json!({
            "id": person.person.to_string(),
            "name": person.name,
            "role": person.role.name(),
            "standing": standing,
            "counts": person.counts,
        }));
    }
    let json = json!({ "schema": "coffer.people/1", "people": values });
    Ok(Outcome::read(Data::Table(table), Json::Value(json)))
}
