//! What the members are told of an opening, and what the minutes say of it: text to be pasted. It is
//! made from the log's own account of the opening, and so can be made again at any time.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vault_core::emergency::follow_up::Use;
use vault_core::id::{RecordSeq, Serial};
use vault_core::time::Timestamp;
use vault_core::vault::Vault;
use vault_core::vault::account::{Account, Made, RunAccount, Shown};

use super::open;
use crate::commands::Context;
use crate::failure::Failure;
use crate::files::PrivateFile;
use crate::outcome::{Data, Json, Outcome};
use crate::output::for_people;
use crate::words::rule;

/// What stands for a word that whoever made the text cannot read.
const UNREADABLE: &str = "(not readable here)";

/// Makes notice and minute again, from the log.
pub(super) fn run(
    opening: Option<u64>,
    out: Option<&Path>,
    context: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    let file = NoticeFile::create(out)?;
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    let account = session.account(opening.map(RecordSeq::new))?;
    let notice = Notice::of(&account, &mut vault);
    let json = Json::Value(notice.to_json());
    Ok(match file.0 {
        None => Outcome::read(Data::Lines(notice.lines()), json),
        Some(chosen) => written(chosen, &notice.text(), Outcome::read(Data::Nothing, json)),
    })
}

/// Where the text goes. A file that somebody chose is made before anything is opened, so that a bad
/// name is found in time.
pub(crate) struct NoticeFile(Option<(PathBuf, PrivateFile)>);

impl NoticeFile {
    /// The file at `path`, where one was chosen.
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

    /// Writes the text of an opening, beside its journal where no file was chosen. The opening stands
    /// whether that works or not.
    pub(crate) fn finish(
        self,
        notice: Option<&Notice<'_>>,
        journal: &Path,
        outcome: Outcome,
    ) -> Outcome {
        let again = "coffer envelope notice makes the notice and the minute again from the log";
        let Some(notice) = notice else {
            return outcome.remark(format!("the opening could not be read again now: {again}"));
        };
        if let Some(chosen) = self.0 {
            return written(chosen, &notice.text(), outcome);
        }
        let path = journal.with_extension("notice.txt");
        match PrivateFile::create(&path) {
            Ok(file) => written((path, file), &notice.text(), outcome),
            Err(error) => {
                let (what, _) = Failure::File { path, error }.wording();
                outcome.remark(format!("{what}: {again}"))
            }
        }
    }
}

fn written((path, file): (PathBuf, PrivateFile), text: &str, outcome: Outcome) -> Outcome {
    match file.finish(text.as_bytes()) {
        Ok(()) => outcome.remark(format!(
            "the notice to all members and the minute are in {}",
            path.display()
        )),
        Err(error) => open::broken_off(outcome, &Failure::File { path, error }),
    }
}

/// An opening as members are told of it.
pub(crate) struct Notice<'a> {
    /// The council.
    council: String,
    /// What the opening came to.
    account: &'a Account,
    /// The log's head now, as it is typed from minutes.
    anchor: Option<String>,
}

impl<'a> Notice<'a> {
    /// That of an opening of this vault.
    pub(crate) fn of(account: &'a Account, vault: &mut Vault) -> Self {
        // What cannot be read now, `log checkpoint --minutes` tells later.
        let anchor = match vault.minutes() {
            Ok(minutes) => Some(minutes.anchor.to_string()),
            Err(_) => None,
        };
        Self {
            council: vault.council_name().to_owned(),
            account,
            anchor,
        }
    }

