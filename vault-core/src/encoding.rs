//! The one canonical encoding: what is signed, hashed or bound to a ciphertext goes through here.
//!
//! A sequence of fields, each its length as four bytes big-endian and then its bytes. Integers are
//! fields of eight bytes big-endian; an absent field has the length `0xffff_ffff`. The first field
//! is always a [`Label`], so that bytes made for one purpose never serve another.

use std::borrow::Cow;

use crate::id::{
    CollectionId, EntryId, Epoch, Generation, PersonId, RecordSeq, SessionId, VaultId,
};
use crate::secret::SecretBytes;

/// The version of everything that this file describes; bound into every ciphertext.
pub const FORMAT_VERSION: u64 = 1;

/// The length that stands for an absent field.
const ABSENT: u32 = u32::MAX;

/// The purposes for which bytes are encoded or keys derived. Each label is used in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// The key that opens a person's identity, from their passphrase.
    Unlock,
    /// What the unlock key is committed to.
    UnlockCommit,
    /// A sheet's age identity, from the words on it.
    SheetAge,
    /// A sheet's signing key, from the words on it.
    SheetSign,
    /// What a sheet's words begin with, from their key.
    SheetMark,
    /// The age identity of an escrow epoch.
    EscrowAge,
    /// The signing key of an escrow epoch.
    EscrowSign,
    /// A generation's catalogue key, from its collection key.
    Catalogue,
    /// The key of the title tags, from the first directory key.
    TitleTag,
    /// A generation's deposit identity, from its collection key.
    Deposit,
    /// A collection key's public commitment.
    CollectionCommit,
    /// A data key from two halves, in a dual-control collection.
    Dual,
    /// A record's signature.
    Record,
    /// Associated data of a ciphertext.
    Aad,
    /// The digest of a row of the store.
    Row,
    /// The tag of a login name.
    Login,
    /// The key under which an import recognises what it brought in before.
    Import,
    /// A row of an export.
    ImportRow,
    /// A generation's catalogue key's public commitment.
    CatalogueCommit,
    /// The check group of an anchor that somebody types.
    Anchor,
    /// The digest of the members' keys.
    Members,
    /// A draw of an auditor's sample.
    Sample,
}

impl Label {
    /// The bytes of the label.
    pub const fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::Unlock => b"coffer/v1/unlock",
            Self::UnlockCommit => b"coffer/v1/unlock-commit",
            Self::SheetAge => b"coffer/v1/sheet-age",
            Self::SheetSign => b"coffer/v1/sheet-sign",
            Self::SheetMark => b"coffer/v1/sheet-mark",
            Self::EscrowAge => b"coffer/v1/escrow-age",
            Self::EscrowSign => b"coffer/v1/escrow-sign",
            Self::Catalogue => b"coffer/v1/catalogue",
            Self::TitleTag => b"coffer/v1/title-tag",
            Self::Deposit => b"coffer/v1/deposit",
            Self::CollectionCommit => b"coffer/v1/collection-commit",
            Self::Dual => b"coffer/v1/dual",
            Self::Record => b"coffer/v1/record",
            Self::Aad => b"coffer/v1/aad",
            Self::Row => b"coffer/v1/row",
            Self::Login => b"coffer/v1/login",
            Self::Import => b"coffer/v1/import",
            Self::ImportRow => b"coffer/v1/import-row",
            Self::CatalogueCommit => b"coffer/v1/catalogue-commit",
            Self::Anchor => b"coffer/v1/anchor",
            Self::Members => b"coffer/v1/members",
            Self::Sample => b"coffer/v1/sample",
        }
    }

    /// The label followed by a number as eight bytes big-endian: an epoch or a generation.
    pub fn numbered(self, number: u64) -> Vec<u8> {
        [self.as_bytes(), &number.to_be_bytes()].concat()
    }
}

/// Writes fields one after another.
pub struct Encoder(Vec<u8>);

impl Encoder {
    /// Begins with the label as the first field.
    pub fn new(label: Label) -> Self {
        Self::roomy(label, 256)
    }

    /// Begins with the label, with room for so many bytes before it has to grow.
    pub fn roomy(label: Label, capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity)).bytes(label.as_bytes())
    }

    /// Begins with no label, for a payload that is itself encrypted under labelled data.
    pub fn unlabelled(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// Appends a field.
    ///
    /// # Panics
    /// Fields of four gibibytes and more; every caller bounds its input far below.
    #[must_use]
    pub fn bytes(mut self, field: &[u8]) -> Self {
        let length = u32::try_from(field.len()).expect("fields are bounded far below 4 GiB");
        assert!(length < ABSENT, "fields are bounded far below 4 GiB");
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(field);
        self
    }

    /// Appends an integer.
    #[must_use]
    pub fn u64(self, number: u64) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    /// Appends a field that may be absent.
    #[must_use]
    pub fn optional(mut self, field: Option<&[u8]>) -> Self {
        if let Some(field) = field {
            return self.bytes(field);
        }
        self.0.extend_from_slice(&ABSENT.to_be_bytes());
        self
    }

    /// The encoded bytes.
    pub fn finish(self) -> Vec<u8> {
        self.0
    }

    /// The encoded bytes, where they are secret. The capacity given must have sufficed, so that no
    /// outgrown buffer with secrets was left behind.
    pub fn finish_secret(self) -> SecretBytes {
        SecretBytes::new(self.0)
    }
}

/// Bytes that are not a sequence of fields as expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// Reads fields one after another.
pub struct Decoder<'a>(&'a [u8]);

