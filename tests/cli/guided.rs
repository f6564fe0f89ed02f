//! An opening by somebody who sits at a terminal with the paper before them and is asked one thing
//! at a time.

mod breaking_off;
mod elsewhere;
mod takeover;
mod typing;

use std::fs::File;

use harness::{CHAIR, PROVIDER, WEBSITE_PASSWORD};

use crate::desk::{Desk, MAIL_PASSWORD, records};
use crate::sitting::{Ended, Kind, Sitting, USUAL};

const OPEN: [&str; 2] = ["envelope", "open"];

const REASON: &str = "The website is down and nobody can be reached";

/// The words on a printed sheet.
fn words(desk: &Desk, sheet: &str) -> Vec<String> {
    let text = std::fs::read_to_string(desk.out(sheet)).expect("a sheet");
    let line = text.lines().find_map(|line| line.strip_prefix("words: "));
    let words = line.expect("the words").split(' ');
    words.map(str::to_owned).collect()
}

/// Says who opens, why, and who watches, and that it is right.
fn give_terms(sitting: &mut Sitting) {
    sitting.until("Your full name").types(CHAIR);
    sitting.until("have to be opened?").types(REASON);
    sitting.until("Witness 1").types("Wim Witness");
    sitting.until("Witness 2").types("Wren Witness");
    sitting.until("Witness 3").types("");
    sitting.until("Is this right?").types("yes");
}

/// Types a whole sheet in one line.
fn give_sheet(sitting: &mut Sitting, desk: &Desk, sheet: &str) {
    sitting
        .until("Word 1:")
        .types(&words(desk, sheet).join(" "));
}

/// Sits down to an opening, up to the list of titles.
fn opened(desk: &Desk, kind: Kind) -> Option<Sitting> {
    let mut sitting = Sitting::at(desk, &OPEN, kind)?;
    give_terms(&mut sitting);
    for sheet in ["chair.txt", "safe.txt"] {
        give_sheet(&mut sitting, desk, sheet);
    }
    sitting.until("shown to all members");
    sitting.until("Go on?").types("yes");
    Some(sitting)
}

/// Nothing secret is left on the screen.
fn nothing_secret_stays(ended: &Ended, desk: &Desk) {
    let stays = ended.stays();
    for secret in [WEBSITE_PASSWORD, MAIL_PASSWORD] {
        assert!(!stays.contains(secret), "{secret} in {stays}");
    }
    // One word may be said by chance, two of a sheet in a row are not.
    let stays = ended.stays_in_one_line();
    for sheet in ["chair.txt", "clerk.txt", "safe.txt"] {
        for pair in words(desk, sheet).windows(2) {
            let pair = pair.join(" ");
            assert!(!stays.contains(&pair), "{pair} in {stays}");
        }
    }
}

#[test]
fn the_chair_opens_from_the_printed_text_alone_and_nothing_secret_stays_on_the_screen() {
    let desk = Desk::with_envelope();
    let Some(mut sitting) = opened(&desk, USUAL) else {
        return;
    };
    // When a password was changed helps whoever holds an old copy, and tells alike titles apart.
    sitting.until("1 Mail tenant (Administration), user name council-admin, last changed on ");
    sitting.until("2 Website (Services), user name council-admin, last changed on ");
    sitting.until("Which one").types("2");
    sitting
        .until(WEBSITE_PASSWORD)
        .until("30 seconds")
        .types("");
    sitting.until("Website was shown (record ");
    // What it is called does as well, and what is not there is said.
    sitting.until("Which one").types("7");
    sitting.until("a number from 1 to 2");
    sitting.until("Which one").types("mail TENANT");
    sitting.until(MAIL_PASSWORD).until("30 seconds").types("");
    // Once more is once more on record.
    sitting.until("Which one").types("2");
    sitting.until(WEBSITE_PASSWORD).types("");
    sitting.until("Which one").types("end");
    let ended = sitting.ends(0);
    nothing_secret_stays(&ended, &desk);
    let log = desk.log();
    assert_eq!(records(&log, "secret.reveal", "ok").len(), 3);
    let steps = records(&log, "envelope.open", "ok");
    let steps: Vec<_> = steps.iter().map(|line| &line["step"]).collect();
    assert_eq!(steps, ["requested", "released", "listed", "closed"]);
    desk.run(&["log", "verify"]).done();
    desk.run(&["status"]).ends(13);
    let told = ended.stays_in_one_line();
    for said in [
        "The newest record in this vault file was made on ",
        "less than an hour ago. Passwords that were changed elsewhere since then are not in it.",
        "Every member of the council will be told",
        "NOTICE TO ALL MEMBERS",
        "MINUTE FOR THE NEXT MEETING",
        "Reason: The website is down and nobody can be reached",
        "Witnesses: Wim Witness, Wren Witness",
        "Sheets used: CH-0001, SAFE-0001",
        "Passwords shown: Website, Mail tenant",
        "WHAT TO DO NOW",
        "coffer rotate \"Mail tenant\" --generate words:5",
        "coffer envelope sheet \"Chris Chair\" --pdf CH-0002.pdf",
        "coffer envelope sheet place:Safe --pdf SAFE-0002.pdf",
        "coffer envelope seal",
        "coffer envelope done notice",
        "coffer envelope done minute",
        "coffer envelope classify emergency",
    ] {
        assert!(told.contains(said), "{said:?} in {told}");
    }
}

