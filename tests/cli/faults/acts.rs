//! Every command that writes, one line each.

use std::fs;
use std::path::{Path, PathBuf};

use harness::{AUDITOR, CHAIR, CLERK, COUNCILLOR, PROVIDER, WEBSITE_PASSWORD, WITNESS};

use crate::desk::{Desk, SAFE, text};

/// A password that is proposed.
const NEW: &str = "GreenLanternHill-9";

/// Another program's export, of one entry.
const EXPORT: &str = "url,username,password,totp,extra,name,grouping,fav\n\
                      https://example.org,clerk,AmberHarbourKite-3,,,Parking,,0\n";

/// A command that writes, and what is true when nothing goes wrong.
#[derive(Clone, Copy)]
pub(super) struct Act {
    /// Its words between bars. A word that begins with `@` is a file on the desk, one with `%` is
    /// what is in a file there; `@new` is a file that is not there yet.
    pub(super) words: &'static str,
    /// Who gives it with their own passphrase; nobody where the words say all.
    who: Option<&'static str>,
    /// The desk that it begins on.
    pub(super) stage: fn() -> Desk,
    /// What is given on standard input.
    pub(super) input: &'static str,
    /// How it ends.
    pub(super) ends: i32,
    /// How it ends when it is given again after it was done.
    pub(super) again: i32,
    /// A value that it shows, and the record without which that is never shown.
    pub(super) shows: Option<(&'static str, &'static str)>,
}

impl Act {
    const fn of(stage: fn() -> Desk, who: &'static str, words: &'static str) -> Self {
        Self {
            words,
            who: Some(who),
            stage,
            input: "",
            ends: 0,
            again: 0,
            shows: None,
        }
    }

    const fn alone(stage: fn() -> Desk, words: &'static str) -> Self {
        Self {
            who: None,
            ..Self::of(stage, "", words)
        }
    }

    const fn given(self, input: &'static str) -> Self {
        Self { input, ..self }
    }

    const fn ends(self, ends: i32) -> Self {
        Self {
            ends,
            again: ends,
            ..self
        }
    }

    const fn again(self, again: i32) -> Self {
        Self { again, ..self }
    }

    const fn shows(self, value: &'static str, event: &'static str) -> Self {
        Self {
            shows: Some((value, event)),
            ..self
        }
    }

    /// Whether somebody unlocks the vault for it.
    pub(super) fn unlocks(&self) -> bool {
        self.who.is_some() || self.words.contains("|--passphrase-file|")
    }

    /// Whether it writes a file besides the vault.
    pub(super) fn writes(&self) -> bool {
        self.words.split('|').any(|word| word == "@new")
    }

    /// The file that the `attempt`-th run writes.
    pub(super) fn file(desk: &Desk, attempt: usize) -> PathBuf {
        desk.path(&format!("out/new-{attempt}"))
    }

    /// The command line of the `attempt`-th run.
    pub(super) fn command_line(&self, desk: &Desk, attempt: usize) -> Vec<String> {
        let words = self.words.split('|').map(|word| {
            if word == "@new" {
                text(&Self::file(desk, attempt))
            } else if let Some(name) = word.strip_prefix('@') {
                text(&desk.path(name))
            } else if let Some(name) = word.strip_prefix('%') {
                fs::read_to_string(desk.path(name)).expect("a file on the desk")
            } else {
                word.to_owned()
            }
        });
        let words: Vec<String> = words.collect();
        let Some(who) = self.who else {
            return words;
        };
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        desk.words_of(who, &words)
    }
}

