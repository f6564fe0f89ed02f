//! What the clerk copies into the minutes, and the code that stands beside it.

use std::fs;
use std::path::Path;

use harness::{CLERK, PROVIDER};
use vault_core::audit::anchor::Anchor;
use vault_core::audit::pins::Pins;

use crate::desk::{Desk, has_tool, skip, text, tool};

const MINUTES: [&str; 3] = ["log", "checkpoint", "--minutes"];

fn printed(desk: &Desk, more: &[&str]) -> String {
    let ran = desk.run(&[&MINUTES[..], more].concat()).done();
    String::from_utf8(ran.stdout).expect("text")
}

#[test]
fn the_minutes_say_in_words_and_to_programs_what_the_log_held() {
    let desk = Desk::at_work();
    let before = fs::read(desk.vault()).expect("the vault");
    let said = printed(&desk, &[]);
    let json = desk
        .run(&[&MINUTES[..], &["--json"]].concat())
        .done()
        .json();
    assert_eq!(
        fs::read(desk.vault()).expect("the vault"),
        before,
        "nothing is recorded"
    );
    let first = said.lines().next().expect("a sentence");
    let size = json["size"].as_u64().expect("a size");
    let held = format!("the access log of Example Parish Council held {size} records.");
    assert!(
        first.starts_with("At ") && first.ends_with(&held),
        "{first}"
    );
    assert!(
        first.contains(" GMT on ") || first.contains(" BST on "),
        "{first}"
    );
    let pins = Pins::find(&said).expect("pins");
    assert_eq!(
        (pins.size, pins.origin.as_str()),
        (size, json["origin"].as_str().expect("one"))
    );
    assert_eq!(
        pins.genesis.to_string(),
        json["genesis"].as_str().expect("one")
    );
    assert_eq!(
        pins.members.to_string(),
        json["keys"].as_str().expect("one")
    );
    let anchor = said.lines().find_map(|line| line.strip_prefix("Anchor: "));
    assert_eq!(anchor, json["anchor"].as_str());
    let anchor: Anchor = anchor.expect("one").parse().expect("an anchor");
    let root = json["root"].as_str().expect("a root");
    assert!(anchor.size() == size && anchor.matches(&root.parse().expect("a digest")));
    assert!(said.contains(&format!("Root: {root}\n")));
}

#[test]
fn what_came_after_the_last_signature_is_said_apart_and_is_not_in_the_minutes() {
    let desk = Desk::at_work();
    let said = printed(&desk, &[]);
    let wrong = desk.file("pass/wrong", b"not this one\n");
    let words = [
        "list",
        "--as",
        PROVIDER,
        "--passphrase-file",
        &wrong,
        "--no-input",
    ];
    desk.run(&words).refused(5);
    let ran = desk.run(&MINUTES).done();
    assert_eq!(String::from_utf8(ran.stdout).expect("text"), said);
    assert!(
        ran.stderr.contains("1 record since the last signature"),
        "{}",
        ran.stderr
    );
    desk.by(CLERK, &["list"]).done();
    assert_ne!(printed(&desk, &[]), said);
}

#[test]
fn the_code_is_printed_where_it_is_asked_for_and_reads_back_to_the_anchor() {
    let desk = Desk::at_work();
    let svg = desk.out("anchor.svg");
    let plain = printed(&desk, &[]);
    assert!(!plain.contains('█'), "not to a pipe");
    let said = printed(&desk, &["--qr", "--qr-svg", &svg]);
    let blocks = said
        .strip_prefix(&plain)
        .expect("the same, and the code after it");
    desk.run(&[&MINUTES[..], &["--qr-svg", &svg]].concat())
        .refused(2);
    desk.run(&["log", "checkpoint", "--qr"]).refused(2);
    let json = desk
        .run(&[&MINUTES[..], &["--json"]].concat())
        .done()
        .json();
    let anchor = json["anchor"].as_str().expect("an anchor").to_owned();
    let drawn = fs::read_to_string(&svg).expect("a picture");
    assert_eq!(of_blocks(blocks), of_svg(&drawn));
    if !has_tool("zbarimg") {
        skip(
            2,
            "pictures of a code that are read back: zbarimg is not there",
        );
        return;
    }
    for (name, modules) in [("blocks", of_blocks(blocks)), ("svg", of_svg(&drawn))] {
        let path = desk.path("out").join(format!("{name}.pgm"));
        fs::write(&path, picture(&modules)).expect("room");
        assert_eq!(read_back(&path), anchor, "{name}");
    }
}

/// The modules of a code in blocks of text, each line two rows; a missing end is light.
fn of_blocks(text: &str) -> Vec<Vec<bool>> {
    let lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
    let side = 2 * lines.len() - 1;
    let dark = |column: usize, row: usize| {
        let block = lines[row / 2].get(column).copied().unwrap_or(' ');
        match row % 2 {
            0 => "█▀".contains(block),
            _ => "█▄".contains(block),
        }
    };
    (0..side)
        .map(|row| (0..side).map(|column| dark(column, row)).collect())
        .collect()
}

/// The modules of a picture of squares of one unit.
fn of_svg(svg: &str) -> Vec<Vec<bool>> {
    let (_, rest) = svg.split_once("viewBox=\"0 0 ").expect("a view box");
    let side = rest.split(' ').next().and_then(|side| side.parse().ok());
    let side: usize = side.expect("a side");
    let mut modules = vec![vec![false; side]; side];
    for square in svg.split('M').skip(1) {
        let Some((at, "")) = square
            .split_once("h1v1h-1z")
            .map(|(at, rest)| (at, rest.trim_end_matches("\"/>\n</svg>\n")))
        else {
            continue;
        };
        let (x, y) = at.split_once(',').expect("a place");
        let [x, y] = [x, y].map(|at| at.parse::<usize>().expect("a number"));
        modules[y][x] = true;
    }
    modules
}

/// A grey map (PGM) with eight dots a module.
fn picture(modules: &[Vec<bool>]) -> Vec<u8> {
    let side = modules.len() * 8;
    let mut picture = format!("P5\n{side} {side}\n255\n").into_bytes();
    for row in 0..side {
        picture.extend((0..side).map(|column| if modules[row / 8][column / 8] { 0 } else { 255 }));
    }
    picture
}

fn read_back(path: &Path) -> String {
    let mut command = tool("zbarimg");
    command.args(["--quiet", "--raw", &text(path)]);
    let output = command.output().expect("zbarimg runs");
    let said = String::from_utf8(output.stdout).expect("text");
    said.trim_end().to_owned()
}
