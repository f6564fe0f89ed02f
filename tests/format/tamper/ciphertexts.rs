//! Every move of a ciphertext to another entry, field, version, generation or vault is refused:
//! by the keys, even where the same key stands in both places, and by the file, before a key is
//! tried.

use harness::PROVIDER;
use rusqlite::types::Value;
use vault_core::audit::row::{Reader, RowKey};
use vault_core::crypto::random::{Entropy, NoEntropy, OsEntropy};
use vault_core::crypto::recipient::Identity;
use vault_core::encoding::{Decoder, Encoder};
use vault_core::entry::{Field, FieldName, VersionCatalogue};
use vault_core::error::{Error, StoreError};
use vault_core::id::{CollectionId, EntryId, Epoch, Generation, PersonId, VaultId, Version};
use vault_core::keys::{CollectionKey, DataKey};
use vault_core::time::Timestamp;
use vault_core::vault::Session;
use vault_core::vault::reveal::Wanted;

use super::{Copy, TITLES, ours, password, secret, theirs};

/// Gives the same bytes whenever it is asked, so that every key is the same key.
struct Same;

impl Entropy for Same {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), NoEntropy> {
        buffer.fill(7);
        Ok(())
    }
}

/// Every way to take one of each of two lists.
fn pairs<A: std::marker::Copy, B: std::marker::Copy>(left: &[A], right: &[B]) -> Vec<(A, B)> {
    let with = |a: &A| right.iter().map(|b| (*a, *b)).collect::<Vec<_>>();
    left.iter().flat_map(with).collect()
}

const VAULTS: [VaultId; 2] = [VaultId::from_bytes([1; 16]), VaultId::from_bytes([2; 16])];
const ENTRIES: [EntryId; 3] = [
    EntryId::from_bytes([1; 16]),
    EntryId::from_bytes([2; 16]),
    EntryId::from_bytes([3; 16]),
];
const COLLECTIONS: [CollectionId; 2] = [
    CollectionId::from_bytes([1; 16]),
    CollectionId::from_bytes([2; 16]),
];
const NUMBERS: [u64; 2] = [1, 2];

/// Vault, entry, version.
type At = (VaultId, (EntryId, u64));

fn data_key(at: At) -> DataKey {
    let (vault, (entry, version)) = at;
    DataKey::generate(vault, entry, Version::new(version), &mut Same).expect("a key")
}

#[test]
fn a_fields_ciphertext_opens_in_its_vault_entry_version_and_place_alone() {
    let places = pairs(&VAULTS, &pairs(&ENTRIES, &NUMBERS));
    let fields = ["password", "notes"].map(|name| Field {
        name: FieldName::parse(name).expect("a name"),
        value: secret(name),
    });
    let everywhere = pairs(&places, &[0_u32, 1]);
    let mut moves = 0;
    for (from, taken) in &everywhere {
        let sealed = data_key(*from)
            .seal_fields(&fields, &mut Same)
            .expect("sealed");
        let mut decoder = Decoder::new(&sealed);
        let all = [decoder.bytes().expect("one"), decoder.bytes().expect("two")];
        let chosen = all[usize::from(*taken == 1)];
        let put = Encoder::unlabelled(1024)
            .bytes(chosen)
            .bytes(chosen)
            .finish();
        for (to, place) in &everywhere {
            let opened = data_key(*to).open_field(&put, *place);
            assert_eq!(opened.is_ok(), (from, taken) == (to, place));
            moves += usize::from(opened.is_err());
        }
    }
    assert_eq!(moves, 24 * 23);
}

/// Vault, collection, generation.
type Home = (VaultId, (CollectionId, u64));

fn homes() -> Vec<Home> {
    pairs(&VAULTS, &pairs(&COLLECTIONS, &NUMBERS))
}

fn collection_key(home: Home) -> CollectionKey {
    let (vault, (collection, generation)) = home;
    let generation = Generation::new(generation);
    CollectionKey::generate(vault, collection, generation, &mut Same).expect("a key")
}

#[test]
fn a_data_key_opens_for_its_vault_collection_generation_entry_and_version_alone() {
    let everywhere = pairs(&homes(), &pairs(&ENTRIES, &NUMBERS));
    for (from, at) in &everywhere {
        let key = data_key((from.0, *at));
        let sealed = key.seal(&collection_key(*from), &mut Same).expect("sealed");
        for (to, (entry, version)) in &everywhere {
            let key = collection_key(*to);
            let opened = DataKey::open(to.0, *entry, Version::new(*version), &key, &sealed);
            assert_eq!(opened.is_ok(), (from, at) == (to, &(*entry, *version)));
        }
    }
}

