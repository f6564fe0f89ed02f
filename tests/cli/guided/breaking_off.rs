//! Whoever breaks off, by Ctrl-C or by a signal, leaves a clean screen and a sound vault.

use harness::WEBSITE_PASSWORD;
use rustix::process::Signal;

use super::{OPEN, give_sheet, give_terms, nothing_secret_stays, opened, words};
use crate::desk::{Desk, records};
use crate::sitting::{Sitting, USUAL};

/// How an opening ends from outside.
enum Break {
    /// Ctrl-C, by the key or from elsewhere, and again at each of these questions, which ask what
    /// it meant.
    ControlC(&'static str, &'static [&'static str]),
    ControlD,
    Signal(Signal),
}

impl Break {
    const fn all(asked: &'static [&'static str]) -> [Self; 5] {
        [
            Self::ControlC("\x03", asked),
            Self::ControlC("", asked),
            Self::ControlD,
            Self::Signal(Signal::TERM),
            Self::Signal(Signal::HUP),
        ]
    }

    fn off(&self, sitting: &mut Sitting) {
        match self {
            Self::ControlC(key, asked) => {
                match *key {
                    "" => sitting.signal(Signal::INT),
                    key => drop(sitting.keys(key)),
                }
                for question in *asked {
                    sitting.until(question).keys("\x03");
                }
            }
            Self::ControlD => drop(sitting.keys("\x04")),
            Self::Signal(signal) => sitting.signal(*signal),
        }
    }
}

#[test]
fn whoever_breaks_off_while_a_password_is_shown_leaves_a_clean_screen_and_a_closed_envelope() {
    for way in Break::all(&["Do you need anything else", "Do you want to stop?"]) {
        let desk = Desk::with_envelope();
        let Some(mut sitting) = opened(&desk, USUAL) else {
            return;
        };
        sitting.until("Which one").types("2");
        sitting.until(WEBSITE_PASSWORD).until("30 seconds");
        way.off(&mut sitting);
        let ended = sitting.ends(3);
        nothing_secret_stays(&ended, &desk);
        // What follows is said all the same.
        let told = ended.stays_in_one_line();
        assert!(told.contains("You stopped, and the envelope was closed"));
        assert!(told.contains("coffer rotate \"Website\""), "{told}");
        let log = desk.log();
        assert_eq!(records(&log, "secret.reveal", "ok").len(), 1);
        let last = records(&log, "envelope.open", "ok").pop().expect("a step");
        assert_eq!(last["step"], "closed");
        desk.run(&["log", "verify"]).done();
    }
}

#[test]
fn control_c_hides_a_password_asks_and_ends_nothing_by_itself() {
    let desk = Desk::with_envelope();
    let Some(mut sitting) = Sitting::at(&desk, &OPEN, USUAL) else {
        return;
    };
    give_terms(&mut sitting);
    // Among the words it is asked what was meant, and what was typed stays.
    let chair = words(&desk, "chair.txt");
    sitting.until("Word 1:").types(&chair[..7].join(" "));
    sitting.until("Word 8:").keys("\x03");
    sitting
        .until("Ctrl-C copies nothing here: it stops.")
        .until("Do you want to stop?")
        .types("no");
    sitting.until("Word 8:").types(&chair[7..].join(" "));
    sitting.until("Sheet CH-0001 is accepted");
    give_sheet(&mut sitting, &desk, "safe.txt");
    sitting.until("Go on?").types("yes");
    for more in ["yes", "no"] {
        sitting.until("Which one").types("2");
        sitting
            .until(WEBSITE_PASSWORD)
            .until("30 seconds")
            .keys("\x03");
        sitting.until("Ctrl-C took it off the screen. Website was shown");
        sitting.until("Do you need anything else").types(more);
    }
    let ended = sitting.ends(0);
    nothing_secret_stays(&ended, &desk);
    assert!(
        ended
            .stays_in_one_line()
            .contains("The envelope was closed.")
    );
    assert_eq!(records(&desk.log(), "secret.reveal", "ok").len(), 2);
    desk.run(&["log", "verify"]).done();
}

#[test]
fn whoever_breaks_off_among_the_words_leaves_none_on_the_screen_and_the_envelope_sealed() {
    for way in Break::all(&["Do you want to stop?"]) {
        let desk = Desk::with_envelope();
        let Some(mut sitting) = Sitting::at(&desk, &OPEN, USUAL) else {
            return;
        };
        give_terms(&mut sitting);
        give_sheet(&mut sitting, &desk, "chair.txt");
        sitting
            .until("Word 1:")
            .types(&words(&desk, "safe.txt")[..7].join(" "));
        sitting.until("Word 8:");
        way.off(&mut sitting);
        let ended = sitting.ends(3);
        nothing_secret_stays(&ended, &desk);
        assert!(ended.stays().contains("error: cancelled"));
        let status = desk.run(&["envelope", "status", "--json"]).json();
        assert_eq!(status["state"], "sealed");
        desk.run(&["log", "verify"]).done();
    }
}

#[test]
fn whoever_breaks_off_before_the_terms_are_fixed_leaves_no_trace() {
    let desk = Desk::with_envelope();
    let before = desk.files();
    for question in ["Your full name", "have to be opened?"] {
        let Some(mut sitting) = Sitting::at(&desk, &OPEN, USUAL) else {
            return;
        };
        if question != "Your full name" {
            sitting.until("Your full name").types("Chris Chair");
        }
        sitting.until(question).keys("\x03");
        sitting.ends(3);
    }
    let mut after = desk.files();
    after.retain(|(path, _)| !path.starts_with("state"));
    let mut before = before;
    before.retain(|(path, _)| !path.starts_with("state"));
    before.sort();
    after.sort();
    assert!(before == after, "something was left");
}
