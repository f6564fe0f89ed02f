//! Writers who are killed at work, and what may be true afterwards.

use std::process::{Child, Command};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;

use harness::PROVIDER;
use serde_json::Value;
use vault_cli::clock::Stopwatch;

use crate::desk::Desk;
use crate::ran::Ran;

/// A number that follows from a seed, so that a failure can be run again.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `limit` (the finaliser of `SplitMix64`).
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// When a run is killed.
#[derive(Clone, Copy)]
pub(crate) enum Aim {
    /// This long after it began.
    After(Duration),
    /// This long after a transaction of somebody's was seen to be under way.
    IntoWriting(Duration),
}

impl Aim {
    /// Half of them fall into the last part of a run that takes `normal`, when the passphrase has
    /// been stretched; half into a transaction.
    pub(crate) fn at(dice: &mut Dice, normal: Duration) -> Self {
        let micros = u64::try_from(normal.as_micros()).unwrap_or(u64::MAX);
        if dice.below(2) == 0 {
            let after = micros / 2 + dice.below(micros * 6 / 10);
            Self::After(Duration::from_micros(after))
        } else {
            Self::IntoWriting(Duration::from_micros(dice.below(micros / 8)))
        }
    }
}

/// Runs `command` and kills it at `aim`, unless it has ended by then.
pub(crate) fn killed(desk: &Desk, mut command: Command, input: &[u8], aim: Aim) -> Ran {
    let file = desk.file(&format!("tmp/{}", fresh()), input);
    let stdin = std::fs::File::open(file).expect("the input");
    let mut child = command.stdin(stdin).spawn().expect("the program starts");
    let watch = Stopwatch::start();
    let journal = desk.path("vault/coffer.vault-journal");
    let patience = Duration::from_secs(20);
    let under_way =
        |child: &mut Child| matches!(child.try_wait(), Ok(None)) && watch.elapsed() < patience;
    match aim {
        Aim::After(time) => {
            while under_way(&mut child) && watch.elapsed() < time {
                sleep(Duration::from_micros(200));
            }
        }
        Aim::IntoWriting(time) => {
            while under_way(&mut child) && !journal.exists() {
                sleep(Duration::from_micros(50));
            }
            sleep(time);
        }
    }
    // It may have ended since; then there is nothing left to kill.
    child.kill().unwrap_or_default();
    child.wait_with_output().expect("an end").into()
}

fn fresh() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// An entry as it may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    current: String,
    pending: Option<String>,
}

/// What a writer does to the entry.
#[derive(Clone, Debug)]
enum Act {
    Propose(String),
    Confirm,
    Abort,
    Get,
    GetPending,
}

impl Act {
    /// The status and the value shown where the entry stands so, and how it stands afterwards.
    fn on(&self, state: &State) -> (i32, Option<String>, State) {
        let stays = |status, shown| (status, shown, state.clone());
        let moves = |current: &str, pending| {
            let current = current.to_owned();
            (0, None, State { current, pending })
        };
        match (self, &state.pending) {
            (Self::Get, _) => stays(0, Some(state.current.clone())),
            (Self::GetPending, Some(pending)) => stays(0, Some(pending.clone())),
            (Self::GetPending, None) => stays(6, None),
            (Self::Propose(new), None) => moves(&state.current, Some(new.clone())),
            (Self::Confirm, Some(pending)) => moves(pending, None),
            (Self::Abort, Some(_)) => moves(&state.current, None),
            (Self::Propose(_), Some(_)) | (Self::Confirm | Self::Abort, None) => stays(2, None),
        }
    }

    fn words<'w>(&self, entry: &'w str) -> Vec<&'w str> {
        match self {
            Self::Propose(_) => vec!["rotate", entry, "--password-stdin", "--json"],
            Self::Confirm => vec!["rotate", entry, "--confirm", "--json"],
            Self::Abort => vec!["rotate", entry, "--abort", "--json"],
            Self::Get => vec!["get", entry, "--reveal"],
            Self::GetPending => vec!["get", entry, "--reveal", "--pending"],
        }
    }
}

/// How many kills there were, and how many are enough.
pub(crate) struct Enough {
    kills: AtomicUsize,
    enough: usize,
}

impl Enough {
    pub(crate) fn after(enough: usize) -> Self {
        let kills = AtomicUsize::new(0);
        Self { kills, enough }
    }

    fn count(&self, kills: usize) {
        self.kills.fetch_add(kills, Ordering::Relaxed);
    }

    fn reached(&self) -> bool {
        self.kills.load(Ordering::Relaxed) >= self.enough
    }
}

