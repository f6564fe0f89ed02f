use std::io::ErrorKind;

use vault_core::access::Denial;
use vault_core::collection::Permission;
use vault_core::emergency::holder::InvalidPlace;
use vault_core::emergency::rule::RuleRefused;
use vault_core::entry::InvalidField;
use vault_core::error::{
    BadBackup, BadRecord, BeginningRefused, Candidate, EntryRefused, EnvelopeRefused, Flaw,
    IncidentRefused, Invalid, LogRefused, MembershipRefused, NameRefused, Noun, PassphraseRefused,
    ReasonRefused, SheetRefused, StoreError, Unentitled, WitnessRefused,
};
use vault_core::id::{Epoch, RecordSeq, Serial};
use vault_core::person::Standing;
use vault_core::strength::Weakness;
use vault_core::text::InvalidLine;
use vault_core::time::Timestamp;

use super::*;
use crate::exit::ExitStatus as Status;

fn denied(denial: Denial) -> Error {
    Error::Denied {
        denial,
        record: RecordSeq::new(12),
        incident: None,
    }
}

fn bad(flaw: Flaw) -> Error {
    let seq = RecordSeq::new(7);
    StoreError::Log(BadRecord { seq, flaw }).into()
}

/// What the vault answers, and the status of each. Where an answer has kinds that end alike, the
/// others stand in the functions below.
fn answers() -> Vec<(Error, Status)> {
    let serial = Serial::new("CH", 1);
    let mut answers = of_copies();
    answers.extend([
        (StoreError::Missing.into(), Status::InputOutput),
        (StoreError::Exists.into(), Status::Usage),
        (StoreError::NotAFile.into(), Status::InputOutput),
        (StoreError::NotAVault.into(), Status::StoreDamaged),
        (StoreError::TooNew(9).into(), Status::StoreDamaged),
        (StoreError::Busy.into(), Status::Busy),
        (StoreError::Unwritable.into(), Status::InputOutput),
        (StoreError::Unreadable.into(), Status::InputOutput),
        (StoreError::Full.into(), Status::InputOutput),
        (StoreError::Device.into(), Status::InputOutput),
        (StoreError::Uncertain.into(), Status::InputOutput),
        (StoreError::Damaged.into(), Status::StoreDamaged),
        (StoreError::Forgotten.into(), Status::InputOutput),
        (StoreError::NoEntropy.into(), Status::InputOutput),
        (StoreError::Internal("x").into(), Status::Fault),
        (bad(Flaw::BrokenChain), Status::LogBroken),
        (denied(Denial::Role), Status::NotPermitted),
        (
            Error::WrongPassphrase { recorded: true },
            Status::WrongPassphrase,
        ),
        (
            Error::WrongPassphrase { recorded: false },
            Status::WrongPassphrase,
        ),
        (Error::Paused { seconds: 61 }, Status::WrongPassphrase),
        (Error::Standing(Standing::Invited), Status::NotPermitted),
        (Error::Standing(Standing::Suspended), Status::NotPermitted),
        (Error::Standing(Standing::Left), Status::NotPermitted),
        (Error::NotYourVault, Status::StoreDamaged),
        (Error::KeyRefused(None), Status::StoreDamaged),
        (
            Error::Sheet(SheetRefused::Repeated(serial)),
            Status::WrongPassphrase,
        ),
        (Error::RuleNotMet, Status::ApprovalNeeded),
        (Error::BadSeal(Epoch::new(2)), Status::WrongPassphrase),
        (Error::Journal(ErrorKind::NotFound), Status::InputOutput),
        (Error::Blocked, Status::Found),
        (Error::AskAgain { kept: 4 }, Status::Found),
        (Error::WitnessAhead { kept: 4, size: 3 }, Status::LogBroken),
        (Error::WitnessElsewhere { size: 3 }, Status::LogBroken),
        (Error::Derivation, Status::Fault),
        (Error::Internal("x"), Status::Fault),
        (Error::NotFound(Noun::Entry), Status::NotFound),
        (Error::Ambiguous(Noun::Entry, two()), Status::Usage),
        (
            Error::Invalid(Invalid::Beginning(BeginningRefused::Preset)),
            Status::Usage,
        ),
    ]);
    answers
}

