//! Words for input that cannot be taken.

use vault_core::emergency::Holder;
use vault_core::emergency::holder::InvalidPlace;
use vault_core::emergency::rule::RuleRefused;
use vault_core::entry::InvalidField;
use vault_core::error::{Invalid, Noun};
use vault_core::person::Standing;

use super::{Wording, passphrase, said};

pub(super) fn wording(why: Invalid) -> Wording {
    match why {
        Invalid::Line(..)
        | Invalid::Taken(_)
        | Invalid::LooksTaken(_)
        | Invalid::Misleading(..) => name(why),
        Invalid::Field(field) => invalid_field(field),
        Invalid::Preset
        | Invalid::SuccessorRole
        | Invalid::NotAcknowledged
        | Invalid::AlreadyEnrolled => founding(why),
        Invalid::WeakPassphrase(_) | Invalid::SamePassphrase | Invalid::PassphraseOvertaken => {
            passphrase::wording(why)
        }
        Invalid::NotActive(_) | Invalid::TheirRole | Invalid::Personal | Invalid::BuiltIn => {
            membership(why)
        }
        Invalid::AlreadyPending
        | Invalid::NothingPending
        | Invalid::Retired
        | Invalid::AlreadyRetired
        | Invalid::NotRetired
        | Invalid::UsedBefore
        | Invalid::UsedRetired => rotation(why),
        Invalid::Place(why) => place(why),
        Invalid::Rule(_)
        | Invalid::RepeatedHolder
        | Invalid::NoRule
        | Invalid::NoSheet
        | Invalid::AlreadyLost
        | Invalid::SheetOvertaken => envelope(why),
        Invalid::IncidentClosed | Invalid::Held(_) | Invalid::ClassifyInstead => incident(why),
        Invalid::WitnessNamed
        | Invalid::TooManyWitnesses
        | Invalid::ForeignAnswer
        | Invalid::OlderAnswer => witness(why),
        Invalid::NothingLost | Invalid::OtherThanVerified => log(why),
        Invalid::NoReason => said("a reason is needed", "give --reason \"WHY\""),
        Invalid::ReasonHoldsSecret => said(
            "the reason holds the secret itself and would be stored in the access log",
            "give a reason without it",
        ),
        Invalid::NoSampleWord | Invalid::NoSuchHead | Invalid::NoSuchYear => asked_of_log(why),
        Invalid::Totp => said(
            "the seed of the one-time codes cannot be read",
            "give the letters that the site shows, or its otpauth:// address",
        ),
        Invalid::NoCollectionForFolder => said(
            "the export has folders that no collection is named after",
            "give --collection NAME, or make collections of the folders' names first",
        ),
    }
}

/// About what something is called.
fn name(why: Invalid) -> Wording {
    match why {
        Invalid::Line(noun, line) => said(
            format!("{} cannot be taken: {line}", typed(noun)),
            "use one line of ordinary letters, digits and signs",
        ),
        Invalid::Taken(Noun::Person) => said(
            "there is a person of that name already",
            "add something that tells them apart, such as a middle name",
        ),
        Invalid::Taken(_) => said(
            "there is a collection of that name already",
            "choose another name",
        ),
        Invalid::LooksTaken(noun) => said(
            format!(
                "{} cannot be taken: another one looks the same",
                typed(noun)
            ),
            "add something that tells them apart at a glance",
        ),
        Invalid::Misleading(noun, why) => said(
            format!("{} cannot be taken: {why}", typed(noun)),
            "use ordinary letters of one script, digits, blanks, hyphens and apostrophes",
        ),
        _ => unexpected(),
    }
}

/// About what is asked of the access log.
fn asked_of_log(why: Invalid) -> Wording {
    match why {
        Invalid::NoSampleWord => said(
            "a sample is drawn by a word, and there is none",
            "the auditor says any word on the day: --word heron",
        ),
        Invalid::NoSuchHead => said(
            "no head of the log was signed over so many records",
            "leave out --size to draw from the last one; coffer log checkpoint shows it",
        ),
        Invalid::NoSuchYear => said(
            "the computer's clock is outside the years that a report can be made of",
            "set the clock right, or give --year",
        ),
        _ => unexpected(),
    }
}

