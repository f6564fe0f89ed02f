//! What was refused to somebody, and on record.

use vault_core::access::Denial;
use vault_core::id::RecordSeq;
use vault_core::person::Standing;

use super::{Wording, said};

pub(super) fn wording(denial: Denial, record: RecordSeq, incident: Option<RecordSeq>) -> Wording {
    if let Denial::Standing(standing) = denial {
        return of_standing(standing);
    }
    let place = match incident {
        Some(number) => format!("recorded as incident {number}"),
        None => format!("on record, as number {record}"),
    };
    let why = reason(denial);
    said(format!("{why}; the refusal is {place}"), next(denial))
}

pub(super) fn of_standing(standing: Standing) -> Wording {
    match standing {
        Standing::Invited => said(
            "you have been invited, but have not enrolled yet",
            "run coffer enrol to choose a passphrase of your own",
        ),
        Standing::Suspended => said(
            "your access is suspended",
            "ask the clerk or the IT provider",
        ),
        Standing::Left => said("your access has ended", "ask the clerk or the IT provider"),
        Standing::Active => said(
            "you may not do that yet",
            "ask the clerk or the IT provider",
        ),
    }
}

const fn reason(denial: Denial) -> &'static str {
    match denial {
        Denial::Ended => "your access has ended: every membership of yours was taken back",
        Denial::NoFooting => {
            "others rely on that, and you are a member of nothing that somebody else manages"
        }
        Denial::TakesTwo => "it takes two people to end that membership",
        Denial::Role => "your role does not allow that",
        Denial::Permission { .. } => "you do not have the permission for that",
        Denial::Personal => "a personal collection is its owner's alone",
        Denial::TheirRole => "the other person's role does not allow that",
        Denial::OwnAct => "this concerns you yourself, so somebody else has to do it",
        Denial::TookPart => {
            "your sheet was used in that opening, so somebody who had no part in it says what it was"
        }
        Denial::LikeOpener => {
            "whoever opened the envelope gave a name that is like yours, so somebody else says what \
             the opening was"
        }
        Denial::DoesNotCount => "somebody who was there before you has to confirm you first",
        Denial::NotWaiting => "nothing waits to be confirmed there",
        Denial::Undecided => "an incident is closed when it has been decided",
        Denial::LastManager => "nobody else manages that collection",
        Denial::StillKept(_) => "the council's rule keeps words longer",
        Denial::NoSecondPerson => "nobody else could approve that, so nothing is ever erased",
        Denial::Directory => "everybody who is active reads the directory",
        Denial::NotReleased => "the opened envelope does not reach that",
        Denial::Standing(_) | Denial::NotTheirs | Denial::Unknown => "you may not do that",
    }
}

/// What the person can do about it.
fn next(denial: Denial) -> String {
    match denial {
        Denial::Permission { wanted, .. } => {
            format!("ask whoever manages the collection for the permission \"{wanted}\"")
        }
        Denial::Ended => {
            "whoever manages a collection can let you in again: coffer collection grant".to_owned()
        }
        Denial::NoFooting => {
            "ask whoever manages a collection to let you in: coffer collection grant".to_owned()
        }
        Denial::OwnAct | Denial::TookPart | Denial::LikeOpener => {
            "ask a second person to run the same command".to_owned()
        }
        Denial::DoesNotCount => {
            "ask one of them for coffer approve; coffer requests lists what waits".to_owned()
        }
        Denial::NotWaiting => "coffer requests lists what waits".to_owned(),
        Denial::Undecided => "say first what it was: coffer incident decide".to_owned(),
        Denial::StillKept(day) => {
            format!("today the latest day that the rule allows is --before {day}")
        }
        Denial::NoSecondPerson => {
            "let a clerk or a chair enrol first: coffer person add".to_owned()
        }
        Denial::LastManager => {
            "let somebody else manage it first: coffer collection grant".to_owned()
        }
        Denial::Standing(_)
        | Denial::Role
        | Denial::Personal
        | Denial::TheirRole
        | Denial::NotTheirs
        | Denial::TakesTwo
        | Denial::Directory
        | Denial::NotReleased
        | Denial::Unknown => "ask the clerk or the IT provider".to_owned(),
    }
}
