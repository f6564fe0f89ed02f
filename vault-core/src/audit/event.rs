//! The stable names of what is recorded.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

named! {
    /// What happened.
    Event {
        /// The vault was founded.
        VaultCreate = "vault.create",
        /// A person unlocked, or failed to.
        VaultUnlock = "vault.unlock",
        /// The file took on a newer form.
        VaultMigrate = "vault.migrate",
        /// A copy of the vault was made.
        VaultBackup = "vault.backup",
        /// A copy of the vault took the place of the file.
        VaultRestore = "vault.restore",
        /// Keys that nobody lost were renewed.
        VaultRekey = "vault.rekey",
        /// An entry was made.
        SecretCreate = "secret.create",
        /// A secret was given out, or refused.
        SecretReveal = "secret.reveal",
        /// What stands beside an entry's secrets was changed.
        SecretUpdate = "secret.update",
        /// A new password was proposed, confirmed or dropped.
        SecretRotate = "secret.rotate",
        /// A login was handed in by somebody who cannot read it again.
        SecretDeposit = "secret.deposit",
        /// One version of an entry was given to somebody for a time.
        SecretGrant = "secret.grant",
        /// What was given for a time was taken back.
        SecretRevoke = "secret.revoke",
        /// An entry was handed over to a successor.
        SecretHandOver = "secret.hand_over",
        /// An entry was reported as known to others.
        SecretReportCompromise = "secret.report_compromise",
        /// An entry was retired, so that it is kept and no longer used, or is used again.
        SecretArchive = "secret.archive",
        /// A retired entry was destroyed.
        SecretDestroy = "secret.destroy",
        /// Somebody asked for what they may not read.
        AccessRequest = "access.request",
        /// Something unconfirmed was confirmed by a second person.
        AccessApprove = "access.approve",
        /// A request was refused.
        AccessRefuse = "access.refuse",
        /// What was given on request ended.
        AccessEnd = "access.end",
        /// What was given on request was looked at afterwards.
        AccessReview = "access.review",
        /// A holder's sheet was made.
        EnvelopeIssue = "envelope.issue",
        /// An escrow epoch was sealed.
        EnvelopeSeal = "envelope.seal",
        /// A sheet was used in an opening.
        EnvelopeSheet = "envelope.sheet",
        /// A step of an opening.
        EnvelopeOpen = "envelope.open",
        /// Whoever opened the envelope was made a person with keys of their own.
        EnvelopeTakeover = "envelope.takeover",
        /// A sheet was looked at or proved to be current.
        EnvelopeCheck = "envelope.check",
        /// An opening was rehearsed.
        EnvelopeDrill = "envelope.drill",
        /// A sheet was reported lost.
        EnvelopeRevoke = "envelope.revoke",
        /// What follows from an opening was done: members told, a minute made.
        EnvelopeClose = "envelope.close",
        /// It was said what an opening was.
        EnvelopeClassify = "envelope.classify",
        /// A person was invited.
        PersonAdd = "person.add",
        /// A person chose a passphrase and received keys of their own.
        PersonEnrol = "person.enrol",
        /// A person took on another role.
        PersonChangeRole = "person.change_role",
        /// A person chose another passphrase or second factor.
        PersonChangeCredential = "person.change_credential",
        /// A person may not act for the time being.
        PersonSuspend = "person.suspend",
        /// A person left.
        PersonRemove = "person.remove",
        /// A collection was made.
        CollectionCreate = "collection.create",
        /// A membership was given or ended, or a key was wrapped to a reader.
        CollectionChange = "collection.change",
        /// The envelope's rule, or another rule, was changed.
        PolicyChange = "policy.change",
        /// A person read the monitoring notice and the policy.
        PolicyAcknowledge = "policy.acknowledge",
        /// Somebody raised an incident.
        IncidentRaise = "incident.raise",
        /// It was decided what an incident was and what follows.
        IncidentDecide = "incident.decide",
        /// What followed from an incident is done.
        IncidentClose = "incident.close",
        /// Another program's export was brought in.
        TransferImport = "transfer.import",
        /// Entries were written out for another program.
        TransferExport = "transfer.export",
        /// The log's words were read.
        LogRead = "log.read",
        /// The log was written out for somebody else.
        LogExport = "log.export",
        /// The log was checked by somebody who put that on record.
        LogVerify = "log.verify",
        /// A witness's word for a head of the log was taken in.
        LogAnchor = "log.anchor",
        /// The words of old records were erased.
        LogForget = "log.forget",
        /// A log that lacks records seen before was accepted.
        LogAcceptRollback = "log.accept_rollback",
        /// An opening that was made on a copy was brought in.
        LogMerge = "log.merge",
        /// Two logs were found that go different ways from one record on.
        LogFork = "log.fork",
    }
}

named! {
    /// How it ended.
    Outcome {
        /// It was done.
        Ok = "ok",
        /// It was refused.
        Denied = "denied",
        /// It did not succeed.
        Failed = "failed",
    }
}

named! {
    /// Which step of something that takes several.
    Step {
        /// A new password waits until the site has it.
        Pending = "pending",
        /// The new password is the current one.
        Confirmed = "confirmed",
        /// The new password was dropped.
        Aborted = "aborted",
        /// An opening was asked for.
        Requested = "requested",
        /// The rule was met.
        Released = "released",
        /// The titles were listed.
        Listed = "listed",
        /// The opening ended.
        Closed = "closed",
        /// An entry is used no more.
        Retired = "retired",
        /// It is used again.
        Restored = "restored",
    }
}

impl Event {
    /// Names that are set aside: nothing makes such records yet, and none is read.
    pub const SET_ASIDE: &[Self] = &[
        Self::VaultMigrate,
        Self::VaultRekey,
        Self::SecretUpdate,
        Self::SecretDeposit,
        Self::SecretGrant,
        Self::SecretRevoke,
        Self::SecretHandOver,
        Self::SecretReportCompromise,
        Self::SecretDestroy,
        Self::AccessRequest,
        Self::AccessRefuse,
        Self::AccessEnd,
        Self::AccessReview,
        Self::PersonChangeRole,
        Self::PersonSuspend,
        Self::PersonRemove,
        Self::TransferExport,
    ];

    /// Whether records of this kind are made.
    pub fn is_made(self) -> bool {
        !Self::SET_ASIDE.contains(&self)
    }
}
