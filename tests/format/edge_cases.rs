//! Signatures at the edges of Ed25519, where libraries disagree: each is judged as `verify_strict`
//! judges it, whatever was checked before it on the same thread.

use ed25519_dalek::{Signature as Bare, VerifyingKey};
use harness::shared;
use serde::Deserialize;
use vault_core::crypto::signature::{Signature, VerifyKey};

/// A case of C2SP's CCTV, `ed25519/ed25519vectors.json`.
#[derive(Deserialize)]
struct Case {
    number: usize,
    key: String,
    sig: String,
    msg: String,
    flags: Option<Vec<String>>,
}

/// What makes a signature one that a strict verifier still accepts.
const HARMLESS: [&str; 2] = ["low_order_component_A", "low_order_component_R"];

fn unhex<const N: usize>(text: &str) -> [u8; N] {
    let byte = |at: usize| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hex");
    std::array::from_fn(byte)
}

fn strict(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let signature = Bare::from_bytes(signature);
    VerifyingKey::from_bytes(key).is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
}

fn ours(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    VerifyKey::from_bytes(*key).verifies(message, &Signature::from_bytes(*signature))
}

#[test]
fn the_914_published_edge_cases_are_judged_strictly() {
    let Some(path) = shared(
        "vectors/cctv/ed25519vectors.json",
        914,
        "edge cases of Ed25519",
    ) else {
        return;
    };
    let text = std::fs::read(path).expect("the cases");
    let cases: Vec<Case> = serde_json::from_slice(&text).expect("cases");
    assert_eq!(cases.len(), 914);
    let mut accepted = 0;
    for Case {
        number,
        key,
        sig,
        msg,
        flags,
    } in &cases
    {
        let (key, sig) = (unhex(key), unhex(sig));
        let verdict = ours(&key, msg.as_bytes(), &sig);
        assert_eq!(verdict, strict(&key, msg.as_bytes(), &sig), "case {number}");
        let mut flags = flags.iter().flatten();
        let harmless = flags.all(|flag| HARMLESS.contains(&flag.as_str()));
        assert_eq!(verdict, harmless, "case {number}");
        accepted += usize::from(verdict);
    }
    assert_eq!(accepted, 43);
}

/// The y coordinates of the points of small order: five, and two of them once more, not reduced.
const SMALL_ORDER: [&str; 7] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

#[test]
fn a_key_or_a_commitment_of_small_order_signs_nothing_in_any_spelling() {
    let good = ed25519_dalek::SigningKey::from_bytes(&[9; 32]);
    let mut lax = 0;
    for message in 0..40_u8 {
        for small in SMALL_ORDER {
            for sign in [0, 0x80] {
                let mut point: [u8; 32] = unhex(small);
                point[31] |= sign;
                // With the scalar 0 such a key signs some messages for a lax verifier.
                for commitment in SMALL_ORDER.map(unhex::<32>) {
                    let signature = [commitment, [0; 32]].concat();
                    let signature = signature.try_into().expect("64 bytes");
                    assert!(!ours(&point, &[message], &signature), "{small}");
                    let bare = VerifyingKey::from_bytes(&point);
                    lax += usize::from(bare.is_ok_and(|key| {
                        let signature = Bare::from_bytes(&signature);
                        ed25519_dalek::Verifier::verify(&key, &[message], &signature).is_ok()
                    }));
                }
                let key = good.verifying_key().to_bytes();
                let signature = [point, [0; 32]].concat().try_into().expect("64 bytes");
                assert!(!ours(&key, &[message], &signature));
            }
        }
    }
    assert!(lax > 0, "none of these would have passed anywhere");
}

#[test]
fn a_signature_has_one_spelling() {
    use ed25519_dalek::Signer;

    // The order of the group, which added to the scalar gives the same equation.
    let order: [u8; 32] = unhex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let key = ed25519_dalek::SigningKey::from_bytes(&[9; 32]);
    let good = key.sign(b"a line").to_bytes();
    let verify_key = key.verifying_key().to_bytes();
    assert!(ours(&verify_key, b"a line", &good));
    let mut other = good;
    let mut carry = 0;
    for (byte, add) in other[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        [*byte, _] = sum.to_le_bytes();
        carry = sum >> 8;
    }
    assert!(!ours(&verify_key, b"a line", &other));
}
