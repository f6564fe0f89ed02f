//! `coffer log sample`: the records that an auditor looks at, drawn so that nobody could steer it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use vault_core::audit::record::Record;
use vault_core::id::RecordSeq;
use vault_core::person::Role;
use vault_core::vault::extract::Extract;
use vault_core::vault::sample::Sample;

use super::extract::{self, Chosen};
use super::folder;
use super::in_words;
use crate::args::SampleArgs;
use crate::commands::Context;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::output::{Table, escape, for_people};

pub(super) fn run(args: &SampleArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if let Some(path) = &args.folder {
        folder::refuse_taken(path)?;
    }
    let sample = context.looked_at()?.sample(args.n, &args.word, args.size)?;
    let Some(path) = &args.folder else {
        return Ok(shown(&sample));
    };
    let word = escape::line(&sample.word);
    let what = format!(
        "a sample of {} of the first {} records by the word \"{word}\"",
        sample.records.len(),
        sample.size
    );
    let numbers = sample.records.iter().map(|record| record.seq);
    let asked = Extract {
        records: Some(numbers.collect()),
        under: Some(sample.size),
        ..Extract::default()
    };
    let chosen = Chosen {
        what: &what,
        rule: &rule(args.n, &sample),
        asked: &asked,
    };
    extract::write(&chosen, path, context)
}

/// What was drawn, by what stands in clear.
fn shown(sample: &Sample) -> Outcome {
    let mut table = Table::new(["Record", "Time", "Event", "Outcome", "Role"]);
    for record in &sample.records {
        table.row([
            record.seq.to_string(),
            for_people(record.time),
            in_words(record).to_owned(),
            record.outcome.name().to_owned(),
            record.role.map_or("", Role::name).to_owned(),
        ]);
    }
    let records: Vec<Value> = sample.records.iter().map(to_json).collect();
    let json = json!({
        "schema": "coffer.sample/1",
        "size": sample.size,
        "root": sample.root.to_string(),
        "checkpoint": sample.checkpoint,
        "word": sample.word,
        "records": records,
    });
    Outcome::read(Data::Table(table), Json::Value(json))
        .remark(format!(
            "drawn by the word \"{}\" from the first {} records; root {}",
            sample.word, sample.size, sample.root
        ))
        .remark("next: give a folder too, and the drawn records are written out with their proofs")
}

fn to_json(record: &Record) -> Value {
    json!({
        "seq": record.seq.get(),
        "time": record.time,
        "event": record.event.name(),
        "outcome": record.outcome.name(),
        "role": record.role.map(Role::name),
        "under": record.under.map(RecordSeq::get),
    })
}

/// How anybody redoes the draw, as the Python that does it.
fn rule(count: u64, sample: &Sample) -> String {
    let root = BASE64_STANDARD.encode(sample.root.as_bytes());
    // A text in JSON is one in Python too.
    let word = Value::from(sample.word.as_str());
    format!(
        "
HOW THE RECORDS WERE DRAWN

By SHA-256 of the root of \"checkpoint\" and of the auditor's word, in lower case. With Python 3 this
prints the same numbers:

    from hashlib import sha256; from base64 import b64decode
    root, size, count, word = b64decode(\"{root}\"), {size}, {count}, {word}
    drawn, number = set(range(size if count >= size else 0)), 0
    while len(drawn) < min(count, size):
        data = b\"coffer/v1/sample\\n\" + root + number.to_bytes(8, \"big\") + word.encode()
        first = int.from_bytes(sha256(data).digest()[:8], \"big\")
        if first < 2**64 - 2**64 % size: drawn.add(first % size)
        number += 1
    print(sorted(drawn))
",
        size = sample.size
    )
}
