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
    Ok(Outcome::read(Data::Table(card(&entry)), Json::Value(json)))
}

fn card(entry: &EntrySummary) -> Table {
    let catalogue = &entry.catalogue;
    let mut table = Table::without_headings();
    table.row(["Title:", &catalogue.title]);
    table.row(["Collection:", &entry.collection]);
    table.row(["Kind:", catalogue.kind.name()]);
    table.row(["User name:", &catalogue.username]);
    table.row(["Address:", &catalogue.url]);
    let title = shell::named(&catalogue.title, &entry.entry);
    for slot in &catalogue.fields {
        let name = slot.name.as_str();
        let how = if name == "password" {
            format!("(hidden; coffer get {title} --reveal)")
        } else {
            format!(
                "(hidden; coffer get {title} --field {} --reveal)",
                shell::word(name)
            )
        };
        table.row([format!("{}:", capitalised(name)), how]);
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
