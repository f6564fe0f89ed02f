//! Pages of text, lines and QR codes as a PDF file (ISO 32000-1): with its fonts in it, and with tags
//! that say what is read out in which order. Pages may hold secrets, so that the file is written in one
//! pass to whatever takes it, and nothing is kept here.

mod embedded;
mod font;
mod letters;
mod page;
mod structure;
mod syntax;

use std::fmt::{self, Write};

pub use self::font::Font;
pub use self::letters::{is_whole, printable};
pub use self::page::{Ink, Mark, Page, Rect};
use self::structure::Pages;
pub use self::structure::{Element, Part, Place, Role};
use self::syntax::Objects;

/// The width of A4 in points of 1/72 inch.
pub const WIDTH: f64 = 595.28;

/// The height of A4.
pub const HEIGHT: f64 = 841.89;

/// The numbers of the objects that every file has; pages follow, then the tags.
const CATALOGUE: usize = 1;
const TREE: usize = 2;
const ABOUT: usize = 3;
const FIRST_FONT: usize = 4;
const FIRST_PAGE: usize = FIRST_FONT + Font::ALL.len() * embedded::OBJECTS;
/// A page, its contents, and their length.
const OF_A_PAGE: usize = 3;

/// A file of A4 pages.
pub struct Document<'a> {
    /// What a reader shows in its title bar.
    pub title: &'a str,
    /// The pages.
    pub pages: Vec<Page<'a>>,
    /// What stands on them, as it is read out.
    pub text: Element,
}

impl Document<'_> {
    /// Writes the file, in ASCII throughout.
    ///
    /// # Errors
    /// What `to` answers.
    pub fn write(&self, to: &mut dyn Write) -> fmt::Result {
        let mut file = Objects::begin(to)?;
        let tags = self.number(self.pages.len());
        // Nothing is scaled or put on the back of a sheet unless somebody chooses so.
        file.object(&format!(
            "<< /Type /Catalog /Pages {TREE} 0 R /Lang (en-GB) /MarkInfo << /Marked true >> \
             /StructTreeRoot {tags} 0 R /ViewerPreferences << /PrintScaling /None /Duplex /Simplex \
             /DisplayDocTitle true >> >>"
        ))?;
        let numbers = (0..self.pages.len()).map(|page| self.number(page));
        let kids: Vec<String> = numbers.map(|page| format!("{page} 0 R")).collect();
        file.object(&format!(
            "<< /Type /Pages /Kids [{}] /Count {} >>",
            kids.join(" "),
            kids.len()
        ))?;
        file.object(&format!("<< /Title {} >>", syntax::string(self.title)))?;
        for font in Font::ALL {
            embedded::write(&mut file, font)?;
        }
        for (number, page) in self.pages.iter().enumerate() {
            let contents = file.next() + 1;
            file.object(&format!(
                "<< /Type /Page /Parent {TREE} 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] \
                 /Resources << /Font << {} >> >> /Tabs /S /StructParents {number} \
                 /Contents {contents} 0 R >>",
                fonts()
            ))?;
            file.stream("", |to| page.write(to))?;
        }
        structure::write(&mut file, &self.text, self)?;
        file.end(CATALOGUE, ABOUT)
    }
}

impl Pages for Document<'_> {
    fn number(&self, page: usize) -> usize {
        FIRST_PAGE + page * OF_A_PAGE
    }

    fn count(&self) -> usize {
        self.pages.len()
    }
}

/// The fonts as a page's resources name them.
fn fonts() -> String {
    let numbers = (FIRST_FONT..).step_by(embedded::OBJECTS);
    let fonts: Vec<String> = Font::ALL
        .iter()
        .zip(numbers)
        .map(|(font, number)| format!("/{} {number} 0 R", font.tag()))
        .collect();
    fonts.join(" ")
}