pub(super) const ACTS: [Act; 50] = [
    Act::alone(
        unfounded,
        "init|--council|Example Parish Council|--person|Pat Provider|--role|it-provider\
         |--new-passphrase-file|@pass/pat-provider|--no-input",
    )
    .again(2),
    Act::of(
        Desk::at_work,
        PROVIDER,
        "person|add|Con Councillor|--role|councillor|--initial-passphrase-file|@new",
    )
    .again(2),
    Act::alone(
        invited,
        "enrol|--as|Con Councillor|--passphrase-file|@out/first|--new-passphrase-file\
         |@pass/con-councillor|--acknowledge|--no-input|--json",
    )
    .again(5),
    Act::of(
        reminded,
        CLERK,
        "passphrase|change|--new-passphrase-file|@pass/new|--json",
    )
    .again(5),
    Act::of(
        Desk::at_work,
        PROVIDER,
        "collection|add|Grounds|--kind|service|--json",
    )
    .again(2),
    Act::of(
        Desk::at_work,
        PROVIDER,
        "collection|grant|Services|Clem Clerk|--permission|read|--json",
    ),
    Act::of(
        Desk::at_work,
        PROVIDER,
        "add|Library|--collection|Services|--kind|service|--password-stdin|--json",
    )
    .given(NEW),
    Act::of(Desk::at_work, PROVIDER, "get|Website|--reveal")
        .shows(WEBSITE_PASSWORD, "secret.reveal"),
    Act::of(pending, PROVIDER, "get|Website|--reveal|--pending").shows(NEW, "secret.reveal"),
    Act::of(
        Desk::at_work,
        PROVIDER,
        "rotate|Website|--password-stdin|--json",
    )
    .given(NEW)
    .again(2),
    Act::of(pending, PROVIDER, "rotate|Website|--confirm|--json").again(2),
    Act::of(pending, PROVIDER, "rotate|Website|--abort|--json").again(2),
    Act::of(Desk::at_work, PROVIDER, "retire|Website|--json").again(2),
    Act::of(retired, PROVIDER, "restore-entry|Website|--json").again(2),
    Act::of(
        Desk::at_work,
        PROVIDER,
        "collection|revoke|Access log|Alex Auditor|--json",
    ),
    Act::of(with_seed, PROVIDER, "totp|Router"),
    Act::of(Desk::at_work, PROVIDER, "history|Website|--json"),
    Act::of(
        Desk::at_work,
        PROVIDER,
        "collection|revoke|Administration|Clem Clerk|--json",
    )
    .again(6),
    Act::of(
        exported,
        PROVIDER,
        "import|@out/export.csv|--collection|Services|--apply|--json",
    ),
    Act::of(
        Desk::at_work,
        PROVIDER,
        "envelope|rule|any-two|--holder|Chris Chair|--holder|Clem Clerk|--holder|place:Safe|--json",
    ),
    Act::of(
        ruled,
        PROVIDER,
        "envelope|sheet|Chris Chair|--pdf|@new|--json",
    ),
    Act::of(Desk::with_sheets, PROVIDER, "envelope|seal|--json"),
    Act::of(sealed, CLERK, "approve|%out/seal|--json").again(6),
    Act::of(sealed, PROVIDER, "list|--json").shows("Website", "vault.unlock"),
    Act::alone(
        Desk::with_envelope,
        "envelope|open|--no-input|--yes|--sheet-file|@out/chair.txt|--sheet-file|@out/safe.txt\
         |--opener|Chris Chair|--witness|Clem Clerk|--reason|the website is down|--list|--json",
    )
    .shows("Website", "envelope.list"),
    Act::alone(
        Desk::with_envelope,
        "envelope|open|--no-input|--yes|--sheet-file|@out/chair.txt|--sheet-file|@out/safe.txt\
         |--opener|Chris Chair|--witness|Clem Clerk|--reason|the website is down|--reveal|Website\
         |--json",
    )
    .shows(WEBSITE_PASSWORD, "secret.reveal"),
    Act::alone(
        with_newcomer,
        "envelope|takeover|--no-input|--yes|--sheet-file|@out/chair.txt|--sheet-file|@out/safe.txt\
         |--opener|Chris Chair|--witness|Clem Clerk|--reason|nobody is left|--person|Con Councillor\
         |--role|clerk|--new-passphrase-file|@pass/con-councillor|--json",
    )
    .again(2),
    Act::of(Desk::with_envelope, CHAIR, "envelope|lost|CH-0001|--json").again(2),
    Act::of(
        Desk::with_envelope,
        CLERK,
        "envelope|look|CH-0001|intact|--bag|B-1042|--json",
    ),
    Act::of(
        Desk::with_envelope,
        CLERK,
        "envelope|check|--sheet-file|@out/clerk.txt|--json",
    ),
    Act::of(
        Desk::with_envelope,
        CLERK,
        "envelope|drill|--sheet-file|@out/clerk.txt|--sheet-file|@out/safe.txt|--json",
    ),
    Act::of(opened, CLERK, "envelope|done|minute|--json").again(6),
    Act::of(opened, CLERK, "envelope|classify|emergency|--json").again(6),
    Act::of(
        Desk::at_work,
        CLERK,
        "incident|raise|--device|a lost telephone|--reason|left on a train|--json",
    ),
    Act::of(
        raised,
        CLERK,
        "incident|decide|%out/incident|--reason|it was wiped|--json",
    ),
    Act::of(
        raised,
        CLERK,
        "incident|hold|%out/incident|--reason|the insurer asks|--json",
    )
    .again(2),
    Act::of(
        held,
        CLERK,
        "incident|hold|%out/incident|--release|--reason|the claim is settled|--json",
    )
    .again(2),
    Act::of(
        Desk::opened_elsewhere,
        CLERK,
        "log|merge|@out/journal.jsonl|--json",
    ),
    Act::of(
        Desk::opened_elsewhere,
        CLERK,
        "log|merge|@out/copy.vault|--json",
    ),
    Act::of(
        Desk::long_at_work,
        CLERK,
        "log|forget|--before|2024-01-01|--json",
    ),
    Act::of(to_forget, PROVIDER, "approve|%out/request|--json"),
    Act::of(decided, CLERK, "incident|close|%out/incident|--json").again(2),
    Act::of(met, PROVIDER, "log|witness|add|%out/vkey|--json").again(2),
    Act::of(vouched, CLERK, "log|witness|take|@out/answer|--json").again(2),
    Act::of(Desk::at_work, AUDITOR, "log|show|--json").shows("Website", "log.read"),
    Act::of(Desk::at_work, AUDITOR, "report|custody|--json").shows("Website", "log.read"),
    Act::of(Desk::at_work, AUDITOR, "log|verify|--record|--json"),
    Act::of(Desk::at_work, PROVIDER, "backup|@new|--json"),
    Act::alone(
        Desk::at_work,
        "list|--as|Pat Provider|--passphrase-file|@pass/clem-clerk|--no-input",
    )
    .ends(5),
    Act::of(Desk::at_work, AUDITOR, "get|Website|--reveal").ends(7),
];

