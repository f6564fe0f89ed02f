//! Without the program: `docs/recovery.md` followed to the letter, from vault files and sheets that
//! the program made, with other people's tools and nothing of ours; and SLIP-0039 against its
//! reference program in both directions. `prepare.sh` puts the tools in order, and where it did
//! not, what needs them is counted as skipped.
#![cfg(unix)]

mod office;
mod page;
mod slip39;

use std::path::{Path, PathBuf};

use harness::{CHAIR, CLERK, PROVIDER};
use office::{ANN, BEN, CAT, Office, SAFE};
use page::{Recovered, Table};
use rusqlite::Connection;
use vault_core::tlog::hash::leaf;

/// The folder that was given to `prepare.sh`.
const PREPARED: &str = "COFFER_CHECKERS";

/// Where the tools of the page stand; where they do not, it is said that `count` of `what` are
/// left out.
#[expect(
    clippy::disallowed_methods,
    reason = "where other people's programs stand is no secret"
)]
fn tools(count: usize, what: &str) -> Option<PathBuf> {
    let prepared = std::env::var_os(PREPARED).map(PathBuf::from);
    let tools = prepared.map(|folder| folder.join("recovery/tools"));
    let tools = tools.filter(|tools| tools.join("bin/python").exists());
    if tools.is_none() {
        harness::skip(
            count,
            &format!("{what}: tests/recovery/prepare.sh has not run"),
        );
    }
    tools
}

/// Everything that the page shows, with these sheets, is what the program shows.
fn agrees(office: &Office, table: &Table, sheets: &[&str]) -> Recovered {
    let all: Vec<usize> = (1..=table.open(office, sheets, &[]).listed.len()).collect();
    let recovered = table.open(office, sheets, &all);
    let opened = office.opened(sheets, &recovered.titles());
    // The second code is later than the program's: one of the two is of the same half minute.
    let later = table.open(office, sheets, &all);
    let titles = opened["titles"].as_array().expect("titles");
    assert_eq!(titles.len(), recovered.listed.len(), "{}", recovered.said);
    let revealed = opened["revealed"].as_array().expect("entries");
    assert_eq!(revealed.len(), recovered.cards.len(), "{}", recovered.said);
    for ((told, card), later) in revealed.iter().zip(&recovered.cards).zip(&later.cards) {
        assert_eq!(told["title"], card.title.as_str());
        let fields = told["fields"].as_object().expect("fields");
        assert!(fields.contains_key("password"), "{told}");
        for (name, value) in fields {
            assert_eq!(
                Some(value.as_str().expect("text")),
                card.get(name),
                "{name}"
            );
        }
        if let Some(code) = told["totp"].as_str() {
            assert!([card.code(), later.code()].contains(&Some(code)), "{told}");
        } else {
            assert_eq!(card.code(), None);
        }
    }
    recovered
}

#[test]
fn under_every_rule_the_page_shows_what_the_program_shows() {
    type Case = (
        &'static [&'static str],
        &'static [&'static str],
        &'static [&'static str],
    );
    const CASES: [Case; 7] = [
        (&["chair"], &[CHAIR], &[CHAIR]),
        (&["officer"], &[CHAIR, CLERK], &[CLERK]),
        (&["any-two"], &[CHAIR, CLERK, SAFE], &[SAFE, CHAIR]),
        (
            &["officer+other"],
            &[CHAIR, CLERK, SAFE, PROVIDER],
            &[CLERK, PROVIDER],
        ),
        (&["officer+other"], &[CHAIR, CLERK, SAFE], &[CLERK, CHAIR]),
        (
            &["officer+councillors", "--councillors", "2"],
            &[CHAIR, CLERK, ANN, BEN, CAT],
            &[CAT, CLERK, ANN],
        ),
        (
            &["officer+councillors", "--councillors", "1"],
            &[CLERK, ANN, BEN],
            &[BEN, CLERK],
        ),
    ];
    let Some(tools) = tools(CASES.len(), "openings under a rule") else {
        return;
    };
    let table = Table::set(&tools);
    for (rule, holders, sheets) in CASES {
        let office = Office::at_work();
        office.choose(rule, holders);
        office.seal();
        let recovered = agrees(&office, &table, sheets);
        assert_eq!(
            recovered.listed.len(),
            office::ENTRIES,
            "{}",
            recovered.said
        );
        let fewer = table.try_open(&office, &sheets[1..], &[]);
        assert_eq!(fewer.status, Some(1), "{rule:?}: {}", fewer.said);
        let refused = fewer.said.contains("refused: these sheets are not enough");
        assert!(refused, "{}", fewer.said);
    }
}

