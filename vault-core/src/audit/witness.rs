//! The witnesses that the council's policy names, and what each has vouched for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fact::{CosignatureFacts, WitnessFacts, WitnessStanding};
use super::flaw::Flaw;
use crate::crypto::digest::Digest;
use crate::id::{PersonId, RecordSeq};
use crate::time::Timestamp;
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::cosignature::{Cosignature, Cosigner};
use crate::tlog::note::Name;

/// The most witnesses that are named at a time: as many as a note may have signatures.
pub const MOST_WITNESSES: usize = 16;

/// The newest head that a witness has vouched for, as far as the log says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VouchedHead {
    /// How many records the log had.
    pub size: u64,
    /// The root of the tree of that size.
    pub root: Digest,
    /// As of when, by the witness's clock.
    pub time: Timestamp,
    /// The record that says so.
    pub record: RecordSeq,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    standing: WitnessStanding,
    /// The record by which it stands so, and who made that.
    since: (RecordSeq, PersonId),
    head: Option<VouchedHead>,
}

/// Every witness that was ever named. A key keeps what it has vouched for, whatever becomes of its
/// standing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Witnesses(BTreeMap<Cosigner, Known>);

/// Why a witness cannot be named or dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotNamed {
    /// One of that name, or with that key, is named already.
    Already,
    /// There are [`MOST_WITNESSES`].
    TooMany,
    /// None such is named.
    Unknown,
}

impl Witnesses {
    /// Those that the policy names, each with the newest head that it has vouched for, by name.
    pub fn named(&self) -> impl Iterator<Item = (&Cosigner, Option<&VouchedHead>)> {
        let named = |(_, known): &(&Cosigner, &Known)| known.standing == WitnessStanding::Named;
        let known = self.0.iter().filter(named);
        known.map(|(cosigner, known)| (cosigner, known.head.as_ref()))
    }

    /// The one that the policy names so.
    pub fn find(&self, name: &str) -> Option<(&Cosigner, Option<&VouchedHead>)> {
        self.named().find(|(it, _)| it.name.as_str() == name)
    }

    /// Whether any witness that was ever named made `cosignature` over the head whose note text is
    /// `checkpoint`.
    pub fn made(&self, checkpoint: &str, cosignature: &Cosignature) -> bool {
        let mut known = self.0.keys();
        known.any(|cosigner| cosigner.signed(checkpoint, cosignature))
    }

    /// Whether the facts can be taken over.
    ///
    /// # Errors
    /// [`NotNamed`].
    pub fn check(&self, facts: &WitnessFacts) -> Result<(), NotNamed> {
        let vkey = &facts.vkey;
        if facts.standing == WitnessStanding::Dropped {
            let mut named = self.named();
            let is_named = named.any(|(it, _)| it == vkey);
            return is_named.then_some(()).ok_or(NotNamed::Unknown);
        }
        let like = |(it, _): (&Cosigner, _)| it.name == vkey.name || it.key == vkey.key;
        if self.named().any(like) {
            Err(NotNamed::Already)
        } else if self.named().count() >= MOST_WITNESSES {
            Err(NotNamed::TooMany)
        } else {
            Ok(())
        }
    }

    /// Those whose standing was changed by somebody else than `person`, with how they stand now and
    /// since which record.
    pub(super) fn changed_by_others(
        &self,
        person: PersonId,
    ) -> impl Iterator<Item = (&Cosigner, WitnessStanding, RecordSeq)> {
        let changed = self
            .0
            .iter()
            .filter(move |(_, known)| known.since.1 != person);
        changed.map(|(cosigner, known)| (cosigner, known.standing, known.since.0))
    }

    pub(super) fn take(
        &mut self,
        facts: &WitnessFacts,
        since: (RecordSeq, PersonId),
    ) -> Result<(), Flaw> {
        self.check(facts).map_err(|_| Flaw::Contradiction)?;
        let before = self.0.get(&facts.vkey).and_then(|known| known.head);
        let known = Known {
            standing: facts.standing,
            since,
            head: before,
        };
        self.0.insert(facts.vkey.clone(), known);
        Ok(())
    }

