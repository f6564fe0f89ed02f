//! Files that became others: each is read or refused, with a status that is documented, in the time
//! and memory of a small file, and no value is ever a wrong one.

mod mutation;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::thread;

use harness::{AUDITOR, CLERK, PROVIDER, WEBSITE_PASSWORD};

use self::mutation::mutated;
use crate::desk::{Desk, Files, count, has_tool, skip};
use crate::ran::{Ran, fed};

/// With `1` every mutation is tried, which takes the better part of an hour; with other words every
/// mutation of the files that are read with them: `import|`.
const ALL: &str = "COFFER_ALL_MUTATIONS";

/// Seconds after which a run has hung.
const PATIENCE: &str = "20";

/// KiB of address space that a run may have; what it uses is less.
const MEMORY: u32 = 200 * 1024;

/// The file that is another, and who reads it with which words, between bars. Where the file is a
/// folder, one of its files is meant; with a dot before its name, the newest with that ending.
struct Reader {
    file: &'static str,
    by: Option<&'static str>,
    words: &'static str,
}

const fn reader(file: &'static str, by: Option<&'static str>, words: &'static str) -> Reader {
    Reader { file, by, words }
}

const GET: &str = "get|Website|--reveal";
const OPEN: &str = "envelope|open|--no-input|--yes|--sheet-file|out/chair.txt|--sheet-file|\
    out/safe.txt|--opener|Chris Chair|--witness|Clem Clerk|--reason|no website|--reveal|Website";
const SEED: &str = "add|Portal|--collection|Services|--kind|service|--generate|words:4|\
    --totp-file|out/seed";
const SIGN: &str = "witness|--folder|home/witness|sign|out/request|--answer|out/new-answer";

const VAULT: [Reader; 9] = [
    reader("vault/coffer.vault", None, "status"),
    reader("vault/coffer.vault", None, "log|verify"),
    reader("vault/coffer.vault", None, "log|verify|--quick|--state"),
    reader("vault/coffer.vault", None, OPEN),
    reader("vault/coffer.vault", Some(PROVIDER), GET),
    reader("vault/coffer.vault", Some(CLERK), "list|--json"),
    reader("vault/coffer.vault", Some(AUDITOR), "log|show|--json"),
    reader("out/copy.vault", Some(CLERK), "log|merge|out/copy.vault"),
    reader(
        "out/copy.vault",
        Some(PROVIDER),
        "restore|out/copy.vault|--vault|out/new.vault",
    ),
];

const SMALL: [Reader; 18] = [
    reader("out/safe.txt", None, OPEN),
    reader(
        "out/safe.txt",
        Some(PROVIDER),
        "envelope|check|--sheet-file|out/safe.txt",
    ),
    reader(
        "out/journal.jsonl",
        Some(CLERK),
        "log|merge|out/journal.jsonl",
    ),
    reader("state/.seen", Some(PROVIDER), GET),
    reader("state/.newest", Some(PROVIDER), GET),
    reader("state/.ledger", Some(PROVIDER), GET),
    reader("state/.person", Some(PROVIDER), GET),
    reader("state/.verified", None, "log|verify|--since-last"),
    reader("out/minutes.txt", None, "log|verify|--pins|out/minutes.txt"),
    reader("out/head", None, "log|verify|--witness|out/head"),
    reader(
        "out/answer",
        Some(PROVIDER),
        "log|witness|take|out/answer|--json",
    ),
    reader("out/request", None, SIGN),
    reader(
        "out/log.vkeys",
        None,
        "witness|--folder|home/witness|trust|out/log.vkeys",
    ),
    reader("home/witness/", None, SIGN),
    reader("out/export.csv", Some(PROVIDER), "import|out/export.csv"),
    reader("out/export.json", Some(PROVIDER), "import|out/export.json"),
    reader("out/seed", Some(PROVIDER), SEED),
    reader("pass/pat-provider", Some(PROVIDER), GET),
];

