//! Clause 4.1.5: all access is logged and auditable. Every operation that the vault offers is done
//! once, and leaves the record that stands beside it here; one that is missing here fails the test.

mod offered;
mod unlocking;

use std::cell::RefCell;
use std::collections::BTreeSet;

use harness::{
    AUDITOR, CHAIR, CLERK, COUNCILLOR, Council, PROVIDER, TestJournal, WITNESS, entry,
    passphrase_of,
};
use rusqlite::Connection;
use vault_core::audit::event::Event;
use vault_core::audit::record::Record;
use vault_core::collection::{CollectionKind, Permission};
use vault_core::emergency::Rule;
use vault_core::emergency::follow_up::{Done, Use};
use vault_core::emergency::inspection::Found;
use vault_core::entry::{Field, FieldName};
use vault_core::error::Error;
use vault_core::exchange::read;
use vault_core::incident::IncidentKind;
use vault_core::person::Role;
use vault_core::secret::{SecretBytes, SecretString};
use vault_core::time::Clock;
use vault_core::time::day::Day;
use vault_core::tlog::answer::Answer;
use vault_core::vault::drills::Look;
use vault_core::vault::entries::Beside;
use vault_core::vault::export::LogExport;
use vault_core::vault::extract::Extract;
use vault_core::vault::incidents::About;
use vault_core::vault::issue::{IssuedSheet, ReadBack};
use vault_core::vault::reports::About as Report;
use vault_core::vault::restore::Restoration;
use vault_core::vault::reveal::Wanted;
use vault_core::vault::takeover::Successor;
use vault_core::vault::verify::{Depth, verify};
use vault_core::vault::{Session, Surroundings, Vault};

use self::offered::{offered, table};
use crate::readers::everybody_reads;

/// Walks through the operations and watches what each leaves in the file.
struct Walk {
    council: Council,
    seen: RefCell<usize>,
    walked: RefCell<BTreeSet<&'static str>>,
}

impl Walk {
    fn of(council: Council) -> Self {
        Self {
            council,
            seen: RefCell::default(),
            walked: RefCell::default(),
        }
    }

    /// The events of the records that are new in the file, with their steps.
    fn fresh(&self) -> Vec<String> {
        let file = Connection::open(self.council.path()).expect("the file");
        let mut lines = file
            .prepare("SELECT line FROM record ORDER BY seq")
            .expect("a table");
        let lines = lines
            .query_map([], |row| row.get::<_, Vec<u8>>(0))
            .expect("rows");
        let events: Vec<String> = lines
            .map(|line| {
                let (record, _) = Record::from_line(&line.expect("a line")).expect("a record");
                let step = record.step.map_or_else(String::new, |s| format!("/{s}"));
                format!("{}{step}", record.event)
            })
            .collect();
        let before = self.seen.replace(events.len());
        events[before..].to_vec()
    }

    /// Does an operation; its record is in the file when it returns.
    fn does<T>(&self, name: &'static str, act: impl FnOnce() -> Result<T, Error>) -> T {
        let done = act().unwrap_or_else(|error| panic!("{name}: {error:?}"));
        self.did(name);
        done
    }

    fn did(&self, name: &'static str) {
        let table = table();
        let row = table.iter().find(|(operation, _)| *operation == name);
        let (_, event) = row.unwrap_or_else(|| panic!("{name} is not in the table"));
        let fresh = self.fresh();
        let recorded = *event == "-" || fresh.iter().any(|made| made == event);
        assert!(recorded, "{name} leaves {fresh:?}, not {event}");
        self.walked.borrow_mut().insert(name);
    }