/// What is answered where the vault is copied, or a copy put back.
fn of_copies() -> Vec<(Error, Status)> {
    vec![
        (not_copied(None, StoreError::Full), Status::InputOutput),
        (not_copied(Some(12), StoreError::Exists), Status::Usage),
        (
            not_copied(Some(12), StoreError::Unwritable),
            Status::InputOutput,
        ),
        (
            not_copied(Some(12), StoreError::Missing),
            Status::InputOutput,
        ),
        (
            not_copied(Some(12), StoreError::Device),
            Status::InputOutput,
        ),
        (
            not_copied(Some(12), StoreError::Damaged),
            Status::StoreDamaged,
        ),
        (Error::BadBackup(BadBackup::Checksum), Status::StoreDamaged),
        (
            Error::BadBackup(BadBackup::Store(StoreError::NotAVault)),
            Status::StoreDamaged,
        ),
    ]
}

fn not_copied(record: Option<u64>, why: StoreError) -> Error {
    let record = record.map(RecordSeq::new);
    Error::NotCopied { record, why }
}

fn two() -> Vec<Candidate> {
    let candidate = |id: &str| Candidate {
        id: id.to_owned(),
        collection: "Website".to_owned(),
        entry: None,
    };
    vec![candidate("aa"), candidate("bb")]
}

fn nouns() -> impl Iterator<Item = Error> {
    [
        Noun::Council,
        Noun::Person,
        Noun::Collection,
        Noun::Entry,
        Noun::Field,
        Noun::Seed,
        Noun::Member,
        Noun::Version,
        Noun::Pending,
        Noun::Incident,
        Noun::Request,
        Noun::Seal,
        Noun::Holder,
        Noun::Sheet,
        Noun::FollowUp,
        Noun::Record,
        Noun::Witness,
    ]
    .map(Error::NotFound)
    .into_iter()
}

fn denials() -> impl Iterator<Item = Error> {
    [
        Denial::Standing(Standing::Suspended),
        Denial::Ended,
        Denial::NoFooting,
        Denial::TakesTwo,
        Denial::Role,
        Denial::Permission {
            held: None,
            wanted: Permission::Read,
        },
        Denial::Personal,
        Denial::TheirRole,
        Denial::OwnAct,
        Denial::TookPart,
        Denial::LikeOpener,
        Denial::DoesNotCount,
        Denial::NotWaiting,
        Denial::Undecided,
        Denial::LastManager,
        Denial::Directory,
        Denial::NotReleased,
        Denial::Unknown,
    ]
    .map(denied)
    .into_iter()
}

fn flaws() -> impl Iterator<Item = Error> {
    [
        Flaw::NotARecord,
        Flaw::WrongPlace,
        Flaw::BrokenChain,
        Flaw::Unsigned,
        Flaw::WrongSignature,
        Flaw::Unentitled(Unentitled::Denied(Denial::Role)),
        Flaw::Contradiction,
        Flaw::Details,
        Flaw::Checkpoint,
        Flaw::Cosignature,
        Flaw::Missing,
        Flaw::NotCovered,
    ]
    .map(bad)
    .into_iter()
}

fn sheets() -> impl Iterator<Item = Error> {
    let serial = || Serial::new("CH", 1);
    [
        SheetRefused::WordDoesNotFit(3),
        SheetRefused::UnknownWord {
            place: 4,
            nearest: Some("beaver"),
        },
        SheetRefused::UnknownWord {
            place: 4,
            nearest: None,
        },
        SheetRefused::Lost {
            serial: serial(),
            since: Timestamp::EPOCH,
            successor: None,
        },
        SheetRefused::SeveralWords,
        SheetRefused::NotASheet,
        SheetRefused::Specimen,
        SheetRefused::Foreign,
        SheetRefused::Newer {
            newest: Some(Epoch::new(1)),
            until: Timestamp::EPOCH,
        },
        SheetRefused::Retired {
            serial: serial(),
            since: Timestamp::EPOCH,
            successor: Some(Serial::new("CH", 2)),
        },
        SheetRefused::NotSealed(serial()),
        SheetRefused::Repeated(serial()),
        SheetRefused::ShareDamaged {
            serial: serial(),
            backup: None,
        },
    ]
    .map(Error::Sheet)
    .into_iter()
}