    /// The notice to all members and the minute, a paragraph a line.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = self.notice();
        lines.push(String::new());
        lines.extend(self.minute());
        lines
    }

    /// The same as one text, for a file.
    fn text(&self) -> String {
        let mut text = self.lines().join("\n");
        text.push('\n');
        text
    }

    fn to_json(&self) -> Value {
        let run = |run: &RunAccount| {
            json!({
                "records": [run.records.0.get(), run.records.1.get()],
                "on_a_copy": run.elsewhere,
                "asked": run.asked,
                "opened": run.released,
                "opener": run.opener,
                "reason": run.reason,
                "witnesses": run.witnesses,
                "sheets": run.sheets.iter().map(Serial::as_str).collect::<Vec<_>>(),
                "shown": run.shown.iter().map(title).collect::<Vec<_>>(),
                "logins": run.made.iter().map(login).collect::<Vec<_>>(),
            })
        };
        json!({
            "schema": "coffer.notice/1",
            "opening": self.account.opening.get(),
            "class": self.account.class.map(Use::name),
            "runs": self.account.runs.iter().map(run).collect::<Vec<_>>(),
            "notice": self.notice().join("\n"),
            "minute": self.minute().join("\n"),
        })
    }

    fn notice(&self) -> Vec<String> {
        let mut lines = vec!["NOTICE TO ALL MEMBERS".to_owned(), String::new()];
        lines.push(format!(
            "The emergency envelope of {} was opened on {}.{}",
            self.council,
            for_people(self.first()),
            self.again()
        ));
        let runs = &self.account.runs;
        for (number, run) in (1..).zip(runs) {
            if runs.len() > 1 {
                lines.push(String::new());
                lines.push(format!("{number}. {}:", capitalised(&when(run))));
            }
            lines.extend(told(run));
        }
        if let Some(class) = self.account.class {
            lines.push(format!("It was said to be {}.", use_in_words(class)));
        }
        lines.push(format!(
            "What follows: {}. If you know of no reason for this opening, or if anything in this \
             notice is not as you remember it, tell the clerk, the chair or the auditor now.",
            capitalised(&self.follows("will be"))
        ));
        lines
    }

    fn minute(&self) -> Vec<String> {
        let each: Vec<String> = self.account.runs.iter().map(noted).collect();
        let anchor = self.anchor.as_ref();
        let anchor = anchor.map(|anchor| format!(" Its head is now {anchor}."));
        let says = match self.account.class {
            Some(class) => format!(
                ", and that it stand in the minutes that this was {}",
                use_in_words(class)
            ),
            None => format!(
                ", and that ____________________, who is not {}, record whether this was an \
                 emergency, a drill or a misuse",
                self.openers()
            ),
        };
        vec![
            "MINUTE FOR THE NEXT MEETING".to_owned(),
            String::new(),
            format!(
                "Emergency access to the council's passwords. It was NOTED that {}{}",
                each.join(" It was further NOTED that "),
                anchor.unwrap_or_default(),
            ),
            format!("It was RESOLVED that {}{says}.", self.follows("be")),
        ]
    }

    /// When the rule was first met.
    fn first(&self) -> Timestamp {
        let mut released = self.account.released();
        let first = released.next().and_then(|run| run.released);
        let asked = self.account.runs.first().map(|run| run.asked);
        first.or(asked).unwrap_or(Timestamp::EPOCH)
    }

    /// That it was opened more than once.
    fn again(&self) -> String {
        let released: Vec<Timestamp> = self
            .account
            .runs
            .iter()
            .filter_map(|r| r.released)
            .collect();
        match released.as_slice() {
            [] | [_] => String::new(),
            [.., last] => format!(
                " It was opened {} times, the last time on {}.",
                released.len(),
                for_people(*last)
            ),
        }
    }

    /// Everybody who opened, once each.
    fn openers(&self) -> String {
        let mut names: Vec<&str> = Vec::new();
        for run in self.account.released() {
            let name = run.opener.as_deref().unwrap_or(UNREADABLE);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.join(" or ")
    }

    /// What has to be done to the passwords and the envelope, as a sentence without its capital
    /// and its full stop.
    fn follows(&self, will_be: &str) -> String {
        let sealed = format!("fresh sheets {will_be} made and the envelope sealed again");
        if self.account.shown().is_empty() {
            sealed
        } else {
            format!("the passwords that were shown {will_be} changed, {sealed}")
        }
    }
}

/// The day and the hour of a run, and whether anything was opened.
fn when(run: &RunAccount) -> String {
    let copy = if run.elsewhere { ", on a copy" } else { "" };
    match run.released {
        Some(at) => format!("on {}{copy}", for_people(at)),
        None => format!(
            "asked for on {}{copy}, and not opened",
            for_people(run.asked)
        ),
    }
}

/// A run as the notice tells it.
fn told(run: &RunAccount) -> Vec<String> {
    let mut lines = vec![
        format!("Opened by: {}", opener(run)),
        format!("Reason: {}", run.reason.as_deref().unwrap_or(UNREADABLE)),
        format!("Witnesses: {}", witnesses(run)),
        format!("Sheets used: {}", sheets(run)),
        format!("Passwords shown: {}", shown(run)),
    ];
    lines.extend(
        run.made
            .iter()
            .map(|made| format!("Login made: {}", login(made))),
    );
    lines.push(format!("In the access log: {}", records(run)));
    lines
}

