//! Sets text on pages of A4, from the top downwards, and tells how it is read out. Places are in
//! points; what is given back is how far down the page is used.

use std::borrow::Cow;

use super::{Line, Section, Size};
use crate::output::pdf::{Element, Font, Ink, Mark, Page, Part, Place, Rect, Role, printable};

/// Between two lines, in parts of their size.
const LEADING: f64 = 1.32;

/// The sizes of running text.
pub(super) const USUAL: f64 = 12.0;
const LARGE: f64 = 16.0;

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

/// Pages being set.
pub(super) struct Setter<'a> {
    pub(super) pages: Vec<Page<'a>>,
    /// What is read out so far, and the elements that are not closed yet, the innermost last.
    open: Vec<Element>,
    /// The size of running text.
    pub(super) size: f64,
}

impl<'a> Setter<'a> {
    pub(super) fn new(size: Size) -> Self {
        Self {
            pages: vec![Page::default()],
            open: vec![Element::new(Role::Document)],
            size: match size {
                Size::Usual => USUAL,
                Size::Large => LARGE,
            },
        }
    }

    /// A setter of the same size, to find out how much room something takes.
    pub(super) fn trial(&self) -> Self {
        Self {
            pages: vec![Page::default()],
            open: vec![Element::new(Role::Document)],
            size: self.size,
        }
    }

    pub(super) fn turn_page(&mut self) {
        self.pages.push(Page::default());
    }

    /// The pages, and what stands on them as it is read out.
    pub(super) fn finish(mut self) -> (Vec<Page<'a>>, Element) {
        while self.open.len() > 1 {
            self.close();
        }
        let text = self.open.pop();
        (self.pages, text.unwrap_or(Element::new(Role::Document)))
    }

    fn page(&mut self) -> &mut Page<'a> {
        if self.pages.is_empty() {
            self.turn_page();
        }
        let last = self.pages.len() - 1;
        &mut self.pages[last]
    }

    /// What `set` sets, as one element of the text.
    pub(super) fn within<T>(&mut self, role: Role, set: impl FnOnce(&mut Self) -> T) -> T {
        self.open.push(Element::new(role));
        let set = set(self);
        self.close();
        set
    }

    fn close(&mut self) {
        if let Some(done) = self.open.pop()
            && let Some(around) = self.open.last_mut()
        {
            around.parts.push(Part::Element(done));
        }
    }

    /// A mark of the text, in the element that is open.
    fn say(&mut self, mark: Mark<'a>) {
        let role = self.open.last().map_or(Role::Document, |open| open.role);
        let mark = self.page().say(role, mark);
        let page = self.pages.len() - 1;
        if let Some(open) = self.open.last_mut() {
            open.parts.push(Part::Mark(Place { page, mark }));
        }
    }

    /// A picture that is part of the text.
    pub(super) fn picture(&mut self, mark: Mark<'a>, shows: &'static str) {
        self.within(Role::Figure, |set| {
            if let Some(figure) = set.open.last_mut() {
                figure.shows = Some(shows);
            }
            set.say(mark);
        });
    }

    /// A mark that is not read out.
    pub(super) fn adorn(&mut self, mark: Mark<'a>) {
        self.page().adorn(mark);
    }

    /// One line, its baseline at `at`.
    pub(super) fn line(
        &mut self,
        at: (f64, f64),
        (font, size, ink): (Font, f64, Ink),
        text: impl Into<Cow<'a, str>>,
    ) {
        let text = text.into();
        self.say(Mark::Text {
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
        let (printed, mut top) = (printable(text), top);
        let mut rest = &*printed;
        for mut line in font.lines(&printed, size, column.width) {
            rest = rest.strip_prefix(line.as_str()).unwrap_or_default();
            // Whoever has it read out needs the blank at which a line was broken.
            if let Some(next) = rest.strip_prefix(' ') {
                line.push(' ');
                rest = next;
            }
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

    pub(super) fn heading(&mut self, column: Column, top: f64, title: &str) -> f64 {
        let style = (Font::Bold, self.size + 1.5, Ink::BLACK);
        self.within(Role::Heading, |set| {
            set.paragraph(column, top, style, title) + 1.0
        })
    }

    pub(super) fn running(&mut self, column: Column, top: f64, text: &str) -> f64 {
        let style = (Font::Regular, self.size, Ink::BLACK);
        self.within(Role::Paragraph, |set| {
            set.paragraph(column, top, style, text)
        })
    }

    pub(super) fn section(&mut self, column: Column, top: f64, section: &Section) -> f64 {
        let mut top = self.heading(column, top, section.title);
        for line in &section.lines {
            top = match line {
                Line::Said(text) => self.running(column, top, text) + self.size * 0.2,
                Line::Blank(label) => {
                    // Room for somebody's hand.
                    let base = top + self.size * 1.7;
                    self.blank(column, base, label);
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
        self.adorn(Mark::Filled(column.rect(top, height), ink));
    }

    /// A label with a line beside it, to be written on; `base` is the label's baseline.
    pub(super) fn blank(&mut self, column: Column, base: f64, label: &str) {
        let (font, size) = (Font::Regular, self.size);
        let room = if label.is_empty() { 0.0 } else { 6.0 };
        let label = printable(label).into_owned();
        let used = font.width(&label, size) + room;
        if !label.is_empty() {
            let style = (font, size, Ink::BLACK);
            self.within(Role::Paragraph, |set| {
                set.line((column.left, base), style, label);
            });
        }
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
