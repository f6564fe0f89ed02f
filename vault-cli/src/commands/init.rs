//! `coffer init`: founding a vault.

use std::path::Path;
use std::time::Duration;

use vault_core::collection::CollectionKind;
use vault_core::error::{Error, StoreError};
use vault_core::id::RecordSeq;
use vault_core::secret::SecretString;
use vault_core::vault::founding::Founding;
use vault_core::vault::passphrase::judge;
use vault_core::vault::{KdfParams, Vault};

use super::{Context, after_the_act, passphrase};
use crate::args::{InitArgs, Kdf};
use crate::clock::Stopwatch;
use crate::failure::Failure;
use crate::files::FileError;
use crate::outcome::Outcome;

/// The record that holds the founder's rows; the one before it is the vault's own.
const FOUNDED: RecordSeq = RecordSeq::new(1);

/// What checking a passphrase may take when the cost is fitted to this computer.
const ABOUT_A_SECOND: Duration = Duration::from_secs(1);

/// The one set of collections to begin with, and its name.
const STANDARD: &str = "standard";
const COLLECTIONS: [(&str, CollectionKind); 3] = [
    ("Services", CollectionKind::Service),
    ("Administration", CollectionKind::Admin),
    ("Social media", CollectionKind::Social),
];

pub(crate) fn run(args: &InitArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let path = context.config.vault.clone();
    if path.symlink_metadata().is_ok() {
        return Err(Error::Store(StoreError::Exists).into());
    }
    if !context.config.vault_by_habit && !has_folder(&path) {
        return Err(Failure::File {
            path,
            error: FileError::NoFolder,
        });
    }
    if args.preset.as_deref().is_some_and(|name| name != STANDARD) {
        return Err(Failure::usage(
            "there is no set of collections of that name",
            format!("use --preset {STANDARD}, or leave it out to begin with none"),
        ));
    }
    let passphrase = chosen(args, context)?;
    if context.config.vault_by_habit {
        make_folder_of(&path)?;
    }
    let kdf = match args.kdf {
        Kdf::Floor => KdfParams::usual(),
        Kdf::Calibrate => {
            context.progress("measuring this computer...")?;
            calibrated()?
        }
    };
    let founding = Founding {
        council: &args.council,
        name: &args.person,
        role: args.role.into(),
        passphrase: &passphrase,
        preset: args.policy.as_deref().unwrap_or(STANDARD),
        kdf,
    };
    context.progress("founding the vault...")?;
    let mut vault = Vault::found(&path, &founding, context.surroundings())?;
    let id = vault.status().map_err(after_the_act)?.vault;
    if args.preset.is_some() {
        let session = vault.unlock(&args.person, &passphrase);
        let mut session = session.map_err(after_the_act)?;
        for (name, kind) in COLLECTIONS {
            let made = session.make_collection(name, kind);
            made.map_err(after_the_act)?;
        }
    }
    let remark = format!(
        "founded the vault of {} in {}",
        args.council,
        path.display()
    );
    let next = if args.preset.is_some() {
        "next: coffer person add \"NAME\" --role clerk --initial-passphrase-file OUT"
    } else {
        "next: coffer collection add \"Website\" --kind service"
    };
    Ok(Outcome::done(&id, FOUNDED, remark).remark(next))
}

/// The founder's passphrase.
fn chosen(args: &InitArgs, context: &mut Context<'_>) -> Result<SecretString, Failure> {
    let file = args.new_passphrase_file.as_deref();
    let judge = &mut |chosen: &SecretString| judge(chosen, [&*args.council, &*args.person]);
    passphrase::choose(context, file, judge)
}

/// Whether there is a folder for `path`.
pub(super) fn has_folder(path: &Path) -> bool {
    let folder = path.parent().unwrap_or(path);
    folder.as_os_str().is_empty() || folder.is_dir()
}

/// Makes the folder where the platform has such files. Nobody else may look into it: the process
/// makes everything private.
pub(super) fn make_folder_of(path: &Path) -> Result<(), Failure> {
    let Some(folder) = path.parent() else {
        return Ok(());
    };
    std::fs::create_dir_all(folder).map_err(|error| Failure::File {
        path: folder.to_owned(),
        error: FileError::from(error),
    })
}

/// The costliest parameters with which this computer checks a passphrase in about a second, and
/// never less than the floor.
fn calibrated() -> Result<KdfParams, Failure> {
    let mut params = KdfParams::FLOOR;
    while let Some(stronger) = params.stronger() {
        let watch = Stopwatch::start();
        stronger.trial().map_err(Error::from)?;
        if watch.elapsed() > ABOUT_A_SECOND {
            break;
        }
        params = stronger;
    }
    Ok(params)
}
