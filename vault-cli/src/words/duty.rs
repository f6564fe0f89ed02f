//! Duties, for programs and for people: what to do, in which order, by whom, and with which commands.

use std::path::Path;

use serde_json::{Value, json};
use vault_core::audit::ledger::{Ledger, Unconfirmed};
use vault_core::emergency::Holder;
use vault_core::emergency::duty::Duty;
use vault_core::id::{EntryId, Epoch, PersonId, RecordSeq, Serial};
use vault_core::vault::Vault;
use vault_core::vault::duties::{Glossary, Owed};

use super::rule;
use crate::files::share_folder;
use crate::output::shell;

/// So many passwords that are due are told one by one; of the rest, how many there are.
const TOLD: usize = 5;

/// What is said of duties: by the log, and by what things are called for whoever asks.
pub(crate) struct Words<'a> {
    ledger: &'a Ledger,
    glossary: &'a Glossary,
    /// What stands before the name of a file that a command writes, so that it does not stand beside
    /// the vault.
    aside: &'static str,
}

/// A duty as people see it.
pub(crate) struct Step {
    /// What to do.
    pub(crate) what: String,
    /// The commands, in their order, as they are typed.
    pub(crate) commands: Vec<String>,
}

impl Step {
    /// The step in one line.
    pub(crate) fn line(&self) -> String {
        match self.commands.as_slice() {
            [] => self.what.clone(),
            commands => format!("{}: {}", self.what, commands.join(", then ")),
        }
    }
}

impl<'a> Words<'a> {
    /// Those for a vault at `path`.
    pub(crate) fn of(ledger: &'a Ledger, glossary: &'a Glossary, path: &Path) -> Self {
        let aside = if share_folder(Path::new("sheet"), path) {
            "../"
        } else {
            ""
        };
        Self {
            ledger,
            glossary,
            aside,
        }
    }

    /// What a duty asks for.
    pub(crate) fn step(&self, duty: &Duty) -> Step {
        let (what, commands) = match duty {
            Duty::RotateRevealed { entry, record } => {
                let (what, name) = self.entry(*entry);
                (
                    format!("change the password of {what}, which record {record} revealed"),
                    self.rotation(*entry, &name),
                )
            }
            Duty::ChangePassword { entry, why } => {
                let (what, name) = self.entry(*entry);
                let why: Vec<&str> = why.iter().map(|why| cause(why)).collect();
                (
                    format!("change the password of {what} ({})", why.join("; ")),
                    self.rotation(*entry, &name),
                )
            }
            Duty::ReplaceSheet(serial) => self.sheet(serial),
            Duty::LookAt(serial) => (
                format!("look at sheet {serial} in its bag, which nobody has done for too long"),
                vec![format!("coffer envelope look {serial} intact")],
            ),
            Duty::SealAgain => (
                "seal the envelope again".to_owned(),
                vec!["coffer envelope seal".to_owned()],
            ),
            Duty::CompleteCover { covered, coverable } => (
                format!(
                    "complete the envelope, which covers {covered} of {coverable} collections; any \
                     command of whoever reads the others does it"
                ),
                vec!["coffer list".to_owned()],
            ),
            Duty::RenewCopies { known, sealed } => self.new_stick(*known, *sealed),
            Duty::BringIn(opening) => bring_in(*opening),
            Duty::Confirm(record) => (
                format!("confirm {} (record {record})", self.waiting(*record)),
                vec![format!("coffer approve {record}")],
            ),
            Duty::NewGeneration(collection) => {
                let name = self.glossary.collections.get(collection);
                let name =
                    name.map_or_else(|| collection.to_string(), |name| format!("\"{name}\""));
                (
                    format!(
                        "give collection {name} a new key; any command of whoever reads it does it"
                    ),
                    vec!["coffer list".to_owned()],
                )
            }
            Duty::TellMembers(opening) => tell_members(*opening),
            Duty::Minute(opening) => minute(*opening),
            Duty::Classify(opening) => classify(*opening),
            Duty::Incident(number) => self.incident(*number),
        };
        Step { what, commands }
    }

    /// A duty in one line.
    pub(crate) fn line(&self, duty: &Duty) -> String {
        self.step(duty).line()
    }

    /// The copy in the safe does not know the newest sheets.
    fn new_stick(&self, known: Option<Epoch>, sealed: Epoch) -> (String, Vec<String>) {
        let known = known.map_or_else(|| "no seal".to_owned(), |known| format!("seal {known}"));
        let what = format!(
            "make a new stick for the safe: the last copy knows {known}, and not the sheets of seal \
             {sealed}"
        );
        let command = format!("coffer envelope kit {}coffer-stick-{sealed}", self.aside);
        (what, vec![command])
    }