/// A spreadsheet's and a password manager's export, in which every member that is read is there.
const CSV: &str = "url,username,password,totp,extra,name,grouping,fav\n\
    https://example.org,admin,Heron-77-Lantern,JBSWY3DPEHPK3PXP,\"two\nlines\",Shop,Web,0\n\
    https://example.com,clerk,\"a \"\"quoted\"\" one\",,,Bank,,1\n";
const JSON: &str = r#"{"encrypted":false,"folders":[{"id":"f1","name":"Web"}],"items":[
    {"id":"i1","folderId":"f1","type":1,"name":"Shop","notes":"note","favorite":false,
     "fields":[{"name":"PIN","value":"1234","type":1}],
     "login":{"uris":[{"match":null,"uri":"https://example.org"}],"username":"admin",
              "password":"Heron-77-Lantern","totp":"JBSWY3DPEHPK3PXP"}},
    {"id":"i2","type":2,"name":"Safe","notes":"behind the door","secureNote":{"type":0}}]}"#;
const TOTP: &str = "otpauth://totp/Example:admin?secret=JBSWY3DPEHPK3PXP&algorithm=SHA256&digits=8";

/// A desk on which every file lies that is read, each of them sound.
fn furnished() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| {
        let desk = Desk::opened_elsewhere();
        desk.be_witnessed();
        // Only what a longer log says is written down.
        while desk.memory("ledger").is_empty() {
            desk.by(PROVIDER, &["list"]).done();
        }
        for (name, content) in [("export.csv", CSV), ("export.json", JSON), ("seed", TOTP)] {
            desk.file(&format!("out/{name}"), content.as_bytes());
        }
        desk.files()
    })
}

impl Reader {
    /// The file on this desk, of several by the number.
    fn path(&self, desk: &Desk, number: u64) -> PathBuf {
        if let Some((_, ending)) = self.file.split_once("/.") {
            return desk.memory(ending)[0].clone();
        }
        let path = desk.path(self.file);
        if path.is_file() {
            return path;
        }
        let mut files = files_in(&path);
        files.sort();
        let at = usize::try_from(number).expect("a number") % files.len();
        files.swap_remove(at)
    }

    /// Runs the words within bounds of time and memory.
    fn run(&self, desk: &Desk) -> Ran {
        let words: Vec<&str> = self.words.split('|').collect();
        let words = self.by.map_or_else(
            || words.iter().map(ToString::to_string).collect(),
            |name| desk.words_of(name, &words),
        );
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let bounds = format!("ulimit -v {MEMORY}; exec timeout {PATIENCE} \"$@\"");
        let mut command = desk.through("sh", &["-c", &bounds, "sh"], &words);
        // What an allocator reserves for each thread is not used.
        command.env("MALLOC_ARENA_MAX", "1");
        fed(command, b"")
    }

    /// What is wrong with how the run ended.
    fn lapse(&self, ran: &Ran) -> Option<&'static str> {
        let Some(status) = ran.status else {
            return Some("ended by a signal: no memory was left, or it crashed");
        };
        let (done, documented) = (status == 0, matches!(status, 0 | 2..=13));
        let shown = String::from_utf8_lossy(&ran.stdout);
        let reveals = self.words.ends_with("--reveal") || self.words.ends_with("Website");
        if status == 124 {
            Some("it hung")
        } else if !documented {
            Some("a status that no input may lead to")
        } else if done && ran.stderr.contains("error: ") {
            Some("an error that does not show in the status")
        } else if !done && status != 13 && !ran.stderr.contains("hint: ") {
            Some("a refusal that does not say what to do")
        } else if ran.stderr.chars().any(|it| it.is_control() && it != '\n') {
            Some("a control character in a message")
        } else if ran.stderr.lines().any(|line| line.len() > 2_000) {
            Some("a very long line")
        } else if reveals && done != shown.contains(WEBSITE_PASSWORD) {
            Some("a wrong value, or one where it was refused")
        } else {
            None
        }
    }
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let within = |path: PathBuf| {
        if path.is_dir() {
            files_in(&path)
        } else {
            vec![path]
        }
    };
    paths.flat_map(within).collect()
}

