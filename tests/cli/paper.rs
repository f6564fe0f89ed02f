//! Sheets on paper: what stands on them, what a reader and a scanner find there, and how they come
//! about.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use harness::{CHAIR, CLERK, PROVIDER};

use crate::desk::{Desk, SAFE, has_tool, records, skip, text, tool};

/// A council's name of more than eighty letters, with some of Welsh.
const COUNCIL: &str = "The Joint Parish Council of Wurzel-cum-Thripplington, Nether Wallop, Great \
                       Snoring and Llanŵyn-under-Wychwood";

/// What a command says on standard output.
fn said(program: &str, words: &[&str]) -> String {
    let output = tool(program).args(words).output().expect("a tool");
    String::from_utf8(output.stdout).expect("text")
}

/// Whether the programs that look at pages are there; else it is said how much is skipped.
fn can_look(tools: &[&str], count: usize) -> bool {
    let missing = tools.iter().find(|tool| !has_tool(tool));
    if let Some(missing) = missing {
        skip(count, &format!("looks at pages: there is no {missing}"));
    }
    missing.is_none()
}

/// The holder's sheet in this form, as a script makes it.
fn sheet(desk: &Desk, holder: &str, form: &str, more: &[&str]) -> String {
    let out = desk.out(&format!("sheet.{form}"));
    let option = format!("--{form}");
    let words = ["envelope", "sheet", holder, &option, &out];
    desk.by(PROVIDER, &[&words[..], more].concat()).done();
    out
}

/// The words that stand in the QR code of a page, at so many dots an inch.
fn scanned(desk: &Desk, pdf: &str, dots: &str) -> String {
    let picture = desk.out(&format!("page-{dots}"));
    let render = ["-r", dots, "-f", "1", "-l", "1", "-singlefile", "-png", pdf];
    said("pdftoppm", &[&render[..], &[&picture]].concat());
    said("zbarimg", &["-q", "--raw", &format!("{picture}.png")])
}

/// What was typed in capitals, as a sheet's file has it.
fn lower(words: &str) -> String {
    words.trim().to_ascii_lowercase()
}

#[test]
fn every_form_is_a_new_private_file_outside_the_vaults_folder() {
    let desk = Desk::with_sheets();
    for form in ["text", "html", "pdf"] {
        let out = sheet(&desk, SAFE, form, &[]);
        let mode = fs::metadata(&out).expect("a sheet").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{form}");
        let option = format!("--{form}");
        let again = ["envelope", "sheet", SAFE, &option, &out];
        desk.by(PROVIDER, &again).refused(2);
        let inside = text(&desk.path(&format!("vault/sheet.{form}")));
        let beside = ["envelope", "sheet", SAFE, &option, &inside];
        let specimen = [&beside[..], &["--specimen"]].concat();
        for words in [&beside[..], &specimen] {
            desk.by(PROVIDER, words).refused(2);
            assert!(!Path::new(&inside).exists());
        }
    }
    let two = ["--text", "out/a", "--pdf", "out/b"];
    for forms in [&two[..], &[]] {
        let words = [&["envelope", "sheet", SAFE], forms].concat();
        desk.by(PROVIDER, &words).refused(2);
    }
}

#[test]
fn a_scanner_reads_the_words_from_the_page_and_they_open_the_envelope() {
    if !can_look(&["pdftoppm", "zbarimg"], 4) {
        return;
    }
    let desk = Desk::with_sheets();
    let pdf = sheet(&desk, SAFE, "pdf", &["--council", COUNCIL]);
    let words = scanned(&desk, &pdf, "100");
    assert_eq!(words.split_whitespace().count(), 20, "{words}");
    assert_eq!(
        words.trim(),
        words.trim().to_uppercase(),
        "the small alphabet"
    );
    assert_eq!(scanned(&desk, &pdf, "300"), words);
    let found = said("pdftotext", &["-raw", "-l", "1", &pdf, "-"]);
    let numbered: Vec<&str> = found.lines().filter(|line| numbered(line)).collect();
    let printed = numbered.iter().filter_map(|line| line.split(' ').nth(1));
    assert_eq!(printed.collect::<Vec<_>>().join(" "), lower(&words));
    desk.by(PROVIDER, &["envelope", "seal"]).done();
    desk.file("out/safe.txt", words.as_bytes());
    let opening = desk.opening(&["--list"]);
    let opening: Vec<&str> = opening.iter().map(String::as_str).collect();
    desk.run(&opening).done();
}