/// Fields that stand in different versions, a password that waits, codes, several lines, an entry
/// that was retired and one that is somebody's own.
#[test]
fn every_kind_of_entry_is_shown_as_it_is() {
    let Some(tools) = tools(1, "openings of every kind of entry") else {
        return;
    };
    let (office, table) = (Office::at_work(), Table::set(&tools));
    office.choose(&["any-two"], &[CHAIR, CLERK, SAFE]);
    office.seal();
    let recovered = agrees(&office, &table, &[CHAIR, SAFE]);
    let field = |title: &str, name: &str| recovered.card(title).get(name).map(str::to_owned);
    let is = |title: &str, name: &str, value: &str| {
        assert_eq!(
            field(title, name).as_deref(),
            Some(value),
            "{title}: {name}"
        );
    };
    is("Domain", "password", office::SECOND_PASSWORD);
    is("Domain", "notes", office::NOTES);
    is("Website", "password", harness::WEBSITE_PASSWORD);
    is(
        "Website",
        "password (new, not confirmed)",
        office::WAITING_PASSWORD,
    );
    is("Old router", "state", "retired");
    assert_eq!(recovered.card("Mail tenant").code().map(str::len), Some(6));
    assert_eq!(recovered.card("Page").code().map(str::len), Some(8));
    assert!(!recovered.said.contains("Diary"), "{}", recovered.said);
}

#[test]
fn after_rotations_new_generations_and_a_second_seal_it_opens_all() {
    let Some(tools) = tools(1, "openings after a new generation") else {
        return;
    };
    let (office, table) = (Office::at_work(), Table::set(&tools));
    office.choose(&["any-two"], &[CHAIR, CLERK, SAFE]);
    office.seal();
    office.by(PROVIDER, &["rotate", "Website", "--confirm"]);
    for who in [ANN, BEN] {
        office.by(PROVIDER, &["collection", "revoke", "Services", who]);
        let title = format!("After {who}");
        office.store(&title, "Services", b"made after somebody left");
    }
    office.by(PROVIDER, &["rotate", "Domain", "--generate", "words:6"]);
    office.by(PROVIDER, &["rotate", "Domain", "--confirm"]);
    let before = agrees(&office, &table, &[CHAIR, CLERK]);
    office.seal();
    let recovered = agrees(&office, &table, &[CHAIR, CLERK]);
    assert_eq!(before.listed, recovered.listed);
    assert_eq!(recovered.listed.len(), office::ENTRIES + 2);
    let website = recovered.card("Website");
    assert_eq!(website.get("password"), Some(office::WAITING_PASSWORD));
    let domain = recovered.card("Domain");
    assert_eq!(domain.get("notes"), Some(office::NOTES));
    let got = office.get("Domain", "password");
    assert_eq!(domain.get("password"), Some(&*got));
    assert_ne!(got, office::SECOND_PASSWORD);
}

/// Names of collections then stand under an older generation of the directory's key.
#[test]
fn after_an_opening_and_its_new_keys_the_next_sheets_open_all() {
    let Some(tools) = tools(1, "openings after an opening") else {
        return;
    };
    let (office, table) = (Office::at_work(), Table::set(&tools));
    office.choose(&["any-two"], &[CHAIR, CLERK, SAFE]);
    office.seal();
    let before = table.open(&office, &[CHAIR, SAFE], &[]);
    let old = [CHAIR, SAFE].map(|holder| office.words(holder));
    office.open_on_record(&[CHAIR, SAFE]);
    for holder in [CHAIR, SAFE] {
        office.sheet(holder);
    }
    office.seal();
    let db = Connection::open(office.vault()).expect("the file");
    let newest = "SELECT count(*) FROM generation WHERE generation = 2";
    let newer: i64 = db.query_row(newest, [], |row| row.get(0)).expect("a count");
    assert!(newer >= 5, "{newer} collections of a second generation");
    let recovered = agrees(&office, &table, &[CHAIR, CLERK]);
    assert_eq!(recovered.listed, before.listed);
    assert!(recovered.listed.iter().any(|line| line == "Social / Page"));
    office.store("Later", "Services", b"under the new keys");
    let later = table.open(&office, &[CHAIR, CLERK], &[]);
    assert_eq!(later.listed.len(), before.listed.len() + 1);
    let [chair, safe] = old;
    let old = table.run(&office, &[chair, safe, String::new()], &[]);
    let unreadable = |line: &&String| line.contains(": the envelope was given no key");
    assert_eq!(old.listed.len(), later.listed.len(), "{}", old.said);
    assert_eq!(
        old.listed.iter().filter(unreadable).count(),
        1,
        "{}",
        old.said
    );
}

