//! Sets text on a page of A4, from the top downwards. Places are in points; what is given back is how
//! far down the page is used.

use std::borrow::Cow;

use super::{Line, Section};
use crate::output::pdf::{Font, Ink, Mark, Page, Rect, printable};

/// Between two lines, in parts of their size.
const LEADING: f64 = 1.32;

/// What explains, beside what is meant.
pub(super) const PALE: Ink = Ink(0.35);

/// How wide a line to be written on is drawn.
const HAIR: f64 = 0.6;

/// A place in which text is set: from the left edge, and how wide.
#[derive(Clone, Copy)]
pub(super) struct Column {
    pub(super) left: f64,
    pub(super) width: f64,
}

/// A page being set, in a size that suits what has to stand on it.
pub(super) struct Setter<'a> {
    pub(super) page: Page<'a>,
    /// The size of running text.
    pub(super) size: f64,
}

impl<'a> Setter<'a> {
    pub(super) fn new(size: f64) -> Self {
        let page = Page::default();
        Self { page, size }
    }

    /// One line, its baseline at `at`.
    pub(super) fn line(
        &mut self,
        at: (f64, f64),
        (font, size, ink): (Font, f64, Ink),
        text: impl Into<Cow<'a, str>>,
    ) {
        let text = text.into();
        self.page.marks.push(Mark::Text {
            at,
            font,
            size,
            ink,
            text,
        });
    }

    /// Text in lines that the column holds.
    pub(super) fn paragraph(
        &mut self,
        column: Column,
        top: f64,
        (font, size, ink): (Font, f64, Ink),
        text: &str,
    ) -> f64 {
        let mut top = top;
        for line in font.lines(&printable(text), size, column.width) {
            self.line((column.left, top + size), (font, size, ink), line);
            top += size * LEADING;
        }
        top
    }

    /// The same in the largest of some sizes in which it is no higher than `height`, or else in
    /// the smallest.
    pub(super) fn fitted(
        &mut self,
        column: Column,
        top: f64,
        (font, ink, height): (Font, Ink, f64),
        (sizes, text): (&[f64], &str),
    ) -> f64 {
        let printed = printable(text);
        let lines = |size: f64| font.lines(&printed, size, column.width).len();
        let fits = |size: &&f64| number(lines(**size)) * **size * LEADING <= height;
        let size = sizes.iter().find(fits).or(sizes.last());
        let size = size.copied().unwrap_or(self.size);
        self.paragraph(column, top, (font, size, ink), text)
    }

    pub(super) fn heading(&mut self, column: Column, top: f64, title: &'static str) -> f64 {
        let style = (Font::Bold, self.size + 1.0, Ink::BLACK);
        self.paragraph(column, top, style, title) + 1.0
    }

    pub(super) fn running(&mut self, column: Column, top: f64, text: &str) -> f64 {
        let style = (Font::Regular, self.size, Ink::BLACK);
        self.paragraph(column, top, style, text)
    }

    pub(super) fn section(&mut self, column: Column, top: f64, section: &Section) -> f64 {
        let mut top = self.heading(column, top, section.title);
        for line in &section.lines {
            top = match line {
                Line::Said(text) => self.running(column, top, text),
                Line::Blank(label) => {
                    // Room for somebody's hand.
                    let base = top + self.size * 1.7;
                    self.blank(column, base, label.clone());
                    base + self.size * (LEADING - 1.0)
                }
            };
        }
        top
    }

    /// A thin line across the column.
    pub(super) fn rule(&mut self, column: Column, top: f64) {
        self.fill(column, (top, HAIR), PALE);
    }

    /// A filled stretch of the column: from where, and how high.
    pub(super) fn fill(&mut self, column: Column, (top, height): (f64, f64), ink: Ink) {
        self.page
            .marks
            .push(Mark::Filled(column.rect(top, height), ink));
    }

    /// A label with a line beside it, to be written on; `base` is the label's baseline.
    pub(super) fn blank(&mut self, column: Column, base: f64, label: impl Into<Cow<'a, str>>) {
        let (font, size, label) = (Font::Regular, self.size, label.into());
        let room = if label.is_empty() { 0.0 } else { 6.0 };
        let used = font.width(&label, size) + room;
        self.line((column.left, base), (font, size, Ink::BLACK), label);
        let beside = Column {
            left: column.left + used,
            width: column.width - used,
        };
        self.rule(beside, base + 2.0);
    }
}

impl Column {
    pub(super) const fn rect(self, top: f64, height: f64) -> Rect {
        Rect {
            left: self.left,
            top,
            width: self.width,
            height,
        }
    }

    /// The column without a margin on both sides.
    pub(super) fn inset(self, margin: f64) -> Self {
        Self {
            left: self.left + margin,
            width: self.width - 2.0 * margin,
        }
    }

    /// Columns beside each other, with room between them.
    pub(super) fn split(self, count: usize, gap: f64) -> impl Iterator<Item = Self> {
        let count = number(count);
        let width = (self.width - gap * (count - 1.0)) / count;
        let all = std::iter::successors(Some(self.left), move |left| Some(left + width + gap));
        all.map(move |left| Self { left, width })
    }
}

/// A small count as a length.
pub(super) fn number(count: usize) -> f64 {
    f64::from(u16::try_from(count).unwrap_or(u16::MAX))
}
