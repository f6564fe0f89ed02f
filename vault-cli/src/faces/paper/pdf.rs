//! A sheet as pages of A4: some for the inside of the envelope, and one for its outside.

mod inside;
mod outside;

use vault_core::secret::SecretBytes;

use super::setter::{Column, PALE, Setter};
use super::{Form, Sheet, Size};
use crate::output::erased;
use crate::output::pdf::{Document, Font, HEIGHT, Mark, Page, WIDTH};

/// At the sides, and at the top and bottom.
const MARGIN: f64 = 54.0;
const TOP: f64 = 40.0;

/// Where the footer's baseline is, and how far down the rest may reach.
const FOOTER: f64 = HEIGHT - 28.0;
const BOTTOM: f64 = FOOTER - 14.0;

/// Between sections.
const GAP: f64 = 8.0;

const PAGE: Column = Column {
    left: MARGIN,
    width: WIDTH - 2.0 * MARGIN,
};

/// The file, in a buffer that is erased.
pub(super) fn set(sheet: &Sheet<'_>, size: Size) -> SecretBytes {
    let qr = sheet.qr();
    let mut set = Setter::new(size);
    let inside = sheet.inside();
    inside::set(&mut set, &inside, sheet, &qr);
    let within = set.pages.len();
    set.turn_page();
    outside::set(&mut set, &sheet.outside());
    let (mut pages, text) = set.finish();
    let missing = !sheet.is_whole(Form::Pdf);
    let all = pages.len();
    for (number, page) in (1..).zip(&mut pages) {
        let which = match number {
            number if number > within => "outside of the envelope".to_owned(),
            number => format!("inside of the envelope, page {number} of {within}"),
        };
        let whole = format!("{which} · {number}/{all}");
        footer(page, sheet, &whole, missing);
    }
    let title = format!("Emergency sheet {}", sheet.serial);
    let document = Document {
        title: &title,
        pages,
        text,
    };
    erased::written(|to| document.write(to))
}

fn footer(page: &mut Page<'_>, sheet: &Sheet<'_>, which: &str, missing: bool) {
    let mut text = format!("Sheet {} · {which}", sheet.serial);
    if missing {
        text.push_str(" · letters that cannot be printed here stand without marks, or as ?");
    }
    let font = Font::Regular;
    let size = if font.width(&text, 9.0) <= PAGE.width {
        9.0
    } else {
        7.5
    };
    page.adorn(Mark::Text {
        at: (MARGIN, FOOTER),
        font,
        size,
        ink: PALE,
        text: text.into(),
    });
}

/// Where on the pages the next block goes.
struct Flow<'s, 'a> {
    set: &'s mut Setter<'a>,
    top: f64,
}

impl<'s, 'a> Flow<'s, 'a> {
    fn begin(set: &'s mut Setter<'a>, top: f64) -> Self {
        Self { set, top }
    }

    /// Sets what belongs together: on this page where it has the room, or else on the next.
    fn block(&mut self, gap: f64, put: impl Fn(&mut Setter<'a>, f64) -> f64) {
        let high = put(&mut self.set.trial(), 0.0);
        if self.top + high > BOTTOM {
            self.set.turn_page();
            self.top = TOP;
        }
        self.top = put(self.set, self.top) + gap;
    }
}

#[cfg(test)]
mod tests;