/// About what this computer has seen or checked of the log.
fn log(why: Invalid) -> Wording {
    match why {
        Invalid::NothingLost => said(
            "nothing that this computer has seen of the vault is missing",
            "go on as usual: there is nothing to accept",
        ),
        _ => said(
            "the log is no longer the one that was checked; nothing was recorded",
            "check it again with coffer log verify --record",
        ),
    }
}

/// About changing a password, and the end of an entry.
fn rotation(why: Invalid) -> Wording {
    match why {
        Invalid::AlreadyPending => said(
            "a new password waits already",
            "coffer rotate ENTRY --confirm keeps it, --abort drops it",
        ),
        Invalid::NothingPending => said(
            "no new password waits there",
            "coffer rotate ENTRY --generate words:5 proposes one",
        ),
        Invalid::Retired => said(
            "that entry is retired, and its password is not changed any more",
            "coffer restore-entry brings it back; its title is free for another entry",
        ),
        Invalid::AlreadyRetired => said(
            "that entry was retired before",
            "coffer get still gives what it holds; coffer restore-entry brings it back",
        ),
        Invalid::NotRetired => said(
            "that entry is not retired",
            "coffer list --retired shows those that are",
        ),
        Invalid::UsedBefore => said(
            "the entry has that password now, or had it before; the attempt is on record",
            "choose one that nobody can know: --generate words:5",
        ),
        Invalid::UsedRetired => said(
            "a retired entry of that title has that password; the attempt is on record",
            "bring it back with coffer restore-entry, or choose another password",
        ),
        _ => unexpected(),
    }
}

/// About witnesses and their answers.
fn witness(why: Invalid) -> Wording {
    match why {
        Invalid::WitnessNamed => said(
            "a witness of that name, or with that key, is named already",
            "coffer log witness list shows them; coffer log witness drop NAME ends that",
        ),
        Invalid::TooManyWitnesses => said(
            "there are sixteen witnesses, which is the most that can be named",
            "end one with coffer log witness drop NAME",
        ),
        Invalid::OlderAnswer => said(
            "that answer was taken before, or is older than one that was",
            "coffer log witness request makes a new request",
        ),
        _ => said(
            "no witness that is named signed any head that this file has: the answer is another \
             vault's, is damaged, or is for records that this file has no more",
            "look with coffer log witness list, and ask the witness for what it has seen",
        ),
    }
}

fn incident(why: Invalid) -> Wording {
    match why {
        Invalid::IncidentClosed => said(
            "that incident is closed",
            "coffer incident raise --reason \"WHY\" begins another",
        ),
        Invalid::Held(true) => said(
            "that incident keeps its words already",
            "coffer incident hold NUMBER --release lets them go",
        ),
        Invalid::Held(false) => said(
            "that incident keeps no words beyond their time",
            "coffer incident show NUMBER tells how far it is",
        ),
        Invalid::ClassifyInstead => said(
            "that incident is an opening of the envelope, which is closed by saying what it was",
            "coffer envelope classify emergency (or drill, or misuse)",
        ),
        _ => unexpected(),
    }
}

fn membership(why: Invalid) -> Wording {
    match why {
        Invalid::NotActive(Standing::Invited) => said(
            "that person has not enrolled yet",
            "they run coffer enrol with their first passphrase, then try again",
        ),
        Invalid::NotActive(_) => said(
            "that person's access has ended or is suspended",
            "coffer person list shows who is active",
        ),
        Invalid::TheirRole => said(
            "that person's role may never have this permission",
            "choose a lesser permission, such as --permission read",
        ),
        Invalid::Personal => said(
            "a personal collection is one person's alone",
            "make another collection for what is shared",
        ),
        _ => said(
            "that collection is coffer's own and holds no entries",
            "coffer collection list shows the others",
        ),
    }
}

