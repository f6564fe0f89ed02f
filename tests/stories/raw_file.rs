//! Somebody with the vault file, their own passphrase and a program of their own: every key that
//! they can come by, and everything that these open. No rule of the program stands in their way.

use std::collections::BTreeSet;
use std::path::Path;

use harness::passphrase_of;
use rusqlite::Connection;
use vault_core::audit::ledger::Ledger;
use vault_core::audit::replay::Scrutiny;
use vault_core::audit::row::Reader;
use vault_core::collection::GenerationFacts;
use vault_core::crypto::kdf::{self, KdfParams};
use vault_core::id::{CollectionId, EntryId, Generation, PersonId, Version};
use vault_core::keys::{CatalogueKey, CollectionKey, DataKey, PersonKeys};
use vault_core::person::login_tag;

/// What somebody could open.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Spoils {
    /// Values of fields.
    pub(crate) values: Vec<String>,
    /// Titles with the number of times that the catalogue was written.
    pub(crate) catalogues: Vec<(String, u64)>,
    /// How many versions' field names could be read.
    pub(crate) versions: usize,
}

/// A stored version: entry, number, catalogue, data key, secrets.
type StoredVersion = ([u8; 16], u32, Vec<u8>, Vec<u8>, Vec<u8>);

/// A stored generation: collection, number, predecessor, its catalogue key.
type StoredGeneration = ([u8; 16], u32, Vec<u8>, Vec<u8>);

/// Opens all that `name` can open in the file at `path`.
pub(crate) fn plundered(path: &Path, name: &str) -> Spoils {
    let file = RawFile {
        connection: Connection::open(path).expect("SQLite opens the file"),
        ledger: Ledger::default(),
    };
    file.replayed().plundered(name)
}

struct RawFile {
    connection: Connection,
    ledger: Ledger,
}

impl RawFile {
    fn replayed(mut self) -> Self {
        let lines: Vec<Vec<u8>> =
            self.rows("SELECT line FROM record ORDER BY seq", |row| row.get(0));
        for line in lines {
            let read = self.ledger.read(&line, Scrutiny::Quick);
            read.expect("as it was made");
        }
        self
    }

