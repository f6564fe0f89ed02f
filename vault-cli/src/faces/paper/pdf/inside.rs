//! The pages for the inside of the envelope: how to open it first, then where things are.

use super::{Flow, GAP, PAGE, TOP};
use crate::faces::paper::inside::{Inside, STEPS_TITLE, WORDS_TITLE};
use crate::faces::paper::setter::{Column, PALE, Setter, number};
use crate::faces::paper::{COMMAND, QR_SHOWS, Sheet};
use crate::output::pdf::{Font, Ink, Mark, Rect, Role};
use crate::output::qr::Qr;

/// The side of the symbol without its quiet modules: 60 millimetres.
const QR_SIDE: f64 = 60.0 / 25.4 * 72.0;

/// Between two lines of words, in parts of their size.
const WORD_ROW: f64 = 1.31;

pub(super) fn set<'a>(set: &mut Setter<'a>, inside: &Inside, sheet: &'a Sheet<'_>, qr: &'a Qr) {
    if inside.specimen.is_some() {
        set.adorn(Mark::Watermark("SPECIMEN"));
    }
    let mut flow = Flow::begin(set, TOP);
    flow.block(GAP, |set, top| banner(set, inside, top));
    flow.block(GAP, |set, top| facts(set, inside, top));
    flow.block(GAP, |set, top| set.section(PAGE, top, &inside.when));
    flow.block(GAP, |set, top| set.section(PAGE, top, &inside.rule));
    flow.block(GAP, |set, top| steps(set, inside, top));
    flow.block(GAP, |set, top| words(set, inside, (sheet, qr), top));
    for section in &inside.about {
        flow.block(GAP, |set, top| set.section(PAGE, top, section));
    }
}

/// White on black: what it is, its number, and who keeps it.
fn banner(set: &mut Setter<'_>, inside: &Inside, top: f64) -> f64 {
    let column = PAGE.inset(16.0);
    let holder = format!("{} {}", inside.kept, inside.holder);
    let put = |set: &mut Setter<'_>| {
        let small = (Font::Regular, set.size, Ink::WHITE);
        let large = (Font::Bold, Ink::WHITE, 38.0);
        let serial = (&[28.0, 22.0, 18.0][..], inside.serial.as_str());
        set.within(Role::Title, |set| {
            set.line(
                (column.left, top + 6.0 + set.size),
                small,
                "EMERGENCY SHEET ",
            );
            set.fitted(column, top + 8.0 + set.size, large, serial)
        })
    };
    let keeper = |set: &mut Setter<'_>, top: f64| {
        let size = set.size + 3.0;
        let sizes = &[size, set.size][..];
        set.within(Role::Paragraph, |set| {
            set.fitted(
                column,
                top,
                (Font::Bold, Ink::WHITE, 2.0 * size),
                (sizes, &holder),
            )
        })
    };
    let mut trial = set.trial();
    let end = put(&mut trial);
    let end = keeper(&mut trial, end) + 8.0;
    set.fill(PAGE, (top, end - top), Ink::BLACK);
    let below = put(set);
    keeper(set, below);
    end
}

/// The council, the vault, and when the sheet was printed.
fn facts(set: &mut Setter<'_>, inside: &Inside, top: f64) -> f64 {
    let mut top = top;
    let size = set.size;
    for (label, fact) in &inside.facts {
        let label = format!("{label}: ");
        let used = Font::Regular.width(&label, size);
        let beside = Column {
            left: PAGE.left + used,
            width: PAGE.width - used,
        };
        top = set.within(Role::Paragraph, |set| {
            let at = (PAGE.left, top + size);
            set.line(at, (Font::Regular, size, Ink::BLACK), label);
            set.paragraph(beside, top, (Font::Bold, size, Ink::BLACK), fact)
        });
    }
    let style = (Font::Bold, size + 1.0, Ink::BLACK);
    inside.specimen.map_or(top, |said| {
        set.within(Role::Paragraph, |set| {
            set.paragraph(PAGE, top + 2.0, style, said)
        })
    })
}

