//! What really happens with a stick: a first try that fails, two people at once, somebody who tries to
//! log in. The copy itself, or all its journals, bring in the whole of it, in any order.

use harness::{AUDITOR, CHAIR, CLERK, Council, PROVIDER, TestJournal, passphrase_of};
use vault_core::audit::brought::Brought;
use vault_core::emergency::duty::Duty;
use vault_core::emergency::register::EnvelopeState;
use vault_core::error::{BadBackup, BadJournal, Error};
use vault_core::id::RecordSeq;
use vault_core::person::Role;
use vault_core::secret::SecretString;
use vault_core::vault::Vault;
use vault_core::vault::merge::BroughtIn;
use vault_core::vault::opening::{Requested, Terms};
use vault_core::vault::restore::Restoration;
use vault_core::vault::takeover::Successor;

use super::{Two, lines, reveal, text, tried, verifies};
use crate::readers::everybody_reads;

/// The entries that are to be changed because an opening showed them.
fn shown(two: &Two) -> usize {
    let revealed = |duty: &&Duty| matches!(duty, Duty::RotateRevealed { .. });
    two.status().duties.iter().filter(revealed).count()
}

fn ask<'v>(vault: &'v mut Vault, opener: &str, journal: &TestJournal) -> Requested<'v> {
    let terms = Terms {
        opener,
        ..Council::terms()
    };
    let asked = vault.request_opening(&terms, Box::new(journal.clone()));
    asked.expect("a request")
}

impl Two {
    fn merge_copy(&self, name: &str) -> Result<BroughtIn, Error> {
        let copy = self.council.folder().join("copy.vault");
        self.council.try_as(name, |s| s.merge_copy(&copy, None))
    }

    fn copy(&self) -> Vault {
        let path = self.council.folder().join("copy.vault");
        Vault::open(&path, self.council.surroundings()).expect("the copy")
    }

    /// Two tries that come to nothing and two openings by two people at once on the copy, each line
    /// of one after a line of the other; gives the journals.
    fn interleaved(&self) -> Vec<Vec<u8>> {
        let mut journals = vec![self.there(tried), self.there(tried)];
        let kept = [TestJournal::default(), TestJournal::default()];
        let mut vaults = [self.copy(), self.copy()];
        let [one, other] = &mut vaults;
        let mut one = ask(one, CHAIR, &kept[0]);
        let mut other = ask(other, "Wren Warden", &kept[1]);
        let give = |run: &mut Requested<'_>, sheet: usize| {
            run.accept(&self.sheets[sheet]).expect("a sheet");
        };
        give(&mut one, 0);
        give(&mut other, 1);
        give(&mut one, 2);
        give(&mut other, 2);
        let mut one = one.release().expect("the rule is met");
        let mut other = other.release().expect("the rule is met");
        one.reveal("Website").expect("an entry in scope");
        other.reveal("Mail tenant").expect("an entry in scope");
        one.close().expect("an end");
        other.close().expect("an end");
        journals.extend(kept.iter().map(|journal| text(&journal.lines())));
        journals
    }
}

