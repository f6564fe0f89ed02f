//! What a report says, in words: titles of tables, headings of columns, and terms.

use std::borrow::Cow;

use vault_core::audit::exception::{
    CLOCK_SLACK_SECONDS, Exception, GRACE_DAYS, MANY_ENTRIES, WINDOW_MINUTES, hours,
};
use vault_core::collection::CollectionKind;
use vault_core::emergency::Rule;
use vault_core::emergency::follow_up::Done;
use vault_core::entry::EntryState;
use vault_core::report::Kind;
use vault_core::report::table::{Column, Cover, TableId, Term};

use super::{event, incident};

/// What a report is called.
pub(crate) const fn report(kind: Kind) -> &'static str {
    match kind {
        Kind::Accesses => "Accesses",
        Kind::Custody => "Custody: who holds what",
        Kind::Envelopes => "The emergency envelope",
        Kind::Incidents => "Incidents",
        Kind::Person => "What the access log holds on one person",
    }
}

/// What a table is called.
pub(crate) const fn table(id: TableId) -> &'static str {
    match id {
        TableId::Reasons => "What needs a look",
        TableId::Events => "What was done",
        TableId::People => "By whom",
        TableId::CollectionsUsed => "Collections used",
        TableId::Sheets => "Envelope: sheets",
        TableId::Seals => "Envelope: seals",
        TableId::Openings => "Envelope: openings",
        TableId::Drills => "Envelope: drills",
        TableId::Leavers => "Leavers: whose access ended",
        TableId::Exceptions => "Every exception",
        TableId::Accesses => "Every access",
        TableId::Collections => "Collections",
        TableId::Members => "Members",
        TableId::Entries => "Entries in use",
        TableId::Incidents => "Incidents, open ones first",
        TableId::Person => "The person",
        TableId::Memberships => "What they could do",
        TableId::Did => "What they did",
        TableId::Concerning => "What concerned them",
        TableId::Records => "Every record",
    }
}

/// What stands over a column.
pub(crate) const fn heading(column: Column) -> &'static str {
    match column {
        Column::Record => "Record",
        Column::RecordList => "Records",
        Column::Time => "When",
        Column::Event => "What was done",
        Column::Outcome => "Outcome",
        Column::Who => "Who",
        Column::Role => "Role",
        Column::What => "What",
        Column::Whom => "Whom",
        Column::Field => "Field",
        Column::Why => "Why",
        Column::ApprovedBy => "Approved by",
        Column::Noted => "Noted",
        Column::Reason => "Exception",
        Column::Count => "How many",
        Column::Done => "Done",
        Column::Refused => "Refused",
        Column::Failed => "Failed",
        Column::Shown => "Times shown",
        Column::Changes => "Changes",
        Column::Exceptions => "Exceptions",
        Column::Collection => "Collection",
        Column::Kind => "Kind",
        Column::Entries => "Entries",
        Column::Members => "Members",
        Column::EntriesShown => "Entries shown",
        Column::Permission => "Access",
        Column::Since => "Since",
        Column::Until => "Until",
        Column::By => "By",
        Column::Envelope | Column::Epoch => "Envelope",
        other => in_register(other),
    }
}

/// What stands over the columns of registers.
const fn in_register(column: Column) -> &'static str {
    match column {
        Column::Serial => "Sheet",
        Column::Holder => "Kept by",
        Column::Issued => "Made",
        Column::SealedIn => "In envelope",
        Column::Used => "Used",
        Column::Lost => "Lost",
        Column::Seen => "Last seen",
        Column::Found => "Found to be",
        Column::Bag => "Bag",
        Column::Rule => "Rule",
        Column::Sheets => "Sheets",
        Column::Sealed => "Sealed",
        Column::ConfirmedBy => "Confirmed by",
        Column::Asked => "Asked for",
        Column::Opened => "Opened",
        Column::Ended => "Ended",
        Column::Class => "Classified as",
        Column::DecidedBy => "Decided by",
        Column::FollowedUp => "Done since",
        Column::Keys => "Keys opened",
        Column::Due => "Due",
        Column::Changed => "Changed",
        Column::ChangedAt => "Last changed",
        Column::StillDue => "Still due",
        Column::Title => "Entry",
        Column::State => "State",
        Column::Pending => "New one waiting",
        Column::Number => "Incident",
        Column::Began => "Began",
        Column::Latest => "Latest",
        Column::Decided => "Decided",
        Column::Decision => "Decision",
        Column::Closed => "Closed",
        Column::ClosedBy => "Closed by",
        Column::Standing => "Standing",
        Column::Id => "Id in the lines",
        _ => "",
    }
}