#[test]
fn what_a_version_shows_opens_for_its_own_place_alone() {
    let everywhere = pairs(&homes(), &pairs(&ENTRIES, &NUMBERS));
    let shown = VersionCatalogue {
        made_at: Timestamp::EPOCH,
        fields: vec![FieldName::password()],
    };
    for (from, (entry, version)) in &everywhere {
        let key = collection_key(*from).catalogue_key();
        let version = Version::new(*version);
        let sealed = key
            .seal_version(*entry, version, &shown, &mut Same)
            .expect("sealed");
        // An entry's own catalogue is another part, though the numbers be the same.
        let other_part = key.open_catalogue(*entry, version.get(), &sealed);
        assert!(other_part.is_err());
        for (to, (other, number)) in &everywhere {
            let key = collection_key(*to).catalogue_key();
            let opened = key.open_version(*other, Version::new(*number), &sealed);
            let same = (from, entry, version) == (to, other, Version::new(*number));
            assert_eq!(opened.is_ok(), same);
        }
    }
}

#[test]
fn a_name_opens_for_its_own_person_or_collection_alone() {
    let people = [PersonId::from_bytes([1; 16]), PersonId::from_bytes([2; 16])];
    for (from, person) in &pairs(&homes(), &people) {
        let key = collection_key(*from).catalogue_key();
        let sealed = key
            .seal_person_name(*person, "Pat", &mut Same)
            .expect("sealed");
        for (to, other) in &pairs(&homes(), &people) {
            let key = collection_key(*to).catalogue_key();
            let opened = key.open_person_name(*other, &sealed);
            assert_eq!(opened.is_ok(), (from, person) == (to, other));
            let id = CollectionId::from_bytes(*other.as_bytes());
            assert!(key.open_collection_name(id, &sealed).is_err());
        }
    }
}

#[test]
fn a_wrapped_key_opens_for_its_own_reader_collection_and_generation_alone() {
    let key = vault_core::secret::Key::from_slice(&[8; 32]).expect("32 bytes");
    let identity = Identity::from_key(&key);
    let readers = [
        Reader::Person(PersonId::from_bytes([1; 16])),
        Reader::Person(PersonId::from_bytes([2; 16])),
        Reader::Escrow(Epoch::new(1)),
    ];
    for (from, reader) in &pairs(&homes(), &readers) {
        let key = collection_key(*from);
        let file = key.wrap(*reader, &identity.recipient()).expect("wrapped");
        for (to, other) in &pairs(&homes(), &readers) {
            let facts = collection_key(*to).facts();
            let opened = CollectionKey::unwrap(to.0, &facts, *other, &identity, &file);
            assert_eq!(opened.is_ok(), (from, reader) == (to, other));
            let as_catalogue =
                vault_core::keys::CatalogueKey::unwrap(to.0, &facts, *other, &identity, &file);
            assert!(as_catalogue.is_err());
        }
    }
}

#[test]
fn a_predecessor_opens_for_the_next_generation_of_its_collection_alone() {
    let before = |home: Home| (home.0, (home.1.0, home.1.1 - 1));
    let seconds: Vec<Home> = homes().into_iter().filter(|home| home.1.1 == 2).collect();
    for from in &seconds {
        let (key, old) = (collection_key(*from), collection_key(before(*from)));
        let sealed = key.seal_predecessor(&old, &mut OsEntropy).expect("sealed");
        for to in &seconds {
            let facts = collection_key(before(*to)).facts();
            let opened = collection_key(*to).open_predecessor(&facts, &sealed);
            assert_eq!(opened.is_ok(), from == to);
        }
    }
}

/// A version's row: its entry, its number, and the columns that can be moved.
struct Row {
    entry: Vec<u8>,
    version: i64,
    columns: Vec<Value>,
}

const COLUMNS: [&str; 4] = ["generation", "catalogue", "data_key", "secrets"];

fn rows(copy: &Copy) -> Vec<Row> {
    let connection = copy.connect();
    let sql = "SELECT entry, version, generation, catalogue, data_key, secrets FROM version";
    let mut statement = connection.prepare(sql).expect("a query");
    let rows = statement.query_map([], |row| {
        Ok(Row {
            entry: row.get(0)?,
            version: row.get(1)?,
            columns: (2..6).map(|at| row.get(at)).collect::<Result<_, _>>()?,
        })
    });
    rows.expect("rows").collect::<Result<_, _>>().expect("rows")
}