    /// Does an operation of a session of its own.
    fn by<T>(
        &self,
        who: &str,
        name: &'static str,
        act: impl FnOnce(&mut Session<'_>) -> Result<T, Error>,
    ) -> T {
        self.does(name, || self.council.try_as(who, act))
    }

    fn vault(&self) -> Vault {
        self.council.open().expect("the vault opens")
    }
}

fn words(text: &str) -> SecretBytes {
    SecretBytes::copy_from(text.as_bytes())
}

const WHY: Option<&str> = Some("left on a train");

const EXPORT: &str = "url,username,password,totp,extra,name,grouping,fav\n\
                      https://example.org,clerk,AmberHarbourKite-3,,,Parking,,0\n";

#[test]
fn every_operation_of_the_vault_leaves_its_record() {
    let walk = Walk::of(Council::newly_at_work());
    unlocking::in_clear(&walk);
    unlocking::unlocking(&walk);
    people_and_collections(&walk);
    entries(&walk);
    incidents_and_the_log(&walk);
    witness(&walk);
    let sheets = envelope(&walk);
    opening(&walk, &sheets);
    copies(&walk);
    let named: BTreeSet<String> = table().iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(offered(), named, "what is offered, and what is named here");
    let walked = walk.walked.borrow().clone();
    let walked: BTreeSet<String> = walked.into_iter().map(str::to_owned).collect();
    assert_eq!(walked, named, "what was done, and what is named here");
    every_event_is_read_by_everybody(&walk, &sheets);
}

/// The walk leaves a record of every event that is made, and whoever reads the log finds it good: as it
/// stands, and with an opening on a copy of it brought in.
fn every_event_is_read_by_everybody(walk: &Walk, sheets: &[SecretString]) {
    walk.seen.replace(0);
    let made: BTreeSet<String> = walk.fresh().into_iter().collect();
    let is_there = |event: &str| made.iter().any(|it| it.split('/').next() == Some(event));
    let mut events = Event::ALL.iter().filter(|event| event.is_made());
    let lacking = events.find(|event| !is_there(event.name()));
    assert_eq!(lacking, None, "no record of it was made in this walk");
    everybody_reads(&walk.council);
    elsewhere(walk, sheets, &WAYS[2..]);
    everybody_reads(&walk.council);
}

fn people_and_collections(walk: &Walk) {
    let first = walk.by(PROVIDER, "Session::initial_passphrase", |s| {
        s.initial_passphrase()
    });
    walk.by(PROVIDER, "Session::invite", |s| {
        s.invite(COUNCILLOR, Role::Councillor, &first)
    });
    walk.does("Vault::enrol", || {
        let chosen = passphrase_of(COUNCILLOR);
        walk.vault().enrol(COUNCILLOR, &first, &chosen)
    });
    walk.by(PROVIDER, "Session::news", |s| Ok(s.news()));
    walk.by(PROVIDER, "Session::people", |s| s.people());
    walk.by(PROVIDER, "Session::own_name", |s| s.own_name());
    let waiting = walk.by(CLERK, "Session::waiting", |s| s.waiting());
    for waits in waiting {
        walk.by(CLERK, "Session::approve", |s| s.approve(waits.record));
    }
    walk.by(PROVIDER, "Session::make_collection", |s| {
        s.make_collection("Grounds", CollectionKind::Service)
    });
    walk.by(PROVIDER, "Session::collections", |s| s.collections());
    walk.by(PROVIDER, "Session::grant", |s| {
        s.grant("Services", CLERK, Permission::Manage)
    });
    walk.by(PROVIDER, "Session::revoke", |s| s.revoke("Services", CLERK));
}

fn entries(walk: &Walk) {
    let mut router = entry("Router", "first-router-secret");
    let name = FieldName::parse("totp").expect("a field's name");
    let value = words("otpauth://totp/Router?secret=JBSWY3DPEHPK3PXP");
    router.fields.push(Field { name, value });
    walk.by(PROVIDER, "Session::add", |s| s.add("Services", &router));
    walk.by(PROVIDER, "Session::entries", |s| s.entries());
    walk.by(PROVIDER, "Session::show", |s| s.show("Website"));
    walk.by(PROVIDER, "Session::reveal", |s| {
        s.reveal("Website", "password", Wanted::Current, None)
    });
    walk.by(PROVIDER, "Session::one_time_code", |s| {
        s.one_time_code("Router", None)
    });
    for (name, confirms, value) in [
        ("Session::confirm", true, "another-website-secret"),
        ("Session::abort", false, "a-third-website-secret"),
    ] {
        walk.by(PROVIDER, "Session::propose", |s| {
            s.propose("Website", words(value), None)
        });
        walk.by(PROVIDER, name, |s| {
            if confirms {
                s.confirm("Website", None)
            } else {
                s.abort("Website", None)
            }
        });
    }
    walk.by(PROVIDER, "Session::history", |s| s.history("Website"));
    walk.by(PROVIDER, "Session::retire", |s| s.retire("Router", None));
    walk.by(PROVIDER, "Session::restore_entry", |s| {
        s.restore_entry("Router", None, Beside::None)
    });
    walk.by(PROVIDER, "Session::add_beside", |s| {
        s.add_beside(
            "Services",
            &entry("Router", "a-second-router"),
            Beside::Others,
        )
    });
    let reading = || read(&words(EXPORT)).expect("a readable export");
    walk.by(PROVIDER, "Session::plan_import", |s| {
        s.plan_import(reading(), Some("Services"))
    });
    walk.by(PROVIDER, "Session::import", |s| {
        s.import(reading(), Some("Services"))
    });
}

fn incidents_and_the_log(walk: &Walk) {
    let number = walk.by(PROVIDER, "Session::raise_incident", |s| {
        s.raise_incident(About::Device("a lost telephone"), WHY)
    });
    walk.by(AUDITOR, "Session::incidents", |s| s.incidents());
    let told = walk.by(AUDITOR, "Session::incident", |s| s.incident(number));
    assert_eq!(told.incident.kind, IncidentKind::Device);
    walk.by(CLERK, "Session::decide_incident", |s| {
        s.decide_incident(number, WHY)
    });
    walk.by(CLERK, "Session::close_incident", |s| {
        s.close_incident(number, WHY)
    });
    walk.by(CLERK, "Session::hold_incident", |s| {
        s.hold_incident(number, true, WHY)
    });
    walk.by(AUDITOR, "Session::log", |s| s.log());
    walk.by(AUDITOR, "Session::export_log", |s| {
        let whole = |export: &mut LogExport<'_>| export.records(|_| Ok::<_, Error>(())).map(drop);
        s.export_log("a folder", whole)
    });
    walk.by(AUDITOR, "Session::extract_log", |s| {
        let part = |export: &mut LogExport<'_>| export.records(|_| Ok::<_, Error>(())).map(drop);
        let asked = Extract {
            person: Some(CLERK),
            ..Extract::default()
        };
        s.extract_log("a folder", "what concerns the clerk", &asked, part)
    });
    for about in [
        Report::Accesses(None),
        Report::Custody,
        Report::Envelopes,
        Report::Incidents,
        Report::Person(CLERK),
    ] {
        walk.by(AUDITOR, "Session::report", |s| s.report(about));
    }
    walk.does("Vault::sample", || walk.vault().sample(5, "heron", None));
}

fn witness(walk: &Walk) {
    let witness = walk.council.found_witness();
    walk.by(PROVIDER, "Session::name_witness", |s| {
        s.name_witness(witness.cosigner())
    });
    let request = walk.does("Vault::submission", || {
        walk.vault().submission(WITNESS, None)
    });
    let now = walk.council.clock.now();
    let head = witness.sign(request.to_string().as_bytes(), now);
    let answer = Answer::Cosignatures(vec![head.expect("a head").cosignature]);
    walk.by(CHAIR, "Session::take_answer", |s| s.take_answer(&answer));
    walk.by(CLERK, "Session::drop_witness", |s| s.drop_witness(WITNESS));
}

fn envelope(walk: &Walk) -> Vec<SecretString> {
    walk.by(PROVIDER, "Session::weigh_rule", |s| {
        s.weigh_rule(Rule::Officer, &[CHAIR, CLERK], None)
    });
    walk.by(PROVIDER, "Session::holder_called", |s| {
        s.holder_called(CHAIR)
    });
    walk.by(PROVIDER, "Session::choose_rule", |s| {
        s.choose_rule(Rule::AnyTwo, &[CHAIR, CLERK, "place:Safe"], None)
    });
    let lost = walk.by(PROVIDER, "Session::issue_sheet", |s| s.issue_sheet(CHAIR));
    let serial = lost.serial.to_string();
    walk.by(CHAIR, "Session::report_lost", |s| {
        s.report_lost(&serial, None)
    });
    walk.by(PROVIDER, "Session::reject_sheet", |s| {
        let unread = s.draft_sheet(CHAIR)?;
        s.reject_sheet(unread)
    });
    let sheets = [CHAIR, CLERK, "place:Safe"].map(|holder| {
        let draft = walk.by(PROVIDER, "Session::draft_sheet", |s| s.draft_sheet(holder));
        walk.by(PROVIDER, "Session::record_sheet", |s| {
            s.record_sheet(draft, ReadBack::Done)
        })
    });
    let sealed = walk.by(PROVIDER, "Session::seal", |s| s.seal());
    let counted = walk.by(CLERK, "Session::counted_sheets", |s| {
        s.counted_sheets(sealed.record)
    });
    assert_eq!(
        counted.len(),
        2,
        "the provider made the chair's and the clerk's"
    );
    walk.by(CLERK, "Session::approve", |s| s.approve(sealed.record));
    rehearsed(walk, &sheets);
    sheets.map(|sheet| sheet.words).into()
}

fn rehearsed(walk: &Walk, sheets: &[IssuedSheet]) {
    walk.by(CLERK, "Session::look_at", |s| {
        s.look_at(&Look {
            serial: sheets[0].serial.as_str(),
            found: Found::Bagged,
            bag: Some("B-1042"),
            witnesses: &[],
            reason: None,
        })
    });
    walk.by(CLERK, "Session::check_sheet", |s| {
        s.check_sheet(&sheets[0].words)
    });
    let copy = |sheet: &IssuedSheet| SecretString::new(sheet.words.expose().to_owned());
    let words: Vec<SecretString> = sheets[..2].iter().map(copy).collect();
    walk.by(CLERK, "Session::drill", |s| s.drill(&words))
        .expect("every key opens");
}

/// The ways of bringing in what a copy recorded.
const WAYS: [&str; 3] = [
    "Session::merge_opening",
    "Session::merge_journals",
    "Session::merge_copy",
];

/// Openings on a copy of the file, of which its journals tell, and the copy itself.
fn elsewhere(walk: &Walk, sheets: &[SecretString], ways: &[&'static str]) {
    let path = walk.council.folder().join("elsewhere.vault");
    std::fs::copy(walk.council.path(), &path).expect("a copy");
    let mut copy = Vault::open(&path, walk.council.surroundings()).expect("the copy opens");
    for way in ways {
        let journal = TestJournal::default();
        let requested = copy.request_opening(&Council::terms(), Box::new(journal.clone()));
        let mut requested = requested.expect("a request");
        for sheet in &sheets[..2] {
            requested.accept(sheet).expect("a sheet");
        }
        requested.release().expect("the rule is met");
        let lines = journal.lines();
        let lines = lines.iter().flat_map(|line| [line, &b"\n"[..]].concat());
        let lines: Vec<u8> = lines.collect();
        walk.by(CLERK, way, |s| match *way {
            "Session::merge_opening" => s.merge_opening(&lines, None),
            "Session::merge_journals" => s.merge_journals(&[lines], None),
            _ => s.merge_copy(&path, None),
        });
    }
}

fn opening(walk: &Walk, sheets: &[SecretString]) {
    elsewhere(walk, sheets, &WAYS);
    for takes_over in [false, true] {
        let mut vault = walk.vault();
        let journal = Box::new(TestJournal::default());
        let mut requested = walk.does("Vault::request_opening", || {
            vault.request_opening(&Council::terms(), journal)
        });
        for sheet in [&sheets[0], &sheets[2]] {
            walk.does("Requested::accept", || requested.accept(sheet));
        }
        walk.does("Requested::seems", || Ok(requested.seems(&sheets[1])));
        walk.does("Requested::lacking", || Ok(requested.lacking()));
        walk.does("Requested::accepted", || Ok(requested.accepted()));
        assert!(walk.does("Requested::is_met", || Ok(requested.is_met())));
        let mut opening = walk.does("Requested::release", || requested.release());
        walk.does("Opening::list", || opening.list());
        walk.does("Opening::reveal", || opening.reveal("Website"));
        if takes_over {
            let successor = Successor {
                name: "Nora Newcomer",
                role: Role::Clerk,
                passphrase: &passphrase_of("Nora Newcomer"),
            };
            walk.does("Opening::take_over", || opening.take_over(&successor));
        } else {
            walk.does("Opening::close", || opening.close());
        }
    }
    let owed = walk.vault().owed().expect("duties");
    walk.by(CLERK, "Session::glossary", |s| s.glossary(&owed));
    let told = walk.by(AUDITOR, "Session::untold", |s| s.untold());
    assert_eq!(told.len(), 1, "one opening, however many runs");
    walk.by(AUDITOR, "Session::account", |s| s.account(None));
    walk.by(CLERK, "Session::follow_up", |s| {
        s.follow_up(Done::Notice, None)
    });
    walk.by(PROVIDER, "Session::classify", |s| {
        s.classify(Use::Drill, None)
    });
}

fn copies(walk: &Walk) {
    let aside = walk.council.folder().join("aside.vault");
    walk.does("Vault::copy_aside", || walk.vault().copy_aside(&aside));
    let report = verify(&walk.council.path(), Depth::Full).expect("it verifies");
    walk.by(AUDITOR, "Session::record_verification", |s| {
        s.record_verification(&report)
    });
    let copy = walk.council.folder().join("copy.vault");
    walk.by(PROVIDER, "Session::backup", |s| s.backup(&copy));
    let kit = walk.council.folder().join("kit.vault");
    walk.by(CLERK, "Session::copy_for_kit", |s| s.copy_for_kit(&kit));
    walk.does("Vault::copy", || walk.vault().copy());
    let (path, surroundings) = (walk.council.path(), walk.council.surroundings());
    let begun = walk.does("Restoration::begin", || {
        Restoration::begin(&copy, &path, surroundings)
    });
    // The copy has one record less than the file that it replaces.
    let passphrase = passphrase_of(PROVIDER);
    let done = begun
        .finish(PROVIDER, &passphrase)
        .expect("a restored vault");
    walk.seen
        .replace(usize::try_from(done.record.get()).expect("small"));
    walk.did("Restoration::finish");
    an_older_file(walk);
}

/// A computer that has seen more than the file has.
fn an_older_file(walk: &Walk) {
    let older = walk.council.file();
    let state = walk.council.folder().join("state");
    let surroundings = || Surroundings {
        state: Some(state.clone()),
        ..walk.council.surroundings()
    };
    let path = walk.council.path();
    let passphrase = passphrase_of(CLERK);
    let mut vault = Vault::open(&path, surroundings()).expect("the vault opens");
    let mut session = vault.unlock(CLERK, &passphrase).expect("it unlocks");
    session.own_name().expect("one record more");
    drop(vault);
    std::fs::write(&path, older).expect("an older file");
    walk.fresh();
    let mut vault = Vault::inspect(&path, surroundings()).expect("it opens all the same");
    walk.does("Session::accept_rollback", || {
        vault.unlock(CLERK, &passphrase)?.accept_rollback()
    });
    three_years_later(walk);
}

fn three_years_later(walk: &Walk) {
    walk.council.clock.advance(3 * 366 * 24 * 3600);
    let before = Day::of(walk.council.clock.now()).months_before(24);
    let mut vault = walk.vault();
    let counted = walk.does("Vault::forgettable", || vault.forgettable(before));
    assert!(counted.records > 0);
    let asked = walk.by(CLERK, "Session::ask_to_forget", |s| {
        s.ask_to_forget(before, None)
    });
    let asked = asked.record.expect("something to erase");
    walk.does("Vault::erased_in", || Ok(walk.vault().erased_in(asked)));
}
