//! What keeps a vault: that it is checked whole, copied, put back, and that a copy is not forgotten.

use harness::PROVIDER;
use rusqlite::Connection;

use crate::desk::Desk;

/// Does something to the vault file behind the program's back.
fn tampered(desk: &Desk, sql: &str) {
    let connection = Connection::open(desk.vault()).expect("SQLite opens it");
    connection.execute_batch(sql).expect(sql);
}

#[test]
fn the_state_is_checked_without_a_person_and_the_first_bad_row_is_named() {
    let desk = Desk::at_work();
    let before = std::fs::read(desk.vault()).expect("a vault");
    for more in [&["--state"][..], &["--state", "--quick"]] {
        let words = [&["log", "verify", "--json", "--no-input"], more].concat();
        let sound = desk.run(&words).done().json();
        assert_eq!(sound["schema"], "coffer.verify/1");
        assert_eq!(sound["ok"], true);
        assert_eq!(sound["signatures"], more.len() == 1);
        assert!(
            sound["rows"].as_u64().is_some_and(|rows| rows > 20),
            "{sound}"
        );
    }
    let log_alone = desk.run(&["log", "verify", "--json"]).done().json();
    assert!(log_alone["rows"].is_null(), "{log_alone}");
    let said = desk.run(&["log", "verify", "--state"]).done();
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("none changed, added or missing"), "{said}");
    assert!(
        !said.contains(PROVIDER) && !said.contains("Website"),
        "{said}"
    );
    assert_eq!(std::fs::read(desk.vault()).expect("a vault"), before);

    tampered(&desk, "UPDATE version SET secrets = zeroblob(200)");
    desk.run(&["log", "verify"]).done();
    for more in [&[][..], &["--quick"]] {
        let words = [&["log", "verify", "--state"], more].concat();
        let refused = desk.run(&words).refused(10);
        assert!(refused.stderr.contains(": version/"), "{refused:?}");
        let found = desk
            .run(&[&words[..], &["--json"]].concat())
            .ends(10)
            .json();
        assert_eq!(found["ok"], false);
        let row = found["row"].as_str().expect("a row");
        assert!(row.starts_with("version/") && row.ends_with("/1"), "{row}");
    }
}
