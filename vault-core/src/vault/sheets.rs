//! Recognising a sheet by its words alone, before anything is combined.

use std::collections::BTreeSet;

use super::Vault;
use super::typing::{KnownSheet, Seeming};
use crate::audit::ledger::Ledger;
use crate::audit::row::RowKey;
use crate::crypto::shamir::{
    self, Completion, Count, Identifier, IterationExponent, KeyError, Located, ParseError, Share,
};
use crate::emergency::register::{Seal, Sheet};
use crate::emergency::scheme::{Scheme, ShareAt};
use crate::error::{Error, SheetRefused};
use crate::id::{Epoch, Serial, VaultId};
use crate::keys::{EscrowKeys, escrow};
use crate::secret::{SecretBytes, SecretString};
use crate::store::StoreError;
use crate::store::rows::ShareRow;
use crate::time::Timestamp;

/// A sheet that is one of the vault's, with its keys.
pub(super) struct Recognised {
    pub(super) serial: Serial,
    pub(super) keys: EscrowKeys,
}

/// Reads the key in the words on a sheet.
fn read(words: &SecretString) -> Result<SecretBytes, SheetRefused> {
    if shamir::are_specimen(words) {
        return Err(SheetRefused::Specimen);
    }
    shamir::key_of_words(words).map_err(|error| match error {
        KeyError::Parse(ParseError::Checksum) => match shamir::locate_wrong_word(words) {
            Ok(Located::One { position }) => SheetRefused::WordDoesNotFit(position),
            _ => SheetRefused::SeveralWords,
        },
        KeyError::Parse(ParseError::UnknownWord { position }) => unknown_word(words, position),
        KeyError::Parse(error) => SheetRefused::Words(error),
        KeyError::NotAKey => SheetRefused::NotASheet,
    })
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
    let key = read(words)?;
    let keys = EscrowKeys::of_sheet(&key, vault);
    let verify_key = keys.signing.verify_key();
    let mut sheets = ledger.envelope.sheets.values();
    let sheet = sheets.find(|sheet| sheet.facts.verify_key == verify_key);
    let sheet = sheet.ok_or_else(|| {
        let own = EscrowKeys::identifier_of_sheet(&key, vault);
        match Identifier::of_key(words) {
            Some(identifier) if identifier == own => newer_than(ledger),
            _ => SheetRefused::Foreign,
        }
    })?;
    judge(sheet, ledger, given)?;
    Ok(Recognised {
        serial: sheet.facts.serial.clone(),
        keys,
    })
}

/// Of this vault, and unknown to this file.
fn newer_than(ledger: &Ledger) -> SheetRefused {
    SheetRefused::Newer {
        newest: ledger.envelope.newest().map(|seal| seal.facts.epoch),
        until: ledger.last_time,
    }
}

/// What a sheet seems to be that begins with these words.
pub(super) fn seems(words: &SecretString, ledger: &Ledger, given: &BTreeSet<Serial>) -> Seeming {
    let Some(identifier) = Identifier::of_key(words) else {
        return Seeming::Unknown;
    };
    let mut sheets = ledger.envelope.sheets.values();
    let Some(sheet) = sheets.find(|sheet| sheet.facts.identifier == identifier) else {
        return Seeming::Unknown;
    };
    match judge(sheet, ledger, given) {
        Ok(()) => Seeming::Useful(known(sheet, ledger)),
        Err(refused) => Seeming::Useless(refused),
    }
}

/// A sheet as the register tells of it.
pub(super) fn known(sheet: &Sheet, ledger: &Ledger) -> KnownSheet {
    let holder = sheet.facts.holder.clone();
    KnownSheet {
        serial: sheet.facts.serial.clone(),
        role: ledger.role_of(&holder),
        holder,
    }
}

/// Why a sheet of this vault cannot be used, where that is so.
fn judge(sheet: &Sheet, ledger: &Ledger, given: &BTreeSet<Serial>) -> Result<(), SheetRefused> {
    let register = &ledger.envelope;
    let facts = &sheet.facts;
    let serial = facts.serial.clone();
    if given.contains(&serial) {
        return Err(SheetRefused::Repeated(serial));
    }
    if let Some((since, _)) = sheet.lost {
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
    Ok(())
}

impl Vault {
    /// Opens the shares of an epoch that the sheets reach, one for each share's place.
    pub(super) fn open_shares(
        &self,
        seal: &Seal,
        sheets: &[Recognised],
    ) -> Result<Vec<(ShareAt, Share)>, Error> {
        let mut shares = Vec::new();
        let scheme = &seal.facts.scheme;
        for (number, (at, serials)) in (0..).zip(scheme.shares()) {
            if let Some(sheet) = sheets.iter().find(|s| serials.contains(&s.serial)) {
                let share = self.open_share(seal.facts.epoch, number, sheet)?;
                if !is_of(scheme, at, &share) {
                    return Err(SheetRefused::ShareDamaged {
                        serial: sheet.serial.clone(),
                        backup: None,
                    }
                    .into());
                }
                shares.push((at, share));
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
        let damaged = || SheetRefused::ShareDamaged {
            serial: sheet.serial.clone(),
            backup: self.backup_with(epoch),
        };
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

/// Whether a share says of itself what the scheme says of its place. One that asks for more work
/// than a seal does would keep the day of need waiting before it failed.
fn is_of(scheme: &Scheme, at: ShareAt, share: &Share) -> bool {
    let header = share.header();
    let group = scheme.groups.get(at.group);
    let is = |count: Count, expected: usize| usize::from(count.get()) == expected;
    header.extendable
        && header.iteration_exponent == IterationExponent::ZERO
        && usize::from(header.group_index) == at.group
        && is(header.group_threshold, usize::from(scheme.threshold))
        && is(header.group_count, scheme.groups.len())
        && usize::from(header.member_index) == at.member
        && group.is_some_and(|group| is(header.member_threshold, usize::from(group.threshold)))
        && share.value().len() == escrow::SECRET
}

impl Vault {
    /// When the last backup was made that holds the shares of an epoch.
    fn backup_with(&self, epoch: Epoch) -> Option<Timestamp> {
        let seal = self.ledger.envelope.seals.get(&epoch)?;
        let backup = self.ledger.backups.last()?;
        (backup.record > seal.record).then_some(backup.time)
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