impl<'a> Decoder<'a> {
    /// Reads from the beginning of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next field.
    ///
    /// # Errors
    /// Fewer bytes than the length says, or an absent field.
    pub fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let (length, rest) = self.0.split_first_chunk::<4>().ok_or(Malformed)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Malformed)?;
        let (field, rest) = rest.split_at_checked(length).ok_or(Malformed)?;
        self.0 = rest;
        Ok(field)
    }

    /// The next field, which has exactly `N` bytes.
    ///
    /// # Errors
    /// A field of another length, or none.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        self.bytes()?.try_into().map_err(|_| Malformed)
    }

    /// The next field, an integer.
    ///
    /// # Errors
    /// A field that has not eight bytes, or none.
    pub fn u64(&mut self) -> Result<u64, Malformed> {
        self.array().map(u64::from_be_bytes)
    }

    /// Whether every field was read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// Bytes are left over.
    pub fn end(self) -> Result<(), Malformed> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Malformed)
        }
    }
}

/// The thing that a ciphertext belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Object {
    /// A person, by id.
    Person(PersonId),
    /// A person's credential.
    Credential(PersonId),
    /// A collection.
    Collection(CollectionId),
    /// An entry.
    Entry(EntryId),
    /// A record of the log.
    Record(RecordSeq),
    /// A session whose details are encrypted under one key.
    Session(SessionId),
    /// A sealed share of an escrow epoch; the version is its place among them.
    Share(Epoch),
    /// A key given to an envelope's escrow recipient.
    Escrow(Epoch),
}

impl Object {
    fn namespace(&self) -> &'static [u8] {
        match self {
            Self::Person(_) => b"person",
            Self::Credential(_) => b"credential",
            Self::Collection(_) => b"collection",
            Self::Entry(_) => b"entry",
            Self::Record(_) => b"record",
            Self::Session(_) => b"session",
            Self::Share(_) => b"share",
            Self::Escrow(_) => b"escrow",
        }
    }

    fn id(&self) -> Vec<u8> {
        match self {
            Self::Person(id) | Self::Credential(id) => id.as_bytes().to_vec(),
            Self::Collection(id) => id.as_bytes().to_vec(),
            Self::Entry(id) => id.as_bytes().to_vec(),
            Self::Record(seq) => seq.get().to_be_bytes().to_vec(),
            Self::Session(id) => id.as_bytes().to_vec(),
            Self::Share(epoch) | Self::Escrow(epoch) => epoch.get().to_be_bytes().to_vec(),
        }
    }
}

/// Which part of the thing is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A name of a person or collection.
    Name,
    /// A person's private keys and pins.
    Identity,
    /// The collection key of a generation.
    CollectionKey,
    /// The catalogue key of a generation.
    CatalogueKey,
    /// The collection key of the generation before.
    Predecessor,
    /// The catalogue key of the generation before.
    PredecessorCatalogue,
    /// Title, user name, URL, dates of an entry.
    Catalogue,
    /// Date and field names of one version.
    VersionCatalogue,
    /// The data key of one version.
    DataKey,
    /// A secret field of one version, by its place.
    Secret(u32),
    /// The words of a record.
    Details,
    /// The key of a session's details.
    DetailKey,
    /// A share of an escrow secret.
    Share,
}

impl Part {
    fn name(self) -> Cow<'static, str> {
        match self {
            Self::Name => "name".into(),
            Self::Identity => "identity".into(),
            Self::CollectionKey => "collection-key".into(),
            Self::CatalogueKey => "catalogue-key".into(),
            Self::Predecessor => "predecessor".into(),
            Self::PredecessorCatalogue => "predecessor-catalogue".into(),
            Self::Catalogue => "catalogue".into(),
            Self::VersionCatalogue => "version-catalogue".into(),
            Self::DataKey => "data-key".into(),
            Self::Secret(place) => format!("secret/{place}").into(),
            Self::Details => "details".into(),
            Self::DetailKey => "detail-key".into(),
            Self::Share => "share".into(),
        }
    }
}

/// The key under which something is encrypted: whose, and which generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyName {
    /// The id of the key's owner: a collection, a person, a session.
    pub owner: [u8; 16],
    /// The generation, or the number that takes its place.
    pub generation: Generation,
}

impl KeyName {
    /// A generation of a collection's key.
    pub const fn collection(id: CollectionId, generation: Generation) -> Self {
        Self {
            owner: *id.as_bytes(),
            generation,
        }
    }

    /// A key of which its owner has only one.
    pub const fn sole(owner: [u8; 16]) -> Self {
        Self {
            owner,
            generation: Generation::new(1),
        }
    }
}

/// Where a ciphertext belongs. It opens there and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The vault.
    pub vault: VaultId,
    /// The thing.
    pub object: Object,
    /// The thing's version, or its place among others.
    pub version: u64,
    /// The part of the thing.
    pub part: Part,
    /// The key.
    pub key: KeyName,
}

impl Place {
    /// The associated data: every field of this place, and the format's version.
    pub fn encode(&self) -> Vec<u8> {
        Encoder::new(Label::Aad)
            .u64(FORMAT_VERSION)
            .bytes(self.vault.as_bytes())
            .bytes(self.object.namespace())
            .bytes(&self.object.id())
            .u64(self.version)
            .bytes(self.part.name().as_bytes())
            .bytes(&self.key.owner)
            .u64(self.key.generation.get())
            .finish()
    }
}
