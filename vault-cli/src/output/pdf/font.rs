//! The fonts that every reader of PDF brings along, and how wide their letters are.

use super::latin;
use crate::output::wrap;

/// One of the standard fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Font {
    /// Helvetica.
    Regular,
    /// Helvetica-Bold.
    Bold,
    /// Courier-Bold, for what is typed.
    Typed,
}

impl Font {
    pub(super) const ALL: [Self; 3] = [Self::Regular, Self::Bold, Self::Typed];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Regular => "Helvetica",
            Self::Bold => "Helvetica-Bold",
            Self::Typed => "Courier-Bold",
        }
    }

    /// What pages call it.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::Regular => "F1",
            Self::Bold => "F2",
            Self::Typed => "F3",
        }
    }

    /// How far `text` of that size reaches, in points.
    pub fn width(self, text: &str, size: f64) -> f64 {
        let widths = text.chars().map(|c| f64::from(self.advance(c)));
        widths.sum::<f64>() * size / 1000.0
    }

    /// `text` in lines that are no wider than `width`, broken at blanks, and within a word where it
    /// is too long for a line.
    pub fn lines(self, text: &str, size: f64, width: f64) -> Vec<String> {
        wrap::lines(text, |line| self.width(line, size) <= width)
    }

    /// How wide a letter is, in thousandths of the size.
    fn advance(self, c: char) -> u16 {
        let code = latin::code(c).or_else(|| latin::code(latin::UNKNOWN));
        let at = usize::from(code.unwrap_or(b' ').saturating_sub(b' '));
        let widths = match self {
            Self::Regular => &REGULAR,
            Self::Bold => &BOLD,
            Self::Typed => return TYPED,
        };
        widths.get(at).copied().unwrap_or_default()
    }
}

/// Every letter of Courier.
const TYPED: u16 = 600;

/// Helvetica from code 32 on, as its metrics file gives them.
const REGULAR: [u16; 224] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    350, 556, 350, 222, 556, 333, 1000, 556, 556, 333, 1000, 667, 333, 1000, 350, 611, 350, 350,
    222, 222, 333, 333, 350, 556, 1000, 333, 1000, 500, 333, 944, 350, 500, 667, 278, 333, 556,
    556, 556, 556, 260, 556, 333, 737, 370, 556, 584, 333, 737, 333, 400, 584, 333, 333, 333, 556,
    537, 278, 333, 333, 365, 556, 834, 834, 834, 611, 667, 667, 667, 667, 667, 667, 1000, 722, 667,
    667, 667, 667, 278, 278, 278, 278, 722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722,
    722, 667, 667, 611, 556, 556, 556, 556, 556, 556, 889, 500, 556, 556, 556, 556, 278, 278, 278,
    278, 556, 556, 556, 556, 556, 556, 556, 584, 611, 556, 556, 556, 556, 500, 556, 500,
];

/// Helvetica-Bold.
const BOLD: [u16; 224] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667,
    611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556,
    278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
    350, 556, 350, 278, 556, 500, 1000, 556, 556, 333, 1000, 667, 333, 1000, 350, 611, 350, 350,
    278, 278, 500, 500, 350, 556, 1000, 333, 1000, 556, 333, 944, 350, 500, 667, 278, 333, 556,
    556, 556, 556, 280, 556, 333, 737, 370, 556, 584, 333, 737, 333, 400, 584, 333, 333, 333, 611,
    556, 278, 333, 333, 365, 556, 834, 834, 834, 611, 722, 722, 722, 722, 722, 722, 1000, 722, 667,
    667, 667, 667, 278, 278, 278, 278, 722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722,
    722, 667, 667, 611, 556, 556, 556, 556, 556, 556, 889, 556, 556, 556, 556, 556, 278, 278, 278,
    278, 611, 611, 611, 611, 611, 611, 611, 584, 611, 611, 611, 611, 611, 556, 611, 556,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn about(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn text_is_as_wide_as_its_letters() {
        assert!(about(Font::Regular.width("Wiê", 10.0), 9.44 + 2.22 + 5.56));
        assert!(about(Font::Bold.width("Wi", 10.0), 9.44 + 2.78));
        assert!(about(Font::Typed.width("coffer", 10.0), 36.0));
        assert!(about(Font::Regular.width("日", 10.0), 5.56));
    }

    #[test]
    fn no_line_is_wider_than_it_may_be_and_nothing_is_lost() {
        let text = "The clerk of Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogoch rang";
        for font in Font::ALL {
            let lines = font.lines(text, 11.0, 120.0);
            assert!(lines.iter().all(|line| font.width(line, 11.0) <= 120.0));
            let letters = |text: &str| text.replace(' ', "");
            assert_eq!(letters(&lines.concat()), letters(text));
        }
        assert_eq!(Font::Bold.lines("", 11.0, 120.0), [""]);
    }
}
