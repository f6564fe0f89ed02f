//! What somebody's keys open, by docs/format.md, sections 4 to 6: the way a reader goes, and the
//! way of somebody who tries every key that they have on everything there is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::access_log::{AccessLog, string};
use super::cipher::{open, unpadded, unwrap, unwrap_anywhere};
use super::encoding::{Place, Word, derived, fields, unhex};
use super::vault_file::{Row, VaultFile, blob, number, row_key, text};

/// A reader: a person or an opened epoch.
pub(crate) struct Reader<'a> {
    pub(crate) file: &'a VaultFile,
    pub(crate) log: &'a AccessLog,
    /// The secret bytes of their age identity.
    pub(crate) age: Word,
    /// As the column `reader` of a wrap names them.
    pub(crate) name: String,
    /// As a wrap's place names them.
    pub(crate) object: (&'a str, Vec<u8>),
}

impl Reader<'_> {
    /// The collection key of a generation, walking back from the newest.
    pub(crate) fn collection_key(&self, collection: &[u8], generation: u64) -> Option<Word> {
        let generations = self.file.rows("generation");
        let theirs = generations
            .iter()
            .filter(|row| blob(&row[0]) == collection)
            .map(|row| number(&row[1]));
        let newest = theirs.max()?;
        let wraps = self.file.rows("wrap");
        let wrap = wraps.iter().find(|row| {
            let to_them = text(&row[2]) == "key" && text(&row[3]) == self.name;
            blob(&row[0]) == collection && number(&row[1]) == newest && to_them
        })?;
        let place = self.place(&self.object.1, newest, "collection-key", collection, newest);
        let mut key: Word = unwrap(&self.age, &place, blob(&wrap[4]))?.try_into().ok()?;
        for from in (generation + 1..=newest).rev() {
            self.check_commitment(&key, collection, from);
            let row = generations
                .iter()
                .find(|row| blob(&row[0]) == collection && number(&row[1]) == from)?;
            let object = ("collection", collection);
            let catalogue = derived(&key, &self.log.vault, "catalogue", Some(from));
            let place = self.placed(object, from - 1, "predecessor-catalogue", collection, from);
            let before = open(&catalogue, &place, blob(&row[3]))?.try_into().ok()?;
            self.check_catalogue(&before, collection, from - 1);
            let place = self.placed(object, from - 1, "predecessor", collection, from);
            key = open(&key, &place, blob(&row[2]))?.try_into().ok()?;
        }
        self.check_commitment(&key, collection, generation);
        Some(key)
    }

    fn check_commitment(&self, key: &Word, collection: &[u8], generation: u64) {
        let subject = format!(
            "generation {} {generation}",
            super::encoding::hex(collection)
        );
        let committed = unhex(string(&self.log.facts[&subject]["commitment"]));
        let label = "collection-commit";
        assert_eq!(
            derived(key, &self.log.vault, label, Some(generation))[..],
            committed
        );
        let catalogue = derived(key, &self.log.vault, "catalogue", Some(generation));
        self.check_catalogue(&catalogue, collection, generation);
    }

    fn check_catalogue(&self, key: &Word, collection: &[u8], generation: u64) {
        let subject = format!(
            "generation {} {generation}",
            super::encoding::hex(collection)
        );
        let committed = unhex(string(&self.log.facts[&subject]["catalogue"]));
        let label = "catalogue-commit";
        assert_eq!(
            derived(key, &self.log.vault, label, Some(generation))[..],
            committed
        );
    }

    fn place(&self, id: &[u8], version: u64, part: &str, owner: &[u8], generation: u64) -> Vec<u8> {
        self.placed((self.object.0, id), version, part, owner, generation)
    }

    pub(crate) fn placed(
        &self,
        object: (&str, &[u8]),
        version: u64,
        part: &str,
        owner: &[u8],
        generation: u64,
    ) -> Vec<u8> {
        let (vault, key) = (&self.log.vault[..], (owner, generation));
        Place {
            vault,
            object,
            version,
            part,
            key,
        }
        .encode()
    }

    /// The current value of an entry's field, by its title.
    pub(crate) fn field(&self, title: &str, name: &str) -> Option<String> {
        for row in self.file.rows("entry") {
            let (id, collection) = (blob(&row[0]), blob(&row[1]));
            let (generation, revision) = (number(&row[3]), number(&row[4]));
            let Some(key) = self.collection_key(collection, generation) else {
                continue;
            };
            let catalogue = derived(&key, &self.log.vault, "catalogue", Some(generation));
            let place = self.placed(("entry", id), revision, "catalogue", collection, generation);
            let json = open(&catalogue, &place, blob(&row[7]))?;
            let json: Value = serde_json::from_slice(&json).ok()?;
            if json["title"] == title {
                let slots = json["fields"].as_array()?;
                let slot = slots.iter().find(|slot| slot["name"] == name)?;
                let (version, place) = (slot["version"].as_u64()?, slot["place"].as_u64()?);
                return self.value(id, collection, version, place);
            }
        }
        None
    }

    fn value(&self, entry: &[u8], collection: &[u8], version: u64, at: u64) -> Option<String> {
        let rows = self.file.rows("version");
        let row = rows
            .iter()
            .find(|row| blob(&row[0]) == entry && number(&row[1]) == version)?;
        let generation = number(&row[2]);
        let key = self.collection_key(collection, generation)?;
        let object = ("entry", entry);
        let place = self.placed(object, version, "data-key", collection, generation);
        let data_key: Word = open(&key, &place, blob(&row[4]))?.try_into().ok()?;
        let sealed = fields(blob(&row[5]))?[usize::try_from(at).ok()?];
        let place = self.placed(object, version, &format!("secret/{at}"), entry, 1);
        let padded = open(&data_key, &place, sealed)?;
        String::from_utf8(unpadded(&padded)?).ok()
    }
}