/// A term.
pub(crate) const fn term(term: Term) -> &'static str {
    match term {
        Term::Event(event, step, nuance) => event::deed(event, step, nuance),
        Term::Exception(exception) => self::exception(exception),
        Term::Incident(kind) => incident::in_words(kind),
        Term::Collection(kind) => collection(kind),
        Term::State(state) => self::state(state),
        Term::Rule(rule) => self::rule(rule),
        Term::Cover(cover) => self::cover(cover),
        Term::Done(done) => self::done(done),
        Term::Outcome(_)
        | Term::Role(_)
        | Term::Standing(_)
        | Term::Permission(_)
        | Term::Entry(_)
        | Term::Due(_)
        | Term::Progress(_)
        | Term::Sheet(_)
        | Term::Found(_)
        | Term::Use(_) => term.name(),
    }
}

/// Why a record is an exception.
pub(crate) const fn exception(exception: Exception) -> &'static str {
    match exception {
        Exception::Opening => "envelope opened",
        Exception::Rollback => "older copy",
        Exception::Refused => "refused",
        Exception::AfterAccessEnded => "after access ended",
        Exception::ManyFailures => "many failed unlocks",
        Exception::Incident => "incident",
        Exception::OwnApproval => "own approval",
        Exception::NotConfirmed => "not confirmed",
        Exception::NoReason => "no reason",
        Exception::FewWitnesses => "too few witnesses",
        Exception::NotChanged => "not changed in time",
        Exception::ManyAtOnce => "many at once",
        Exception::OutOfHours => "out of hours",
        Exception::FirstAccess => "first access",
        Exception::OtherTitle => "other title",
        Exception::LogTaken => "log taken away",
        Exception::AccessGiven => "access given",
        Exception::RulesChanged => "rules changed",
        Exception::ClockBack => "clock went back",
        Exception::ClockAhead => "dated ahead",
        Exception::Erasure => "words erased",
        Exception::Failed => "failed",
    }
}

/// What an exception means, for whoever reviews it.
pub(crate) fn meaning(exception: Exception) -> Cow<'static, str> {
    let fixed = match exception {
        Exception::Opening => "The emergency envelope was opened: see who, why, and what followed.",
        Exception::Rollback => {
            "The file was replaced by an older copy, or lost records were accepted as lost."
        }
        Exception::Refused => "Somebody asked for what they may not have.",
        Exception::AfterAccessEnded => "Somebody whose access had ended tried again.",
        Exception::Incident => "An incident was raised, decided or closed.",
        Exception::OwnApproval => "Somebody judged what concerned themselves.",
        Exception::NotConfirmed => {
            "A second person should have confirmed this, or an enrolment or a seal that it rests on."
        }
        Exception::NoReason => "A reason is wanted, and none was given.",
        Exception::FewWitnesses => {
            "The envelope was asked for with fewer witnesses than the council's rules ask for."
        }
        Exception::FirstAccess => "Somebody was shown an entry for the first time.",
        Exception::OtherTitle => {
            "It calls its entry by a title that is not the entry's; the true one is shown."
        }
        Exception::LogTaken => {
            "The access log was to be taken, or was taken, from somebody who reviews it."
        }
        Exception::AccessGiven => "Somebody was given access to a collection.",
        Exception::RulesChanged => {
            "It was changed who opens the envelope, or which witnesses the log has."
        }
        Exception::Failed => "An unlock, or something that was begun, failed.",
        Exception::Erasure => "Words of old records were asked to be erased, or were erased.",
        Exception::ClockAhead => {
            "It is dated later than what somebody else recorded after it, or later than the moment at \
             which this was made."
        }
        Exception::ManyFailures
        | Exception::NotChanged
        | Exception::ManyAtOnce
        | Exception::OutOfHours
        | Exception::ClockBack => return measured(exception),
    };
    Cow::Borrowed(fixed)
}

