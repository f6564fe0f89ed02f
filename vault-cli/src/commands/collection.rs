//! `coffer collection`: making collections, and who may use them.

use serde_json::json;
use vault_core::collection::Permission;

use super::Context;
use crate::args::CollectionCommand;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::output::{Table, shell};

/// Said after somebody lost a key: keys protect the future alone.
const CHANGE_WHAT_THEY_READ: &str = "next: what they could read they still know: coffer list shows \
                                     which passwords to change";

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
            let (id, record) = session.revoke(&collection, &person)?;
            let remark = format!("{person} no longer uses \"{collection}\"");
            Ok(Outcome::done(&id, record, remark).remark(CHANGE_WHAT_THEY_READ))
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