/// Everything in a file that is encrypted: under AEAD with its associated data, or as an age file.
pub(crate) struct Ciphertexts {
    boxes: Vec<(String, Vec<u8>, Vec<u8>)>,
    files: Vec<(String, Vec<u8>)>,
    collections: Vec<(Vec<u8>, u64)>,
    vault: Vec<u8>,
}

impl Ciphertexts {
    pub(crate) fn of(file: &VaultFile, log: &AccessLog) -> Self {
        let mut all = Self {
            boxes: Vec::new(),
            files: Vec::new(),
            collections: Vec::new(),
            vault: log.vault.clone(),
        };
        let directory = log.facts.values().find(|fact| fact["kind"] == "directory");
        let directory = unhex(string(&directory.expect("a directory")["collection"]));
        for table in [
            "person",
            "credential",
            "collection",
            "generation",
            "wrap",
            "entry",
        ] {
            for row in file.rows(table) {
                all.take(table, &row, &directory, file);
            }
        }
        for row in file.rows("share") {
            all.files
                .push((row_key("share", &row), blob(&row[2]).to_vec()));
        }
        for row in file.rows("detail_key") {
            let name = format!("detail_key/{}", super::encoding::hex(blob(&row[0])));
            all.files.push((name, blob(&row[2]).to_vec()));
        }
        for row in file.rows("detail") {
            let seq = number(&row[0]);
            let session = unhex(string(
                &log.records[usize::try_from(seq).expect("a place")]["session"],
            ));
            let object = ("record", &seq.to_be_bytes()[..]);
            all.add(
                format!("detail/{seq}"),
                object,
                1,
                "details",
                (&session, 1),
                blob(&row[1]),
            );
        }
        all
    }

    fn add(
        &mut self,
        name: String,
        object: (&str, &[u8]),
        version: u64,
        part: &str,
        key: (&[u8], u64),
        sealed: &[u8],
    ) {
        let vault = &self.vault[..];
        let place = Place {
            vault,
            object,
            version,
            part,
            key,
        };
        self.boxes.push((name, place.encode(), sealed.to_vec()));
    }

