//! The folder for the stick in the safe.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use harness::{CHAIR, PROVIDER};

use crate::desk::{Desk, count, fed, records};

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
        "open.bat",
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
