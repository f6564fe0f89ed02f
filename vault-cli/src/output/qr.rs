//! QR codes (ISO/IEC 18004): a text as a square of dark and light modules.

use std::fmt::{self, Write};

use qrcodegen_no_heap::{QrCode, QrCodeEcc, Version};
use vault_core::secret::SecretBytes;

/// How much of a symbol may be spoilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Correction {
    /// Level M: about 15 in a hundred codewords.
    Medium,
    /// Level Q: about 25 in a hundred.
    Quartile,
}

/// The text is longer than a symbol can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

/// A symbol. Its text may be secret, so it lives in an erased buffer, and so did all that it was
/// made from.
pub struct Qr {
    /// One byte a module, row by row; 1 is dark.
    modules: SecretBytes,
    side: usize,
}

impl Qr {
    /// The light modules that a scanner wants on every side.
    pub const QUIET: usize = 4;

    /// The smallest symbol that holds `text`. Capitals, digits, blanks and `$%*+-./:` alone take
    /// the least room.
    ///
    /// # Errors
    /// [`TooLong`].
    pub fn of(text: &str, correction: Correction) -> Result<Self, TooLong> {
        let level = match correction {
            Correction::Medium => QrCodeEcc::Medium,
            Correction::Quartile => QrCodeEcc::Quartile,
        };
        let room = Version::MAX.buffer_len();
        let (mut draft, mut symbol) = (SecretBytes::zeroed(room), SecretBytes::zeroed(room));
        let code = QrCode::encode_text(
            text,
            draft.expose_mut(),
            symbol.expose_mut(),
            level,
            Version::MIN,
            Version::MAX,
            None,
            false,
        )
        .map_err(|_| TooLong)?;
        let places = 0..code.size();
        let side = places.clone().count();
        let mut modules = SecretBytes::zeroed(side * side);
        let all = places
            .clone()
            .flat_map(|y| places.clone().map(move |x| (x, y)));
        for (module, (x, y)) in modules.expose_mut().iter_mut().zip(all) {
            *module = code.get_module(x, y).into();
        }
        Ok(Self { modules, side })
    }

    /// How many modules a side has, without the quiet ones around.
    pub const fn side(&self) -> usize {
        self.side
    }

    /// Whether the module in this column and row, both from 0, is dark; outside all are light.
    pub fn is_dark(&self, column: usize, row: usize) -> bool {
        let at = row * self.side + column;
        column < self.side && self.modules.expose().get(at) == Some(&1)
    }

    /// The dark modules as horizontal bars: column, row, and how many modules long.
    pub fn bars(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        let starts = move |(row, column): (usize, usize)| {
            let begins =
                self.is_dark(column, row) && (column == 0 || !self.is_dark(column - 1, row));
            let length = (column..self.side).take_while(|at| self.is_dark(*at, row));
            begins.then(|| (column, row, length.count()))
        };
        let places = (0..self.side).flat_map(move |row| (0..self.side).map(move |at| (row, at)));
        places.filter_map(starts)
    }

    /// Writes the symbol with its quiet modules as an SVG picture, whose size is its page's affair.
    ///
    /// # Errors
    /// What `to` answers.
    pub fn write_svg(&self, to: &mut dyn Write, label: &str) -> fmt::Result {
        let (quiet, all) = (Self::QUIET, self.side + 2 * Self::QUIET);
        write!(
            to,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {all} {all}\" role=\"img\" \
             aria-label=\"{label}\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{all}v{all}h-{all}z\"/><path fill=\"#000\" d=\""
        )?;
        for (column, row, length) in self.bars() {
            write!(
                to,
                "M{} {}h{length}v1h-{length}z",
                column + quiet,
                row + quiet
            )?;
        }
        to.write_str("\"/></svg>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(text: &str) -> Qr {
        Qr::of(text, Correction::Quartile).expect("it fits")
    }

    #[test]
    fn a_symbol_has_its_three_corners_and_light_around() {
        let qr = symbol("HELLO WORLD");
        let last = qr.side() - 1;
        assert_eq!(qr.side(), 21, "version 1");
        for (column, row) in [(0, 0), (last, 0), (0, last)] {
            assert!(qr.is_dark(column, row));
        }
        assert!(!qr.is_dark(last + 1, 0) && !qr.is_dark(0, last + 1));
        assert!(!qr.is_dark(7, 7), "the separator");
    }

    #[test]
    fn capitals_take_less_room_than_small_letters() {
        let words = "academic acid acne acquire acrobat activity actress adapt";
        assert!(symbol(&words.to_uppercase()).side() < symbol(words).side());
    }

    #[test]
    fn the_bars_are_the_dark_modules_and_no_others() {
        let qr = symbol("BEAVER");
        let mut dark = vec![false; qr.side() * qr.side()];
        for (column, row, length) in qr.bars() {
            for at in column..column + length {
                dark[row * qr.side() + at] = true;
            }
        }
        for row in 0..qr.side() {
            for column in 0..qr.side() {
                assert_eq!(dark[row * qr.side() + column], qr.is_dark(column, row));
            }
        }
    }

    #[test]
    fn what_no_symbol_holds_is_refused() {
        let long = "A".repeat(5000);
        assert!(Qr::of(&long, Correction::Medium).is_err());
    }

    #[test]
    fn a_picture_has_room_around_the_symbol() {
        let mut svg = String::new();
        symbol("HELLO WORLD")
            .write_svg(&mut svg, "words")
            .expect("a text");
        assert!(svg.contains("viewBox=\"0 0 29 29\"") && svg.contains("M4 4h7v1h-7z"));
    }
}
