//! Words as they are typed, pasted, scanned and mistyped, and sheets that are not taken: each with
//! its words for somebody frightened.

use harness::{CHAIR, CLERK, PROVIDER};
use vault_core::crypto::random::OsEntropy;
use vault_core::crypto::shamir::{self, GroupScheme, IterationExponent, Quorum};
use vault_core::secret::{SecretBytes, SecretString};

use super::{OPEN, give_sheet, give_terms, words};
use crate::desk::{Desk, SAFE, records};
use crate::emergency::another_councils_sheet;
use crate::sitting::{Sitting, USUAL};

/// Another word of the list.
fn other(word: &str) -> &'static str {
    let others = ["acid", "acne"];
    others
        .into_iter()
        .find(|other| *other != word)
        .expect("one")
}

/// Types the last sheet that is needed and ends without having anything shown.
fn enough(mut sitting: Sitting, desk: &Desk, sheet: &str) {
    give_sheet(&mut sitting, desk, sheet);
    sitting.until("they are enough");
    sitting.until("Go on?").types("no");
    sitting.ends(3);
    let status = desk.run(&["envelope", "status", "--json"]).json();
    assert_eq!(status["state"], "sealed");
    desk.run(&["log", "verify"]).done();
}

#[test]
fn words_are_taken_one_by_one_by_four_letters_in_capitals_pasted_scanned_and_from_a_file() {
    let desk = Desk::with_envelope();
    let Some(mut sitting) = Sitting::at(&desk, &OPEN, USUAL) else {
        return;
    };
    give_terms(&mut sitting);
    sitting.until("2 sheets are needed, among CH-0001 (the chair's), CL-0001");
    let chair = words(&desk, "chair.txt");
    for (word, place) in chair.iter().zip(1..) {
        if place == 3 {
            sitting.until("This is sheet CH-0001 (the chair's).");
        }
        sitting
            .until(&format!("Word {place}:"))
            .types(&word[..4].to_uppercase());
    }
    sitting.until("Sheet CH-0001 is accepted. One more sheet is needed, among CL-0001");
    // One word too many is taken back; the last words come as a scanner types them.
    let clerk = words(&desk, "clerk.txt");
    sitting.until("Word 1:").types(&clerk[0]);
    sitting.until("Word 2:").types("academic");
    sitting.until("No sheet of this vault begins with these two words");
    sitting.until("Word 3:").types("-");
    sitting.until("Word 2:").types(&format!("2. {}", clerk[1]));
    sitting.until("This is sheet CL-0001 (the clerk's).");
    sitting
        .until("Word 3:")
        .types(&clerk[2..].join(" ").to_uppercase());
    sitting.until("they are enough: CH-0001, CL-0001");
    sitting.until("Go on?").types("no");
    sitting.ends(3);
    // From a file, at a second try, which need not be told everything again.
    let Some(mut sitting) = Sitting::at(&desk, &OPEN, USUAL) else {
        return;
    };
    sitting.until("Is it the same again?").types("no");
    give_terms(&mut sitting);
    sitting.until("Word 1:").types("file /nowhere/chair.txt");
    sitting.until("there is no such file");
    let prose = desk.file("out/prose.txt", b"academic acid Dear councillors\n");
    sitting.until("Word 1:").types(&format!("file '{prose}'"));
    sitting
        .until("holds no sheet's words")
        .until("Word 3 is not on the list");
    sitting
        .until("Word 1:")
        .types(&format!("file \"{}\"", desk.out("chair.txt")));
    sitting.until("Sheet CH-0001 is accepted");
    // As a window types it to which the file was dragged.
    std::fs::rename(desk.out("safe.txt"), desk.out("the safe.txt")).expect("a blank");
    sitting
        .until("Word 1:")
        .types(&desk.out("the safe.txt").replace(' ', r"\ "));
    sitting.until("they are enough: CH-0001, SAFE-0001");
    sitting.until("Go on?").types("no");
    sitting.ends(3);
    let log = desk.log();
    assert_eq!(records(&log, "envelope.sheet", "ok").len(), 4);
    assert_eq!(records(&log, "envelope.sheet", "failed").len(), 0);
}