/// Whether a line is a number and a word, as the twenty are.
fn numbered(line: &str) -> bool {
    let Some((number, word)) = line.trim().split_once(' ') else {
        return false;
    };
    let is_word = word.bytes().all(|byte| byte.is_ascii_lowercase());
    number.parse::<u8>().is_ok_and(|it| (1..=20).contains(&it)) && is_word
}

/// What must be found in the order in which it is read.
fn in_order(found: &str, phrases: &[String]) {
    let mut rest = found;
    for phrase in phrases {
        let (_, after) = rest
            .split_once(phrase.as_str())
            .unwrap_or_else(|| panic!("{phrase:?} is not where it should be in {found}"));
        rest = after;
    }
}

#[test]
fn the_text_of_a_page_comes_out_in_the_order_in_which_it_is_read() {
    if !can_look(&["pdftotext"], 2) {
        return;
    }
    let desk = Desk::with_sheets();
    let pdf = sheet(&desk, CHAIR, "pdf", &["--council", COUNCIL]);
    for way in [&["-nopgbrk"][..], &["-nopgbrk", "-raw"]] {
        let found = said("pdftotext", &[way, &["-l", "1", &pdf, "-"]].concat());
        let mut phrases: Vec<String> = "EMERGENCY SHEET|CH-0002|Kept by Chris Chair|Council:|Vault:|\
            from seal 1 on; printed on |When to open|The rule|Who keeps the others: |clerk|Safe|\
            What to do|1. Note|2. Fetch|3. Use|4. Type|coffer envelope open|5. Answer|The twenty words"
            .split('|')
            .map(str::to_owned)
            .collect();
        phrases.extend((1..=20).map(|number| format!("\n{number} ")));
        phrases.push("Words 3 and 4 are “academic” on every sheet".to_owned());
        in_order(&found, &phrases);
        let joined: Vec<&str> = found.split_whitespace().collect();
        assert!(joined.join(" ").contains(COUNCIL), "{found}");
    }
    let outside = said("pdftotext", &["-f", "3", &pdf, "-"]);
    in_order(
        &outside,
        &[
            "OPEN ONLY\nIN AN EMERGENCY".to_owned(),
            "CH-0002".to_owned(),
        ],
    );
    for words in [
        "Sealed on",
        "Witness",
        "Bag number",
        "Opened on",
        "Reason",
        "Minute",
    ] {
        assert!(outside.contains(words), "{words}");
    }
}

#[test]
fn a_page_is_tagged_for_whoever_has_it_read_out() {
    if !can_look(&["pdfinfo"], 2) {
        return;
    }
    let desk = Desk::with_sheets();
    for (size, serial) in [(&[][..], "CH-0002"), (&["--large"], "CH-0003")] {
        let pdf = sheet(&desk, CHAIR, "pdf", size);
        let about = said("pdfinfo", &[&pdf]);
        assert!(about.contains("Tagged:          yes"), "{about}");
        assert!(
            about.contains(&format!("Title:           Emergency sheet {serial}")),
            "{about}"
        );
        let tree = said("pdfinfo", &["-struct-text", &pdf]);
        let said = "Document|H1|EMERGENCY SHEET|P|Kept by Chris Chair|H2|When to open this|L|LI|Lbl|1. |\
            LBody|Note the time|coffer envelope open|H2|The twenty words|L|LI|Lbl|LBody|Figure|H2|\
            Where the vault file is|H1|OPEN ONLY|When it is opened";
        let phrases: Vec<String> = said.split('|').map(str::to_owned).collect();
        in_order(&tree, &phrases);
        let words = words_in_tree(&tree);
        assert_eq!(words.len(), 20, "{tree}");
        fs::remove_file(pdf).expect("a sheet");
    }
}

