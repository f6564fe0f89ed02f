//! `coffer log export`: the log in a folder that any programmer can check without this program.

mod csv;
mod page;
mod readme;

use std::path::Path;

use serde_json::{Map, json};
use vault_core::vault::export::{ExportSummary, ExportedRecord, LogExport};

use super::Context;
use crate::commands::init::has_folder;
use crate::failure::Failure;
use crate::files::{FileError, NotWritten, PrivateFolder, PrivateWriter};
use crate::outcome::{Json, Outcome};

/// Where the rows of every record wait until the exceptions before them are complete.
const WAITING: &str = "report.waiting";

pub(super) fn run(folder: &Path, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let refused = |error| Failure::File {
        path: folder.to_owned(),
        error,
    };
    if folder.symlink_metadata().is_ok() {
        return Err(refused(FileError::Exists));
    }
    if !has_folder(folder) {
        return Err(refused(FileError::NoFolder));
    }
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    let made = PrivateFolder::create(folder)?;
    context.progress("writing the access log...")?;
    let place = folder.display().to_string();
    let (record, (size, summary, named)) = session.export_log(&place, |export| {
        let summary = write(export, &made)?;
        made.finish()?;
        Ok::<_, Failure>((export.size(), summary, export.has_words()))
    })?;
    let (unread, erased) = (summary.unread, summary.erased.values().sum::<u64>());
    let remark =
        format!("wrote {size} records to {place}; README.txt there says how to check them");
    let mut outcome = Outcome::done(&place, record, remark);
    if let Json::Value(json) = &mut outcome.json {
        json["records"] = size.into();
        json["unread"] = unread.into();
        json["erased"] = erased.into();
    }
    if unread > 0 {
        outcome = outcome.remark(format!(
            "the words of {unread} records are not in it: you may not read them"
        ));
    }
    if erased > 0 {
        outcome = outcome.remark(format!(
            "the words of {erased} records are not in it: they were erased, and README.txt says \
             under which record"
        ));
    }
    if named {
        outcome =
            outcome.remark("it holds names and reasons: give it to nobody who may not read them");
    }
    Ok(outcome)
}

fn write(export: &mut LogExport<'_>, folder: &PrivateFolder) -> Result<ExportSummary, Failure> {
    for name in ["checkpoints", "proofs"] {
        folder.folder(name)?;
    }
    let mut files = Files::begin(export, folder)?;
    let summary = export.records(|record| files.take(&record, folder))?;
    files.finish()?;
    folder.put("checkpoint", export.checkpoint().as_bytes())?;
    let mut keys = folder.file("log.vkeys")?;
    for key in &summary.log_keys {
        keys.write(format!("{key}\n").as_bytes())?;
    }
    keys.finish()?;
    let mut keys = folder.file("members.vkeys")?;
    for member in &summary.members {
        let (actor, role, record) = (&member.actor, &member.role, member.record);
        let line = format!("{}\t{actor}\t{role}\t{record}\n", member.key);
        keys.write(line.as_bytes())?;
    }
    keys.finish()?;
    for proof in &summary.proofs {
        let name = format!("proofs/{}.tlog-proof", proof.index);
        folder.put(&name, proof.to_string().as_bytes())?;
    }
    let text = readme::text(export.origin().as_str(), export.size(), &summary);
    folder.put("README.txt", text.as_bytes())?;
    Ok(summary)
}

/// The files that grow by every record.
struct Files {
    lines: PrivateWriter,
    details: PrivateWriter,
    csv: PrivateWriter,
    html: PrivateWriter,
    waiting: PrivateWriter,
}

impl Files {
    fn begin(export: &LogExport<'_>, folder: &PrivateFolder) -> Result<Self, NotWritten> {
        let mut files = Self {
            lines: folder.file("entries.jsonl")?,
            details: folder.file("details.jsonl")?,
            csv: folder.file("report.csv")?,
            html: folder.file("report.html")?,
            waiting: folder.file(WAITING)?,
        };
        files.csv.write(csv::HEAD.as_bytes())?;
        let (origin, size) = (export.origin().as_str(), export.size());
        let head = page::head(origin, size, export.checkpoint());
        files.html.write(head.as_bytes())?;
        Ok(files)
    }

    fn take(&mut self, exported: &ExportedRecord, folder: &PrivateFolder) -> Result<(), Failure> {
        let record = &exported.shown.record;
        self.lines.write(&exported.line)?;
        self.lines.write(b"\n")?;
        if let Some(details) = &exported.details {
            let words = details.salted_words();
            let words: Map<_, _> = words
                .map(|(name, salt, word)| (name.to_owned(), json!([salt, word])))
                .collect();
            let line = json!({ "seq": record.seq.get(), "details": words });
            self.details.write(format!("{line}\n").as_bytes())?;
        }
        if let Some(note) = &exported.checkpoint {
            let name = format!("checkpoints/{}", record.seq.get() + 1);
            folder.put(&name, note.as_bytes())?;
        }
        self.csv.write(csv::row(&exported.shown).as_bytes())?;
        let exception = exported.exceptions.first().copied();
        let row = page::row(&exported.shown, exception);
        if exception.is_some() {
            self.html.write(row.as_bytes())?;
        }
        self.waiting.write(row.as_bytes())?;
        Ok(())
    }

    fn finish(mut self) -> Result<(), NotWritten> {
        self.html.write(page::middle().as_bytes())?;
        self.html.take_over(self.waiting)?;
        self.html.write(page::FOOT.as_bytes())?;
        for file in [self.lines, self.details, self.csv, self.html] {
            file.finish()?;
        }
        Ok(())
    }
}
