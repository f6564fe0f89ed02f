//! What stands on a page, and where.

use std::borrow::Cow;
use std::fmt::{self, Write};

use super::{Font, HEIGHT, Role};
use crate::output::qr::Qr;

/// How dark something is, from 0.0, black, to 1.0, white.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ink(pub f64);

impl Ink {
    /// Black.
    pub const BLACK: Self = Self(0.0);
    /// The paper.
    pub const WHITE: Self = Self(1.0);
}

/// A place on the page and a size, in points; `top` is counted downwards from the page's upper edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// From the left edge of the page.
    pub left: f64,
    /// From the upper edge of the page.
    pub top: f64,
    /// To the right.
    pub width: f64,
    /// Downwards.
    pub height: f64,
}

/// Something on a page.
pub enum Mark<'a> {
    /// Text on one line.
    Text {
        /// Where its baseline begins: from the left and from the upper edge.
        at: (f64, f64),
        /// In which letters.
        font: Font,
        /// How large, in points.
        size: f64,
        /// How dark.
        ink: Ink,
        /// What.
        text: Cow<'a, str>,
    },
    /// A filled rectangle; one of little height is a line.
    Filled(Rect, Ink),
    /// The edge of a rectangle, this wide, on the inside.
    Frame(Rect, f64),
    /// A QR code on white, quiet modules included.
    Qr(Rect, &'a Qr),
    /// Large pale text from the lower left upwards, which is no part of the text.
    Watermark(&'static str),
}

/// The marks of a page, those underneath first.
#[derive(Default)]
pub struct Page<'a> {
    marks: Vec<(Option<Role>, Mark<'a>)>,
    /// How many of them belong to the text.
    text: usize,
}

impl<'a> Page<'a> {
    /// Adds a mark that is not part of the text: a line, a frame, what stands on every page.
    pub fn adorn(&mut self, mark: Mark<'a>) {
        self.marks.push((None, mark));
    }

    /// Adds a mark of the text: its number among them.
    pub fn say(&mut self, role: Role, mark: Mark<'a>) -> usize {
        self.marks.push((Some(role), mark));
        self.text += 1;
        self.text - 1
    }

    /// The marks.
    pub fn marks(&self) -> impl Iterator<Item = &Mark<'a>> {
        self.marks.iter().map(|(_, mark)| mark)
    }

    pub(super) fn write(&self, to: &mut dyn Write) -> fmt::Result {
        let mut number = 0;
        for (role, mark) in &self.marks {
            match role {
                Some(role) => {
                    writeln!(to, "/{} << /MCID {number} >> BDC", role.name())?;
                    number += 1;
                }
                None => to.write_str("/Artifact BMC\n")?,
            }
            mark.write(to)?;
            to.write_str("EMC\n")?;
        }
        Ok(())
    }
}

impl Mark<'_> {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        match self {
            Self::Text {
                at: (left, top),
                font,
                size,
                ink,
                text,
            } => {
                let matrix = format!("1 0 0 1 {left:.2} {:.2}", HEIGHT - top);
                write_text(to, (*font, *size, *ink), &matrix, text)
            }
            Self::Filled(rect, ink) => {
                write!(to, "{:.2} g ", ink.0)?;
                write_rect(to, rect)?;
                to.write_str("f\n")
            }
            Self::Frame(rect, width) => {
                let inner = Rect {
                    left: rect.left + width / 2.0,
                    top: rect.top + width / 2.0,
                    width: rect.width - width,
                    height: rect.height - width,
                };
                write!(to, "0 G {width:.2} w ")?;
                write_rect(to, &inner)?;
                to.write_str("S\n")
            }
            Self::Qr(rect, qr) => write_qr(to, rect, qr),
            Self::Watermark(text) => {
                let (font, size) = (Font::Bold, 104.0);
                // Half a right angle: the text's middle comes to lie on the page's middle.
                let slant = std::f64::consts::FRAC_1_SQRT_2;
                let half = font.width(text, size) / 2.0 * slant;
                let (left, low) = (super::WIDTH / 2.0 - half, HEIGHT / 2.0 - half);
                let matrix = format!(
                    "{slant:.4} {slant:.4} -{slant:.4} {slant:.4} {:.2} {low:.2}",
                    left + size / 4.0
                );
                write_text(to, (font, size, Ink(0.88)), &matrix, text)
            }
        }
    }
}

fn write_text(
    to: &mut dyn Write,
    (font, size, ink): (Font, f64, Ink),
    matrix: &str,
    text: &str,
) -> fmt::Result {
    write!(
        to,
        "BT {:.2} g /{} {size:.2} Tf {matrix} Tm ",
        ink.0,
        font.tag()
    )?;
    // Letter by letter: what is written may be secret, and is copied nowhere.
    to.write_char('<')?;
    for c in text.chars() {
        write!(to, "{:04X}", font.glyph(c))?;
    }
    to.write_str("> Tj ET\n")
}

fn write_rect(to: &mut dyn Write, rect: &Rect) -> fmt::Result {
    let low = HEIGHT - rect.top - rect.height;
    let (left, width, height) = (rect.left, rect.width, rect.height);
    write!(to, "{left:.2} {low:.2} {width:.2} {height:.2} re ")
}

/// Modules are drawn as units of a scaled plane, all of them as one figure, so that no seam shows.
fn write_qr(to: &mut dyn Write, rect: &Rect, qr: &Qr) -> fmt::Result {
    to.write_str("1 g ")?;
    write_rect(to, rect)?;
    to.write_str("f\n")?;
    let modules = u32::try_from(qr.width() + 2 * Qr::QUIET).unwrap_or(u32::MAX);
    let unit = rect.width / f64::from(modules);
    let inset = unit * f64::from(u8::try_from(Qr::QUIET).unwrap_or(u8::MAX));
    let (left, top) = (rect.left + inset, HEIGHT - rect.top - inset);
    writeln!(to, "q 0 g {unit:.4} 0 0 -{unit:.4} {left:.2} {top:.2} cm")?;
    for (column, row, length) in qr.bars() {
        write!(to, "{column} {row} {length} 1 re ")?;
    }
    to.write_str("f Q\n")
}
