//! Recognising a sheet by its words alone, before anything is combined.

use std::collections::BTreeSet;

use super::Vault;
use crate::audit::ledger::Ledger;
use crate::audit::row::RowKey;
use crate::crypto::shamir::{self, Completion, KeyError, Located, ParseError, Share};
use crate::emergency::register::Seal;
use crate::emergency::scheme::ShareAt;
use crate::error::{Error, SheetRefused};
use crate::id::{Epoch, Serial, VaultId};
use crate::keys::EscrowKeys;
use crate::secret::SecretString;
use crate::store::StoreError;
use crate::store::rows::ShareRow;

/// A sheet that is one of the vault's, with its keys.
pub(super) struct Recognised {
    pub(super) serial: Serial,
    pub(super) keys: EscrowKeys,
}

/// Reads the words on a sheet.
fn read(words: &SecretString, vault: VaultId) -> Result<EscrowKeys, SheetRefused> {
    if shamir::are_specimen(words) {
        return Err(SheetRefused::Specimen);
    }
    let key = shamir::key_of_words(words).map_err(|error| match error {
        KeyError::Parse(ParseError::Checksum) => match shamir::locate_wrong_word(words) {
            Ok(Located::One { position }) => SheetRefused::WordDoesNotFit(position),
            _ => SheetRefused::SeveralWords,
        },
        KeyError::Parse(ParseError::UnknownWord { position }) => unknown_word(words, position),
        KeyError::Parse(error) => SheetRefused::Words(error),
        _ => SheetRefused::NotASheet,
    })?;
    Ok(EscrowKeys::of_sheet(&key, vault))
}

/// A word that is not on the list, with the one that was probably meant.
fn unknown_word(words: &SecretString, place: usize) -> SheetRefused {
    let mut typed = words.expose().split_whitespace();
    let typed = typed.nth(place.saturating_sub(1)).unwrap_or_default();
    let nearest = match shamir::complete(typed) {
        Completion::Unknown { nearest } => nearest,
        _ => None,
    };
    SheetRefused::UnknownWord { place, nearest }
}

/// Finds the sheet in the register, and tells why it cannot be used.
pub(super) fn recognise(
    words: &SecretString,
    vault: VaultId,
    ledger: &Ledger,
    given: &BTreeSet<Serial>,
) -> Result<Recognised, SheetRefused> {
    let keys = read(words, vault)?;
    let verify_key = keys.signing.verify_key();
    let register = &ledger.envelope;
    let mut sheets = register.sheets.values();
    let sheet = sheets.find(|sheet| sheet.facts.verify_key == verify_key);
    let sheet = sheet.ok_or(SheetRefused::Foreign)?;
    let facts = &sheet.facts;
    let serial = facts.serial.clone();
    if given.contains(&serial) {
        return Err(SheetRefused::Repeated(serial));
    }
    if let Some(since) = sheet.lost {
        let newest = register.newest_sheet(&facts.holder);
        let newest = newest.map(|newest| newest.facts.serial.clone());
        return Err(SheetRefused::Lost {
            successor: newest.filter(|newest| *newest != serial),
            serial,
            since,
        });
    }
    let holds = |seal: &&Seal| seal.facts.scheme.serials().contains(&serial);
    let Some(last) = register.seals.values().rev().find(holds) else {
        return Err(SheetRefused::NotSealed(serial));
    };
    let newest = register.newest();
    let replaced = newest.filter(|newest| newest.facts.epoch > last.facts.epoch);
    // The old epoch works until the new one holds every key.
    if let Some(newest) = replaced
        && !ledger.has_cover_gap()
    {
        let mut newer = newest.facts.scheme.serials().into_iter();
        let same_holder = |other: &Serial| {
            let other = register.sheets.get(other);
            other.is_some_and(|other| other.facts.holder == facts.holder)
        };
        return Err(SheetRefused::Retired {
            serial,
            since: newest.sealed_at,
            successor: newer.find(same_holder),
        });
    }
    Ok(Recognised { serial, keys })
}

impl Vault {
    /// Opens the shares of an epoch that the sheets reach, one for each share's place.
    pub(super) fn open_shares(
        &self,
        seal: &Seal,
        sheets: &[Recognised],
    ) -> Result<Vec<(ShareAt, Share)>, Error> {
        let mut shares = Vec::new();
        for (number, (at, serials)) in (0..).zip(seal.facts.scheme.shares()) {
            if let Some(sheet) = sheets.iter().find(|s| serials.contains(&s.serial)) {
                shares.push((at, self.open_share(seal.facts.epoch, number, sheet)?));
            }
        }
        Ok(shares)
    }

    /// Whether the newest share that is sealed to the sheet is sound in this file.
    pub(super) fn check_share(&self, sheet: &Recognised) -> Result<(), Error> {
        let holds = |seal: &&Seal| seal.facts.scheme.serials().contains(&sheet.serial);
        let mut seals = self.ledger.envelope.seals.values().rev();
        let seal = seals.find(holds);
        let sheet = std::slice::from_ref(sheet);
        seal.map_or(Ok(()), |seal| self.open_shares(seal, sheet).map(drop))
    }

    fn open_share(&self, epoch: Epoch, number: u64, sheet: &Recognised) -> Result<Share, Error> {
        let damaged = || SheetRefused::ShareDamaged(sheet.serial.clone());
        let key = RowKey::Share(epoch, number);
        let row: Option<ShareRow> = match self.store.row(&key, &self.ledger) {
            Err(StoreError::RowChanged(_)) => return Err(damaged().into()),
            other => other?,
        };
        let file = row.ok_or_else(damaged)?.file;
        let place = super::envelope::share_place(self.id()?, epoch, number);
        let words = sheet.keys.identity.unwrap(&place, &file);
        let words = words.map_err(|_| damaged())?;
        let words = SecretString::from_utf8(&words).ok_or_else(damaged)?;
        Ok(Share::from_words(&words).map_err(|_| damaged())?)
    }
}

/// As many of the opened shares as the scheme asks for, since SLIP-0039 refuses more.
pub(super) fn enough<'s>(seal: &Seal, shares: &'s [(ShareAt, Share)]) -> Option<Vec<&'s Share>> {
    let sets = seal.facts.scheme.minimal_sets();
    sets.into_iter().find_map(|set| {
        let find = |at: &ShareAt| shares.iter().find(|(place, _)| place == at);
        set.iter().map(|at| Some(&find(at)?.1)).collect()
    })
}
