//! One record as one OCSF event. The attributes that a class requires are those of OCSF 1.1.0, the
//! oldest version in common use; what the schema has no place for stands under `unmapped`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::actor::{Actor, ObjectRef};
use super::super::details::Word;
use super::super::event::Outcome;
use super::super::exception::Exception;
use super::super::fact::Fact;
use super::super::record::Record;
use super::{Class, class_of, status};
use crate::collection::Permission;
use crate::id::SessionId;
use crate::report::line::LogLine;

/// The version of the schema.
const SCHEMA: &str = "1.1.0";

/// The program that made the records, as the schema names it.
const PRODUCT: &str = "Coffer";

/// Makes events of a log's records, which are given to it in order. It remembers the machine of each
/// session, which only a session's first record names.
pub struct Events {
    origin: String,
    hosts: BTreeMap<SessionId, String>,
}

impl Events {
    /// Of the log with this origin.
    pub fn new(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            hosts: BTreeMap::new(),
        }
    }

    /// The event of the next record, which is an exception for these reasons.
    pub fn take(&mut self, line: &LogLine, exceptions: &[Exception]) -> Value {
        let record = &line.record;
        if let Some(host) = line.word(Word::Host.name()) {
            self.hosts.insert(record.session, host.to_owned());
        }
        let (class, activity) = class_of(record.event);
        let mut event = json!({
            "activity_id": activity,
            "activity_name": record.event.name(),
            "category_uid": class.category(),
            "class_uid": class.uid(),
            "class_name": class.caption(),
            "type_uid": u64::from(class.uid()) * 100 + u64::from(activity),
            "time": record.time.unix() * 1000,
            "severity_id": severity(exceptions),
            "status_id": status(record.outcome),
            "status_detail": record.outcome.name(),
            "message": message(line),
            "metadata": self.metadata(record),
            "actor": actor(line),
            "unmapped": unmapped(line, exceptions),
        });
        self.of_class(&mut event, class, line);
        event
    }

    fn metadata(&self, record: &Record) -> Value {
        json!({
            "version": SCHEMA,
            "product": {
                "name": PRODUCT,
                "vendor_name": PRODUCT,
                "version": env!("CARGO_PKG_VERSION"),
            },
            "uid": format!("{}#{}", self.origin, record.seq),
            "sequence": record.seq.get(),
            "event_code": record.event.name(),
            "log_name": self.origin,
            "original_time": record.time,
        })
    }

    /// What an event of this class has to have besides.
    fn of_class(&self, event: &mut Value, class: Class, line: &LogLine) {
        let record = &line.record;
        match class {
            Class::Authentication => {
                event["user"] = whom(line);
                event["service"] = json!({ "name": PRODUCT, "uid": self.origin });
                event["src_endpoint"] = self.endpoint(record.session);
            }
            Class::AccountChange => event["user"] = whom(line),
            Class::UserAccess => {
                event["user"] = whom(line);
                event["privileges"] = privileges(record);
                event["resource"] = thing(line, &self.origin);
            }
            Class::EntityManagement => {
                event["entity"] = thing(line, &self.origin);
                if let Some(reason) = line.word(Word::Reason.name()) {
                    event["comment"] = reason.into();
                }
            }
            Class::ApiActivity => {
                event["api"] = json!({ "operation": record.event.name() });
                event["src_endpoint"] = self.endpoint(record.session);
            }
            Class::DatastoreActivity => {
                event["database"] = json!({
                    "name": self.origin,
                    "type": "credential vault",
                    "type_id": 99,
                });
                event["src_endpoint"] = self.endpoint(record.session);
            }
        }
    }

    /// The machine, as far as it is known.
    fn endpoint(&self, session: SessionId) -> Value {
        match self.hosts.get(&session) {
            Some(host) => json!({ "hostname": host }),
            None => json!({ "name": "unknown" }),
        }
    }
}

