use vault_core::secret::SecretString;

use super::*;
use crate::faces::paper::tests::{frame, sheet};

/// How far to the right and down a page is used, its footer aside.
fn reach(page: &Page<'_>) -> (f64, f64) {
    let mut reach = (0.0_f64, 0.0_f64);
    for mark in page.marks() {
        let (right, down) = match mark {
            Mark::Text {
                at,
                font,
                size,
                text,
                ..
            } => (
                at.0 + font.width(text.trim_end(), *size),
                at.1 + size * 0.25,
            ),
            Mark::Filled(rect, _) | Mark::Frame(rect, _) | Mark::Qr(rect, _) => {
                (rect.left + rect.width, rect.top + rect.height)
            }
            Mark::Watermark(_) => continue,
        };
        reach = (reach.0.max(right), reach.1.max(down));
    }
    reach
}

/// The pages of a sheet, and how many of them are for the inside.
fn pages_of(sheet: &Sheet<'_>, size: Size, look: impl FnOnce(&[Page<'_>], usize)) {
    let qr = sheet.qr();
    let mut set = Setter::new(size);
    inside::set(&mut set, &sheet.inside(), sheet, &qr);
    let within = set.pages.len();
    set.turn_page();
    outside::set(&mut set, &sheet.outside());
    look(&set.finish().0, within);
}

fn demand_room(sheet: &Sheet<'_>) {
    for size in [Size::Usual, Size::Large] {
        pages_of(sheet, size, |pages, within| {
            assert!(pages.len() == within + 1 && within <= 5, "{within} pages");
            for page in pages {
                let (right, down) = reach(page);
                assert!(right <= PAGE.left + PAGE.width + 0.01, "{right} {size:?}");
                assert!(down <= BOTTOM + 4.0, "{down} {size:?}");
            }
        });
    }
}

#[test]
fn the_pages_hold_the_longest_names_that_there_can_be() {
    let words = SecretString::new(["umbrella"; 20].join(" "));
    for letters in ["W", "Wm ", "Llanfairpwllgwyngyll "] {
        let long = |most: usize| letters.chars().cycle().take(most).collect::<String>();
        let mut frame = frame();
        frame.rule = "the chair's or the clerk's sheet and the sheets of 16 councillors \
                      together open the envelope"
            .to_owned();
        frame.council = long(200);
        frame.others = vec![long(200); 64];
        frame.vault = Some(long(120));
        frame.copied = Some(frame.made);
        for copy in [None, Some(long(120))] {
            frame.copy = copy;
            for people in [0, 4] {
                frame.ring = vec![long(80); people];
                for is_specimen in [false, true] {
                    demand_room(&Sheet {
                        serial: "MMMMMMMM-4294967295",
                        holder: &long(200),
                        is_specimen,
                        ..sheet(&frame, &words)
                    });
                }
            }
        }
    }
}

#[test]
fn all_that_is_needed_to_open_stands_on_the_first_page() {
    let words = SecretString::new(["umbrella"; 20].join(" "));
    let frame = frame();
    pages_of(&sheet(&frame, &words), Size::Usual, |pages, within| {
        assert_eq!((pages.len(), within), (3, 2));
        let words = pages[0]
            .marks()
            .filter(|mark| matches!(mark, Mark::Text { text, .. } if text == "umbrella"));
        assert_eq!(words.count(), 20);
        assert!(pages[0].marks().any(|mark| matches!(mark, Mark::Qr(..))));
    });
}

#[test]
fn running_text_has_twelve_points_and_sixteen_where_it_is_large() {
    let words = SecretString::new(["umbrella"; 20].join(" "));
    let frame = frame();
    for (size, least) in [(Size::Usual, 12.0), (Size::Large, 16.0)] {
        pages_of(&sheet(&frame, &words), size, |pages, _| {
            for mark in pages.iter().flat_map(Page::marks) {
                if let Mark::Text { size, text, .. } = mark {
                    assert!(*size >= least, "{text} in {size}");
                }
            }
        });
    }
}
