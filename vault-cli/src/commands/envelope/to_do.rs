//! What is to be done after an opening, as a short list with the exact commands.

use std::path::{Path, PathBuf};

use vault_core::emergency::Holder;
use vault_core::emergency::duty::Duty;
use vault_core::id::Serial;
use vault_core::vault::Vault;
use vault_core::vault::opened::OpenedTitle;

use super::guided::Scene;
use super::notice::capitalised;
use super::wording;
use crate::commands::duty;
use crate::failure::Failure;
use crate::output::shell;

/// What is said below the list.
pub(super) const LAST: &str = "\nLater, coffer status lists what is left. If nobody has a login any \
                               more: coffer envelope takeover";

/// The steps, in their order.
pub(super) fn steps(vault: &mut Vault, scene: &Scene, revealed: &[OpenedTitle]) -> Vec<String> {
    let used: Vec<&str> = scene.sheets.iter().map(Serial::as_str).collect();
    let mut steps = vec![
        format!(
            "Lock the used sheets away ({}) until fresh ones are sealed; then destroy them.",
            used.join(", ")
        ),
        format!(
            "Keep the opening's own record with the council's papers: {}",
            scene.journal.display()
        ),
    ];
    if let Some(copy) = &scene.copy {
        // Everything else is done where the vault itself is, and listed there.
        steps.push(capitalised(&bring_in(copy)));
        return steps;
    }
    // The opening has ended well; what cannot be read now, `status` tells later.
    let duties = vault.status().map_or(Vec::new(), |s| s.envelope.duties);
    steps.extend(duties.iter().filter_map(|duty| step(duty, vault, revealed)));
    steps
}

/// The vault file, where it says of itself that it is a copy, such as that of a kit.
pub(super) fn marked_copy(vault: &Vault, path: &Path) -> Result<Option<PathBuf>, Failure> {
    Ok(vault.copy()?.map(|_| path.to_owned()))
}

/// An opening on a copy is known to nobody until its record is brought in.
pub(super) fn bring_in(copy: &Path) -> String {
    format!(
        "take this copy to the clerk, or to whoever looks after the vault, since the opening is on \
         record in it alone: they bring the record in, which tells every member and lists what is to \
         be done: coffer log merge {}",
        shell::path(copy)
    )
}

/// One duty; nothing for those that settle themselves when somebody unlocks the vault.
fn step(duty: &Duty, vault: &Vault, revealed: &[OpenedTitle]) -> Option<String> {
    match duty {
        Duty::RotateRevealed { entry, .. } => {
            let title = revealed.iter().find(|title| title.entry == *entry);
            let Some(title) = title.map(|title| &title.title) else {
                return Some(capitalised(&duty::in_words(duty)));
            };
            let name = shell::named(title, entry);
            Some(format!(
                "Change the password of {title}: coffer rotate {name} --generate words:5, then put \
                 the new one in its place there, then: coffer rotate {name} --confirm"
            ))
        }
        Duty::ReplaceSheet(serial) => {
            let holder = keeper(serial, vault);
            Some(format!(
                "Make a fresh sheet in place of {serial}: coffer envelope sheet {holder} --text FILE"
            ))
        }
        Duty::TellMembers(_) => Some(
            "Send the notice above to every member, then: coffer envelope done notice".to_owned(),
        ),
        Duty::Minute(_) => Some(
            "Put the minute above before the next meeting, then: coffer envelope done minute"
                .to_owned(),
        ),
        Duty::NewGeneration(_) | Duty::Confirm(_) | Duty::CompleteCover { .. } => None,
        other => Some(capitalised(&duty::in_words(other))),
    }
}

/// Who keeps a sheet, as a word of a command line. People's names cannot be told without a login.
fn keeper(serial: &Serial, vault: &Vault) -> String {
    let ledger = vault.ledger();
    let sheet = ledger.envelope.sheets.get(serial);
    let holder = sheet.map(|sheet| &sheet.facts.holder);
    match (holder, holder.and_then(|holder| ledger.role_of(holder))) {
        (Some(place @ Holder::Place(_)), _) => shell::word(&place.to_string()),
        (_, Some(role)) => {
            shell::word(&format!("NAME OF THE {}", wording::role(role)).to_uppercase())
        }
        _ => "HOLDER".to_owned(),
    }
}