fn steps(set: &mut Setter<'_>, inside: &Inside, top: f64) -> f64 {
    let top = set.heading(PAGE, top, STEPS_TITLE);
    let size = set.size;
    // Near enough to its number to be read as one line.
    let number = size * 1.4;
    let beside = Column {
        left: PAGE.left + number,
        width: PAGE.width - number,
    };
    set.within(Role::List, |set| {
        let mut top = top;
        for (count, step) in (1..).zip(inside.steps) {
            top = set.within(Role::Item, |set| {
                set.within(Role::Label, |set| {
                    let style = (Font::Bold, size, Ink::BLACK);
                    set.line((PAGE.left, top + size), style, format!("{count}. "));
                });
                set.within(Role::Body, |set| {
                    let style = (Font::Regular, size, Ink::BLACK);
                    let below = set.paragraph(beside, top, style, step) + 1.5;
                    match count {
                        4 => command(set, beside, below),
                        _ => below,
                    }
                })
            });
        }
        top
    })
}

/// What has to be typed, in a frame.
fn command(set: &mut Setter<'_>, column: Column, top: f64) -> f64 {
    let (font, size) = (Font::Typed, set.size + 2.0);
    let high = size * 1.7;
    let width = font.width(COMMAND, size) + 24.0;
    let frame = Column { width, ..column }.rect(top + 1.0, high);
    set.adorn(Mark::Frame(frame, 1.0));
    let at = (column.left + 12.0, top + 1.0 + high / 2.0 + size * 0.33);
    set.within(Role::Paragraph, |set| {
        set.line(at, (font, size, Ink::BLACK), COMMAND);
    });
    top + high + 5.0
}

/// The words in two columns, the symbol beside them or, where they are large, below them, and what
/// has to be known of both.
fn words<'a>(
    set: &mut Setter<'a>,
    inside: &Inside,
    (sheet, qr): (&'a Sheet<'_>, &'a Qr),
    top: f64,
) -> f64 {
    let top = set.heading(PAGE, top, WORDS_TITLE) + 2.0;
    let size = set.size * 1.25;
    let quiet = QR_SIDE * number(Qr::QUIET) / number(qr.width());
    let whole = QR_SIDE + 2.0 * quiet;
    let list = size * WORD_ROW * number(Sheet::rows().count()) + 10.0;
    let beside = size < 18.0;
    let high = if beside {
        list.max(whole + 4.0)
    } else {
        list + whole
    };
    let frame = PAGE.rect(top, high);
    set.adorn(Mark::Frame(frame, 1.0));
    let used = if beside { whole + 4.0 } else { 0.0 };
    let room = Column {
        left: PAGE.left,
        width: PAGE.width - used,
    };
    let from = top + if beside { (high - list) / 2.0 } else { 0.0 };
    set.within(Role::List, |set| {
        for (side, column) in room.inset(10.0).split(2, 4.0).take(2).enumerate() {
            let mut base = from + 4.0 + size;
            for numbers in Sheet::rows() {
                word(set, column, (base, size), (numbers[side], sheet));
                base += size * WORD_ROW;
            }
        }
    });
    let symbol = Rect {
        left: if beside {
            PAGE.left + PAGE.width - whole - 2.0
        } else {
            PAGE.left + 8.0
        },
        top: if beside {
            top + (high - whole) / 2.0
        } else {
            top + list - 2.0
        },
        width: whole,
        height: whole,
    };
    set.picture(Mark::Qr(symbol, qr), QR_SHOWS);
    let mut top = top + high + 5.0;
    for note in inside.notes {
        top = set.running(PAGE, top, note) + 2.0;
    }
    top
}

/// A word with its number, of one size, so that the columns are read one after the other.
fn word<'a>(
    set: &mut Setter<'a>,
    column: Column,
    (base, size): (f64, f64),
    (count, sheet): (usize, &'a Sheet<'_>),
) {
    let text = format!("{count} ");
    let left = column.left + size * 1.5 - Font::Regular.width(&text, size);
    set.within(Role::Item, |set| {
        set.within(Role::Label, |set| {
            set.line((left, base), (Font::Regular, size, PALE), text);
        });
        set.within(Role::Body, |set| {
            let style = (Font::Bold, size, Ink::BLACK);
            set.line((column.left + size * 1.6, base), style, sheet.word(count));
        });
    });
}
