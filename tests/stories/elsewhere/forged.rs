//! Journals that are not what the copy recorded.

use harness::{Council, TestJournal};
use vault_core::error::BadJournal;

use super::{Two, lines, reveal, text};

#[test]
fn every_line_that_is_changed_dropped_or_swapped_spoils_a_journal() {
    let two = Two::apart();
    let journal = two.revealed_there();
    let whole = lines(&journal);
    let is_line =
        |why: BadJournal, at: usize| matches!(why, BadJournal::Line { line, .. } if line == at);
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        let digit = changed[at].windows(7).position(|w| w == b"\"time\":");
        changed[at][digit.expect("a time") + 26] ^= 1;
        let why = two.refused(&text(&changed));
        // A line that nobody signed is found by the line after it.
        assert!(
            is_line(why, at + 1) || at == 0 && is_line(why, 2),
            "{at}: {why:?}"
        );
        let mut dropped = whole.clone();
        dropped.remove(at);
        if at + 1 < whole.len() {
            let why = two.refused(&text(&dropped));
            let foreign = matches!(why, BadJournal::Foreign(_));
            assert!(is_line(why, at + 1) || at == 0 && foreign, "{at}: {why:?}");
            let mut swapped = whole.clone();
            swapped.swap(at, at + 1);
            let why = two.refused(&text(&swapped));
            let foreign = matches!(why, BadJournal::Foreign(_));
            assert!(is_line(why, at + 1) || at == 0 && foreign, "{at}: {why:?}");
        }
    }
}

#[test]
fn a_journal_of_another_vault_or_with_its_lines_is_refused() {
    let two = Two::apart();
    let (other, sheets) = Council::newly_with_envelope();
    let journal = TestJournal::default();
    let mut vault = other.open().expect("the vault opens");
    reveal(&mut vault, &sheets, &journal, &["Website"]);
    let foreign = journal.lines();
    let why = two.refused(&text(&foreign));
    assert!(matches!(why, BadJournal::Foreign(_)), "{why:?}");
    let mut spliced = lines(&two.revealed_there());
    for at in 1..spliced.len() {
        let ours = std::mem::replace(&mut spliced[at], foreign[at].clone());
        let why = two.refused(&text(&spliced));
        assert!(
            matches!(why, BadJournal::Line { line, .. } if line == at + 1),
            "{why:?}"
        );
        spliced[at] = ours;
    }
}