/// A run as the minute notes it.
fn noted(run: &RunAccount) -> String {
    let made: Vec<String> = run.made.iter().map(login).collect();
    let made = match made.as_slice() {
        [] => String::new(),
        logins => format!(" A login was made for {}.", logins.join(" and ")),
    };
    let did = match run.released {
        Some(_) => "opened the emergency envelope",
        None => "asked for the emergency envelope, which was not opened,",
    };
    format!(
        "on {} {} {did} with the sheets {}, for this reason: {}. Witnesses: {}. Passwords shown: \
         {}.{made} The access log has it as {}.",
        for_people(run.released.unwrap_or(run.asked)),
        opener(run),
        sheets(run),
        run.reason.as_deref().unwrap_or(UNREADABLE),
        witnesses(run),
        shown(run),
        records(run),
    )
}

fn opener(run: &RunAccount) -> &str {
    run.opener.as_deref().unwrap_or(UNREADABLE)
}

fn witnesses(run: &RunAccount) -> String {
    match run.witnesses.as_deref() {
        None => UNREADABLE.to_owned(),
        Some("") => "nobody was named".to_owned(),
        Some(names) => names.replace("; ", ", "),
    }
}

fn sheets(run: &RunAccount) -> String {
    let serials: Vec<&str> = run.sheets.iter().map(Serial::as_str).collect();
    match serials.as_slice() {
        [] => "none".to_owned(),
        serials => serials.join(", "),
    }
}

fn shown(run: &RunAccount) -> String {
    let titles: Vec<String> = run.shown.iter().map(title).collect();
    match titles.as_slice() {
        [] => "none".to_owned(),
        titles => titles.join(", "),
    }
}

pub(super) fn title(shown: &Shown) -> String {
    let id = || format!("entry {}", shown.entry);
    shown.title.clone().unwrap_or_else(id)
}

fn login(made: &Made) -> String {
    let name = made.name.as_deref().unwrap_or(UNREADABLE);
    format!("{name}, {}", rule::role(made.role))
}

fn records(run: &RunAccount) -> String {
    match run.records {
        (first, _) if run.elsewhere => format!("record {first}, which brought it in from a copy"),
        (first, last) if first == last => format!("record {first}"),
        (first, last) => format!("records {first} to {last}"),
    }
}

/// What an opening was, as the end of a sentence.
pub(crate) const fn use_in_words(class: Use) -> &'static str {
    match class {
        Use::Emergency => "an emergency",
        Use::Drill => "a drill",
        Use::Misuse => "a misuse",
    }
}

/// What somebody is told of an opening at their next unlock.
pub(crate) fn in_a_note(account: &Account) -> String {
    let all = account.shown();
    let mut titles: Vec<String> = all.iter().filter_map(|it| it.title.clone()).collect();
    match all.len() - titles.len() {
        0 => {}
        1 => titles.push("one password that you may not see".to_owned()),
        more => titles.push(format!("{more} passwords that you may not see")),
    }
    let shown = match titles.as_slice() {
        [] => "no password was shown".to_owned(),
        titles => format!("shown: {}", titles.join(", ")),
    };
    let each: Vec<String> = account.released().map(who_and_when).collect();
    let made: Vec<String> = account
        .runs
        .iter()
        .flat_map(|run| &run.made)
        .map(login)
        .collect();
    let made = match made.as_slice() {
        [] => String::new(),
        logins => format!("; login made: {}", logins.join("; ")),
    };
    let class = match account.class {
        Some(class) => format!("it was said to be {}", use_in_words(class)),
        None => "nobody has said yet what it was".to_owned(),
    };
    format!(
        "warning: the emergency envelope was opened {} (record {}); {shown}{made}; {class}. If you \
         know of no reason for it, tell the clerk, the chair or the auditor now",
        each.join(", and "),
        account.opening
    )
}

fn who_and_when(run: &RunAccount) -> String {
    let who = match run.opener.as_deref() {
        Some(name) => format!("by {name}, with the sheets {}", sheets(run)),
        None => format!("by whoever had the sheets {}", sheets(run)),
    };
    format!("{} {who}", when(run))
}

/// `text` with its capital.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests;