    fn take(&mut self, table: &str, row: &Row, directory: &[u8], file: &VaultFile) {
        let id = blob(&row[0]);
        let name = row_key(table, row);
        match table {
            "person" => {
                let key = (directory, number(&row[2]));
                self.add(name, (table, id), 1, "name", key, blob(&row[3]));
            }
            "credential" => self.add(name, (table, id), 1, "identity", (id, 1), blob(&row[6])),
            "collection" => {
                let key = (directory, number(&row[1]));
                self.add(name, (table, id), 1, "name", key, blob(&row[2]));
            }
            "generation" => {
                let generation = number(&row[1]);
                self.collections.push((id.to_vec(), generation));
                for (at, part) in [(2, "predecessor"), (3, "predecessor-catalogue")] {
                    if let rusqlite::types::Value::Blob(sealed) = &row[at] {
                        let name = format!("{name}#{part}");
                        let (object, key) = (("collection", id), (id, generation));
                        self.add(name, object, generation - 1, part, key, sealed);
                    }
                }
            }
            "wrap" => self.files.push((name, blob(&row[4]).to_vec())),
            _ => self.take_entry(&name, row, &file.rows("version")),
        }
    }

    fn take_entry(&mut self, name: &str, row: &Row, versions: &[Row]) {
        let (id, collection) = (blob(&row[0]), blob(&row[1]));
        let (object, key) = (("entry", id), (collection, number(&row[3])));
        self.add(
            name.to_owned(),
            object,
            number(&row[4]),
            "catalogue",
            key,
            blob(&row[7]),
        );
        for row in versions.iter().filter(|row| blob(&row[0]) == id) {
            let name = row_key("version", row);
            let (version, key) = (number(&row[1]), (collection, number(&row[2])));
            let part = "version-catalogue";
            self.add(
                format!("{name}#catalogue"),
                object,
                version,
                part,
                key,
                blob(&row[3]),
            );
            self.add(
                format!("{name}#data-key"),
                object,
                version,
                "data-key",
                key,
                blob(&row[4]),
            );
            let secrets = fields(blob(&row[5])).expect("sealed fields");
            for (at, sealed) in secrets.iter().enumerate() {
                let part = format!("secret/{at}");
                self.add(
                    format!("{name}#{part}"),
                    object,
                    version,
                    &part,
                    (id, 1),
                    sealed,
                );
            }
        }
    }

    /// What opens, by name, to somebody who has this identity and unlock key and tries every key
    /// they hold or find or can derive on every ciphertext, until nothing new opens.
    pub(crate) fn opened_with(&self, first: &[Word]) -> BTreeMap<String, Vec<u8>> {
        let mut opened = BTreeMap::new();
        let mut tried: BTreeSet<Word> = BTreeSet::new();
        let mut fresh: BTreeSet<Word> = first.iter().copied().collect();
        while !fresh.is_empty() {
            let found: Vec<_> = fresh.iter().flat_map(|key| self.opened_by(key)).collect();
            let mut next: BTreeSet<Word> = BTreeSet::new();
            for key in &fresh {
                for (_, generation) in &self.collections {
                    let derive = |label| derived(key, &self.vault, label, Some(*generation));
                    next.extend(["catalogue", "deposit", "title-tag"].map(derive));
                }
            }
            // Keys derived from keys that open nothing are no way on.
            next.retain(|key| !self.opened_by(key).is_empty());
            for (name, plain) in found {
                next.extend(<Word>::try_from(&plain[..]));
                opened.insert(name, plain);
            }
            tried.append(&mut fresh);
            fresh = next.difference(&tried).copied().collect();
        }
        opened
    }

    fn opened_by(&self, key: &Word) -> Vec<(String, Vec<u8>)> {
        let boxes = self.boxes.iter().filter_map(|(name, place, sealed)| {
            open(key, place, sealed).map(|plain| (name.clone(), plain))
        });
        let files = self.files.iter().filter_map(|(name, file)| {
            unwrap_anywhere(key, file).map(|(_, payload)| (name.clone(), payload))
        });
        boxes.chain(files).collect()
    }
}
