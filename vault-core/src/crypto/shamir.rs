//! SLIP-0039: a secret split into mnemonics, any agreed few of which give it back.
//!
//! Source: SLIP-0039, *Shamir's Secret-Sharing for Mnemonic Codes*, whose published vectors are
//! all met, each refusal with its own error. Any tool for the standard reads what is
//! made here.
//!
//! The way of a secret: encrypted under a passphrase, which may be empty (`feistel`); shared out
//! among groups, and each group's part among its members (`polynomial` over `gf256`); each
//! part written as words (`mnemonic`) with a checksum (`rs1024`).
//!
//! Limits, plainly. Arithmetic on secrets has no tables, branches or indexes that depend on them;
//! words have, since they are there to be read and typed. Buffers are wiped; what the compiler
//! keeps in registers, and the inner state of the hash, are not in our hands. A checksum finds
//! slips of the pen, not forgeries; the digest finds a forged share wherever the threshold is two
//! or more, and says nothing about which share it is. A wrong passphrase gives another secret, not
//! an error.

mod combine;
mod feistel;
mod gf256;
mod identifier;
mod lone;
mod mnemonic;
mod polynomial;
mod rs1024;
mod scheme;
#[cfg(test)]
mod seeded;
mod share;
mod specimen;
mod split;
mod typing;
mod wordlist;

pub use combine::{CombineError, combine};
pub use feistel::IterationExponent;
pub use identifier::{Identifier, TooLarge};
pub use lone::{KeyError, key_of_words, words_of_key, words_of_key_as};
pub use mnemonic::ParseError;
pub use scheme::{Count, GroupScheme, Quorum, SchemeError};
pub use share::{Header, Share};
pub use specimen::{are_specimen, specimen};
pub use split::{SplitError, split};
pub(crate) use typing::distance;
pub use typing::{Completion, Located, complete, locate_wrong_word};
