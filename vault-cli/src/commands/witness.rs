//! `coffer witness`: the other computer, which sees the heads of logs and remembers them.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vault_core::crypto::random::OsEntropy;
use vault_core::time::Clock;
use vault_core::tlog::note::{MAX_LENGTH as LONGEST_KEYS, Name};
use vault_core::tlog::submission;
use vault_core::witness::{KeptHead, KnownLog, Trust, Witness, WitnessError};

use super::Context;
use crate::args::{WitnessArgs, WitnessCommand};
use crate::clock::SystemClock;
use crate::failure::Failure;
use crate::files::{self, PrivateFile};
use crate::outcome::{Data, Json, Outcome};
use crate::output::{Table, counted, for_people};
use crate::prompt::SourceError;

pub(crate) fn run(args: &WitnessArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let folder = folder(args, context)?;
    match &args.command {
        WitnessCommand::Found { name } => found(&folder, name),
        WitnessCommand::Trust { file, replace } => trust(&folder, file, *replace),
        WitnessCommand::Sign { request, answer } => sign(&folder, request, answer),
        WitnessCommand::List => list(&folder),
        WitnessCommand::Head { origin } => head(&folder, origin.as_deref()),
    }
}

/// Where the witness is: `--folder`, else a folder of its own among what this machine remembers.
fn folder(args: &WitnessArgs, context: &Context<'_>) -> Result<PathBuf, Failure> {
    let habit = || context.config.state.as_ref().map(|it| it.join("witness"));
    args.folder.clone().or_else(habit).ok_or_else(|| {
        Failure::usage(
            "it is not known where the witness keeps its key",
            "give --folder DIR or set COFFER_STATE_DIR",
        )
    })
}

fn found(folder: &Path, name: &str) -> Result<Outcome, Failure> {
    let name: Name = name.parse().map_err(|_| {
        Failure::usage(
            "a witness cannot have that name",
            "take one without blanks and plus signs, such as witness.example.org",
        )
    })?;
    let witness = Witness::found(folder, &name, &mut OsEntropy)?;
    let vkey = witness.cosigner().to_string();
    let json = json!({
        "schema": "coffer.witness/1",
        "name": name.as_str(),
        "vkey": vkey,
        "folder": folder.display().to_string(),
    });
    let outcome = Outcome::read(Data::Lines(vec![vkey]), Json::Value(json));
    Ok(outcome
        .remark(format!("made a witness in {}", folder.display()))
        .remark(
            "next: give the line above to the council for coffer log witness add, and take its \
             log's keys with coffer witness trust",
        ))
}

fn trust(folder: &Path, file: &Path, replace: bool) -> Result<Outcome, Failure> {
    let keys = read(file, LONGEST_KEYS, "the file of keys")?;
    let how = if replace { Trust::Replace } else { Trust::Add };
    let trusted = Witness::open(folder)?.trust(&keys, how)?;
    let logs = trusted
        .iter()
        .map(|log| json!({ "origin": log.origin.as_str(), "keys": log.keys, "new": log.new }));
    let json = json!({
        "schema": "coffer.witness-keys/1",
        "logs": logs.collect::<Vec<_>>(),
    });
    let remarks = trusted.iter().map(|log| {
        format!(
            "{}: {} may sign its heads, {} of them new",
            log.origin,
            counted(log.keys as u64, "key"),
            log.new
        )
    });
    let outcome = Outcome::read(Data::Nothing, Json::Value(json));
    Ok(remarks.fold(outcome, Outcome::remark))
}

