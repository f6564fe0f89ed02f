//! `coffer log show`: who did what, oldest first.

use serde_json::{Value, json};
use vault_core::audit::actor::{Actor, ObjectRef};
use vault_core::audit::brought::Brought;
use vault_core::audit::event::{Event, Outcome as Ended, Step};
use vault_core::audit::fact::Fact;
use vault_core::audit::record::Record;
use vault_core::collection::Permission;
use vault_core::id::{RecordSeq, Version};
use vault_core::person::Role;
use vault_core::text::fold;
use vault_core::time::Timestamp;
use vault_core::vault::log::LogLine;

use super::extract::day;
use crate::args::ShowLogArgs;
use crate::commands::Context;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};
use crate::output::{Table, for_people};
use crate::words::event::{in_words, why};

pub(super) fn run(args: &ShowLogArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let filter = Filter::of(args)?;
    let mut vault = context.vault_even_rolled_back()?;
    let mut lines = context.unlock(&mut vault)?.log()?;
    lines.retain(|line| filter.takes(line));
    if let Some(last) = args.last {
        lines.drain(..lines.len().saturating_sub(last));
    }
    let json = lines.iter().map(to_json).collect();
    let all = lines.len();
    // Every act of a session stands below its unlock: for people the unlock says nothing more.
    if args.event.is_none() {
        lines.retain(|line| !is_plain_unlock(&line.record));
    }
    let outcome = Outcome::read(Data::Table(shown(&lines)), Json::Lines(json));
    Ok(match all - lines.len() {
        0 => outcome,
        1 => outcome.remark("1 unlock is left out; --event vault.unlock shows it"),
        some => outcome.remark(format!(
            "{some} unlocks are left out; --event vault.unlock shows them"
        )),
    })
}

fn is_plain_unlock(record: &Record) -> bool {
    record.event == Event::VaultUnlock && record.outcome == Ended::Ok
}

/// Which records are shown: those that are all of what is given.
struct Filter<'a> {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    person: Option<String>,
    entry: Option<String>,
    event: Option<&'a str>,
}

impl<'a> Filter<'a> {
    fn of(args: &'a ShowLogArgs) -> Result<Self, Failure> {
        let from = args.from.as_deref().map(|text| day("--from", text));
        let to = args.to.as_deref().map(|text| day("--to", text));
        let known = |asked: &str| Event::ALL.iter().any(|event| is_within(*event, asked));
        if let Some(asked) = args.event.as_deref().filter(|asked| !known(asked)) {
            return Err(Failure::usage(
                format!("there is no event '{asked}'"),
                "use a name such as secret.reveal, or its first word, such as secret or envelope",
            ));
        }
        Ok(Self {
            from: from.transpose()?.map(|(from, _)| from),
            until: to.transpose()?.map(|(_, until)| until),
            person: args.person.as_deref().map(fold),
            entry: args.entry.as_deref().map(fold),
            event: args.event.as_deref(),
        })
    }

    fn takes(&self, line: &LogLine) -> bool {
        let record = &line.record;
        let named = |name: &Option<String>, asked: &str| {
            name.as_deref().is_some_and(|name| fold(name) == asked)
        };
        let entry = matches!(record.object, Some(ObjectRef::Entry(_)));
        self.from.is_none_or(|from| record.time >= from)
            && self.until.is_none_or(|until| record.time < until)
            && self
                .event
                .is_none_or(|asked| is_within(record.event, asked))
            && self.person.as_deref().is_none_or(|asked| {
                let opener = line.words.get("opener").cloned();
                [&line.actor, &line.subject, &opener]
                    .iter()
                    .any(|name| named(name, asked))
            })
            && self.entry.as_deref().is_none_or(|asked| {
                let id = record.object.as_ref().map(ToString::to_string);
                let id = id.as_deref().and_then(|id| id.split_once(':'));
                entry && (named(&line.object, asked) || id.is_some_and(|(_, id)| id == asked))
            })
    }
}

