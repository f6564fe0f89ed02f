//! A desk with the real program on it: a folder with a vault, passphrases, sheets and room for
//! what is written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use harness::{AUDITOR, CHAIR, CLERK, Council, PROVIDER, WEBSITE_PASSWORD, WITNESS, passphrase_of};
use serde_json::Value;
use vault_core::vault::reveal::Wanted;

use crate::ran::{Ran, fed};

/// The program.
pub(crate) const COFFER: &str = env!("CARGO_BIN_EXE_coffer");

/// Where the tools stand that some tests need: `strace`, `mount`, `sh`.
const TOOLS: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The place that holds the third sheet.
pub(crate) const SAFE: &str = "place:Safe";

/// The password of the entry that the clerk may read.
pub(crate) const MAIL_PASSWORD: &str = "SilverMeadowGate-4";

/// A test that could not be run here must be seen.
#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
pub(crate) fn skip(count: usize, what: &str) {
    eprintln!("skipped: {count} {what}");
}

/// Writes a file that nobody else may read.
fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).expect("a file");
    #[cfg(unix)]
    {
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(path, private).expect("its owner may");
    }
}

/// What a test counted, for whoever reads its output.
#[expect(
    clippy::print_stdout,
    reason = "a count that nobody sees proves nothing"
)]
pub(crate) fn count(what: &str) {
    println!("{what}");
}

/// Whether a tool is there.
pub(crate) fn has_tool(name: &str) -> bool {
    TOOLS
        .split(':')
        .any(|folder| Path::new(folder).join(name).is_file())
}

/// A tool, found where tools are.
pub(crate) fn tool(name: &str) -> Command {
    let mut command = Command::new(name);
    command.env_clear().env("PATH", TOOLS);
    command
}

/// Files with their paths, as they lay on a desk.
pub(crate) type Files = Vec<(PathBuf, Vec<u8>)>;

