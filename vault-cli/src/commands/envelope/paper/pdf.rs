//! A sheet as two pages of A4: one for the inside of the envelope and one for its outside.

use vault_core::secret::SecretBytes;

use super::setter::{Column, PALE, Setter, number};
use super::{
    CHECKS, CHECKS_TITLE, COMMAND, Form, Inside, Outside, Rows, STEPS_TITLE, Sheet, WARNING,
    WORDS_FOR_SCANNERS, WORDS_TITLE,
};
use crate::commands::envelope::page;
use crate::output::pdf::{Document, Font, HEIGHT, Ink, Mark, Page, Rect, WIDTH};
use crate::output::qr::Qr;

/// At the sides, and at the top and bottom.
const MARGIN: f64 = 54.0;
const TOP: f64 = 40.0;

/// Where the footer's baseline is, and how far down the rest may reach.
const FOOTER: f64 = HEIGHT - 30.0;
const BOTTOM: f64 = FOOTER - 14.0;

/// Running text is set in the first of these sizes in which the page holds all of it.
const SIZES: [f64; 6] = [10.0, 9.5, 9.0, 8.5, 8.0, 7.5];

/// Between sections.
const GAP: f64 = 10.0;

/// Where a step's text begins behind its number: near enough to be read as one line.
const NUMBER: f64 = 13.0;

/// The size of the words, and between their lines.
const WORD: f64 = 15.0;
const WORD_ROW: f64 = 19.6;

/// The side of the symbol without its quiet modules: 60 millimetres.
const QR_SIDE: f64 = 60.0 / 25.4 * 72.0;

const PAGE: Column = Column {
    left: MARGIN,
    width: WIDTH - 2.0 * MARGIN,
};

/// The file, in a buffer that is erased.
pub(super) fn set(sheet: &Sheet<'_>) -> SecretBytes {
    let qr = sheet.qr();
    let title = format!("Emergency sheet {}", sheet.serial);
    let mut pages = vec![first(sheet, &qr), second(&sheet.outside())];
    let missing = !sheet.is_whole(Form::Pdf);
    for (page, which) in pages.iter_mut().zip(["inside", "outside"]) {
        footer(page, sheet, which, missing);
    }
    let document = Document {
        title: &title,
        pages,
    };
    page::written(|to| document.write(to))
}

fn first<'a>(sheet: &'a Sheet<'_>, qr: &'a Qr) -> Page<'a> {
    let inside = sheet.inside();
    let mut tried = None;
    for size in SIZES {
        let mut set = Setter::new(size);
        let end = set.inside(&inside, sheet, qr);
        tried = Some(set.page);
        if end <= BOTTOM {
            break;
        }
    }
    tried.unwrap_or_default()
}

fn second<'a>(outside: &Outside) -> Page<'a> {
    let mut set = Setter::new(SIZES[0]);
    set.outside(outside);
    set.page
}

fn footer(page: &mut Page<'_>, sheet: &Sheet<'_>, which: &str, missing: bool) {
    let mut text = format!("Coffer · sheet {} · {which} of the envelope", sheet.serial);
    if missing {
        text.push_str(" · letters that cannot be printed here stand without marks, or as ?");
    }
    let (font, size) = (Font::Regular, 7.5);
    page.marks.push(Mark::Text {
        at: (MARGIN, FOOTER),
        font,
        size,
        ink: PALE,
        text: text.into(),
    });
}

impl<'a> Setter<'a> {
    fn inside(&mut self, inside: &Inside, sheet: &'a Sheet<'_>, qr: &'a Qr) -> f64 {
        self.mark_specimen(inside.specimen);
        let top = self.banner(inside) + GAP;
        let top = self.facts(inside, top) + GAP;
        let top = self.section(PAGE, top, &inside.when) + GAP;
        let top = self.section(PAGE, top, &inside.rule) + GAP;
        let top = self.steps(inside, top) + GAP;
        let top = self.words(sheet, qr, top) + GAP + 2.0;
        let mut ends = [top; 2];
        for pair in inside.about.chunks(2) {
            let top = ends[0].max(ends[1]);
            for (section, (column, end)) in pair.iter().zip(PAGE.split(2, 24.0).zip(&mut ends)) {
                *end = self.section(column, top, section) + GAP;
            }
        }
        ends[0].max(ends[1]) - GAP
    }