/// The program refuses both; the page cannot, and says so.
#[test]
fn sheets_of_an_earlier_seal_and_lost_ones_are_told() {
    let Some(tools) = tools(1, "openings with old sheets") else {
        return;
    };
    let (office, table) = (Office::at_work(), Table::set(&tools));
    office.choose(&["any-two"], &[CHAIR, CLERK, SAFE]);
    office.seal();
    let old = office.words(CHAIR);
    office.by(
        PROVIDER,
        &["envelope", "lost", "CH-0001", "--reason", "not in the safe"],
    );
    let lost = table.open(&office, &[CHAIR, CLERK], &[]);
    assert!(lost.said.contains("It was reported LOST"), "{}", lost.said);
    office.sheet(CHAIR);
    office.seal();
    let told = "The envelope was sealed again since";
    let new = table.open(&office, &[CHAIR, CLERK], &[]);
    assert!(!new.said.contains(told), "{}", new.said);
    let no_more = String::new();
    let earlier = table.run(&office, &[old, office.words(CLERK), no_more], &[1]);
    assert_eq!(earlier.status, Some(0), "{}", earlier.said);
    assert!(earlier.said.contains(told), "{}", earlier.said);
    assert_eq!(earlier.listed, new.listed);
    assert_eq!(earlier.cards.len(), 1);
}

#[test]
fn words_that_do_not_belong_are_refused_and_asked_for_again() {
    let Some(tools) = tools(4, "sheets that do not belong") else {
        return;
    };
    let (office, table) = (Office::at_work(), Table::set(&tools));
    office.choose(&["any-two"], &[CHAIR, CLERK, SAFE]);
    office.seal();
    let chair = office.words(CHAIR);
    let (head, _) = chair.rsplit_once(' ').expect("words");
    let numbered = (1..).zip(chair.split(' '));
    let numbered: Vec<String> = numbered.map(|(n, word)| format!("{n}. {word}")).collect();
    let last = if chair.ends_with("acid") {
        "acne"
    } else {
        "acid"
    };
    let typed = [
        (format!("{head} beever"), "Invalid mnemonic word 'beever'"),
        (format!("{head} {last}"), "Invalid mnemonic checksum"),
        (head.to_owned(), "Invalid mnemonic length"),
        (
            office::FOREIGN_SHEET.to_owned(),
            "this sheet is not of this vault",
        ),
        (numbered.join(" ").to_uppercase(), "This is sheet CH-0001."),
        (office.words(SAFE), "This is sheet SAFE-0001."),
    ];
    let words: Vec<String> = typed.iter().map(|(words, _)| words.clone()).collect();
    let recovered = table.run(&office, &words, &[]);
    assert_eq!(recovered.status, Some(0), "{}", recovered.said);
    let mut rest = &*recovered.said;
    for (_, answer) in &typed {
        let (_, after) = rest
            .split_once(answer)
            .unwrap_or_else(|| panic!("{answer}: {rest}"));
        rest = after;
    }
    assert_eq!(recovered.said.matches("NOT ACCEPTED").count(), 4);
}

/// Changes the file with SQL, which may first have to take a trigger away.
fn change(office: &Office, sql: &str) {
    let db = Connection::open(office.vault()).expect("the file");
    db.execute_batch(sql).expect("a change");
}

