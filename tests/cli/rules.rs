//! The rules of one sheet, from their choice to the next seal.

use harness::{CHAIR, CLERK, PROVIDER, WEBSITE_PASSWORD};

use crate::desk::{Desk, Ran};

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
