//! The vectors printed in docs/format.md: what the library computes, what this reader computes,
//! and what the page says are the same.

use std::collections::{BTreeMap, BTreeSet};

use vault_core::audit::actor::{Actor, ObjectRef};
use vault_core::audit::event::{Event, Outcome};
use vault_core::audit::ledger::{NO_LEAF, leaf_of};
use vault_core::audit::record::Record;
use vault_core::audit::row::RowKey;
use vault_core::audit::sample::{self, SampleWord};
use vault_core::collection::Permission;
use vault_core::crypto::digest;
use vault_core::crypto::kdf::{self, KdfParams};
use vault_core::crypto::random::{Entropy, NoEntropy};
use vault_core::crypto::signature::SigningKey;
use vault_core::encoding::{Encoder, KeyName, Label, Object, Part, Place};
use vault_core::entry::field;
use vault_core::exchange::Format;
use vault_core::id::{
    CollectionId, EntryId, Epoch, Generation, PersonId, RecordSeq, SessionId, VaultId, Version,
};
use vault_core::keys::{CollectionKey, EscrowKeys};
use vault_core::person::{Role, login_tag};
use vault_core::secret::{Key, SecretBytes, SecretString};
use vault_core::text::fold;
use vault_core::time::Timestamp;
use vault_core::tlog::checkpoint::Checkpoint;
use vault_core::tlog::cosignature::{Cosignature, Cosigner};

use super::access_log::{cosigned, leaf, signed};
use super::cipher::{identity, unlock, unpadded};
use super::encoding::{self as ours, Fields, derived, hex, sha256};

/// The page.
pub(super) const PAGE: &str = include_str!("../../../docs/format.md");

/// The lines `name = value` of the page's block of vectors.
fn printed() -> BTreeMap<String, String> {
    let (_, block) = PAGE.split_once("```vectors\n").expect("a block of vectors");
    let (block, _) = block.split_once("```").expect("its end");
    let pair = |line: &str| {
        let (name, value) = line.split_once(" = ").expect("name = value");
        (name.trim().to_owned(), value.to_owned())
    };
    block.lines().map(pair).collect()
}

/// Sixteen bytes that count up from `first`.
fn counting(first: u8) -> [u8; 16] {
    std::array::from_fn(|at| first + u8::try_from(at).expect("sixteen"))
}

fn vault() -> VaultId {
    VaultId::from_bytes(counting(0x00))
}

/// Gives the same byte for ever.
struct Constant(u8);

impl Entropy for Constant {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), NoEntropy> {
        buffer.fill(self.0);
        Ok(())
    }
}

fn key(byte: u8) -> Key {
    Key::from_slice(&[byte; 32]).expect("32 bytes")
}

