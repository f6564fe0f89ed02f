//! An opening whose answers are written down beforehand: what happens when they run out, and when the
//! time is over.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use vault_core::audit::event::{Event, Step};
use vault_core::collection::CollectionKind;
use vault_core::crypto::random::OsEntropy;
use vault_core::emergency::Rule;
use vault_core::entry::{EntryKind, EntryState, Field, FieldName};
use vault_core::person::Role;
use vault_core::secret::{SecretBytes, SecretString};
use vault_core::vault::entries::NewEntry;
use vault_core::vault::founding::Founding;
use vault_core::vault::opening::Terms;
use vault_core::vault::{KdfParams, Surroundings, Vault};

use super::{reveal, run};
use crate::args::{Args, Command, EnvelopeCommand, Global, OpeningArgs};
use crate::clock::{Stopwatch, SystemClock};
use crate::commands::Context;
use crate::commands::envelope::FileJournal;
use crate::config::Config;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::output::{Output, Stream};
use crate::prompt::{Page, Pause, Prompt, PromptError, Question};

const PASSWORD: &str = "HarbourLanternFog-9";

/// What was done at the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Done {
    Told(String),
    Asked(Option<Duration>),
    Paused(Duration),
    PageOpened,
    PageClosed,
}

/// Answers in their order, and then nobody does.
struct Script {
    answers: VecDeque<String>,
    done: Rc<RefCell<Vec<Done>>>,
    page: bool,
}

impl Script {
    fn of(answers: &[&str]) -> (Box<Self>, Rc<RefCell<Vec<Done>>>) {
        let done = Rc::<RefCell<Vec<Done>>>::default();
        let script = Self {
            answers: answers.iter().map(|answer| (*answer).to_owned()).collect(),
            done: Rc::clone(&done),
            page: false,
        };
        (Box::new(script), done)
    }

    fn note(&self, what: Done) {
        self.done.borrow_mut().push(what);
    }
}

impl Prompt for Script {
    fn ask(&mut self, question: &Question<'_>) -> Result<SecretString, PromptError> {
        self.note(Done::Asked(question.limit));
        let answer = self.answers.pop_front();
        answer.map(SecretString::new).ok_or(PromptError::NoAnswer)
    }

    fn tell(&mut self, text: &str) -> Result<(), PromptError> {
        self.note(Done::Told(text.to_owned()));
        Ok(())
    }

    fn pause(&mut self, limit: Duration) -> Result<Pause, PromptError> {
        self.note(Done::Paused(limit));
        std::thread::sleep(limit);
        Ok(Pause::Over)
    }

    fn open_page(&mut self) -> Result<Option<Page>, PromptError> {
        self.page = true;
        self.note(Done::PageOpened);
        Ok(Some(Page {
            columns: 80,
            rows: 24,
        }))
    }

    fn close_page(&mut self) -> Result<(), PromptError> {
        if std::mem::take(&mut self.page) {
            self.note(Done::PageClosed);
        }
        Ok(())
    }
}

fn surroundings() -> Surroundings {
    Surroundings {
        clock: Box::new(SystemClock),
        entropy: Box::new(OsEntropy),
        host: "desk".to_owned(),
        state: None,
    }
}

/// A vault whose envelope the chair's sheet opens alone, and the words on it.
fn sealed(path: &Path) -> SecretString {
    let passphrase = SecretString::new("tin otter lamp sea".to_owned());
    let founding = Founding {
        council: "Example Parish Council",
        name: "Pat Provider",
        role: Role::ItProvider,
        passphrase: &passphrase,
        preset: "standard",
        kdf: KdfParams::FLOOR,
    };
    let mut vault = Vault::found(path, &founding, surroundings()).expect("a vault");
    let mut session = vault
        .unlock("Pat Provider", &passphrase)
        .expect("the founder");
    session
        .make_collection("Services", CollectionKind::Service)
        .expect("a collection");
    let website = NewEntry {
        title: "Website".to_owned(),
        username: String::new(),
        url: String::new(),
        kind: EntryKind::Service,
        state: EntryState::InUse,
        fields: vec![Field {
            name: FieldName::password(),
            value: SecretBytes::copy_from(PASSWORD.as_bytes()),
        }],
    };
    session.add("Services", &website).expect("an entry");
    session
        .invite("Chris Chair", Role::Chair, &passphrase)
        .expect("a chair");
    session
        .choose_rule(Rule::Chair, &["Chris Chair"], None)
        .expect("a rule");
    let sheet = session.issue_sheet("Chris Chair").expect("a sheet");
    session.seal().expect("a seal");
    sheet.words
}

fn output() -> Output {
    let sink = || Stream::new(Box::new(std::io::sink()), true);
    Output::new(sink(), sink())
}

fn context<'o>(path: &Path, output: &'o mut Output, prompt: Box<dyn Prompt>) -> Context<'o> {
    let config = Config {
        vault: path.to_owned(),
        vault_by_habit: false,
        state: None,
        person: None,
        host: "desk".to_owned(),
        term: Some("xterm".into()),
        home: None,
    };
    let mut context = Context::new(Global::default(), config, output);
    context.prompt = prompt;
    context
}

