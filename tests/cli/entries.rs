//! One entry after it was stored: its codes, its versions, its end.

use harness::{AUDITOR, CHAIR, CLERK, PROVIDER};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use vault_cli::clock::SystemClock;
use vault_core::time::Clock;

use crate::desk::{Desk, records};
use crate::ran::Ran;

/// A seed whose codes are of SHA-256, eight digits and a minute: none of it what is usual.
const SEED: &str = "otpauth://totp/Example:admin?secret=JBSWY3DPEHPK3PXP\
                    &algorithm=SHA256&digits=8&period=60";

/// The bytes that the seed's base32 stands for.
const SEED_BYTES: &[u8] = b"Hello!\xde\xad\xbe\xef";

/// The code of [`SEED`] now, by RFC 4226 and RFC 6238, written here once more.
fn code_now() -> String {
    let minute = SystemClock.now().unix() / 60;
    let mut mac = Hmac::<Sha256>::new_from_slice(SEED_BYTES).expect("any key will do");
    mac.update(&minute.to_be_bytes());
    let tag = mac.finalize().into_bytes();
    let at = usize::from(tag[31] & 15);
    let word = u32::from_be_bytes(tag[at..at + 4].try_into().expect("four bytes"));
    format!("{:08}", (word & 0x7fff_ffff) % 100_000_000)
}

/// Lets somebody use the collection of the services.
fn grant(desk: &Desk, name: &str, permission: &str) {
    let words = ["collection", "grant", "Services", name];
    let words = [&words[..], &["--permission", permission]].concat();
    desk.by(PROVIDER, &words).done();
}

fn add_with_seed(desk: &Desk) {
    let file = desk.file("out/seed.txt", SEED.as_bytes());
    let add = ["add", "Router", "--collection", "Services", "--kind"];
    let more = ["admin", "--totp-file", &file, "--generate", "words:4"];
    desk.by(PROVIDER, &[&add[..], &more].concat()).done();
}

#[test]
fn totp_prints_exactly_the_code_of_now_in_the_seeds_own_dialect_and_it_is_on_record() {
    let desk = Desk::at_work();
    add_with_seed(&desk);
    let before = code_now();
    let why = ["--reason", "to log in to the router"];
    let ran = desk
        .by(PROVIDER, &[&["totp", "router"], &why[..]].concat())
        .done();
    let told = desk
        .by(PROVIDER, &["totp", "Router", "--json"])
        .done()
        .json();
    let possible = [before, code_now()].map(String::into_bytes);
    assert!(possible.contains(&ran.stdout), "{ran:?}");
    assert_eq!(ran.stderr, "");
    assert_eq!(told["schema"], "coffer.totp/1");
    assert!((1..=60).contains(&told["seconds_left"].as_u64().expect("a number")));
    let log = desk.log();
    let reveals = records(&log, "secret.reveal", "ok");
    assert_eq!(reveals.len(), 2);
    assert_eq!(reveals[0]["reason"], "to log in to the router");
    assert_eq!(reveals[1]["seq"], told["record"]);
    for reveal in reveals {
        assert_eq!([&reveal["entry"], &reveal["field"]], ["Router", "totp"]);
        assert_eq!(reveal["permission"], "read");
    }
}

#[test]
fn an_entry_without_a_seed_or_of_somebody_else_gives_no_code() {
    let desk = Desk::at_work();
    add_with_seed(&desk);
    desk.by(PROVIDER, &["totp", "Website"]).refused(6);
    desk.by(PROVIDER, &["totp", "No such entry"]).refused(6);
    grant(&desk, CHAIR, "catalogue");
    for name in [CLERK, CHAIR, AUDITOR] {
        desk.by(name, &["totp", "Router"]).refused(7);
    }
    let log = desk.log();
    assert_eq!(records(&log, "secret.reveal", "denied").len(), 3);
    assert!(records(&log, "secret.reveal", "ok").is_empty());
}