/// How often each status was seen, and what was wrong.
#[derive(Default)]
struct Tally {
    ended: BTreeMap<Option<i32>, usize>,
    lapses: Vec<String>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        for (status, times) in other.ended {
            *self.ended.entry(status).or_default() += times;
        }
        self.lapses.extend(other.lapses);
    }
}

/// Tries the mutations of these numbers.
fn tried(reader: &Reader, numbers: Range<u64>) -> Tally {
    let mut tally = Tally::default();
    for number in numbers {
        let desk = Desk::laid_out(furnished());
        if reader.file.starts_with("state/") {
            // The machine remembers by the place where a vault stands.
            desk.by(PROVIDER, &["list"]).done();
            desk.run(&["log", "verify"]).done();
        }
        let path = reader.path(&desk, number);
        let sound = fs::read(&path).expect("a file");
        let other = mutated(&sound, number);
        if other == sound {
            continue;
        }
        fs::write(&path, other).expect("a file");
        let ran = reader.run(&desk);
        if let Some(lapse) = reader.lapse(&ran) {
            let Reader { file, words, .. } = reader;
            let lapses = &mut tally.lapses;
            lapses.push(format!(
                "{file}, {words}, mutation {number}: {lapse}: {ran:?}"
            ));
        }
        *tally.ended.entry(ran.status).or_default() += 1;
    }
    tally
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a test may take is no secret"
)]
fn every_mutation_of() -> Option<String> {
    let words = env::var_os(ALL)?.into_string().ok()?;
    Some(words.replace('1', ""))
}

/// Gives every reader its share of `sample` mutations, or of `all`.
fn survive(readers: &[Reader], sample: u64, all: u64) {
    if !has_tool("timeout") || !has_tool("sh") {
        skip(
            readers.len(),
            "readers of mutated files: sh or timeout is not there",
        );
        return;
    }
    let wanted = every_mutation_of();
    furnished();
    let mut lapses = Vec::new();
    for (reader, nth) in readers.iter().zip(0..) {
        let Reader { file, words, .. } = reader;
        let each = match &wanted {
            None => sample,
            Some(wanted) if words.contains(wanted.as_str()) => all,
            Some(_) => continue,
        };
        let (from, middle, to) = (nth * all, nth * all + each / 2, nth * all + each);
        let mut tally = Tally::default();
        thread::scope(|scope| {
            let halves = [from..middle, middle..to];
            let tries = halves.map(|numbers| scope.spawn(|| tried(reader, numbers)));
            for one in tries {
                tally.add(one.join().expect("no panic"));
            }
        });
        count(&format!("{file}, {words}: {:?}", tally.ended));
        lapses.extend(tally.lapses);
    }
    let first: Vec<&str> = lapses.iter().take(10).map(String::as_str).collect();
    assert!(
        first.is_empty(),
        "{} lapses\n{}",
        lapses.len(),
        first.join("\n")
    );
}

#[test]
fn a_vault_file_that_became_another_is_refused_or_shows_what_was_stored() {
    survive(&VAULT, 20, 667);
}

#[test]
fn a_small_file_that_became_another_is_refused_or_read_and_costs_no_more() {
    survive(&SMALL, 16, 5_000);
}

#[test]
fn every_reader_reads_the_sound_file() {
    let mut unread = Vec::new();
    for reader in VAULT.iter().chain(&SMALL) {
        let desk = Desk::laid_out(furnished());
        let ran = reader.run(&desk);
        if reader.lapse(&ran).is_some() || !matches!(ran.status, Some(0 | 13)) {
            unread.push(format!("{}: {ran:?}", reader.words));
        }
    }
    assert!(unread.is_empty(), "{}", unread.join("\n"));
}
