//! Commands that are printed for people are pasted into a shell, whatever titles the council's
//! entries have: a title from somebody's export never becomes a command of its own.

use std::fs;

use harness::PROVIDER;

use crate::desk::{Desk, has_tool, skip};
use crate::ran::Ran;

/// Titles as an export may hold them.
const TITLES: [&str; 7] = [
    "Website $(touch X)",
    "Website `touch X`",
    "Website'; touch X; '",
    "Website\"; touch X; \"",
    "--vault X",
    "Website! \\ %PATH% & | > X",
    "Gwefan y Cyngor – Tŷ",
];

/// Every command line that a run printed.
fn printed(ran: &Ran) -> Vec<String> {
    let stdout = String::from_utf8_lossy(&ran.stdout).into_owned();
    let lines = stdout.lines().chain(ran.stderr.lines());
    let command = |line: &str| {
        let start = line.find("coffer ")?;
        let command = line[start..].split(", or --").next()?;
        // A card has it in brackets.
        Some(if line[..start].ends_with("; ") {
            command.strip_suffix(')')?.to_owned()
        } else {
            command.to_owned()
        })
    };
    lines.filter_map(command).collect()
}

/// The words that a shell makes of a command line.
fn words_in(desk: &Desk, command: &str) -> Vec<String> {
    let script =
        format!("coffer() {{ for word; do printf '%s\\n' \"$word\"; done; }}\n{command}\n");
    let mut shell = desk.by_tool("sh", &["-c", &script]);
    let out = shell.current_dir(desk.path("out")).output();
    let out = out.expect("a shell");
    assert!(out.status.success(), "{command}: {out:?}");
    let words = String::from_utf8(out.stdout).expect("text");
    words.lines().map(str::to_owned).collect()
}

/// Runs `words`, whose last follow `--`, for the provider.
fn before(desk: &Desk, words: &[&str]) -> Ran {
    let who = desk.words_of(PROVIDER, &[]);
    let who: Vec<&str> = who.iter().map(String::as_str).collect();
    desk.run(&[&who[..], words].concat())
}

#[test]
fn a_printed_command_is_that_command_in_a_shell_whatever_the_title_is() {
    if !has_tool("sh") {
        return skip(1, "test of printed commands: there is no sh");
    }
    let desk = Desk::at_work();
    let mut commands = 0;
    for title in TITLES {
        let add = ["add", "--collection", "Services", "--kind", "service"];
        let add = [&add[..], &["--generate", "words:3", "--", title]].concat();
        let added = before(&desk, &add).done();
        let listed = desk.by(PROVIDER, &["list", "--json"]).done().json();
        let entries = listed["entries"].as_array().expect("entries");
        let entry = entries.iter().find(|entry| entry["title"] == *title);
        let id = entry.expect("it was added")["id"].as_str().expect("an id");
        let runs = [
            added,
            desk.by(PROVIDER, &["show", id]).done(),
            desk.by(PROVIDER, &["history", id]).done(),
            desk.by(PROVIDER, &["rotate", id, "--generate", "words:3"])
                .done(),
        ];
        for command in runs.iter().flat_map(printed) {
            let words = words_in(&desk, &command);
            let names_it = |word: &String| word == title || word == id;
            assert!(words.iter().any(names_it), "{command}: {words:?}");
            commands += 1;
        }
    }
    assert_eq!(fs::read_dir(desk.path("out")).expect("a folder").count(), 0);
    assert_eq!(commands, 5 * TITLES.len());
}

#[test]
fn a_printed_command_leads_to_the_entry_where_two_have_one_title() {
    let desk = Desk::at_work();
    let twin = ["add", "Website", "--collection", "Services"];
    let how = ["--kind", "service", "--generate", "words:3", "--anyway"];
    let added = desk.by(PROVIDER, &[&twin[..], &how].concat()).done();
    let listed = desk.by(PROVIDER, &["list", "--json"]).done().json();
    let entries = listed["entries"].as_array().expect("entries");
    let twins = entries.iter().filter(|entry| entry["title"] == "Website");
    // The twin has no user name.
    let mut twins = twins.filter(|entry| entry["username"] != "council-admin");
    let id = twins.next().expect("it was added")["id"].as_str();
    let id = id.expect("an id").to_owned();
    let shown = desk.by(PROVIDER, &["show", &id]).done();
    let history = desk.by(PROVIDER, &["history", &id]).done();
    for ran in [added, shown, history] {
        let commands = printed(&ran);
        assert!(!commands.is_empty(), "{ran:?}");
        for command in commands {
            assert!(command.contains(&id), "{command} is for either of them");
        }
    }
}