/// Where somebody begins: at the founding, at enrolment, by taking over.
fn founding(why: Invalid) -> Wording {
    match why {
        Invalid::Preset => said(
            "there is no policy of that name",
            "leave out --policy to begin with the standard one",
        ),
        Invalid::SuccessorRole => said(
            "whoever takes the vault over looks after it from then on",
            "give --role it-provider or --role clerk",
        ),
        Invalid::NotAcknowledged => said(
            "the notice that every access is recorded was not acknowledged",
            "read it and give --acknowledge, or leave out --no-input to be shown it",
        ),
        Invalid::AlreadyEnrolled => said(
            "you have enrolled already",
            "use the passphrase that you chose then",
        ),
        _ => unexpected(),
    }
}

fn unexpected() -> Wording {
    said(
        "that cannot be taken as given",
        "coffer COMMAND --help shows what is expected",
    )
}

fn place(why: InvalidPlace) -> Wording {
    let why = match why {
        InvalidPlace::Line(line) => line.to_string(),
        InvalidPlace::Colon => "it holds a colon".to_owned(),
    };
    said(
        format!("the name of the place cannot be taken: {why}"),
        format!(
            "give place: and a name of at most {} characters, such as \"place:Office safe\"",
            Holder::LONGEST_PLACE
        ),
    )
}

const fn typed(noun: Noun) -> &'static str {
    match noun {
        Noun::Council => "the council's name",
        Noun::Person | Noun::Collection => "that name",
        Noun::Request => "that reason",
        Noun::Incident => "what the device is called",
        _ => "that title, user name or address",
    }
}

fn invalid_field(field: InvalidField) -> Wording {
    match field {
        InvalidField::Name(line) => said(
            format!("the field's name cannot be taken: {line}"),
            "use one line of ordinary letters, digits and signs",
        ),
        InvalidField::Reserved => said(
            "a field cannot have that name, which means something else",
            "choose another name",
        ),
        InvalidField::TooLarge => said(
            "the value is larger than 1 MiB, or there are too many",
            "keep large files elsewhere and store the password that opens them",
        ),
        InvalidField::TooLargeTogether => said(
            "the values are larger than 8 MiB together",
            "keep large files elsewhere and store the passwords that open them",
        ),
        InvalidField::EmptyPassword => said(
            "the password is empty",
            "use --generate words:5, or check what is fed to standard input",
        ),
        InvalidField::Repeated => said(
            "two fields have the same name",
            "give each field a name of its own",
        ),
    }
}

fn invalid_rule(rule: RuleRefused) -> Wording {
    match rule {
        RuleRefused::WrongHolders => said(
            "these holders do not suit the rule",
            "name the holders that the rule speaks of; coffer envelope rule --help lists the rules",
        ),
        RuleRefused::NoOfficerNeeded => said(
            "these holders could open the envelope without chair, clerk or councillor",
            "choose a rule that needs one of them",
        ),
        RuleRefused::WrongCouncillors => said(
            "the number of councillors does not suit the rule or the holders",
            "give --councillors K with the rule officer+councillors, and at least K councillors",
        ),
    }
}

fn envelope(why: Invalid) -> Wording {
    match why {
        Invalid::Rule(rule) => invalid_rule(rule),
        Invalid::RepeatedHolder => said("a holder is given twice", "name each holder once"),
        Invalid::NoRule => said(
            "it was not decided yet who may open the envelope",
            "choose with coffer envelope rule",
        ),
        Invalid::AlreadyLost => said(
            "that sheet was reported lost before",
            "coffer envelope status says what is left to do",
        ),
        Invalid::SheetOvertaken => said(
            "somebody else made a sheet with the same number meanwhile, and this one does not count",
            "destroy what was printed, and make the holder's sheet again",
        ),
        _ => said(
            "a holder has no sheet yet",
            "coffer envelope sheet HOLDER --text OUT makes one; coffer envelope status says whose",
        ),
    }
}
