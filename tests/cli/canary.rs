//! Words that stand nowhere else are put into everything that is secret or private, and looked for
//! wherever they must not be.

use std::fs;

use crate::desk::{Desk, count, has_tool, skip, text};
use crate::ran::{Ran, fed};
use crate::workload::{Aim, killed};

/// Secret: values, passphrases, seeds.
const PASSWORD: &str = "Kestrel-Quartz-9041";
const NEW_PASSWORD: &str = "Magpie-Basalt-7733";
const PENDING: &str = "Heron-Feldspar-5127";
const SEED: &str = "KRUGS4ZANFZSAYJA";
const PASS_PAT: &str = "wren granite thicket lantern";
const PASS_CLEM: &str = "finch marble orchard candle";

/// Private: what members read and the file must not show.
const PAT: &str = "Patzanella Providerovic";
const CLEM: &str = "Clemzinda Clerkanova";
const ZEB: &str = "Zebedinka Chairmanski";
const TITLE: &str = "Zephyrine login";
const USER: &str = "zorbadmin";
const URL: &str = "https://zymurgy.example";
const REASON: &str = "xylophone repairs";
const COLLECTION: &str = "Quincunx services";
/// A place stands in clear, as the serial of its sheet does.
const PLACE: &str = "Obelisk cupboard";
const FIELDS: [&str; 8] = [PAT, CLEM, ZEB, TITLE, USER, URL, REASON, COLLECTION];
const SECRETS: [&str; 6] = [PASSWORD, NEW_PASSWORD, PENDING, SEED, PASS_PAT, PASS_CLEM];

/// A council is a public body, and its name stands in clear.
const COUNCIL: &str = "Würzel-cum-Thripplington Parish Council";

/// The folders that hold nothing in clear, whatever was done.
const SILENT: [&str; 4] = ["vault", "state", "tmp", "home"];

/// `needle` as it would stand in UTF-8 and in UTF-16, little end first.
fn encodings(needle: &str) -> [Vec<u8>; 2] {
    let wide = needle.encode_utf16().flat_map(u16::to_le_bytes);
    [needle.as_bytes().to_vec(), wide.collect()]
}

fn holds(bytes: &[u8], needle: &str) -> bool {
    let found = |form: &Vec<u8>| bytes.windows(form.len()).any(|window| window == *form);
    encodings(needle).iter().any(found)
}

/// A desk at which everything said is kept.
struct Watched {
    desk: Desk,
    ran: Vec<(String, Ran)>,
    written: Vec<String>,
}

impl Watched {
    fn new() -> Self {
        let (ran, written) = (Vec::new(), Vec::new());
        let desk = Desk::empty();
        desk.file("pass/pat", PASS_PAT.as_bytes());
        desk.file("pass/clem", PASS_CLEM.as_bytes());
        Self { desk, ran, written }
    }

    /// Runs the program to its end, under `strace` where there is one.
    fn run(&mut self, words: &[&str], input: &str, status: i32) {
        let ran = if has_tool("strace") {
            let trace = text(&self.desk.path("trace"));
            let calls =
                "trace=open,openat,creat,rename,renameat,renameat2,link,linkat,mkdir,unlink";
            let options = ["-f", "-qq", "-s", "4096", "-o", &trace, "-e", calls];
            let command = self.desk.through("strace", &options, words);
            let ran = fed(command, input.as_bytes());
            let trace = fs::read_to_string(trace).expect("a trace");
            self.written.extend(trace.lines().filter_map(changed_path));
            ran
        } else {
            self.desk.run_with(words, input.as_bytes())
        };
        let ran = ran.ends(status);
        self.ran.push((words.join(" "), ran));
    }

    fn by(&mut self, who: &str, words: &[&str], input: &str) {
        self.ending(who, words, input, 0);
    }

