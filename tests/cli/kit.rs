//! The folder for the stick in the safe.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use harness::{CHAIR, PROVIDER};

use crate::desk::{Desk, count, records};
use crate::ran::fed;

/// The kit of a desk with a sealed envelope.
fn kit(desk: &Desk) -> String {
    let kit = desk.out("kit");
    let made = desk
        .by(PROVIDER, &["envelope", "kit", &kit, "--json"])
        .done();
    assert_eq!(made.json()["schema"], "coffer.done/1");
    kit
}

#[test]
fn a_kit_and_two_sheets_open_the_envelope_with_nothing_else() {
    let desk = Desk::with_envelope();
    let kit = kit(&desk);
    for name in [
        "README.txt",
        "recovery.md",
        "open.sh",
        "coffer.vault",
        "SHA256SUMS",
    ] {
        assert!(Path::new(&kit).join(name).exists(), "{name}");
    }
    let sums = fed(
        desk.by_tool(
            "sh",
            &["-c", &format!("cd '{kit}' && sha256sum -c SHA256SUMS")],
        ),
        b"",
    );
    assert_eq!(sums.status, Some(0), "{sums:?}");
    fs::remove_file(desk.vault()).expect("the vault is gone");
    let system = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
    let program = Path::new(&kit).join(system).join("coffer");
    let script = format!("{kit}/open.sh");
    let [chair, safe] = ["chair.txt", "safe.txt"].map(|name| desk.out(name));
    let sheets = [
        "--sheet-file",
        &chair,
        "--sheet-file",
        &safe,
        "--no-input",
        "--yes",
    ];
    let terms = [
        "--opener",
        CHAIR,
        "--reason",
        "the computer is gone",
        "--list",
    ];
    let words = [&[script.as_str()], &sheets[..], &terms].concat();
    for mode in [0o700, 0o600] {
        // Some sticks start no programs.
        fs::set_permissions(&program, fs::Permissions::from_mode(mode)).expect("ours");
        let ran = fed(desk.by_tool("sh", &words), b"").done();
        let listed = String::from_utf8(ran.stdout).expect("text");
        assert!(listed.contains("Website"), "{listed}");
    }
    fs::remove_file(&program).expect("ours");
    let ran = fed(desk.by_tool("sh", &words), b"").ends(1);
    assert!(
        ran.stderr.contains("There is no program for this computer"),
        "{ran:?}"
    );
}