    /// A head is vouched for by a witness that is named, and each of its heads is larger than the
    /// one before. That the root is this log's own is for whoever has all lines.
    pub(super) fn take_head(
        &mut self,
        facts: &CosignatureFacts,
        origin: &str,
        record: RecordSeq,
    ) -> Result<(), Flaw> {
        let origin: Name = origin.parse().map_err(|_| Flaw::Contradiction)?;
        let text = facts.checkpoint(origin).to_text();
        let named = |known: &Known| known.standing == WitnessStanding::Named;
        let signer = |(cosigner, known): &(&Cosigner, &mut Known)| {
            named(known) && cosigner.signed(&text, &facts.line)
        };
        let (_, known) = self.0.iter_mut().find(signer).ok_or(Flaw::Cosignature)?;
        let grows = known.head.is_none_or(|head| head.size < facts.size);
        if facts.size == 0 || facts.size > record.get() || !grows {
            return Err(Flaw::Contradiction);
        }
        known.head = Some(VouchedHead {
            size: facts.size,
            root: facts.root,
            time: facts.line.time(),
            record,
        });
        Ok(())
    }

    /// Who had the policy name the witness whose newest head this record brought.
    pub(super) fn namer_of_head_in(&self, record: RecordSeq) -> Option<PersonId> {
        let brought = |known: &&Known| known.head.is_some_and(|head| head.record == record);
        self.0.values().find(brought).map(|known| known.since.1)
    }
}

