//! A font in the file: the shapes, how wide they are, and which letter each stands for, so that text
//! can be copied and read out.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use super::Font;
use super::syntax::Objects;

/// How many objects a font takes: itself, its shapes' widths, what it is like, the shapes, the
/// letters, and how long the last two are.
pub(super) const OBJECTS: usize = 7;

/// Writes the objects of a font, the first of which pages name.
pub(super) fn write(file: &mut Objects<'_>, font: Font) -> fmt::Result {
    let [own, shapes] = [file.next(), font.file().len()];
    let [wide, like, shape, letters] = [1, 2, 3, 5].map(|after| own + after);
    let name = font.name();
    file.object(&format!(
        "<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H \
         /DescendantFonts [{wide} 0 R] /ToUnicode {letters} 0 R >>"
    ))?;
    file.object(&format!(
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDSystemInfo << /Registry \
         (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor {like} 0 R /CIDToGIDMap \
         /Identity /W [0 [{}]] >>",
        widths(font)
    ))?;
    file.object(&described(font, shape))?;
    let filter = format!("/Filter /ASCII85Decode /Length1 {shapes} ");
    file.stream(&filter, |to| write_ascii85(to, font.file()))?;
    file.stream("", |to| to.write_str(&letters_of(font)))
}

fn widths(font: Font) -> String {
    let glyphs = 0..font.face().number_of_glyphs();
    let widths: Vec<String> = glyphs
        .map(|glyph| font.advance(glyph).to_string())
        .collect();
    widths.join(" ")
}

fn described(font: Font, shapes: usize) -> String {
    /// Letters of Latin, and of one width beside.
    const LATIN: u32 = 1 << 5;
    const FIXED: u32 = 1;
    let face = font.face();
    let edges = face.global_bounding_box();
    let flags = match font {
        Font::Typed => LATIN | FIXED,
        Font::Regular | Font::Bold => LATIN,
    };
    let stem = if font == Font::Regular { 80 } else { 140 };
    let capitals = face.capital_height().unwrap_or_else(|| face.ascender());
    format!(
        "<< /Type /FontDescriptor /FontName /{} /Flags {flags} /FontBBox [{} {} {} {}] \
         /ItalicAngle 0 /Ascent {} /Descent {} /CapHeight {capitals} /StemV {stem} \
         /FontFile2 {shapes} 0 R >>",
        font.name(),
        edges.x_min,
        edges.y_min,
        edges.x_max,
        edges.y_max,
        face.ascender(),
        face.descender()
    )
}

/// The letters by the numbers of their shapes: of two with one shape the first.
fn shapes_and_letters(font: Font) -> BTreeMap<u16, char> {
    let mut letters = BTreeMap::new();
    let tables = font.face().tables().cmap.iter();
    for table in tables.flat_map(|cmap| cmap.subtables) {
        table.codepoints(|code| {
            if let Some(c) = char::from_u32(code).filter(|_| table.is_unicode()) {
                letters.entry(font.glyph(c)).or_insert(c);
            }
        });
    }
    letters
}

/// The table of letters (Adobe's technical note 5014).
fn letters_of(font: Font) -> String {
    const AT_ONCE: usize = 100;
    let mut table = "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        .to_owned();
    let letters: Vec<(u16, char)> = shapes_and_letters(font).into_iter().collect();
    for some in letters.chunks(AT_ONCE) {
        let pair =
            |(glyph, letter): &(u16, char)| format!("<{glyph:04X}> <{:04X}>\n", u32::from(*letter));
        let pairs: Vec<String> = some.iter().map(pair).collect();
        table.push_str(
            &[
                &some.len().to_string(),
                " beginbfchar\n",
                &pairs.concat(),
                "endbfchar\n",
            ]
            .concat(),
        );
    }
    table.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend");
    table
}

/// Writes bytes as letters, five for four (ISO 32000-1, 7.4.3).
fn write_ascii85(to: &mut dyn Write, bytes: &[u8]) -> fmt::Result {
    const LINE: usize = 18;
    for (at, four) in bytes.chunks(4).enumerate() {
        let mut word = [0; 4];
        word[..four.len()].copy_from_slice(four);
        let mut rest = u32::from_be_bytes(word);
        if rest == 0 && four.len() == 4 {
            to.write_char('z')?;
        } else {
            let mut five = [0; 5];
            for digit in five.iter_mut().rev() {
                *digit = b'!' + u8::try_from(rest % 85).unwrap_or_default();
                rest /= 85;
            }
            for digit in &five[..=four.len()] {
                to.write_char(char::from(*digit))?;
            }
        }
        if at % LINE == LINE - 1 {
            to.write_char('\n')?;
        }
    }
    to.write_str("~>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(bytes: &[u8]) -> String {
        let mut text = String::new();
        write_ascii85(&mut text, bytes).expect("a text takes any text");
        text
    }

    #[test]
    fn bytes_are_written_as_the_standard_has_them() {
        assert_eq!(encoded(b"Man "), "9jqo^~>");
        assert_eq!(encoded(b"Man sure."), "9jqo^F*2M7/c~>");
        assert_eq!(encoded(&[0; 5]), "z!!~>");
        assert_eq!(encoded(b""), "~>");
    }

    #[test]
    fn each_letter_of_a_font_is_found_again_by_its_shape() {
        for font in Font::ALL {
            let letters = shapes_and_letters(font);
            for c in (' '..='~').chain("ŵŷẅẁṁḃ".chars().filter(|c| font.has(*c))) {
                assert_eq!(letters.get(&font.glyph(c)), Some(&c), "{c:?}");
            }
        }
        assert!(shapes_and_letters(Font::Regular).len() > 600);
        assert!(letters_of(Font::Regular).contains("beginbfchar"));
    }
}
