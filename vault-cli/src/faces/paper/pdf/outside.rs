//! The page for the outside of the envelope.

use super::{BOTTOM, PAGE, TOP};
use crate::faces::paper::outside::{CHECKS, CHECKS_TITLE, FEWEST_CHECKS, Outside, Rows, WARNING};
use crate::faces::paper::setter::{Column, PALE, Setter, USUAL, number};
use crate::output::pdf::{Font, Ink, Mark, Role, WIDTH};

/// Where the names are so long that they do not fit, the page is set in smaller letters.
pub(super) fn set(set: &mut Setter<'_>, outside: &Outside) {
    for smaller in [USUAL, 10.0, 8.0, 7.0] {
        if put(&mut set.trial(), outside) > BOTTOM {
            set.size = smaller;
        }
    }
    put(set, outside);
}

fn put(set: &mut Setter<'_>, outside: &Outside) -> f64 {
    if outside.specimen.is_some() {
        set.adorn(Mark::Watermark("SPECIMEN"));
    }
    let top = warning(set) + 10.0;
    let top = label(set, outside, top) + 8.0;
    let top = set.running(PAGE, top, outside.notice) + 2.0;
    let typed = (Font::Typed, set.size, Ink::BLACK);
    let top = set.within(Role::Paragraph, |set| {
        set.paragraph(PAGE, top, typed, &outside.report)
    });
    // What is left after the forms is shared out, so that hands have room.
    let rows: usize = outside.forms.iter().map(|(_, rows)| rows.len()).sum();
    let heads = (set.size * 1.8 + 8.0) * number(outside.forms.len() + 1);
    let row = (BOTTOM - top - heads - set.size) / number(rows + CHECKS);
    let row = row.clamp(set.size * 1.5, 24.0);
    let mut top = top + 8.0;
    for (title, rows) in outside.forms {
        top = form(set, title, rows, (top, row)) + 8.0;
    }
    checks(set, outside, (top, row))
}

fn warning(set: &mut Setter<'_>) -> f64 {
    const HIGH: f64 = 98.0;
    set.adorn(Mark::Frame(PAGE.rect(TOP, HIGH), 5.0));
    let (font, size) = (Font::Bold, 34.0);
    set.within(Role::Title, |set| {
        for (line, base) in WARNING.into_iter().zip([43.0, 83.0]) {
            let text = line.to_uppercase();
            let left = (WIDTH - font.width(&text, size)) / 2.0;
            set.line((left, TOP + base), (font, size, Ink::BLACK), text + " ");
        }
    });
    TOP + HIGH
}

/// Its number, who keeps it, and whose it is.
fn label(set: &mut Setter<'_>, outside: &Outside, top: f64) -> f64 {
    let [left, right] = [(0.0, 0.44), (0.48, 0.52)].map(|(from, width)| Column {
        left: PAGE.left + from * PAGE.width,
        width: width * PAGE.width,
    });
    let small = (Font::Regular, set.size, PALE);
    let one = set.within(Role::Paragraph, |set| {
        let below = set.paragraph(left, top, small, "Sheet");
        let serial = (&[36.0, 28.0, 22.0, 18.0][..], outside.serial.as_str());
        set.fitted(left, below - 4.0, (Font::Bold, Ink::BLACK, 52.0), serial)
    });
    let size = set.size;
    let other = set.within(Role::Paragraph, |set| {
        let below = set.paragraph(right, top, small, outside.kept);
        let sizes = &[size + 5.0, size][..];
        let large = (Font::Bold, Ink::BLACK, 44.0);
        set.fitted(right, below, large, (sizes, &outside.holder))
    });
    let other = set.running(right, other, &outside.council);
    let vault = format!("Vault {}", outside.vault);
    let end = set.running(right, other, &vault).max(one);
    let bold = (Font::Bold, size, Ink::BLACK);
    match outside.specimen {
        Some(said) => set.within(Role::Paragraph, |set| {
            set.paragraph(PAGE, end + 4.0, bold, said)
        }),
        None => end,
    }
}

/// Lines to be written on, behind their labels.
fn form(set: &mut Setter<'_>, title: &'static str, rows: Rows, (top, high): (f64, f64)) -> f64 {
    let mut base = set.heading(PAGE, top, title) - 4.0;
    for row in rows {
        base += high;
        for (label, column) in row.iter().zip(PAGE.split(row.len(), 24.0)) {
            set.blank(column, base, label);
        }
    }
    base + 4.0
}

/// Room for those who look whether the envelope is still sealed.
fn checks(set: &mut Setter<'_>, outside: &Outside, (top, high): (f64, f64)) -> f64 {
    let top = set.heading(PAGE, top, CHECKS_TITLE);
    let style = (Font::Regular, set.size, PALE);
    for (name, column) in outside.checks.into_iter().zip(PAGE.split(4, 14.0)) {
        set.within(Role::Paragraph, |set| {
            set.line((column.left, top + set.size), style, name);
        });
    }
    let mut base = top + set.size + 2.0;
    for row in 0..CHECKS {
        // Long names take the room of a row or two.
        if row >= FEWEST_CHECKS && base + high > BOTTOM {
            break;
        }
        base += high;
        for column in PAGE.split(4, 14.0).take(4) {
            set.rule(column, base);
        }
    }
    base
}
