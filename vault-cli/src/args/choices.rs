//! Words of which one must be given.

use clap::ValueEnum;
use vault_core::collection::{self, CollectionKind};
use vault_core::emergency::follow_up;
use vault_core::emergency::inspection::Found;
use vault_core::entry::{EntryKind, EntryState};
use vault_core::person;

/// What a person is to the council.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// The company that looks after the council's computers
    ItProvider,
    /// The clerk
    Clerk,
    /// The chair of the council
    Chair,
    /// A member of the council
    Councillor,
    /// Anybody else who works for the council
    Staff,
    /// Whoever checks the access log
    Auditor,
}

/// What an entry or a collection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// A service that the council uses
    Service,
    /// An administrator's account
    Admin,
    /// A social-media account
    Social,
    /// One person's own account
    Personal,
}

/// What a member of a collection may do there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Permission {
    /// See the titles
    Catalogue,
    /// Get the passwords
    Read,
    /// Change the entries and say who may use them
    Manage,
    /// Approve other people's access
    Approve,
}

/// How a new password came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StartState {
    /// The maker's own password, as delivered
    Default,
    /// A first password that has to be changed
    Initial,
}

/// How costly it is to guess a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kdf {
    /// As costly as it must be at least
    Floor,
    /// As costly as this computer can do in about a second
    Calibrate,
}

/// Which sheets open the envelope together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Rule {
    /// The chair's sheet alone
    Chair,
    /// The clerk's sheet alone
    Clerk,
    /// The chair's or the clerk's sheet alone
    Officer,
    /// Any two sheets
    AnyTwo,
    /// Chair and clerk, or one of them and any other sheet
    #[value(name = "officer+other")]
    OfficerAndOther,
    /// Chair or clerk, and some of the councillors
    #[value(name = "officer+councillors")]
    OfficerAndCouncillors,
}

/// What somebody saw of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Seen {
    /// It was put into its bag and sealed
    Bagged,
    /// The bag is where it should be, and its seal is whole
    Intact,
    /// The seal is broken: the sheet opens nothing from then on
    Broken,
    /// Its holder gave it back unopened
    Returned,
    /// It was destroyed: the sheet opens nothing from then on
    Destroyed,
}

impl From<Seen> for Found {
    fn from(seen: Seen) -> Self {
        match seen {
            Seen::Bagged => Self::Bagged,
            Seen::Intact => Self::Intact,
            Seen::Broken => Self::Broken,
            Seen::Returned => Self::Returned,
            Seen::Destroyed => Self::Destroyed,
        }
    }
}

/// What was done after an opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Done {
    /// Every member was told
    Notice,
    /// It stands in the minutes
    Minute,
}

/// What an opening was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Class {
    /// There was an emergency
    Emergency,
    /// It was rehearsed
    Drill,
    /// It ought not to have been opened
    Misuse,
}

impl From<Done> for follow_up::Done {
    fn from(done: Done) -> Self {
        match done {
            Done::Notice => Self::Notice,
            Done::Minute => Self::Minute,
        }
    }
}

impl From<Class> for follow_up::Use {
    fn from(class: Class) -> Self {
        match class {
            Class::Emergency => Self::Emergency,
            Class::Drill => Self::Drill,
            Class::Misuse => Self::Misuse,
        }
    }
}

impl From<Role> for person::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::ItProvider => Self::ItProvider,
            Role::Clerk => Self::Clerk,
            Role::Chair => Self::Chair,
            Role::Councillor => Self::Councillor,
            Role::Staff => Self::Staff,
            Role::Auditor => Self::Auditor,
        }
    }
}

impl From<Kind> for CollectionKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Service => Self::Service,
            Kind::Admin => Self::Admin,
            Kind::Social => Self::Social,
            Kind::Personal => Self::Personal,
        }
    }
}

impl From<Kind> for EntryKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Service => Self::Service,
            Kind::Admin => Self::Admin,
            Kind::Social => Self::Social,
            Kind::Personal => Self::Personal,
        }
    }
}

impl From<Permission> for collection::Permission {
    fn from(permission: Permission) -> Self {
        match permission {
            Permission::Catalogue => Self::Catalogue,
            Permission::Read => Self::Read,
            Permission::Manage => Self::Manage,
            Permission::Approve => Self::Approve,
        }
    }
}

impl From<StartState> for EntryState {
    fn from(state: StartState) -> Self {
        match state {
            StartState::Default => Self::Default,
            StartState::Initial => Self::Initial,
        }
    }
}
