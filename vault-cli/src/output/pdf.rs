//! Pages of text, lines and QR codes as a PDF file (ISO 32000-1): uncompressed, with the fonts that
//! every reader brings along. Pages may hold secrets, so that the file is written in one pass to
//! whatever takes it, and nothing is kept here.

mod font;
mod latin;
mod page;
mod syntax;

use std::fmt::{self, Write};

pub use self::font::Font;
pub use self::latin::{is_whole, printable};
pub use self::page::{Ink, Mark, Page, Rect};
use self::syntax::Objects;

/// The width of A4 in points of 1/72 inch.
pub const WIDTH: f64 = 595.28;

/// The height of A4.
pub const HEIGHT: f64 = 841.89;

/// The numbers of the objects that every file has; pages follow.
const CATALOGUE: usize = 1;
const TREE: usize = 2;
const ABOUT: usize = 3;
const FIRST_FONT: usize = 4;
const FIRST_PAGE: usize = FIRST_FONT + Font::ALL.len();
/// A page, its contents, and their length.
const OF_A_PAGE: usize = 3;

/// A file of A4 pages.
pub struct Document<'a> {
    /// What a reader shows in its title bar.
    pub title: &'a str,
    /// The pages.
    pub pages: Vec<Page<'a>>,
}

impl Document<'_> {
    /// Writes the file, in ASCII throughout.
    ///
    /// # Errors
    /// What `to` answers.
    pub fn write(&self, to: &mut dyn Write) -> fmt::Result {
        let mut file = Objects::begin(to)?;
        // Nothing is scaled or put on the back of a sheet unless somebody chooses so.
        file.object(&format!(
            "<< /Type /Catalog /Pages {TREE} 0 R /Lang (en-GB) /ViewerPreferences \
             << /PrintScaling /None /Duplex /Simplex /DisplayDocTitle true >> >>"
        ))?;
        let numbers = (FIRST_PAGE..).step_by(OF_A_PAGE).take(self.pages.len());
        let kids: Vec<String> = numbers.map(|page| format!("{page} 0 R")).collect();
        file.object(&format!(
            "<< /Type /Pages /Kids [{}] /Count {} >>",
            kids.join(" "),
            kids.len()
        ))?;
        file.object(&format!("<< /Title {} >>", syntax::string(self.title)))?;
        for font in Font::ALL {
            file.object(&format!(
                "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>",
                font.name()
            ))?;
        }
        for page in &self.pages {
            let contents = file.next() + 1;
            file.object(&format!(
                "<< /Type /Page /Parent {TREE} 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] \
                 /Resources << /Font << {} >> >> /Contents {contents} 0 R >>",
                fonts()
            ))?;
            file.stream(|to| page.write(to))?;
        }
        file.end(CATALOGUE, ABOUT)
    }
}

/// The fonts as a page's resources name them.
fn fonts() -> String {
    let numbered = Font::ALL.iter().zip(FIRST_FONT..);
    let fonts: Vec<String> = numbered
        .map(|(font, number)| format!("/{} {number} 0 R", font.tag()))
        .collect();
    fonts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> String {
        let mut page = Page::default();
        page.marks.push(Mark::Text {
            at: (72.0, 72.0),
            font: Font::Bold,
            size: 15.0,
            ink: Ink::BLACK,
            text: "1 (beaver) Zoë".into(),
        });
        let pages = vec![page, Page::default()];
        let title = "Sheet (CH-0001)";
        let mut file = String::new();
        let written = Document { title, pages }.write(&mut file);
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
        assert_eq!(offsets.len(), 3 + Font::ALL.len() + 2 * OF_A_PAGE);
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
        let (_, rest) = file.split_once("stream\n").expect("a stream");
        let (contents, rest) = rest.split_once("\nendstream").expect("its end");
        let (_, rest) = rest.split_once(" 0 obj\n").expect("the next object");
        let length = rest.lines().next().expect("a line");
        assert_eq!(length, contents.len().to_string());
    }

    #[test]
    fn text_keeps_its_brackets_and_letters() {
        let file = file();
        assert!(file.contains("(1 \\(beaver\\) Zo\\353) Tj"));
        assert!(file.contains("/Title (Sheet \\(CH-0001\\))"));
        assert!(file.is_ascii());
    }
}
