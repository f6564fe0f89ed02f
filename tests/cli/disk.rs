//! Full, read-only, busy, cut off, or no file at all: each has its own words, nothing is shown and
//! nothing is lost.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Stdio;

use harness::{CLERK, PROVIDER, WEBSITE_PASSWORD};

use crate::desk::{Desk, has_tool, records, skip, text, tool};
use crate::ran::{Ran, fed};

/// Something mounted for a while.
pub(crate) struct Mount(PathBuf);

impl Mount {
    /// Mounts with `options`; nothing where that may not be done here.
    pub(crate) fn new(at: PathBuf, options: &[&str]) -> Option<Self> {
        if !has_tool("mount") {
            return None;
        }
        let mut mount = tool("mount");
        mount.args(options).arg(&at).stderr(Stdio::null());
        mount.status().ok()?.success().then_some(Self(at))
    }

    /// The folder, which can be read and not written.
    pub(crate) fn read_only(folder: PathBuf) -> Option<Self> {
        let name = text(&folder);
        let mount = Self::new(folder, &["--bind", &name])?;
        let again = tool("mount")
            .args(["-o", "remount,bind,ro", &name])
            .status();
        assert!(again.is_ok_and(|status| status.success()), "not read-only");
        Some(mount)
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let mut umount = tool("umount");
        let done = umount.arg("-l").arg(&self.0).status();
        assert!(done.is_ok_and(|status| status.success()), "still mounted");
    }
}

/// A small disk under the vault, filled to its last page.
fn on_a_full_disk(desk: &Desk) -> Option<Mount> {
    let vault = fs::read(desk.vault()).expect("the vault");
    let size = format!("size={}k", vault.len() / 1024 + 128);
    let options = ["-t", "tmpfs", "-o", &size, "none"];
    let mount = Mount::new(desk.path("vault"), &options)?;
    fs::write(desk.vault(), vault).expect("room for the vault");
    let page = [0; 4096];
    let mut number = 0;
    while fs::write(desk.path(&format!("vault/fill-{number}")), page).is_ok() {
        number += 1;
    }
    Some(mount)
}

fn make_room(desk: &Desk) {
    for entry in fs::read_dir(desk.path("vault")).expect("the folder") {
        let path = entry.expect("an entry").path();
        if text(&path).contains("fill-") {
            fs::remove_file(path).expect("a page less");
        }
    }
}

fn get(desk: &Desk) -> Ran {
    desk.by(PROVIDER, &["get", "Website", "--reveal"])
}

fn wrong_passphrase(desk: &Desk) -> Ran {
    let file = desk.passphrase(CLERK);
    let who = ["--as", PROVIDER, "--passphrase-file", &file, "--no-input"];
    desk.run(&[&["get", "Website", "--reveal"], &who[..]].concat())
}

/// Nothing was lost, and work goes on.
fn stands(desk: &Desk) {
    desk.run(&["log", "verify"]).done();
    assert_eq!(get(desk).done().stdout, WEBSITE_PASSWORD.as_bytes());
    let rotate = ["rotate", "Website", "--generate", "words:4"];
    desk.by(PROVIDER, &rotate).done();
    desk.by(PROVIDER, &["rotate", "Website", "--abort"]).done();
    desk.run(&["log", "verify"]).done();
}

#[test]
fn a_full_disk_is_named_and_shows_nothing() {
    let desk = Desk::at_work();
    let Some(mount) = on_a_full_disk(&desk) else {
        skip(1, "full disk: nothing can be mounted here");
        return;
    };
    for words in [
        &["get", "Website", "--reveal"][..],
        &["rotate", "Website", "--generate", "words:4"],
        &[
            "add",
            "New",
            "--collection",
            "Services",
            "--kind",
            "admin",
            "--generate",
            "words:4",
        ],
        &["list"],
    ] {
        let ran = desk.by(PROVIDER, words).refused(11);
        assert!(ran.stderr.contains("disk is full"), "{words:?}: {ran:?}");
    }
    wrong_passphrase(&desk).refused(5);
    desk.run(&["log", "verify"]).done();
    make_room(&desk);
    stands(&desk);
    drop(mount);
}

#[test]
fn a_sheet_or_first_passphrase_that_finds_no_room_is_reported() {
    let desk = Desk::at_work();
    let mounted = Mount::new(desk.path("out"), &["-t", "tmpfs", "-o", "size=4k", "none"]);
    let Some(mount) = mounted else {
        skip(1, "full disk: nothing can be mounted here");
        return;
    };
    fs::write(desk.path("out/fill"), [0; 4096]).expect("one page");
    let out = desk.out("first.txt");
    let invite = ["person", "add", "Con Councillor", "--role", "councillor"];
    let words = [&invite[..], &["--initial-passphrase-file", &out]].concat();
    desk.by(PROVIDER, &words).refused(11);
    assert!(!PathBuf::from(&out).exists(), "half a file");
    desk.run(&["log", "verify"]).done();
    drop(mount);
}

#[test]
fn a_limit_on_the_size_of_files_is_met_without_loss() {
    let desk = Desk::at_work();
    let blocks = fs::metadata(desk.vault()).expect("the vault").len() / 1024 + 4;
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    let mut refused = 0;
    for round in 0..6 {
        let title = format!("Entry {round}");
        let add = ["add", &title, "--collection", "Services", "--kind", "admin"];
        let words = desk.words_of(PROVIDER, &[&add[..], &["--generate", "words:4"]].concat());
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ran = fed(desk.through("sh", &["-c", &script, "sh"], &words), b"");
        if ran.status != Some(0) {
            ran.refused(11);
            refused += 1;
        }
        desk.run(&["log", "verify"]).done();
    }
    assert!(refused > 0, "the limit was never met");
    stands(&desk);
}