/// The words of the second list, as a reading machine gives them.
fn words_in_tree(tree: &str) -> Vec<&str> {
    let (_, list) = tree.split_once("The twenty words").expect("its heading");
    let (list, _) = list.split_once("Figure").expect("the picture after it");
    let lines = list
        .lines()
        .map(str::trim)
        .map(|line| line.trim_matches('"'));
    let is_word = |line: &&str| line.len() > 2 && line.bytes().all(|b| b.is_ascii_lowercase());
    lines.filter(is_word).collect()
}

#[test]
fn words_three_and_four_of_every_sheet_are_what_the_paper_says() {
    let desk = Desk::with_sheets();
    for holder in [CHAIR, CLERK, SAFE] {
        let out = sheet(&desk, holder, "text", &[]);
        assert_eq!(words_in(&out)[2..4], ["academic", "academic"], "{holder}");
        fs::remove_file(out).expect("a sheet");
    }
}

#[test]
fn what_has_no_room_on_the_page_is_refused_with_its_limit_and_never_cut() {
    let desk = Desk::with_sheets();
    let out = desk.out("never.pdf");
    let long = "x".repeat(201);
    for (option, limit) in [
        ("--vault-at", "120 characters"),
        ("--copy-at", "120 characters"),
        ("--ring", "80 characters"),
        ("--council", "200 characters"),
    ] {
        let words = ["envelope", "sheet", SAFE, "--pdf", &out, option];
        for (text, said) in [(long.as_str(), limit), ("a\u{202e}b", "unprintable")] {
            let ran = desk
                .by(PROVIDER, &[&words[..], &[text]].concat())
                .refused(2);
            assert!(
                ran.stderr.contains(option) && ran.stderr.contains(said),
                "{ran:?}"
            );
            assert!(!Path::new(&out).exists());
        }
    }
    let five = [
        "--ring", "a", "--ring", "b", "--ring", "c", "--ring", "d", "--ring", "e",
    ];
    let words = ["envelope", "sheet", SAFE, "--pdf", &out];
    let ran = desk.by(PROVIDER, &[&words[..], &five].concat()).refused(2);
    assert!(ran.stderr.contains("room for 4 people"), "{ran:?}");
    let large = ["envelope", "sheet", SAFE, "--text", &out, "--large"];
    desk.by(PROVIDER, &large).refused(2);
    let place = format!("place:{}", "x".repeat(61));
    let rule = [
        "envelope", "rule", "any-two", "--holder", CHAIR, CLERK, &place,
    ];
    let ran = desk.by(PROVIDER, &rule).refused(2);
    assert!(ran.stderr.contains("60 characters"), "{ran:?}");
}

#[test]
fn a_file_that_will_not_be_there_tomorrow_is_not_printed_as_the_place_of_the_vault() {
    let desk = Desk::with_sheets();
    let page = fs::read_to_string(sheet(&desk, SAFE, "text", &[])).expect("a sheet");
    assert!(!page.contains("coffer.vault"), "{page}");
    let line = page.lines().find(|line| line.contains("The file:"));
    assert!(line.is_some_and(|line| line.contains("____")), "{page}");
}

/// Where the words of both pages are: the page's size, then left, top, right and bottom of each.
fn boxes(pdf: &str) -> Vec<([f64; 2], Vec<[f64; 4]>)> {
    let number = |line: &str, name: &str| {
        let value = line.split(&format!("{name}=\"")).nth(1).expect("a member");
        let value = value.split('"').next().expect("a value");
        value.parse::<f64>().expect("a number")
    };
    let mut pages = Vec::new();
    for line in said("pdftotext", &["-bbox", pdf, "-"]).lines() {
        if line.contains("<page ") {
            pages.push((
                ["width", "height"].map(|name| number(line, name)),
                Vec::new(),
            ));
        } else if line.contains("<word ") {
            let edges = ["xMin", "yMin", "xMax", "yMax"].map(|name| number(line, name));
            pages.last_mut().expect("a page").1.push(edges);
        }
    }
    pages
}

