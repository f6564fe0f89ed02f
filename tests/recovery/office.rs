//! A council's vault, made by the program's own commands, with every kind of entry in it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use harness::{CHAIR, CLERK, PROVIDER, WEBSITE_PASSWORD, passphrase_of};
use serde_json::Value;
use tempfile::TempDir;

/// Councillors, who keep sheets under the rule of officer and councillors.
pub(crate) const ANN: &str = "Ann Councillor";
pub(crate) const BEN: &str = "Ben Councillor";
pub(crate) const CAT: &str = "Cat Councillor";

/// A place that keeps a sheet.
pub(crate) const SAFE: &str = "place:Safe";

/// How many entries are in the envelope's reach.
pub(crate) const ENTRIES: usize = 5;

/// The password of the domain, rotated once; its notes were never changed.
pub(crate) const SECOND_PASSWORD: &str = "second domain password";
/// Several lines, of which one looks like a field, and beyond one step of padding.
pub(crate) const NOTES: &str = "renewed every May, by the clerk\n  password: not this one\n\
    caf\u{e9} \u{2013} ask at the registry, whose telephone number is on the invoice of last year";
/// What the website's password is to become.
pub(crate) const WAITING_PASSWORD: &str = "waiting for the site to take it";

/// A sheet of another vault.
pub(crate) const FOREIGN_SHEET: &str = "length evil academic academic armed dress review premium imply \
    typical dominant daisy voting random agency bike dive various ting birthday";

/// Files with their paths.
type Files = Vec<(PathBuf, Vec<u8>)>;

/// A folder with a vault, passphrases and sheets, removed afterwards.
pub(crate) struct Office {
    folder: TempDir,
}

impl Office {
    fn empty() -> Self {
        let in_memory = tempfile::tempdir_in("/dev/shm");
        let folder = in_memory.or_else(|_| tempfile::tempdir());
        let office = Self {
            folder: folder.expect("a temporary folder"),
        };
        for name in ["vault", "state", "out"] {
            fs::create_dir(office.path(name)).expect("a folder");
        }
        office
    }

    /// A vault whose founder is the IT provider.
    pub(crate) fn found() -> Self {
        let office = Self::empty();
        let file = office.passphrase(PROVIDER);
        let council = ["init", "--council", "Example Parish Council", "--no-input"];
        let person = ["--person", PROVIDER, "--role", "it-provider"];
        let passphrase = ["--new-passphrase-file", &file];
        office.run(&[&council[..], &person, &passphrase].concat(), b"");
        office
    }

    /// Everybody enrolled, and entries of every kind.
    pub(crate) fn at_work() -> Self {
        static FILES: OnceLock<Files> = OnceLock::new();
        let files = FILES.get_or_init(|| {
            let office = Self::found();
            office.enrol_all();
            office.fill();
            files(office.folder.path())
        });
        let office = Self::empty();
        for (path, bytes) in files {
            fs::write(office.path_of(path), bytes).expect("a file");
        }
        office
    }

    fn enrol_all(&self) {
        self.enrol(CLERK, "clerk");
        for (name, role) in [
            (CHAIR, "chair"),
            (ANN, "councillor"),
            (BEN, "councillor"),
            (CAT, "councillor"),
        ] {
            let record = self.enrol(name, role);
            self.by(CLERK, &["approve", &record]);
        }
    }

    fn enrol(&self, name: &str, role: &str) -> String {
        let [first, chosen] = [self.text_path("out/first"), self.passphrase(name)];
        let invite = ["person", "add", name, "--role", role];
        let out = ["--initial-passphrase-file", &first];
        self.by(PROVIDER, &[&invite[..], &out].concat());
        let enrol = ["enrol", "--as", name, "--passphrase-file", &first];
        let options = ["--new-passphrase-file", &chosen, "--acknowledge"];
        let script = ["--no-input", "--json"];
        let enrolled = self.run(&[&enrol[..], &options, &script].concat(), b"");
        fs::remove_file(first).expect("a first passphrase");
        record(&enrolled)
    }

