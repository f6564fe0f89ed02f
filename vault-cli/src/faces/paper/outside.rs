//! What stands on the envelope. Nothing on it comes from a secret.

use super::Sheet;

/// Labels of what is written by hand, those of a row beside each other.
pub(super) type Rows = &'static [&'static [&'static str]];

/// What stands on the envelope.
pub(super) struct Outside {
    pub(super) serial: String,
    pub(super) kept: &'static str,
    pub(super) holder: String,
    pub(super) council: String,
    /// By what it is matched with a stick and a screen.
    pub(super) vault: String,
    pub(super) notice: &'static str,
    /// What to type then.
    pub(super) report: String,
    /// To be filled in by hand: forms with their titles, row by row.
    pub(super) forms: [(&'static str, Rows); 2],
    /// The columns of the list of checks.
    pub(super) checks: [&'static str; 4],
    pub(super) specimen: Option<&'static str>,
}

/// What everybody sees first, in two lines.
pub(super) const WARNING: [&str; 2] = ["Open only", "in an emergency"];

pub(super) const CHECKS_TITLE: &str = "Seal checks, every three months";

/// How many checks there is room for where the page has it: two years of quarters; and at least.
pub(super) const CHECKS: usize = 8;
pub(super) const FEWEST_CHECKS: usize = 4;

const NOTICE: &str = "Is this torn, open or missing, and nobody knows why? Tell the clerk and the \
     chair at once. Whoever looks after the vault reports it:";

impl Outside {
    pub(super) fn of(sheet: &Sheet<'_>) -> Self {
        Self {
            serial: sheet.serial.to_owned(),
            kept: sheet.kept(),
            holder: sheet.holder.to_owned(),
            council: sheet.frame.council.clone(),
            vault: sheet.frame.vault_line(),
            notice: NOTICE,
            report: format!("coffer envelope lost {}", sheet.serial),
            forms: [
                (
                    "When it is sealed",
                    &[
                        &["Sealed on", "By"],
                        &["Witness", "Witness"],
                        &["Bag number", "Minute"],
                    ],
                ),
                (
                    "When it is opened",
                    &[
                        &["Opened on", "At (time)"],
                        &["By", "Reason"],
                        &["Witness", "Witness"],
                        &["Minute"],
                    ],
                ),
            ],
            checks: ["Date", "Bag number", "Unbroken?", "Checked by"],
            specimen: sheet.specimen(),
        }
    }
}