    fn mark_specimen(&mut self, specimen: Option<&'static str>) {
        if specimen.is_some() {
            self.page.marks.push(Mark::Watermark("SPECIMEN"));
        }
    }

    /// White on black: what it is, its number, and who keeps it.
    fn banner(&mut self, inside: &Inside) -> f64 {
        const HIGH: f64 = 90.0;
        self.fill(PAGE, (TOP, HIGH), Ink::BLACK);
        let column = PAGE.inset(16.0);
        let small = (Font::Regular, 10.0, Ink::WHITE);
        self.line((column.left, TOP + 22.0), small, "EMERGENCY SHEET");
        let large = (Font::Bold, Ink::WHITE, 40.0);
        let serial = (&[30.0, 24.0, 18.0][..], inside.serial.as_str());
        self.fitted(column, TOP + 24.0, large, serial);
        let holder = format!("{} {}", inside.kept, inside.holder);
        let line = (Font::Bold, Ink::WHITE, 23.0);
        self.fitted(
            column,
            TOP + 63.0,
            line,
            (&[14.0, 12.0, 10.0, 8.5, 7.5, 6.5][..], &holder),
        );
        TOP + HIGH
    }

    /// The council, and when the sheet was sealed.
    fn facts(&mut self, inside: &Inside, top: f64) -> f64 {
        let mut top = top;
        for (label, fact) in &inside.facts {
            let label = format!("{label}: ");
            let used = Font::Regular.width(&label, self.size);
            let style = (Font::Regular, self.size, Ink::BLACK);
            self.line((PAGE.left, top + self.size), style, label);
            let beside = Column {
                left: PAGE.left + used,
                width: PAGE.width - used,
            };
            top = self.paragraph(beside, top, (Font::Bold, self.size, Ink::BLACK), fact);
        }
        let style = (Font::Bold, self.size + 1.0, Ink::BLACK);
        inside
            .specimen
            .map_or(top, |said| self.paragraph(PAGE, top + 2.0, style, said))
    }

    fn steps(&mut self, inside: &Inside, top: f64) -> f64 {
        let mut top = self.heading(PAGE, top, STEPS_TITLE);
        let beside = Column {
            left: PAGE.left + NUMBER,
            width: PAGE.width - NUMBER,
        };
        for (count, step) in (1..).zip(inside.steps) {
            let style = (Font::Bold, self.size, Ink::BLACK);
            self.line((PAGE.left, top + self.size), style, format!("{count}."));
            top = self.running(beside, top, step) + 1.5;
            if count == 4 {
                top = self.command(beside, top);
            }
        }
        top
    }

    /// What has to be typed, in a frame.
    fn command(&mut self, column: Column, top: f64) -> f64 {
        let (font, size, high) = (Font::Typed, 13.0, 23.0);
        let width = font.width(COMMAND, size) + 24.0;
        let frame = Column { width, ..column }.rect(top + 1.0, high);
        self.page.marks.push(Mark::Frame(frame, 1.0));
        let at = (column.left + 12.0, top + 1.0 + high / 2.0 + size * 0.3);
        self.line(at, (font, size, Ink::BLACK), COMMAND);
        top + high + 6.0
    }

