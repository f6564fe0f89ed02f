//! Whoever breaks off, by Ctrl-C or by a signal, leaves a clean screen and a sound vault.

use harness::WEBSITE_PASSWORD;
use rustix::process::Signal;

use super::{OPEN, give_sheet, give_terms, nothing_secret_stays, opened, words};
use crate::desk::{Desk, records};
use crate::sitting::{Sitting, USUAL};

/// How an opening ends from outside.
enum Break {
    Keys(&'static str),
    Signal(Signal),
}

impl Break {
    const ALL: [Self; 5] = [
        Self::Keys("\x03"),
        Self::Keys("\x04"),
        Self::Signal(Signal::TERM),
        Self::Signal(Signal::HUP),
        Self::Signal(Signal::INT),
    ];

    fn off(&self, sitting: &mut Sitting) {
        match self {
            Self::Keys(keys) => drop(sitting.keys(keys)),
            Self::Signal(signal) => sitting.signal(*signal),
        }
    }
}

#[test]
fn whoever_breaks_off_while_a_password_is_shown_leaves_a_clean_screen_and_a_closed_envelope() {
    for way in Break::ALL {
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
        assert!(told.contains("coffer rotate 'Website'"), "{told}");
        let log = desk.log();
        assert_eq!(records(&log, "secret.reveal", "ok").len(), 1);
        let last = records(&log, "envelope.open", "ok").pop().expect("a step");
        assert_eq!(last["step"], "closed");
        desk.run(&["log", "verify"]).done();
    }
}

#[test]
fn whoever_breaks_off_among_the_words_leaves_none_on_the_screen_and_the_envelope_sealed() {
    for way in Break::ALL {
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
