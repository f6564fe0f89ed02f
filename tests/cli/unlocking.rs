//! Unlocking at a terminal and from files: three tries, no needless question, and warnings.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use harness::{CLERK, PROVIDER, passphrase_of};

use crate::desk::{Desk, has_tool, records, skip};
use crate::ran::fed;
use crate::sitting::{Sitting, USUAL};

/// Types are echoed by the terminal alone, and nothing is said of them again.
#[test]
fn a_passphrase_typed_where_a_name_is_asked_for_is_not_said_again() {
    let desk = Desk::at_work();
    fs::remove_dir_all(desk.path("state")).expect("a machine that remembers nothing");
    fs::create_dir(desk.path("state")).expect("an empty memory");
    let Some(mut sitting) = Sitting::at(&desk, &["list"], USUAL) else {
        return;
    };
    let slip = "otter-lantern-gravel";
    for _ in 0..3 {
        sitting.until("Your name in the vault").types(slip);
        sitting.until("Passphrase").types("wrong");
    }
    let ended = sitting.ends(5);
    assert_eq!(ended.all.matches(slip).count(), 3, "{}", ended.all);
    let failed = records(&desk.log(), "vault.unlock", "failed").len();
    assert_eq!(failed, 3);
}

#[test]
fn whoever_used_the_vault_last_is_asked_for_no_name_and_has_three_tries() {
    let desk = Desk::at_work();
    desk.by(CLERK, &["list"]).done();
    let Some(mut sitting) = Sitting::at(&desk, &["list"], USUAL) else {
        return;
    };
    sitting
        .until("Passphrase of the clerk who last used this vault here")
        .types("wrong");
    // Enter alone is no try.
    sitting.until("this attempt is on record: try again");
    sitting.until("Passphrase of the clerk").types("");
    sitting
        .until("Passphrase of the clerk")
        .types(passphrase_of(CLERK).expose());
    sitting.ends(0);
    assert_eq!(records(&desk.log(), "vault.unlock", "failed").len(), 1);
}

#[test]
fn a_passphrase_file_that_others_may_read_gets_a_warning() {
    let desk = Desk::at_work();
    let file = desk.passphrase(PROVIDER);
    let quiet = desk.by(PROVIDER, &["list"]).done();
    assert!(!quiet.stderr.contains("warning: "), "{quiet:?}");
    let shared = fs::Permissions::from_mode(0o640);
    fs::set_permissions(&file, shared).expect("its owner may");
    let warned = desk.by(PROVIDER, &["list"]).done();
    assert!(
        warned.stderr.contains("others who use this computer"),
        "{warned:?}"
    );
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_passphrase_or_a_password() {
    let desk = Desk::at_work();
    let marked = |bytes: &[u8]| [b"\xef\xbb\xbf", bytes].concat();
    let file = desk.file(
        "pass/marked",
        &marked(passphrase_of(PROVIDER).expose().as_bytes()),
    );
    let who = ["--as", PROVIDER, "--passphrase-file", &file, "--no-input"];
    let add = ["add", "Library", "--collection", "Services", "--kind"];
    let add = [&add[..], &["service", "--password-stdin"], &who].concat();
    let added = desk.run_with(&add, &marked(b"GreenLanternHill-9")).done();
    assert!(added.stderr.contains("byte-order mark"), "{added:?}");
    let get = [&["get", "Library", "--reveal"][..], &who].concat();
    assert_eq!(desk.run(&get).done().stdout, b"GreenLanternHill-9");
}

#[test]
fn a_passphrase_is_changed_in_one_act_and_a_weak_one_says_why() {
    let desk = Desk::at_work();
    for (weak, why) in [
        ("password password password password", "of the 42 bits"),
        ("correct horse battery staple", "a saying"),
        ("Example Parish Council Clem Clerk", "passphrase"),
        ("violet anchor\u{200b} thirty maple", "U+200B"),
    ] {
        let file = desk.file("pass/weak", weak.as_bytes());
        let words = ["passphrase", "change", "--new-passphrase-file", &file];
        let refused = desk.by(CLERK, &words).refused(2);
        assert!(refused.stderr.contains(why), "{refused:?}");
        fs::remove_file(&file).expect("a file");
    }
    let file = desk.file("pass/new", b"orange tractor biscuit harbour");
    let words = [
        "passphrase",
        "change",
        "--new-passphrase-file",
        &file,
        "--json",
    ];
    desk.by(CLERK, &words).done().record();
    desk.by(CLERK, &["list"]).refused(5);
    let who = ["--as", CLERK, "--passphrase-file", &file, "--no-input"];
    desk.run(&[&["list"][..], &who].concat()).done();
    let again = [&words[..4], &who].concat();
    let same = desk.run(&again).refused(2);
    assert!(same.stderr.contains("have already"), "{same:?}");
    desk.run(&["log", "verify", "--state"]).done();
}

#[test]
fn at_a_terminal_four_words_are_offered_for_a_weak_passphrase() {
    let desk = Desk::at_work();
    let file = desk.passphrase(CLERK);
    let words = [
        "passphrase",
        "change",
        "--as",
        CLERK,
        "--passphrase-file",
        &file,
    ];
    let Some(mut sitting) = Sitting::at(&desk, &words, USUAL) else {
        return;
    };
    sitting.until("New passphrase").types("password");
    sitting
        .until("too easy to guess")
        .until("Write them down first:");
    sitting.until("press Enter to choose your own").types("");
    sitting
        .until("New passphrase")
        .types("orange tractor biscuit harbour");
    sitting
        .until("The same again")
        .types("orange tractor biscuit harbour");
    let ended = sitting.ends(0);
    assert!(
        !ended.stays().contains("Write them down first"),
        "{}",
        ended.all
    );
}

/// strace has the kernel answer that there is no randomness.
#[test]
fn a_failing_random_generator_is_an_error_and_no_panic() {
    if !has_tool("strace") {
        skip(1, "a failing random generator: there is no strace");
        return;
    }
    let desk = Desk::at_work();
    let fault = [
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "inject=getrandom:error=EIO",
    ];
    for words in [&["list"][..], &["get", "Website", "--reveal"]] {
        let words = desk.words_of(PROVIDER, words);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ran = fed(desk.through("strace", &fault, &words), b"").refused(11);
        assert!(ran.stderr.contains("no random numbers"), "{ran:?}");
        assert!(!ran.stderr.contains("panicked"), "{ran:?}");
    }
}
