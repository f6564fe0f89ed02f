//! One record: one line of JSON, the leaf of the log.
//!
//! The stored line is never serialised again: what was signed and hashed is what is kept. It is
//! the compact JSON of the members below in this order, members without a value left out. A
//! signature is the last member, `,"sig":"…"}`, and covers `coffer/v1/record\n ‖ origin ‖ \n ‖` the
//! line as it stands without that member.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::actor::{Actor, ObjectRef};
use super::event::{Event, Outcome, Step};
use super::fact::Fact;
use super::row::RowKey;
use super::unrecorded::UnrecordedFacts;
use crate::collection::Permission;
use crate::crypto::digest::Digest;
use crate::crypto::signature::{Signature, SigningKey, VerifyKey};
use crate::encoding::Label;
use crate::id::{PersonId, RecordSeq, SessionId, Version};
use crate::person::Role;
use crate::time::Timestamp;

/// The version of the record's form.
pub const RECORD_VERSION: u64 = 1;

/// The longest line that is read, in bytes.
pub const LONGEST_LINE: usize = 4 * 1024 * 1024;

/// What a record says of one row: its new digest, or `None` where the row was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowDigest(pub RowKey, pub Option<Digest>);

/// A record, as read from its line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// [`RECORD_VERSION`].
    pub v: u64,
    /// Its place in the log.
    pub seq: RecordSeq,
    /// The leaf hash of the record before; zeros for the first.
    pub prev: Digest,
    /// The machine's claim of the time.
    pub time: Timestamp,
    /// What happened.
    pub event: Event,
    /// Which step of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Step>,
    /// How it ended.
    pub outcome: Outcome,
    /// Who acted.
    pub actor: Actor,
    /// The role in which they acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The person whom it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<PersonId>,
    /// The thing that it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectRef>,
    /// The version of that thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// The permission that was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission: Option<Permission>,
    /// The record that this one rests on: an opening's request, what is approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<RecordSeq>,
    /// The run of the program.
    pub session: SessionId,
    /// What it establishes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// The rows that it wrote.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<RowDigest>,
    /// The digest of its encrypted words, so that a change is found without their key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed: Option<Digest>,
    /// The digest of the session's sealed detail key, in the first record that has words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail_key: Option<Digest>,
    /// Salted digests of its words.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, Digest>,
}

/// A line that is not a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotARecord;

const SIGNATURE_OPENS: &[u8] = b",\"sig\":\"";
const SIGNATURE_CLOSES: &[u8] = b"\"}";
/// `,"sig":"` and 88 characters of base64 and `"}`.
const SIGNATURE_LEN: usize = 8 + 88 + 2;

impl Record {
    /// The record's line, signed where there is a key.
    ///
    /// # Panics
    /// Never: every member has a JSON form.
    pub fn to_line(&self, origin: &str, key: Option<&SigningKey>) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).expect("every member has a JSON form");
        if let Some(key) = key {
            let signature = key.sign(&signed_bytes(origin, &line));
            line.pop();
            line.extend_from_slice(SIGNATURE_OPENS);
            line.extend_from_slice(signature.to_string().as_bytes());
            line.extend_from_slice(SIGNATURE_CLOSES);
        }
        line
    }

    /// Reads a stored line into its record and, where it has one, its signature.
    ///
    /// # Errors
    /// [`NotARecord`], also for a line that is longer than [`LONGEST_LINE`], that has unknown,
    /// repeated or missing members, or that spells them otherwise than [`Self::to_line`] does.
    pub fn from_line(line: &[u8]) -> Result<(Self, Option<LineSignature>), NotARecord> {
        if line.len() > LONGEST_LINE {
            return Err(NotARecord);
        }
        let signature = LineSignature::split(line)?;
        let body = signature.as_ref().map_or(line, |s| s.body.as_slice());
        let record: Self = serde_json::from_slice(body).map_err(|_| NotARecord)?;
        // One record has one line: no other spelling of the same members is taken for it.
        let canonical = serde_json::to_vec(&record).map_err(|_| NotARecord)?;
        if record.v == RECORD_VERSION && canonical == body {
            Ok((record, signature))
        } else {
            Err(NotARecord)
        }
    }

    /// The tries to unlock that left no record of their own, as far as this one counts them.
    pub fn unrecorded(&self) -> UnrecordedFacts {
        let found = self.facts.iter().find_map(|fact| match fact {
            Fact::Unrecorded(facts) => Some(*facts),
            _ => None,
        });
        found.unwrap_or_default()
    }

    /// Whether the record may stand after the last signed checkpoint: no person's or escrow key
    /// was at hand to sign one.
    pub fn is_loose(&self) -> bool {
        match (self.event, &self.actor) {
            (Event::VaultUnlock, Actor::Nobody) => self.outcome != Outcome::Ok,
            (Event::EnvelopeOpen | Event::EnvelopeSheet, Actor::Nobody | Actor::Sheet(_))
            | (Event::EnvelopeCheck, Actor::Sheet(_)) => true,
            _ => false,
        }
    }
}

/// A line's signature and what it covers.
pub struct LineSignature {
    body: Vec<u8>,
    signature: Signature,
}

impl LineSignature {
    fn split(line: &[u8]) -> Result<Option<Self>, NotARecord> {
        let Some(at) = line.len().checked_sub(SIGNATURE_LEN) else {
            return Ok(None);
        };
        let (head, tail) = line.split_at(at);
        let Some(text) = tail
            .strip_prefix(SIGNATURE_OPENS)
            .and_then(|rest| rest.strip_suffix(SIGNATURE_CLOSES))
        else {
            return Ok(None);
        };
        let text = std::str::from_utf8(text).map_err(|_| NotARecord)?;
        let signature = text.parse().map_err(|_| NotARecord)?;
        let body = [head, b"}"].concat();
        Ok(Some(Self { body, signature }))
    }

    /// Whether the signature is `key`'s, for the log of this origin.
    pub fn is_by(&self, key: &VerifyKey, origin: &str) -> bool {
        key.verifies(&signed_bytes(origin, &self.body), &self.signature)
    }
}

/// `coffer/v1/record\n ‖ origin ‖ \n ‖ line`.
fn signed_bytes(origin: &str, body: &[u8]) -> Vec<u8> {
    [
        Label::Record.as_bytes(),
        b"\n",
        origin.as_bytes(),
        b"\n",
        body,
    ]
    .concat()
}