/// A folder of its own, removed afterwards.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    /// Nothing but room.
    pub(crate) fn empty() -> Self {
        harness::derive_quickly();
        let desk = Self {
            folder: in_memory().unwrap_or_else(|| tempfile::tempdir().expect("a temporary folder")),
        };
        for name in ["vault", "state", "pass", "out", "home", "tmp"] {
            fs::create_dir(desk.path(name)).expect("a folder");
        }
        desk
    }

    /// A vault whose founder is the IT provider.
    pub(crate) fn founded() -> Self {
        static FILES: OnceLock<Files> = OnceLock::new();
        Self::laid_out(FILES.get_or_init(|| Self::found().files()))
    }

    /// Provider, clerk, chair and auditor at work, all of them confirmed; "Services" with the
    /// website, and "Administration", which the clerk may read.
    pub(crate) fn at_work() -> Self {
        static FILES: OnceLock<Files> = OnceLock::new();
        Self::laid_out(FILES.get_or_init(|| Self::set_to_work().files()))
    }

    /// The provider, the clerk, the chair and the auditor, all of whose records are five years old
    /// and more: the second password was read then, for a reason.
    pub(crate) fn long_at_work() -> Self {
        static FILES: OnceLock<Files> = OnceLock::new();
        Self::laid_out(FILES.get_or_init(|| Self::from_long_ago().files()))
    }

    fn from_long_ago() -> Self {
        let council = Council::long_at_work();
        council.unlocked(PROVIDER, |session| {
            let why = Some("the annual meeting");
            session.reveal("Mail tenant", "password", Wanted::Current, why)
        });
        let desk = Self::empty();
        fs::write(desk.vault(), council.file()).expect("a vault");
        for name in [PROVIDER, CLERK, CHAIR, AUDITOR] {
            desk.passphrase(name);
        }
        desk
    }

    /// An envelope, and in `out` the journal of an opening that was made on a copy of the vault, on
    /// another machine, while the vault went on.
    pub(crate) fn opened_elsewhere() -> Self {
        static FILES: OnceLock<Files> = OnceLock::new();
        Self::laid_out(FILES.get_or_init(|| Self::open_elsewhere().files()))
    }

    fn open_elsewhere() -> Self {
        let desk = Self::with_envelope();
        let [copy, journal] = ["copy.vault", "journal.jsonl"].map(|name| desk.out(name));
        fs::copy(desk.vault(), &copy).expect("a copy");
        desk.by(PROVIDER, &["get", "Website", "--reveal"]).done();
        let more = [
            "--reveal",
            "Website",
            "--journal",
            &journal,
            "--vault",
            &copy,
        ];
        let words = desk.opening(&more);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut command = desk.command(&words);
        command.env("COFFER_STATE_DIR", desk.path("elsewhere"));
        fed(command, b"").done();
        desk
    }

    /// The same, with the sheets of `any-two` in `out`, not yet sealed.
    pub(crate) fn with_sheets() -> Self {
        static FILES: OnceLock<Files> = OnceLock::new();
        Self::laid_out(FILES.get_or_init(|| Self::issue_sheets().files()))
    }

    /// The same, sealed and confirmed.
    pub(crate) fn with_envelope() -> Self {
        static FILES: OnceLock<Files> = OnceLock::new();
        Self::laid_out(FILES.get_or_init(|| Self::seal().files()))
    }

    /// The same, of another council than any other desk's.
    pub(crate) fn found() -> Self {
        let desk = Self::empty();
        let founder = desk.passphrase(PROVIDER);
        let words = ["init", "--council", "Example Parish Council", "--no-input"];
        let person = ["--person", PROVIDER, "--role", "it-provider"];
        let file = ["--new-passphrase-file", &founder];
        desk.run(&[&words[..], &person, &file].concat()).done();
        desk
    }

    fn set_to_work() -> Self {
        let desk = Self::founded();
        desk.enrol(CLERK, "clerk");
        for (name, role) in [(CHAIR, "chair"), (AUDITOR, "auditor")] {
            let enrolled = desk.enrol(name, role).to_string();
            desk.by(CLERK, &["approve", &enrolled]).done();
        }
        let provider = |words: &[&str]| desk.by(PROVIDER, words).done();
        provider(&["collection", "add", "Services", "--kind", "service"]);
        provider(&["collection", "add", "Administration", "--kind", "admin"]);
        let grant = ["collection", "grant", "Administration", CLERK];
        provider(&[&grant[..], &["--permission", "read"]].concat());
        desk.store("Website", "Services", WEBSITE_PASSWORD.as_bytes());
        desk.store("Mail tenant", "Administration", MAIL_PASSWORD.as_bytes());
        desk
    }

    fn issue_sheets() -> Self {
        let desk = Self::at_work();
        let rule = ["envelope", "rule", "any-two"];
        let holders = ["--holder", CHAIR, "--holder", CLERK, "--holder", SAFE];
        desk.by(PROVIDER, &[&rule[..], &holders].concat()).done();
        for (holder, file) in [(CHAIR, "chair"), (CLERK, "clerk"), (SAFE, "safe")] {
            let out = desk.out(&format!("{file}.txt"));
            desk.by(PROVIDER, &["envelope", "sheet", holder, "--text", &out])
                .done();
        }
        desk
    }

    fn seal() -> Self {
        let desk = Self::with_sheets();
        let sealed = desk.by(PROVIDER, &["envelope", "seal", "--json"]).done();
        let record = sealed.record().to_string();
        desk.by(CLERK, &["approve", &record]).done();
        desk
    }

    /// Invites and enrols somebody; the record of the enrolment.
    pub(crate) fn enrol(&self, name: &str, role: &str) -> u64 {
        let first = self.out(&format!("first-{role}.txt"));
        let invite = ["person", "add", name, "--role", role];
        let out = ["--initial-passphrase-file", &first];
        self.by(PROVIDER, &[&invite[..], &out].concat()).done();
        let chosen = self.passphrase(name);
        let enrol = ["enrol", "--as", name, "--passphrase-file", &first];
        let options = ["--new-passphrase-file", &chosen, "--acknowledge"];
        let script = ["--no-input", "--json"];
        let enrolled = self.run(&[&enrol[..], &options, &script].concat()).done();
        fs::remove_file(first).expect("a first passphrase");
        enrolled.record()
    }

    /// Stores a password for the provider; its record.
    pub(crate) fn store(&self, title: &str, collection: &str, password: &[u8]) -> u64 {
        let words = ["add", title, "--collection", collection];
        let options = ["--kind", "service", "--username", "council-admin"];
        let more = [
            "--url",
            "https://example.org/login",
            "--password-stdin",
            "--anyway",
        ];
        let words = [&words[..], &options, &more, &["--json"]].concat();
        self.by_with(PROVIDER, &words, password).done().record()
    }

    /// Has a witness, whose folder is `home/witness`, vouch for the log; the files between the two
    /// stay in `out`, the answer not taken in, and with them the witness's head and a minute.
    pub(crate) fn be_witnessed(&self) {
        let folder = ["--folder", "home/witness", "--json"];
        let witness = |words: &[&str]| self.run(&[&["witness"], words, &folder].concat()).done();
        let founded = witness(&["found", WITNESS]).json();
        let key = founded["vkey"].as_str().expect("a key");
        self.by(PROVIDER, &["log", "witness", "add", key]).done();
        let keep = |name: &str, words: &[&str]| {
            let ran = self.run(words).done();
            self.file(&format!("out/{name}"), &ran.stdout)
        };
        let keys = keep("log.vkeys", &["log", "witness", "keys"]);
        let [request, answer] = ["request", "answer"].map(|name| self.out(name));
        self.run(&["log", "witness", "request", WITNESS, &request])
            .done();
        witness(&["trust", &keys]);
        witness(&["sign", &request, "--answer", &answer]);
        keep("head", &["witness", "head", "--folder", "home/witness"]);
        keep("minutes.txt", &["log", "checkpoint", "--minutes"]);
    }

    /// A desk with copies of `files`.
    pub(crate) fn laid_out(files: &Files) -> Self {
        let desk = Self::empty();
        for (path, bytes) in files {
            let path = desk.folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            write(&path, bytes);
        }
        desk
    }

    /// Everything on the desk.
    pub(crate) fn files(&self) -> Files {
        let mut files = Files::new();
        let mut folders = vec![self.folder.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = fs::read(&path).expect("a file");
                    let within = path.strip_prefix(self.folder.path());
                    files.push((within.expect("on the desk").to_path_buf(), bytes));
                }
            }
        }
        files
    }

    /// A place on the desk.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A name among what is written, as a word of a command line.
    pub(crate) fn out(&self, name: &str) -> String {
        text(&self.path("out").join(name))
    }

    /// The files of the memory whose names end so, the one that was written last before the others.
    pub(crate) fn memory(&self, ending: &str) -> Vec<PathBuf> {
        let files = fs::read_dir(self.path("state")).expect("a folder");
        let paths = files.map(|file| file.expect("a file").path());
        let mut found: Vec<_> = paths
            .filter(|path| path.extension().is_some_and(|it| it == ending))
            .collect();
        let written = |path: &PathBuf| path.symlink_metadata().and_then(|it| it.modified());
        found.sort_by_key(|path| std::cmp::Reverse(written(path).expect("a time")));
        found
    }

    /// The vault file.
    pub(crate) fn vault(&self) -> PathBuf {
        self.path("vault/coffer.vault")
    }

    /// A file with the person's passphrase.
    pub(crate) fn passphrase(&self, name: &str) -> String {
        let path = self
            .path("pass")
            .join(name.to_lowercase().replace(' ', "-"));
        // Written once: several runs may be reading it.
        if !path.exists() {
            write(&path, passphrase_of(name).expose().as_bytes());
        }
        text(&path)
    }

    /// A file with `content`.
    pub(crate) fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.path(name);
        write(&path, content);
        text(&path)
    }

    /// The program, which finds this desk and nothing else.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(COFFER);
        self.furnish(&mut command);
        command.args(words);
        command
    }

    /// The same through another program, whose last words are the program's.
    pub(crate) fn through(&self, program: &str, before: &[&str], words: &[&str]) -> Command {
        let mut command = self.by_tool(program, before);
        command.arg(COFFER).args(words);
        command
    }

    /// Another program at this desk.
    pub(crate) fn by_tool(&self, program: &str, words: &[&str]) -> Command {
        let mut command = tool(program);
        self.furnish(&mut command);
        command.env("PATH", TOOLS).args(words);
        command
    }

    fn furnish(&self, command: &mut Command) {
        command
            .env_clear()
            .env("COFFER_VAULT", self.vault())
            .env("COFFER_STATE_DIR", self.path("state"))
            .env("HOME", self.path("home"))
            .env("TMPDIR", self.path("tmp"))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
    }

    /// The words of a command that `name` gives in a script.
    pub(crate) fn words_of(&self, name: &str, words: &[&str]) -> Vec<String> {
        let file = self.passphrase(name);
        let who = ["--no-input", "--as", name, "--passphrase-file", &file];
        [words, &who]
            .concat()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, words: &[&str]) -> Ran {
        self.run_with(words, b"")
    }

    /// The same, with something on standard input.
    pub(crate) fn run_with(&self, words: &[&str], input: &[u8]) -> Ran {
        fed(self.command(words), input)
    }

    /// Runs the program for `name`, as a script would.
    pub(crate) fn by(&self, name: &str, words: &[&str]) -> Ran {
        self.by_with(name, words, b"")
    }

    /// The same, with something on standard input.
    pub(crate) fn by_with(&self, name: &str, words: &[&str], input: &[u8]) -> Ran {
        let words = self.words_of(name, words);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.run_with(&words, input)
    }

    /// The access log, as the auditor reads it.
    pub(crate) fn log(&self) -> Vec<Value> {
        self.by(AUDITOR, &["log", "show", "--json"])
            .done()
            .json_lines()
    }

    /// The words of an opening with the sheets of chair and safe.
    pub(crate) fn opening<'w>(&'w self, more: &[&'w str]) -> Vec<String> {
        let [chair, safe] = ["chair.txt", "safe.txt"].map(|name| self.out(name));
        let open = ["envelope", "open", "--no-input", "--yes"];
        let sheets = ["--sheet-file", &chair, "--sheet-file", &safe];
        let who = ["--opener", CHAIR, "--witness", CLERK];
        let why = ["--reason", "the website is down and the provider away"];
        let words = [&open[..], &sheets, &who, &why, more].concat();
        words.iter().map(ToString::to_string).collect()
    }
}

/// The records that fit.
pub(crate) fn records<'v>(log: &'v [Value], event: &str, outcome: &str) -> Vec<&'v Value> {
    let fits = |line: &&Value| line["event"] == event && line["outcome"] == outcome;
    log.iter().filter(fits).collect()
}

/// A folder in the machine's memory, where there is one: nobody waits for a disk then.
fn in_memory() -> Option<tempfile::TempDir> {
    tempfile::tempdir_in("/dev/shm").ok()
}

/// A path as a word of a command line.
pub(crate) fn text(path: &Path) -> String {
    path.to_str().expect("a path in UTF-8").to_owned()
}
