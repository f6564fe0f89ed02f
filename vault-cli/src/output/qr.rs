//! QR codes (ISO/IEC 18004), as text and as pictures. The only user of the crate that makes them,
//! which works in buffers that it is given: what a code says may be secret.

use std::fmt::{self, Write};

use qrcodegen_no_heap::{QrCode, QrCodeEcc, Version};
use vault_core::secret::SecretBytes;

/// How much of a code may be damaged before it cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correction {
    /// About 15 %: for a screen, or paper that is kept flat.
    Medium,
    /// About 25 %.
    Quartile,
    /// About 30 %: for paper that is folded.
    High,
}

/// A text that no QR code has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

/// A code: a square of dark and light modules, in a buffer that is erased like all that it was
/// made in.
pub struct Qr {
    /// One byte a module, row by row; 1 is dark.
    modules: SecretBytes,
    width: usize,
}

/// How many light modules stand around a code, as the standard asks.
const QUIET: usize = Qr::QUIET;

impl Qr {
    /// How many light modules stand around a code, as the standard asks.
    pub const QUIET: usize = 4;

    /// The smallest code that holds `text`, with more correction where that costs no room; capitals,
    /// digits, blanks and hyphens alone make the smallest.
    ///
    /// # Errors
    /// [`TooLong`].
    pub fn of(text: &str, correction: Correction) -> Result<Self, TooLong> {
        let level = match correction {
            Correction::Medium => QrCodeEcc::Medium,
            Correction::Quartile => QrCodeEcc::Quartile,
            Correction::High => QrCodeEcc::High,
        };
        let room = Version::MAX.buffer_len();
        let (mut draft, mut code) = (SecretBytes::zeroed(room), SecretBytes::zeroed(room));
        let (shortest, longest) = (Version::MIN, Version::MAX);
        let (draft, code) = (draft.expose_mut(), code.expose_mut());
        let code = QrCode::encode_text(text, draft, code, level, shortest, longest, None, true);
        code.map_err(|_| TooLong).map(|code| Self::copied(&code))
    }

    fn copied(code: &QrCode<'_>) -> Self {
        let places = 0..code.size();
        let width = places.clone().count();
        let mut modules = SecretBytes::zeroed(width * width);
        let row = |y| (0..code.size()).map(move |x| code.get_module(x, y));
        for (module, is_dark) in modules.expose_mut().iter_mut().zip(places.flat_map(row)) {
            *module = is_dark.into();
        }
        Self { modules, width }
    }

    /// How many modules stand on a side, without the quiet zone.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Whether the module in this column and row is dark; all around the code none is.
    pub fn is_dark(&self, column: usize, row: usize) -> bool {
        let at = row.saturating_mul(self.width).saturating_add(column);
        column < self.width && self.modules.expose().get(at) == Some(&1)
    }

    /// The dark modules as horizontal bars: column, row, and how many modules long.
    pub fn bars(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        let starts = move |(row, column): (usize, usize)| {
            let begins =
                self.is_dark(column, row) && (column == 0 || !self.is_dark(column - 1, row));
            let length = (column..self.width).take_while(|at| self.is_dark(*at, row));
            begins.then(|| (column, row, length.count()))
        };
        let places = (0..self.width).flat_map(move |row| (0..self.width).map(move |at| (row, at)));
        places.filter_map(starts)
    }

    /// Writes the code as part of a page (SVG), with its quiet zone; its size is the page's affair.
    ///
    /// # Errors
    /// What `to` answers.
    pub fn write_svg(&self, to: &mut dyn Write, label: &str) -> fmt::Result {
        let side = self.width + 2 * QUIET;
        write!(
            to,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" role=\"img\" \
             aria-label=\"{label}\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/><path fill=\"#000\" d=\""
        )?;
        for (column, row, length) in self.bars() {
            let (column, row) = (column + QUIET, row + QUIET);
            write!(to, "M{column} {row}h{length}v1h-{length}z")?;
        }
        to.write_str("\"/></svg>")
    }

