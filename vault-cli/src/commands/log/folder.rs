//! What stands in the folder of an export or an extract.

use std::path::Path;

use serde_json::{Map, json};
use vault_core::audit::ocsf::event::Events;
use vault_core::report::records;
use vault_core::report::table::TableId;
use vault_core::vault::export::{ExportSummary, ExportedRecord, LogExport};

use crate::commands::init::has_folder;
use crate::faces::export_page::{self, Contents};
use crate::faces::{export_csv, export_readme, table_html};
use crate::failure::Failure;
use crate::files::{FileError, NotWritten, PrivateFolder, PrivateWriter};
use crate::outcome::{Json, Outcome};
use crate::output::json_line;

/// Where the rows of every record wait until the exceptions before them are complete.
const WAITING: &str = "report.waiting";

/// Whose log is written out.
pub(super) fn whose<'a>(export: &'a LogExport<'_>) -> export_readme::Whose<'a> {
    (export.council(), export.origin().as_str())
}

/// Refuses a place where something stands, or where there is no folder to stand in.
pub(super) fn refuse_taken(path: &Path) -> Result<(), Failure> {
    let refused = |error| {
        let path = path.to_owned();
        Err(Failure::File { path, error })
    };
    if path.symlink_metadata().is_ok() {
        return refused(FileError::Exists);
    }
    if !has_folder(path) {
        return refused(FileError::NoFolder);
    }
    Ok(())
}

/// What has to be known of what was written.
pub(super) fn warned(mut outcome: Outcome, summary: &ExportSummary, named: bool) -> Outcome {
    let (unread, erased) = (summary.unread, summary.erased.values().sum::<u64>());
    if let Json::Value(json) = &mut outcome.json {
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
    outcome
}

/// Writes everything but README.txt.
pub(super) fn write(
    export: &mut LogExport<'_>,
    folder: &PrivateFolder,
    contents: &Contents<'_>,
) -> Result<ExportSummary, Failure> {
    folder.folder("proofs")?;
    if matches!(contents, Contents::Whole) {
        folder.folder("checkpoints")?;
    }
    let mut files = Files::begin(export, folder, contents)?;
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
    Ok(summary)
}

/// The files that grow by every record.
struct Files {
    lines: PrivateWriter,
    details: PrivateWriter,
    csv: PrivateWriter,
    html: PrivateWriter,
    waiting: PrivateWriter,
    ocsf: PrivateWriter,
    events: Events,
    whole: bool,
}

impl Files {
    fn begin(
        export: &LogExport<'_>,
        folder: &PrivateFolder,
        contents: &Contents<'_>,
    ) -> Result<Self, NotWritten> {
        let mut files = Self {
            lines: folder.file("entries.jsonl")?,
            details: folder.file("details.jsonl")?,
            csv: folder.file("report.csv")?,
            html: folder.file("report.html")?,
            waiting: folder.file(WAITING)?,
            ocsf: folder.file("ocsf.jsonl")?,
            events: Events::new(export.origin().as_str()),
            whole: matches!(contents, Contents::Whole),
        };
        files.csv.write(export_csv::head().as_bytes())?;
        let head = export_page::head(export, contents);
        files.html.write(head.as_bytes())?;
        Ok(files)
    }

    fn take(&mut self, exported: &ExportedRecord, folder: &PrivateFolder) -> Result<(), Failure> {
        folder.proceed()?;
        let record = &exported.shown.record;
        self.lines.write(&exported.line)?;
        self.lines.write(b"\n")?;
        if let Some(details) = &exported.details
            && !details.is_empty()
        {
            let words = details.salted_words();
            let words: Map<_, _> = words
                .map(|(name, salt, word)| (name.to_owned(), json!([salt, word])))
                .collect();
            let line = json!({ "seq": record.seq.get(), "details": words });
            self.details.write(&json_line(&line)?)?;
        }
        if let Some(note) = exported.checkpoint.as_ref().filter(|_| self.whole) {
            let name = format!("checkpoints/{}", record.seq.get() + 1);
            folder.put(&name, note.as_bytes())?;
        }
        let event = self.events.take(&exported.shown, &exported.exceptions);
        self.ocsf.write(&json_line(&event)?)?;
        let row = export_csv::row(&exported.shown, &exported.exceptions);
        self.csv.write(row.as_bytes())?;
        let cells = records::row(&exported.shown, &exported.exceptions);
        if !exported.exceptions.is_empty() {
            let row = table_html::row(TableId::Exceptions, &records::COLUMNS, &cells);
            self.html.write(row.as_bytes())?;
        }
        let row = table_html::row(TableId::Records, &records::COLUMNS, &cells);
        self.waiting.write(row.as_bytes())?;
        Ok(())
    }

    fn finish(mut self) -> Result<(), NotWritten> {
        self.html.write(export_page::middle().as_bytes())?;
        self.html.take_over(self.waiting)?;
        self.html.write(export_page::foot().as_bytes())?;
        for file in [self.lines, self.details, self.csv, self.html, self.ocsf] {
            file.finish()?;
        }
        Ok(())
    }
}
