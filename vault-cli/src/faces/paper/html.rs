//! A sheet as one page for a browser, without a script: on paper the outside of the envelope begins a
//! page of its own.

use std::fmt::{self, Write};

use vault_core::secret::SecretBytes;

use super::inside::{Inside, STEPS_TITLE, WORDS_TITLE};
use super::outside::{CHECKS, CHECKS_TITLE, Outside, WARNING};
use super::{COMMAND, Line, QR_SHOWS, Section, Sheet, Size};
use crate::output::erased;
use crate::output::html::text;

const STYLE: &str = include_str!("sheet.css");

/// The page, in a buffer that is erased.
pub(super) fn set(sheet: &Sheet<'_>, size: Size) -> SecretBytes {
    let qr = sheet.qr();
    erased::written(|to| {
        head(to, sheet.serial, size)?;
        page_begins(to, "inside", sheet)?;
        inside(to, &sheet.inside(), |to| {
            words(to, sheet)?;
            qr.write_svg(to, QR_SHOWS)
        })?;
        page_begins(to, "outside", sheet)?;
        outside(to, &sheet.outside())?;
        to.write_str("</body>\n</html>\n")
    })
}

fn head(to: &mut dyn Write, serial: &str, size: Size) -> fmt::Result {
    let class = match size {
        Size::Usual => "",
        Size::Large => " class=\"large\"",
    };
    write!(
        to,
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>Emergency sheet {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body{class}>\n",
        text(serial)
    )
}

fn inside(
    to: &mut dyn Write,
    inside: &Inside,
    words: impl Fn(&mut dyn Write) -> fmt::Result,
) -> fmt::Result {
    let (serial, holder) = (text(&inside.serial), text(&inside.holder));
    write!(
        to,
        "<header><h1>Emergency sheet <b>{serial}</b></h1>\
         <p>{} <b>{holder}</b></p></header>\n<div class=\"facts\">",
        inside.kept
    )?;
    for (label, fact) in &inside.facts {
        write!(to, "<p>{label}: <b>{}</b></p>", text(fact))?;
    }
    to.write_str("</div>\n")?;
    section(to, &inside.when)?;
    section(to, &inside.rule)?;
    write!(to, "<section><h2>{STEPS_TITLE}</h2><ol>")?;
    for (number, step) in (1..).zip(inside.steps) {
        write!(to, "<li>{}", text(step))?;
        if number == 4 {
            write!(to, "<code>{COMMAND}</code>")?;
        }
        to.write_str("</li>")?;
    }
    write!(
        to,
        "</ol></section>\n<section><h2>{WORDS_TITLE}</h2><div class=\"words\">"
    )?;
    words(to)?;
    to.write_str("</div>")?;
    for note in inside.notes {
        write!(to, "<p>{}</p>", text(note))?;
    }
    to.write_str("</section>\n")?;
    inside
        .about
        .iter()
        .try_for_each(|about| section(to, about))?;
    to.write_str("</main>\n")
}

fn words(to: &mut dyn Write, sheet: &Sheet<'_>) -> fmt::Result {
    to.write_str("<ol>")?;
    for number in 1..=2 * Sheet::rows().count() {
        write!(to, "<li>{}</li>", sheet.word(number))?;
    }
    to.write_str("</ol>")
}

fn outside(to: &mut dyn Write, outside: &Outside) -> fmt::Result {
    let Outside {
        serial,
        holder,
        council,
        vault,
        ..
    } = outside;
    let [serial, holder, council, vault] = [serial, holder, council, vault].map(|it| text(it));
    write!(
        to,
        "<h1>{} <br>{}</h1>\n<dl><div><dt>Sheet</dt><dd>{serial}</dd></div>\
         <div><dt>{}</dt><dd>{holder}</dd><dd>{council}</dd>\
         <dd>Vault {vault}</dd></div></dl>\n<p>{}</p>\n\
         <p class=\"typed\">{}</p>\n",
        WARNING[0],
        WARNING[1],
        outside.kept,
        text(outside.notice),
        text(&outside.report)
    )?;
    for (title, rows) in outside.forms {
        write!(to, "<section><h2>{title}</h2>")?;
        for row in rows {
            to.write_str("<div class=\"row\">")?;
            for label in *row {
                write!(to, "<p>{label}</p>")?;
            }
            to.write_str("</div>")?;
        }
        to.write_str("</section>\n")?;
    }
    write!(to, "<section><h2>{CHECKS_TITLE}</h2><table><thead><tr>")?;
    for name in outside.checks {
        write!(to, "<th scope=\"col\">{name}</th>")?;
    }
    to.write_str("</tr></thead><tbody>")?;
    for _ in 0..CHECKS {
        to.write_str("<tr><td></td><td></td><td></td><td></td></tr>")?;
    }
    to.write_str("</tbody></table></section>\n</main>\n")
}

/// Begins a part of the page.
fn page_begins(to: &mut dyn Write, class: &str, sheet: &Sheet<'_>) -> fmt::Result {
    writeln!(to, "<main class=\"{class}\">")?;
    match sheet.specimen() {
        Some(said) => writeln!(
            to,
            "<div class=\"specimen\" aria-hidden=\"true\"><span>SPECIMEN</span></div>\
             <p class=\"said\">{said}</p>"
        ),
        None => Ok(()),
    }
}

fn section(to: &mut dyn Write, section: &Section) -> fmt::Result {
    write!(to, "<section><h2>{}</h2>", section.title)?;
    for line in &section.lines {
        match line {
            Line::Said(said) => write!(to, "<p>{}</p>", text(said))?,
            Line::Blank(label) => write!(to, "<p class=\"blank\">{}</p>", text(label))?,
        }
    }
    to.write_str("</section>\n")
}
