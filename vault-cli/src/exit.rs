//! How a run ended, as a number that scripts may rely on.

use std::process::ExitCode;

/// The exit statuses. The numbers are a contract: none is ever given another meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitStatus {
    /// What was asked for is done.
    Done = 0,
    /// A fault of this program.
    Fault = 1,
    /// The command was not understood, or cannot be meant as given.
    Usage = 2,
    /// The person at the keyboard broke off.
    Cancelled = 3,
    /// The vault is locked and there was no passphrase to open it with.
    Locked = 4,
    /// The passphrase, or an envelope's sheet, is wrong.
    WrongPassphrase = 5,
    /// No person, collection, entry or request has that name.
    NotFound = 6,
    /// The person may not do this; the refusal is recorded.
    NotPermitted = 7,
    /// Somebody else has to approve first.
    ApprovalNeeded = 8,
    /// The access log does not verify, or is older than one already seen.
    LogBroken = 9,
    /// The vault file is damaged.
    StoreDamaged = 10,
    /// Reading or writing failed: a full disk, a closed pipe, a missing file.
    InputOutput = 11,
    /// Another program is using the vault file.
    Busy = 12,
    /// A check ran to its end and found something.
    Found = 13,
}

impl ExitStatus {
    /// Every status, in the order of the numbers.
    pub const ALL: [Self; 14] = [
        Self::Done,
        Self::Fault,
        Self::Usage,
        Self::Cancelled,
        Self::Locked,
        Self::WrongPassphrase,
        Self::NotFound,
        Self::NotPermitted,
        Self::ApprovalNeeded,
        Self::LogBroken,
        Self::StoreDamaged,
        Self::InputOutput,
        Self::Busy,
        Self::Found,
    ];

    /// The number that the operating system is told.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// What the status means, in the words of the help page.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Fault => "internal fault",
            Self::Usage => "usage",
            Self::Cancelled => "cancelled",
            Self::Locked => "locked",
            Self::WrongPassphrase => "wrong passphrase",
            Self::NotFound => "not found",
            Self::NotPermitted => "not permitted (and recorded)",
            Self::ApprovalNeeded => "approval needed",
            Self::LogBroken => "log does not verify",
            Self::StoreDamaged => "store damaged",
            Self::InputOutput => "input or output failed",
            Self::Busy => "busy",
            Self::Found => "a check found something",
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.number())
    }
}

#[cfg(test)]
mod tests {
    use super::ExitStatus as Status;

    #[test]
    fn every_status_keeps_its_number() {
        let contract = [
            (Status::Done, 0),
            (Status::Fault, 1),
            (Status::Usage, 2),
            (Status::Cancelled, 3),
            (Status::Locked, 4),
            (Status::WrongPassphrase, 5),
            (Status::NotFound, 6),
            (Status::NotPermitted, 7),
            (Status::ApprovalNeeded, 8),
            (Status::LogBroken, 9),
            (Status::StoreDamaged, 10),
            (Status::InputOutput, 11),
            (Status::Busy, 12),
            (Status::Found, 13),
        ];
        for (status, number) in contract {
            assert_eq!(status.number(), number);
        }
    }

    #[test]
    fn all_lists_every_number_once_and_in_order() {
        let numbers = Status::ALL.map(Status::number);
        assert!(numbers.iter().copied().eq(0..14));
    }

    #[test]
    fn no_two_statuses_mean_the_same() {
        let mut meanings = Status::ALL.map(Status::meaning);
        meanings.sort_unstable();
        assert!(meanings.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
