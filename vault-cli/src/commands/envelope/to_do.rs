//! What is to be done after an opening, as a short list with the exact commands.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use vault_core::emergency::duty::Duty;
use vault_core::id::{PersonId, Serial};
use vault_core::vault::Vault;
use vault_core::vault::duties::Glossary;
use vault_core::vault::opened::OpenedTitle;

use super::guided::Scene;
use super::notice::capitalised;

use crate::failure::Failure;
use crate::output::shell;
use crate::words::duty;

/// What is said below the list.
pub(super) const LAST: &str = "\nLater, coffer status lists what is left. If nobody has a login any \
                               more: coffer envelope takeover";

/// The steps, in their order.
pub(super) fn steps(
    vault: &mut Vault,
    scene: &Scene,
    revealed: &[OpenedTitle],
    people: &BTreeMap<PersonId, String>,
    path: &Path,
) -> Vec<String> {
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
    let titles = revealed
        .iter()
        .map(|it| (it.entry, (it.title.clone(), true)));
    let glossary = Glossary {
        entries: titles.collect(),
        people: people.clone(),
        ..Glossary::default()
    };
    let words = duty::Words::of(vault.ledger(), &glossary, path);
    steps.extend(duties.iter().filter_map(|duty| step(duty, &words)));
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
fn step(duty: &Duty, words: &duty::Words<'_>) -> Option<String> {
    match duty {
        Duty::TellMembers(_) => Some(
            "Send the notice above to every member, then: coffer envelope done notice".to_owned(),
        ),
        Duty::Minute(_) => Some(
            "Put the minute above before the next meeting, then: coffer envelope done minute"
                .to_owned(),
        ),
        Duty::NewGeneration(_) | Duty::Confirm(_) | Duty::CompleteCover { .. } => None,
        Duty::RotateRevealed { .. } => Some(format!(
            "{} (put the new one in its place on the site before you confirm it)",
            capitalised(&words.line(duty))
        )),
        other => Some(capitalised(&words.line(other))),
    }
}
