//! `coffer history`: the versions of an entry, without their values.

use serde_json::{Value, json};
use vault_core::audit::versions::VersionState;
use vault_core::entry::FieldName;
use vault_core::vault::history::{DoneBy, PastVersion};

use super::Context;
use crate::args::HistoryArgs;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::output::{Table, for_people, shell};

pub(crate) fn run(args: &HistoryArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let history = context.unlock(&mut vault)?.history(&args.entry)?;
    let mut table = Table::new([
        "Version",
        "Made",
        "Made by",
        "State",
        "Confirmed",
        "Confirmed by",
        "Fields",
    ]);
    for version in &history.versions {
        let confirmed = confirmed(version);
        table.row([
            version.version.to_string(),
            for_people(version.proposed.at),
            version.proposed.by.clone(),
            version.state.name().to_owned(),
            confirmed.map(|it| for_people(it.at)).unwrap_or_default(),
            confirmed.map(|it| it.by.clone()).unwrap_or_default(),
            fields(version).map_or("unreadable".to_owned(), |names| names.join(", ")),
        ]);
    }
    let json = json!({
        "schema": "coffer.history/1",
        "id": history.entry.to_string(),
        "title": history.title,
        "versions": history.versions.iter().map(to_json).collect::<Vec<_>>(),
    });
    let remark = format!(
        "coffer get {} --version N --reveal gets an earlier one",
        shell::named(&args.entry, &history.entry)
    );
    Ok(Outcome::read(Data::Table(table), Json::Value(json)).remark(remark))
}

/// A version as programs see it.
fn to_json(version: &PastVersion) -> Value {
    let dropped = version.settled.as_ref();
    let dropped = dropped.filter(|_| version.state == VersionState::Dropped);
    json!({
        "version": version.version.get(),
        "state": version.state.name(),
        "made_at": version.proposed.at,
        "fields": fields(version),
        "proposed": deed(&version.proposed),
        "confirmed": confirmed(version).map(deed),
        "dropped": dropped.map(deed),
    })
}

fn fields(version: &PastVersion) -> Option<Vec<&str>> {
    let fields = version.fields.as_ref()?;
    Some(fields.iter().map(FieldName::as_str).collect())
}

fn confirmed(version: &PastVersion) -> Option<&DoneBy> {
    let settled = version.settled.as_ref();
    settled.filter(|_| version.state != VersionState::Dropped)
}

fn deed(done: &DoneBy) -> Value {
    json!({ "by": done.by, "at": done.at, "record": done.record.get() })
}