    fn rows<T>(
        &self,
        sql: &str,
        each: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Vec<T> {
        let mut statement = self.connection.prepare(sql).expect(sql);
        let rows = statement.query_map([], each).expect(sql);
        rows.collect::<Result<_, _>>().expect(sql)
    }

    fn plundered(&self, name: &str) -> Spoils {
        let keys = self.keys_of(name);
        let (mut collection, mut catalogue) = self.unwrapped(&keys);
        self.walk_back(&mut collection, &mut catalogue);
        catalogue.extend(collection.iter().map(CollectionKey::catalogue_key));
        let mut spoils = Spoils::default();
        self.open_entries(&catalogue, &mut spoils);
        self.open_versions(&collection, &catalogue, &mut spoils);
        spoils.values.sort();
        spoils.values.dedup();
        spoils.catalogues.sort();
        spoils.catalogues.dedup();
        spoils
    }

    fn keys_of(&self, name: &str) -> PersonKeys {
        let vault = self.ledger.vault.as_ref().expect("a vault").vault;
        let sql = "SELECT id, memory_kib, passes, lanes, salt, identity \
                   FROM person JOIN credential ON person.id = credential.person \
                   WHERE login_tag = ?";
        let tag = login_tag(vault, name);
        let (id, memory, passes, lanes, salt, identity): (_, u32, u32, u32, _, Vec<u8>) = self
            .connection
            .query_row(sql, [tag.as_bytes()], |row| row.try_into())
            .expect("a person");
        let params = KdfParams::new(memory, passes, lanes).expect("within the bounds");
        let unlock = kdf::unlock_key(&passphrase_of(name), &salt, params, vault);
        let key = unlock.expect("a derivation").key;
        let opened = PersonKeys::open(&key, vault, PersonId::from_bytes(id), &identity);
        opened.expect("their keys").0
    }

    fn facts(&self, collection: [u8; 16], generation: u32) -> Option<&GenerationFacts> {
        let known = self
            .ledger
            .collection(CollectionId::from_bytes(collection))?;
        let facts = known.generations.get(&Generation::new(generation.into()))?;
        Some(&facts.0)
    }

    /// Every wrap that opens to these keys, whomever it is said to be for.
    fn unwrapped(&self, keys: &PersonKeys) -> (Vec<CollectionKey>, Vec<CatalogueKey>) {
        let vault = self.ledger.vault.as_ref().expect("a vault").vault;
        let wraps = self.rows(
            "SELECT collection, generation, reader, file FROM wrap",
            |row| {
                let reader: String = row.get(2)?;
                Ok((row.get(0)?, row.get(1)?, reader, row.get::<_, Vec<u8>>(3)?))
            },
        );
        let (mut collection, mut catalogue) = (Vec::new(), Vec::new());
        for (id, generation, reader, file) in wraps {
            let reader: Reader = reader.parse().expect("a reader");
            let facts = self.facts(id, generation).expect("a generation");
            let identity = keys.identity();
            collection.extend(CollectionKey::unwrap(vault, facts, reader, identity, &file).ok());
            catalogue.extend(CatalogueKey::unwrap(vault, facts, reader, identity, &file).ok());
        }
        (collection, catalogue)
    }

    /// Adds every key that a key opens, until there is none more.
    fn walk_back(&self, collection: &mut Vec<CollectionKey>, catalogue: &mut Vec<CatalogueKey>) {
        let sql = "SELECT collection, generation, predecessor, predecessor_catalogue \
                   FROM generation WHERE predecessor IS NOT NULL";
        let rows: Vec<StoredGeneration> = self.rows(sql, |row| row.try_into());
        let all: Vec<(&GenerationFacts, &Vec<u8>, &Vec<u8>)> = rows
            .iter()
            .flat_map(|(id, _, key, names)| {
                let known = self.ledger.collection(CollectionId::from_bytes(*id));
                let facts = known.expect("a collection").generations.values();
                facts.map(move |(facts, _)| (facts, key, names))
            })
            .collect();
        // No key leads to more generations than there are.
        for _ in &rows {
            let found: Vec<_> = all
                .iter()
                .flat_map(|(facts, sealed, _)| {
                    let opened = collection.iter();
                    opened.filter_map(|key| key.open_predecessor(facts, sealed).ok())
                })
                .collect();
            collection.extend(found);
            catalogue.extend(collection.iter().map(CollectionKey::catalogue_key));
            let found: Vec<_> = all
                .iter()
                .flat_map(|(facts, _, sealed)| {
                    let opened = catalogue.iter();
                    opened.filter_map(|key| key.open_predecessor(facts, sealed).ok())
                })
                .collect();
            catalogue.extend(found);
            let mut seen = BTreeSet::new();
            collection.retain(|key| seen.insert(key.commitment()));
            let mut seen = BTreeSet::new();
            catalogue.retain(|key| seen.insert(key.commitment()));
        }
    }

    fn open_entries(&self, keys: &[CatalogueKey], spoils: &mut Spoils) {
        let sql = "SELECT id, revision, catalogue FROM entry";
        let entries: Vec<([u8; 16], u32, Vec<u8>)> = self.rows(sql, |row| row.try_into());
        for (id, revision, sealed) in entries {
            let revision = u64::from(revision);
            let entry = EntryId::from_bytes(id);
            let opened = keys
                .iter()
                .filter_map(|key| key.open_catalogue(entry, revision, &sealed).ok());
            let told = opened.map(|catalogue| (catalogue.title, revision));
            spoils.catalogues.extend(told);
        }
    }

    fn open_versions(
        &self,
        keys: &[CollectionKey],
        catalogues: &[CatalogueKey],
        spoils: &mut Spoils,
    ) {
        let vault = self.ledger.vault.as_ref().expect("a vault").vault;
        let sql = "SELECT entry, version, catalogue, data_key, secrets FROM version";
        let versions: Vec<StoredVersion> = self.rows(sql, |row| row.try_into());
        for (id, number, catalogue, data_key, secrets) in versions {
            let (entry, version) = (EntryId::from_bytes(id), Version::new(number.into()));
            let named = |key: &CatalogueKey| key.open_version(entry, version, &catalogue).is_ok();
            spoils.versions += usize::from(catalogues.iter().any(named));
            for key in keys {
                let opened = DataKey::open(vault, entry, version, key, &data_key);
                let value = opened.and_then(|data_key| data_key.open_field(&secrets, 0));
                let text = value.map(|value| String::from_utf8_lossy(value.expose()).into_owned());
                spoils.values.extend(text.ok());
            }
        }
    }
}
