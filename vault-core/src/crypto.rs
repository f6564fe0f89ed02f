//! Which primitive for what, and why. No primitive is ours; each comes from a well-kept crate.
//!
//! | for | primitive | module |
//! |---|---|---|
//! | fields, names, details | XChaCha20-Poly1305: random nonces never collide | [`aead`] |
//! | passphrases | Argon2id, between a floor and a ceiling | [`kdf`] |
//! | keys given to people and envelopes | age X25519: readable by anybody's tool | [`recipient`] |
//! | records and checkpoints | Ed25519, verified strictly | [`signature`] |
//! | digests, tags, derived keys | SHA-256, HMAC, HKDF | [`digest`] |
//! | shares | SLIP-0039, the format being ours and public | [`shamir`] |

pub mod aead;
pub mod digest;
pub mod kdf;
pub mod random;
pub mod recipient;
pub mod shamir;
pub mod signature;