/// What a field, a place and a rule are refused for.
fn refused_parts() -> impl Iterator<Item = Invalid> {
    let line = InvalidLine::TooLong(200);
    let fields = [
        InvalidField::Name(line),
        InvalidField::Reserved,
        InvalidField::TooLarge,
        InvalidField::TooLargeTogether,
        InvalidField::EmptyPassword,
        InvalidField::Repeated,
    ];
    let rules = [
        RuleRefused::WrongHolders,
        RuleRefused::NoOfficerNeeded,
        RuleRefused::WrongCouncillors,
    ];
    let places = [InvalidPlace::Line(line), InvalidPlace::Colon];
    let fields = fields.into_iter().map(Invalid::Field);
    let rules = rules
        .into_iter()
        .map(|why| EnvelopeRefused::Rule(why).into());
    let places = places
        .into_iter()
        .map(|why| EnvelopeRefused::Place(why).into());
    fields.chain(rules).chain(places)
}

fn refused_input() -> impl Iterator<Item = Error> {
    let line = InvalidLine::TooLong(200);
    let others = [
        Invalid::Name(NameRefused::Line(Noun::Council, line)),
        Invalid::Name(NameRefused::Line(Noun::Bag, line)),
        Invalid::Name(NameRefused::Line(Noun::Person, line)),
        Invalid::Name(NameRefused::Line(
            Noun::Entry,
            InvalidLine::Unprintable('\u{202e}'),
        )),
        Invalid::Name(NameRefused::Line(Noun::Request, InvalidLine::Empty)),
        Invalid::Name(NameRefused::Taken(Noun::Person)),
        Invalid::Name(NameRefused::Taken(Noun::Collection)),
        Invalid::Beginning(BeginningRefused::Preset),
        Invalid::Membership(MembershipRefused::NotActive(Standing::Invited)),
        Invalid::Membership(MembershipRefused::NotActive(Standing::Left)),
        Invalid::Membership(MembershipRefused::TheirRole),
        Invalid::Membership(MembershipRefused::Personal),
        Invalid::Membership(MembershipRefused::BuiltIn),
        Invalid::Entry(EntryRefused::AlreadyPending),
        Invalid::Entry(EntryRefused::NothingPending),
        Invalid::Beginning(BeginningRefused::NotAcknowledged),
        Invalid::Entry(EntryRefused::Retired),
        Invalid::Entry(EntryRefused::AlreadyRetired),
        Invalid::Beginning(BeginningRefused::AlreadyEnrolled),
        Invalid::Envelope(EnvelopeRefused::RepeatedHolder),
        Invalid::Envelope(EnvelopeRefused::NoRule),
        Invalid::Envelope(EnvelopeRefused::NoSheet),
        Invalid::Log(LogRefused::NothingLost),
        Invalid::Envelope(EnvelopeRefused::AlreadyLost),
        Invalid::Envelope(EnvelopeRefused::SheetOvertaken),
        Invalid::Beginning(BeginningRefused::SuccessorRole),
        Invalid::Reason(ReasonRefused::Missing),
        Invalid::Log(LogRefused::NoSampleWord),
        Invalid::Log(LogRefused::NoSuchHead),
        Invalid::Log(LogRefused::NoSuchYear),
        Invalid::Incident(IncidentRefused::Closed),
        Invalid::Incident(IncidentRefused::ClassifyInstead),
        Invalid::Reason(ReasonRefused::HoldsSecret),
        Invalid::Totp,
        Invalid::NoCollectionForFolder,
        Invalid::Witness(WitnessRefused::Named),
        Invalid::Witness(WitnessRefused::TooMany),
        Invalid::Witness(WitnessRefused::ForeignAnswer),
        Invalid::Witness(WitnessRefused::OlderAnswer),
    ];
    let others = others.into_iter().chain(of_passphrases());
    refused_parts().chain(others).map(Error::Invalid)
}

fn of_passphrases() -> [Invalid; 6] {
    [
        Invalid::Passphrase(PassphraseRefused::Weak(Weakness::Guessable(12))),
        Invalid::Passphrase(PassphraseRefused::Weak(Weakness::Names)),
        Invalid::Passphrase(PassphraseRefused::Weak(Weakness::Saying)),
        Invalid::Passphrase(PassphraseRefused::Weak(Weakness::Character('\t'))),
        Invalid::Passphrase(PassphraseRefused::Same),
        Invalid::Passphrase(PassphraseRefused::Overtaken),
    ]
}