    /// How an entry is spoken of, and what it is called on a command line.
    fn entry(&self, entry: EntryId) -> (String, String) {
        let id = entry.to_string();
        match self.glossary.entries.get(&entry) {
            Some((title, true)) => (format!("\"{title}\""), shell::named(title, &id)),
            Some((title, _)) => (format!("\"{title}\""), id),
            None => (format!("entry {id}"), id),
        }
    }

    /// The commands that change a password: a new one that waits from before is dropped where it
    /// cannot make good what the opening revealed.
    fn rotation(&self, entry: EntryId, name: &str) -> Vec<String> {
        let known = self.ledger.entries.get(&entry);
        let waiting = known.and_then(|known| known.pending.map(|(_, proposed)| proposed));
        let opening = self.ledger.envelope.opening.as_ref();
        let revealed = opening.is_some_and(|opening| opening.revealed.contains_key(&entry));
        let stale = |proposed: RecordSeq| revealed && !self.ledger.is_fresh(entry, proposed);
        let [abort, propose, confirm] = ["--abort", "--generate words:5", "--confirm"]
            .map(|how| format!("coffer rotate {name} {how}"));
        match waiting {
            None => vec![propose, confirm],
            Some(proposed) if stale(proposed) => vec![abort, propose, confirm],
            Some(_) => vec![confirm],
        }
    }

    fn sheet(&self, serial: &Serial) -> (String, Vec<String>) {
        let what =
            format!("make a fresh sheet in place of {serial}, which was used, typed or lost");
        let sheet = self.ledger.envelope.sheets.get(serial);
        let Some(holder) = sheet.map(|sheet| &sheet.facts.holder) else {
            return (what, Vec::new());
        };
        let next = self.ledger.next_serial_for(holder);
        let (whose, name) = match holder {
            Holder::Person(person) => (
                format!(", for {}", self.person(*person)),
                self.name(*person),
            ),
            place @ Holder::Place(_) => (String::new(), shell::word(&place.to_string())),
        };
        let command = format!(
            "coffer envelope sheet {name} --pdf {}{next}.pdf",
            self.aside
        );
        (format!("{what}{whose}"), vec![command])
    }

    fn incident(&self, number: RecordSeq) -> (String, Vec<String>) {
        let incident = self.ledger.incidents.get(&number);
        let decided = incident.is_some_and(|incident| incident.decided.is_some());
        let close = format!("coffer incident close {number}");
        if decided {
            let what = format!("close incident {number} when what follows from it is done");
            return (what, vec![close]);
        }
        let decide =
            format!("coffer incident decide {number} --reason 'WHAT IT WAS AND WHAT FOLLOWS'");
        (
            format!("look into incident {number}, decide and close it"),
            vec![format!("coffer incident show {number}"), decide, close],
        )
    }

    /// What waits to be confirmed.
    fn waiting(&self, record: RecordSeq) -> String {
        match self.ledger.unconfirmed.get(&record) {
            Some(Unconfirmed::Enrolment { person, .. }) => {
                format!("that {} enrolled", self.person(*person))
            }
            Some(Unconfirmed::Takeover { person, .. }) => {
                format!("that {} took the vault over", self.person(*person))
            }
            Some(Unconfirmed::Seal { epoch, .. }) => format!("the seal of envelope {epoch}"),
            Some(Unconfirmed::Rollback { .. }) => "that lost records were accepted".to_owned(),
            Some(Unconfirmed::Forgetting { .. }) => "that words are to be erased".to_owned(),
            Some(Unconfirmed::Membership { .. }) => {
                "that somebody reads the access log no more".to_owned()
            }
            _ => "what was done".to_owned(),
        }
    }

    /// A person, by name or by role.
    fn person(&self, person: PersonId) -> String {
        let name = self.glossary.people.get(&person).cloned();
        let role = self.ledger.person(person).map(|known| known.facts.role);
        let role = || role.map_or("somebody", rule::role);
        name.unwrap_or_else(|| format!("the {}", role()))
    }

    /// What a person is called on a command line.
    fn name(&self, person: PersonId) -> String {
        match self.glossary.people.get(&person) {
            Some(name) => shell::named(name, &person),
            None => person.to_string(),
        }
    }

    /// Who can do it, as a sentence without its full stop.
    pub(crate) fn who(&self, by: &[PersonId]) -> String {
        let mut who: Vec<String> = Vec::new();
        for person in by.iter().map(|person| self.person(*person)) {
            if !who.contains(&person) {
                who.push(person);
            }
        }
        match who.as_slice() {
            [] => "nobody can do this now".to_owned(),
            people => format!("by {}", people.join(" or ")),
        }
    }

