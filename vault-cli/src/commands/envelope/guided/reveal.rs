//! What the envelope holds: the titles, then one credential at a time, for a short while.

use std::time::Duration;

use vault_core::error::Error;
use vault_core::id::EntryId;
use vault_core::secret::SecretBytes;
use vault_core::time::Clock;
use vault_core::vault::opened::{OpenedEntry, OpenedTitle, Opening};

use super::talk::{Talk, sentences};
use crate::clock::{Stopwatch, SystemClock};
use crate::commands::envelope::{Card, open, page};
use crate::failure::Failure;
use crate::prompt::{Page, Pause, PromptError};

/// When it is said that the time is nearly over.
const NEARLY_OVER: Duration = Duration::from_secs(10);

/// Lines of a page that are not the credential's: its remarks, and the cursor's own.
const MARGIN: usize = 6;

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
        Err(Failure::Prompt(PromptError::Cancelled)) => Ok(End::Stopped),
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
    for (number, entry) in (1..).zip(&titles) {
        talk.tell(&format!("{number:>4}  {}", open::title_line(entry)))?;
    }
    loop {
        let label = "Which one do you need? Its number or title (end: no more)";
        let answer = talk.text(label)?;
        let Some(name) = chosen(&answer, &titles) else {
            return Ok(());
        };
        match opening.reveal(&name) {
            Ok(entry) => {
                note(entry.entry, &titles, revealed);
                show_one(entry, on_screen, talk)?;
            }
            Err(Error::NotFound(_)) => {
                let most = titles.len();
                talk.tell(&format!(
                    "There is no entry of that title. Type a number from 1 to {most}."
                ))?;
            }
            Err(error @ (Error::Ambiguous(..) | Error::KeyRefused(_))) => {
                talk.tell(&sentences(Failure::from(error).wording()))?;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// What was meant: the entry of that number, or what is called so; `None` for the end.
fn chosen(answer: &str, titles: &[OpenedTitle]) -> Option<String> {
    let is_title = |title: &OpenedTitle| title.title == answer;
    if titles.iter().any(is_title) {
        return Some(answer.to_owned());
    }
    if answer.eq_ignore_ascii_case("end") {
        return None;
    }
    let number = answer.parse::<usize>().ok();
    let numbered = number.and_then(|number| titles.get(number.checked_sub(1)?));
    Some(numbered.map_or_else(|| answer.to_owned(), |entry| entry.entry.to_string()))
}

fn note(entry: EntryId, titles: &[OpenedTitle], revealed: &mut Vec<OpenedTitle>) {
    if revealed.iter().all(|known| known.entry != entry) {
        revealed.extend(titles.iter().find(|title| title.entry == entry).cloned());
    }
}

/// One entry, in as many parts as the screen asks for, each until Enter is pressed or its time is
/// over.
fn show_one(
    entry: OpenedEntry,
    on_screen: Duration,
    talk: &mut Talk<'_, '_>,
) -> Result<(), Failure> {
    let (title, record) = (entry.catalogue.title.clone(), entry.record);
    let card = Card(entry);
    let text = page::written(|to| card.write_without_codes(to));
    let room = talk.page()?;
    let parts = parts(&text, room);
    for (number, part) in (1..).zip(&parts) {
        if number > 1 {
            talk.page()?;
        }
        talk.show(part)?;
        let is_last = number == parts.len();
        if show_part(&card, is_last, on_screen, talk)? == Pause::Over {
            break;
        }
    }
    talk.end_page()?;
    talk.tell(&format!(
        "{title} was shown (record {record}). Whoever looks after it has to change this password \
         soon. If you need it once more, choose it again; that is recorded again."
    ))
}

/// Waits before one part, the last with its one-time codes.
fn show_part(
    card: &Card,
    is_last: bool,
    on_screen: Duration,
    talk: &mut Talk<'_, '_>,
) -> Result<Pause, Failure> {
    let begun = Stopwatch::start();
    let mut times = Times {
        total: on_screen,
        warning: on_screen.checked_sub(NEARLY_OVER),
        code: if is_last {
            show_code(card, talk)?
        } else {
            None
        },
    };
    let next = if is_last { "hide it" } else { "see the rest" };
    if !talk.vanishes() {
        talk.tell("Press Enter to go on.")?;
        return talk.pause_for_an_answer();
    }
    let seconds = on_screen.as_secs();
    talk.tell(&format!(
        "This stays for {seconds} seconds. Press Enter to {next} sooner."
    ))?;
    loop {
        match times.due(begun.elapsed()) {
            Due::Nothing(wait) => {
                if talk.pause(wait)? == Pause::Ended {
                    return Ok(Pause::Ended);
                }
            }
            Due::Code => times.code = show_code(card, talk)?.map(|good| begun.elapsed() + good),
            Due::Warning => {
                times.warning = None;
                talk.tell("10 seconds left.")?;
            }
            Due::Over => return Ok(Pause::Over),
        }
    }
}

/// What happens while a credential is on the screen, counted from when it was put there.
struct Times {
    total: Duration,
    /// When it is said that the time is nearly over.
    warning: Option<Duration>,
    /// When the one-time code ends.
    code: Option<Duration>,
}

#[derive(Debug, PartialEq, Eq)]
enum Due {
    Nothing(Duration),
    Code,
    Warning,
    Over,
}

impl Times {
    /// What is due, or for how long nothing is.
    fn due(&self, elapsed: Duration) -> Due {
        let is_past = |at: Option<Duration>| at.is_some_and(|at| at <= elapsed);
        if self.total <= elapsed {
            return Due::Over;
        }
        if is_past(self.code) {
            return Due::Code;
        }
        if is_past(self.warning) {
            return Due::Warning;
        }
        let next = [Some(self.total), self.warning, self.code];
        let next = next.into_iter().flatten().min();
        Due::Nothing(next.unwrap_or(self.total).saturating_sub(elapsed))
    }
}

/// Shows the one-time code that is good now; for how long it is. Where it cannot be followed by the
/// next in time, that is shown too.
fn show_code(card: &Card, talk: &mut Talk<'_, '_>) -> Result<Option<Duration>, Failure> {
    let now = SystemClock.now();
    let Some(code) = card.0.code_at(now) else {
        return Ok(None);
    };
    let left = code.seconds_left.max(1);
    talk.show(&page::written(|to| Card::write_code(to, "code now", &code)))?;
    let next = card
        .0
        .code_at(now.plus(i64::try_from(left).unwrap_or(i64::MAX)));
    if let Some(next) = next.filter(|_| !talk.vanishes()) {
        talk.show(&page::written(|to| {
            Card::write_code(to, "code then", &next)
        }))?;
    }
    Ok(Some(Duration::from_secs(left)))
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
    use super::*;

    fn titles() -> Vec<OpenedTitle> {
        ["Website admin", "2", "Bank"]
            .into_iter()
            .zip(1..)
            .map(|(title, id)| OpenedTitle {
                entry: EntryId::from_bytes([id; 16]),
                title: title.to_owned(),
                collection: "Services".to_owned(),
            })
            .collect()
    }

    #[test]
    fn an_entry_is_chosen_by_its_number_or_its_title() {
        let titles = titles();
        let id = |at: usize| Some(titles[at].entry.to_string());
        assert_eq!(chosen("1", &titles), id(0));
        assert_eq!(chosen("3", &titles), id(2));
        assert_eq!(chosen("Bank", &titles), Some("Bank".to_owned()));
        for end in ["end", "END"] {
            assert_eq!(chosen(end, &titles), None);
        }
    }

    #[test]
    fn a_title_that_is_a_number_is_a_title() {
        assert_eq!(chosen("2", &titles()), Some("2".to_owned()));
        for none in ["0", "4"] {
            assert_eq!(chosen(none, &titles()), Some(none.to_owned()));
        }
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
    fn the_screen_is_cleared_in_time_and_the_code_and_the_warning_come_before() {
        let at = Duration::from_secs;
        let times = |warning: Option<u64>, code: Option<u64>| Times {
            total: at(30),
            warning: warning.map(at),
            code: code.map(at),
        };
        assert_eq!(times(Some(20), Some(12)).due(at(0)), Due::Nothing(at(12)));
        assert_eq!(times(Some(20), Some(12)).due(at(12)), Due::Code);
        assert_eq!(times(Some(20), Some(42)).due(at(13)), Due::Nothing(at(7)));
        assert_eq!(times(Some(20), None).due(at(21)), Due::Warning);
        assert_eq!(times(None, None).due(at(21)), Due::Nothing(at(9)));
        assert_eq!(times(Some(20), Some(12)).due(at(30)), Due::Over);
    }

    #[test]
    fn a_long_entry_is_shown_in_parts_that_fit_and_no_line_is_lost() {
        let lines: Vec<String> = (1..=30).map(|number| format!("line {number}\n")).collect();
        let whole = lines.concat() + &"x".repeat(100);
        let text = SecretBytes::copy_from(whole.as_bytes());
        let room = Page {
            columns: 40,
            rows: 16,
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
