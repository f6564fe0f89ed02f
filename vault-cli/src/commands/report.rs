//! `coffer report`: what the log says, for people who have to answer for it.

use std::path::{Path, PathBuf};

use vault_core::report::Report;
use vault_core::report::table::Table;
use vault_core::report::year::FinancialYear;
use vault_core::vault::reports::About;

use super::Context;
use crate::args::{FormArgs, ReportCommand};
use crate::faces::{table_csv, table_html, table_json, table_text};
use crate::failure::Failure;
use crate::files::PrivateFile;
use crate::outcome::{Data, Json, Outcome};
use crate::words::about;

pub(crate) fn run(command: &ReportCommand, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (about, form) = match command {
        ReportCommand::Accesses { year, form } => (About::Accesses(financial(*year)?), form),
        ReportCommand::Custody { form } => (About::Custody, form),
        ReportCommand::Envelopes { form } => (About::Envelopes, form),
        ReportCommand::Incidents { form } => (About::Incidents, form),
        ReportCommand::Person { name, form } => (About::Person(name), form),
    };
    let to_output = |form: &Option<Option<PathBuf>>| matches!(form, Some(None));
    if to_output(&form.html) && (to_output(&form.csv) || context.global.json)
        || to_output(&form.csv) && context.global.json
    {
        return Err(Failure::usage(
            "standard output takes one form of the report",
            "give the others a file, such as --html report.html",
        ));
    }
    // Bad names are found before anybody is asked for a passphrase.
    let files = [Files::begin(&form.html)?, Files::begin(&form.csv)?];
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    context.progress("reading the access log...")?;
    let report = session.report(about)?;
    told(&report, form, files)
}

/// The financial year that was asked for.
fn financial(first: Option<i16>) -> Result<Option<FinancialYear>, Failure> {
    let year = first.map(|first| {
        FinancialYear::beginning(first).ok_or_else(|| {
            Failure::usage(
                format!("there is no financial year {first}"),
                "give the year in which it begins: --year 2026 is 1 April 2026 to 31 March 2027",
            )
        })
    });
    year.transpose()
}

/// A file that waits for a report.
struct Files<'f> {
    path: &'f Path,
    file: PrivateFile,
}

impl<'f> Files<'f> {
    #[expect(
        clippy::ref_option,
        clippy::option_option,
        reason = "an option of the command line as it was parsed"
    )]
    fn begin(form: &'f Option<Option<PathBuf>>) -> Result<Option<Self>, Failure> {
        let Some(Some(path)) = form else {
            return Ok(None);
        };
        let path = path.as_path();
        let file = PrivateFile::create(path).map_err(|error| failed(path, error))?;
        Ok(Some(Self { path, file }))
    }

    fn finish(self, contents: &str) -> Result<String, Failure> {
        let written = self.file.finish(contents.as_bytes());
        written.map_err(|error| failed(self.path, error))?;
        Ok(format!("wrote {}", self.path.display()))
    }
}

fn failed(path: &Path, error: crate::files::FileError) -> Failure {
    Failure::File {
        path: path.to_owned(),
        error,
    }
}

fn told(
    report: &Report,
    form: &FormArgs,
    files: [Option<Files<'_>>; 2],
) -> Result<Outcome, Failure> {
    let [html_file, csv_file] = files;
    let sheet = match &form.csv {
        Some(_) => Some(table_csv::file(table(report, form.table.as_deref())?)),
        None => None,
    };
    let mut written = Vec::new();
    if let Some(file) = html_file {
        written.push(file.finish(&table_html::file(report))?);
    }
    if let (Some(file), Some(sheet)) = (csv_file, &sheet) {
        written.push(file.finish(sheet)?);
    }
    let data = match (&form.html, &form.csv, sheet) {
        (Some(None), ..) => Data::Document(table_html::file(report)),
        (_, Some(None), Some(sheet)) => Data::Document(sheet),
        (None, None, _) => Data::Tables(table_text::tables(report)),
        _ => Data::Nothing,
    };
    let outcome = Outcome::read(data, Json::Value(table_json::value(report)));
    let outcome = written.into_iter().fold(outcome, Outcome::remark);
    let remarks = [about::limits(report), about::before_handing_on(report.kind)];
    let remarks = remarks.into_iter().flatten();
    Ok(remarks.fold(outcome, Outcome::remark))
}

/// The table of this name; the main one where none is named.
fn table<'r>(report: &'r Report, name: Option<&str>) -> Result<&'r Table, Failure> {
    let main = report.kind.main_table().name();
    let name = name.unwrap_or(main);
    let mut tables = report.tables.iter();
    tables.find(|table| table.id.name() == name).ok_or_else(|| {
        let names: Vec<&str> = report.tables.iter().map(|table| table.id.name()).collect();
        Failure::usage(
            format!("this report has no table {name}"),
            format!("use one of {}", names.join(", ")),
        )
    })
}
