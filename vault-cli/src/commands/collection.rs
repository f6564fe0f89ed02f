//! `coffer collection`: making collections, and who may use them.

use serde_json::json;
use vault_core::collection::Permission;
use vault_core::vault::collections::Revoked;

use super::Context;
use crate::args::CollectionCommand;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::output::{Table, shell};

/// Said after somebody lost a key: keys protect the future alone.
const CHANGE_WHAT_THEY_READ: &str = "next: what they could read they still know: coffer list shows \
                                     which passwords to change";

/// What a membership's end leaves to do.
fn after_revoking(revoked: &Revoked, collection: &str, person: &str) -> Outcome {
    let (id, record) = (revoked.collection, revoked.record);
    if revoked.waits {
        let remark = format!(
            "asked that {person} read \"{collection}\" no more: until a second person agrees, \
             nothing has changed"
        );
        let next = format!(
            "next: every member is told at their next unlock; a second person runs coffer approve \
             r{record}"
        );
        return Outcome::done(&id, record, remark).remark(next);
    }
    let remark = format!("{person} no longer uses \"{collection}\"");
    let mut outcome = Outcome::done(&id, record, remark).remark(CHANGE_WHAT_THEY_READ);
    if revoked.ended {
        outcome = outcome.remark(format!(
            "{person} has no membership left, and so cannot unlock the vault any more"
        ));
        if revoked.is_holder {
            outcome = outcome.remark(format!(
                "next: {person} still holds a sheet of the envelope: choose the holders anew with \
                 coffer envelope rule, make their sheets, and seal"
            ));
        }
    }
    outcome
}

pub(crate) fn run(
    command: CollectionCommand,
    context: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    match command {
        CollectionCommand::Add { name, kind } => {
            let (id, record) = session.make_collection(&name, kind.into())?;
            let remark = format!("made the collection \"{name}\", which you manage");
            let next = format!(
                "next: coffer add \"TITLE\" --collection {} --kind {} --generate words:5",
                shell::named(&name, &id),
                vault_core::entry::EntryKind::from(kind)
            );
            Ok(Outcome::done(&id, record, remark).remark(next))
        }
        CollectionCommand::Grant {
            collection,
            person,
            permission,
        } => {
            let permission = permission.into();
            let (id, record) = session.grant(&collection, &person, permission)?;
            let remark = format!("{person} now has \"{permission}\" in \"{collection}\"");
            Ok(Outcome::done(&id, record, remark))
        }
        CollectionCommand::Revoke { collection, person } => {
            let revoked = session.revoke(&collection, &person)?;
            Ok(after_revoking(&revoked, &collection, &person))
        }
        CollectionCommand::List => {
            let mut table = Table::new(["Collection", "Kind", "You may", "Members"]);
            let mut values = Vec::new();
            for collection in session.collections()? {
                let permission = collection.permission.map(Permission::name);
                let members = collection.members.iter();
                let members = members.map(|(name, permission)| format!("{name} ({permission})"));
                table.row([
                    collection.name.as_str(),
                    collection.kind.name(),
                    permission.unwrap_or_default(),
                    &members.collect::<Vec<_>>().join(", "),
                ]);
                let members = collection.members.iter().map(
                    |(name, permission)| json!({ "name": name, "permission": permission.name() }),
                );
                values.push(json!({
                    "id": collection.collection.to_string(),
                    "name": collection.name,
                    "kind": collection.kind.name(),
                    "permission": permission,
                    "members": members.collect::<Vec<_>>(),
                }));
            }
            let json = json!({ "schema": "coffer.collections/1", "collections": values });
            Ok(Outcome::read(Data::Table(table), Json::Value(json)))
        }
    }
}