    /// The words in two columns, and the symbol beside them.
    fn words(&mut self, sheet: &'a Sheet<'_>, qr: &'a Qr, top: f64) -> f64 {
        let top = self.heading(PAGE, top, WORDS_TITLE) + 2.0;
        let modules = number(qr.width());
        let quiet = QR_SIDE * number(Qr::QUIET) / modules;
        let whole = QR_SIDE + 2.0 * quiet;
        let high = (whole + 14.0).max(WORD_ROW * number(Sheet::rows().count()) + 18.0);
        self.page.marks.push(Mark::Frame(PAGE.rect(top, high), 1.0));
        let symbol = Rect {
            left: PAGE.left + PAGE.width - whole - 4.0,
            top: top + 2.0,
            width: whole,
            height: whole,
        };
        let room = Column {
            left: PAGE.left,
            width: PAGE.width - whole - 8.0,
        };
        for (side, column) in room.inset(12.0).split(2, 8.0).take(2).enumerate() {
            let mut base = top + 9.0 + WORD;
            for numbers in Sheet::rows() {
                self.word(column, base, (numbers[side], sheet));
                base += WORD_ROW;
            }
        }
        self.page.marks.push(Mark::Qr(symbol, qr));
        let (font, size) = (Font::Regular, 7.5);
        let middle = symbol.left + (whole - font.width(WORDS_FOR_SCANNERS, size)) / 2.0;
        let caption = (middle, top + high - 6.0);
        self.line(caption, (font, size, Ink::BLACK), WORDS_FOR_SCANNERS);
        top + high
    }

    /// A word with its number, of one size, so that the columns are read one after the other.
    fn word(&mut self, column: Column, base: f64, (count, sheet): (usize, &'a Sheet<'_>)) {
        let text = count.to_string();
        let left = column.left + 18.0 - Font::Regular.width(&text, WORD);
        self.line((left, base), (Font::Regular, WORD, PALE), text);
        let style = (Font::Bold, WORD, Ink::BLACK);
        self.line((column.left + 25.0, base), style, sheet.word(count));
    }

    fn outside(&mut self, outside: &Outside) {
        self.mark_specimen(outside.specimen);
        let top = self.warning() + 18.0;
        let top = self.label(outside, top) + 10.0;
        let top = self.running(PAGE, top, outside.notice) + 2.0;
        let typed = (Font::Typed, self.size, Ink::BLACK);
        let top = self.paragraph(PAGE, top, typed, &outside.report) + 14.0;
        let mut top = top;
        for (title, rows) in outside.forms {
            top = self.form(title, rows, top) + 18.0;
        }
        self.checks(outside, top);
    }

    fn warning(&mut self) -> f64 {
        const HIGH: f64 = 112.0;
        self.page.marks.push(Mark::Frame(PAGE.rect(TOP, HIGH), 5.0));
        let (font, size) = (Font::Bold, 36.0);
        for (line, base) in WARNING.into_iter().zip([48.0, 91.0]) {
            let text = line.to_uppercase();
            let left = (WIDTH - font.width(&text, size)) / 2.0;
            self.line((left, TOP + base), (font, size, Ink::BLACK), text);
        }
        TOP + HIGH
    }

    /// Its number, who keeps it, and whose it is.
    fn label(&mut self, outside: &Outside, top: f64) -> f64 {
        let [left, right] = [(0.0, 0.46), (0.5, 0.5)].map(|(from, width)| Column {
            left: PAGE.left + from * PAGE.width,
            width: width * PAGE.width,
        });
        let small = (Font::Regular, 9.0, PALE);
        self.paragraph(left, top, small, "Sheet");
        let serial = (&[40.0, 32.0, 26.0, 20.0][..], outside.serial.as_str());
        let one = self.fitted(left, top + 11.0, (Font::Bold, Ink::BLACK, 54.0), serial);
        self.paragraph(right, top, small, outside.kept);
        let sizes = &[17.0, 13.0, 10.0, 8.0][..];
        let large = (Font::Bold, Ink::BLACK, 44.0);
        let other = self.fitted(right, top + 12.0, large, (sizes, &outside.holder));
        let large = (Font::Regular, Ink::BLACK, 30.0);
        let other = self.fitted(
            right,
            other + 2.0,
            large,
            (&[11.0, 9.0, 8.0][..], &outside.council),
        );
        let end = one.max(other);
        match outside.specimen {
            Some(said) => self.paragraph(PAGE, end + 6.0, (Font::Bold, 11.5, Ink::BLACK), said),
            None => end,
        }
    }

