//! `coffer log extract`: some records in a folder, each with its proof.

use vault_core::audit::in_period::Population;
use vault_core::time::Timestamp;
use vault_core::time::london;
use vault_core::vault::extract::Extract;

use super::folder::{self, whose};
use crate::args::ExtractArgs;
use crate::commands::Context;
use crate::faces::export_page::Contents;
use crate::faces::export_readme;
use crate::failure::Failure;
use crate::files::PrivateFolder;
use crate::outcome::{Json, Outcome};
use crate::output::escape;
use crate::words::about::READ_FIRST;
use crate::words::population;

pub(super) fn run(args: &ExtractArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let from = args.from.as_deref().map(|text| day("--from", text));
    let to = args.to.as_deref().map(|text| day("--to", text));
    let asked = Extract {
        person: args.person.as_deref(),
        entry: args.entry.as_deref(),
        from: from.transpose()?.map(|(from, _)| from),
        until: to.transpose()?.map(|(_, until)| until),
        ..Extract::default()
    };
    if let (Some(from), Some(until)) = (asked.from, asked.until)
        && from >= until
    {
        return Err(Failure::usage(
            "--to is a day before --from".to_owned(),
            "give the earlier day after --from",
        ));
    }
    folder::refuse_taken(&args.folder)?;
    let what = in_words(args);
    let chosen = Chosen {
        what: &what,
        rule: "",
        asked: &asked,
    };
    write(&chosen, &args.folder, context)
}

/// What an extract holds, and why.
pub(super) struct Chosen<'a> {
    pub(super) what: &'a str,
    /// How the choice can be redone, for README.txt.
    pub(super) rule: &'a str,
    pub(super) asked: &'a Extract<'a>,
}

impl Chosen<'_> {
    /// What was chosen, and of how many, where it is by a period.
    fn in_words(&self, population: Option<&Population>) -> String {
        population.map_or_else(
            || self.what.to_owned(),
            |population| format!("{}\n{}", self.what, population::in_words(population)),
        )
    }
}

/// Writes an extract to a place where nothing stands.
pub(super) fn write(
    chosen: &Chosen<'_>,
    path: &std::path::Path,
    context: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    let made = PrivateFolder::create(path)?;
    context.progress("writing the extract...")?;
    let place = path.display().to_string();
    let (what, asked) = (chosen.what, chosen.asked);
    let written = session.extract_log(&place, what, asked, |export| {
        let summary = folder::write(export, &made, &Contents::Extract(what))?;
        let counts = (export.count(), export.size());
        let population = export.population();
        let about = chosen.in_words(population.as_ref());
        let text = export_readme::extract(whose(export), counts, &about, chosen.rule, &summary);
        made.put("README.txt", text.as_bytes())?;
        made.finish()?;
        Ok::<_, Failure>((counts, summary, export.has_words(), population))
    });
    let (record, ((count, size), summary, named, population)) = written?;
    let masked = summary.masked;
    let remark = format!(
        "wrote {count} of {size} records to {place}, each with its proof; README.txt there says how \
         to check them"
    );
    let mut outcome = Outcome::done(&place, record, remark);
    if let Json::Value(json) = &mut outcome.json {
        json["records"] = count.into();
        json["masked"] = masked.into();
        json["population"] = population.as_ref().map(population::to_json).into();
    }
    if let Some(population) = &population {
        outcome = outcome.remark(population::in_words(population));
    }
    if asked.person.is_some() {
        outcome = outcome.remark(left_out(masked)).remark(READ_FIRST);
    }
    Ok(folder::warned(outcome, &summary, named))
}

/// What was left out of an extract about one person.
fn left_out(masked: u64) -> String {
    let named = match masked {
        0 => return "other people are left out".to_owned(),
        1 => "1 record lacks words in which one of them is named".to_owned(),
        n => format!("{n} records lack words in which one of them is named"),
    };
    format!("other people are left out; {named}")
}

/// When a day begins and ends.
pub(super) fn day(option: &str, text: &str) -> Result<(Timestamp, Timestamp), Failure> {
    london::day(text).ok_or_else(|| {
        Failure::usage(
            format!("'{text}' after {option} is not a day"),
            "give a day such as 2026-11-21",
        )
    })
}

/// Which records were asked for, for the record of the extract and for whoever reads it.
fn in_words(args: &ExtractArgs) -> String {
    let parts = [
        ("what concerns", &args.person),
        ("what is about the entry", &args.entry),
        ("from", &args.from),
        ("to", &args.to),
    ];
    let given = parts
        .iter()
        .filter_map(|(how, what)| Some(format!("{how} {}", what.as_deref()?)));
    let given: Vec<String> = given.collect();
    escape::line(&given.join(", ")).into_owned()
}
