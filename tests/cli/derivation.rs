//! The derivation as it is shipped. The other tests' vaults cost next to nothing to open, and are
//! refused by every program that is shipped.

use harness::{CLERK, FULL_DERIVATION, PROVIDER};

use crate::desk::Desk;
use crate::ran::{Ran, fed};

/// Runs the program as it is shipped.
fn shipped(desk: &Desk, words: &[&str]) -> Ran {
    let mut command = desk.command(words);
    command.env(FULL_DERIVATION, "1");
    fed(command, b"")
}

fn shipped_by(desk: &Desk, name: &str, words: &[&str]) -> Ran {
    let words = desk.words_of(name, words);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    shipped(desk, &words)
}

/// Memory in KiB, passes and lanes of every credential in the file.
fn costs(desk: &Desk) -> Vec<[u32; 3]> {
    let file = rusqlite::Connection::open(desk.vault()).expect("the file");
    let sql = "SELECT memory_kib, passes, lanes FROM credential";
    let mut statement = file.prepare(sql).expect("a statement");
    let cost = |row: &rusqlite::Row<'_>| Ok([row.get(0)?, row.get(1)?, row.get(2)?]);
    let rows = statement.query_map([], cost).expect("rows");
    rows.collect::<Result<_, _>>().expect("numbers")
}

#[test]
fn what_is_shipped_founds_invites_enrols_and_refuses_at_the_floor() {
    const FLOOR: [u32; 3] = [65_536, 3, 4];
    let desk = Desk::empty();
    let founder = desk.passphrase(PROVIDER);
    let init = ["init", "--council", "Example Parish Council", "--no-input"];
    let person = ["--person", PROVIDER, "--role", "it-provider"];
    let file = ["--new-passphrase-file", &founder];
    shipped(&desk, &[&init[..], &person, &file].concat()).done();
    assert_eq!(costs(&desk), [FLOOR]);

    let first = desk.out("first.txt");
    let invite = ["person", "add", CLERK, "--role", "clerk"];
    let out = ["--initial-passphrase-file", &first];
    shipped_by(&desk, PROVIDER, &[&invite[..], &out].concat()).done();
    assert_eq!(costs(&desk), [FLOOR; 2]);
    let chosen = desk.passphrase(CLERK);
    let enrol = ["enrol", "--as", CLERK, "--passphrase-file", &first];
    let options = ["--new-passphrase-file", &chosen, "--acknowledge"];
    shipped(&desk, &[&enrol[..], &options, &["--no-input"]].concat()).done();
    assert_eq!(costs(&desk), [FLOOR; 2]);

    shipped_by(&desk, CLERK, &["list"]).done();
    let wrong = ["list", "--no-input", "--passphrase-file", &first];
    for name in [CLERK, "Nobody Known"] {
        shipped(&desk, &[&wrong[..], &["--as", name]].concat()).refused(5);
    }
}

#[test]
fn a_vault_that_cost_the_tests_nothing_is_refused_by_what_is_shipped() {
    let desk = Desk::at_work();
    desk.by(PROVIDER, &["list"]).done();
    let refused = shipped_by(&desk, PROVIDER, &["list"]);
    assert_ne!(refused.status, Some(0), "{refused:?}");
    assert!(refused.stdout.is_empty(), "{refused:?}");
}