/// `severity_id`: 1 Informational, 2 Low, 3 Medium, 4 High.
fn severity(exceptions: &[Exception]) -> u8 {
    let of = |exception: &Exception| match exception {
        Exception::Opening
        | Exception::Rollback
        | Exception::AfterAccessEnded
        | Exception::ManyFailures => 4,
        Exception::Refused
        | Exception::Incident
        | Exception::OtherTitle
        | Exception::OwnApproval
        | Exception::ClockAhead
        | Exception::Erasure
        | Exception::NotConfirmed
        | Exception::NoReason
        | Exception::FewWitnesses
        | Exception::NotChanged
        | Exception::LogTaken
        | Exception::RulesChanged
        | Exception::ManyAtOnce => 3,
        Exception::OutOfHours
        | Exception::FirstAccess
        | Exception::AccessGiven
        | Exception::ClockBack
        | Exception::Failed => 2,
    };
    exceptions.iter().map(of).max().unwrap_or(1)
}

fn message(line: &LogLine) -> String {
    let who = line.actor.as_deref().unwrap_or("nobody");
    let deed = format!("{who}: {}", line.record.event);
    let about = line.about().map(|about| format!(", {about}"));
    let outcome = match line.record.outcome {
        Outcome::Ok => String::new(),
        other => format!(" ({other})"),
    };
    format!("{deed}{}{outcome}", about.unwrap_or_default())
}

/// Who acted.
fn actor(line: &LogLine) -> Value {
    let record = &line.record;
    let mut actor = json!({
        "app_name": PRODUCT,
        "session": { "uid": record.session.to_string() },
    });
    if record.actor != Actor::Nobody {
        actor["user"] = user(&record.actor.to_string(), line.actor.as_deref());
    }
    actor
}

/// Whose login or rights it is about: the person concerned, else whoever acted.
fn whom(line: &LogLine) -> Value {
    match (&line.record.subject, &line.record.actor) {
        (Some(id), _) => user(&Actor::Person(*id).to_string(), line.subject.as_deref()),
        (None, Actor::Nobody) => json!({ "name": "unknown" }),
        (None, actor) => user(&actor.to_string(), line.actor.as_deref()),
    }
}

fn user(uid: &str, name: Option<&str>) -> Value {
    match name.filter(|name| *name != uid) {
        Some(name) => json!({ "uid": uid, "name": name }),
        None => json!({ "uid": uid }),
    }
}

/// What a membership gives, or what was done about rights.
fn privileges(record: &Record) -> Value {
    let given = record.facts.iter().filter_map(|fact| match fact {
        Fact::Membership(facts) => Some(facts.permission.map_or("none", Permission::name)),
        _ => None,
    });
    let given: Vec<&str> = given.collect();
    if given.is_empty() {
        json!([record.event.name()])
    } else {
        json!(given)
    }
}

/// What it is about; the vault itself where nothing in it is named.
fn thing(line: &LogLine, origin: &str) -> Value {
    let Some(object) = &line.record.object else {
        return json!({ "uid": origin, "type": "vault" });
    };
    let kind = match object {
        ObjectRef::Entry(_) => "entry",
        ObjectRef::Collection(_) => "collection",
        ObjectRef::Person(_) => "person",
        ObjectRef::Sheet(_) => "sheet",
        ObjectRef::Epoch(_) => "envelope",
        ObjectRef::Record(_) => "record",
    };
    let mut thing = json!({ "uid": object.to_string(), "type": kind });
    if let Some(name) = line.object.as_ref().filter(|it| **it != object.to_string()) {
        thing["name"] = name.as_str().into();
    }
    thing
}