#[test]
fn a_changed_share_and_a_changed_entry_are_named_and_hide_nothing_else() {
    let Some(tools) = tools(2, "files with changed rows") else {
        return;
    };
    let (office, table) = (Office::at_work(), Table::set(&tools));
    office.choose(&["any-two"], &[CHAIR, CLERK, SAFE]);
    office.seal();
    let whole = agrees(&office, &table, &[CHAIR, CLERK]);
    change(
        &office,
        "UPDATE share SET file = zeroblob(200) WHERE place = 0",
    );
    let recovered = table.open(&office, &[CHAIR, CLERK, SAFE], &[]);
    let told = "The share of CH-0001 in this file is damaged: share/1/0 is not as it was recorded";
    assert!(recovered.said.contains(told), "{}", recovered.said);
    assert_eq!(recovered.listed, whole.listed);
    // Of two versions there are the website, whose second waits, and the domain.
    change(
        &office,
        "DELETE FROM version WHERE entry IN (SELECT id FROM entry WHERE current = 2);
         UPDATE entry SET revision = revision + 1 WHERE pending IS NOT NULL;",
    );
    let all: Vec<usize> = (1..=whole.listed.len()).collect();
    let recovered = table.open(&office, &[CLERK, SAFE], &all);
    let unreadable = |card: &&page::Card| card.title.starts_with("unreadable entry ");
    assert_eq!(recovered.cards.iter().filter(unreadable).count(), 1);
    let mut untouched = 0;
    for card in &whole.cards {
        match &*card.title {
            "Website" => assert!(!recovered.titles().contains(&"Website")),
            "Domain" => {
                let told = recovered.card("Domain").get("password");
                let lost = "unreadable: the file has no version/";
                assert!(told.is_some_and(|told| told.starts_with(lost)), "{told:?}");
            }
            title => {
                let shown = recovered.card(title).get("password");
                assert_eq!(shown, card.get("password"));
                untouched += 1;
            }
        }
    }
    assert_eq!(untouched, office::ENTRIES - 2);
}

#[test]
fn a_changed_record_a_missing_one_and_another_form_are_refused() {
    const NO_TRIGGERS: &str = "DROP TRIGGER record_is_not_changed;";
    const CHANGES: [(&str, &str); 3] = [
        (
            "UPDATE record SET line = CAST(replace(line, '\"outcome\":\"ok\"', '\"outcome\":\"OK\"') AS BLOB) WHERE seq = 5",
            "Signature was forged or corrupt",
        ),
        (
            "DROP TRIGGER record_is_not_deleted; DELETE FROM record WHERE seq = 7",
            "record 8 of the log does not follow the one before",
        ),
        (
            "PRAGMA user_version = 2",
            "this is no vault file of format 1",
        ),
    ];
    let Some(tools) = tools(CHANGES.len(), "files that were changed") else {
        return;
    };
    let table = Table::set(&tools);
    for (sql, told) in CHANGES {
        let office = Office::at_work();
        office.choose(&["chair"], &[CHAIR]);
        office.seal();
        change(&office, &format!("{NO_TRIGGERS} {sql}"));
        let refused = table.try_open(&office, &[CHAIR], &[]);
        assert_eq!(refused.status, Some(1), "{sql}: {}", refused.said);
        let said = refused.said.trim_end().lines().last().expect("a line");
        assert_eq!(said, format!("refused: {told}"), "{sql}");
    }
}

/// Whoever can write to the file, and has nobody's key, adds a seal of their own.
#[test]
fn a_seal_that_nobody_signed_is_refused() {
    let Some(tools) = tools(1, "files with a seal of nobody's") else {
        return;
    };
    let (office, table) = (Office::at_work(), Table::set(&tools));
    office.choose(&["chair"], &[CHAIR]);
    office.seal();
    let db = Connection::open(office.vault()).expect("the file");
    let last = "SELECT seq, line FROM record ORDER BY seq DESC LIMIT 1";
    let last = db.query_row(last, [], |row| Ok((row.get(0)?, row.get(1)?)));
    let (seq, line): (i64, Vec<u8>) = last.expect("a record");
    let next = seq + 1;
    let line = format!(
        "{{\"v\":1,\"seq\":{next},\"prev\":\"{}\",\"time\":\"2026-11-22T12:00:00Z\",\
         \"event\":\"envelope.seal\",\"outcome\":\"ok\",\"actor\":\"nobody\",\"facts\":[{{\"seal\":{{}}}}]}}",
        leaf(&line)
    );
    let sql = "INSERT INTO record (seq, line) VALUES (?, ?)";
    db.execute(sql, (next, line.into_bytes()))
        .expect("a record");
    let refused = table.try_open(&office, &[CHAIR], &[]);
    assert_eq!(refused.status, Some(1), "{}", refused.said);
    let told = format!("refused: record {next} of the log changes something and is not signed");
    assert!(refused.said.contains(&told), "{}", refused.said);
}

/// A file of the repository.
fn repository(path: &str) -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("the workspace").join(path)
}