#[test]
fn a_kit_goes_only_into_an_empty_folder_and_one_that_fails_leaves_nothing() {
    let desk = Desk::at_work();
    let full = desk.out("full");
    fs::create_dir(&full).expect("a folder");
    fs::write(format!("{full}/photo.jpg"), b"photo").expect("a file");
    let ran = desk.by(PROVIDER, &["envelope", "kit", &full]).refused(2);
    assert!(ran.stderr.contains("is not empty"), "{ran:?}");
    let stick = desk.out("stick");
    fs::create_dir(&stick).expect("a folder");
    // The program does not fit, and the vault would.
    let script = "trap '' XFSZ; ulimit -f 2048; exec \"$@\"";
    let words = desk.words_of(PROVIDER, &["envelope", "kit", &stick]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    fed(desk.through("sh", &["-c", script, "sh"], &words), b"").refused(11);
    assert_eq!(fs::read_dir(&stick).expect("a folder").count(), 0);
    assert!(records(&desk.log(), "vault.backup", "ok").is_empty());
    desk.by(PROVIDER, &["envelope", "kit", &stick]).done();
    count(&format!(
        "{} files in a kit",
        fs::read_dir(&stick).expect("a folder").count()
    ));
}

/// A file that begins as a program for this kind of computer does, and holds what is said in coffer.
fn program(desk: &Desk, name: &str, parts: &[(usize, &[u8])], said: &str) -> String {
    let mut file = vec![0; 512];
    for (at, bytes) in parts {
        file[*at..*at + bytes.len()].copy_from_slice(bytes);
    }
    file.extend(said.as_bytes());
    desk.file(&format!("out/{name}"), &file)
}

const WINDOWS: [(usize, &[u8]); 4] = [
    (0, b"MZ"),
    (0x3c, &[0x80]),
    (0x80, b"PE\0\0"),
    (0x84, &[0x64, 0x86]),
];
const MACOS: [(usize, &[u8]); 3] = [
    (0, &[0xcf, 0xfa, 0xed, 0xfe]),
    (4, &[12, 0, 0, 1]),
    (12, &[2]),
];
/// A static one.
const LINUX: [(usize, &[u8]); 3] = [(0, b"\x7fELF\x02\x01\x01"), (16, &[2]), (18, &[62])];

fn made_by(version: &str) -> String {
    format!("..This kit was made by coffer {version}. ..")
}

#[test]
fn a_kit_says_loudly_on_which_computers_it_does_not_start_and_readme_tells_only_of_what_is_there() {
    let desk = Desk::with_envelope();
    let bare = desk.out("bare");
    let ran = desk.by(PROVIDER, &["envelope", "kit", &bare]).done();
    for (system, option) in [("Windows", "windows=FILE"), ("macOS", "macos=FILE")] {
        let warning = format!("WARNING: this kit does not start on {system}");
        assert!(
            ran.stderr.contains(&warning) && ran.stderr.contains(option),
            "{ran:?}"
        );
    }
    let readme = fs::read_to_string(format!("{bare}/README.txt")).expect("a text");
    assert!(
        readme.contains("IT DOES NOT START ON\n  Windows\n  macOS\n"),
        "{readme}"
    );
    assert!(!readme.contains("open.bat") && !Path::new(&bare).join("open.bat").exists());
    assert!(readme.contains("Example Parish Council") && readme.contains(", seal 1."));
}

#[test]
fn a_kit_with_a_program_for_each_kind_of_computer_warns_of_none_and_lists_what_it_holds() {
    let desk = Desk::with_envelope();
    let own = made_by(env!("CARGO_PKG_VERSION"));
    let [windows, macos, linux] = [
        program(&desk, "coffer.exe", &WINDOWS, &own),
        program(&desk, "coffer-macos", &MACOS, &own),
        program(&desk, "coffer-musl", &LINUX, &own),
    ];
    let full = desk.out("full");
    let [windows, macos, linux] = [
        format!("windows={windows}"),
        format!("macos={macos}"),
        format!("linux={linux}"),
    ];
    let words = [
        "envelope",
        "kit",
        &full,
        "--program",
        &windows,
        "--program",
        &macos,
    ];
    let words = [&words[..], &["--program", &linux, "--json"]].concat();
    let ran = desk.by(PROVIDER, &words).done();
    assert!(
        !ran.stderr.contains("WARNING") && !ran.stderr.contains("glibc"),
        "{ran:?}"
    );
    let json = ran.json();
    assert_eq!(json["starts_not_on"].as_array().map(Vec::len), Some(0));
    let readme = fs::read_to_string(format!("{full}/README.txt")).expect("a text");
    assert!(!readme.contains("IT DOES NOT START ON"), "{readme}");
    for name in json["programs"].as_array().expect("names") {
        let name = name.as_str().expect("a name");
        assert!(readme.contains(&format!("{name}/coffer")), "{readme}");
        assert!(Path::new(&full).join(name).is_dir());
    }
    for name in ["open.bat", "open.sh"] {
        assert!(readme.contains(name) && Path::new(&full).join(name).exists());
    }
    // A program that was given stands in the place of the one that runs.
    let given = fs::read(format!("{full}/linux-x86_64/coffer"));
    if cfg!(target_arch = "x86_64") {
        assert_eq!(given.expect("the musl one").len(), 512 + own.len());
    }
}

#[test]
fn a_file_that_is_not_the_program_it_is_said_to_be_is_refused_before_anything_is_made() {
    let desk = Desk::at_work();
    let own = made_by(env!("CARGO_PKG_VERSION"));
    let windows = program(&desk, "coffer.exe", &WINDOWS, &own);
    let other = program(&desk, "calc.exe", &WINDOWS, "calc");
    let older = program(&desk, "old.exe", &WINDOWS, &made_by("0.0.9"));
    let text = desk.file("out/coffer.txt", b"#!/bin/sh\n");
    let none = desk.out("none.exe");
    for (given, status, said) in [
        (
            format!("linux={windows}"),
            2,
            "is a program for Windows, and not for Linux",
        ),
        (format!("windows={other}"), 2, "it is not coffer"),
        (
            format!("windows={older}"),
            2,
            "is coffer 0.0.9, and this is coffer",
        ),
        (format!("windows={text}"), 2, "is no program"),
        (format!("windows={}", desk.out("")), 2, "is no program"),
        (
            format!("windows={none}"),
            11,
            "--program: there is no such file",
        ),
        (format!("beos={windows}"), 2, "does not suit --program"),
    ] {
        let kit = desk.out("kit");
        let words = ["envelope", "kit", &kit, "--program", &given];
        let ran = desk.by(PROVIDER, &words).refused(status);
        assert!(ran.stderr.contains(said), "{given}: {ran:?}");
        assert!(!Path::new(&kit).exists(), "{given}");
    }
    let twice = format!("windows={windows}");
    let kit = desk.out("kit");
    let words = [
        "envelope",
        "kit",
        &kit,
        "--program",
        &twice,
        "--program",
        &twice,
    ];
    let ran = desk.by(PROVIDER, &words).refused(2);
    assert!(
        ran.stderr
            .contains("two programs were given for windows-x86_64"),
        "{ran:?}"
    );
    assert!(records(&desk.log(), "vault.backup", "ok").is_empty());
}