/// The answer's file is made before the head is compared, so that a bad name is found in time.
fn sign(folder: &Path, request: &Path, answer: &Path) -> Result<Outcome, Failure> {
    let request = read(request, submission::MAX_LENGTH, "the request")?;
    let witness = Witness::open(folder)?;
    let not_written = |error| Failure::File {
        path: answer.to_owned(),
        error,
    };
    let file = PrivateFile::create(answer).map_err(not_written)?;
    match witness.sign(&request, SystemClock.now()) {
        Ok(head) => {
            let line = format!("{}\n", head.cosignature);
            file.finish(line.as_bytes()).map_err(not_written)?;
            let remark = format!(
                "signed the head of {} with {}: it continues all that this witness has seen",
                head.checkpoint.origin,
                counted(head.checkpoint.size, "record")
            );
            let mut json = head_json(&head);
            json["schema"] = "coffer.cosigned/1".into();
            Ok(Outcome::read(Data::Nothing, Json::Value(json))
                .remark(remark)
                .remark("next: take the answer back: coffer log witness take"))
        }
        Err(WitnessError::Refused(refusal)) => {
            // The size tells the log's own side where it stands.
            if let Some(size) = refusal.why.told_size() {
                let size = format!("{size}\n");
                file.finish(size.as_bytes()).map_err(not_written)?;
            }
            Err(WitnessError::Refused(refusal).into())
        }
        Err(other) => Err(other.into()),
    }
}

fn list(folder: &Path) -> Result<Outcome, Failure> {
    let witness = Witness::open(folder)?;
    let logs = witness.logs()?;
    let mut table = Table::new(["Log", "Keys", "Records", "As of"]);
    for KnownLog { origin, keys, head } in &logs {
        let head = head.as_ref();
        table.row([
            origin.to_string(),
            keys.to_string(),
            head.map_or_else(String::new, |head| head.checkpoint.size.to_string()),
            head.map_or_else(String::new, |head| for_people(head.cosignature.time())),
        ]);
    }
    let known = logs.iter().map(|log| {
        let mut json = log.head.as_ref().map_or_else(|| json!({}), head_json);
        json["origin"] = log.origin.as_str().into();
        json["keys"] = log.keys.into();
        json
    });
    let vkey = witness.cosigner().to_string();
    let json = json!({
        "schema": "coffer.witness-logs/1",
        "vkey": vkey,
        "logs": known.collect::<Vec<_>>(),
    });
    let outcome = Outcome::read(Data::Table(table), Json::Value(json));
    Ok(outcome.remark(format!("this witness is {vkey}")))
}

fn head(folder: &Path, origin: Option<&str>) -> Result<Outcome, Failure> {
    let witness = Witness::open(folder)?;
    let mut logs = witness.logs()?;
    logs.retain(|log| origin.is_none_or(|origin| log.origin.as_str() == origin));
    let unseen = || {
        Failure::not_found(
            "no head of such a log was signed here",
            "coffer witness list shows the logs",
        )
    };
    let log = match &logs[..] {
        [] => return Err(unseen()),
        [log] => log,
        _ => {
            return Err(Failure::usage(
                "this witness knows several logs",
                "name the one that you mean; coffer witness list shows them",
            ));
        }
    };
    let head = log.head.as_ref().ok_or_else(unseen)?;
    let lines = head.note.to_string();
    let mut json = head_json(head);
    json["schema"] = "coffer.witness-head/1".into();
    json["note"] = lines.as_str().into();
    let data = Data::Lines(lines.lines().map(str::to_owned).collect());
    Ok(Outcome::read(data, Json::Value(json)))
}

fn head_json(head: &KeptHead) -> Value {
    json!({
        "origin": head.checkpoint.origin.as_str(),
        "size": head.checkpoint.size,
        "root": head.checkpoint.root.to_string(),
        "time": head.cosignature.time(),
        "cosignature": head.cosignature.to_string(),
    })
}

/// A small file that came from elsewhere.
pub(super) fn read(path: &Path, limit: usize, what: &'static str) -> Result<Vec<u8>, Failure> {
    let read = files::read_at_most(path, limit).map_err(SourceError::from);
    let read = read.and_then(|bytes| bytes.ok_or(SourceError::TooLong { limit }));
    read.map_err(|error| Failure::Source { what, error })
}