    /// Lines to be written on, behind their labels.
    fn form(&mut self, title: &'static str, rows: Rows, top: f64) -> f64 {
        const ROW: f64 = 28.0;
        let mut base = self.heading(PAGE, top, title) - 4.0;
        for row in rows {
            base += ROW;
            for (label, column) in row.iter().zip(PAGE.split(row.len(), 24.0)) {
                self.blank(column, base, *label);
            }
        }
        base
    }

    /// Room for those who look whether the envelope is still sealed.
    fn checks(&mut self, outside: &Outside, top: f64) -> f64 {
        const ROW: f64 = 21.0;
        let top = self.heading(PAGE, top, CHECKS_TITLE) + 3.0;
        let style = (Font::Regular, 9.0, PALE);
        for (name, column) in outside.checks.into_iter().zip(PAGE.split(4, 14.0)) {
            self.line((column.left, top + 9.0), style, name);
        }
        let mut base = top + 10.0;
        for _ in 0..CHECKS {
            // Long names take the room of a row or two.
            if base + ROW > BOTTOM {
                break;
            }
            base += ROW;
            for column in PAGE.split(4, 14.0).take(4) {
                self.rule(column, base);
            }
        }
        base
    }
}

#[cfg(test)]
mod tests {
    use vault_core::secret::SecretString;

    use super::*;
    use crate::commands::envelope::paper::tests::{frame, sheet};

    /// How far to the right and down a page is used, its footer aside.
    fn reach(page: &Page<'_>) -> (f64, f64) {
        let mut reach = (0.0_f64, 0.0_f64);
        for mark in &page.marks {
            let (right, down) = match mark {
                Mark::Text {
                    at,
                    font,
                    size,
                    text,
                    ..
                } => (at.0 + font.width(text, *size), at.1 + size * 0.25),
                Mark::Filled(rect, _) | Mark::Frame(rect, _) | Mark::Qr(rect, _) => {
                    (rect.left + rect.width, rect.top + rect.height)
                }
                _ => continue,
            };
            reach = (reach.0.max(right), reach.1.max(down));
        }
        reach
    }

    fn demand_room(sheet: &Sheet<'_>) {
        let qr = sheet.qr();
        for page in [first(sheet, &qr), second(&sheet.outside())] {
            let (right, down) = reach(&page);
            assert!(right <= PAGE.left + PAGE.width + 0.01, "{right}");
            assert!(down <= BOTTOM + 3.0, "{down}");
        }
    }

    #[test]
    fn both_pages_hold_the_longest_names_that_there_can_be() {
        let words = SecretString::new(["umbrella"; 20].join(" "));
        for letters in ["W", "Wm ", "Llanfairpwllgwyngyll "] {
            let long = letters.repeat(200);
            let mut frame = frame();
            frame.rule = "the chair's or the clerk's sheet and the sheets of 16 councillors \
                          together open the envelope"
                .to_owned();
            frame.council.clone_from(&long);
            frame.vault.clone_from(&long);
            frame.copied = Some(frame.made);
            for copy in [None, Some(long.clone())] {
                frame.copy = copy;
                for people in [0, 1, 4, 9] {
                    frame.ring = vec![long.clone(); people];
                    for is_specimen in [false, true] {
                        demand_room(&Sheet {
                            serial: "MMMMMMMM-4294967295",
                            holder: &long,
                            is_specimen,
                            ..sheet(&frame, &words)
                        });
                    }
                }
            }
        }
    }

    #[test]
    fn ordinary_names_are_set_in_the_largest_size() {
        let words = SecretString::new(["umbrella"; 20].join(" "));
        let frame = frame();
        let sheet = sheet(&frame, &words);
        let qr = sheet.qr();
        let page = first(&sheet, &qr);
        let sized = |mark: &Mark<'_>| {
            matches!(mark, Mark::Text { size, text, .. }
                if text.starts_with("Only in") && (size - SIZES[0]).abs() < 0.01)
        };
        assert!(page.marks.iter().any(sized));
    }
}