type Vectors = Vec<(&'static str, String)>;

fn place() -> Vectors {
    let entry = counting(0x30);
    let place = Place {
        vault: vault(),
        object: Object::Entry(EntryId::from_bytes(entry)),
        version: 2,
        part: Part::Secret(0),
        key: KeyName::sole(entry),
    };
    let same = ours::Place {
        vault: &counting(0),
        object: ("entry", &entry),
        version: 2,
        part: "secret/0",
        key: (&entry, 1),
    };
    assert_eq!(place.encode(), same.encode());
    vec![("place", hex(&place.encode()))]
}

fn passphrase() -> Vectors {
    let salt = counting(0x50);
    let text = SecretString::new("Zoe\u{308} correct horse\u{a0}battery".to_owned());
    let made = kdf::unlock_key(&text, &salt, KdfParams::FLOOR, vault()).expect("a derivation");
    let same = "Zo\u{eb}\u{a0}correct horse battery";
    let same = unlock(same, &salt, (65_536, 3, 4), &counting(0));
    assert_eq!(
        (made.key.expose(), made.commitment.expose()),
        (&same.0, &same.1)
    );
    vec![
        ("unlock key", hex(made.key.expose())),
        ("unlock commitment", hex(made.commitment.expose())),
    ]
}

fn tags() -> Vectors {
    let login = login_tag(vault(), " Zo\u{eb}  CLERK");
    let same = Fields::labelled("login").bytes(&counting(0));
    let same = sha256(&same.bytes("zo\u{eb} clerk".as_bytes()).finish());
    assert_eq!(*login.as_bytes(), same);
    let folded = Encoder::new(Label::TitleTag).bytes(fold("Council  Website").as_bytes());
    let title = digest::hmac(&key(0x07), &folded.finish());
    let same = ours::title_tag(&[0x07; 32], "council website");
    assert_eq!(*title.as_bytes(), same);
    vec![
        ("login tag", login.to_string()),
        ("title tag", title.to_string()),
    ]
}

fn import_rows() -> Vectors {
    let format = Format::BitwardenJson.to_string();
    let made = Encoder::new(Label::ImportRow).bytes(format.as_bytes());
    let made = sha256(&made.bytes(b"row-1").finish());
    let same = Fields::labelled("import-row").bytes(b"Bitwarden (JSON file)");
    assert_eq!(made, sha256(&same.bytes(b"row-1").finish()));
    vec![("row described", hex(&made))]
}

fn collection_keys() -> Vectors {
    let (id, third) = (CollectionId::from_bytes(counting(0x20)), Generation::new(3));
    let made = CollectionKey::generate(vault(), id, third, &mut Constant(0x01));
    let made = made.expect("a key");
    let facts = made.facts();
    let derive = |label| derived(&[0x01; 32], &counting(0), label, Some(3));
    assert_eq!(*facts.commitment.as_bytes(), derive("collection-commit"));
    let deposit = identity(&derive("deposit")).to_public();
    assert_eq!(facts.deposit.to_string(), deposit.to_string());
    assert_eq!(*made.tag_key().expose(), derive("title-tag"));
    assert_eq!(*made.import_key().expose(), derive("import"));
    let catalogue = derive("catalogue");
    let committed = derived(&catalogue, &counting(0), "catalogue-commit", Some(3));
    assert_eq!(*facts.catalogue.as_bytes(), committed);
    vec![
        ("collection commitment", facts.commitment.to_string()),
        ("deposit recipient", facts.deposit.to_string()),
        ("tag key", hex(made.tag_key().expose())),
        ("import key", hex(made.import_key().expose())),
        ("catalogue key", hex(&catalogue)),
        ("catalogue commitment", facts.catalogue.to_string()),
    ]
}

fn padding() -> Vectors {
    let padded = field::pad(&SecretBytes::copy_from(b"secret"));
    assert_eq!(unpadded(padded.expose()).as_deref(), Some(&b"secret"[..]));
    vec![("padded SHA-256", hex(&sha256(padded.expose())))]
}

fn rows() -> Vectors {
    let row = RowKey::Generation(CollectionId::from_bytes(counting(0x20)), Generation::new(1));
    let made = Encoder::new(Label::Row)
        .u64(1)
        .bytes(b"generation")
        .bytes(row.to_string().as_bytes())
        .bytes(&counting(0x20))
        .u64(1)
        .optional(None)
        .optional(None)
        .finish();
    let same = vec![
        rusqlite::types::Value::Blob(counting(0x20).to_vec()),
        rusqlite::types::Value::Integer(1),
        rusqlite::types::Value::Null,
        rusqlite::types::Value::Null,
    ];
    let made = sha256(&made);
    assert_eq!(made, super::row_digest("generation", &same));
    vec![("row key", row.to_string()), ("row digest", hex(&made))]
}

fn details() -> Vectors {
    let said = r#"["AAECAwQFBgcICQoLDA0ODw","title","Website \"old\""]"#;
    vec![("detail digest", hex(&sha256(said.as_bytes())))]
}

fn record() -> Record {
    Record {
        v: 1,
        seq: RecordSeq::new(0),
        prev: NO_LEAF,
        time: Timestamp::from_unix(1_795_348_800).expect("a time"),
        event: Event::SecretReveal,
        step: None,
        outcome: Outcome::Ok,
        actor: Actor::Person(PersonId::from_bytes(counting(0x10))),
        role: Some(Role::Clerk),
        subject: None,
        object: Some(ObjectRef::Entry(EntryId::from_bytes(counting(0x30)))),
        version: Some(Version::new(2)),
        permission: Some(Permission::Read),
        under: None,
        session: SessionId::from_bytes(counting(0x40)),
        facts: Vec::new(),
        rows: Vec::new(),
        sealed: None,
        detail_key: None,
        details: BTreeMap::new(),
    }
}

fn log() -> Vectors {
    let origin = "example-parish-council/vault/0001020304050607";
    let signing = SigningKey::from_seed(&key(0x09));
    let body = String::from_utf8(record().to_line(origin, None)).expect("UTF-8");
    let line = record().to_line(origin, Some(&signing));
    let text = String::from_utf8(line.clone()).expect("UTF-8");
    let signature = text[body.len() - 1..].trim_start_matches(",\"sig\":\"");
    let signature = signature.trim_end_matches("\"}").to_owned();
    let bytes = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, &signature);
    let said = format!("coffer/v1/record\n{origin}\n{body}");
    let public = signing.verify_key();
    assert!(signed(
        public.as_bytes(),
        said.as_bytes(),
        &bytes.expect("base64")
    ));
    assert_eq!(*leaf_of(&line).as_bytes(), leaf(&line));
    let checkpoint = Checkpoint {
        origin: origin.parse().expect("a name"),
        size: 1,
        root: leaf_of(&line),
    };
    let note = checkpoint.sign(&signing);
    vec![
        ("verify key", public.to_string()),
        ("fingerprint", public.fingerprint()),
        ("record body", body),
        ("signed bytes SHA-256", hex(&sha256(said.as_bytes()))),
        ("signature", signature),
        ("leaf hash", leaf_of(&line).to_string()),
        (
            "checkpoint signature line",
            note.lines().last().expect("a line").to_owned(),
        ),
    ]
}