/// What the pages of a file say, a line for each mark of text.
#[cfg(test)]
pub(crate) fn said(file: &str) -> Vec<Vec<String>> {
    let pages = file.split("/Contents").skip(1);
    let letter = |font: Font, code: &str| {
        let glyph = u16::from_str_radix(code, 16).expect("a number");
        let mut letters = (' '..='\u{2fff}').filter(|c| font.has(*c));
        letters.find(|c| font.glyph(*c) == glyph).expect("a letter")
    };
    let line = |line: &str| {
        let (before, rest) = line
            .split_once("> Tj")?
            .0
            .split_once(" Tm <")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))?;
        let font = Font::ALL
            .into_iter()
            .find(|font| before.contains(font.tag()))?;
        let codes: Vec<char> = rest.chars().collect();
        let codes = codes.chunks(4).map(|code| code.iter().collect::<String>());
        Some(codes.map(|code| letter(font, &code)).collect::<String>())
    };
    pages
        .map(|page| page.lines().filter_map(line).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> String {
        let mut text = Element::new(Role::Document);
        let mut page = Page::default();
        page.adorn(Mark::Watermark("SPECIMEN"));
        let line = Mark::Text {
            at: (72.0, 72.0),
            font: Font::Bold,
            size: 15.0,
            ink: Ink::BLACK,
            text: "1 (beaver) Llanŵyn".into(),
        };
        let mark = page.say(Role::Paragraph, line);
        let mut paragraph = Element::new(Role::Paragraph);
        paragraph.parts.push(Part::Mark(Place { page: 0, mark }));
        text.parts.push(Part::Element(paragraph));
        let pages = vec![page, Page::default()];
        let title = "Sheet (CH-0001)";
        let mut file = String::new();
        let written = Document { title, pages, text }.write(&mut file);
        assert_eq!(written, Ok(()));
        file
    }

    /// The offsets that the table of the file gives.
    fn offsets(file: &str) -> Vec<usize> {
        let (_, table) = file.rsplit_once("xref\n0 ").expect("a table");
        let lines = table.lines().filter(|line| line.ends_with(" n "));
        lines
            .map(|line| line[..10].parse().expect("a number"))
            .collect()
    }

    #[test]
    fn every_object_stands_where_the_table_says() {
        let file = file();
        let offsets = offsets(&file);
        assert_eq!(offsets.len(), FIRST_PAGE - 1 + 2 * OF_A_PAGE + 3);
        for (number, at) in (1..).zip(offsets) {
            let head = format!("{number} 0 obj\n");
            assert!(file[at..].starts_with(&head), "object {number}");
        }
        let (_, end) = file.rsplit_once("startxref\n").expect("an end");
        let at: usize = end
            .lines()
            .next()
            .expect("a line")
            .parse()
            .expect("a number");
        assert!(file[at..].starts_with("xref\n"));
    }

    #[test]
    fn a_stream_is_as_long_as_its_object_says() {
        let file = file();
        let mut streams = 0;
        for stream in file.split("\nstream\n").skip(1) {
            let (contents, rest) = stream.split_once("\nendstream").expect("its end");
            let (_, rest) = rest.split_once(" 0 obj\n").expect("the next object");
            let length = rest.lines().next().expect("a line");
            assert_eq!(length, contents.len().to_string());
            streams += 1;
        }
        assert_eq!(streams, 2 * Font::ALL.len() + 2);
    }

    #[test]
    fn text_is_written_as_shapes_and_the_file_in_ascii() {
        let file = file();
        assert_eq!(said(&file)[0], ["SPECIMEN", "1 (beaver) Llanŵyn"]);
        assert!(file.contains("/Title (Sheet \\(CH-0001\\))"));
        assert!(file.is_ascii() && !file.contains("beaver"));
    }

    #[test]
    fn what_belongs_to_the_text_is_tagged_and_what_does_not_is_an_artifact() {
        let file = file();
        for said in [
            "/Lang (en-GB)",
            "/MarkInfo << /Marked true >>",
            "/Artifact BMC\nBT",
            "/P << /MCID 0 >> BDC\nBT",
            "/S /Document",
            "/S /P /P",
            "/Nums [0 [",
        ] {
            assert!(file.contains(said), "{said}");
        }
        let begun = file.matches(" BDC\n").count() + file.matches(" BMC\n").count();
        assert_eq!(begun, file.matches("EMC\n").count());
    }
}