#[test]
fn two_tries_and_two_openings_at_once_come_in_whole_from_the_copy_and_everybody_reads_them() {
    let two = Two::apart();
    let journals = two.interleaved();
    let written: usize = journals.iter().map(|journal| lines(journal).len()).sum();
    let brought = two.merge_copy(CLERK).expect("the copy");
    assert_eq!((brought.lines, brought.left_out), ((written, 0), 0));
    assert_eq!(brought.runs, (2, 2));
    assert_eq!((brought.sheets.len(), brought.revealed.len()), (3, 2));
    assert_eq!(
        (two.status().envelope.state, shown(&two)),
        (EnvelopeState::Opened, 2)
    );
    everybody_reads(&two.council);
    // Who opened, why and who saw it came along, in the words of the copy.
    assert_eq!(brought.words, (6, 6));
    let log = two.council.read_log();
    let there: Vec<&Brought> = log.iter().flat_map(|line| &line.brought).collect();
    assert_eq!(there.len(), written);
    let mut openers: Vec<&str> = there.iter().filter_map(|it| it.word("opener")).collect();
    openers.sort_unstable();
    assert_eq!(openers, [CHAIR, CHAIR, CHAIR, "Wren Warden"]);
    let reasons = there
        .iter()
        .filter(|it| it.word("reason") == Some(Council::terms().reason));
    assert_eq!(reasons.count(), 4);
    let titles = there.iter().filter_map(|it| it.word("title"));
    assert_eq!(titles.collect::<Vec<_>>(), ["Website", "Mail tenant"]);
    // Once is enough: from the copy, from its journals, from one of them.
    let again = two.merge_copy(PROVIDER);
    let known = BadJournal::BroughtIn(brought.record);
    assert!(
        matches!(again, Err(Error::BadJournal(why)) if why == known),
        "{again:?}"
    );
    for journal in &journals {
        assert_eq!(two.refused(journal), known);
    }
}

#[test]
fn journals_tell_of_one_copy_together_in_any_order_and_none_of_them_alone() {
    let two = Two::apart();
    let journals = two.interleaved();
    for alone in &journals[2..] {
        let why = two.refused(alone);
        let lacks = matches!(why, BadJournal::Line { .. } | BadJournal::Foreign(_));
        assert!(lacks, "{why:?}");
    }
    let before = two.council.file();
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        std::fs::write(two.council.path(), &before).expect("the file as it was");
        let together: Vec<Vec<u8>> = order.iter().map(|at| journals[*at].clone()).collect();
        let brought = two
            .council
            .unlocked(CLERK, |s| s.merge_journals(&together, None));
        assert_eq!((brought.runs, brought.revealed.len()), ((2, 2), 2));
        assert_eq!(brought.words.0, 0);
        verifies(&two.council);
    }
    everybody_reads(&two.council);
    assert_eq!(shown(&two), 2);
}

#[test]
fn a_copy_that_went_on_is_brought_in_again_and_only_what_is_new_comes() {
    let two = Two::apart();
    let first = two.there(tried);
    two.merge(CHAIR, &first).expect("the try");
    two.revealed_there();
    let second = two.merge_copy(CLERK).expect("the opening");
    assert_eq!((second.runs, second.lines.1), ((1, 0), lines(&first).len()));
    two.there(|copy, sheets, journal| reveal(copy, sheets, journal, &["Mail tenant"]));
    let third = two.merge_copy(PROVIDER).expect("another");
    assert_eq!((third.runs, third.revealed.len()), ((1, 0), 1));
    assert_eq!((third.opening, shown(&two)), (second.opening, 2));
    everybody_reads(&two.council);
}

#[test]
fn two_copies_are_brought_in_one_after_the_other_or_by_their_journals_at_once() {
    let two = Two::apart();
    let other = Two::apart_as(&two);
    let journals = [two.revealed_there(), other.revealed_there()];
    let before = two.council.file();
    let both = two
        .council
        .unlocked(CLERK, |s| s.merge_journals(&journals, None));
    assert_eq!(both.runs, (2, 0));
    everybody_reads(&two.council);
    std::fs::write(two.council.path(), before).expect("the file as it was");
    two.merge(CLERK, &journals[1]).expect("one");
    two.merge_copy(CHAIR).expect("the other");
    verifies(&two.council);
}

impl Two {
    /// The same council with another copy, on which something else is done.
    fn apart_as(two: &Self) -> Self {
        let (council, sheets) = Council::with_envelope();
        for name in ["coffer.vault", "copy.vault"] {
            let from = two.council.folder().join(name);
            std::fs::copy(from, council.folder().join(name)).expect("a copy");
        }
        Self {
            council,
            sheets,
            shared: two.shared,
        }
    }
}