/// The options of an opening without any.
fn bare() -> OpeningArgs {
    let args = Args::from_command_line(["coffer", "envelope", "open"]).expect("a command");
    match args.command {
        Command::Envelope(EnvelopeCommand::Open(args)) => args.opening,
        _ => unreachable!("that is another command"),
    }
}

fn told(done: &[Done], what: &str) -> bool {
    let mut done = done.iter();
    done.any(|done| matches!(done, Done::Told(text) if text.contains(what)))
}

#[test]
fn an_opened_envelope_closes_when_nobody_answers_and_what_follows_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("coffer.vault");
    let words = sealed(&path);
    let answers = ["Chris Chair", "Down", "", "yes", words.expose(), "yes"];
    let (script, done) = Script::of(&answers);
    let mut output = output();
    let outcome = run(&bare(), &mut context(&path, &mut output, script)).expect("an opening");
    assert_eq!(outcome.status, ExitStatus::Done);
    let done = done.borrow();
    assert!(told(
        &done,
        "Nobody answered any more, so the envelope was closed."
    ));
    assert!(told(&done, "WHAT TO DO NOW"));
    // No question waits for ever: fifteen minutes each.
    let limits = done.iter().filter_map(|done| match done {
        Done::Asked(limit) => Some(*limit),
        _ => None,
    });
    let quarter = Some(Duration::from_secs(15 * 60));
    assert!(limits.eq([quarter; 7]));
    let mut vault = Vault::open(&path, surroundings()).expect("the vault");
    let run = vault.ledger().envelope.runs.values().next().expect("a run");
    assert!(run.closed && run.released.is_some());
    assert!(vault.status().expect("a status").records > 0);
}

#[test]
fn nobodys_answer_before_the_rule_is_met_opens_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("coffer.vault");
    let words = sealed(&path);
    let all = ["Chris Chair", "Down", "", "yes", words.expose(), "yes"];
    for given in 0..all.len() {
        let (script, done) = Script::of(&all[..given]);
        let mut output = output();
        let ended = run(&bare(), &mut context(&path, &mut output, script));
        let failure = ended.err().expect("nothing is opened");
        assert_eq!(failure.status(), ExitStatus::Cancelled);
        assert!(matches!(failure, Failure::Prompt(PromptError::NoAnswer)));
        assert!(!told(&done.borrow(), "The envelope is open"));
    }
    let vault = Vault::open(&path, surroundings()).expect("the vault");
    let mut runs = vault.ledger().envelope.runs.values();
    assert!(runs.all(|run| run.released.is_none()));
}

#[test]
fn a_credential_leaves_the_screen_when_its_time_is_over_and_comes_back_only_as_a_new_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("coffer.vault");
    let words = sealed(&path);
    let mut vault = Vault::open(&path, surroundings()).expect("the vault");
    let terms = Terms {
        opener: "Chris Chair",
        reason: "Down",
        witnesses: &[],
    };
    let journal = FileJournal::create(&folder.path().join("journal")).expect("a journal");
    let mut requested = vault
        .request_opening(&terms, Box::new(journal))
        .expect("a request");
    requested.accept(&words).expect("the chair's sheet");
    let mut opening = requested.release().expect("the rule is met");
    let (script, done) = Script::of(&["1", "website", "end"]);
    let mut output = output();
    let mut context = context(&path, &mut output, script);
    let mut talk = super::Talk::new(&mut context, Duration::from_secs(1)).expect("somebody");
    let (short, begun) = (Duration::from_millis(60), Stopwatch::start());
    let shown = reveal::show(&mut opening, short, &mut talk);
    assert!(begun.elapsed() >= 2 * short);
    assert_eq!(shown.ended.expect("an end"), reveal::End::Enough);
    assert_eq!(
        shown.revealed.len(),
        1,
        "one entry, however often it was shown"
    );
    let done = done.borrow();
    let pages = done
        .iter()
        .filter(|done| matches!(done, Done::PageOpened | Done::PageClosed));
    let (opened, closed) = (Done::PageOpened, Done::PageClosed);
    assert!(pages.eq([&opened, &closed, &opened, &closed]));
    let paused = |done: &&Done| matches!(done, Done::Paused(limit) if *limit <= short);
    assert!(done.iter().filter(paused).count() >= 2);
    opening.close().expect("the end");
    let records = vault.ledger().size;
    assert!(records > 0);
    let reveals = vault
        .ledger()
        .envelope
        .opening
        .as_ref()
        .expect("an opening");
    assert_eq!(reveals.revealed.len(), 1);
    let journal = std::fs::read_to_string(folder.path().join("journal")).expect("lines");
    let (reveal, close) = (Event::SecretReveal.name(), Step::Closed.name());
    assert_eq!(journal.matches(reveal).count(), 2);
    assert!(journal.lines().last().expect("a line").contains(close));
    assert!(!journal.contains(PASSWORD));
}
