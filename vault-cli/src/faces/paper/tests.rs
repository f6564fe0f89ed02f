use super::*;
use crate::output::escape;

pub(super) fn words() -> SecretString {
    let words: Vec<String> = (1..=20).map(|number| format!("word{number}")).collect();
    SecretString::new(words.join(" "))
}

pub(super) fn frame() -> Frame {
    Frame {
        council: "Example Parish Council".to_owned(),
        mark: "7K2M-9QXF".to_owned(),
        seal: Epoch::new(3),
        rule: "any two of the three sheets together open the envelope".to_owned(),
        made: "2026-11-21T22:05:00Z".parse().expect("a time"),
        others: vec!["Chris Clerk, clerk".to_owned(), "Office safe".to_owned()],
        vault: Some("coffer.vault".to_owned()),
        copied: None,
        copy: None,
        ring: Vec::new(),
    }
}

pub(super) fn sheet<'a>(frame: &'a Frame, words: &'a SecretString) -> Sheet<'a> {
    Sheet {
        serial: "CH-0001",
        holder: "Chris Chair",
        is_place: false,
        frame,
        words,
        is_specimen: false,
    }
}

/// A form of a sheet as text: of a PDF what its pages say, the outside after a form feed.
fn said(sheet: &Sheet<'_>, form: Form) -> String {
    let set = sheet.render(form, Size::Usual);
    let set = String::from_utf8(set.expose().to_vec()).expect("text");
    if form != Form::Pdf {
        return set;
    }
    let pages = file::said(&set).into_iter().map(|page| page.join("\n"));
    let pages: Vec<String> = pages.collect();
    let (outside, inside) = pages.split_last().expect("two pages");
    format!("{}\u{c}{outside}", inside.join("\n"))
}

const FORMS: [Form; 3] = [Form::Text, Form::Html, Form::Pdf];

/// The inside and the outside of a form.
fn parts(sheet: &Sheet<'_>, form: Form) -> [String; 2] {
    let set = said(sheet, form);
    let between = match form {
        Form::Text => "outside of the envelope",
        Form::Html => "<main class=\"outside\">",
        Form::Pdf => "\u{c}",
    };
    let (inside, outside) = set.split_once(between).expect("two parts");
    [inside.to_owned(), outside.to_owned()]
}

/// Each form of a sheet whose free texts are all `hostile`, which no option takes.
fn forms_of(hostile: &str) -> [String; 3] {
    let mut frame = frame();
    hostile.clone_into(&mut frame.council);
    frame.vault = Some(hostile.to_owned());
    frame.copy = Some(hostile.to_owned());
    frame.ring = vec![hostile.to_owned()];
    frame.others = vec![hostile.to_owned()];
    let words = words();
    let sheet = Sheet {
        holder: hostile,
        ..sheet(&frame, &words)
    };
    FORMS.map(|form| {
        let set = sheet.render(form, Size::Usual);
        String::from_utf8(set.expose().to_vec()).expect("text")
    })
}

#[test]
fn no_form_has_a_character_that_acts_or_that_was_smuggled_in() {
    for hostile in [
        "Chris\nwords: forged",
        "\u{1b}[2J\u{9b}31m\u{7}",
        "bank\u{202e}txt",
        "<script>alert(1)</script>",
        ") Tj ET (forged) Tj BT (",
        "endstream endobj",
        "\\) \\( \\",
        "a\u{200b}b\r\u{2028}c\0",
    ] {
        let [text, html, pdf] = forms_of(hostile);
        for form in [&text, &html, &pdf] {
            assert!(
                !form.contains(|c| c != '\n' && escape::acts(c)),
                "{hostile:?}"
            );
        }
        let lines = text.lines().filter(|line| line.starts_with("words:"));
        assert_eq!(lines.count(), 1, "{hostile:?}");
        assert!(!html.contains("<script"));
        assert!(!pdf.contains("(forged) Tj") && pdf.is_ascii());
        let [begun, ended] =
            ["\nstream\n", "\nendstream\nendobj\n"].map(|it| pdf.matches(it).count());
        assert!(begun == ended && begun >= 3 * 2 + 3, "{hostile:?}");
    }
}

#[test]
fn every_form_has_each_word_and_the_outside_has_none() {
    let (frame, words) = (frame(), words());
    let sheet = sheet(&frame, &words);
    for form in FORMS {
        let [inside, outside] = parts(&sheet, form);
        for number in 1..=20 {
            assert!(inside.contains(&format!("word{number}")), "{form:?}");
        }
        assert!(
            outside.contains("CH-0001") && !outside.contains("word1"),
            "{form:?}"
        );
    }
}

#[test]
fn every_form_says_what_somebody_frightened_has_to_know() {
    let (frame, words) = (frame(), words());
    let sheet = sheet(&frame, &words);
    for form in FORMS {
        let [inside, outside] = parts(&sheet, form).map(|part| {
            let words: Vec<&str> = part.split_whitespace().collect();
            words.join(" ")
        });
        for words in [
            "Example Parish Council",
            "7K2M-9QXF, from seal 3 on",
            "21 November 2026",
            "Words 3 and 4 are “academic” on every sheet",
            "Who keeps the others: Chris Clerk, clerk; Office safe.",
            "A file of before seal 3 does not know this sheet",
        ] {
            assert!(inside.contains(words), "{form:?}: {words} in {inside}");
        }
        assert!(!inside.contains("Sealed on"), "{form:?}");
        assert_eq!(
            inside.contains("square code is for a scanner"),
            form != Form::Text
        );
        assert!(outside.contains("7K2M-9QXF, from seal 3 on"), "{form:?}");
        assert_eq!(outside.matches("Witness").count(), 4, "{form:?}");
        assert_eq!(outside.matches("Minute").count(), 2, "{form:?}");
    }
}

#[test]
fn the_outside_is_the_same_whatever_the_words_are() {
    let frame = frame();
    let other = SecretString::new(["umbrella"; 20].join(" "));
    for form in FORMS {
        let [[one, outside], [another, same]] =
            [&words(), &other].map(|words| parts(&sheet(&frame, words), form));
        assert!(one != another && outside == same, "{form:?}");
    }
}

#[test]
fn a_specimen_says_so_on_both_parts_of_every_form() {
    let (frame, words) = (frame(), words());
    let specimen = Sheet {
        is_specimen: true,
        ..sheet(&frame, &words)
    };
    for form in FORMS {
        for part in parts(&specimen, form) {
            assert!(
                part.contains(SPECIMEN) && part.contains("SPECIMEN"),
                "{form:?}"
            );
        }
        assert!(!said(&sheet(&frame, &words), form).contains(SPECIMEN));
    }
}

#[test]
fn letters_that_a_pdf_cannot_print_are_told_from_those_that_it_can() {
    let (mut frame, words) = (frame(), words());
    frame.ring = vec!["Siân Ŷnys, Ḃaile Ċliaṫ".to_owned()];
    assert!(sheet(&frame, &words).is_whole(Form::Pdf));
    assert!(said(&sheet(&frame, &words), Form::Pdf).contains("Siân Ŷnys, Ḃaile Ċliaṫ"));
    frame.ring = vec!["Νίκος".to_owned()];
    assert!(!sheet(&frame, &words).is_whole(Form::Pdf));
    assert!(sheet(&frame, &words).is_whole(Form::Html));
}
