//! A vault with more in it than a council has in a lifetime, to measure by.

use std::path::Path;

use vault_core::collection::CollectionKind;
use vault_core::error::Error;
use vault_core::exchange::{Reading, read};
use vault_core::person::Role;
use vault_core::secret::{SecretBytes, SecretString};
use vault_core::vault::founding::Founding;
use vault_core::vault::reveal::Wanted;
use vault_core::vault::{KdfParams, Session, Surroundings, Vault};

/// Who founds the vault.
pub(crate) const PROVIDER: &str = "Pat Provider";

/// Where the entries stand.
pub(crate) const COLLECTION: &str = "Services";

/// An export of `entries` rows: `entry-0`, `entry-1` and so on.
pub(crate) fn export(entries: usize) -> Reading {
    let mut text = "url,username,password,totp,extra,name,grouping,fav\n".to_owned();
    for number in 0..entries {
        let row = format!(
            "https://example.org/{number},admin,PurpleCandle-{number},,,entry-{number},,0\n"
        );
        text.push_str(&row);
    }
    read(&SecretBytes::copy_from(text.as_bytes())).expect("an export")
}

/// Founds a vault at `path` with `entries` entries, which the provider reveals until the log has
/// `records` records.
///
/// # Errors
/// The vault's.
pub(crate) fn found(
    path: &Path,
    passphrase: &SecretString,
    surroundings: Surroundings,
    (entries, records): (usize, u64),
) -> Result<Vault, Error> {
    let founding = Founding {
        council: "Example Parish Council",
        name: PROVIDER,
        role: Role::ItProvider,
        passphrase,
        preset: "standard",
        kdf: KdfParams::FLOOR,
    };
    let mut vault = Vault::found(path, &founding, surroundings)?;
    let mut session = vault.unlock(PROVIDER, passphrase)?;
    session.make_collection(COLLECTION, CollectionKind::Service)?;
    session.import(export(entries), Some(COLLECTION))?;
    while get(&mut session, entries / 2)? < records {}
    Ok(vault)
}

/// Reveals one entry; how many records there are then.
///
/// # Errors
/// The vault's.
pub(crate) fn get(session: &mut Session<'_>, number: usize) -> Result<u64, Error> {
    let name = format!("entry-{number}");
    let revealed = session.reveal(&name, "password", Wanted::Current, None)?;
    Ok(revealed.record.get() + 1)
}
