//! What the members are told of an opening, and what the minutes say of it: text to be pasted.

use std::path::{Path, PathBuf};

use vault_core::id::{RecordSeq, Serial};
use vault_core::time::Timestamp;

use super::open;
use super::start::Answers;
use crate::failure::Failure;
use crate::files::PrivateFile;
use crate::outcome::Outcome;
use crate::output::for_people;

/// A file for the text, made before anything is opened, so that a bad name is found in time.
pub(crate) struct NoticeFile(Option<(PathBuf, PrivateFile)>);

impl NoticeFile {
    /// The file at `path`, where one is wanted.
    ///
    /// # Errors
    /// Where the file cannot be made.
    pub(crate) fn create(path: Option<&Path>) -> Result<Self, Failure> {
        let create = |path: &Path| match PrivateFile::create(path) {
            Ok(file) => Ok((path.to_owned(), file)),
            Err(error) => Err(Failure::File {
                path: path.to_owned(),
                error,
            }),
        };
        Ok(Self(path.map(create).transpose()?))
    }

    /// Writes the text, where a file is wanted. The opening stands whether that works or not.
    pub(crate) fn finish(self, ended: &Ended<'_>, outcome: Outcome) -> Outcome {
        let Some((path, file)) = self.0 else {
            return outcome;
        };
        match file.finish(ended.text().as_bytes()) {
            Ok(()) => outcome.remark(format!(
                "the notice to all members and the minute are in {}",
                path.display()
            )),
            Err(error) => open::broken_off(outcome, &Failure::File { path, error }),
        }
    }
}

/// An opening that has ended.
pub(crate) struct Ended<'a> {
    /// The council, as the vault file calls it.
    pub(crate) council: &'a str,
    /// Who opened, why, and who watched.
    pub(crate) answers: &'a Answers,
    /// When the rule was met.
    pub(crate) at: Timestamp,
    /// The first and the last record of this run.
    pub(crate) records: (RecordSeq, RecordSeq),
    /// The sheets that were used.
    pub(crate) sheets: &'a [Serial],
    /// What was revealed, by title and collection.
    pub(crate) revealed: &'a [String],
    /// The log's head at the end, as it is typed from minutes.
    pub(crate) anchor: Option<String>,
    /// What else happened, as a sentence.
    pub(crate) besides: Option<&'a str>,
}

impl Ended<'_> {
    /// The notice to all members and the minute, a paragraph a line.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = self.notice();
        lines.push(String::new());
        lines.extend(self.minute());
        lines
    }

    /// The same as one text, for a file.
    pub(crate) fn text(&self) -> String {
        let mut text = self.lines().join("\n");
        text.push('\n');
        text
    }

    fn notice(&self) -> Vec<String> {
        let Answers { opener, reason, .. } = self.answers;
        let (first, last) = self.records;
        let mut lines = vec![
            "NOTICE TO ALL MEMBERS".to_owned(),
            String::new(),
            format!(
                "The emergency envelope of {} was opened on {}.",
                self.council,
                for_people(self.at)
            ),
            format!("Opened by: {opener}"),
            format!("Reason: {reason}"),
            format!("Witnesses: {}", self.witnesses()),
            format!("Sheets used: {}", self.sheets()),
            format!("Passwords shown: {}", self.revealed()),
            format!("In the access log: records {first} to {last}"),
        ];
        lines.extend(self.besides.map(str::to_owned));
        lines.push(format!(
            "What follows: {}. If you know of no reason for this opening, or if anything in this \
             notice is not as you remember it, tell the clerk, the chair or the auditor now.",
            capitalised(&self.follows("will be"))
        ));
        lines
    }

    fn minute(&self) -> Vec<String> {
        let Answers { opener, reason, .. } = self.answers;
        let (first, last) = self.records;
        let besides = self.besides.map(|also| format!(" {also}"));
        let anchor = self.anchor.as_ref();
        let anchor = anchor.map(|anchor| format!(" Its head was then {anchor}."));
        vec![
            "MINUTE FOR THE NEXT MEETING".to_owned(),
            String::new(),
            format!(
                "Emergency access to the council's passwords. It was NOTED that on {} {opener} \
                 opened the emergency envelope with the sheets {}, for this reason: {reason}. \
                 Witnesses: {}. Passwords shown: {}.{} The access log has it as records {first} to \
                 {last}.{}",
                for_people(self.at),
                self.sheets(),
                self.witnesses(),
                self.revealed(),
                besides.unwrap_or_default(),
                anchor.unwrap_or_default(),
            ),
            format!(
                "It was RESOLVED that {}, and that ____________________, who is not {opener}, record \
                 whether this was an emergency, a drill or a misuse.",
                self.follows("be")
            ),
        ]
    }

    fn witnesses(&self) -> String {
        match self.answers.witnesses.as_slice() {
            [] => "nobody was named".to_owned(),
            names => names.join(", "),
        }
    }

    /// What has to be done to the passwords and the envelope, as a sentence without its capital
    /// and its full stop.
    fn follows(&self, will_be: &str) -> String {
        let sealed = format!("fresh sheets {will_be} made and the envelope sealed again");
        match self.revealed {
            [] => sealed,
            _ => format!("the passwords that were shown {will_be} changed, {sealed}"),
        }
    }

    fn sheets(&self) -> String {
        let serials: Vec<&str> = self.sheets.iter().map(Serial::as_str).collect();
        serials.join(", ")
    }

    fn revealed(&self) -> String {
        match self.revealed {
            [] => "none".to_owned(),
            titles => titles.join(", "),
        }
    }
}

/// `text` with its capital.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(witnesses: &[&str]) -> Answers {
        Answers {
            opener: "Chris Chair".to_owned(),
            reason: "The website is down".to_owned(),
            witnesses: witnesses.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    fn text(answers: &Answers, revealed: &[String], besides: Option<&str>) -> String {
        let sheets = [Serial::new("CH", 1), Serial::new("SAFE", 1)];
        Ended {
            council: "example-parish-council",
            answers,
            at: "2026-11-21T22:05:00Z".parse().expect("a time"),
            records: (RecordSeq::new(31), RecordSeq::new(38)),
            sheets: &sheets,
            revealed,
            anchor: Some("38-ABCD".to_owned()),
            besides,
        }
        .text()
    }

    #[test]
    fn notice_and_minute_both_say_who_why_when_with_whom_and_what_was_shown() {
        let revealed = ["Website (Services)".to_owned()];
        let text = text(&answers(&["Wim", "Wren"]), &revealed, None);
        let (notice, minute) = text
            .split_once("MINUTE FOR THE NEXT MEETING")
            .expect("both");
        for part in [notice, minute] {
            for said in [
                "Chris Chair",
                "The website is down",
                "21 November 2026, 22:05 GMT",
                "Wim, Wren",
                "CH-0001, SAFE-0001",
                "Website (Services)",
                "records 31 to 38",
            ] {
                assert!(part.contains(said), "{said} in {part}");
            }
        }
        assert!(minute.contains("Its head was then 38-ABCD."));
        assert!(text.ends_with(".\n"));
    }

    #[test]
    fn nothing_shown_and_nobody_present_are_said_and_so_is_what_happened_besides() {
        let besides = "Nora Newcomer looks after the vault now.";
        let text = text(&answers(&[]), &[], Some(besides));
        assert!(text.contains("Witnesses: nobody was named"));
        assert!(text.contains("Passwords shown: none"));
        assert!(text.contains("What follows: Fresh sheets will be made"));
        assert_eq!(text.matches(besides).count(), 2);
    }
}
