//! `coffer report envelopes`: the register of the council's envelopes.

use serde_json::{Value, json};
use vault_core::id::Epoch;
use vault_core::vault::envelopes::{EnvelopeRegister, RegisteredOpening, RegisteredSheet};

use crate::commands::Context;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::output::{Table, for_people};

pub(super) fn run(context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let register = context.unlock(&mut vault)?.envelope_register()?;
    let outcome = Outcome::read(
        Data::Table(table(&register)),
        Json::Value(to_json(&register)),
    );
    let outcome = match register.drilled {
        Some((record, at)) => outcome.remark(format!(
            "last drill in which every key opened: {} (record {record})",
            for_people(at)
        )),
        None => outcome.remark("there has been no drill yet: coffer envelope drill"),
    };
    let openings = register.openings.iter().map(in_words);
    Ok(openings.fold(outcome, Outcome::remark))
}

fn table(register: &EnvelopeRegister) -> Table {
    let headings = [
        "Sheet",
        "Holder",
        "Made",
        "Sealed in",
        "Stands",
        "Last seen",
        "Bag",
    ];
    let mut table = Table::new(headings);
    for sheet in &register.sheets {
        let epochs: Vec<String> = sheet.epochs.iter().map(Epoch::to_string).collect();
        let seen = sheet
            .seen
            .map(|(found, at)| format!("{found}, {}", for_people(at)));
        table.row([
            sheet.serial.to_string(),
            sheet.holder.clone(),
            for_people(sheet.issued),
            epochs.join(", "),
            sheet.standing.name().to_owned(),
            seen.unwrap_or_default(),
            sheet.bag.clone().unwrap_or_default(),
        ]);
    }
    table
}

/// An opening in a sentence.
fn in_words(opening: &RegisteredOpening) -> String {
    let word = |name: &str, none: &str| {
        let word = opening.words.get(name);
        word.map_or_else(|| none.to_owned(), Clone::clone)
    };
    let (record, asked) = (opening.record, for_people(opening.asked));
    let opener = word("opener", "somebody whose name you may not read");
    let ended = match opening.released {
        Some(at) => format!("opened on {}", for_people(at)),
        None => "never opened".to_owned(),
    };
    format!(
        "opening in record {record}: asked for by {opener} on {asked}, {ended}; why: {}; seen by: {}",
        word("reason", "-"),
        word("witnesses", "nobody who was named")
    )
}

fn to_json(register: &EnvelopeRegister) -> Value {
    let sheets = register.sheets.iter().map(|sheet: &RegisteredSheet| {
        json!({
            "serial": sheet.serial.as_str(),
            "holder": sheet.holder,
            "issued": sheet.issued,
            "epochs": sheet.epochs.iter().map(|epoch| epoch.get()).collect::<Vec<_>>(),
            "standing": sheet.standing.name(),
            "found": sheet.seen.map(|(found, _)| found.name()),
            "seen": sheet.seen.map(|(_, at)| at),
            "bag": sheet.bag,
        })
    });
    let openings = register.openings.iter().map(|opening| {
        json!({
            "record": opening.record.get(),
            "asked": opening.asked,
            "released": opening.released,
            "opener": opening.words.get("opener"),
            "reason": opening.words.get("reason"),
            "witnesses": opening.words.get("witnesses"),
        })
    });
    json!({
        "schema": "coffer.report.envelopes/1",
        "sheets": sheets.collect::<Vec<_>>(),
        "openings": openings.collect::<Vec<_>>(),
        "drilled": register.drilled.map(|(_, at)| at),
    })
}
