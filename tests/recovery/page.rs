//! The page, followed to the letter: its blocks are what is run.

use std::env;
use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::office::Office;
use crate::repository;

/// What the page asks for, in its order: the last three are run here, the others by `prepare.sh`.
const BLOCKS: usize = 5;

/// The blocks of this language in the page, without their fences.
fn blocks<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let fence = format!("```{language}\n");
    let end = |rest: &'p str| rest.find("\n```\n").expect("a fence that ends") + 1;
    let after = page.split(&*fence).skip(1);
    after.map(|rest| &rest[..end(rest)]).collect()
}

/// A folder as the page has it before the program is started.
pub(crate) struct Table {
    folder: TempDir,
    start: String,
}

impl Table {
    /// Checks the tools and cuts out the program, by the page's own commands.
    pub(crate) fn set(tools: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let page = fs::read_to_string(repository("docs/recovery.md")).expect("the page");
        let shell = blocks(&page, "sh");
        let [_, _, check, cut, start] = shell[..] else {
            panic!("{} blocks, not {BLOCKS}", shell.len());
        };
        symlink(tools, folder.path().join("tools")).expect("a link");
        fs::write(folder.path().join("recovery.md"), &page).expect("a copy");
        let table = Self {
            folder,
            start: start.to_owned(),
        };
        let checked = table.shell(check, "");
        assert_eq!(checked.status, Some(0), "{}", checked.said);
        assert_eq!(checked.said.lines().count(), 1, "{}", checked.said);
        let cut = table.shell(cut, "");
        assert_eq!((cut.status, &*cut.said), (Some(0), ""));
        let program = fs::read_to_string(table.folder.path().join("recover.py"));
        assert_eq!([program.expect("a program")], *blocks(&page, "python"));
        table
    }

    /// Starts the program over a copy of the vault, types the sheets of these holders and asks for
    /// these numbers of the list; it must open.
    pub(crate) fn open(&self, office: &Office, holders: &[&str], numbers: &[usize]) -> Recovered {
        let recovered = self.try_open(office, holders, numbers);
        assert_eq!(recovered.status, Some(0), "{}", recovered.said);
        recovered
    }

    /// The same, whether it opens or not.
    pub(crate) fn try_open(
        &self,
        office: &Office,
        holders: &[&str],
        numbers: &[usize],
    ) -> Recovered {
        let words: Vec<String> = holders.iter().map(|holder| office.words(holder)).collect();
        self.run(office, &words, numbers)
    }

    /// The same with lines of words. Where the rule is not met by the last of them there are no more.
    pub(crate) fn run(&self, office: &Office, words: &[String], numbers: &[usize]) -> Recovered {
        let copy = self.folder.path().join("coffer.vault");
        fs::copy(office.vault(), &copy).expect("a copy");
        let before = fs::read(&copy).expect("the copy");
        let chosen = numbers.iter().map(|number| format!("{number}\n"));
        let ended = [String::new(), String::new()];
        let typed: Vec<String> = words.iter().cloned().chain(chosen).chain(ended).collect();
        let recovered = self.shell(&self.start, &format!("{}\n", typed.join("\n")));
        assert!(
            fs::read(&copy).expect("the copy") == before,
            "the file was changed"
        );
        recovered
    }

    fn shell(&self, script: &str, input: &str) -> Recovered {
        let mut command = Command::new("sh");
        command
            .args(["-ec", script])
            .env_clear()
            .env("PATH", path())
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("a shell");
        let mut stdin = child.stdin.take().expect("a pipe");
        // What refuses before it has read all closes the pipe.
        stdin.write_all(input.as_bytes()).unwrap_or_default();
        drop(stdin);
        let output = child.wait_with_output().expect("an end");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).expect("UTF-8");
        assert!(!said.contains("Traceback"), "{said}");
        Recovered::read(output.status.code(), said)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "where other people's programs stand is no secret"
)]
fn path() -> String {
    env::var("PATH").expect("a path")
}

/// An entry as it was shown.
pub(crate) struct Card {
    pub(crate) title: String,
    fields: Vec<(String, String)>,
}

impl Card {
    /// The value of a field.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        fields.find_map(|(known, value)| (known == name).then_some(&**value))
    }

    /// The one-time code.
    pub(crate) fn code(&self) -> Option<&str> {
        let mut fields = self.fields.iter();
        fields.find_map(|(name, value)| name.starts_with("code at ").then_some(&**value))
    }

    /// What stands between the choice of an entry and the request to write down that it was read.
    fn read(text: &str) -> Option<Self> {
        let (text, _) = text.split_once("\nWrite down ")?;
        let text = text.trim_start_matches('\n');
        let (title, lines) = text.split_once('\n').unwrap_or((text, ""));
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in lines.lines() {
            if let (Some(more), Some((_, value))) = (line.strip_prefix("      "), fields.last_mut())
            {
                value.extend(["\n", more]);
            } else {
                let (name, value) = line.trim_start().split_once(": ")?;
                fields.push((name.to_owned(), value.to_owned()));
            }
        }
        let title = title.to_owned();
        Some(Self { title, fields })
    }
}

/// How a run ended, and what it showed.
pub(crate) struct Recovered {
    pub(crate) status: Option<i32>,
    /// The lines of the list, without their numbers.
    pub(crate) listed: Vec<String>,
    pub(crate) cards: Vec<Card>,
    pub(crate) said: String,
}

impl Recovered {
    fn read(status: Option<i32>, said: String) -> Self {
        let mut parts = said.split("Which number is to be shown? Enter alone ends. ");
        let list = parts
            .next()
            .and_then(|part| part.split_once("In the envelope:\n"));
        let listed = list.map_or("", |(_, list)| list).lines();
        let listed = listed.filter_map(|line| line.trim_start().split_once("  "));
        let listed = listed.map(|(_, line)| line.to_owned()).collect();
        let cards = parts.filter_map(Card::read).collect();
        Self {
            status,
            listed,
            cards,
            said,
        }
    }

    /// The titles in the order in which they were shown.
    pub(crate) fn titles(&self) -> Vec<&str> {
        self.cards.iter().map(|card| &*card.title).collect()
    }

    /// The entry of this title.
    pub(crate) fn card(&self, title: &str) -> &Card {
        let mut cards = self.cards.iter();
        let found = cards.find(|card| card.title == title);
        found.unwrap_or_else(|| panic!("no {title} in {}", self.said))
    }
}