    /// The code in blocks of text, two rows of modules a line, with its quiet zone. A block is dark:
    /// as ink on paper, and as most phones read it on a dark screen too.
    pub fn to_text(&self) -> Vec<String> {
        let dark = |column: usize, row: usize| {
            let (column, row) = (column.checked_sub(QUIET), row.checked_sub(QUIET));
            matches!((column, row), (Some(column), Some(row)) if self.is_dark(column, row))
        };
        let side = self.width() + 2 * QUIET;
        let line = |row: usize| {
            let block = |column| match (dark(column, row), dark(column, row + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            };
            let line: String = (0..side).map(block).collect();
            line.trim_end().to_owned()
        };
        (0..side).step_by(2).map(line).collect()
    }

    /// The code as a picture of its own (SVG 1.1), with its quiet zone: black on white, and of one
    /// unit a module, so that it prints sharply at any size.
    ///
    /// # Panics
    /// Never: text takes any text.
    pub fn to_svg(&self) -> String {
        let side = self.width() + 2 * QUIET;
        let mut path = String::new();
        for row in 0..self.width() {
            for column in (0..self.width()).filter(|column| self.is_dark(*column, row)) {
                let (x, y) = (column + QUIET, row + QUIET);
                write!(path, "M{x},{y}h1v1h-1z").expect("text takes text");
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" viewBox=\"0 0 {side} {side}\" \
             width=\"40mm\" height=\"40mm\" shape-rendering=\"crispEdges\">\n\
             <path fill=\"#fff\" d=\"M0,0h{side}v{side}h-{side}z\"/>\n\
             <path fill=\"#000\" d=\"{path}\"/>\n</svg>\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANCHOR: &str = "1204-ABCD-EFGH-IJKL-MNOP-QRST-UVWX-YZ23-4567-ABCD";

    #[test]
    fn the_text_and_the_picture_show_the_same_modules() {
        for correction in [Correction::Medium, Correction::Quartile, Correction::High] {
            let qr = Qr::of(ANCHOR, correction).expect("room");
            let text = qr.to_text();
            let svg = qr.to_svg();
            let side = qr.width() + 2 * QUIET;
            assert_eq!(text.len(), side.div_ceil(2));
            for row in 0..side {
                let line: Vec<char> = text[row / 2].chars().collect();
                for column in 0..side {
                    let block = line.get(column).copied().unwrap_or(' ');
                    let inked = match row % 2 {
                        0 => "█▀".contains(block),
                        _ => "█▄".contains(block),
                    };
                    let drawn = svg.contains(&format!("M{column},{row}h1v1h-1z"));
                    assert_eq!(inked, drawn, "column {column}, row {row}");
                    let inside = [column, row].map(|at| at.checked_sub(QUIET));
                    let [Some(x), Some(y)] = inside else {
                        assert!(!inked, "the quiet zone is light");
                        continue;
                    };
                    assert_eq!(inked, qr.is_dark(x, y));
                }
            }
            assert!(text.iter().all(|line| !line.ends_with(' ')));
        }
    }

    #[test]
    fn an_anchor_makes_a_small_code_and_a_book_none() {
        let width = |correction| Qr::of(ANCHOR, correction).map(|qr| qr.width());
        assert_eq!(width(Correction::Medium), Ok(29), "version 3");
        assert_eq!(width(Correction::High), Ok(33), "version 4");
        assert_eq!(
            Qr::of(&"a".repeat(3000), Correction::Medium).err(),
            Some(TooLong)
        );
    }

    #[test]
    fn the_bars_are_the_dark_modules_and_no_others() {
        let qr = Qr::of(ANCHOR, Correction::Quartile).expect("room");
        let mut dark = vec![false; qr.width() * qr.width()];
        for (column, row, length) in qr.bars() {
            for at in column..column + length {
                dark[row * qr.width() + at] = true;
            }
        }
        for row in 0..qr.width() {
            for column in 0..qr.width() {
                assert_eq!(dark[row * qr.width() + column], qr.is_dark(column, row));
            }
        }
        let mut svg = String::new();
        qr.write_svg(&mut svg, "words").expect("a text");
        assert!(
            svg.contains("M4 4h7v1h-7z"),
            "the corner, behind the quiet zone"
        );
    }

    #[test]
    fn capitals_take_less_room_than_small_letters() {
        let words = "academic acid acne acquire acrobat activity actress adapt";
        let width = |text: &str| {
            let qr = Qr::of(text, Correction::Quartile).expect("room");
            qr.width()
        };
        assert!(width(&words.to_uppercase()) < width(words));
    }
}