    fn ending(&mut self, who: &str, words: &[&str], input: &str, status: i32) {
        let file = if who == PAT { "pass/pat" } else { "pass/clem" };
        let file = text(&self.desk.path(file));
        let who = ["--as", who, "--passphrase-file", &file, "--no-input"];
        self.run(&[words, &who].concat(), input, status);
    }

    fn found(&mut self) {
        let init = ["init", "--council", COUNCIL, "--person", PAT, "--no-input"];
        self.run(
            &[&init[..], &["--new-passphrase-file", "pass/pat"]].concat(),
            "",
            0,
        );
        let invite = ["person", "add", CLEM, "--role", "clerk"];
        let out = ["--initial-passphrase-file", "out/first"];
        self.by(PAT, &[&invite[..], &out].concat(), "");
        let enrol = ["enrol", "--as", CLEM, "--passphrase-file", "out/first"];
        let chosen = [
            "--new-passphrase-file",
            "pass/clem",
            "--acknowledge",
            "--no-input",
        ];
        self.run(&[&enrol[..], &chosen].concat(), "", 0);
        self.by(
            PAT,
            &["collection", "add", COLLECTION, "--kind", "service"],
            "",
        );
        let grant = [
            "collection",
            "grant",
            COLLECTION,
            CLEM,
            "--permission",
            "catalogue",
        ];
        self.by(PAT, &grant, "");
    }

    fn work(&mut self) {
        let seed = self.desk.file("out/seed", SEED.as_bytes());
        let add = [
            "add",
            TITLE,
            "--collection",
            COLLECTION,
            "--kind",
            "service",
        ];
        let more = ["--username", USER, "--url", URL, "--totp-file", &seed];
        let words = [&add[..], &more, &["--password-stdin"]].concat();
        self.by(PAT, &words, PASSWORD);
        let why = ["--reason", REASON];
        let rotate = ["rotate", TITLE, "--password-stdin"];
        self.by(PAT, &[&rotate[..], &why].concat(), NEW_PASSWORD);
        self.ending(PAT, &rotate, PENDING, 2);
        self.by(PAT, &["rotate", TITLE, "--confirm"], "");
        self.by(PAT, &rotate, PENDING);
        self.by(PAT, &[&["get", TITLE, "--reveal"], &why[..]].concat(), "");
        self.ending(CLEM, &["get", TITLE, "--reveal"], "", 7);
        for words in [
            &["list"][..],
            &["list", "--json"],
            &["show", TITLE],
            &["show", TITLE, "--json"],
            &["totp", TITLE],
            &["history", TITLE],
            &["history", TITLE, "--json"],
            &["totp", TITLE, "--json"],
        ] {
            self.by(PAT, words, "");
        }
        self.by(CLEM, &["log", "show"], "");
        self.by(CLEM, &["log", "show", "--json"], "");
        self.by(PAT, &["person", "list", "--json"], "");
        self.by(PAT, &["collection", "list"], "");
        self.ending(PAT, &["get", TITLE], "", 2);
        let file = text(&self.desk.path("pass/clem"));
        let wrong = [
            "list",
            "--as",
            PAT,
            "--passphrase-file",
            &file,
            "--no-input",
        ];
        self.run(&wrong, "", 5);
        self.run(&["log", "verify", "--json"], "", 0);
        self.run(&["log", "checkpoint"], "", 0);
        self.run(&["status", "--json"], "", 13);
    }

