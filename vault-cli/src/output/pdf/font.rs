//! The fonts that stand in every file, parts of Noto Sans for all that is written in Latin letters,
//! and how wide their letters are.

use std::sync::LazyLock;

use ttf_parser::{Face, GlyphId};

use super::letters::UNKNOWN;
use crate::output::wrap;

/// One of the fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Font {
    /// Noto Sans.
    Regular,
    /// Noto Sans Bold.
    Bold,
    /// Noto Sans Mono Bold, for what is typed.
    Typed,
}

const FILES: [&[u8]; 3] = [
    include_bytes!("font/NotoSans-Regular.ttf"),
    include_bytes!("font/NotoSans-Bold.ttf"),
    include_bytes!("font/NotoSansMono-Bold.ttf"),
];

static FACES: LazyLock<[Face<'static>; 3]> =
    LazyLock::new(|| FILES.map(|file| Face::parse(file, 0).expect("a font that is compiled in")));

impl Font {
    pub(super) const ALL: [Self; 3] = [Self::Regular, Self::Bold, Self::Typed];

    /// What readers of the file call it. What stands before the plus sign says that it is a part.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Regular => "COFFER+NotoSans-Regular",
            Self::Bold => "COFFER+NotoSans-Bold",
            Self::Typed => "COFFER+NotoSansMono-Bold",
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

    /// The font as it stands in the file.
    pub(super) const fn file(self) -> &'static [u8] {
        FILES[self as usize]
    }

    pub(super) fn face(self) -> &'static Face<'static> {
        &FACES[self as usize]
    }

    /// Whether the font has the letter.
    pub(super) fn has(self, c: char) -> bool {
        self.face().glyph_index(c).is_some()
    }

    /// The number of the letter's shape, or of the one that stands for what there is not.
    pub(super) fn glyph(self, c: char) -> u16 {
        let face = self.face();
        let glyph = face.glyph_index(c).or_else(|| face.glyph_index(UNKNOWN));
        glyph.unwrap_or_default().0
    }

    /// How wide a shape is, in thousandths of the size.
    pub(super) fn advance(self, glyph: u16) -> u16 {
        let advance = self.face().glyph_hor_advance(GlyphId(glyph));
        advance.unwrap_or_default()
    }

    /// How far `text` of that size reaches, in points.
    pub fn width(self, text: &str, size: f64) -> f64 {
        let widths = text.chars().map(|c| f64::from(self.advance(self.glyph(c))));
        widths.sum::<f64>() * size / f64::from(self.face().units_per_em())
    }

    /// `text` in lines that are no wider than `width`, broken at blanks, and within a word where it
    /// is too long for a line.
    pub fn lines(self, text: &str, size: f64, width: f64) -> Vec<String> {
        wrap::lines(text, |line| self.width(line, size) <= width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_as_wide_as_its_letters() {
        let width = Font::Regular.width("Wê", 10.0);
        assert!((width - (9.29 + 5.64)).abs() < 0.1, "{width}");
        assert!((Font::Typed.width("coffer", 10.0) - 36.0).abs() < 1e-9);
        let unknown = [
            Font::Regular.width("日", 10.0),
            Font::Regular.width("?", 10.0),
        ];
        assert!((unknown[0] - unknown[1]).abs() < 1e-9);
    }

    #[test]
    fn widths_are_thousandths_of_the_size_as_pages_count_them() {
        for font in Font::ALL {
            assert_eq!(font.face().units_per_em(), 1000);
        }
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

    #[test]
    fn what_is_typed_has_letters_of_one_width() {
        let widths = ('!'..='~').map(|c| Font::Typed.advance(Font::Typed.glyph(c)));
        assert!(widths.into_iter().all(|width| width == 600));
    }
}