/// The clerk has asked for old words to be erased.
fn to_forget() -> Desk {
    let desk = Desk::long_at_work();
    let words = ["log", "forget", "--before", "2024-01-01", "--json"];
    let request = desk.by(CLERK, &words).done().record().to_string();
    desk.file("out/request", request.as_bytes());
    desk
}

fn unfounded() -> Desk {
    let desk = Desk::empty();
    desk.passphrase(PROVIDER);
    desk
}

fn invited() -> Desk {
    let desk = Desk::at_work();
    let invite = ["person", "add", COUNCILLOR, "--role", "councillor"];
    let first = text(&desk.path("out/first"));
    let words = [&invite[..], &["--initial-passphrase-file", &first]].concat();
    desk.by(PROVIDER, &words).done();
    desk.passphrase(COUNCILLOR);
    desk
}

fn reminded() -> Desk {
    let desk = Desk::at_work();
    desk.file("pass/new", b"orange tractor biscuit harbour");
    desk
}

fn pending() -> Desk {
    let desk = Desk::at_work();
    let words = ["rotate", "Website", "--password-stdin"];
    desk.by_with(PROVIDER, &words, NEW.as_bytes()).done();
    desk
}

fn retired() -> Desk {
    let desk = Desk::at_work();
    desk.by(PROVIDER, &["retire", "Website"]).done();
    desk
}

