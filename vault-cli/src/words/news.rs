//! What a person is told when they unlock.

use vault_core::audit::fact::WitnessStanding;
use vault_core::audit::news::News;
use vault_core::audit::unrecorded::UnrecordedFacts;
use vault_core::id::RecordSeq;
use vault_core::person::Role;
use vault_core::time::Timestamp;
use vault_core::time::day::Day;

use super::rule::who_opens;
use crate::output::{counted, for_people};

/// One piece of news as a message.
pub(crate) fn in_words(news: &News) -> String {
    match news {
        News::FailedUnlocks {
            count,
            unrecorded,
            last,
        } => failed_unlocks(*count, *unrecorded, *last),
        News::Rule {
            rule,
            councillors,
            record,
        } => format!(
            "note: the envelope has another rule from its next seal on (record {record}): {}",
            who_opens(*rule, *councillors)
        ),
        News::Sealed {
            epoch,
            record,
            fingerprint,
            ..
        } => format!(
            "note: envelope {epoch} was sealed (record {record}); its fingerprint is {fingerprint}: \
             ask whoever sealed it for theirs, the two must be the same"
        ),
        News::Witness {
            witness,
            standing: WitnessStanding::Named,
            record,
        } => format!(
            "note: {} is asked to vouch for the log (record {record}); its key is {witness}: \
             compare it with what the witness says",
            witness.name
        ),
        News::Witness {
            witness, record, ..
        } => format!(
            "note: {} is not asked to vouch for the log any more (record {record})",
            witness.name
        ),
        News::ToForget {
            record,
            ordinary,
            long,
        } => to_forget(*record, *ordinary, *long),
        News::Forgotten { record, records } => forgotten(*record, *records),
        News::LogReader {
            role,
            record,
            waits,
            ..
        } => log_reader(*role, *record, *waits),
        News::Opened { record, at } => format!(
            "warning: the emergency envelope was opened on {} (record {record}), and what follows \
             from that is not done: coffer envelope status",
            for_people(*at)
        ),
    }
}

/// Words that were erased.
fn forgotten(record: RecordSeq, records: u64) -> String {
    format!(
        "note: {} lost their words, as the rule lets words go (record {record})",
        counted(records, "old record")
    )
}

/// Words that are to be erased.
fn to_forget(record: RecordSeq, ordinary: Day, long: Day) -> String {
    format!(
        "note: somebody asks for the words of old records to be erased (record {record}): those of \
         daily work from before {ordinary}, others from before {long}; nothing is erased unless a \
         second person approves it, and what is erased never comes back: coffer requests"
    )
}

/// Tries to unlock that were not the person's own, if they know nothing of them.
fn failed_unlocks(count: u32, unrecorded: UnrecordedFacts, last: Option<Timestamp>) -> String {
    let times = |count: u32| match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    };
    let UnrecordedFacts { cut_off, paused } = unrecorded;
    let told = [
        (count, "a wrong passphrase was given for you"),
        (
            cut_off,
            "a try that left no record of its own was broken off",
        ),
        (paused, "it was tried while the vault waited"),
    ];
    let told = told.into_iter().filter(|(count, _)| *count > 0);
    let told: Vec<String> = told
        .map(|(count, what)| format!("{what} {}", times(count)))
        .collect();
    let latest = last.map_or_else(String::new, |last| {
        format!(", latest on {}", for_people(last))
    });
    format!(
        "note: {} since you were last here{latest}: if that was not you, tell the clerk",
        told.join(", and ")
    )
}
/// Of somebody who reviews the access log, from whom it is taken.
fn log_reader(role: Role, record: RecordSeq, waits: bool) -> String {
    if waits {
        format!(
            "warning: the {role} is to read the access log no more (record {record}), if a second \
             person agrees: coffer requests shows who asks"
        )
    } else {
        format!(
            "warning: the {role} reads the access log no more (record {record}), as two people \
             decided"
        )
    }
}
