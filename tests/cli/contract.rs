//! The contract for scripts: spellings, schemas, exit statuses.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use harness::{AUDITOR, CHAIR, CLERK, COUNCILLOR, PROVIDER, WEBSITE_PASSWORD};
use serde_json::Value;

use crate::desk::{Desk, MAIL_PASSWORD, records};

/// The names of an object's members.
fn names(value: &Value) -> BTreeSet<&str> {
    let members = value.as_object().expect("an object");
    members.keys().map(String::as_str).collect()
}

fn get<'w>(entry: &'w str, more: &[&'w str]) -> Vec<&'w str> {
    [&["get", entry, "--reveal"], more].concat()
}

#[test]
fn globals_stand_before_or_after_the_command_and_beat_the_environment() {
    let desk = Desk::at_work();
    let pass = desk.passphrase(PROVIDER);
    let vault = crate::desk::text(&desk.vault());
    let globals = [
        "--vault",
        &vault,
        "--as",
        PROVIDER,
        "--passphrase-file",
        &pass,
    ];
    let globals = [&globals[..], &["--no-input", "--json"]].concat();
    let before = [&globals[..], &["list"]].concat();
    let after = [&["list"], &globals[..]].concat();
    for words in [before, after] {
        let mut command = desk.command(&words);
        command
            .env("COFFER_VAULT", "elsewhere")
            .env("COFFER_PERSON", "Nobody");
        let listed = crate::ran::fed(command, b"").done().json();
        assert_eq!(listed["schema"], "coffer.entries/1");
    }
    let mut command = desk.command(&["list", "--passphrase-file", &pass, "--no-input"]);
    command.env("COFFER_PERSON", PROVIDER);
    crate::ran::fed(command, b"").done();
}

/// Changes, their words between bars, and the events that they are recorded as.
const CHANGES: [(&str, &str); 13] = [
    (
        "secret.create",
        "add|Router|--collection|Services|--kind|admin|--generate|words:4|--state|default",
    ),
    (
        "secret.create",
        "add|Phone|--collection|services|--kind|service|--generate|chars:20",
    ),
    ("secret.rotate", "rotate|router|--generate|words:4"),
    ("secret.rotate", "rotate|Router|--confirm"),
    ("secret.rotate", "rotate|ROUTER|--generate|chars:16"),
    ("secret.rotate", "rotate|Router|--abort"),
    ("collection.create", "collection|add|Social|--kind|social"),
    (
        "collection.change",
        "collection|grant|Services|Chris Chair|--permission|catalogue",
    ),
    (
        "collection.change",
        "collection|grant|Services|Chris Chair|--permission|approve",
    ),
    (
        "collection.change",
        "collection|revoke|Services|Chris Chair",
    ),
    ("secret.archive", "retire|Phone"),
    (
        "incident.raise",
        "incident|raise|--reason|a window was open",
    ),
    (
        "person.add",
        "person|add|Con Councillor|--role|councillor|--initial-passphrase-file|out/con",
    ),
];

#[test]
fn every_change_answers_with_its_record_and_the_record_is_there() {
    let desk = Desk::at_work();
    let mut acknowledged = Vec::new();
    for (event, words) in CHANGES {
        let words: Vec<&str> = words.split('|').chain(["--json"]).collect();
        let ran = desk.by(PROVIDER, &words).done();
        let done = ran.json();
        assert_eq!(names(&done), BTreeSet::from(["schema", "id", "record"]));
        assert!(!done["id"].as_str().unwrap_or_default().is_empty());
        acknowledged.push((ran.record(), event));
    }
    let log = desk.log();
    for (record, event) in acknowledged {
        let line = log.iter().find(|line| line["seq"] == record);
        assert_eq!(line.expect("the record")["event"], event);
    }
    let written = fs::metadata(desk.path("out/con")).expect("the file");
    assert_eq!(written.permissions().mode() & 0o777, 0o600);
}

/// The members of an entry in a list.
#[rustfmt::skip]
const OF_AN_ENTRY: [&str; 11] = [
    "id", "title", "collection", "kind", "state", "username", "url", "version", "changed_at",
    "pending", "due",
];

#[test]
fn list_has_the_schema_that_scripts_rely_on() {
    let desk = Desk::at_work();
    let add = [
        "add",
        "Router",
        "--collection",
        "Services",
        "--kind",
        "admin",
    ];
    let more = [
        "--username",
        "root",
        "--url",
        "https://192.0.2.1",
        "--state",
        "initial",
    ];
    let words = [&add[..], &more, &["--generate", "words:4"]].concat();
    desk.by(PROVIDER, &words).done();
    desk.by(PROVIDER, &["rotate", "Router", "--generate", "words:4"])
        .done();
    let listed = desk.by(PROVIDER, &["list", "--json"]).done().json();
    assert_eq!(names(&listed), BTreeSet::from(["schema", "entries"]));
    assert_eq!(listed["schema"], "coffer.entries/1");
    let entries = listed["entries"].as_array().expect("entries");
    assert_eq!(entries.len(), 3);
    for entry in entries {
        assert_eq!(names(entry), BTreeSet::from(OF_AN_ENTRY), "{entry}");
    }
    let router = entries
        .iter()
        .find(|it| it["title"] == "Router")
        .expect("router");
    for (name, value) in [
        ("collection", "Services"),
        ("kind", "admin"),
        ("state", "initial"),
        ("username", "root"),
        ("url", "https://192.0.2.1"),
    ] {
        assert_eq!(router[name], value);
    }
    assert_eq!(
        (&router["version"], &router["pending"]),
        (&1.into(), &true.into())
    );
    assert!(
        router["changed_at"]
            .as_str()
            .expect("a time")
            .ends_with('Z')
    );
    assert!(router["due"].as_array().is_some_and(|due| !due.is_empty()));
}

#[test]
fn get_gives_exactly_the_value_of_the_field_and_version_asked_for() {
    let desk = Desk::at_work();
    let rotate = ["rotate", "Website", "--password-stdin"];
    desk.by_with(PROVIDER, &rotate, b"GreenLanternHill-9\n")
        .done();
    let gives = |entry: &str, more: &str, value: &str| {
        let words = ["get", entry, "--reveal"]
            .into_iter()
            .chain(more.split_whitespace());
        let ran = desk.by(PROVIDER, &words.collect::<Vec<_>>()).done();
        assert_eq!(ran.stdout, value.as_bytes(), "{entry} {more}");
        assert_eq!(ran.stderr, "", "{entry} {more}");
    };
    gives("WEBSITE", "", WEBSITE_PASSWORD);
    gives("website", "--pending", "GreenLanternHill-9");
    desk.by(PROVIDER, &["rotate", "Website", "--confirm"])
        .done();
    gives("Website", "", "GreenLanternHill-9");
    gives("Website", "--version 1", WEBSITE_PASSWORD);
    gives("Website", "--field username", "council-admin");
    gives("Website", "--field url", "https://example.org/login");
    let listed = desk.by(PROVIDER, &["list", "--json"]).done().json();
    let mut entries = listed["entries"].as_array().expect("entries").iter();
    let website = entries.find(|it| it["title"] == "Website").expect("it");
    gives(
        website["id"].as_str().expect("an id"),
        "",
        "GreenLanternHill-9",
    );
}

#[test]
fn every_byte_of_a_value_is_kept_but_one_final_line_break() {
    let desk = Desk::at_work();
    let everything: Vec<u8> = (0..=255).collect();
    let cases: [(&[u8], &[u8]); 7] = [
        (b"plain", b"plain"),
        (b"one line\n", b"one line"),
        (b"one line\r\n", b"one line"),
        (b"two breaks\n\n", b"two breaks\n"),
        (b" blanks \t", b" blanks \t"),
        (
            b"nul \0 and no UTF-8 \xff\xfe",
            b"nul \0 and no UTF-8 \xff\xfe",
        ),
        (&everything, &everything),
    ];
    for (at, (given, kept)) in cases.iter().enumerate() {
        let title = format!("Entry {at}");
        desk.store(&title, "Services", given);
        let shown = desk.by(PROVIDER, &get(&title, &[])).done();
        assert_eq!(shown.stdout, *kept, "{title}");
        assert_eq!(shown.stderr, "", "{title}");
    }
}

#[test]
fn a_seed_is_taken_as_letters_or_as_an_address() {
    let desk = Desk::at_work();
    let seeds = [
        "JBSWY3DPEHPK3PXP",
        "otpauth://totp/Example:admin?secret=JBSWY3DPEHPK3PXP",
    ];
    for (at, seed) in seeds.iter().enumerate() {
        let file = desk.file("out/seed.txt", format!("{seed}\r\n").as_bytes());
        let title = format!("Entry {at}");
        let add = ["add", &title, "--collection", "Services", "--kind", "admin"];
        let more = ["--totp-file", &file, "--generate", "words:4"];
        desk.by(PROVIDER, &[&add[..], &more].concat()).done();
        let shown = desk.by(PROVIDER, &get(&title, &["--field", "totp"])).done();
        let shown = String::from_utf8(shown.stdout).expect("a text");
        assert!(shown.contains("JBSWY3DPEHPK3PXP"), "{title}");
        assert!(!shown.contains('\r') && !shown.contains('\n'), "{title}");
    }
}

#[test]
fn a_reason_is_kept_and_log_show_names_what_its_reader_may_see() {
    let desk = Desk::at_work();
    let why = "the host asked for it";
    desk.by(PROVIDER, &get("Website", &["--reason", why]))
        .done();
    desk.by(
        CLERK,
        &get("Mail tenant", &["--reason", "a new clerk's phone"]),
    )
    .done();
    let log = desk.log();
    let numbers: Vec<u64> = log.iter().filter_map(|line| line["seq"].as_u64()).collect();
    assert!(numbers.iter().copied().eq(0..numbers.len() as u64));
    let contract = [
        "seq", "time", "event", "outcome", "actor", "entry", "reason",
    ];
    for line in &log {
        assert!(names(line).is_superset(&BTreeSet::from(contract)), "{line}");
    }
    let reveals = records(&log, "secret.reveal", "ok");
    let told: Vec<_> = reveals
        .iter()
        .map(|line| [&line["actor"], &line["reason"]])
        .collect();
    assert_eq!(told[0], [PROVIDER, why]);
    assert_eq!(told[1], [CLERK, "a new clerk's phone"]);
}

#[test]
fn log_verify_and_checkpoint_need_nobody_and_append_nothing() {
    let desk = Desk::at_work();
    let before = fs::read(desk.vault()).expect("the vault");
    let verified = desk.run(&["log", "verify", "--json"]).done().json();
    assert_eq!(verified["ok"], true);
    desk.run(&["log", "verify", "--quick"]).done();
    let checkpoint = desk.run(&["log", "checkpoint"]).done();
    let size = verified["records"].to_string();
    let note = String::from_utf8(checkpoint.stdout).expect("a note");
    assert_eq!(note.lines().nth(1), Some(size.as_str()), "{note}");
    desk.run(&["status", "--json"]);
    let after = fs::read(desk.vault()).expect("the vault");
    assert!(before == after, "the file was changed");
}

#[test]
fn status_needs_nobody_and_shows_no_name() {
    let desk = Desk::at_work();
    let told = desk.run(&["status", "--json"]).done();
    let status = told.json();
    let contract = [
        "schema", "vault", "council", "records", "duties", "envelope",
    ];
    assert!(
        names(&status).is_superset(&BTreeSet::from(contract)),
        "{status}"
    );
    assert_eq!(status["schema"], "coffer.status/1");
    assert_eq!(status["council"], "example-parish-council");
    assert_eq!(status["council_name"], "Example Parish Council");
    let people = desk.run(&["status"]).done();
    for told in [told.stdout, people.stdout, people.stderr.into_bytes()] {
        let told = String::from_utf8(told).expect("a text");
        for name in [PROVIDER, CLERK, CHAIR, AUDITOR, "Website", "Mail tenant"] {
            assert!(!told.contains(name), "{name} in {told}");
        }
    }
}

#[test]
fn a_later_enrolment_is_a_duty_until_a_second_person_approves_it() {
    let desk = Desk::at_work();
    let enrolled = desk.enrol(COUNCILLOR, "councillor");
    desk.run(&["status"]).ends(13);
    let listed = desk.by(CLERK, &["requests", "--json"]).done().json();
    assert_eq!(listed["schema"], "coffer.requests/1");
    let requests = listed["requests"].as_array().expect("requests");
    assert_eq!(requests.len(), 1, "{listed}");
    let request = &requests[0];
    let contract = ["id", "what", "subject", "by", "reason", "state", "record"];
    assert!(
        names(request).is_superset(&BTreeSet::from(contract)),
        "{request}"
    );
    assert_eq!(request["what"], "enrolment");
    assert_eq!(request["subject"], COUNCILLOR);
    assert_eq!(request["record"], enrolled);
    let id = request["id"].as_str().expect("an id");
    desk.by(PROVIDER, &["approve", id]).refused(7);
    desk.by(CLERK, &["approve", id]).done();
    desk.run(&["status"]).done();
    desk.by(CLERK, &["approve", id]).refused(6);
}

#[test]
fn each_refusal_has_its_own_exit_status() {
    let desk = Desk::at_work();
    desk.run(&["list", "--no-such-option"]).refused(2);
    desk.run(&["list", "--as", PROVIDER, "--no-input"])
        .refused(4);
    let wrong = desk.passphrase(CLERK);
    let who = ["--as", PROVIDER, "--passphrase-file", &wrong, "--no-input"];
    desk.run(&[&["list"], &who[..]].concat()).refused(5);
    desk.by("Nobody Known", &["list"]).refused(5);
    desk.by(PROVIDER, &get("No such entry", &[])).refused(6);
    desk.by(CLERK, &get("Website", &[])).refused(7);
    desk.by(CLERK, &["rotate", "Mail tenant", "--generate", "words:4"])
        .refused(7);
    let mut bytes = fs::read(desk.vault()).expect("the vault");
    bytes.truncate(bytes.len() / 2);
    let cut = desk.file("vault/cut.vault", &bytes);
    desk.run(&["status", "--vault", &cut]).refused(10);
    desk.run(&["status", "--vault", "vault/none.vault"])
        .refused(11);
    let log = desk.log();
    let denied = records(&log, "secret.reveal", "denied");
    assert_eq!(denied.len(), 1);
    assert_eq!(
        [&denied[0]["actor"], &denied[0]["entry"]],
        [CLERK, "Website"]
    );
    let failed = records(&log, "vault.unlock", "failed");
    assert!(!failed.is_empty());
    assert!(
        failed.iter().all(|line| line["actor"].is_null()),
        "{failed:?}"
    );
    desk.run(&["log", "verify"]).done();
}

/// Changes one bit of a record, as somebody with the file and a database program can.
fn change_a_record(desk: &Desk, seq: i64) {
    let database = rusqlite::Connection::open(desk.vault()).expect("the file");
    let guard = "SELECT sql FROM sqlite_schema WHERE name = 'record_is_not_changed'";
    let guard: String = database
        .query_row(guard, [], |row| row.get(0))
        .expect("a guard");
    let line = "SELECT line FROM record WHERE seq = ?1";
    let line = database.query_row(line, [seq], |row| row.get(0));
    let mut line: Vec<u8> = line.expect("the record");
    let middle = line.len() / 2;
    line[middle] ^= 1;
    database
        .execute_batch("DROP TRIGGER record_is_not_changed")
        .expect("no guard");
    let change = "UPDATE record SET line = ?2 WHERE seq = ?1";
    let changed = database.execute(change, rusqlite::params![seq, line]);
    assert_eq!(changed, Ok(1));
    database.execute_batch(&guard).expect("the guard");
}

#[test]
fn a_changed_record_ends_with_9_and_is_named() {
    let desk = Desk::at_work();
    change_a_record(&desk, 2);
    let ran = desk.run(&["log", "verify"]).ends(9);
    assert!(
        ran.stderr.contains('2') || ran.stdout.contains(&b'2'),
        "{ran:?}"
    );
    desk.by(PROVIDER, &get("Website", &[])).refused(9);
}

#[test]
fn an_invitation_opens_nothing_once_it_was_used() {
    let desk = Desk::at_work();
    let first = desk.out("con.txt");
    let invite = ["person", "add", COUNCILLOR, "--role", "councillor"];
    let out = ["--initial-passphrase-file", &first];
    desk.by(PROVIDER, &[&invite[..], &out].concat()).done();
    let chosen = desk.passphrase(COUNCILLOR);
    let enrol = ["enrol", "--as", COUNCILLOR, "--no-input"];
    let files = [
        "--passphrase-file",
        &first,
        "--new-passphrase-file",
        &chosen,
    ];
    let words = [&enrol[..], &files].concat();
    desk.run(&words).refused(2);
    let words = [&words[..], &["--acknowledge"]].concat();
    desk.run(&words).done();
    desk.run(&words).refused(5);
    let grant = ["collection", "grant", "Services", COUNCILLOR];
    desk.by(PROVIDER, &[&grant[..], &["--permission", "read"]].concat())
        .done();
    let shown = desk.by(COUNCILLOR, &get("Website", &[])).done();
    assert_eq!(shown.stdout, WEBSITE_PASSWORD.as_bytes());
    let shown = desk.by(CLERK, &get("Mail tenant", &[])).done();
    assert_eq!(shown.stdout, MAIL_PASSWORD.as_bytes());
}
