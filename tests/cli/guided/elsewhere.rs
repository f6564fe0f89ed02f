//! An opening where the vault file cannot be found, or cannot be written.

use std::fs;

use harness::PROVIDER;

use super::{OPEN, give_sheet, give_terms};
use crate::desk::{Desk, MAIL_PASSWORD, records, skip, text};
use crate::disk::Mount;
use crate::sitting::{Sitting, USUAL};

#[test]
fn where_the_vault_cannot_be_written_a_copy_is_opened_in_another_place() {
    let desk = Desk::with_envelope();
    fs::create_dir(desk.path("stick")).expect("a folder");
    let stick = text(&desk.path("stick"));
    let before = fs::read(desk.vault()).expect("the vault");
    let Some(mount) = Mount::read_only(desk.path("vault")) else {
        skip(1, "read-only disk: nothing can be mounted here");
        return;
    };
    let Some(mut sitting) = Sitting::at(&desk, &OPEN, USUAL) else {
        return;
    };
    give_terms(&mut sitting);
    sitting.until("Nothing is shown here that is not recorded first.");
    sitting.until("Which folder").types("/nowhere");
    sitting.until("does not exist");
    sitting
        .until("Which folder")
        .types(&text(&desk.path("vault")));
    sitting.until("There is a file of that name already");
    sitting.until("Which folder").types(&stick);
    sitting.until("The vault was copied: ");
    for sheet in ["chair.txt", "safe.txt"] {
        give_sheet(&mut sitting, &desk, sheet);
    }
    sitting.until("Go on?").types("yes");
    sitting.until("Which one").types("1");
    sitting.until(MAIL_PASSWORD).types("");
    sitting.until("Which one").types("end");
    let told = sitting.ends(0).stays_in_one_line();
    // What is to be done, and nothing that belongs to the vault itself.
    assert!(told.contains("coffer log merge "), "{told}");
    for not in ["coffer restore", "coffer rotate", "coffer envelope seal"] {
        assert!(!told.contains(not), "{not}: {told}");
    }
    drop(mount);
    assert_eq!(fs::read(desk.vault()).expect("the vault"), before);
    // The copy holds the opening, its journal stands beside it, and the folder brings it in.
    let copy = text(&desk.path("stick/coffer.vault"));
    desk.run(&["log", "verify", "--state", "--vault", &copy])
        .done();
    let journals = fs::read_dir(&stick).expect("the folder").filter(|entry| {
        let name = entry.as_ref().expect("an entry").file_name();
        let name = name.to_string_lossy();
        name.starts_with("opening-") && name.ends_with(".jsonl")
    });
    assert_eq!(journals.count(), 1);
    desk.by(PROVIDER, &["log", "merge", &stick]).done();
    let log = desk.log();
    let there = &records(&log, "log.merge", "ok")[0]["brought"];
    let there = there.as_array().expect("the copy's records");
    let revealed = there
        .iter()
        .filter(|record| record["event"] == "secret.reveal");
    assert_eq!(revealed.count(), 1);
    let status = desk.run(&["envelope", "status", "--json"]).json();
    assert_eq!(status["state"], "opened");
}

#[test]
fn where_nothing_can_be_written_and_no_place_is_named_nothing_is_opened() {
    let desk = Desk::with_envelope();
    let Some(mount) = Mount::read_only(desk.path("vault")) else {
        skip(1, "read-only disk: nothing can be mounted here");
        return;
    };
    let Some(mut sitting) = Sitting::at(&desk, &OPEN, USUAL) else {
        return;
    };
    give_terms(&mut sitting);
    sitting.until("Which folder").keys("\x03");
    sitting.ends(3);
    drop(mount);
    let status = desk.run(&["envelope", "status", "--json"]).json();
    assert_eq!(status["state"], "sealed");
}

#[test]
fn where_there_is_no_vault_file_it_is_asked_for() {
    let desk = Desk::with_envelope();
    fs::create_dir(desk.path("my stick")).expect("a folder");
    let stick = text(&desk.path("my stick/council.vault"));
    fs::rename(desk.vault(), &stick).expect("another place");
    let Some(mut sitting) = Sitting::at(&desk, &OPEN, USUAL) else {
        return;
    };
    sitting.until("There is no vault file there.");
    sitting
        .until("Where is the vault file?")
        .types("/nowhere/council.vault");
    sitting.until("It was looked for here: /nowhere/council.vault");
    sitting
        .until("Where is the vault file?")
        .types(&stick.replace(' ', r"\ "));
    give_terms(&mut sitting);
    give_sheet(&mut sitting, &desk, "chair.txt");
    sitting.until("Sheet CH-0001 is accepted").keys("\x03");
    sitting.until("Do you want to stop?").types("yes");
    sitting.ends(3);
    desk.run(&["log", "verify", "--vault", &stick]).done();
    // A script is told as ever.
    desk.run(&["envelope", "open", "--no-input", "--yes"])
        .refused(2);
}
