use super::*;

pub(super) fn words() -> SecretString {
    let words: Vec<String> = (1..=20).map(|number| format!("word{number}")).collect();
    SecretString::new(words.join(" "))
}

pub(super) fn frame() -> Frame {
    Frame {
        council: "Example Parish Council".to_owned(),
        rule: "any two of the three sheets together open the envelope".to_owned(),
        made: "2026-11-21T22:05:00Z".parse().expect("a time"),
        vault: "coffer.vault".to_owned(),
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

/// Each form of a sheet whose free texts are all `hostile`.
fn forms_of(hostile: &str) -> [String; 3] {
    let mut frame = frame();
    for text in [&mut frame.council, &mut frame.vault] {
        hostile.clone_into(text);
    }
    frame.copy = Some(hostile.to_owned());
    frame.ring = vec![hostile.to_owned()];
    let words = words();
    let sheet = Sheet {
        holder: hostile,
        ..sheet(&frame, &words)
    };
    [Form::Text, Form::Html, Form::Pdf].map(|form| {
        let set = sheet.render(form);
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
        assert_eq!(pdf.matches("\nendstream").count(), 2, "{hostile:?}");
    }
}

#[test]
fn a_long_text_loses_its_middle_and_says_so() {
    let long = format!("first {} last", "x".repeat(4096));
    let fitted = fitted(&long, NAME);
    assert!(fitted.starts_with("first ") && fitted.ends_with(" last"));
    assert!(fitted.contains('…') && fitted.chars().count() <= NAME + 1);
}

#[test]
fn every_form_has_each_word_and_the_outside_has_none() {
    let (frame, words) = (frame(), words());
    let sheet = sheet(&frame, &words);
    for form in [Form::Text, Form::Html, Form::Pdf] {
        let set = sheet.render(form);
        let set = std::str::from_utf8(set.expose()).expect("text");
        let parts = match form {
            Form::Text => set.split_once("outside of the envelope"),
            Form::Html => set.split_once("<main class=\"outside\">"),
            Form::Pdf => set.split_once("endstream"),
        };
        let (inside, outside) = parts.expect("two pages");
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
fn a_specimen_says_so_on_both_pages_of_every_form() {
    let (frame, words) = (frame(), words());
    let specimen = Sheet {
        is_specimen: true,
        ..sheet(&frame, &words)
    };
    for form in [Form::Text, Form::Html, Form::Pdf] {
        let set = specimen.render(form);
        let set = std::str::from_utf8(set.expose()).expect("text");
        assert_eq!(set.matches(SPECIMEN).count(), 2, "{form:?}");
        assert!(set.matches("SPECIMEN").count() >= 2, "{form:?}");
        let set = sheet(&frame, &words).render(form);
        let set = String::from_utf8(set.expose().to_vec()).expect("text");
        assert!(!set.contains(SPECIMEN), "{form:?}");
    }
}

#[test]
fn letters_that_a_pdf_cannot_print_are_told_from_those_that_it_can() {
    let (mut frame, words) = (frame(), words());
    assert!(sheet(&frame, &words).is_whole(Form::Pdf));
    frame.ring = vec!["Siân Ŷnys".to_owned()];
    assert!(!sheet(&frame, &words).is_whole(Form::Pdf));
    assert!(sheet(&frame, &words).is_whole(Form::Html));
}
