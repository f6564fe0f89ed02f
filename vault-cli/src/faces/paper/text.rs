//! A sheet as plain text of at most 72 columns, the line for programs aside.

use std::fmt::{self, Write};

use vault_core::secret::SecretBytes;

use super::inside::{Inside, STEPS_TITLE, WORDS_TITLE};
use super::outside::{CHECKS, CHECKS_TITLE, Outside, WARNING};
use super::{COMMAND, LINE, Line, Section, Sheet};
use crate::output::erased;
use crate::output::{escape, wrap};

const WIDTH: usize = 72;

const EDGE: &str = "========================================================================";

/// The sheet, in a buffer that is erased.
pub(super) fn set(sheet: &Sheet<'_>) -> SecretBytes {
    erased::written(|to| {
        inside(to, &sheet.inside(), sheet)?;
        outside(to, &sheet.outside())
    })
}

fn inside(to: &mut dyn Write, inside: &Inside, sheet: &Sheet<'_>) -> fmt::Result {
    banner(
        to,
        &format!("EMERGENCY SHEET {}", inside.serial),
        inside.specimen,
    )?;
    wrapped(to, "  ", &format!("{}: {}", inside.kept, inside.holder))?;
    writeln!(to, "{EDGE}\n")?;
    for (label, fact) in &inside.facts {
        wrapped(to, "", &format!("{label}: {fact}"))?;
    }
    section(to, &inside.when)?;
    section(to, &inside.rule)?;
    heading(to, STEPS_TITLE)?;
    for (number, step) in (1..).zip(inside.steps) {
        hanging(to, &format!("  {number}. "), "     ", step)?;
        if number == 4 {
            writeln!(to, "\n         {COMMAND}\n")?;
        }
    }
    heading(to, WORDS_TITLE)?;
    for [left, right] in Sheet::rows() {
        let (one, other) = (sheet.word(left), sheet.word(right));
        writeln!(to, "  {left:>4}  {one:<14}{right:>4}  {other}")?;
    }
    to.write_char('\n')?;
    wrapped(to, "  ", inside.notes[0])?;
    writeln!(to, "\n  The same words once more, for a program to read:\n")?;
    writeln!(to, "{LINE} {}", sheet.words.expose())?;
    inside.about.iter().try_for_each(|about| section(to, about))
}

fn outside(to: &mut dyn Write, outside: &Outside) -> fmt::Result {
    writeln!(
        to,
        "\n\n\nWhat follows belongs on the outside of the envelope.\n"
    )?;
    banner(to, &WARNING.join(" ").to_uppercase(), outside.specimen)?;
    writeln!(to, "  Sheet {}", outside.serial)?;
    wrapped(to, "  ", &format!("{}: {}", outside.kept, outside.holder))?;
    wrapped(to, "  ", &format!("Council: {}", outside.council))?;
    wrapped(to, "  ", &format!("Vault: {}", outside.vault))?;
    writeln!(to, "{EDGE}\n")?;
    wrapped(to, "", outside.notice)?;
    writeln!(to, "\n    {}", outside.report)?;
    for (title, rows) in outside.forms {
        heading(to, title)?;
        for label in rows.concat() {
            writeln!(to, "\n  {label:<12}{:_>58}", "")?;
        }
    }
    heading(to, CHECKS_TITLE)?;
    let [day, bag, whole, by] = outside.checks;
    writeln!(to, "\n  {day:<16}{bag:<18}{whole:<12}{by}")?;
    (0..CHECKS)
        .try_for_each(|_| writeln!(to, "\n  {:_>14}  {:_>16}  {:_>10}  {:_>24}", "", "", "", ""))
}

fn banner(to: &mut dyn Write, title: &str, specimen: Option<&str>) -> fmt::Result {
    writeln!(to, "{EDGE}\n  {title}")?;
    match specimen {
        Some(said) => writeln!(to, "  SPECIMEN. {said}"),
        None => Ok(()),
    }
}

fn heading(to: &mut dyn Write, title: &str) -> fmt::Result {
    writeln!(to, "\n{}", title.to_uppercase())
}

fn section(to: &mut dyn Write, section: &Section) -> fmt::Result {
    heading(to, section.title)?;
    section.lines.iter().try_for_each(|line| match line {
        Line::Said(text) => wrapped(to, "  ", text),
        Line::Blank(label) => {
            let room = (WIDTH - 3).saturating_sub(label.chars().count());
            writeln!(to, "\n  {label} {:_>room$}", "")
        }
    })
}

/// `text` in lines, each after `indent`.
fn wrapped(to: &mut dyn Write, indent: &str, text: &str) -> fmt::Result {
    hanging(to, indent, indent, text)
}

/// The same, with another beginning of the same width before the first line. What a name holds that acts
/// is escaped: whoever wrote it into the vault may have used another program.
fn hanging(to: &mut dyn Write, first: &str, indent: &str, text: &str) -> fmt::Result {
    let room = WIDTH - indent.len();
    let mut before = first;
    for line in wrap::lines(&escape::line(text), |line| line.chars().count() <= room) {
        writeln!(to, "{before}{line}")?;
        before = indent;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faces::paper::tests::{frame, sheet, words};

    fn text() -> String {
        let (mut frame, words) = (frame(), words());
        frame.rule = "any two of the three sheets together open the envelope, and the rest of \
                      this sentence is long enough for a second line"
            .to_owned();
        String::from_utf8(set(&sheet(&frame, &words)).expose().to_vec()).expect("text")
    }

    #[test]
    fn exactly_one_line_holds_the_words_for_programs() {
        let text = text();
        let lines: Vec<&str> = text.lines().filter(|l| l.starts_with("words:")).collect();
        assert_eq!(lines, [format!("words: {}", words().expose())]);
    }

    #[test]
    fn no_line_is_wider_than_paper_but_the_one_for_programs() {
        for line in text().lines() {
            assert!(
                line.chars().count() <= WIDTH || line.starts_with("words:"),
                "{line}"
            );
        }
    }

    #[test]
    fn every_word_stands_numbered_in_a_column() {
        let text = text();
        assert!(text.contains("     1  word1           11  word11\n"));
        assert!(text.contains("    10  word10          20  word20\n"));
    }

    #[test]
    fn the_sheet_says_the_rule_the_command_and_whom_to_give_it_back_to() {
        let text = text();
        for phrase in [
            "Any two of the three",
            "coffer envelope open",
            "FOUND THIS?",
            "CH-0001",
        ] {
            assert!(text.contains(phrase), "{phrase}");
        }
    }
}
