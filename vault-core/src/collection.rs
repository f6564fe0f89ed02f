//! Collections: entries that share readers. Members are people and, where the collection is in
//! scope, the emergency envelope: "a member made of paper".

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::crypto::digest::Digest;
use crate::crypto::recipient::Recipient;
use crate::id::{CollectionId, Generation, PersonId};

/// What a collection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CollectionKind {
    /// Built in: names of people and collections, for every active person.
    Directory,
    /// Built in: the words of the access log, for those who review it.
    AccessLog,
    /// Website, domain, hosting (clause 4.1.6).
    Service,
    /// Mail tenant, router: administrative credentials (clause 4.1.2).
    Admin,
    /// The council's social media (clause 9.1.4).
    Social,
    /// One person's own (clause 4.1.2): never in an envelope, never granted to anybody else.
    Personal,
}

impl CollectionKind {
    /// The name that is recorded and typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::AccessLog => "access-log",
            Self::Service => "service",
            Self::Admin => "admin",
            Self::Social => "social",
            Self::Personal => "personal",
        }
    }

    /// Whether every vault has this collection from its founding, and no entries are put in it.
    pub const fn is_built_in(self) -> bool {
        matches!(self, Self::Directory | Self::AccessLog)
    }

    /// Whether the emergency envelope is given the collection's key.
    pub const fn in_envelope(self) -> bool {
        !matches!(self, Self::Personal)
    }
}

impl fmt::Display for CollectionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a member may do with a collection: manage ⊃ read ⊃ catalogue, approve ⊃ catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Permission {
    /// See that entries exist, their age and state.
    Catalogue,
    /// See that entries exist, and approve others' requests for them.
    Approve,
    /// Reveal what entries hold.
    Read,
    /// Change entries and memberships.
    Manage,
}

impl Permission {
    /// The name that is recorded and typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Catalogue => "catalogue",
            Self::Approve => "approve",
            Self::Read => "read",
            Self::Manage => "manage",
        }
    }

    /// Whether this permission carries `other` with it.
    pub const fn includes(self, other: Self) -> bool {
        match self {
            Self::Manage => true,
            Self::Read => matches!(other, Self::Read | Self::Catalogue),
            Self::Approve => matches!(other, Self::Approve | Self::Catalogue),
            Self::Catalogue => matches!(other, Self::Catalogue),
        }
    }

    /// Whether members with this permission hold the collection key; the others are given the
    /// catalogue key alone.
    pub const fn holds_collection_key(self) -> bool {
        matches!(self, Self::Read | Self::Manage)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What the log says of a collection at its making.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollectionFacts {
    /// Which.
    pub collection: CollectionId,
    /// What for.
    pub kind: CollectionKind,
    /// Whether the envelope is given its key.
    pub in_scope: bool,
}

/// What the log says of one generation of a collection's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenerationFacts {
    /// Which collection.
    pub collection: CollectionId,
    /// Which generation.
    pub generation: Generation,
    /// What the collection key is committed to; whoever unwraps a key compares.
    pub commitment: Digest,
    /// What the catalogue key is committed to, for those who are given it alone.
    pub catalogue: Digest,
    /// Receives deposits and, in the access log, session detail keys.
    pub deposit: Recipient,
}

/// What the log says of a membership that is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalFacts {
    /// Of which collection.
    pub collection: CollectionId,
    /// Whose.
    pub person: PersonId,
}

impl WithdrawalFacts {
    /// The end itself.
    pub const fn end(self) -> MembershipFacts {
        MembershipFacts {
            collection: self.collection,
            person: self.person,
            permission: None,
        }
    }
}

/// What the log says of a membership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MembershipFacts {
    /// Of which collection.
    pub collection: CollectionId,
    /// Who.
    pub person: PersonId,
    /// What they may do; `None` ends the membership.
    pub permission: Option<Permission>,
}
