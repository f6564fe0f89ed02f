//! The stable names of what is recorded.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
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
        /// A copy of the vault was made.
        VaultBackup = "vault.backup",
        /// A copy of the vault took the place of the file.
        VaultRestore = "vault.restore",
        /// A person unlocked, or failed to.
        VaultUnlock = "vault.unlock",
        /// An entry was made.
        SecretCreate = "secret.create",
        /// A secret was given out, or refused.
        SecretReveal = "secret.reveal",
        /// A new password was proposed, confirmed or dropped.
        SecretRotate = "secret.rotate",
        /// An entry was retired: it is kept, and no longer used.
        SecretArchive = "secret.archive",
        /// Something unconfirmed was confirmed by a second person.
        AccessApprove = "access.approve",
        /// A person was invited.
        PersonAdd = "person.add",
        /// A person chose a passphrase and received keys of their own.
        PersonEnrol = "person.enrol",
        /// A collection was made.
        CollectionCreate = "collection.create",
        /// A membership was given or ended, or a key was wrapped to a reader.
        CollectionChange = "collection.change",
        /// The envelope's rule, or another rule, was changed.
        PolicyChange = "policy.change",
        /// A person read the monitoring notice and the policy.
        PolicyAcknowledge = "policy.acknowledge",
        /// A holder's sheet was made.
        EnvelopeIssue = "envelope.issue",
        /// An escrow epoch was sealed.
        EnvelopeSeal = "envelope.seal",
        /// A sheet was used in an opening.
        EnvelopeSheet = "envelope.sheet",
        /// A step of an opening.
        EnvelopeOpen = "envelope.open",
        /// What follows from an opening was done: members told, a minute made.
        EnvelopeClose = "envelope.close",
        /// It was said what an opening was.
        EnvelopeClassify = "envelope.classify",
        /// A sheet was reported lost.
        EnvelopeRevoke = "envelope.revoke",
        /// Whoever opened the envelope was made a person with keys of their own.
        EnvelopeTakeover = "envelope.takeover",
        /// Somebody raised an incident.
        IncidentRaise = "incident.raise",
        /// It was decided what an incident was and what follows.
        IncidentDecide = "incident.decide",
        /// What followed from an incident is done.
        IncidentClose = "incident.close",
        /// Another program's export was brought in.
        TransferImport = "transfer.import",
        /// The log's words were read.
        LogRead = "log.read",
        /// The log was written out for somebody else.
        LogExport = "log.export",
        /// A log that lacks records seen before was accepted.
        LogAcceptRollback = "log.accept_rollback",
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
    }
}