    /// The list as people read it: numbered, with who and the commands below each.
    pub(crate) fn list(&self, owed: &[Owed]) -> Vec<String> {
        let mut lines = Vec::new();
        let due = |owed: &&Owed| matches!(owed.duty, Duty::ChangePassword { .. });
        let untold = owed.iter().filter(due).count().saturating_sub(TOLD);
        let (mut number, mut passwords) = (0, 0);
        for owed in owed {
            if due(&owed) {
                passwords += 1;
                if passwords == TOLD + 1 {
                    lines.push(format!(
                        "     and {untold} more passwords, which coffer list shows"
                    ));
                }
                if passwords > TOLD {
                    continue;
                }
            }
            number += 1;
            let step = self.step(&owed.duty);
            lines.push(format!(
                "{number:>3}. {}, {}",
                step.what,
                self.who(&owed.by)
            ));
            lines.extend(
                step.commands
                    .iter()
                    .map(|command| format!("       {command}")),
            );
        }
        lines
    }

    /// A duty as programs see it: its name, what it concerns, whether it keeps the envelope open, who
    /// can do it and with which commands.
    pub(crate) fn to_json(&self, owed: &Owed) -> Value {
        let mut value = to_json(&owed.duty);
        let by = owed.by.iter().map(|person| {
            let role = self.ledger.person(*person).map(|known| known.facts.role);
            json!({
                "person": person.to_string(),
                "role": role.map(vault_core::person::Role::name),
                "name": self.glossary.people.get(person),
            })
        });
        value["by"] = by.collect();
        value["commands"] = self.step(&owed.duty).commands.into();
        value
    }
}

/// What is left to do to the envelope, each in one line, while nobody knows what things are called.
pub(crate) fn lines(duties: &[Duty], vault: &Vault, path: &Path) -> Vec<String> {
    let glossary = Glossary::default();
    let words = Words::of(vault.ledger(), &glossary, path);
    duties.iter().map(|duty| words.line(duty)).collect()
}

/// An opening stands in this copy alone.
fn bring_in(opening: RecordSeq) -> (String, Vec<String>) {
    let what = format!(
        "take this copy to the clerk, or to whoever looks after the vault: the opening in record \
         {opening} stands in it alone, and they bring it in with coffer log merge and the place of \
         this copy"
    );
    (what, Vec::new())
}

fn tell_members(opening: RecordSeq) -> (String, Vec<String>) {
    (
        format!("send the notice of the opening in record {opening} to every member"),
        vec![
            format!("coffer envelope notice --opening {opening}"),
            "coffer envelope done notice".to_owned(),
        ],
    )
}

fn minute(opening: RecordSeq) -> (String, Vec<String>) {
    (
        format!("put the opening in record {opening} into the minutes"),
        vec![
            format!("coffer envelope notice --opening {opening}"),
            "coffer envelope done minute".to_owned(),
        ],
    )
}

fn classify(opening: RecordSeq) -> (String, Vec<String>) {
    (
        format!(
            "say what the opening in record {opening} was, who did not open: emergency, drill or \
             misuse"
        ),
        vec!["coffer envelope classify emergency".to_owned()],
    )
}

/// Why a password has to be changed.
fn cause(why: &str) -> &str {
    match why {
        "default" => "it is the maker's",
        "initial" => "it is the first one",
        "leaver" => "somebody who could read it no longer may",
        "suspected-compromised" => "others may know it",
        other => other,
    }
}

/// A duty as programs see it, by itself.
fn to_json(duty: &Duty) -> Value {
    let mut value = match duty {
        Duty::RotateRevealed { entry, record } => {
            json!({ "entry": entry.to_string(), "record": record.get() })
        }
        Duty::ChangePassword { entry, why } => json!({ "entry": entry.to_string(), "why": why }),
        Duty::ReplaceSheet(serial) | Duty::LookAt(serial) => json!({ "sheet": serial.as_str() }),
        Duty::CompleteCover { covered, coverable } => {
            json!({ "covered": covered, "coverable": coverable })
        }
        Duty::RenewCopies { known, sealed } => {
            json!({ "known": known.map(Epoch::get), "sealed": sealed.get() })
        }
        Duty::Confirm(record) => json!({ "record": record.get() }),
        Duty::TellMembers(opening)
        | Duty::Minute(opening)
        | Duty::Classify(opening)
        | Duty::BringIn(opening) => {
            json!({ "opening": opening.get() })
        }
        Duty::Incident(number) => json!({ "incident": number.get() }),
        Duty::NewGeneration(collection) => json!({ "collection": collection.to_string() }),
        Duty::SealAgain => json!({}),
    };
    value["duty"] = duty.name().into();
    value["blocks"] = duty.blocks_sealing().into();
    value
}

#[cfg(test)]
mod tests;
