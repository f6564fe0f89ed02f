//! The documents name only commands that exist, as the program itself lists them.

use std::collections::BTreeMap;
use std::process::Command;

use crate::source::{Finding, files, read};

/// Global options that stand before a command and take a value.
const WITH_VALUE: [&str; 4] = ["--as", "--passphrase-file", "--reason", "--vault"];

/// A document.
pub(crate) struct Page {
    pub(crate) path: String,
    text: String,
}

impl Page {
    /// README.md, if it is there, and every page of docs/.
    pub(crate) fn all() -> Vec<Self> {
        let mut paths = files("docs/", "md");
        paths.extend(files("", "md").into_iter().filter(|p| p == "README.md"));
        let page = |path: String| Self {
            text: read(&path),
            path,
        };
        paths.into_iter().map(page).collect()
    }
}

/// The help text of a command, by the program itself.
pub(crate) fn help(program: &str, nouns: &[String]) -> String {
    let output = Command::new(program)
        .args(nouns)
        .arg("--help")
        .output()
        .expect("the program runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Every command in a code span or code block that the program does not have. `help` gives the
/// help text below a sequence of commands.
pub(crate) fn check(pages: &[Page], help: &dyn Fn(&[String]) -> String) -> Vec<Finding> {
    let mut known: BTreeMap<Vec<String>, Vec<String>> = BTreeMap::new();
    let mut findings = Vec::new();
    for page in pages {
        for (line, code) in code(&page.text) {
            for words in invocations(&code) {
                let mut nouns = Vec::new();
                for word in words {
                    let below = known
                        .entry(nouns.clone())
                        .or_insert_with(|| subcommands(&help(&nouns)));
                    if below.is_empty() && !nouns.is_empty() {
                        break;
                    }
                    if !below.contains(&word) {
                        let command = [&nouns[..], &[word]].concat().join(" ");
                        let what = format!("there is no command `coffer {command}`");
                        findings.push(Finding::new(&page.path, line, what));
                        break;
                    }
                    nouns.push(word);
                }
            }
        }
    }
    findings
}

/// The names under `Commands:` in a help text.
fn subcommands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    listed
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect()
}

/// The code of a markdown text, line by line: whole lines of blocks, and spans.
fn code(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut in_block = false;
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        } else if in_block {
            found.push((at + 1, line.to_owned()));
        } else {
            let spans = line.split('`').skip(1).step_by(2);
            found.extend(spans.map(|span| (at + 1, span.to_owned())));
        }
    }
    found
}

/// The commands that follow the program's name in a line of code, options left out; each ends at
/// the first word that cannot be a command.
fn invocations(code: &str) -> Vec<Vec<String>> {
    let words: Vec<&str> = code.split_whitespace().collect();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let after_run = words[..at].windows(2).any(|pair| pair == ["cargo", "run"]);
        let by_cargo = *word == "--" && after_run;
        let by_name = word.rsplit('/').next() == Some("coffer");
        if !by_name && !by_cargo {
            continue;
        }
        let mut commands = Vec::new();
        let mut rest = words[at + 1..].iter();
        while let Some(word) = rest.next() {
            if WITH_VALUE.contains(word) {
                rest.next();
            } else if is_command(word) {
                commands.push((*word).to_owned());
            } else if !word.starts_with("--") {
                break;
            }
        }
        found.push(commands);
    }
    found
}

fn is_command(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.chars().all(|c| c.is_ascii_lowercase() || c == '-')
}

#[cfg(test)]
fn found(text: &str) -> Vec<usize> {
    let page = Page {
        path: "README.md".into(),
        text: text.into(),
    };
    let help = |nouns: &[String]| {
        match nouns.join(" ").as_str() {
        "" => "A vault\n\nUsage: x\n\nCommands:\n  get   Show\n          more\n  log   Records\n\nOptions:\n  -h".into(),
        "log" => "Commands:\n  show\n  verify  Check\n".into(),
        _ => "Usage: coffer get ENTRY".to_owned(),
    }
    };
    let findings = check(&[page], &help);
    findings.iter().map(|finding| finding.line).collect()
}

#[test]
fn a_command_that_does_not_exist_is_found() {
    assert_eq!(found("run `coffer fetch x`"), [1]);
    assert_eq!(found("a\n```sh\n$ coffer get a | coffer put b\n```"), [3]);
    assert_eq!(found("`coffer --as Pat --json fetch`"), [1]);
    assert_eq!(found("`coffer log burn`"), [1]);
    assert_eq!(found("`target/release/coffer fetch`"), [1]);
    assert_eq!(
        found("```\n$ cargo run --release --locked -- demo\n```"),
        [2]
    );
}

#[test]
fn what_exists_and_what_is_not_a_command_is_let_pass() {
    assert_eq!(found("coffer makes toast, `coffer.vault` too"), [0; 0]);
    assert_eq!(found("`coffer --vault FILE get website --reveal`"), [0; 0]);
    assert_eq!(
        found("`coffer log verify --quick` and `coffer log --help`"),
        [0; 0]
    );
    assert_eq!(
        found("`coffer COMMAND --help`, `cargo test -- demo`, `coffer`"),
        [0; 0]
    );
}