#[test]
fn history_tells_each_version_with_who_made_and_who_confirmed_it_and_get_gives_its_value() {
    let desk = Desk::at_work();
    grant(&desk, CLERK, "manage");
    grant(&desk, CHAIR, "catalogue");
    let rotate = |who: &str, more: &[&str], input: &[u8]| {
        let words = [&["rotate", "Website", "--json"], more].concat();
        desk.by_with(who, &words, input).done().record()
    };
    let stdin = ["--password-stdin"];
    rotate(PROVIDER, &stdin, b"second");
    let dropped = rotate(CLERK, &["--abort"], b"");
    let made = rotate(PROVIDER, &stdin, b"third");
    let confirmed = rotate(CLERK, &["--confirm"], b"");
    rotate(CLERK, &stdin, b"fourth");
    let history = desk
        .by(CHAIR, &["history", "website", "--json"])
        .done()
        .json();
    assert_eq!(history["schema"], "coffer.history/1");
    assert_eq!(history["title"], "Website");
    let versions = history["versions"].as_array().expect("versions");
    let told: Vec<_> = versions
        .iter()
        .map(|it| (&it["state"], &it["proposed"]["by"], &it["confirmed"]["by"]))
        .collect();
    let [provider, clerk] = [PROVIDER, CLERK].map(serde_json::Value::from);
    let none = serde_json::Value::Null;
    let states = ["replaced", "dropped", "current", "pending"].map(serde_json::Value::from);
    let expected = [
        (&states[0], &provider, &provider),
        (&states[1], &provider, &none),
        (&states[2], &provider, &clerk),
        (&states[3], &clerk, &none),
    ];
    assert_eq!(told, expected);
    assert_eq!(versions[1]["dropped"]["record"], dropped);
    assert_eq!(versions[2]["proposed"]["record"], made);
    assert_eq!(versions[2]["confirmed"]["record"], confirmed);
    for (version, value) in [
        (1, harness::WEBSITE_PASSWORD),
        (2, "second"),
        (3, "third"),
        (4, "fourth"),
    ] {
        assert_eq!(versions[version - 1]["version"], version);
        assert_eq!(versions[version - 1]["fields"][0], "password");
        let number = version.to_string();
        let get = ["get", "Website", "--reveal", "--version", &number];
        assert_eq!(
            desk.by(PROVIDER, &get).done().stdout,
            value.as_bytes(),
            "{version}"
        );
        desk.by(CHAIR, &get).refused(7);
    }
    let beyond = ["get", "Website", "--reveal", "--version", "5"];
    desk.by(PROVIDER, &beyond).refused(6);
}

#[test]
fn the_history_of_what_is_not_ones_own_is_refused_and_on_record() {
    let desk = Desk::at_work();
    desk.by(AUDITOR, &["history", "Website"]).refused(7);
    desk.by(CLERK, &["history", "Website"]).refused(7);
    desk.by(CLERK, &["history", "No such entry"]).refused(6);
    let log = desk.log();
    assert_eq!(records(&log, "secret.reveal", "denied").len(), 2);
}

/// The entry in the provider's list.
fn listed(desk: &Desk, title: &str) -> serde_json::Value {
    let list = desk.by(PROVIDER, &["list", "--json"]).done().json();
    let mut entries = list["entries"].as_array().expect("entries").iter();
    let found = entries.find(|entry| entry["title"] == title);
    found.expect("it is listed").clone()
}

#[test]
fn a_retired_entry_is_kept_and_given_out_and_never_changed_again() {
    let desk = Desk::at_work();
    let add = ["add", "Router", "--collection", "Services", "--kind"];
    let more = ["admin", "--state", "default", "--generate", "words:4"];
    desk.by(PROVIDER, &[&add[..], &more].concat()).done();
    assert_eq!(listed(&desk, "Router")["due"][0], "default");
    desk.by(CLERK, &["retire", "Mail tenant"]).refused(7);
    desk.by(PROVIDER, &["retire", "No such entry"]).refused(6);
    let generate = ["rotate", "Router", "--generate", "words:4"];
    desk.by(PROVIDER, &generate).done();
    desk.by(PROVIDER, &["retire", "Router"]).refused(2);
    desk.by(PROVIDER, &["rotate", "Router", "--abort"]).done();
    let why = ["--reason", "the router was thrown away", "--json"];
    let retired = [&["retire", "router"], &why[..]].concat();
    let record = desk.by(PROVIDER, &retired).done().record();
    desk.by(PROVIDER, &["retire", "Router"]).refused(2);
    let refused = desk.by(PROVIDER, &generate).refused(2);
    assert!(refused.stderr.contains("retired"), "{refused:?}");
    let router = listed(&desk, "Router");
    assert_eq!(router["state"], "retired");
    assert_eq!(router["due"], serde_json::json!([]));
    desk.by(PROVIDER, &["get", "Router", "--reveal"]).done();
    let shown = desk.by(PROVIDER, &["show", "Router"]).done();
    let shown = String::from_utf8(shown.stdout).expect("a text");
    assert!(shown.contains("State:") && shown.contains("retired"));
    let log = desk.log();
    let line = records(&log, "secret.archive", "ok")[0];
    assert_eq!(line["seq"], record);
    assert_eq!(line["reason"], "the router was thrown away");
    desk.run(&["log", "verify"]).done();
}