#[test]
fn nothing_leaves_the_page_or_meets_its_neighbour_however_long_the_names_are() {
    if !can_look(&["pdftotext", "pdffonts", "pdfinfo"], 3) {
        return;
    }
    let desk = Desk::with_sheets();
    let (wide, long) = ("Wm ".repeat(26), "W".repeat(80));
    let longest = "W".repeat(200);
    for (name, council, size) in [
        ("usual", "Example", &[][..]),
        ("long", COUNCIL, &["--large"]),
        ("wide", &longest, &[]),
    ] {
        let out = desk.out(&format!("{name}.pdf"));
        let ring = ["--ring", &wide, "--ring", &long, "--ring", "Siân Ŵyn"];
        let places = [
            "--copy-at",
            &wide,
            "--vault-at",
            &long,
            "--council",
            council,
        ];
        let words = ["envelope", "sheet", SAFE, "--pdf", &out];
        desk.by(PROVIDER, &[&words[..], &places, &ring, size].concat())
            .done();
        let pages = boxes(&out);
        let large = !size.is_empty();
        assert_eq!(pages.len() > 3, large, "{name}: {}", pages.len());
        for ([width, height], words) in pages {
            assert!((width - 595.28).abs() < 0.1 && (height - 841.89).abs() < 0.1);
            assert!(words.len() > 10);
            for (at, [left, top, right, bottom]) in words.iter().enumerate() {
                let inside = *left > 40.0 && *top > 30.0 && *right < 556.0 && *bottom < 830.0;
                assert!(inside, "{name}: {left} {top} {right} {bottom}");
                // A line's letters reach into the next line's room, and do not meet its letters.
                let middle = (top + bottom) / 2.0;
                let met = words[at + 1..].iter().find(|other| {
                    let across = *left < other[2] - 0.5 && other[0] + 0.5 < *right;
                    across && other[1] < middle && middle < other[3]
                });
                assert_eq!(met, None, "{name}: {left} {top} {right} {bottom}");
            }
        }
        let fonts = said("pdffonts", &[&out]);
        let named: Vec<&str> = fonts.lines().skip(2).collect();
        // Embedded, a part of the font, and with a table of its letters.
        let whole = |font: &&str| font.contains("Identity-H") && font.contains("yes yes yes");
        assert!(named.len() == 3 && named.iter().all(whole), "{fonts}");
    }
}

#[test]
fn the_page_for_a_browser_runs_nothing_and_fetches_nothing() {
    let desk = Desk::with_sheets();
    let html = fs::read_to_string(sheet(&desk, SAFE, "html", &[])).expect("a page");
    let policy = "default-src 'none'; style-src 'unsafe-inline'";
    assert!(html.contains(policy) && html.contains("<svg ") && !html.contains("<script"));
    assert_eq!(
        html.matches("http").count(),
        2,
        "a policy and the name of SVG"
    );
}

#[test]
fn a_specimen_needs_nobody_leaves_no_record_and_opens_nothing() {
    let desk = Desk::empty();
    let bare = desk.out("bare.txt");
    let words = [
        "envelope",
        "sheet",
        "--specimen",
        "--text",
        &bare,
        "--no-input",
    ];
    desk.run(&words).done();
    let desk = Desk::with_envelope();
    let before = fs::read(desk.vault()).expect("the vault");
    for form in ["text", "html", "pdf"] {
        let out = desk.out(&format!("specimen.{form}"));
        let option = format!("--{form}");
        desk.run(&["envelope", "sheet", "--specimen", &option, &out])
            .done();
        let page = match form {
            "pdf" if can_look(&["pdftotext"], 1) => said("pdftotext", &[&out, "-"]),
            "pdf" => continue,
            _ => fs::read_to_string(out).expect("a specimen"),
        };
        assert!(page.matches("SPECIMEN").count() >= 4, "{form}");
        assert!(page.contains("It has no key and opens nothing"), "{form}");
    }
    assert_eq!(fs::read(desk.vault()).expect("the vault"), before);
    let specimen = desk.out("specimen.text");
    let chair = desk.out("chair.txt");
    let open = [
        "envelope",
        "open",
        "--no-input",
        "--yes",
        "--list",
        "--sheet-file",
        &chair,
    ];
    let terms = [
        "--sheet-file",
        &specimen,
        "--opener",
        CHAIR,
        "--reason",
        "to practise",
    ];
    let ran = desk.run(&[&open[..], &terms].concat()).refused(5);
    assert!(ran.stderr.contains("this is the specimen"), "{ran:?}");
    let log = desk.log();
    for outcome in ["denied", "failed"] {
        assert!(records(&log, "envelope.sheet", outcome).is_empty());
    }
}