    fn envelope(&mut self) {
        let place = format!("place:{PLACE}");
        let invite = ["person", "add", ZEB, "--role", "chair"];
        let out = ["--initial-passphrase-file", "out/first-chair"];
        self.by(PAT, &[&invite[..], &out].concat(), "");
        let rule = ["envelope", "rule", "any-two", "--holder", CLEM, ZEB, &place];
        self.by(PAT, &rule, "");
        for (holder, out) in [
            (CLEM, "out/clem"),
            (ZEB, "out/zeb"),
            (place.as_str(), "out/place"),
        ] {
            self.by(PAT, &["envelope", "sheet", holder, "--text", out], "");
        }
        let pdf = ["envelope", "sheet", ZEB, "--pdf", "out/zeb.pdf"];
        self.by(PAT, &[&pdf[..], &["--council", COUNCIL]].concat(), "");
        let html = ["envelope", "sheet", ZEB, "--html", "out/zeb.html"];
        self.by(PAT, &html, "");
        self.by(PAT, &["envelope", "seal"], "");
        self.by(PAT, &["envelope", "kit", "out/kit"], "");
        let open = ["envelope", "open", "--no-input", "--yes", "--opener", CLEM];
        let sheets = ["--sheet-file", "out/clem", "--sheet-file", "out/place"];
        let what = ["--reason", REASON, "--list", "--reveal", TITLE];
        self.run(&[&open[..], &sheets, &what].concat(), "", 0);
        self.run(&["envelope", "status", "--json"], "", 0);
        self.run(&["status"], "", 13);
    }

    /// The words of every sheet, and of the first passphrase.
    fn papers(&self) -> Vec<String> {
        let read = |name: &str| fs::read_to_string(self.desk.path(name)).expect("a paper");
        let sheets = ["out/clem", "out/zeb", "out/place"].map(read);
        let words = sheets.iter().flat_map(|sheet| sheet.lines());
        let words = words.filter_map(|line| line.strip_prefix("words: "));
        let mut papers: Vec<String> = words.map(str::to_owned).collect();
        assert_eq!(papers.len(), 3);
        papers.push(read("out/first").trim().to_owned());
        papers
    }
}

/// The path that a line of a trace opens for writing, makes, moves or removes.
fn changed_path(line: &str) -> Option<String> {
    let opens = line.contains("open(") || line.contains("openat(");
    let writes = ["O_WRONLY", "O_RDWR", "O_CREAT"]
        .iter()
        .any(|flag| line.contains(flag));
    if opens && !writes || !line.contains('"') {
        return None;
    }
    let quoted = line.split('"').skip(1).step_by(2);
    // Of two names the last one is what comes to be.
    quoted.last().map(str::to_owned)
}

/// Demands that no file in the silent folders, and nothing said, gives away what it must not.
fn demand_silence(watched: &Watched, secrets: &[String]) {
    let mut searched = 0;
    for (path, bytes) in watched.desk.files() {
        let folder = path.iter().next().and_then(|it| it.to_str());
        if !folder.is_some_and(|folder| SILENT.contains(&folder)) {
            continue;
        }
        searched += bytes.len();
        // A notice is made to be sent to every member: it names who opened, and who watched.
        let name = path.to_string_lossy();
        let for_people = name.ends_with(".notice.txt");
        let fields = FIELDS.iter().copied().filter(|_| !for_people);
        for needle in secrets.iter().map(String::as_str).chain(fields) {
            assert!(!holds(&bytes, needle), "{needle:?} in {}", path.display());
        }
    }
    assert!(searched > 50_000, "only {searched} bytes were searched");
    for (words, ran) in &watched.ran {
        if words.contains("--reveal") && ran.status == Some(0) {
            continue;
        }
        for needle in secrets {
            assert!(!holds(&ran.stdout, needle), "{needle:?} said by {words}");
            assert!(!ran.stderr.contains(needle), "{needle:?} said by {words}");
        }
    }
    count(&format!(
        "{searched} bytes and {} runs were searched",
        watched.ran.len()
    ));
}

fn demand_writing_in_place(watched: &Watched) {
    if watched.written.is_empty() {
        skip(
            watched.ran.len(),
            "runs whose opened files were not seen: there is no strace",
        );
        return;
    }
    let desk = text(&watched.desk.path(""));
    for path in &watched.written {
        let path = path.strip_prefix(&desk).unwrap_or(path);
        let folders = ["vault/", "out/", "state/"];
        let standard = ["/dev/null", "/dev/tty", "vault", "state"].contains(&path);
        let placed = folders.iter().any(|folder| path.starts_with(folder));
        assert!(standard || placed, "{path} was changed");
    }
    count(&format!(
        "{} changes of files were seen",
        watched.written.len()
    ));
}