    fn fill(&self) {
        let collection = |who: &str, name: &str, kind: &str| {
            self.by(who, &["collection", "add", name, "--kind", kind]);
        };
        collection(PROVIDER, "Services", "service");
        collection(PROVIDER, "Administration", "admin");
        collection(CLERK, "Social", "social");
        collection(CLERK, "Mine", "personal");
        for who in [ANN, BEN] {
            let grant = ["collection", "grant", "Services", who];
            self.by(PROVIDER, &[&grant[..], &["--permission", "read"]].concat());
        }
        self.store("Website", "Services", WEBSITE_PASSWORD.as_bytes());
        self.rotate("Website", WAITING_PASSWORD);
        self.import_domain();
        self.rotate("Domain", SECOND_PASSWORD);
        self.by(PROVIDER, &["rotate", "Domain", "--confirm"]);
        self.store("Old router", "Administration", b"in the cupboard");
        self.by(PROVIDER, &["retire", "Old router"]);
        self.store_with_seed(
            PROVIDER,
            "Mail tenant",
            "Administration",
            "gezd gnbv gy3t qojq",
        );
        let address = "otpauth://totp/Page?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
                       &algorithm=SHA256&digits=8&period=30";
        self.store_with_seed(CLERK, "Page", "Social", address);
        let diary = ["add", "Diary", "--collection", "Mine", "--password-stdin"];
        self.by_with(
            CLERK,
            &[&diary[..], &["--kind", "personal"]].concat(),
            b"my own",
        );
    }

    /// An entry with notes of several lines.
    fn import_domain(&self) {
        let login = serde_json::json!({"username": "council", "password": "first"});
        let item = serde_json::json!(
            {"id": "1", "type": 1, "name": "Domain", "notes": NOTES, "login": login}
        );
        let export = serde_json::json!({"encrypted": false, "folders": [], "items": [item]});
        let file = self.text_path("out/export.json");
        fs::write(&file, export.to_string()).expect("a file");
        let import = ["import", &file, "--collection", "Services", "--apply"];
        self.by(PROVIDER, &import);
    }

    /// Stores a password for the provider.
    pub(crate) fn store(&self, title: &str, collection: &str, password: &[u8]) {
        let add = ["add", title, "--collection", collection];
        let options = ["--kind", "service", "--username", "council-admin"];
        let more = ["--url", "https://example.org/login", "--password-stdin"];
        self.by_with(PROVIDER, &[&add[..], &options, &more].concat(), password);
    }

    fn store_with_seed(&self, who: &str, title: &str, collection: &str, seed: &str) {
        let file = self.text_path("out/seed");
        fs::write(&file, seed).expect("a file");
        let add = ["add", title, "--collection", collection];
        let options = ["--kind", "admin", "--generate", "words:5"];
        let seed = ["--totp-file", &file];
        self.by(who, &[&add[..], &options, &seed].concat());
    }

    fn rotate(&self, title: &str, password: &str) {
        let rotate = ["rotate", title, "--password-stdin"];
        self.by_with(PROVIDER, &rotate, password.as_bytes());
    }

    /// A rule, and a sheet for each of its holders.
    pub(crate) fn choose(&self, rule: &[&str], holders: &[&str]) {
        let words = [&["envelope", "rule"][..], rule, &["--holder"], holders];
        self.by(PROVIDER, &words.concat());
        for holder in holders {
            self.sheet(holder);
        }
    }

    /// Makes a holder's sheet, in the place of the one before.
    pub(crate) fn sheet(&self, holder: &str) {
        let file = self.sheet_file(holder);
        if Path::new(&file).exists() {
            fs::remove_file(&file).expect("an old sheet");
        }
        self.by(PROVIDER, &["envelope", "sheet", holder, "--text", &file]);
    }

    /// Seals, and has it confirmed by the clerk, whose keys are then given too.
    pub(crate) fn seal(&self) {
        let sealed = self.by(PROVIDER, &["envelope", "seal", "--json"]);
        self.by(CLERK, &["approve", &record(&sealed)]);
        self.by(CLERK, &["list"]);
    }

    /// The words on a holder's sheet.
    pub(crate) fn words(&self, holder: &str) -> String {
        let sheet = fs::read_to_string(self.sheet_file(holder)).expect("a sheet");
        let mut lines = sheet.lines();
        let words = lines.find_map(|line| line.strip_prefix("words: "));
        words.expect("a line of words").to_owned()
    }

