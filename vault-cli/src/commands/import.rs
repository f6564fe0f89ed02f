//! `coffer import`: bringing in another program's export. Without `--apply` it only says what would
//! be done.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::{Value, json};
use vault_core::exchange::{self, MAX_FILE, Note};
use vault_core::secret::SecretBytes;
use vault_core::vault::import::{Left, Plan};

use super::Context;
use crate::args::ImportArgs;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::output::Table;
use crate::prompt::SourceError;
use crate::words::import;

pub(crate) fn run(args: &ImportArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let reading = exchange::read(&whole(&args.file)?)?;
    let warning = warning(&args.file);
    let format = reading.format.to_string();
    let collection = args.collection.as_deref();
    let mut session = context.unlock(&mut vault)?;
    context.progress(&format!("reading {} rows...", reading.rows))?;
    let (plan, done) = if args.apply {
        let imported = session.import(reading, collection)?;
        (imported.plan, Some((imported.collection, imported.record)))
    } else {
        (session.plan_import(reading, collection)?, None)
    };
    let json = json!({
        "schema": if done.is_some() { "coffer.done/1" } else { "coffer.import/1" },
        "id": done.map(|(id, _)| id.to_string()),
        "format": format,
        "applied": args.apply,
        "rows": plan.rows,
        "new": plan.new,
        "already_there": plan.merged,
        "skipped": plan.skipped.iter().map(skipped_json).collect::<Vec<_>>(),
        "folders": plan.folders.iter().map(folder_json).collect::<Vec<_>>(),
        "notes": plan.notes.iter().map(note_json).collect::<Vec<_>>(),
        "record": done.map(|(_, record)| record.get()),
    });
    let mut outcome = Outcome::read(Data::Table(table(&plan)), Json::Value(json));
    outcome.remarks = remarks(&plan, &format, args);
    outcome.remarks.extend(warning);
    if args.apply {
        outcome = outcome.remark(format!(
            "next: look through the entries, then delete the export file {}",
            args.file.display()
        ));
    } else {
        outcome = outcome.remark("nothing was changed; add --apply to do it");
    }
    if !plan.skipped.is_empty() {
        outcome = outcome.status(ExitStatus::Found);
    }
    Ok(outcome)
}

/// The whole file in erased memory; one byte more than may be is left for the reader to refuse.
fn whole(path: &Path) -> Result<SecretBytes, Failure> {
    let mut bytes = SecretBytes::zeroed(0);
    let mut len = 0;
    let mut read = || -> std::io::Result<()> {
        let mut file = File::open(path)?;
        // A pipe has no length of its own.
        let expected = match file.metadata()? {
            plain if plain.is_file() => plain.len(),
            _ => u64::MAX,
        };
        let room = usize::try_from(expected).unwrap_or(MAX_FILE).min(MAX_FILE);
        bytes = SecretBytes::zeroed(room + 1);
        loop {
            match file.read(&mut bytes.expose_mut()[len..])? {
                0 => return Ok(()),
                read => len += read,
            }
        }
    };
    read().map_err(|error| Failure::Source {
        what: "the export file",
        error: SourceError::from(error),
    })?;
    bytes.truncate(len);
    Ok(bytes)
}

fn table(plan: &Plan) -> Table {
    let mut table = Table::new(["Folder", "Entries", "Goes to"]);
    for (folder, count, collection) in &plan.folders {
        table.row([
            folder.clone(),
            count.to_string(),
            collection.clone().unwrap_or_default(),
        ]);
    }
    table
}

fn remarks(plan: &Plan, format: &str, args: &ImportArgs) -> Vec<String> {
    let verb = if args.apply {
        "imported"
    } else {
        "would import"
    };
    let mut remarks = vec![format!(
        "{format}: {verb} {} new; rows = new + already there + skipped: {} = {} + {} + {}",
        plan.new,
        plan.rows,
        plan.new,
        plan.merged,
        plan.skipped.len()
    )];
    remarks.extend(plan.skipped.iter().map(|left| {
        let (row, why) = (left.row, import::left(&left.reason));
        match left.line {
            Some(line) => format!("skipped row {row} (line {line}): {why}"),
            None => format!("skipped row {row}: {why}"),
        }
    }));
    let notes = plan.notes.iter();
    remarks.extend(notes.map(|note| format!("row {}: {}", note.row, import::noted(note.what))));
    remarks
}

/// What is said of an export that others can read.
fn warning(file: &Path) -> Option<String> {
    others_may_read(file).then(|| {
        format!(
            "warning: others on this computer may read {}: delete it soon",
            file.display()
        )
    })
}

#[cfg(unix)]
fn others_may_read(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;

    file.metadata()
        .is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

/// Elsewhere who may read a file is not known here.
#[cfg(not(unix))]
fn others_may_read(_: &Path) -> bool {
    false
}

fn skipped_json(left: &Left) -> Value {
    json!({
        "row": left.row,
        "line": left.line,
        "reason": left.reason.name(),
        "detail": import::left(&left.reason),
    })
}

fn note_json(note: &Note) -> Value {
    json!({ "row": note.row, "what": note.what.name() })
}

fn folder_json((folder, count, collection): &(String, usize, Option<String>)) -> Value {
    json!({ "folder": folder, "entries": count, "collection": collection })
}
