//! The report for the auditor: one page without a script, the exceptions first.

use vault_core::audit::exception::Exception;
use vault_core::vault::log::LogLine;

use super::super::{in_words, why};
use super::readme;
use crate::output::for_people;
use crate::output::html::text;

const STYLE: &str = "body{font:16px/1.5 sans-serif;margin:2em auto;max-width:75em;padding:0 1em;\
color:#111;background:#fff}table{border-collapse:collapse;width:100%}caption{text-align:left}\
th,td{border:1px solid #767676;padding:.3em .5em;text-align:left;vertical-align:top}\
th{background:#eee}pre,td{overflow-wrap:anywhere}pre{white-space:pre-wrap}\
.box{border:3px solid #111;padding:0 1em}tr.exception td:first-child{font-weight:bold}\
@media print{body{font-size:9pt;margin:0;max-width:none}thead{display:table-header-group}\
tr{break-inside:avoid}.box{break-inside:avoid}}";

/// The columns of both tables.
const COLUMNS: &str = "<thead><tr><th scope=\"col\">Record</th><th scope=\"col\">Time</th>\
<th scope=\"col\">What was done</th><th scope=\"col\">Outcome</th><th scope=\"col\">Who</th>\
<th scope=\"col\">To what</th><th scope=\"col\">Why and other words</th>\
<th scope=\"col\">Noted as</th></tr></thead>\n<tbody>\n";

/// Everything up to the rows of the exceptions.
pub(super) fn head(origin: &str, size: u64, checkpoint: &str) -> String {
    let lines: Vec<_> = checkpoint.lines().map(text).collect();
    let (origin, checkpoint, command) = (text(origin), lines.join("\n"), text(readme::COMMAND));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>Access log of {origin}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>Access log of {origin}</h1>\n\
         <p>{size} records, oldest first, numbered from 0.</p>\n\
         <div class=\"box\">\n<h2>How to check this</h2>\n\
         <p>This page is made from the files beside it and proves nothing by itself. The checkpoint \
         over all records is:</p>\n<pre>{checkpoint}</pre>\n\
         <p>Compare it with a copy that was kept elsewhere, such as in the minutes. To recompute it \
         from the records, run in this folder:</p>\n<pre>{command}</pre>\n\
         <p>README.txt says what that does and how to do it without that command, the signatures \
         included.</p>\n</div>\n<h2>Exceptions</h2>\n\
         <p>Refusals, failures, openings, incidents, and files put in the place of newer ones.</p>\n\
         <table>\n{COLUMNS}"
    )
}

/// Between the rows of the exceptions and those of every record.
pub(super) fn middle() -> String {
    format!("</tbody>\n</table>\n<h2>Every record</h2>\n<table>\n{COLUMNS}")
}

/// After the last row.
pub(super) const FOOT: &str = "</tbody>\n</table>\n</body>\n</html>\n";

/// One record.
pub(super) fn row(line: &LogLine, exception: Option<Exception>) -> String {
    let record = &line.record;
    let what = line.object.as_deref().or(line.subject.as_deref());
    let reason = Some(why(line)).filter(|reason| !reason.is_empty());
    let others = line.words.iter().filter(|(name, _)| *name != "reason");
    let others = others.map(|(name, word)| format!("{name}: {word}"));
    let words: Vec<String> = reason.into_iter().chain(others).collect();
    let class = exception.map_or("", |_| " class=\"exception\"");
    format!(
        "<tr{class}><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>\
         <td>{}</td></tr>\n",
        record.seq,
        for_people(record.time),
        text(in_words(record)),
        record.outcome.name(),
        text(line.actor.as_deref().unwrap_or_default()),
        text(what.unwrap_or_default()),
        text(&words.join("; ")),
        exception.map_or("", Exception::name),
    )
}
