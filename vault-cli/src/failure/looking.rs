//! Words for what lies beside a vault file and is part of its state.

use std::path::Path;

use vault_core::vault::Unsettled;

/// It is taken in, because the file is about to be written to.
pub(crate) fn undone(path: &Path, found: Unsettled) -> String {
    let lies = lies_there(path, found);
    match found {
        Unsettled::Journal => format!(
            "warning: {lies}: a crash or a power cut ended an act on the vault half done; it is undone \
             now, if the vault is whole then"
        ),
        Unsettled::Ahead => {
            format!("warning: {lies}; what is in it is taken in now, if the vault is whole then")
        }
    }
}

/// It is left, because the file is only looked at.
pub(crate) fn left_as_it_is(path: &Path, found: Unsettled) -> String {
    let lies = lies_there(path, found);
    let next = match found {
        Unsettled::Journal => {
            "a crash or a power cut ended an act on the vault half done; the next who unlocks the \
             vault undoes it"
        }
        Unsettled::Ahead => "the next who unlocks the vault takes in what is in it",
    };
    format!(
        "warning: {lies}: {next}; a private copy is looked at, in which that is done, and both files \
         stay as they are"
    )
}

/// It is not taken in, because the file is known to be whole.
pub(crate) fn ignored(path: &Path, found: Unsettled) -> String {
    format!(
        "warning: {}, which is none of the backup's: its checksum says that it is whole; nothing of it \
         is put back",
        lies_there(path, found)
    )
}

fn lies_there(path: &Path, found: Unsettled) -> String {
    let name = format!("{}{}", path.display(), found.ending());
    match found {
        Unsettled::Journal => format!("{name} lies beside the file"),
        Unsettled::Ahead => {
            format!("{name} lies beside the file, or it says so, and coffer makes no such files")
        }
    }
}
