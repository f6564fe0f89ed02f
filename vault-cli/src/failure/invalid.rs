//! Words for input that cannot be taken.

use vault_core::emergency::Holder;
use vault_core::emergency::holder::InvalidPlace;
use vault_core::emergency::rule::RuleRefused;
use vault_core::entry::InvalidField;
use vault_core::error::{
    BeginningRefused, EntryRefused, EnvelopeRefused, IncidentRefused, Invalid, LogRefused,
    MembershipRefused, NameRefused, Noun, ReasonRefused, WitnessRefused,
};
use vault_core::person::Standing;

use super::{Wording, passphrase, said};

pub(super) fn wording(why: Invalid) -> Wording {
    match why {
        Invalid::Name(why) => name(why),
        Invalid::Field(why) => invalid_field(why),
        Invalid::Beginning(why) => beginning(why),
        Invalid::Passphrase(why) => passphrase::wording(why),
        Invalid::Membership(why) => membership(why),
        Invalid::Entry(why) => entry(why),
        Invalid::Envelope(why) => envelope(why),
        Invalid::Incident(why) => incident(why),
        Invalid::Witness(why) => witness(why),
        Invalid::Log(why) => log(why),
        Invalid::Reason(why) => reason(why),
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

fn reason(why: ReasonRefused) -> Wording {
    match why {
        ReasonRefused::Missing => said("a reason is needed", "give --reason \"WHY\""),
        ReasonRefused::HoldsSecret => said(
            "the reason holds the secret itself and would be stored in the access log",
            "give a reason without it",
        ),
    }
}

/// About what something is called.
fn name(why: NameRefused) -> Wording {
    match why {
        NameRefused::Line(noun, line) => said(
            format!("{} cannot be taken: {line}", typed(noun)),
            "use one line of ordinary letters, digits and signs",
        ),
        NameRefused::Taken(Noun::Person) => said(
            "there is a person of that name already",
            "add something that tells them apart, such as a middle name",
        ),
        NameRefused::Taken(_) => said(
            "there is a collection of that name already",
            "choose another name",
        ),
        NameRefused::LooksTaken(noun) => said(
            format!(
                "{} cannot be taken: another one looks the same",
                typed(noun)
            ),
            "add something that tells them apart at a glance",
        ),
        NameRefused::Misleading(noun, why) => said(
            format!("{} cannot be taken: {why}", typed(noun)),
            "use ordinary letters of one script, digits, blanks, hyphens and apostrophes",
        ),
    }
}

/// About what is asked of the access log, or said of it.
fn log(why: LogRefused) -> Wording {
    match why {
        LogRefused::NothingLost => said(
            "nothing that this computer has seen of the vault is missing",
            "go on as usual: there is nothing to accept",
        ),
        LogRefused::NoSampleWord => said(
            "a sample is drawn by a word, and there is none",
            "the auditor says any word on the day: --word heron",
        ),
        LogRefused::NoSuchHead => said(
            "no head of the log was signed over so many records",
            "leave out --size to draw from the last one; coffer log checkpoint shows it",
        ),
        LogRefused::NoSuchYear => said(
            "the computer's clock is outside the years that a report can be made of",
            "set the clock right, or give --year",
        ),
        LogRefused::OtherThanVerified => said(
            "the log is no longer the one that was checked; nothing was recorded",
            "check it again with coffer log verify --record",
        ),
    }
}

/// About changing a password, and the end of an entry.
fn entry(why: EntryRefused) -> Wording {
    match why {
        EntryRefused::AlreadyPending => said(
            "a new password waits already",
            "coffer rotate ENTRY --confirm keeps it, --abort drops it",
        ),
        EntryRefused::NothingPending => said(
            "no new password waits there",
            "coffer rotate ENTRY --generate words:5 proposes one",
        ),
        EntryRefused::Retired => said(
            "that entry is retired, and its password is not changed any more",
            "coffer restore-entry brings it back; its title is free for another entry",
        ),
        EntryRefused::AlreadyRetired => said(
            "that entry was retired before",
            "coffer get still gives what it holds; coffer restore-entry brings it back",
        ),
        EntryRefused::NotRetired => said(
            "that entry is not retired",
            "coffer list --retired shows those that are",
        ),
        EntryRefused::UsedBefore => said(
            "the entry has that password now, or had it before; the attempt is on record",
            "choose one that nobody can know: --generate words:5",
        ),
        EntryRefused::UsedRetired => said(
            "a retired entry of that title has that password; the attempt is on record",
            "bring it back with coffer restore-entry, or choose another password",
        ),
    }
}

/// About witnesses and their answers.
fn witness(why: WitnessRefused) -> Wording {
    match why {
        WitnessRefused::Named => said(
            "a witness of that name, or with that key, is named already",
            "coffer log witness list shows them; coffer log witness drop NAME ends that",
        ),
        WitnessRefused::TooMany => said(
            "there are sixteen witnesses, which is the most that can be named",
            "end one with coffer log witness drop NAME",
        ),
        WitnessRefused::OlderAnswer => said(
            "that answer was taken before, or is older than one that was",
            "coffer log witness request makes a new request",
        ),
        WitnessRefused::ForeignAnswer => said(
            "no witness that is named signed any head that this file has: the answer is another \
             vault's, is damaged, or is for records that this file has no more",
            "look with coffer log witness list, and ask the witness for what it has seen",
        ),
    }
}

fn incident(why: IncidentRefused) -> Wording {
    match why {
        IncidentRefused::Closed => said(
            "that incident is closed",
            "coffer incident raise --reason \"WHY\" begins another",
        ),
        IncidentRefused::Held(true) => said(
            "that incident keeps its words already",
            "coffer incident hold NUMBER --release lets them go",
        ),
        IncidentRefused::Held(false) => said(
            "that incident keeps no words beyond their time",
            "coffer incident show NUMBER tells how far it is",
        ),
        IncidentRefused::ClassifyInstead => said(
            "that incident is an opening of the envelope, which is closed by saying what it was",
            "coffer envelope classify emergency (or drill, or misuse)",
        ),
    }
}

fn membership(why: MembershipRefused) -> Wording {
    match why {
        MembershipRefused::NotActive(Standing::Invited) => said(
            "that person has not enrolled yet",
            "they run coffer enrol with their first passphrase, then try again",
        ),
        MembershipRefused::NotActive(_) => said(
            "that person's access has ended or is suspended",
            "coffer person list shows who is active",
        ),
        MembershipRefused::TheirRole => said(
            "that person's role may never have this permission",
            "choose a lesser permission, such as --permission read",
        ),
        MembershipRefused::Personal => said(
            "a personal collection is one person's alone",
            "make another collection for what is shared",
        ),
        MembershipRefused::BuiltIn => said(
            "that collection is coffer's own and holds no entries",
            "coffer collection list shows the others",
        ),
    }
}

/// Where somebody begins: at the founding, at enrolment, by taking over.
fn beginning(why: BeginningRefused) -> Wording {
    match why {
        BeginningRefused::Preset => said(
            "there is no policy of that name",
            "leave out --policy to begin with the standard one",
        ),
        BeginningRefused::SuccessorRole => said(
            "whoever takes the vault over looks after it from then on",
            "give --role it-provider or --role clerk",
        ),
        BeginningRefused::NotAcknowledged => said(
            "the notice that every access is recorded was not acknowledged",
            "read it and give --acknowledge, or leave out --no-input to be shown it",
        ),
        BeginningRefused::AlreadyEnrolled => said(
            "you have enrolled already",
            "use the passphrase that you chose then",
        ),
    }
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
        Noun::Bag => "the number of the bag",
        Noun::Holder => "the name of the place",
        Noun::Witness => "the witness's name",
        Noun::Field => "the field's name",
        Noun::Member
        | Noun::Entry
        | Noun::Seed
        | Noun::Version
        | Noun::Pending
        | Noun::Seal
        | Noun::Sheet
        | Noun::FollowUp
        | Noun::Opening
        | Noun::Record => "that title, user name or address",
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

fn envelope(why: EnvelopeRefused) -> Wording {
    match why {
        EnvelopeRefused::Rule(rule) => invalid_rule(rule),
        EnvelopeRefused::Place(why) => place(why),
        EnvelopeRefused::RepeatedHolder => said("a holder is given twice", "name each holder once"),
        EnvelopeRefused::NoRule => said(
            "it was not decided yet who may open the envelope",
            "choose with coffer envelope rule",
        ),
        EnvelopeRefused::AlreadyLost => said(
            "that sheet was reported lost before",
            "coffer envelope status says what is left to do",
        ),
        EnvelopeRefused::SheetOvertaken => said(
            "somebody else made a sheet with the same number meanwhile, and this one does not count",
            "destroy what was printed, and make the holder's sheet again",
        ),
        EnvelopeRefused::NoSheet => said(
            "a holder has no sheet yet",
            "coffer envelope sheet HOLDER --text OUT makes one; coffer envelope status says whose",
        ),
    }
}