#[test]
fn a_slip_is_told_at_once_and_a_wrong_word_is_found_and_corrected() {
    let desk = Desk::with_envelope();
    let Some(mut sitting) = Sitting::at(&desk, &OPEN, USUAL) else {
        return;
    };
    give_terms(&mut sitting);
    let mut chair = words(&desk, "chair.txt");
    sitting.until("Word 1:").types(&chair[..2].join(" "));
    sitting.until("Word 3:").types("acadimec");
    sitting.until("Word 3 is not on the list of words: did you mean academic?");
    sitting.until("Word 3:").types("qqqqqqqq");
    sitting.until("Word 3 is not on the list of words: look at the paper again.");
    sitting.until("Word 3:").types("aca");
    sitting.until("Word 3: type at least four letters of it.");
    sitting
        .until("Word 3:")
        .types(&format!("{} 11 acid", chair[2]));
    sitting.until("Number 11 was given, but word 4 comes next.");
    // One wrong word is located.
    let right = std::mem::take(&mut chair[16]);
    other(&right).clone_into(&mut chair[16]);
    sitting.until("Word 4:").types(&chair[3..].join(" "));
    sitting.until("Word 17 of the sheet does not fit the others.");
    sitting.until("Word 17 once more:").types("x");
    sitting.until("Word 17 is not on the list");
    sitting.until("Word 17 once more:").types(&right);
    sitting.until("Sheet CH-0001 is accepted");
    // Two are not: what was typed is shown, and any of it is typed again.
    let mut safe = words(&desk, "safe.txt");
    let right = [4, 9].map(|at| std::mem::replace(&mut safe[at], "acid".to_owned()));
    if right.contains(&"acid".to_owned()) {
        safe[4] = "acne".to_owned();
        safe[9] = "acne".to_owned();
    }
    sitting
        .until("Word 1:")
        .types(&format!("{} acid", safe.join(" ")));
    sitting.until("A sheet has twenty words, and these are more.");
    sitting.until("Two or more words of the sheet are wrong.");
    sitting.until("This is what was typed: 1 ");
    sitting.until("Number of a word").types("21");
    sitting.until("no number from 1 to 20");
    sitting.until("Number of a word").types("5");
    sitting.until("Word 5 once more:").types(&right[0]);
    sitting.until("Is another word wrong?").types("yes");
    sitting.until("Number of a word").types("10");
    sitting.until("Word 10 once more:").types(&right[1][..4]);
    sitting.until("Is another word wrong?").types("no");
    sitting.until("they are enough: CH-0001, SAFE-0001");
    sitting.until("Go on?").types("no");
    sitting.ends(3);
    // Slips are nobody's incident.
    let log = desk.log();
    assert_eq!(records(&log, "envelope.sheet", "failed").len(), 0);
    assert_eq!(records(&log, "envelope.sheet", "denied").len(), 0);
}

#[test]
fn a_sheet_can_be_begun_again_at_any_word() {
    let desk = Desk::with_envelope();
    let Some(mut sitting) = Sitting::at(&desk, &OPEN, USUAL) else {
        return;
    };
    give_terms(&mut sitting);
    sitting.until("restart begins with word 1 of a sheet again");
    let chair = words(&desk, "chair.txt");
    // A line was left out, and word 19 comes although the paper is at its end.
    let skipped = [&chair[..4], &chair[6..]].concat().join(" ");
    sitting.until("Word 1:").types(&skipped);
    sitting.until("Word 19:").types("back");
    sitting.until("Word 18:").types("Restart");
    sitting.until("Begin with word 1 again");
    // The same where one word does not fit, and where several do not.
    let mut wrong = chair.clone();
    other(&chair[16]).clone_into(&mut wrong[16]);
    sitting.until("Word 1:").types(&wrong.join(" "));
    sitting.until("Word 17 of the sheet does not fit");
    sitting.until("Word 17 once more:").types("restart");
    other(&chair[9]).clone_into(&mut wrong[9]);
    sitting.until("Word 1:").types(&wrong.join(" "));
    sitting.until("Number of a word").types("restart");
    give_sheet(&mut sitting, &desk, "chair.txt");
    sitting.until("Sheet CH-0001 is accepted");
    enough(sitting, &desk, "safe.txt");
}