#[test]
fn a_read_only_disk_is_named_and_what_needs_no_writing_still_works() {
    let desk = Desk::at_work();
    let Some(mount) = Mount::read_only(desk.path("vault")) else {
        skip(1, "read-only disk: nothing can be mounted here");
        return;
    };
    for words in [&["get", "Website", "--reveal"][..], &["list"]] {
        let ran = desk.by(PROVIDER, words).refused(11);
        assert!(ran.stderr.contains("cannot be written"), "{ran:?}");
    }
    wrong_passphrase(&desk).refused(5);
    desk.run(&["log", "verify"]).done();
    desk.run(&["status"]).done();
    desk.run(&["log", "checkpoint"]).done();
    drop(mount);
    stands(&desk);
}

#[test]
fn a_busy_file_is_waited_for_and_then_named() {
    let desk = Desk::at_work();
    let other = rusqlite::Connection::open(desk.vault()).expect("the file");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    desk.run(&["status"]).done();
    desk.run(&["log", "verify"]).done();
    let ran = get(&desk).refused(12);
    assert!(ran.stderr.contains("busy"), "{ran:?}");
    other.execute_batch("ROLLBACK").expect("no lock");
    drop(other);
    stands(&desk);
}

#[test]
fn a_file_that_was_cut_off_is_damaged_at_every_length() {
    let desk = Desk::at_work();
    let whole = fs::read(desk.vault()).expect("the vault");
    let len = whole.len();
    let mut lapses = Vec::new();
    let lengths = [0, 1, 15, 16, 99, 100, 512, 4095, 4096, 4097, 8192, len / 2];
    for cut in lengths.into_iter().chain([len - 8192, len - 4096, len - 1]) {
        fs::write(desk.vault(), &whole[..cut]).expect("a shorter file");
        let ran = [
            ("status", desk.run(&["status"])),
            ("verify", desk.run(&["log", "verify"])),
            ("list", desk.by(PROVIDER, &["list"])),
        ];
        for (command, ran) in ran {
            if ran.status != Some(10) || !ran.stderr.contains("hint: ") {
                lapses.push(format!("{command}, {cut} of {len} bytes: {ran:?}"));
            }
        }
    }
    assert!(lapses.is_empty(), "{}", lapses.join("\n"));
    fs::write(desk.vault(), &whole).expect("the whole file");
    stands(&desk);
}

#[test]
fn noise_in_a_page_is_reported_and_never_a_panic() {
    let desk = Desk::at_work();
    let whole = fs::read(desk.vault()).expect("the vault");
    let mut reported = 0;
    for page in (0..whole.len() / 4096).step_by(2) {
        let mut noisy = whole.clone();
        for (at, byte) in noisy[page * 4096..][..4096].iter_mut().enumerate() {
            *byte ^= u8::try_from(at % 251).unwrap_or(1) | 1;
        }
        fs::write(desk.vault(), &noisy).expect("a noisy file");
        let ran = desk.run(&["log", "verify"]);
        assert!(
            matches!(ran.status, Some(0 | 9 | 10)),
            "page {page}: {ran:?}"
        );
        reported += usize::from(ran.status != Some(0));
        let ran = get(&desk);
        assert!(
            matches!(ran.status, Some(0 | 9 | 10)),
            "page {page}: {ran:?}"
        );
        if ran.status == Some(0) {
            assert_eq!(ran.stdout, WEBSITE_PASSWORD.as_bytes(), "page {page}");
        }
    }
    assert!(reported > 0);
}

#[test]
fn what_is_no_plain_file_is_named() {
    let desk = Desk::at_work();
    let [folder, link, fifo] = ["vault/folder", "vault/link", "vault/fifo"].map(|it| desk.path(it));
    fs::create_dir(&folder).expect("a folder");
    symlink(desk.vault(), &link).expect("a link");
    let made = tool("mkfifo").arg(&fifo).status();
    assert!(made.is_ok_and(|status| status.success()), "a pipe");
    for path in [folder, link, fifo, PathBuf::from("/dev/null")] {
        let ran = desk
            .by(PROVIDER, &["list", "--vault", &text(&path)])
            .refused(11);
        assert!(ran.stderr.contains("not a plain file"), "{ran:?}");
    }
    let prose = desk.file("vault/prose", &b"Minutes of the meeting. ".repeat(400));
    desk.run(&["status", "--vault", &prose]).refused(10);
}

#[test]
fn an_answer_that_does_not_arrive_is_reported_and_on_record() {
    let desk = Desk::at_work();
    let words = desk.words_of(PROVIDER, &["get", "Website", "--reveal"]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let full = fs::OpenOptions::new().write(true).open("/dev/full");
    let Ok(full) = full else {
        skip(1, "full device: there is no /dev/full");
        return;
    };
    let mut command = desk.command(&words);
    command.stdout(full);
    let ran = fed(command, b"").ends(11);
    assert!(ran.stderr.starts_with("error: "), "{ran:?}");
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = desk.command(&words);
    command.stdout(writer);
    let ran = fed(command, b"").ends(11);
    assert!(ran.stderr.starts_with("error: "), "{ran:?}");
    // Closed altogether: the standard library puts /dev/null there before any program begins.
    let script = "exec \"$@\" >&-";
    let ran = fed(desk.through("sh", &["-c", script, "sh"], &words), b"");
    assert!(matches!(ran.status, Some(0 | 11)), "{ran:?}");
    assert_eq!(records(&desk.log(), "secret.reveal", "ok").len(), 3);
    for words in [&["status"][..], &["log", "verify", "--json"], &["--help"]] {
        let mut command = desk.command(words);
        let full = fs::OpenOptions::new().write(true).open("/dev/full");
        command.stdout(full.expect("the full device"));
        fed(command, b"").ends(11);
    }
}