#[test]
fn terms_are_read_back_and_can_be_given_again_before_anything_is_recorded() {
    let desk = Desk::with_envelope();
    let records = || desk.run(&["status", "--json"]).json()["records"].clone();
    let before = records();
    let notice = desk.out("notice.txt");
    let options = [
        "envelope",
        "open",
        "--notice",
        &notice,
        "--witness",
        "Wim Witness",
    ];
    let Some(mut sitting) = Sitting::at(&desk, &options, USUAL) else {
        return;
    };
    sitting.until("Nothing is written yet");
    sitting.until("Your full name").types("");
    // A sheet that is read too early, and what an arrow key types.
    sitting
        .until("Your full name")
        .types(&words(&desk, "safe.txt").join(" "));
    sitting.until("They are asked for later, and they must not be recorded.");
    sitting.until("Your full name").types("\x1b[B");
    sitting.until("Once more, please.");
    sitting.until("Your full name").types("Chirs");
    // A slip is found by whoever has a login, since the opener is known by it later.
    sitting.until("Nobody has a login of the name Chirs.");
    sitting.until("Have you a login of your own").types("yes");
    sitting.until("Your full name").types("Somebody Else");
    sitting.until("Have you a login of your own").types("no");
    sitting.until("have to be opened?").types("?");
    sitting.until("Who opens: Somebody Else Why: ? Who watches: Wim Witness");
    sitting.until("ask for 2 witnesses. Fewer do not stop you");
    sitting.until("Is this right?").types("perhaps");
    sitting.until("Is this right?").types("no");
    assert_eq!(records(), before);
    sitting.until("Your full name").types(CHAIR);
    sitting.until("have to be opened?").types(REASON);
    // Neither the opener nor somebody twice is one more witness.
    sitting.until("Witness 1").types("chris chair");
    sitting.until("a witness is somebody else, and each counts once");
    sitting.until("Witness 1").types("Wim Witness");
    sitting.until("Witness 2").types("WIM witness");
    sitting.until("Witness 2").types("Wren Witness");
    sitting.until("Witness 3").types("");
    sitting.until("Is this right?").types("yes");
    sitting.until("Recorded as number ");
    for sheet in ["clerk.txt", "safe.txt"] {
        give_sheet(&mut sitting, &desk, sheet);
    }
    sitting.until("Go on?").types("yes");
    sitting.until("Which one").types("end");
    sitting.ends(0);
    let text = std::fs::read_to_string(&notice).expect("the notice");
    assert!(text.contains("Witnesses: Wim Witness, Wren Witness"));
    assert!(text.contains("Passwords shown: none"));
    assert!(!text.contains("Chirs") && !text.contains("Somebody Else"));
    desk.run(&["log", "verify"]).done();
}

#[test]
fn an_opening_that_is_not_made_good_is_gone_on_with() {
    let desk = Desk::with_envelope();
    for first in [true, false] {
        let Some(mut sitting) = Sitting::at(&desk, &OPEN, USUAL) else {
            return;
        };
        if first {
            give_terms(&mut sitting);
        } else {
            sitting.until("This goes on with that opening");
            // What was answered before is offered, and read back like anything else.
            sitting.until("Who opens: Chris Chair Why: The website is down");
            sitting.until("Who watches: Wim Witness, Wren Witness");
            sitting.until("Is it the same again?").types("yes");
            sitting.until("Is this right?").types("yes");
        }
        for sheet in ["chair.txt", "safe.txt"] {
            give_sheet(&mut sitting, &desk, sheet);
        }
        sitting.until("Go on?").types("yes");
        sitting.until("Which one").types("1");
        sitting.until(MAIL_PASSWORD).types("");
        sitting.until("Which one").types("end");
        sitting.ends(0);
    }
    let status = desk.run(&["envelope", "status", "--json"]).json();
    assert_eq!(status["state"], "opened");
    desk.run(&["log", "verify"]).done();
}

#[test]
fn a_one_time_code_comes_with_its_time_and_without_its_seed() {
    let desk = Desk::with_envelope();
    let seed = desk.file("seed", b"JBSWY3DPEHPK3PXP\n");
    let add = [
        "add",
        "Registrar",
        "--collection",
        "Services",
        "--kind",
        "service",
    ];
    let with = ["--generate", "words:4", "--totp-file", &seed];
    desk.by(PROVIDER, &[&add[..], &with].concat()).done();
    let Some(mut sitting) = opened(&desk, USUAL) else {
        return;
    };
    sitting.until("Which one").types("Registrar");
    sitting
        .until("code now")
        .until("(good for ")
        .until("30 seconds")
        .types("");
    sitting.until("Which one").types("end");
    let ended = sitting.ends(0);
    assert!(!ended.all.contains("JBSWY3DP"));
    assert!(!ended.stays().contains("code now"));
}