/// What the schema has no place for.
fn unmapped(line: &LogLine, exceptions: &[Exception]) -> Value {
    let record = &line.record;
    let names: Vec<&str> = exceptions.iter().map(|it| it.name()).collect();
    let mut rest = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        rest.extend(value.map(|value| (name.to_owned(), value)));
    };
    put("step", record.step.map(|step| step.name().into()));
    put("role", record.role.map(|role| role.name().into()));
    put("version", record.version.map(|it| it.get().into()));
    put("permission", record.permission.map(|it| it.name().into()));
    put("under", record.under.map(|under| under.get().into()));
    put(
        "object",
        record.object.as_ref().map(|it| it.to_string().into()),
    );
    put("words", (!line.words.is_empty()).then(|| json!(line.words)));
    put("exceptions", (!names.is_empty()).then(|| json!(names)));
    Value::Object(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::event::Event;
    use crate::audit::example;
    use crate::collection::MembershipFacts;
    use crate::id::{CollectionId, EntryId, PersonId, RecordSeq};
    use crate::time::Timestamp;

    const PAT: PersonId = PersonId::from_bytes([1; 16]);

    fn line(event: Event) -> LogLine {
        let mut record = example::record(PAT, event);
        record.seq = RecordSeq::new(7);
        record.time = Timestamp::from_unix(1_795_348_800).expect("a time");
        record.object = Some(ObjectRef::Entry(EntryId::from_bytes([2; 16])));
        LogLine {
            record,
            actor: Some("Pat Provider".to_owned()),
            subject: None,
            object: Some("Website".to_owned()),
            words: BTreeMap::new(),
            brought: Vec::new(),
            erased: None,
            hidden: false,
        }
    }

    /// What every event has, by its class.
    fn required(class: Class) -> &'static [&'static str] {
        match class {
            Class::Authentication => &["user", "service"],
            Class::AccountChange => &["user"],
            Class::UserAccess => &["user", "privileges"],
            Class::EntityManagement => &["entity"],
            Class::ApiActivity => &["actor", "api", "src_endpoint"],
            Class::DatastoreActivity => &["actor", "src_endpoint", "database"],
        }
    }

    #[test]
    fn an_event_of_every_kind_has_what_its_class_requires() {
        for event in Event::ALL {
            let made = Events::new("example/vault/00").take(&line(*event), &[]);
            let (class, activity) = class_of(*event);
            for name in required(class) {
                assert!(!made[*name].is_null(), "{event} lacks {name}");
            }
            assert_eq!(made["type_uid"], class.uid() * 100 + activity);
            assert_eq!(
                made["category_uid"],
                made["class_uid"].as_u64().map_or(0, |it| it / 1000)
            );
            assert_eq!(made["time"], 1_795_348_800_000_u64);
            assert_eq!(made["metadata"]["product"]["vendor_name"], "Coffer");
            assert_eq!(made["metadata"]["uid"], "example/vault/00#7");
            assert_eq!(
                (&made["severity_id"], &made["status_id"]),
                (&1.into(), &1.into())
            );
        }
    }

    #[test]
    fn the_machine_of_a_session_is_that_of_its_unlock() {
        let mut events = Events::new("example/vault/00");
        let mut unlock = line(Event::VaultUnlock);
        unlock.words.insert("host".to_owned(), "office".to_owned());
        assert_eq!(
            events.take(&unlock, &[])["src_endpoint"]["hostname"],
            "office"
        );
        let reveal = events.take(&line(Event::SecretReveal), &[]);
        assert_eq!(reveal["src_endpoint"]["hostname"], "office");
        let mut other = line(Event::SecretReveal);
        other.record.session = SessionId::from_bytes([8; 16]);
        assert_eq!(events.take(&other, &[])["src_endpoint"]["name"], "unknown");
    }

    #[test]
    fn a_refusal_a_stranger_and_a_membership_are_told() {
        let mut events = Events::new("example/vault/00");
        let mut refused = line(Event::SecretReveal);
        refused.record.outcome = Outcome::Denied;
        let refused = events.take(&refused, &[Exception::Refused, Exception::FirstAccess]);
        assert_eq!(
            (&refused["status_id"], &refused["severity_id"]),
            (&2.into(), &3.into())
        );
        assert_eq!(
            refused["message"],
            "Pat Provider: secret.reveal, Website (denied)"
        );
        let names = json!(["refused", "first-access"]);
        assert_eq!(refused["unmapped"]["exceptions"], names);
        let mut stranger = line(Event::VaultUnlock);
        stranger.record.actor = Actor::Nobody;
        stranger.actor = None;
        let stranger = events.take(&stranger, &[Exception::Failed]);
        assert_eq!(stranger["user"]["name"], "unknown");
        assert!(stranger["actor"]["user"].is_null());
        let mut given = line(Event::CollectionChange);
        given.record.subject = Some(PAT);
        given.record.facts = vec![Fact::Membership(MembershipFacts {
            collection: CollectionId::from_bytes([4; 16]),
            person: PAT,
            permission: Some(Permission::Read),
        })];
        assert_eq!(events.take(&given, &[])["privileges"], json!(["read"]));
    }
}
