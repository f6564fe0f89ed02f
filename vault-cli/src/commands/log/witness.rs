//! `coffer log witness`: the witnesses that the policy names, and their word for the log.

use std::path::Path;

use serde_json::{Value, json};
use vault_core::tlog::answer::Answer;
use vault_core::tlog::checkpoint::Checkpoint;
use vault_core::tlog::cosignature::Cosigner;
use vault_core::tlog::note;
use vault_core::vault::witnesses::NamedWitness;

use crate::args::LogWitnessCommand;
use crate::commands::Context;
use crate::commands::witness::read;
use crate::failure::Failure;
use crate::files::PrivateFile;
use crate::outcome::{Data, Json, Outcome};
use crate::output::{Table, counted, for_people};

pub(super) fn run(
    command: &LogWitnessCommand,
    context: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    match command {
        LogWitnessCommand::Add { key } => add(key, context),
        LogWitnessCommand::Drop { name } => drop_one(name, context),
        LogWitnessCommand::List => list(context),
        LogWitnessCommand::Keys => keys(context),
        LogWitnessCommand::Request { name, out, old } => request(name, out, *old, context),
        LogWitnessCommand::Take { answer } => take(answer, context),
    }
}

fn add(key: &str, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let key: Cosigner = key.trim().parse().map_err(|_| {
        Failure::usage(
            "that is not the public key of a witness, or a letter of it is wrong",
            "give the whole line that coffer witness found prints there",
        )
    })?;
    let name = key.name.clone();
    let mut vault = context.vault()?;
    let record = context.unlock(&mut vault)?.name_witness(key)?;
    let remark = format!("coffer log verify asks for the word of {name} from now on");
    Ok(Outcome::done(&name, record, remark).remark(
        "next: give it the keys that coffer log witness keys prints, then coffer log witness \
         request",
    ))
}

fn drop_one(name: &str, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let record = context.unlock(&mut vault)?.drop_witness(name)?;
    let remark = format!("{name} is not asked any more; what it vouched for stays on record");
    Ok(Outcome::done(&name, record, remark))
}

fn list(context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let named = context.looked_at_even_rolled_back()?.witnesses()?;
    let mut table = Table::new(["Witness", "Records", "As of", "Record"]);
    for NamedWitness { cosigner, head } in &named {
        table.row([
            cosigner.name.to_string(),
            head.map_or_else(String::new, |head| head.size.to_string()),
            head.map_or_else(String::new, |head| for_people(head.time)),
            head.map_or_else(String::new, |head| head.record.to_string()),
        ]);
    }
    let json = json!({
        "schema": "coffer.witnesses/1",
        "witnesses": named.iter().map(to_json).collect::<Vec<_>>(),
    });
    let outcome = Outcome::read(Data::Table(table), Json::Value(json));
    Ok(if named.is_empty() {
        outcome.remark("no witness is named: coffer log witness add KEY names one")
    } else {
        outcome
    })
}

/// A named witness for programs.
fn to_json(witness: &NamedWitness) -> Value {
    json!({
        "name": witness.cosigner.name.as_str(),
        "vkey": witness.cosigner.to_string(),
        "size": witness.head.map(|head| head.size),
        "time": witness.head.map(|head| head.time),
        "record": witness.head.map(|head| head.record.get()),
    })
}

fn keys(context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let keys = context.looked_at()?.head_keys()?;
    let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    let json = json!({ "schema": "coffer.head-keys/1", "keys": keys });
    Ok(Outcome::read(Data::Lines(keys), Json::Value(json)))
}

fn request(
    name: &str,
    out: &Path,
    old: Option<u64>,
    context: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    let mut vault = context.looked_at()?;
    let not_written = |error| Failure::File {
        path: out.to_owned(),
        error,
    };
    let file = PrivateFile::create(out).map_err(not_written)?;
    context.progress("proving that the log goes on from there...")?;
    let request = vault.submission(name, old)?;
    file.finish(request.to_string().as_bytes())
        .map_err(not_written)?;
    let head = Checkpoint::parse(request.note.text()).ok();
    let size = head.map(|head| head.size);
    let json = json!({
        "schema": "coffer.witness-request/1",
        "witness": name,
        "old": request.old_size,
        "size": size,
        "file": out.display().to_string(),
    });
    let outcome = Outcome::read(Data::Nothing, Json::Value(json));
    let size = counted(size.unwrap_or_default(), "record");
    Ok(outcome
        .remark(format!(
            "asked {name} to vouch for the first {size}, in {}",
            out.display()
        ))
        .remark("next: there coffer witness sign, and here coffer log witness take"))
}

fn take(answer: &Path, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let answer = read(answer, note::MAX_LENGTH, "the answer")?;
    let answer = Answer::parse(&answer).map_err(|_| {
        Failure::usage(
            "that is not a witness's answer",
            "give the file that coffer witness sign wrote there",
        )
    })?;
    let mut vault = context.vault()?;
    let taken = context.unlock(&mut vault)?.take_answer(&answer)?;
    let (name, head) = (&taken.witness, &taken.head);
    let remark = format!(
        "{name} vouches for the first {}, as of {}",
        counted(head.size, "record"),
        for_people(head.time)
    );
    let mut outcome = Outcome::done(name, taken.record, remark);
    if let Json::Value(json) = &mut outcome.json {
        json["size"] = head.size.into();
        json["time"] = json!(head.time);
    }
    Ok(outcome)
}