fn with_seed() -> Desk {
    let desk = Desk::at_work();
    let seed = desk.file("out/seed", b"JBSWY3DPEHPK3PXP");
    let add = ["add", "Router", "--collection", "Services", "--kind"];
    let value = ["service", "--generate", "words:4", "--totp-file", &seed];
    desk.by(PROVIDER, &[&add[..], &value].concat()).done();
    desk
}

fn exported() -> Desk {
    let desk = Desk::at_work();
    desk.file("out/export.csv", EXPORT.as_bytes());
    desk
}

fn ruled() -> Desk {
    let desk = Desk::at_work();
    let rule = ["envelope", "rule", "any-two"];
    let holders = ["--holder", CHAIR, "--holder", CLERK, "--holder", SAFE];
    desk.by(PROVIDER, &[&rule[..], &holders].concat()).done();
    desk
}

fn sealed() -> Desk {
    let desk = Desk::with_sheets();
    let sealed = desk.by(PROVIDER, &["envelope", "seal", "--json"]).done();
    desk.file("out/seal", sealed.record().to_string().as_bytes());
    desk
}

fn with_newcomer() -> Desk {
    let desk = Desk::with_envelope();
    desk.passphrase(COUNCILLOR);
    desk
}

fn raised() -> Desk {
    let desk = Desk::at_work();
    let words = ["incident", "raise", "--device", "a lost telephone"];
    let why = ["--reason", "left on a train", "--json"];
    let raised = desk.by(PROVIDER, &[&words[..], &why].concat()).done();
    let number = raised.json()["record"].to_string();
    desk.file("out/incident", number.as_bytes());
    desk
}

fn decided() -> Desk {
    let desk = raised();
    let number = fs::read_to_string(desk.path("out/incident")).expect("a number");
    let words = ["incident", "decide", &number, "--reason", "it was wiped"];
    desk.by(CLERK, &words).done();
    desk
}

/// The witness at the same desk, in a folder of its own.
const AT: [&str; 3] = ["--folder", "home/witness", "--json"];

fn met() -> Desk {
    let desk = Desk::at_work();
    let found = ["witness", "found", WITNESS];
    let founded = desk.run(&[&found[..], &AT].concat()).done().json();
    let key = founded["vkey"].as_str().expect("a key");
    desk.file("out/vkey", key.as_bytes());
    desk
}

fn vouched() -> Desk {
    let desk = met();
    let key = fs::read_to_string(desk.path("out/vkey")).expect("a key");
    desk.by(PROVIDER, &["log", "witness", "add", &key]).done();
    let keys = desk.run(&["log", "witness", "keys"]).done().stdout;
    let keys = desk.file("out/log.vkeys", &keys);
    let [request, answer] = ["request", "answer"].map(|name| desk.out(name));
    let asks = ["log", "witness", "request", WITNESS, &request];
    let trusts = ["witness", "trust", &keys];
    let signs = ["witness", "sign", &request, "--answer", &answer];
    desk.run(&[&trusts[..], &AT].concat()).done();
    desk.run(&asks).done();
    desk.run(&[&signs[..], &AT].concat()).done();
    desk
}

fn held() -> Desk {
    let desk = raised();
    let number = fs::read_to_string(desk.path("out/incident")).expect("a number");
    let words = ["incident", "hold", &number, "--reason", "the insurer asks"];
    desk.by(CLERK, &words).done();
    desk
}

fn opened() -> Desk {
    let desk = Desk::with_envelope();
    let words = desk.opening(&["--list"]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    desk.run(&words).done();
    desk
}

/// Whether a name is that of a file which a command may leave, killed or not.
pub(super) fn may_be_left(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| {
        let mut remembered = [
            ".seen",
            ".newest",
            ".ledger",
            ".verified",
            ".person",
            ".place",
            ".lock",
            ".new",
        ]
        .iter();
        let drafts = [".founding-", ".copying-", ".restoring-", ".vault.before-"];
        drafts.iter().any(|draft| name.contains(draft))
            || name.ends_with(".sha256")
            || name.starts_with("opening-")
            || remembered.any(|ending| name.ends_with(ending))
    })
}
