//! A share that passes its checksum, opens with its sheet and was never sealed: refused under the
//! number of the sheet, and the others open the envelope all the same.

use harness::{Council, TestJournal};
use rusqlite::Connection;
use vault_core::audit::actor::ObjectRef;
use vault_core::audit::event::{Event, Outcome};
use vault_core::audit::row::RowKey;
use vault_core::crypto::recipient;
use vault_core::crypto::shamir::{Share, key_of_words};
use vault_core::encoding::{KeyName, Object, Part, Place};
use vault_core::error::{Error, SheetRefused, StoreError};
use vault_core::id::{Epoch, Serial, VaultId};
use vault_core::keys::EscrowKeys;
use vault_core::secret::SecretString;
use vault_core::vault::verify::{Depth, State, verify};

const WORDS: &str = include_str!("../../vault-core/src/crypto/shamir/wordlist.txt");

/// The first word of a share that is neither header nor padding.
const VALUE: usize = 5;

/// RS1024 as the standard writes it down.
fn polymod(values: impl Iterator<Item = u32>) -> u32 {
    const GENERATOR: [u32; 10] = [
        0x00e0_e040,
        0x01c1_c080,
        0x0383_8100,
        0x0707_0200,
        0x0e0e_0009,
        0x1c0c_2412,
        0x3808_6c24,
        0x3090_fc48,
        0x21b1_f890,
        0x03f3_f120,
    ];
    values.fold(1, |checksum, value| {
        let shifted = (checksum & 0xf_ffff) << 10 ^ value;
        let bits = (0..10).filter(|bit| checksum >> 20 >> bit & 1 == 1);
        bits.fold(shifted, |sum, bit| sum ^ GENERATOR[bit])
    })
}

/// The same share with another value and a checksum that fits.
fn forged(share: &str) -> SecretString {
    let list: Vec<&str> = WORDS.lines().collect();
    let index = |word| list.binary_search(&word).expect("a word of the list");
    let mut words: Vec<usize> = share.split(' ').map(index).collect();
    words[VALUE] ^= 1;
    let end = words.len() - 3;
    words[end..].fill(0);
    let begun = b"shamir_extendable".iter().copied().map(u32::from);
    let indexes = words.iter().map(|&index| u32::try_from(index));
    let checksum = polymod(begun.chain(indexes.map(|index| index.expect("ten bits")))) ^ 1;
    for (word, shift) in words[end..].iter_mut().zip([20, 10, 0]) {
        *word = (checksum >> shift & 0x3ff) as usize;
    }
    let words: Vec<&str> = words.iter().map(|&index| list[index]).collect();
    SecretString::new(words.join(" "))
}

/// Whoever holds a sheet, and can write to the file, forges the sheet's share.
fn forge(council: &Council, sheet: &SecretString, number: u64) {
    let vault = vault_of(council);
    let key = key_of_words(sheet).expect("a sheet's words");
    let identity = EscrowKeys::of_sheet(&key, vault).identity;
    let place = Place {
        vault,
        object: Object::Share(Epoch::new(1)),
        version: number,
        part: Part::Share,
        key: KeyName::sole(*vault.as_bytes()),
    };
    let db = Connection::open(council.path()).expect("the file");
    let sql = "SELECT file FROM share WHERE epoch = 1 AND place = ?";
    let file: Vec<u8> = db
        .query_row(sql, [i64::try_from(number).expect("small")], |row| {
            row.get(0)
        })
        .expect("a share");
    let words = identity.unwrap(&place, &file).expect("its own share");
    let words = SecretString::from_utf8(&words).expect("words");
    let forged = forged(words.expose());
    assert!(!forged.same_as(&words));
    assert!(Share::from_words(&forged).is_ok(), "the checksum fits");
    let file = recipient::wrap(&[&identity.recipient()], &place, forged.expose().as_bytes());
    let sql = "UPDATE share SET file = ? WHERE epoch = 1 AND place = ?";
    let number = i64::try_from(number).expect("small");
    let changed = db.execute(sql, (file.expect("an age file"), number));
    assert_eq!(changed.expect("a change"), 1);
}

fn vault_of(council: &Council) -> VaultId {
    let vault = council.open().expect("the vault opens");
    vault.ledger().vault.as_ref().expect("a vault").vault
}

#[test]
fn a_forged_share_with_a_fitting_checksum_is_refused_under_its_sheets_number() {
    let (council, sheets) = Council::with_envelope();
    forge(&council, &sheets[0], 0);
    let mut vault = council.open().expect("the vault opens");
    let mut requested = vault
        .request_opening(&Council::terms(), Box::new(TestJournal::default()))
        .expect("a request");
    let refused = requested.accept(&sheets[0]).map(drop);
    let serial: Serial = "CH-0001".parse().expect("a serial");
    assert!(
        matches!(&refused, Err(Error::Sheet(SheetRefused::ShareDamaged { serial: of, .. })) if *of == serial)
    );
    assert!(requested.accepted().is_empty());
    requested.accept(&sheets[1]).expect("the clerk's sheet");
    assert!(!requested.is_met(), "the refused sheet does not count");
    requested.accept(&sheets[2]).expect("the safe's sheet");
    let opening = requested.release().expect("the rule is met");
    opening.close().expect("the end");
    drop(vault);
    let shown: Vec<_> = council
        .read_log()
        .into_iter()
        .map(|line| line.record)
        .filter(|record| record.event == Event::EnvelopeSheet)
        .collect();
    let outcomes: Vec<_> = shown.iter().map(|record| record.outcome).collect();
    assert_eq!(outcomes, [Outcome::Failed, Outcome::Ok, Outcome::Ok]);
    assert_eq!(shown[0].object, Some(ObjectRef::Sheet(serial)));
    verify(&council.path(), Depth::Full).expect("the log verifies");
    let state = verify(&council.path(), State::Checked).map(drop);
    let named = RowKey::Share(Epoch::new(1), 0);
    assert!(matches!(state, Err(Error::Store(StoreError::RowChanged(key))) if key == named));
}
