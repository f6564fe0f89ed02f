//! The rules of one sheet, from their choice to the next seal.

use harness::{CHAIR, CLERK, PROVIDER, WEBSITE_PASSWORD};

use crate::desk::{Desk, has_tool, records, skip};
use crate::ran::{Ran, fed};

/// A rule of one sheet: its holders with their sheets' files, and who opens with which.
struct Story {
    rule: &'static str,
    holders: &'static [(&'static str, &'static str)],
    opener: &'static str,
    classifier: &'static str,
}

impl Story {
    /// Rule, sheets, seal, opening, duties, fresh sheets, seal.
    fn play(&self) {
        let desk = Desk::at_work();
        let by = |name: &str, words: &[&str]| desk.by(name, words).done();
        let names = self.holders.iter().flat_map(|(name, _)| ["--holder", name]);
        let rule: Vec<&str> = ["envelope", "rule", self.rule]
            .into_iter()
            .chain(names)
            .collect();
        by(PROVIDER, &rule);
        for (name, _) in self.holders {
            self.sheet(&desk, name, 1);
        }
        seal(&desk);
        let opening = self
            .open(&desk, 1, &["--list", "--reveal", "Website"])
            .done();
        let revealed = &opening.json()["revealed"][0];
        assert_eq!(revealed["fields"]["password"], WEBSITE_PASSWORD);
        assert_eq!(state(&desk), "opened");
        by(PROVIDER, &["rotate", "Website", "--generate", "words:5"]);
        by(PROVIDER, &["rotate", "Website", "--confirm"]);
        desk.by(PROVIDER, &["envelope", "seal"]).ends(13);
        assert_eq!(state(&desk), "opened");
        self.sheet(&desk, self.opener, 2);
        seal(&desk);
        assert_eq!(state(&desk), "sealed");
        desk.run(&["status"]).ends(13);
        by(CLERK, &["envelope", "done", "notice"]);
        by(CHAIR, &["envelope", "done", "minute"]);
        desk.by(self.opener, &["envelope", "classify", "drill"])
            .refused(7);
        by(self.classifier, &["envelope", "classify", "drill"]);
        desk.run(&["status"]).done();
        let old = self.open(&desk, 1, &["--list"]).refused(5);
        assert!(old.stderr.contains("was retired on "), "{old:?}");
        desk.run(&["log", "verify"]).done();
    }

    fn file(&self, desk: &Desk, name: &str, number: u32) -> String {
        let (_, file) = self
            .holders
            .iter()
            .find(|(holder, _)| *holder == name)
            .expect("a holder");
        desk.out(&format!("{file}-{number}.txt"))
    }

    fn sheet(&self, desk: &Desk, name: &str, number: u32) {
        let out = self.file(desk, name, number);
        let sheet = ["envelope", "sheet", name, "--text", &out];
        desk.by(PROVIDER, &sheet).done();
    }

    /// An opening with the opener's sheet of this number.
    fn open(&self, desk: &Desk, number: u32, more: &[&str]) -> Ran {
        let file = self.file(desk, self.opener, number);
        let open = ["envelope", "open", "--no-input", "--yes", "--json"];
        let sheet = ["--sheet-file", &file, "--opener", self.opener];
        let why = ["--reason", "nobody else can be reached"];
        desk.run(&[&open[..], &sheet, &why, more].concat())
    }
}

/// The provider seals and the clerk confirms it.
fn seal(desk: &Desk) {
    let sealed = desk.by(PROVIDER, &["envelope", "seal", "--json"]).done();
    let record = sealed.record().to_string();
    desk.by(CLERK, &["approve", &record]).done();
}

fn state(desk: &Desk) -> String {
    let status = desk.run(&["envelope", "status", "--json"]).json();
    status["state"].as_str().expect("a state").to_owned()
}

#[test]
fn under_the_rule_chair_the_chairs_sheet_alone_opens() {
    Story {
        rule: "chair",
        holders: &[(CHAIR, "chair")],
        opener: CHAIR,
        classifier: CLERK,
    }
    .play();
}

#[test]
fn under_the_rule_clerk_the_clerks_sheet_alone_opens() {
    Story {
        rule: "clerk",
        holders: &[(CLERK, "clerk")],
        opener: CLERK,
        classifier: CHAIR,
    }
    .play();
}

#[test]
fn under_the_rule_officer_either_sheet_opens_and_the_other_stays_good() {
    Story {
        rule: "officer",
        holders: &[(CHAIR, "chair"), (CLERK, "clerk")],
        opener: CLERK,
        classifier: PROVIDER,
    }
    .play();
}

/// Answers the questions of a command on a terminal; what was shown.
fn answered(desk: &Desk, words: &str, answers: &[u8]) -> Option<Ran> {
    if !has_tool("script") {
        skip(1, "questions on a terminal: there is no script");
        return None;
    }
    let file = desk.passphrase(PROVIDER);
    let coffer = crate::desk::COFFER;
    let command = format!("'{coffer}' {words} --as '{PROVIDER}' --passphrase-file '{file}'");
    Some(fed(
        desk.by_tool("script", &["-qefc", &command, "/dev/null"]),
        answers,
    ))
}

#[test]
fn whoever_sets_up_the_envelope_is_shown_what_each_rule_survives_and_has_to_choose() {
    let desk = Desk::at_work();
    // Nothing is chosen by an empty line, by a slip, or by holders who do not make the rule; whoever
    // was named stays named.
    let answers = "\nany\nany-two\n\nChris Chair\nNobody Here\nplace:Safe\nCHRIS CHAIR\n\nPat \
                   Provider\n-\nClem Clerk\n\nany-two\n";
    let Some(ran) = answered(&desk, "envelope rule", answers.as_bytes()) else {
        return;
    };
    let shown = String::from_utf8(ran.done().stdout).expect("a text");
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    for (number, rule) in (1..).zip(vault_core::emergency::Rule::ALL) {
        assert!(shown.contains(&format!("{number}. {rule}: ")), "{shown}");
    }
    for words in [
        "Survives the clerk gone, the provider gone; not a lost sheet, a stolen one.",
        "Survives a lost sheet, a stolen one, the clerk gone, the provider gone.",
        "That is none of the six",
        "Three holders are wanted",
        "The others stay.",
        "Chris Chair is among them already.",
        "That does not make the rule",
        "There are: Chris Chair, place:Safe.",
        "With these holders, any two of the three sheets together open the envelope; if one",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert_eq!(records(&desk.log(), "policy.change", "ok").len(), 1);
    let status = desk.run(&["envelope", "status", "--json"]).json();
    assert_eq!(status["rule"], "any-two");
    assert_eq!(status["holders"].as_array().map(Vec::len), Some(3));
}

#[test]
fn a_rule_that_is_not_typed_again_is_not_chosen() {
    let desk = Desk::at_work();
    let answers = b"officer\nChris Chair\nClem Clerk\n\nyes\n";
    let Some(ran) = answered(&desk, "envelope rule", answers) else {
        return;
    };
    ran.ends(3);
    assert!(records(&desk.log(), "policy.change", "ok").is_empty());
    desk.by(PROVIDER, &["envelope", "rule"]).refused(2);
}