fn every_failure() -> impl Iterator<Item = Failure> {
    let around = [
        Failure::Locked,
        Failure::Prompt(PromptError::Cancelled),
        Failure::Prompt(PromptError::NoInput),
        Failure::Prompt(PromptError::NoTerminal),
        Failure::Prompt(PromptError::NotText),
        Failure::Prompt(PromptError::TooLong),
        Failure::Config(ConfigError::NoVault),
        Failure::Config(ConfigError::PersonNotText),
        Failure::Output(OutputFailed(ErrorKind::BrokenPipe)),
        Failure::Process(Refused::BorrowedRights),
        Failure::Export(ReadError::PasswordProtected),
        Failure::from(InvalidRecipe::Form),
    ];
    let answers = answers().into_iter().map(|(error, _)| error);
    let vault = answers
        .chain(nouns())
        .chain(denials())
        .chain(flaws())
        .chain(sheets())
        .chain(refused_input());
    let witness = witness::tests::answers()
        .into_iter()
        .map(|(error, _)| error);
    let witness = witness.map(Failure::Witness);
    vault.map(Failure::Vault).chain(around).chain(witness)
}

#[test]
fn every_answer_of_the_vault_ends_with_its_status() {
    for (error, status) in answers() {
        let failure = Failure::Vault(error);
        assert_eq!(failure.status(), status, "{failure:?}");
    }
    let alike = [
        (nouns().collect::<Vec<_>>(), Status::NotFound),
        (denials().collect(), Status::NotPermitted),
        (flaws().collect(), Status::LogBroken),
        (sheets().collect(), Status::WrongPassphrase),
        (refused_input().collect(), Status::Usage),
    ];
    for (errors, status) in alike {
        for error in errors {
            assert_eq!(Failure::Vault(error).status(), status);
        }
    }
}

/// The words that somebody reads who holds an old sheet in an emergency.
#[test]
fn a_retired_sheet_says_when_and_names_its_successor_and_a_bad_seal_its_epoch() {
    let wording = |error: Error| Failure::Vault(error).wording();
    let retired = SheetRefused::Retired {
        serial: Serial::new("CL", 7),
        since: "2027-05-09T10:00:00Z".parse().expect("a time"),
        successor: Some(Serial::new("CL", 8)),
    };
    let (what, hint) = wording(retired.into());
    assert_eq!(what, "sheet CL-0007 was retired on 9 May 2027");
    assert!(hint.is_some_and(|hint| hint.starts_with("use CL-0008")));
    let (what, _) = wording(Error::BadSeal(Epoch::new(3)));
    assert!(what.contains("envelope 3 was sealed wrongly"), "{what}");
}

#[test]
fn every_failure_says_what_happened_without_a_capital_or_a_full_stop() {
    for failure in every_failure() {
        let (what, hint) = failure.wording();
        for text in [Some(what), hint].into_iter().flatten() {
            let plain = text.strip_prefix("in Bitwarden").unwrap_or(&text);
            assert!(!plain.is_empty(), "{failure:?}");
            assert!(!text.ends_with(['.', ' ']), "{text}");
            assert!(!text.contains("  "), "{text}");
        }
        let (what, _) = failure.wording();
        assert!(!what.starts_with(char::is_uppercase), "{what}");
    }
}

#[test]
fn no_failure_speaks_in_this_programs_own_jargon() {
    let jargon = [
        "digest", "ledger", "aead", "hash", "schema", "nonce", "null",
    ];
    for failure in every_failure() {
        let (what, hint) = failure.wording();
        let text = format!("{what} {}", hint.unwrap_or_default()).to_lowercase();
        for word in jargon {
            assert!(!text.contains(word), "{text}");
        }
    }
}

#[test]
fn an_ambiguous_name_lists_the_candidates() {
    let (_, hint) = Failure::Vault(Error::Ambiguous(Noun::Entry, two())).wording();
    assert_eq!(
        hint.as_deref(),
        Some("use the id: aa in Website; bb in Website")
    );
}

#[test]
fn a_pause_is_told_in_minutes_rounded_up() {
    for (seconds, expected) in [(1, "a minute"), (60, "a minute"), (61, "2 minutes")] {
        let (_, hint) = Failure::Vault(Error::Paused { seconds }).wording();
        assert_eq!(hint, Some(format!("try again in {expected}")));
    }
}

#[test]
fn five_troubles_are_five_messages() {
    let troubles = [
        Error::WrongPassphrase { recorded: true },
        denied(Denial::Role),
        bad(Flaw::BrokenChain),
        StoreError::Damaged.into(),
        StoreError::Busy.into(),
    ];
    let mut said = troubles.map(|error| Failure::Vault(error).wording().0);
    said.sort();
    assert!(said.windows(2).all(|pair| pair[0] != pair[1]));
}
