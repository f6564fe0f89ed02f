//! Choosing a passphrase: how good it has to be, and changing one's own. Keys stay as they are; what
//! encrypts them is made anew, in one transaction, so that at any moment one passphrase opens.

use super::turn::{Turn, credential_changed};
use super::{Session, Vault, founding};
use crate::access::Act as Asked;
use crate::audit::actor::ObjectRef;
use crate::audit::event::Event;
use crate::audit::row::RowKey;
use crate::crypto::kdf::{self, KdfParams};
use crate::error::{Error, PassphraseRefused};
use crate::id::RecordSeq;
use crate::keys::Pins;
use crate::person::CredentialChange;
use crate::secret::{Key, SecretString};
use crate::store::StoreError;
use crate::store::act::Moment;
use crate::store::draft::Draft;
use crate::store::rows::CredentialRow;
use crate::strength::{self, Known};

/// Refuses a passphrase that is too easy to guess for whoever knows these names.
///
/// # Errors
/// [`PassphraseRefused::Weak`].
pub fn judge<'n>(
    chosen: &SecretString,
    names: impl IntoIterator<Item = &'n str>,
) -> Result<(), Error> {
    let judged = strength::judge(chosen, &Known::of(names));
    judged.map_err(|why| PassphraseRefused::Weak(why).into())
}

impl Vault {
    /// Refuses a passphrase that is too easy to guess for whoever knows the council and this person.
    ///
    /// # Errors
    /// [`PassphraseRefused::Weak`].
    pub fn judge_passphrase(&self, chosen: &SecretString, name: &str) -> Result<(), Error> {
        judge(chosen, [self.council(), name])
    }
}

impl Session<'_> {
    /// Refuses a passphrase that is too easy to guess for whoever knows the council and its people.
    ///
    /// # Errors
    /// [`PassphraseRefused::Weak`]; [`Error::Store`].
    pub fn judge_passphrase(&mut self, chosen: &SecretString) -> Result<(), Error> {
        let people = self.people()?;
        let council = self.vault_ref().council();
        let names = people.iter().map(|person| person.name.as_str());
        judge(chosen, names.chain([council]))
    }

    /// Gives the person another passphrase. Copies of the file that were made before open with the
    /// old one.
    ///
    /// # Errors
    /// [`PassphraseRefused::Same`]; [`Error::Store`]: nothing was changed then.
    pub fn change_passphrase(&mut self, chosen: &SecretString) -> Result<RecordSeq, Error> {
        let turn = self.turn()?;
        let row = turn.own_credential()?;
        turn.commit()?;
        let vault = self.vault_ref().id()?;
        let params = row.params();
        let params = params.map_err(|_| StoreError::RowChanged(RowKey::Credential(row.person)))?;
        let same = kdf::unlock_key(chosen, &row.salt, params, vault)?;
        if Key::from_slice(&row.commitment).is_some_and(|key| key.same_as(&same.commitment)) {
            return Err(PassphraseRefused::Same.into());
        }
        let policy = self.ledger().policy.kdf;
        let fresh = self.credential_of(chosen, params.raised_to(policy).unwrap_or(params))?;
        let person = self.person();
        let denied = Draft::new(Event::PersonChangeCredential)
            .subject(person)
            .object(ObjectRef::Person(person));
        let asked = Asked::ChangeCredential(person);
        let (mut turn, _) = self.turn()?.allow(asked, denied)?;
        // Whoever was faster with the same old passphrase has changed it already.
        if turn.own_credential()?.salt != row.salt {
            return Err(PassphraseRefused::Overtaken.into());
        }
        let record = turn.record(credential_changed(CredentialChange::Passphrase, fresh))?;
        turn.commit()?;
        Ok(record)
    }

    /// The person's keys, encrypted under what a passphrase yields. The derivation takes its time
    /// before the file is held.
    fn credential_of(
        &mut self,
        chosen: &SecretString,
        params: KdfParams,
    ) -> Result<CredentialRow, Error> {
        let vault = self.vault_ref();
        let pins = Pins {
            vault: vault.id()?,
            genesis: vault.ledger().genesis,
        };
        let person = self.person();
        let now = self.now();
        let (keys, entropy) = self.keys_and_entropy();
        let mut moment = Moment { now, entropy };
        founding::credential(person, keys, &pins, chosen, params, &mut moment)
    }
}

impl Turn<'_> {
    /// The credential of whoever acts.
    fn own_credential(&self) -> Result<CredentialRow, Error> {
        let key = RowKey::Credential(self.person);
        let row = self.act.row::<CredentialRow>(&key)?;
        Ok(row.ok_or(StoreError::RowChanged(key))?)
    }
}