#[test]
fn without_questions_the_reading_back_is_skipped_and_the_record_says_so() {
    let desk = Desk::with_sheets();
    let log = desk.log();
    let made = records(&log, "envelope.issue", "ok");
    assert_eq!(made.len(), 3);
    assert!(made.iter().all(|line| line["read_back"] == false));
}

/// A person at a terminal who answers as `answer` does, given the sheet's words and a number.
fn at_a_terminal(desk: &Desk, out: &str, answer: fn(&[String], usize) -> String) -> String {
    let pass = desk.passphrase(PROVIDER);
    let command = format!(
        "'{}' envelope sheet '{CHAIR}' --text '{out}' --as '{PROVIDER}' --passphrase-file '{pass}'",
        env!("CARGO_BIN_EXE_coffer")
    );
    let mut child = desk.by_tool("script", &["-qec", &command, "/dev/null"]);
    let mut child = child
        .stdin(std::process::Stdio::piped())
        .spawn()
        .expect("a terminal");
    let mut keyboard = child.stdin.take().expect("a keyboard");
    let mut screen = child.stdout.take().expect("a screen");
    let mut shown = String::new();
    let mut seen = 0;
    let mut piece = [0; 256];
    loop {
        let read = std::io::Read::read(&mut screen, &mut piece).unwrap_or(0);
        if read == 0 {
            break;
        }
        shown.push_str(&String::from_utf8_lossy(&piece[..read]));
        if !shown[seen..].trim_end().ends_with(':') {
            continue;
        }
        let asked = shown[seen..].lines().last().unwrap_or_default();
        let number = asked
            .trim()
            .strip_prefix("Word ")
            .and_then(|it| it.strip_suffix(':'));
        let typed = match number.and_then(|it| it.parse().ok()) {
            Some(number) => answer(&words_in(out), number),
            None => "yes".to_owned(),
        };
        seen = shown.len();
        // Whoever broke off types no more.
        let key = std::io::Write::write_all(&mut keyboard, format!("{typed}\n").as_bytes());
        key.unwrap_or_default();
    }
    child.wait().expect("an end");
    shown
}

fn words_in(out: &str) -> Vec<String> {
    let page = fs::read_to_string(out).expect("a sheet");
    let line = page.lines().find_map(|line| line.strip_prefix("words: "));
    line.expect("words").split(' ').map(str::to_owned).collect()
}

#[test]
fn three_words_are_read_back_before_the_sheet_stands_and_then_its_file_is_removed() {
    if !can_look(&["script"], 2) {
        return;
    }
    let desk = Desk::with_sheets();
    let out = desk.out("good");
    let right = |words: &[String], number: usize| words[number - 1].to_uppercase();
    let shown = at_a_terminal(&desk, &out, right);
    assert!(
        shown.contains("three words were read back and are right"),
        "{shown}"
    );
    assert!(!Path::new(&out).exists(), "{shown}");
    let out = desk.out("bad");
    let shown = at_a_terminal(&desk, &out, |words, number| {
        words[number % 20].clone() + "x"
    });
    assert!(shown.contains("CH-0003 was not made"), "{shown}");
    assert!(!Path::new(&out).exists(), "{shown}");
    let out = desk.out("given-up");
    let shown = at_a_terminal(&desk, &out, |_, _| "\u{3}".to_owned());
    assert!(shown.contains("cancelled"), "{shown}");
    assert!(!Path::new(&out).exists(), "{shown}");
    let log = desk.log();
    let made = records(&log, "envelope.issue", "ok");
    assert_eq!(made.len(), 4, "one more than before");
    assert_eq!(made.last().expect("a record")["read_back"], true);
    assert_eq!(records(&log, "envelope.issue", "failed").len(), 1);
    desk.run(&["log", "verify"]).done();
}