fn put(copy: &Copy, row: &Row, columns: &[Value]) {
    let sets = COLUMNS.map(|column| format!("{column} = ?")).join(", ");
    let sql = format!("UPDATE version SET {sets} WHERE entry = ? AND version = ?");
    let key = [Value::Blob(row.entry.clone()), Value::Integer(row.version)];
    let values = rusqlite::params_from_iter(columns.iter().chain(&key));
    let changed = copy.connect().execute(&sql, values).expect("an update");
    assert_eq!(changed, 1);
}

impl Row {
    fn key(&self) -> RowKey {
        let entry: [u8; 16] = self.entry.as_slice().try_into().expect("an id");
        let version = u64::try_from(self.version).expect("a number");
        RowKey::Version(EntryId::from_bytes(entry), Version::new(version))
    }

    fn reveal(&self, session: &mut Session<'_>) -> Result<Vec<u8>, Error> {
        let RowKey::Version(entry, version) = self.key() else {
            unreachable!("a version");
        };
        let wanted = Wanted::At(version);
        let revealed = session.reveal(&entry.to_string(), "password", wanted, None)?;
        Ok(revealed.value.expose().to_vec())
    }
}

fn is_changed<T>(result: &Result<T, Error>, key: RowKey) -> bool {
    matches!(result, Err(Error::Store(StoreError::RowChanged(row))) if *row == key)
}

#[test]
fn every_ciphertext_moved_in_the_file_is_refused_at_use_and_its_row_is_named() {
    let copy = Copy::of(&ours().bytes);
    let targets = rows(&copy);
    let foreign = rows(&Copy::of(&theirs().bytes));
    let sources: Vec<Row> = rows(&copy).into_iter().chain(foreign).collect();
    assert!(targets.len() >= 6 && sources.len() >= 12);
    let mut vault = copy.open().expect("the vault opens");
    let passphrase = harness::passphrase_of(PROVIDER);
    let mut session = vault.unlock(PROVIDER, &passphrase).expect("a session");
    let before = copy.lines().len();
    let mut moves = 0;
    for row in &targets {
        let sources = sources
            .iter()
            .filter(|source| source.columns != row.columns);
        // Catalogue, data key, secrets, or the whole row: that each column counts is a test of
        // rows, that each move counts is one of keys.
        let columns_moved = [&[1][..], &[2], &[3], &[0, 1, 2, 3]];
        for (source, moved) in sources.zip(columns_moved.iter().cycle()) {
            let mut columns = row.columns.clone();
            for at in *moved {
                columns[*at] = source.columns[*at].clone();
            }
            put(&copy, row, &columns);
            assert!(is_changed(&row.reveal(&mut session), row.key()));
            moves += 1;
        }
        put(&copy, row, &row.columns);
    }
    assert!(moves >= 6 * 11, "{moves} moves");
    assert_eq!(
        copy.lines().len(),
        before,
        "nothing was recorded as revealed"
    );
    for row in &targets {
        row.reveal(&mut session).expect("it is as it was");
    }
    let current = session.reveal(TITLES[1], "password", Wanted::Current, None);
    let current = current.expect("it is as it was").value;
    assert_eq!(current.expose(), password(TITLES[1], 2).as_bytes());
}

#[test]
fn two_fields_of_one_version_that_change_places_are_refused() {
    let copy = Copy::of(&ours().bytes);
    let mut vault = copy.open().expect("the vault opens");
    let passphrase = harness::passphrase_of(PROVIDER);
    let mut session = vault.unlock(PROVIDER, &passphrase).expect("a session");
    let mut swapped = 0;
    for row in rows(&copy) {
        let Value::Blob(secrets) = &row.columns[3] else {
            unreachable!("bytes");
        };
        let mut decoder = Decoder::new(secrets);
        let first = decoder.bytes().expect("a field");
        let Ok(second) = decoder.bytes() else {
            continue;
        };
        let mut columns = row.columns.clone();
        columns[3] = Value::Blob(Encoder::unlabelled(0).bytes(second).bytes(first).finish());
        put(&copy, &row, &columns);
        assert!(is_changed(&row.reveal(&mut session), row.key()));
        swapped += 1;
    }
    assert!(swapped >= 2);
}
