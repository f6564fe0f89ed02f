//! A report for programs.

use serde_json::{Map, Value, json};
use vault_core::audit::event::Step;
use vault_core::report::Report;
use vault_core::report::table::{Cell, Column, Table, Term};
use vault_core::report::year::FinancialYear;

use crate::words::population;

/// The report: what it is about, then each table under its name, as objects with a member for each
/// column.
pub(crate) fn value(report: &Report) -> Value {
    let mut value = json!({
        "schema": format!("coffer.report.{}/1", report.kind.name()),
        "council_name": report.council,
        "origin": report.origin,
        "records": report.records,
        "checkpoint": report.checkpoint,
        "anchor": report.anchor.map(|anchor| anchor.to_string()),
        "made": report.made,
        "by": report.by,
        "words": report.has_words,
        "year": report.year.map(|year| year.to_string()),
        "from": report.year.map(FinancialYear::from),
        "until": report.year.map(FinancialYear::until),
        "about": report.person,
        "population": report.population.as_ref().map(population::to_json),
    });
    for table in &report.tables {
        value[table.id.name()] = rows(table);
    }
    value
}

fn rows(table: &Table) -> Value {
    let rows = table.rows.iter().map(|row| {
        let mut members = Map::new();
        for (column, cell) in table.columns.iter().zip(row) {
            put(&mut members, *column, cell);
        }
        Value::Object(members)
    });
    rows.collect()
}

fn put(members: &mut Map<String, Value>, column: Column, cell: &Cell) {
    let name = column.name().to_owned();
    match cell {
        Cell::Term(Term::Event(event, step, _)) => {
            members.insert(name, event.name().into());
            members.insert("step".to_owned(), step.map(Step::name).into());
        }
        Cell::Said(reason, others) => {
            let others = others
                .iter()
                .map(|(name, word)| (name.clone(), json!(word)));
            members.insert(name, json!(reason));
            members.insert("words".to_owned(), Value::Object(others.collect()));
        }
        Cell::Hidden => {
            members.insert(name.clone(), Value::Null);
            let hidden = members.entry("hidden").or_insert_with(|| json!([]));
            if let Value::Array(names) = hidden {
                names.push(name.into());
            }
        }
        other => {
            members.insert(name, plain(other));
        }
    }
}

fn plain(cell: &Cell) -> Value {
    match cell {
        Cell::Text(text) => json!(text),
        Cell::Texts(texts) => json!(texts),
        Cell::Number(number) => json!(number),
        Cell::Record(record) => json!(record),
        Cell::Records(records) => json!(records),
        Cell::Time(time) => json!(time),
        Cell::Times(times) => json!(times),
        Cell::Term(term) => term.name().into(),
        Cell::Terms(terms) => terms.iter().map(|term| term.name()).collect(),
        Cell::By(who, record) => json!({ "by": who, "record": record }),
        _ => Value::Null,
    }
}