fn witness() -> Vectors {
    let origin = "example-parish-council/vault/0001020304050607";
    let line = record().to_line(origin, Some(&SigningKey::from_seed(&key(0x09))));
    let checkpoint = Checkpoint {
        origin: origin.parse().expect("a name"),
        size: 1,
        root: leaf_of(&line),
    };
    let signing = SigningKey::from_seed(&key(0x0c));
    let cosigner = Cosigner {
        name: "witness.example.org".parse().expect("a name"),
        key: signing.verify_key(),
    };
    let time = Timestamp::from_unix(1_795_348_800).expect("a time");
    let cosignature = Cosignature::sign(&checkpoint, &cosigner.name, &signing, time);
    let typed = [&[4], cosigner.key.as_bytes().as_slice()].concat();
    let ours = BTreeMap::from([(cosigner.name.to_string(), typed)]);
    let root = hex(&leaf(&line));
    let seen = cosigned(&cosignature.to_string(), &ours, origin, 1, &root);
    assert_eq!(seen, Ok(1_795_348_800));
    vec![
        ("witness key", cosigner.to_string()),
        ("cosignature", cosignature.to_string()),
    ]
}

fn envelope() -> Vectors {
    let secret = SecretBytes::copy_from(&[0x0b; 16]);
    let sheet = EscrowKeys::of_sheet(&secret, vault());
    let epoch = EscrowKeys::of_epoch(&secret, vault(), Epoch::new(2));
    let derive = |label, number| derived(&[0x0b; 16], &counting(0), label, number);
    let same = [derive("sheet-age", None), derive("escrow-age", Some(2))];
    let same = same.map(|key| identity(&key).to_public().to_string());
    let made = [&sheet, &epoch].map(|keys| keys.identity.recipient().to_string());
    assert_eq!(made, same);
    let [sheet_recipient, epoch_recipient] = made;
    let begins = derive("sheet-mark", None);
    let begins = u16::from_be_bytes([begins[0], begins[1]]) & 0x7fff;
    let identifier = u16::from(EscrowKeys::identifier_of_sheet(&secret, vault()));
    assert_eq!(identifier, begins);
    vec![
        ("sheet identifier", identifier.to_string()),
        ("sheet recipient", sheet_recipient),
        ("sheet verify key", sheet.signing.verify_key().to_string()),
        ("epoch recipient", epoch_recipient),
        ("epoch verify key", epoch.signing.verify_key().to_string()),
    ]
}

fn sampled() -> Vectors {
    let (root, size, count) = ([0x0c; 32], 1000_u64, 5);
    let word = SampleWord::parse("Grey  HERON").expect("a word");
    let made = sample::sample(&digest::Digest::from_bytes(root), size, &word, count);
    let mut same = BTreeSet::new();
    let draws = (0_u64..).map(|number| {
        let number = number.to_be_bytes();
        let hashed = [b"coffer/v1/sample\n", &root[..], &number, b"grey heron"].concat();
        let digest = sha256(&hashed);
        u64::from_be_bytes(digest[..8].try_into().expect("eight bytes"))
    });
    // Of 2^64 draws the last 616 are no whole round of a thousand.
    let mut draws = draws.filter(|drawn| *drawn < u64::MAX - 615);
    while same.len() < 5 {
        same.extend(draws.next().map(|drawn| drawn % size));
    }
    assert!(
        made.iter()
            .map(|record| record.get())
            .eq(same.iter().copied())
    );
    let numbers: Vec<String> = same.iter().map(u64::to_string).collect();
    vec![("sample", numbers.join(" "))]
}

#[test]
fn the_vectors_on_the_page_are_those_that_the_library_and_a_second_reader_compute() {
    let parts = [
        place(),
        passphrase(),
        tags(),
        import_rows(),
        collection_keys(),
        padding(),
        rows(),
        details(),
        log(),
        envelope(),
        sampled(),
        witness(),
    ];
    let computed: Vectors = parts.into_iter().flatten().collect();
    let lines = computed
        .iter()
        .map(|(name, value)| format!("{name} = {value}\n"));
    let block: String = lines.collect();
    let computed = computed
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    assert_eq!(
        printed(),
        computed.collect(),
        "the block should read:\n{block}"
    );
}
