//! What somebody can do to the file, and how it is found: one byte changed, and an older copy put in
//! the place of the vault.

use std::fs;
use std::path::Path;

use vault_core::vault::Surroundings;
use vault_core::vault::Vault;
use vault_core::vault::verify::{Depth, verify};

use super::council::Council;
use super::folder;
use super::narrator::Narrator;
use crate::failure::Failure;

/// What stands in the record of a password that was given out; a forger would rather that it said
/// something else.
const RECORDED: &[u8] = br#""event":"secret.reveal""#;

/// Does both on copies of the vault, of which `early` is one from before the opening.
pub(super) fn story(
    council: &Council,
    early: &[u8],
    narrator: &mut Narrator<'_, '_>,
) -> Result<(), Failure> {
    narrator.title("4. Somebody tampers with the file")?;
    let vault = council.folder.vault();
    let place = council.folder.path().join("tampered.vault");
    let mut bytes = read(&vault)?;
    let found = bytes
        .windows(RECORDED.len())
        .rposition(|part| part == RECORDED);
    if let Some(start) = found {
        bytes[start + RECORDED.len() - 2] = b'k';
    }
    folder::write(&place, &bytes)?;
    narrator.command("coffer log verify --vault tampered.vault")?;
    narrator
        .say("One byte of a copy was changed, in the record of a password that was given out:")?;
    refused(verify(&place, Depth::Full).map(drop), narrator)?;

    let place = council.folder.path().join("replaced.vault");
    folder::write(&place, &read(&vault)?)?;
    council.look_into(&mut Vault::open(&place, remembering(council, narrator))?)?;
    replace(&place, early)?;
    narrator.command("coffer list --vault replaced.vault")?;
    narrator.say("An older copy, from before the opening, was put in the place of another:")?;
    let opened = Vault::open(&place, remembering(council, narrator));
    refused(
        opened.and_then(|mut vault| council.look_into(&mut vault)),
        narrator,
    )
}

/// The vault file as it is now.
pub(super) fn copy_of(council: &Council) -> Result<Vec<u8>, Failure> {
    read(&council.folder.vault())
}

/// What the program says of a file that it does not accept.
fn refused(
    result: Result<(), vault_core::error::Error>,
    narrator: &mut Narrator<'_, '_>,
) -> Result<(), Failure> {
    match result {
        Err(error) => {
            let (what, _) = Failure::from(error).wording();
            narrator.say(&format!("found: {what}."))
        }
        Ok(()) => Err(vault_core::error::Error::Internal("tampering that was not found").into()),
    }
}

/// The same surroundings with a memory of what was seen, in the demonstration's own folder.
fn remembering(council: &Council, narrator: &Narrator<'_, '_>) -> Surroundings {
    Surroundings {
        state: Some(council.folder.path().join("state")),
        ..narrator.surroundings()
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| failed(path, error))
}

fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(path, bytes).map_err(|error| failed(path, error))
}

fn failed(path: &Path, error: std::io::Error) -> Failure {
    Failure::File {
        path: path.to_owned(),
        error: error.into(),
    }
}