/// Somebody at work on an entry of their own, and what was acknowledged or shown to them.
pub(crate) struct Writer {
    entry: String,
    dice: Dice,
    possible: Vec<State>,
    /// The events that were acknowledged, with their records.
    pub(crate) acknowledged: Vec<(u64, &'static str)>,
    /// Entries whose making was acknowledged.
    pub(crate) made: Vec<String>,
    /// How many values were shown.
    pub(crate) shown: usize,
    /// How many runs a signal ended.
    pub(crate) hit: usize,
}

impl Writer {
    /// Makes the entry on `desk`.
    pub(crate) fn new(desk: &Desk, seed: u64) -> Self {
        let entry = format!("Entry of writer {seed}");
        let current = format!("first value of {seed}");
        let record = desk.store(&entry, "Services", current.as_bytes());
        Self {
            dice: Dice::new(seed),
            possible: vec![State {
                current,
                pending: None,
            }],
            acknowledged: vec![(record, "secret.create")],
            made: vec![entry.clone()],
            entry,
            shown: 0,
            hit: 0,
        }
    }

    /// Works until there were enough kills, or for so many runs, each of which takes about `normal`
    /// where nobody kills it.
    pub(crate) fn work(
        mut self,
        desk: &Desk,
        (enough, rounds): (&Enough, usize),
        normal: Duration,
    ) -> Self {
        for round in 0..rounds {
            if enough.reached() {
                break;
            }
            let before = self.hit;
            let aim = Aim::at(&mut self.dice, normal);
            match self.dice.below(6) {
                0 => self.add(desk, round, aim),
                1 => self.act(desk, &Act::Get, Some(aim)),
                2 => self.act(desk, &Act::GetPending, Some(aim)),
                3 => self.act(desk, &Act::Confirm, Some(aim)),
                4 => self.act(desk, &Act::Abort, Some(aim)),
                _ => {
                    let new = format!("value {round} of {}", self.entry);
                    self.act(desk, &Act::Propose(new), Some(aim));
                }
            }
            enough.count(self.hit - before);
        }
        self
    }

    /// Asks for what the entry holds now; it must be one of what it may hold.
    pub(crate) fn settle(&mut self, desk: &Desk) {
        self.act(desk, &Act::Get, None);
        self.act(desk, &Act::GetPending, None);
        assert_eq!(self.possible.len(), 1, "{:?}", self.possible);
    }

    fn run(&mut self, desk: &Desk, words: &[&str], input: &str, aim: Option<Aim>) -> Ran {
        let Some(aim) = aim else {
            return desk.by_with(PROVIDER, words, input.as_bytes());
        };
        let words = desk.words_of(PROVIDER, words);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ran = killed(desk, desk.command(&words), input.as_bytes(), aim);
        self.hit += usize::from(ran.status.is_none());
        ran
    }

    fn add(&mut self, desk: &Desk, round: usize, aim: Aim) {
        let title = format!("{} in round {round}", self.entry);
        let add = ["add", &title, "--collection", "Services", "--kind"];
        let words = [&add[..], &["service", "--generate", "words:4", "--json"]].concat();
        let ran = self.run(desk, &words, "", Some(aim));
        if !ran.stdout.is_empty() {
            self.acknowledged.push((ran.record(), "secret.create"));
            self.made.push(title);
        }
    }

    fn act(&mut self, desk: &Desk, act: &Act, aim: Option<Aim>) {
        let input = match act {
            Act::Propose(new) => new.clone(),
            _ => String::new(),
        };
        let words = act.words(&self.entry.clone()).join("\u{1f}");
        let words: Vec<&str> = words.split('\u{1f}').collect();
        let ran = self.run(desk, &words, &input, aim);
        let said = String::from_utf8(ran.stdout.clone()).expect("a text");
        let reads = matches!(act, Act::Get | Act::GetPending);
        let mut possible: Vec<State> = Vec::new();
        for state in &self.possible {
            let (status, shown, after) = act.on(state);
            let agrees = said.is_empty() || !reads || shown.as_ref() == Some(&said);
            match ran.status {
                Some(ended) if ended == status && agrees => possible.push(after),
                None if said.is_empty() || reads => {
                    possible.extend([state.clone(), after].into_iter().filter(|_| agrees));
                }
                // It was acknowledged, and killed on its way out.
                None if status == 0 => possible.push(after),
                _ => {}
            }
        }
        let mut distinct: Vec<State> = Vec::new();
        for state in possible {
            if !distinct.contains(&state) {
                distinct.push(state);
            }
        }
        assert!(
            !distinct.is_empty(),
            "{act:?} on {:?}: {ran:?}",
            self.possible
        );
        self.possible = distinct;
        if reads {
            self.shown += usize::from(!said.is_empty());
        } else if !said.is_empty() {
            self.acknowledged.push((ran.record(), "secret.rotate"));
        }
    }

    /// Demands that everything acknowledged is in `log`.
    pub(crate) fn is_on_record(&self, log: &[Value]) {
        for (record, event) in &self.acknowledged {
            let line = log.iter().find(|line| line["seq"] == *record);
            let line = line.unwrap_or_else(|| panic!("record {record}, {event}, is lost"));
            assert_eq!(line["event"], *event, "record {record}");
            assert_eq!(line["outcome"], "ok", "record {record}");
        }
    }
}
