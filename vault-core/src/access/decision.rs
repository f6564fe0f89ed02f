//! The answer to a request, as a value.

use super::request::{Act, Request, Requester};
use crate::collection::Permission;
use crate::person::Standing;
use crate::time::day::Day;

/// What was decided. It must be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Decision {
    /// It may be done, and has to be recorded first.
    Permit(Permit),
    /// It may not be done, and the refusal has to be recorded.
    Deny(Denial),
}

impl Decision {
    /// The permit, or the denial as an error.
    ///
    /// # Errors
    /// The denial.
    pub fn into_result(self) -> Result<Permit, Denial> {
        match self {
            Self::Permit(permit) => Ok(permit),
            Self::Deny(denial) => Err(denial),
        }
    }
}

/// Leave to do one thing. Only [`super::decide`] makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    request: Request,
    permission: Option<Permission>,
}

impl Permit {
    /// Leave for `request`, resting on `permission` where a membership gives it.
    pub(super) const fn new(request: Request, permission: Option<Permission>) -> Self {
        Self {
            request,
            permission,
        }
    }

    /// Who may.
    pub const fn by(&self) -> Requester {
        self.request.by
    }

    /// What they may do.
    pub const fn act(&self) -> &Act {
        &self.request.act
    }

    /// The permission that the record names.
    pub const fn permission(&self) -> Option<Permission> {
        self.permission
    }
}

/// Why something may not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// The person is not active.
    Standing(Standing),
    /// Every membership that they had was ended.
    Ended,
    /// They are a member of nothing from which somebody else could remove them.
    NoFooting,
    /// Their role never may.
    Role,
    /// They are not a member of the collection, or their permission does not suffice.
    Permission {
        /// What they have.
        held: Option<Permission>,
        /// What it takes.
        wanted: Permission,
    },
    /// A personal collection is its one member's alone.
    Personal,
    /// The role of the person who is to be given something does not allow it.
    TheirRole,
    /// One's own act is for somebody else to confirm.
    OwnAct,
    /// Their sheet was used, and somebody who had no part in the opening can say what it was.
    TookPart,
    /// The opener gave a name that is like theirs, and somebody else can say what the opening was.
    LikeOpener,
    /// It is somebody else's own.
    NotTheirs,
    /// They do not count as a second person until their own enrolment is confirmed.
    DoesNotCount,
    /// Nothing waits to be confirmed there, and no incident is open.
    NotWaiting,
    /// An incident is closed when it has been decided.
    Undecided,
    /// From whoever reviews the access log it is taken with a second person's word, and so asked for.
    TakesTwo,
    /// Every collection keeps somebody who manages it.
    LastManager,
    /// Everybody who is active reads the directory.
    Directory,
    /// The envelope was not released, or the opening has ended, or this is outside its scope.
    NotReleased,
    /// Nobody else could confirm it, and without that it has no effect.
    NoSecondPerson,
    /// Words are kept longer; those that are older than this day may go.
    StillKept(Day),
    /// There is no such person, collection or entry.
    Unknown,
}
