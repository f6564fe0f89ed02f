//! What the envelope holds: the titles, then one credential at a time, for a short while.

use std::time::Duration;

use vault_core::error::Error;
use vault_core::id::EntryId;
use vault_core::secret::SecretBytes;
use vault_core::text::fold;
use vault_core::time::Clock;
use vault_core::vault::opened::{OpenedEntry, OpenedTitle, Opening};

use super::on_page::OnPage;
use super::talk::{Talk, sentences};
use crate::clock::SystemClock;
use crate::commands::envelope::{Card, titles};
use crate::failure::Failure;
use crate::output::erased;
use crate::prompt::{Page, Pause, PromptError};

/// Lines of a page that are not the credential's: what is said below it, and the cursor's own.
const MARGIN: usize = 10;

/// What came out of the envelope, and how it ended.
pub(crate) struct Shown {
    /// What was revealed, each once, with its title and its collection.
    pub(crate) revealed: Vec<OpenedTitle>,
    /// How it ended.
    pub(crate) ended: Result<End, Failure>,
}

/// How the showing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Nothing more was needed.
    Enough,
    /// Nobody answered any more.
    Idle,
    /// The person broke off.
    Stopped,
}

/// Shows the titles, then one entry at a time.
pub(crate) fn show(
    opening: &mut Opening<'_>,
    on_screen: Duration,
    talk: &mut Talk<'_, '_>,
) -> Shown {
    let mut revealed = Vec::new();
    let ended = match show_all(opening, on_screen, &mut revealed, talk) {
        Ok(()) => Ok(End::Enough),
        Err(Failure::Prompt(PromptError::NoAnswer)) => Ok(End::Idle),
        Err(Failure::Prompt(PromptError::Cancelled | PromptError::Interrupted)) => Ok(End::Stopped),
        Err(failure) => Err(failure),
    };
    // The page goes whatever happened; a terminal that is gone shows nothing more.
    let closed = talk.end_page();
    Shown {
        revealed,
        ended: ended.and_then(|end| closed.map(|()| end)),
    }
}