#[test]
fn without_no_input_retiring_takes_the_title_typed_at_a_terminal() {
    let desk = Desk::at_work();
    let file = desk.passphrase(PROVIDER);
    let who = ["--as", PROVIDER, "--passphrase-file", &file];
    let words = [&["retire", "Website"], &who[..]].concat();
    desk.run(&words).refused(2);
    assert_eq!(listed(&desk, "Website")["state"], "in-use");
}

fn add(desk: &Desk, title: &str, value: &str, more: &[&str]) -> Ran {
    let words = [
        "add",
        title,
        "--collection",
        "Services",
        "--kind",
        "service",
    ];
    let words = [&words[..], &["--password-stdin"], more].concat();
    desk.by_with(PROVIDER, &words, value.as_bytes())
}

/// The entries of the provider's list: each title with its state.
fn titles(desk: &Desk, more: &[&str]) -> Vec<(String, String)> {
    let list = desk.by(PROVIDER, &[&["list", "--json"], more].concat());
    let list = list.done().json();
    let entries = list["entries"].as_array().expect("entries").iter();
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let told = entries.map(|entry| (text(&entry["title"]), text(&entry["state"])));
    told.collect()
}

#[test]
fn a_retired_entry_leaves_its_title_free_and_can_be_used_again() {
    let desk = Desk::at_work();
    let get = ["get", "Website", "--reveal"];
    desk.by(PROVIDER, &["retire", "Website"]).done();
    let refused = add(&desk, "website", harness::WEBSITE_PASSWORD, &[]).refused(2);
    assert!(refused.stderr.contains("restore-entry"), "{refused:?}");
    add(&desk, "website", "the-new-one", &[]).done();
    assert_eq!(desk.by(PROVIDER, &get).done().stdout, b"the-new-one");
    let last = titles(&desk, &[]).pop().expect("an entry");
    assert_eq!(last, ("Website".to_owned(), "retired".to_owned()));
    assert_eq!(titles(&desk, &["--retired"]), [last]);
    // Two in use are for somebody to want.
    desk.by(PROVIDER, &["restore-entry", "Website"]).refused(2);
    add(&desk, "Website", "a third", &[]).refused(2);
    let again = ["restore-entry", "Website", "--anyway"];
    desk.by(PROVIDER, &again).done();
    desk.by(PROVIDER, &again).refused(2);
    let refused = desk.by(PROVIDER, &get).refused(2);
    for told in ["in Services", "council-admin", "in-use", "changed on"] {
        assert!(refused.stderr.contains(told), "{told}: {refused:?}");
    }
    add(&desk, "Website", "a third", &["--anyway"]).done();
    desk.by(CLERK, &["restore-entry", "Mail tenant"]).refused(7);
    desk.run(&["log", "verify"]).done();
}

#[test]
fn what_was_due_of_a_retired_entry_is_due_again_when_it_is_used_again() {
    let desk = Desk::at_work();
    add(
        &desk,
        "Router",
        "made-by-the-maker",
        &["--state", "default"],
    )
    .done();
    desk.by(PROVIDER, &["retire", "Router"]).done();
    assert_eq!(listed(&desk, "Router")["due"], serde_json::json!([]));
    desk.by(PROVIDER, &["restore-entry", "Router"]).done();
    assert_eq!(listed(&desk, "Router")["due"][0], "default");
    assert_eq!(listed(&desk, "Router")["state"], "default");
}

#[test]
fn a_password_that_the_entry_has_or_had_makes_nothing_good() {
    let desk = Desk::at_work();
    add(
        &desk,
        "Router",
        "made-by-the-maker",
        &["--state", "default"],
    )
    .done();
    let propose = |value: &str| {
        let words = ["rotate", "Router", "--password-stdin"];
        desk.by_with(PROVIDER, &words, value.as_bytes())
    };
    let settle = |how: &str| desk.by(PROVIDER, &["rotate", "Router", how]).done();
    propose("made-by-the-maker").refused(2);
    assert_eq!(listed(&desk, "Router")["due"][0], "default");
    let log = desk.log();
    assert_eq!(records(&log, "secret.rotate", "failed").len(), 1);
    // What the site may have taken although it was dropped may be proposed again.
    propose("second-value").done();
    settle("--abort");
    propose("second-value").done();
    settle("--confirm");
    assert_eq!(listed(&desk, "Router")["due"], serde_json::json!([]));
    for used in ["made-by-the-maker", "second-value"] {
        propose(used).refused(2);
    }
    // One that was dropped before others could know it is no new one.
    propose("third-value").done();
    settle("--abort");
    let raise = [
        "incident", "raise", "--entry", "Router", "--reason", "a note",
    ];
    desk.by(PROVIDER, &raise).done();
    propose("third-value").refused(2);
    propose("fourth-value").done();
    settle("--confirm");
    desk.run(&["log", "verify"]).done();
}