/// Whether an event has this name, or stands below it.
fn is_within(event: Event, asked: &str) -> bool {
    let below = event.name().strip_prefix(asked);
    below.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Records as a table for people.
pub(in crate::commands) fn shown(lines: &[LogLine]) -> Table {
    let mut table = Table::new(["Record", "Time", "Event", "Outcome", "Who", "What", "Why"]);
    for line in lines {
        let record = &line.record;
        let what = line.object.as_ref().or(line.subject.as_ref()).cloned();
        let what = what.or_else(|| witness_of(record));
        table.row([
            record.seq.to_string(),
            for_people(record.time),
            in_words(record).to_owned(),
            record.outcome.name().to_owned(),
            line.actor.clone().unwrap_or_default(),
            what.unwrap_or_default(),
            why(line),
        ]);
        for there in &line.brought {
            table.row(of_copy(record.seq, there));
        }
    }
    table
}

/// A record of a copy, under the one that brought it in.
fn of_copy(by: RecordSeq, there: &Brought) -> [String; 7] {
    let record = &there.record;
    let word = |name: &str| there.word(name).map(str::to_owned);
    let actor = match &record.actor {
        Actor::Nobody => String::new(),
        actor => actor.to_string(),
    };
    let object = record.object.as_ref().map(ToString::to_string);
    [
        format!("{by}/{}", record.seq),
        for_people(record.time),
        format!("on the copy: {}", in_words(record)),
        record.outcome.name().to_owned(),
        word("opener").unwrap_or(actor),
        word("title").or(object).unwrap_or_default(),
        word("reason").unwrap_or_default(),
    ]
}

/// The witness that a record is about.
fn witness_of(record: &Record) -> Option<String> {
    record.facts.iter().find_map(|fact| match fact {
        Fact::Witness(facts) => Some(facts.vkey.name.to_string()),
        Fact::Cosignature(facts) => Some(facts.line.name().to_string()),
        _ => None,
    })
}

/// Whether words of the sheet that a record makes were read back from the paper.
fn read_back(record: &Record) -> Option<bool> {
    record.facts.iter().find_map(|fact| match fact {
        Fact::Sheet(facts) => Some(facts.read_back),
        _ => None,
    })
}

/// A record as programs see it: what is always there first, then every word under its name.
fn to_json(line: &LogLine) -> Value {
    let record = &line.record;
    let entry = match &record.object {
        Some(ObjectRef::Entry(_)) => line.object.as_deref(),
        _ => None,
    };
    let mut value = json!({
        "seq": record.seq.get(),
        "time": record.time,
        "event": record.event.name(),
        "outcome": record.outcome.name(),
        "actor": line.actor,
        "entry": entry,
        "reason": line.words.get("reason"),
        "step": record.step.map(Step::name),
        "role": record.role.map(Role::name),
        "subject": line.subject,
        "object": line.object,
        "object_id": record.object.as_ref().map(ToString::to_string),
        "version": record.version.map(Version::get),
        "permission": record.permission.map(Permission::name),
        "under": record.under.map(RecordSeq::get),
        "session": record.session.to_string(),
        "witness": witness_of(record),
        "read_back": read_back(record),
        "erased": line.erased.map(RecordSeq::get),
        "hidden": line.hidden,
    });
    for (name, word) in &line.words {
        value[name] = word.as_str().into();
    }
    if !line.brought.is_empty() {
        value["brought"] = line.brought.iter().map(there_to_json).collect();
    }
    value
}

fn there_to_json(there: &Brought) -> Value {
    let record = &there.record;
    let mut value = json!({
        "seq": record.seq.get(),
        "time": record.time,
        "event": record.event.name(),
        "outcome": record.outcome.name(),
        "step": record.step.map(Step::name),
        "actor": record.actor.to_string(),
        "object_id": record.object.as_ref().map(ToString::to_string),
        "session": record.session.to_string(),
    });
    for (name, word) in &there.words {
        value[name] = word.as_str().into();
    }
    value
}