#[test]
fn a_sheet_of_another_vault_one_that_is_none_and_the_same_again_are_told_apart() {
    let desk = Desk::with_envelope();
    let foreign = desk.out("foreign.txt");
    another_councils_sheet(&foreign);
    let Some(mut sitting) = Sitting::at(&desk, &OPEN, USUAL) else {
        return;
    };
    give_terms(&mut sitting);
    give_sheet(&mut sitting, &desk, "foreign.txt");
    sitting.until("This sheet does not belong to this vault. Check that the paper");
    sitting.until("2 sheets are needed");
    sitting.until("Word 1:").types(&a_share());
    sitting.until("These words are not those of an emergency sheet.");
    give_sheet(&mut sitting, &desk, "chair.txt");
    sitting.until("Sheet CH-0001 is accepted");
    // Two words of it suffice, and typed once more it is judged as a whole.
    let chair = words(&desk, "chair.txt");
    sitting.until("Word 1:").types(&chair[..2].join(" "));
    sitting.until("Sheet CH-0001 was given before. Give the sheet of another holder.");
    sitting.until("Put it aside.");
    sitting.until("Word 1:").types(&chair[..2].join(" "));
    sitting.until("Word 3:").types(&chair[2..].join(" "));
    sitting.until("Sheet CH-0001 was given before.");
    enough(sitting, &desk, "safe.txt");
    let log = desk.log();
    assert_eq!(records(&log, "envelope.sheet", "denied").len(), 1);
    assert_eq!(records(&log, "envelope.sheet", "failed").len(), 1);
}

#[test]
fn sheets_that_were_replaced_lost_or_never_sealed_are_put_aside_after_two_words() {
    let desk = Desk::with_envelope();
    let make = |holder: &str, out: &str| {
        let out = desk.out(out);
        desk.by(PROVIDER, &["envelope", "sheet", holder, "--text", &out])
            .done();
    };
    make(SAFE, "safe-2.txt");
    let sealed = desk.by(PROVIDER, &["envelope", "seal", "--json"]).done();
    desk.by(CLERK, &["approve", &sealed.record().to_string()])
        .done();
    make(CLERK, "clerk-2.txt");
    desk.by(
        CHAIR,
        &["envelope", "lost", "CL-0001", "--reason", "not in the safe"],
    )
    .done();
    let Some(mut sitting) = Sitting::at(&desk, &OPEN, USUAL) else {
        return;
    };
    give_terms(&mut sitting);
    // The lost sheet is not asked for.
    sitting.until("2 sheets are needed, among CH-0001 (the chair's) and SAFE-0002");
    let begin = |sitting: &mut Sitting, sheet: &str| {
        sitting
            .until("Word 1:")
            .types(&words(&desk, sheet)[..2].join(" "));
    };
    begin(&mut sitting, "safe.txt");
    sitting
        .until("Sheet SAFE-0001 was retired on ")
        .until("Use SAFE-0002, the same holder's");
    begin(&mut sitting, "clerk.txt");
    sitting
        .until("Sheet CL-0001 was reported lost on ")
        .until("opens nothing now");
    begin(&mut sitting, "clerk-2.txt");
    sitting.until("Sheet CL-0002 was made, but the envelope was never sealed with it.");
    give_sheet(&mut sitting, &desk, "chair.txt");
    // A sheet that is given whole is judged and recorded whole.
    give_sheet(&mut sitting, &desk, "safe.txt");
    sitting.until("Sheet SAFE-0001 was retired on ");
    enough(sitting, &desk, "safe-2.txt");
    assert_eq!(records(&desk.log(), "envelope.sheet", "denied").len(), 1);
}

#[test]
fn a_damaged_share_names_the_backup_that_holds_it_whole() {
    let desk = Desk::with_envelope();
    let backup = desk.out("backup.vault");
    desk.by(PROVIDER, &["backup", &backup]).done();
    let db = rusqlite::Connection::open(desk.vault()).expect("the file");
    let changed = db.execute("UPDATE share SET file = zeroblob(200) WHERE place = 2", []);
    assert_eq!(changed, Ok(1));
    drop(db);
    let Some(mut sitting) = Sitting::at(&desk, &OPEN, USUAL) else {
        return;
    };
    give_terms(&mut sitting);
    give_sheet(&mut sitting, &desk, "safe.txt");
    sitting.until("Sheet SAFE-0001 is right, but its share in this vault file is damaged.");
    sitting
        .until("Try the backup of ")
        .until(", or another holder's sheet.");
    give_sheet(&mut sitting, &desk, "chair.txt");
    enough(sitting, &desk, "clerk.txt");
}

/// The words of one share of two: well formed, and no sheet.
fn a_share() -> String {
    let quorum = Quorum::new(2, 2).expect("two of two");
    let scheme = GroupScheme::new(1, vec![quorum]).expect("one group");
    let secret = SecretBytes::copy_from(&[7; 16]);
    let empty = SecretString::new(String::new());
    let exponent = IterationExponent::ZERO;
    let shares = shamir::split(&secret, &scheme, &empty, exponent, &mut OsEntropy);
    shares.expect("a split")[0][0]
        .to_words()
        .expose()
        .to_owned()
}