    fn sheet_file(&self, holder: &str) -> String {
        self.text_path(&format!("out/{}.txt", holder.replace([' ', ':'], "-")))
    }

    /// What the program shows of a copy of the vault, with these holders' sheets.
    pub(crate) fn opened(&self, holders: &[&str], titles: &[&str]) -> Value {
        let copy = self.path("vault/copy.vault");
        fs::copy(self.vault(), &copy).expect("a copy");
        // On another machine, which the vault itself knows nothing of.
        let state = tempfile::tempdir().expect("a temporary folder");
        let mut command = self.opening(holders, titles);
        command
            .env("COFFER_VAULT", &copy)
            .env("COFFER_STATE_DIR", state.path());
        let opened = serde_json::from_slice(&ran(command, b"")).expect("JSON");
        fs::remove_file(copy).expect("a copy");
        opened
    }

    /// Opens the envelope with the program; the next to unlock make new generations of every key.
    pub(crate) fn open_on_record(&self, holders: &[&str]) {
        ran(self.opening(holders, &[]), b"");
        for who in [PROVIDER, CLERK] {
            self.by(who, &["list"]);
        }
    }

    fn opening(&self, holders: &[&str], titles: &[&str]) -> Command {
        let mut command = self.command();
        command
            .args(["envelope", "open", "--no-input", "--yes", "--json"])
            .args(["--list", "--opener", CHAIR, "--reason", "to compare"]);
        for holder in holders {
            command.args(["--sheet-file", &self.sheet_file(holder)]);
        }
        for title in titles {
            command.args(["--reveal", title]);
        }
        command
    }

    /// A value, as the provider is given it.
    pub(crate) fn get(&self, title: &str, field: &str) -> String {
        let got = self.by(PROVIDER, &["get", title, "--field", field, "--reveal"]);
        String::from_utf8(got).expect("text").trim_end().to_owned()
    }

    /// The vault file.
    pub(crate) fn vault(&self) -> PathBuf {
        self.path("vault/coffer.vault")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn path_of(&self, within: &Path) -> PathBuf {
        self.folder.path().join(within)
    }

    fn text_path(&self, name: &str) -> String {
        self.path(name)
            .to_str()
            .expect("a path in UTF-8")
            .to_owned()
    }

    fn passphrase(&self, name: &str) -> String {
        let file = self.text_path(&format!("out/{}", name.replace(' ', "-")));
        fs::write(&file, passphrase_of(name).expose()).expect("a file");
        file
    }

    /// What the program answers to somebody; it must succeed.
    pub(crate) fn by(&self, name: &str, words: &[&str]) -> Vec<u8> {
        self.by_with(name, words, b"")
    }

    fn by_with(&self, name: &str, words: &[&str], input: &[u8]) -> Vec<u8> {
        let file = self.passphrase(name);
        let who = ["--no-input", "--as", name, "--passphrase-file", &file];
        self.run(&[words, &who].concat(), input)
    }

    fn run(&self, words: &[&str], input: &[u8]) -> Vec<u8> {
        let mut command = self.command();
        command.args(words);
        ran(command, input)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_coffer"));
        command
            .env_clear()
            .env("COFFER_VAULT", self.vault())
            .env("COFFER_STATE_DIR", self.path("state"));
        command
    }
}

/// Runs the program, which must succeed; gives what it answered.
fn ran(mut command: Command, input: &[u8]) -> Vec<u8> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // What does not read closes the pipe.
    stdin.write_all(input).unwrap_or_default();
    drop(stdin);
    let output = child.wait_with_output().expect("an end");
    // 13: it was done, and something else is due.
    let done = matches!(output.status.code(), Some(0 | 13));
    assert!(done, "{command:?}: {output:?}");
    output.stdout
}

/// The record that a change was given.
fn record(answer: &[u8]) -> String {
    let answer: Value = serde_json::from_slice(answer).expect("JSON");
    answer["record"].as_u64().expect("a record").to_string()
}

/// Every file below `root`.
fn files(root: &Path) -> Files {
    let mut found = Files::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let within = path.strip_prefix(root).expect("below it").to_owned();
                found.push((within, fs::read(path).expect("a file")));
            }
        }
    }
    found
}