#[test]
fn a_code_is_renewed_while_it_is_shown_and_the_seconds_are_counted_down() {
    let desk = Desk::with_envelope();
    let seed = desk.file(
        "seed",
        b"otpauth://totp/R?secret=JBSWY3DPEHPK3PXP&period=10\n",
    );
    let add = ["add", "Registrar", "--collection", "Services", "--kind"];
    let with = ["service", "--generate", "words:4", "--totp-file", &seed];
    desk.by(PROVIDER, &[&add[..], &with].concat()).done();
    let Some(mut sitting) = opened(&desk, USUAL) else {
        return;
    };
    sitting.until("Which one").types("Registrar");
    sitting.until("code now").until("This stays for 30 seconds");
    sitting.until("code now");
    // More time is asked for before it is over, and counted from then on.
    sitting.until("20 seconds left.").types("m");
    sitting.until("code now").until("This stays for 30 seconds");
    sitting.until("20 seconds left.").until("10 seconds left.");
    sitting.until("5 seconds left.").until("was shown (record ");
    sitting.until("Which one").types("end");
    let ended = sitting.ends(0);
    assert!(!ended.stays().contains("code now"));
    assert_eq!(records(&desk.log(), "secret.reveal", "ok").len(), 1);
}

#[test]
fn a_terminal_that_cannot_be_cleared_gets_plain_lines_and_hides_the_words() {
    let desk = Desk::with_envelope();
    let dumb = Kind {
        term: "dumb",
        ..USUAL
    };
    let Some(mut sitting) = Sitting::at(&desk, &OPEN, dumb) else {
        return;
    };
    sitting.until("This screen cannot be cleared");
    give_terms(&mut sitting);
    give_sheet(&mut sitting, &desk, "chair.txt");
    let safe = words(&desk, "safe.txt");
    sitting.until("Word 1:").types(&safe[..2].join(" "));
    sitting.until("This is sheet SAFE-0001 (kept in Safe).");
    sitting.until("Word 3:").types(&safe[2..].join(" "));
    sitting.until("Go on?").types("yes");
    sitting.until("Which one").types("2");
    sitting
        .until(WEBSITE_PASSWORD)
        .until("Press Enter to go on")
        .types("");
    sitting.until("Which one").types("end");
    let ended = sitting.ends(0);
    assert!(!ended.all.contains('\x1b'), "{}", ended.all);
    for pair in safe.windows(2) {
        let pair = pair.join(" ");
        assert!(!ended.all.contains(&pair), "{pair} in {}", ended.all);
    }
}

#[test]
fn a_narrow_window_cuts_no_word_in_two() {
    let desk = Desk::with_envelope();
    let narrow = Kind {
        columns: 40,
        ..USUAL
    };
    let Some(mut sitting) = opened(&desk, narrow) else {
        return;
    };
    sitting.until("Which one").types("2");
    sitting
        .until(WEBSITE_PASSWORD)
        .until("30 seconds")
        .types("");
    sitting.until("Which one").types("end");
    let ended = sitting.ends(0);
    nothing_secret_stays(&ended, &desk);
    let stays = ended.stays();
    let (_, list) = stays.split_once("WHAT TO DO NOW").expect("the list");
    let journal = |line: &str| line.contains("opening-");
    let wide = list
        .lines()
        .filter(|line| line.chars().count() > 40 && !journal(line));
    assert_eq!(wide.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn output_that_goes_to_a_file_holds_what_was_shown_and_the_terminal_does_not() {
    let desk = Desk::with_envelope();
    let path = desk.path("out/shown.txt");
    let file = File::create(&path).expect("a file");
    let sitting = Sitting::with(&desk, &OPEN, USUAL, |_| file.into());
    let Some(mut sitting) = sitting else {
        return;
    };
    sitting.until("it goes to the file or the program");
    give_terms(&mut sitting);
    for sheet in ["chair.txt", "safe.txt"] {
        give_sheet(&mut sitting, &desk, sheet);
    }
    sitting.until("Go on?").types("yes");
    sitting.until("Which one").types("2");
    sitting.until("Press Enter to go on").types("");
    sitting.until("Which one").types("end");
    let ended = sitting.ends(0);
    assert!(!ended.all.contains(WEBSITE_PASSWORD) && !ended.all.contains('\x1b'));
    let shown = std::fs::read_to_string(path).expect("what was shown");
    assert!(shown.contains(WEBSITE_PASSWORD) && shown.contains("NOTICE TO ALL MEMBERS"));
}

#[test]
fn nobody_is_asked_where_nothing_was_ever_sealed_or_a_program_wants_json() {
    let unsealed = Desk::with_sheets();
    if let Some(sitting) = Sitting::at(&unsealed, &OPEN, USUAL) {
        assert!(sitting.ends(6).all.contains("never sealed"));
    }
    let desk = Desk::with_envelope();
    if let Some(sitting) = Sitting::at(&desk, &["envelope", "open", "--json"], USUAL) {
        assert!(sitting.ends(2).all.contains("--json needs everything"));
    }
    desk.run(&OPEN).refused(2);
}
