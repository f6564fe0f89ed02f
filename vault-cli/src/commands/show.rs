//! `coffer show`: a card without secrets.

use vault_core::vault::entries::EntrySummary;

use super::{Context, list};
use crate::args::ShowArgs;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::output::{Table, for_people, shell};

pub(crate) fn run(args: &ShowArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let entry = context.unlock(&mut vault)?.show(&args.entry)?;
    let mut json = list::to_json(&entry);
    json["schema"] = "coffer.entry/1".into();
    let fields = entry.catalogue.fields.iter();
    json["fields"] = fields.map(|slot| slot.name.as_str()).collect();
    // What led to the entry leads there again; its title may be another's too.
    let name = shell::named(&args.entry, &entry.entry);
    Ok(Outcome::read(
        Data::Table(card(&entry, &name)),
        Json::Value(json),
    ))
}

/// What is shown of the entry that commands call `name`.
fn card(entry: &EntrySummary, name: &str) -> Table {
    let catalogue = &entry.catalogue;
    let mut table = Table::without_headings();
    table.row(["Title:", &catalogue.title]);
    table.row(["Collection:", &entry.collection]);
    table.row(["Kind:", catalogue.kind.name()]);
    table.row(["User name:", &catalogue.username]);
    table.row(["Address:", &catalogue.url]);
    for slot in &catalogue.fields {
        let field = slot.name.as_str();
        let how = if field == "password" {
            format!("(hidden; coffer get {name} --reveal)")
        } else {
            let field = shell::word(field);
            format!("(hidden; coffer get {name} --field {field} --reveal)")
        };
        table.row([format!("{}:", capitalised(field)), how]);
    }
    table.row(["State:", entry.state.name()]);
    table.row(["Changed:", &for_people(catalogue.changed_at)]);
    table.row(["Version:", &entry.version.to_string()]);
    let to_do = list::to_do(entry);
    if !to_do.is_empty() {
        table.row(["To do:", &to_do]);
    }
    table.row(["Id:", &entry.entry.to_string()]);
    table
}

/// A field's name as a label.
fn capitalised(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}