#[test]
fn nothing_secret_or_private_is_found_where_it_must_not_be() {
    let mut watched = Watched::new();
    watched.found();
    watched.work();
    watched.envelope();
    let mut secrets: Vec<String> = SECRETS.map(str::to_owned).to_vec();
    secrets.extend(watched.papers());
    let shown = |words: &str| watched.ran.iter().find(|(it, _)| it.starts_with(words));
    let (_, got) = shown("get Zephyrine login --reveal").expect("a reveal");
    assert!(
        holds(&got.stdout, NEW_PASSWORD),
        "the search itself finds something"
    );
    demand_silence(&watched, &secrets);
    demand_writing_in_place(&watched);
}

#[test]
fn a_journal_left_by_a_kill_holds_nothing_in_clear() {
    let mut watched = Watched::new();
    watched.found();
    watched.work();
    let desk = &watched.desk;
    let file = text(&desk.path("pass/pat"));
    let who = ["--as", PAT, "--passphrase-file", &file, "--no-input"];
    let words = [&["rotate", TITLE, "--confirm"], &who[..]].concat();
    let journal = desk.path("vault/coffer.vault-journal");
    let mut caught = 0;
    for micros in [0, 200, 500, 1_000, 2_000, 4_000] {
        let aim = Aim::IntoWriting(std::time::Duration::from_micros(micros));
        killed(desk, desk.command(&words), b"", aim);
        caught += usize::from(journal.exists());
        demand_silence(&watched, &SECRETS.map(str::to_owned));
        desk.run(&["log", "verify"]).done();
    }
    count(&format!("{caught} of 6 kills left a journal"));
    assert!(caught > 0, "no journal was left to be searched");
}

#[test]
fn neither_arguments_nor_environment_of_a_running_command_hold_a_secret() {
    let mut watched = Watched::new();
    watched.found();
    let add = [
        "add",
        TITLE,
        "--collection",
        COLLECTION,
        "--kind",
        "service",
        "--password-stdin",
    ];
    watched.by(PAT, &add, PASSWORD);
    let file = text(&watched.desk.path("pass/pat"));
    let who = ["--as", PAT, "--passphrase-file", &file, "--no-input"];
    let words = [&["get", TITLE, "--reveal"], &who[..]].concat();
    let mut child = watched.desk.command(&words).spawn().expect("it starts");
    let mut looked = 0;
    while matches!(child.try_wait(), Ok(None)) {
        for what in ["cmdline", "environ"] {
            let path = format!("/proc/{}/{what}", child.id());
            let Ok(seen) = fs::read(path) else { continue };
            looked += usize::from(!seen.is_empty());
            for secret in SECRETS {
                assert!(!holds(&seen, secret), "{secret} in {what}");
            }
        }
    }
    child.wait().expect("an end");
    if looked == 0 {
        skip(1, "running command: there is no readable /proc");
    }
}

#[test]
fn the_search_finds_both_encodings() {
    assert!(holds("..Kestrel..".as_bytes(), "Kestrel"));
    assert!(holds(b"..K\0e\0s\0..", "Kes"));
    assert!(!holds(b"..K\0e\0s..", "Kess"));
    let line = "7 openat(AT_FDCWD, \"/x/vault/a\", O_RDWR|O_CREAT) = 3";
    assert_eq!(changed_path(line).as_deref(), Some("/x/vault/a"));
    let line = "7 openat(AT_FDCWD, \"/etc/x\", O_RDONLY|O_CLOEXEC) = 3";
    assert_eq!(changed_path(line), None);
}