/// Those that rest on a number.
fn measured(exception: Exception) -> Cow<'static, str> {
    Cow::Owned(match exception {
        Exception::ManyFailures => {
            format!("Many unlocks failed within {WINDOW_MINUTES} minutes, or in a row.")
        }
        Exception::NotChanged => {
            format!("A password that had to be changed was not changed within {GRACE_DAYS} days.")
        }
        Exception::ManyAtOnce => format!(
            "One person was shown {MANY_ENTRIES} different entries or more within \
             {WINDOW_MINUTES} minutes."
        ),
        Exception::OutOfHours => format!(
            "Something was shown, or access was changed, at a weekend, or before {:02}:00 or after \
             {:02}:00.",
            hours::OPENS,
            hours::CLOSES
        ),
        Exception::ClockBack => format!(
            "The computer's clock was more than {CLOCK_SLACK_SECONDS} seconds behind an earlier \
             record of the same person, or behind the time that two people had reached."
        ),
        Exception::Opening
        | Exception::Rollback
        | Exception::Refused
        | Exception::AfterAccessEnded
        | Exception::Incident
        | Exception::OwnApproval
        | Exception::Erasure
        | Exception::NotConfirmed
        | Exception::NoReason
        | Exception::FewWitnesses
        | Exception::FirstAccess
        | Exception::OtherTitle
        | Exception::LogTaken
        | Exception::AccessGiven
        | Exception::RulesChanged
        | Exception::ClockAhead
        | Exception::Failed => exception.name().to_owned(),
    })
}

const fn collection(kind: CollectionKind) -> &'static str {
    match kind {
        CollectionKind::AccessLog => "access log",
        CollectionKind::Social => "social media",
        CollectionKind::Directory
        | CollectionKind::Service
        | CollectionKind::Admin
        | CollectionKind::Personal => kind.name(),
    }
}

const fn state(state: EntryState) -> &'static str {
    match state {
        EntryState::InUse => "in use",
        EntryState::SuspectedCompromised => "perhaps known",
        EntryState::Default | EntryState::Initial | EntryState::Retired => state.name(),
    }
}

const fn rule(rule: Rule) -> &'static str {
    match rule {
        Rule::Officer => "chair or clerk",
        Rule::AnyTwo => "any two",
        Rule::OfficerAndOther => "officer and one other",
        Rule::OfficerAndCouncillors => "officer and councillors",
        Rule::Chair | Rule::Clerk => rule.name(),
    }
}

const fn done(done: Done) -> &'static str {
    match done {
        Done::Notice => "members told",
        Done::Minute => "in the minutes",
    }
}

const fn cover(cover: Cover) -> &'static str {
    match cover {
        Cover::Covered => "opens it",
        Cover::Missing => "not yet",
        Cover::OutOfScope => "never",
        Cover::NoEnvelope => "none is sealed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_auditors_guide_says_what_to_ask_of_every_exception() {
        let guide = include_str!("../../../docs/guide/auditor.md");
        let rows = guide.lines().filter(|line| line.starts_with('|'));
        let noted: Vec<&str> = rows
            .filter_map(|row| row.split('|').nth(1))
            .flat_map(|cell| cell.split(','))
            .map(str::trim)
            .collect();
        for each in Exception::ALL {
            assert!(noted.contains(&exception(each)), "{}", exception(each));
        }
    }
}
