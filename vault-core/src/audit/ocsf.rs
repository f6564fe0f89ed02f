//! Where each event stands in the Open Cybersecurity Schema Framework (OCSF 1.x), so that a
//! council's security monitoring reads the log without knowing this program.

pub mod event;

use super::event::{Event, Outcome};

/// An OCSF event class that this log uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Account Change: a person's login came, changed or went.
    AccountChange,
    /// Authentication: somebody unlocked, or failed to.
    Authentication,
    /// Entity Management: something that the log knows was made, looked at or changed.
    EntityManagement,
    /// User Access Management: who may do what was changed.
    UserAccess,
    /// API Activity: the program did something with the vault as a whole.
    ApiActivity,
    /// Datastore Activity: what is kept was read or written.
    DatastoreActivity,
}

impl Class {
    /// `class_uid`.
    pub const fn uid(self) -> u32 {
        match self {
            Self::AccountChange => 3001,
            Self::Authentication => 3002,
            Self::EntityManagement => 3004,
            Self::UserAccess => 3005,
            Self::ApiActivity => 6003,
            Self::DatastoreActivity => 6005,
        }
    }

    /// The class's name in the schema.
    pub const fn caption(self) -> &'static str {
        match self {
            Self::AccountChange => "Account Change",
            Self::Authentication => "Authentication",
            Self::EntityManagement => "Entity Management",
            Self::UserAccess => "User Access Management",
            Self::ApiActivity => "API Activity",
            Self::DatastoreActivity => "Datastore Activity",
        }
    }

    /// `category_uid`: 3 is Identity & Access Management, 6 Application Activity.
    pub const fn category(self) -> u32 {
        self.uid() / 1000
    }
}

/// `status_id`: 1 is Success, 2 Failure.
pub const fn status(outcome: Outcome) -> u32 {
    match outcome {
        Outcome::Ok => 1,
        Outcome::Denied | Outcome::Failed => 2,
    }
}

/// The class of an event, and its `activity_id` there (99 where the class has no word for it).
pub const fn class_of(event: Event) -> (Class, u32) {
    use Class::{
        AccountChange, ApiActivity, Authentication, DatastoreActivity, EntityManagement, UserAccess,
    };
    match event {
        Event::VaultUnlock => (Authentication, 1),
        Event::PersonAdd => (AccountChange, 1),
        Event::PersonEnrol => (AccountChange, 2),
        Event::PersonChangeCredential => (AccountChange, 3),
        Event::PersonSuspend => (AccountChange, 5),
        Event::PersonRemove => (AccountChange, 6),
        Event::EnvelopeTakeover => (AccountChange, 99),
        Event::PersonChangeRole
        | Event::CollectionChange
        | Event::SecretGrant
        | Event::AccessApprove => (UserAccess, 1),
        Event::SecretRevoke | Event::AccessEnd => (UserAccess, 2),
        Event::AccessRequest | Event::AccessRefuse | Event::AccessReview => (UserAccess, 99),
        Event::CollectionCreate
        | Event::EnvelopeIssue
        | Event::EnvelopeSeal
        | Event::IncidentRaise => (EntityManagement, 1),
        Event::EnvelopeCheck | Event::EnvelopeDrill | Event::PolicyAcknowledge => {
            (EntityManagement, 2)
        }
        Event::PolicyChange
        | Event::EnvelopeClose
        | Event::EnvelopeClassify
        | Event::IncidentDecide
        | Event::IncidentClose => (EntityManagement, 3),
        Event::EnvelopeRevoke => (EntityManagement, 4),
        Event::EnvelopeSheet | Event::EnvelopeOpen => (EntityManagement, 99),
        Event::VaultCreate | Event::VaultBackup => (ApiActivity, 1),
        Event::LogVerify => (ApiActivity, 2),
        Event::VaultMigrate
        | Event::VaultRestore
        | Event::VaultRekey
        | Event::LogAcceptRollback
        | Event::LogMerge => (ApiActivity, 3),
        Event::LogForget => (ApiActivity, 4),
        Event::LogAnchor | Event::LogFork => (ApiActivity, 99),
        Event::SecretReveal | Event::LogRead | Event::LogExport | Event::TransferExport => {
            (DatastoreActivity, 1)
        }
        Event::SecretUpdate
        | Event::SecretRotate
        | Event::SecretHandOver
        | Event::SecretReportCompromise
        | Event::SecretArchive => (DatastoreActivity, 2),
        Event::SecretDeposit | Event::TransferImport => (DatastoreActivity, 5),
        Event::SecretCreate => (DatastoreActivity, 6),
        Event::SecretDestroy => (DatastoreActivity, 7),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_one_class_and_an_activity_that_the_class_knows() {
        for event in Event::ALL {
            let (class, activity) = class_of(*event);
            // The activities of OCSF 1.x that each class had from its first version.
            let known = match class {
                Class::AccountChange => 1..=10,
                Class::Authentication | Class::EntityManagement | Class::ApiActivity => 1..=4,
                Class::UserAccess => 1..=2,
                Class::DatastoreActivity => 1..=8,
            };
            assert!(activity == 99 || known.contains(&activity), "{event}");
            assert!([3, 6].contains(&class.category()), "{event}");
        }
    }

    #[test]
    fn the_names_are_those_of_the_design_and_none_stands_twice() {
        let names: std::collections::BTreeSet<_> = Event::ALL.iter().map(|e| e.name()).collect();
        assert_eq!(names.len(), Event::ALL.len());
        let grouped = |group: &str| names.iter().filter(|n| n.starts_with(group)).count();
        let groups = [
            "vault.",
            "secret.",
            "access.",
            "envelope.",
            "person.",
            "collection.",
            "policy.",
            "incident.",
            "transfer.",
            "log.",
        ];
        let counts = groups.map(grouped);
        assert_eq!(counts, [6, 11, 5, 10, 6, 2, 2, 3, 2, 8]);
        assert_eq!(counts.iter().sum::<usize>(), names.len());
    }
}