fn show_all(
    opening: &mut Opening<'_>,
    on_screen: Duration,
    revealed: &mut Vec<OpenedTitle>,
    talk: &mut Talk<'_, '_>,
) -> Result<(), Failure> {
    let titles = opening.list()?;
    talk.tell("\nThe envelope is open. It reaches these entries:")?;
    let lines = titles::listed(&titles, SystemClock.now());
    for (number, line) in (1..).zip(&lines) {
        talk.tell(&format!("{number:>4}  {line}"))?;
    }
    loop {
        let label = "Which one do you need? Its number or title (end: no more)";
        let entry = match chosen(&talk.text(label)?, &titles) {
            Choice::End => return Ok(()),
            Choice::One(entry) => entry,
            Choice::Several(numbers) => {
                let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
                let numbers = numbers.join(" and ");
                talk.tell(&format!(
                    "Numbers {numbers} are called so: type the number."
                ))?;
                continue;
            }
            Choice::Nothing => {
                let most = titles.len();
                talk.tell(&format!(
                    "There is no entry of that title. Type a number from 1 to {most}."
                ))?;
                continue;
            }
        };
        match opening.reveal(&entry.to_string()) {
            Ok(entry) => {
                note(entry.entry, &titles, revealed);
                if !show_one(entry, on_screen, talk)? {
                    return Ok(());
                }
            }
            Err(error @ (Error::NotFound(_) | Error::KeyRefused(_))) => {
                talk.tell(&sentences(Failure::from(error).wording()))?;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// What somebody meant who was asked which entry they need.
#[derive(Debug, PartialEq, Eq)]
enum Choice {
    /// None any more.
    End,
    /// This one.
    One(EntryId),
    /// One of these, by their numbers.
    Several(Vec<usize>),
    /// None that there is.
    Nothing,
}

/// The entry that is called so, as names are compared, or bears that number. One that is used no
/// more is meant only where no other is called so.
fn chosen(answer: &str, titles: &[OpenedTitle]) -> Choice {
    let wanted = fold(answer);
    let called = (1..)
        .zip(titles)
        .filter(|(_, it)| fold(&it.title) == wanted);
    let called: Vec<(usize, &OpenedTitle)> = called.collect();
    let in_use: Vec<_> = called.iter().filter(|(_, it)| !it.is_retired).collect();
    match (&in_use[..], &called[..]) {
        ([(_, one)], _) | ([], [(_, one)]) => return Choice::One(one.entry),
        ([], []) => {}
        _ => return Choice::Several(called.iter().map(|(number, _)| *number).collect()),
    }
    if wanted == "end" {
        return Choice::End;
    }
    let number = answer.trim().parse::<usize>().ok();
    let numbered = number.and_then(|number| titles.get(number.checked_sub(1)?));
    numbered.map_or(Choice::Nothing, |entry| Choice::One(entry.entry))
}

fn note(entry: EntryId, titles: &[OpenedTitle], revealed: &mut Vec<OpenedTitle>) {
    if revealed.iter().all(|known| known.entry != entry) {
        revealed.extend(titles.iter().find(|title| title.entry == entry).cloned());
    }
}

/// One entry, in as many parts as the screen asks for, each until Enter is pressed or its time is
/// over. Ctrl-C, which copies in other windows, takes it off the screen and asks; whether something
/// else is wanted.
fn show_one(
    entry: OpenedEntry,
    on_screen: Duration,
    talk: &mut Talk<'_, '_>,
) -> Result<bool, Failure> {
    let (title, record) = (entry.catalogue.title.clone(), entry.record);
    let card = Card(entry);
    let text = erased::written(|to| card.write_without_codes(to));
    let room = talk.page()?;
    let parts = parts(&text, room);
    let mut ended = Pause::Ended;
    for (number, part) in (1..).zip(&parts) {
        if number > 1 {
            talk.page()?;
        }
        let on_page = OnPage {
            card: &card,
            part,
            is_last: number == parts.len(),
            on_screen,
        };
        ended = on_page.stay(talk)?;
        if ended != Pause::Ended {
            break;
        }
    }
    talk.end_page()?;
    let hidden = match ended {
        Pause::Interrupted if room.is_some() => "Ctrl-C took it off the screen. ",
        _ => "",
    };
    talk.tell(&format!(
        "{hidden}{title} was shown (record {record}). Whoever looks after it has to change this \
         password soon. If you need it once more, choose it again; that is recorded again."
    ))?;
    Ok(ended != Pause::Interrupted
        || talk.agrees("Do you need anything else from the envelope?")?)
}

/// The text in parts that fit the page, cut between lines.
fn parts(text: &SecretBytes, room: Option<Page>) -> Vec<SecretBytes> {
    let Some(room) = room else {
        return vec![SecretBytes::copy_from(text.expose())];
    };
    let most = room.rows.saturating_sub(MARGIN).max(1);
    let columns = room.columns.max(1);
    let (mut parts, mut from, mut at, mut rows) = (Vec::new(), 0, 0, 0);
    for line in text.expose().split_inclusive(|byte| *byte == b'\n') {
        let taken = line.len().div_ceil(columns).max(1);
        if rows > 0 && rows + taken > most {
            parts.push(SecretBytes::copy_from(&text.expose()[from..at]));
            (from, rows) = (at, 0);
        }
        at += line.len();
        rows += taken;
    }
    parts.push(SecretBytes::copy_from(&text.expose()[from..]));
    parts
}

#[cfg(test)]
mod tests {
    use vault_core::time::Timestamp;

    use super::*;

    fn titles() -> Vec<OpenedTitle> {
        called(&["Website admin", "2", "Bank"])
    }

    fn called(titles: &[&str]) -> Vec<OpenedTitle> {
        let titles = titles.iter().zip(1..);
        titles
            .map(|(title, id)| OpenedTitle {
                entry: EntryId::from_bytes([id; 16]),
                title: (*title).to_owned(),
                collection: "Services".to_owned(),
                username: String::new(),
                changed_at: Timestamp::EPOCH,
                is_retired: false,
            })
            .collect()
    }

    #[test]
    fn an_entry_is_chosen_by_its_number_or_its_title() {
        let titles = titles();
        let one = |at: usize| Choice::One(titles[at].entry);
        assert_eq!(chosen("1", &titles), one(0));
        assert_eq!(chosen(" 3 ", &titles), one(2));
        assert_eq!(chosen("bank", &titles), one(2));
        // A title that is a number is a title.
        assert_eq!(chosen("2", &titles), one(1));
        for end in ["end", "END"] {
            assert_eq!(chosen(end, &titles), Choice::End);
        }
        for none in ["0", "4", "Ban", ""] {
            assert_eq!(chosen(none, &titles), Choice::Nothing, "{none}");
        }
    }

    #[test]
    fn of_several_that_are_called_alike_the_numbers_are_named_and_the_retired_one_gives_way() {
        let mut titles = called(&["Bank", "Website", "bank"]);
        assert_eq!(chosen("Bank", &titles), Choice::Several(vec![1, 3]));
        titles[2].is_retired = true;
        assert_eq!(chosen("Bank", &titles), Choice::One(titles[0].entry));
        assert_eq!(chosen("3", &titles), Choice::One(titles[2].entry));
        titles[0].is_retired = true;
        assert_eq!(chosen("Bank", &titles), Choice::Several(vec![1, 3]));
    }

    #[test]
    fn what_is_revealed_twice_is_listed_once() {
        let titles = titles();
        let mut revealed = Vec::new();
        for at in [2, 0, 2] {
            note(titles[at].entry, &titles, &mut revealed);
        }
        assert_eq!(revealed, [titles[2].clone(), titles[0].clone()]);
    }

    #[test]
    fn a_long_entry_is_shown_in_parts_that_fit_and_no_line_is_lost() {
        let lines: Vec<String> = (1..=30).map(|number| format!("line {number}\n")).collect();
        let whole = lines.concat() + &"x".repeat(100);
        let text = SecretBytes::copy_from(whole.as_bytes());
        let room = Page {
            columns: 40,
            rows: 20,
        };
        let parts = parts(&text, Some(room));
        let joined: Vec<u8> = parts
            .iter()
            .flat_map(|part| part.expose().to_vec())
            .collect();
        assert_eq!(joined, whole.as_bytes());
        assert_eq!(parts.len(), 4);
        for part in &parts {
            let rows = part.expose().split_inclusive(|byte| *byte == b'\n');
            let rows: usize = rows.map(|line| line.len().div_ceil(40)).sum();
            assert!(rows <= 10, "{rows} rows");
        }
        assert_eq!(super::parts(&text, None).len(), 1);
    }
}
