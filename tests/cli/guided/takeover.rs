//! A takeover, step by step.

use harness::{CLERK, PROVIDER};

use super::{give_sheet, give_terms, nothing_secret_stays};
use crate::desk::{Desk, records};
use crate::sitting::{Sitting, USUAL};

const NEWCOMER: &str = "Nora Newcomer";
const PASSPHRASE: &str = "tin otter lamp sea dog";

#[test]
fn somebody_is_given_a_login_by_whoever_opens_the_envelope_and_each_slip_is_asked_again() {
    let desk = Desk::with_envelope();
    let Some(mut sitting) = Sitting::at(&desk, &["envelope", "takeover"], USUAL) else {
        return;
    };
    sitting.until("to give somebody a login");
    // A name that is taken, and a role that looks after nothing.
    sitting.until("Their full name").types(PROVIDER);
    sitting.until("As what?").types("clerk");
    sitting.until("Their full name").types(NEWCOMER);
    sitting.until("As what?").types("auditor");
    sitting.until("Type it-provider or clerk.");
    sitting.until("As what?").types("IT provider");
    give_terms(&mut sitting);
    sitting.until("needs a passphrase that nobody else knows");
    sitting.until("drawn just now, and may be taken:");
    sitting.until("New passphrase").types("password");
    sitting.until("too easy to guess");
    sitting.until("New passphrase").types(PASSPHRASE);
    sitting.until("The same again").types("tin otter");
    sitting.until("not the same");
    sitting.until("New passphrase").types(PASSPHRASE);
    sitting.until("The same again").types(PASSPHRASE);
    for sheet in ["chair.txt", "safe.txt"] {
        give_sheet(&mut sitting, &desk, sheet);
    }
    sitting.until("Go on?").types("yes");
    let ended = sitting.ends(0);
    nothing_secret_stays(&ended, &desk);
    assert!(!ended.all.contains(PASSPHRASE), "a passphrase was shown");
    assert!(!ended.stays().contains("drawn just now"));
    let told = ended.stays_in_one_line();
    let made = "Nora Newcomer, IT provider";
    assert_eq!(told.matches(made).count(), 2, "{told}");
    assert!(told.contains("coffer list --as \"Nora Newcomer\""));
    assert!(told.contains("WHAT TO DO NOW"));
    let file = desk.file("pass/nora", PASSPHRASE.as_bytes());
    let who = [
        "list",
        "--as",
        NEWCOMER,
        "--passphrase-file",
        &file,
        "--no-input",
    ];
    desk.run(&who).done();
    let log = desk.log();
    assert_eq!(records(&log, "envelope.takeover", "ok").len(), 1);
    desk.run(&["log", "verify"]).done();
}

#[test]
fn what_is_given_as_an_option_is_not_asked() {
    let desk = Desk::with_envelope();
    let file = desk.passphrase(NEWCOMER);
    let who = [
        "envelope", "takeover", "--person", NEWCOMER, "--role", "clerk",
    ];
    let with = [
        "--new-passphrase-file",
        &file,
        "--reason",
        "the clerk has died",
    ];
    let more = ["--opener", "Chris Chair", "--witness", "Wim Witness"];
    let words = [&who[..], &with, &more].concat();
    let Some(mut sitting) = Sitting::at(&desk, &words, USUAL) else {
        return;
    };
    sitting.until("Who opens: Chris Chair Why: the clerk has died Who watches: Wim Witness");
    sitting.until("Who looks after the vault from then on: Nora Newcomer, as clerk");
    sitting.until("Is this right?").types("yes");
    for sheet in ["chair.txt", "clerk.txt"] {
        give_sheet(&mut sitting, &desk, sheet);
    }
    sitting.until("Go on?").types("yes");
    sitting.ends(0);
    let people = desk.by(CLERK, &["person", "list", "--json"]).done().json();
    assert!(people.to_string().contains(NEWCOMER));
    desk.run(&["log", "verify"]).done();
}
