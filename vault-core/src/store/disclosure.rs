//! The one way to a secret: record the access and fetch the ciphertext in one transaction, commit,
//! and only then hand it over, to be opened with the proof that it was recorded.

use super::StoreError;
use super::act::{Act, DetailKey, Moment};
use super::draft::{Draft, Signer};
use super::recorded::Recorded;
use super::rows::NewVersion;
use crate::access::{Act as Asked, Permit};
use crate::audit::actor::ObjectRef;
use crate::audit::event::Event;
use crate::audit::ledger::Ledger;
use crate::audit::row::RowKey;
use crate::id::{EntryId, Generation, RecordSeq, VaultId, Version};
use crate::keys::{CollectionKey, DataKey, KeyRefused};
use crate::secret::SecretBytes;

/// The ciphertexts of one entry, and the proof that their disclosure is on record.
pub struct Disclosure {
    proof: Recorded<Permit>,
    vault: VaultId,
    entry: EntryId,
    versions: Vec<NewVersion>,
    /// The record of the access.
    pub record: RecordSeq,
    /// The lines that the act appended, for an opening's journal.
    pub lines: Vec<Vec<u8>>,
}

impl Act<'_> {
    /// Records the access that `permit` allows, commits, and gives the ciphertexts of the
    /// `versions` asked for. `draft` says the rest of the record: the version and the words.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was recorded then, and nothing is given.
    pub fn disclose(
        mut self,
        permit: Permit,
        versions: &[Version],
        draft: Draft,
        signer: &Signer<'_>,
        words_key: &DetailKey,
        moment: &mut Moment<'_>,
    ) -> Result<(Ledger, Disclosure), StoreError> {
        let &Asked::Reveal(entry) = permit.act() else {
            return Err(StoreError::Internal("a disclosure without leave to reveal"));
        };
        let facts = self.ledger().vault.as_ref();
        let vault = facts
            .ok_or(StoreError::Internal("a vault without facts"))?
            .vault;
        let draft = Draft {
            event: Event::SecretReveal,
            ..draft
        }
        .object(ObjectRef::Entry(entry))
        .permission(permit.permission());
        let record = self.record(draft, signer, words_key, moment)?;
        let mut found = Vec::with_capacity(versions.len());
        for version in versions {
            let key = RowKey::Version(entry, *version);
            let row = self.row_unseen(&key)?.ok_or(StoreError::RowChanged(key))?;
            found.push(row);
        }
        let lines = self.lines().to_vec();
        let ledger = self.commit(signer.key)?;
        let disclosure = Disclosure {
            proof: Recorded::after_commit(permit),
            vault,
            entry,
            versions: found,
            record,
            lines,
        };
        Ok((ledger, disclosure))
    }
}

impl Act<'_> {
    /// Whether `text` holds the value of a field that `permit` allows to be revealed. The value
    /// goes nowhere; the caller records the attempt before it answers.
    ///
    /// # Errors
    /// [`StoreError`]; a field that does not open is not held by any text.
    pub fn holds_secret(
        &self,
        permit: &Permit,
        version: Version,
        place: u32,
        key: &CollectionKey,
        text: &str,
    ) -> Result<bool, StoreError> {
        let &Asked::Reveal(entry) = permit.act() else {
            return Err(StoreError::Internal("a comparison without leave to reveal"));
        };
        if text.is_empty() {
            return Ok(false);
        }
        let opened = self.opened_within((entry, version, place), key)?;
        Ok(opened.is_ok_and(|value| {
            let value = std::str::from_utf8(value.expose());
            value.is_ok_and(|value| !value.is_empty() && text.contains(value))
        }))
    }

    /// Whether a field has this very `value`, for somebody whom `permit` lets reveal or change it. It
    /// goes nowhere; the caller records the attempt before it answers.
    ///
    /// # Errors
    /// [`StoreError`]; a field that does not open has no value.
    pub fn has_value(
        &self,
        permit: &Permit,
        version: Version,
        place: u32,
        key: &CollectionKey,
        value: &SecretBytes,
    ) -> Result<bool, StoreError> {
        let (&Asked::Reveal(entry) | &Asked::Rotate(entry)) = permit.act() else {
            return Err(StoreError::Internal("a comparison without leave to change"));
        };
        let opened = self.opened_within((entry, version, place), key)?;
        Ok(opened.is_ok_and(|opened| opened.same_as(value)))
    }

    /// A field's value, for a yes or no of this module.
    fn opened_within(
        &self,
        (entry, version, place): (EntryId, Version, u32),
        key: &CollectionKey,
    ) -> Result<Result<SecretBytes, KeyRefused>, StoreError> {
        let facts = self.ledger().vault.as_ref();
        let facts = facts.ok_or(StoreError::Internal("a vault without facts"))?;
        let at = RowKey::Version(entry, version);
        let row: NewVersion = self.row_unseen(&at)?.ok_or(StoreError::RowChanged(at))?;
        let data_key = DataKey::open(facts.vault, entry, version, key, &row.data_key);
        Ok(data_key.and_then(|data_key| data_key.open_field(&row.secrets, place)))
    }
}

impl Disclosure {
    /// What was recorded.
    pub const fn proof(&self) -> &Recorded<Permit> {
        &self.proof
    }

    /// The generation of the collection key that a version is encrypted under.
    pub fn generation(&self, version: Version) -> Option<Generation> {
        self.version(version).map(|row| row.generation)
    }

    fn version(&self, version: Version) -> Option<&NewVersion> {
        self.versions.iter().find(|row| row.version == version)
    }

    /// Opens the field at `place` of `version` with the collection key of its generation.
    ///
    /// # Errors
    /// [`KeyRefused`].
    pub fn open(
        &self,
        version: Version,
        place: u32,
        key: &CollectionKey,
    ) -> Result<SecretBytes, KeyRefused> {
        let row = self.version(version).ok_or(KeyRefused)?;
        let data_key = DataKey::open(self.vault, self.entry, version, key, &row.data_key)?;
        data_key.open_field(&row.secrets, place)
    }
}
