//! What the stretches of the pages are to whoever has them read out: headings, paragraphs, lists,
//! in the order in which they are read (ISO 32000-1, 14.7 and 14.8).

use std::fmt;

use super::syntax::{self, Objects};

/// What a stretch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// All of it.
    Document,
    /// The heading of a page.
    Title,
    /// The heading of a section.
    Heading,
    /// A paragraph.
    Paragraph,
    /// A list of items that are numbered.
    List,
    /// An item of a list.
    Item,
    /// The number of an item.
    Label,
    /// What an item says.
    Body,
    /// A picture.
    Figure,
}

impl Role {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Document => "Document",
            Self::Title => "H1",
            Self::Heading => "H2",
            Self::Paragraph => "P",
            Self::List => "L",
            Self::Item => "LI",
            Self::Label => "Lbl",
            Self::Body => "LBody",
            Self::Figure => "Figure",
        }
    }
}

/// A mark of a page that belongs to the text: which page, and the mark's number among those of that
/// page that do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The page, from 0.
    pub page: usize,
    /// The mark, from 0.
    pub mark: usize,
}

/// A part of an element.
#[derive(Debug)]
pub enum Part {
    /// An element within it.
    Element(Element),
    /// What stands on a page.
    Mark(Place),
}

/// A stretch of the text, with its parts in the order in which they are read.
#[derive(Debug)]
pub struct Element {
    /// What it is.
    pub role: Role,
    /// What a picture shows, for who cannot see it.
    pub shows: Option<&'static str>,
    /// Its parts.
    pub parts: Vec<Part>,
}

impl Element {
    /// An element without parts yet.
    pub const fn new(role: Role) -> Self {
        Self {
            role,
            shows: None,
            parts: Vec::new(),
        }
    }
}

/// An element with its number in the file and that of the element around it.
struct Numbered<'e> {
    element: &'e Element,
    number: usize,
    around: usize,
    /// The numbers of the elements within it.
    within: Vec<usize>,
}

/// The numbers of the objects that pages are written as.
pub(super) trait Pages {
    /// The number of the page.
    fn number(&self, page: usize) -> usize;
    /// How many there are.
    fn count(&self) -> usize;
}

/// Writes the tree, whose root is the next object.
pub(super) fn write(file: &mut Objects<'_>, top: &Element, pages: &dyn Pages) -> fmt::Result {
    let root = file.next();
    let mut all = Vec::new();
    number(top, root, root, &mut all);
    let owners: Vec<String> = (0..pages.count())
        .map(|page| format!("{page} [{}]", owners(&all, page)))
        .collect();
    file.object(&format!(
        "<< /Type /StructTreeRoot /K {} 0 R /ParentTree << /Nums [{}] >> /ParentTreeNextKey {} >>",
        root + 1,
        owners.join(" "),
        pages.count()
    ))?;
    all.iter()
        .try_for_each(|numbered| file.object(&body(numbered, pages)))
}

/// Numbers `element` and all within it, in the order in which they are read.
fn number<'e>(
    element: &'e Element,
    around: usize,
    root: usize,
    all: &mut Vec<Numbered<'e>>,
) -> usize {
    let at = all.len();
    let own = root + 1 + at;
    all.push(Numbered {
        element,
        number: own,
        around,
        within: Vec::new(),
    });
    for part in &element.parts {
        if let Part::Element(inner) = part {
            let inner = number(inner, own, root, all);
            all[at].within.push(inner);
        }
    }
    own
}

/// The elements that the marks of a page belong to, in the order of the marks.
fn owners(all: &[Numbered<'_>], page: usize) -> String {
    let mut owners: Vec<(usize, usize)> = Vec::new();
    for numbered in all {
        for part in &numbered.element.parts {
            if let Part::Mark(place) = part
                && place.page == page
            {
                owners.push((place.mark, numbered.number));
            }
        }
    }
    owners.sort_unstable();
    let owners = owners.iter().map(|(_, number)| format!("{number} 0 R"));
    owners.collect::<Vec<_>>().join(" ")
}

fn body(numbered: &Numbered<'_>, pages: &dyn Pages) -> String {
    let Element { role, shows, parts } = numbered.element;
    let mut within = numbered.within.iter();
    let parts = parts.iter().filter_map(|part| match part {
        Part::Element(_) => within.next().map(|number| format!("{number} 0 R")),
        Part::Mark(Place { page, mark }) => Some(format!(
            "<< /Type /MCR /Pg {} 0 R /MCID {mark} >>",
            pages.number(*page)
        )),
    });
    let parts = parts.collect::<Vec<_>>().join(" ");
    let mut more = String::new();
    if let Some(shows) = shows {
        more = format!("/Alt {} ", syntax::string(shows));
    }
    if *role == Role::List {
        more.push_str("/A << /O /List /ListNumbering /Decimal >> ");
    }
    format!(
        "<< /Type /StructElem /S /{} /P {} 0 R {more}/K [{parts}] >>",
        role.name(),
        numbered.around
    )
}
