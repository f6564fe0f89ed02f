//! What a role may ever do. Membership of collections says what a person actually can.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::collection::Permission;

/// A person's office, or their trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The company that looks after the council's computers.
    ItProvider,
    /// The clerk: the council's proper officer.
    Clerk,
    /// The chair of the council.
    Chair,
    /// A member of the council.
    Councillor,
    /// Anybody else who works for the council.
    Staff,
    /// Whoever checks the access log.
    Auditor,
}

/// Powers that a role confers and no membership can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Power {
    /// Invite people.
    Invite,
    /// Make collections.
    MakeCollection,
    /// Choose the envelope's rule and seal it.
    Seal,
    /// Make a holder's sheet.
    IssueSheet,
    /// Bring in another program's export.
    Import,
    /// Confirm what waits for a second person.
    Approve,
}

impl Role {
    /// Every role, in the order in which they are listed.
    pub const ALL: [Self; 6] = [
        Self::ItProvider,
        Self::Clerk,
        Self::Chair,
        Self::Councillor,
        Self::Staff,
        Self::Auditor,
    ];

    /// The name that is recorded and typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ItProvider => "it-provider",
            Self::Clerk => "clerk",
            Self::Chair => "chair",
            Self::Councillor => "councillor",
            Self::Staff => "staff",
            Self::Auditor => "auditor",
        }
    }

    /// What stands before the number on this role's sheets.
    pub const fn serial_prefix(self) -> &'static str {
        match self {
            Self::ItProvider => "IT",
            Self::Clerk => "CL",
            Self::Chair => "CH",
            Self::Councillor => "CO",
            Self::Staff => "ST",
            Self::Auditor => "AU",
        }
    }

    /// Whether the role confers `power`.
    pub const fn has(self, power: Power) -> bool {
        match self {
            Self::ItProvider | Self::Clerk => true,
            Self::Chair => matches!(power, Power::IssueSheet | Power::Approve),
            Self::Councillor => matches!(power, Power::Approve),
            Self::Staff | Self::Auditor => false,
        }
    }

    /// Whether a membership may ever give somebody with this role `permission`.
    pub const fn may_hold(self, permission: Permission) -> bool {
        match self {
            Self::ItProvider | Self::Clerk => true,
            Self::Chair | Self::Councillor => !matches!(permission, Permission::Manage),
            Self::Staff => matches!(permission, Permission::Catalogue | Permission::Read),
            Self::Auditor => false,
        }
    }

    /// Whether people of this role read the access log's words from their invitation on.
    pub const fn reads_log(self) -> bool {
        matches!(self, Self::Clerk | Self::Chair | Self::Auditor)
    }

    /// Whether this is one of the council's own officers or members, without whom no set of
    /// holders may open the envelope.
    pub const fn is_elected_or_clerk(self) -> bool {
        matches!(self, Self::Clerk | Self::Chair | Self::Councillor)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