impl CosignatureFacts {
    /// The head that the witness has vouched for, of the log with this origin.
    pub const fn checkpoint(&self, origin: Name) -> Checkpoint {
        Checkpoint {
            origin,
            size: self.size,
            root: self.root,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::signature::SigningKey;
    use crate::secret::Key;

    const ORIGIN: &str = "example-parish/vault/0001020304050607";

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed(&Key::from_slice(&[seed; 32]).expect("32 bytes"))
    }

    fn facts(name: &str, seed: u8, standing: WitnessStanding) -> WitnessFacts {
        let vkey = Cosigner {
            name: name.parse().expect("a name"),
            key: key(seed).verify_key(),
        };
        WitnessFacts { vkey, standing }
    }

    fn named(name: &str, seed: u8) -> WitnessFacts {
        facts(name, seed, WitnessStanding::Named)
    }

    fn dropped(name: &str, seed: u8) -> WitnessFacts {
        facts(name, seed, WitnessStanding::Dropped)
    }

    fn vouched(name: &str, seed: u8, size: u64) -> CosignatureFacts {
        let checkpoint = Checkpoint {
            origin: ORIGIN.parse().expect("a name"),
            size,
            root: Digest::of(&[b"a root"]),
        };
        let time = Timestamp::EPOCH.plus(60);
        let name = name.parse().expect("a name");
        CosignatureFacts {
            size,
            root: checkpoint.root,
            line: Cosignature::sign(&checkpoint, &name, &key(seed), time),
        }
    }

    fn take(witnesses: &mut Witnesses, facts: &WitnessFacts) -> Result<(), Flaw> {
        witnesses.take(facts, (seq(2), PersonId::from_bytes([1; 16])))
    }

    fn seq(number: u64) -> RecordSeq {
        RecordSeq::new(number)
    }

    #[test]
    fn a_witness_is_named_once_and_dropped_while_it_is_named() {
        let mut witnesses = Witnesses::default();
        let flawed = Err(Flaw::Contradiction);
        assert_eq!(take(&mut witnesses, &dropped("w", 1)), flawed);
        assert_eq!(take(&mut witnesses, &named("w", 1)), Ok(()));
        for other in [named("w", 1), named("w", 2), named("v", 1), dropped("w", 2)] {
            assert_eq!(take(&mut witnesses, &other), flawed, "{other:?}");
        }
        assert_eq!(take(&mut witnesses, &dropped("w", 1)), Ok(()));
        assert_eq!(witnesses.named().count(), 0);
        let [one, other] = [1, 2].map(|id| PersonId::from_bytes([id; 16]));
        assert_eq!(witnesses.changed_by_others(one).count(), 0);
        let mut changed = witnesses.changed_by_others(other);
        let dropped_one = changed
            .next()
            .map(|(_, standing, record)| (standing, record));
        assert_eq!(dropped_one, Some((WitnessStanding::Dropped, seq(2))));
        drop(changed);
        assert_eq!(take(&mut witnesses, &dropped("w", 1)), flawed);
        assert_eq!(take(&mut witnesses, &named("w", 2)), Ok(()));
        assert_eq!(take(&mut witnesses, &named("w", 1)), flawed);
    }

    #[test]
    fn what_is_known_of_witnesses_is_remembered() {
        let mut witnesses = Witnesses::default();
        take(&mut witnesses, &named("w", 1)).expect("new");
        take(&mut witnesses, &named("v", 2)).expect("new");
        let head = vouched("w", 1, 5);
        witnesses
            .take_head(&head, ORIGIN, seq(9))
            .expect("it grows");
        let text = serde_json::to_string(&witnesses).expect("a JSON form");
        let again: Witnesses = serde_json::from_str(&text).expect("the same");
        assert!(again.named().eq(witnesses.named()));
        assert_eq!(serde_json::to_string(&again).expect("a JSON form"), text);
    }

    #[test]
    fn sixteen_witnesses_are_named_at_a_time() {
        let mut witnesses = Witnesses::default();
        for seed in 1..=16 {
            assert_eq!(
                take(&mut witnesses, &named(&format!("w{seed}"), seed)),
                Ok(())
            );
        }
        let another = named("another", 17);
        assert_eq!(witnesses.check(&another), Err(NotNamed::TooMany));
        assert_eq!(take(&mut witnesses, &dropped("w3", 3)), Ok(()));
        assert_eq!(take(&mut witnesses, &another), Ok(()));
    }

    #[test]
    fn a_witness_vouches_for_ever_more_records_while_it_is_named() {
        let mut witnesses = Witnesses::default();
        let unsigned = Err(Flaw::Cosignature);
        let contradicts = Err(Flaw::Contradiction);
        let first = vouched("w", 1, 5);
        assert_eq!(witnesses.take_head(&first, ORIGIN, seq(9)), unsigned);
        take(&mut witnesses, &named("w", 1)).expect("new");
        assert_eq!(witnesses.take_head(&first, ORIGIN, seq(4)), contradicts);
        assert_eq!(witnesses.take_head(&first, ORIGIN, seq(5)), Ok(()));
        for (name, seed, size, verdict) in [
            ("w", 1, 5, contradicts),
            ("w", 1, 4, contradicts),
            ("w", 1, 0, contradicts),
            ("w", 1, 10, contradicts),
            ("w", 2, 6, unsigned),
            ("v", 1, 6, unsigned),
        ] {
            let head = vouched(name, seed, size);
            let taken = witnesses.clone().take_head(&head, ORIGIN, seq(9));
            assert_eq!(taken, verdict, "{name} {seed} {size}");
        }
        let mut other = vouched("w", 1, 6);
        other.root = Digest::of(&[b"another root"]);
        assert_eq!(witnesses.take_head(&other, ORIGIN, seq(9)), unsigned);
        let elsewhere = "another/vault/0001020304050607";
        let head = vouched("w", 1, 6);
        assert_eq!(witnesses.take_head(&head, elsewhere, seq(9)), unsigned);
        assert_eq!(witnesses.take_head(&head, ORIGIN, seq(9)), Ok(()));
        let (_, known) = witnesses.find("w").expect("named");
        assert_eq!(
            known.map(|head| (head.size, head.record)),
            Some((6, seq(9)))
        );
        take(&mut witnesses, &dropped("w", 1)).expect("named");
        let later = vouched("w", 1, 7);
        assert_eq!(witnesses.take_head(&later, ORIGIN, seq(9)), unsigned);
        take(&mut witnesses, &named("w", 1)).expect("dropped");
        assert_eq!(witnesses.take_head(&head, ORIGIN, seq(9)), contradicts);
        assert!(witnesses.made(
            &head.checkpoint(ORIGIN.parse().expect("a name")).to_text(),
            &head.line
        ));
    }
}