#[test]
fn what_people_with_a_login_did_on_a_copy_is_counted_and_not_brought_in() {
    let two = Two::apart();
    let mut copy = two.copy();
    let wrong = copy.unlock(CLERK, &SecretString::new("wrong".to_owned()));
    assert!(matches!(wrong, Err(Error::WrongPassphrase { .. })));
    copy.unlock(PROVIDER, &passphrase_of(PROVIDER))
        .and_then(|mut session| session.add("Services", &harness::entry("There", "only-there")))
        .expect("work on the copy");
    drop(copy);
    two.there(|copy, sheets, journal| {
        let requested = copy.request_opening(&Council::terms(), Box::new(journal.clone()));
        let mut requested = requested.expect("a request");
        for sheet in &sheets[..2] {
            requested.accept(sheet).expect("a sheet");
        }
        let opening = requested.release().expect("the rule is met");
        let successor = Successor {
            name: "Nora Newcomer",
            role: Role::Clerk,
            passphrase: &passphrase_of("Nora Newcomer"),
        };
        opening.take_over(&successor).expect("a takeover");
    });
    let by_successor = two
        .copy()
        .unlock("Nora Newcomer", &passphrase_of("Nora Newcomer"))
        .and_then(|mut session| session.entries().map(drop));
    by_successor.expect("whoever took over works there");
    let before = two.status().records;
    let brought = two.merge_copy(CLERK).expect("the copy");
    assert!(brought.took_over);
    assert!(brought.left_out >= 4, "{}", brought.left_out);
    let vault = two.council.open().expect("it opens");
    let people = &vault.ledger().people;
    assert_eq!(people.len(), 4, "nobody was taken over");
    assert!(people.values().all(|person| person.failures == 0));
    assert!(two.status().records >= before + 2);
    let entries = two.council.unlocked(PROVIDER, |s| s.entries());
    assert!(entries.iter().all(|entry| entry.catalogue.title != "There"));
    everybody_reads(&two.council);
}

#[test]
fn a_copy_of_another_vault_and_one_without_an_opening_bring_nothing_in() {
    let two = Two::apart();
    assert!(matches!(
        two.merge_copy(CLERK),
        Err(Error::BadJournal(BadJournal::NothingThere))
    ));
    let denied = two.merge_copy(AUDITOR);
    assert!(matches!(denied, Err(Error::Denied { .. })), "{denied:?}");
    let (other, _) = Council::newly_with_envelope();
    let copy = two.council.folder().join("copy.vault");
    std::fs::copy(other.path(), &copy).expect("another vault");
    let before = two.council.lines_but_of_unlocking();
    let foreign = two.merge_copy(CLERK);
    let other = BadJournal::OtherVault;
    assert!(
        matches!(foreign, Err(Error::BadJournal(why)) if why == other),
        "{foreign:?}"
    );
    std::fs::write(&copy, b"SQLite format 3\0 and nothing else").expect("a file");
    let damaged = two.merge_copy(CLERK);
    assert!(matches!(damaged, Err(Error::BadCopy(_))), "{damaged:?}");
    assert!(two.council.lines_but_of_unlocking() == before);
}

#[test]
fn a_copy_with_an_opening_is_not_put_in_the_vaults_place_before_that_was_brought_in() {
    let two = Two::apart();
    let copy = two.council.folder().join("copy.vault");
    let restore = || {
        let begun = Restoration::begin(&copy, &two.council.path(), two.council.surroundings());
        begun.map(drop)
    };
    restore().expect("an older copy on which nothing happened");
    two.revealed_there();
    let before = two.council.file();
    let refused = restore();
    let first = RecordSeq::new(two.shared);
    assert!(
        matches!(refused, Err(Error::BadBackup(BadBackup::Unmerged(record))) if record == first),
        "{refused:?}"
    );
    assert_eq!(two.council.file(), before);
    two.merge_copy(CLERK).expect("the copy");
    restore().expect("nothing is lost that is not on record");
    // A vault that cannot be read any more keeps nobody from the copy.
    std::fs::write(two.council.path(), b"nothing").expect("a damaged file");
    restore().expect("the copy");
}
