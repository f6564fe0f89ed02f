//! What the log says: everything that decisions rest on, read from the records alone.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::backups::Backups;
use super::dated::Clocks;
use super::elsewhere::Elsewhere;
use super::fact::{ForgottenFacts, ForkFacts, VaultFacts};
pub use super::holdings::Entry;
use super::holdings::{Entries, Rows};
use super::row::{Reader, RowKey, WrappedPart};
pub use super::unconfirmed::Unconfirmed;
use super::unrecorded::UnrecordedFacts;
use super::witness::Witnesses;
use crate::collection::{CollectionFacts, CollectionKind, GenerationFacts, Permission};
use crate::crypto::digest::Digest;
use crate::crypto::signature::VerifyKey;
use crate::emergency::register::Register;
use crate::emergency::rule::{RuleRefused, SheetHolder};
use crate::emergency::survival::Survival;
use crate::emergency::{Holder, Rule, RuleFacts, Scheme};
use crate::entry::EntryState;
use crate::id::{CollectionId, EntryId, Epoch, Generation, PersonId, RecordSeq, Serial, SessionId};
use crate::incident::Incident;
use crate::person::role::Power;
use crate::person::{PersonFacts, Role, Standing};
use crate::policy::Policy;
use crate::time::Timestamp;
use crate::tlog::hash;
use crate::tlog::tree::Frontier;

/// A person, as the log knows them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Role, standing and public keys.
    pub facts: PersonFacts,
    /// Who invited them; `None` for the founder.
    pub inviter: Option<PersonId>,
    /// Whether they count as a second person.
    pub counts: bool,
    /// Failed unlocks since the last success.
    pub failures: u32,
    /// When the last of these was.
    pub last_failure: Option<Timestamp>,
    /// Tries that left no record of their own, as the records of these count them.
    pub unrecorded: UnrecordedFacts,
    /// The record of their last unlock.
    pub last_unlock: Option<RecordSeq>,
    /// The record by which their last membership was ended, where they were given none since.
    pub ended: Option<RecordSeq>,
    /// The record by which somebody else is to have them read the access log no more, and who, where
    /// they review it.
    pub unread: Option<(RecordSeq, PersonId)>,
}

/// A collection, as the log knows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// Its kind and scope.
    pub facts: CollectionFacts,
    /// Every generation of its key, with the record that made it.
    pub generations: BTreeMap<Generation, (GenerationFacts, RecordSeq)>,
    /// Who may do what with it.
    pub members: BTreeMap<PersonId, Permission>,
    /// The last record by which somebody lost a key of it: a new generation is due.
    pub left: Option<RecordSeq>,
    /// The last record by which somebody lost the key that reveals: what they could read is due.
    pub reader_left: Option<RecordSeq>,
}

impl Collection {
    /// A collection that has neither a key nor a member yet.
    pub(super) const fn made(facts: CollectionFacts) -> Self {
        Self {
            facts,
            generations: BTreeMap::new(),
            members: BTreeMap::new(),
            left: None,
            reader_left: None,
        }
    }

    /// The newest generation, and the record that made it. A collection is made with one.
    pub fn newest(&self) -> Option<(&GenerationFacts, RecordSeq)> {
        let (_, (facts, record)) = self.generations.last_key_value()?;
        Some((facts, *record))
    }
}

/// Words that were erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forgetting {
    /// Which.
    pub facts: ForgottenFacts,
    /// The record that asked for it.
    pub asked_in: RecordSeq,
}

/// Why there is nothing to seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoScheme {
    /// No rule was chosen.
    NoRule,
    /// A holder under the rule has no sheet.
    NoSheet,
    /// A holder's newest sheet is lost, or its words were typed in a check or a drill.
    WornSheet,
    /// The holders do not make the rule.
    Rule(RuleRefused),
}

/// What the log says, up to its `size`th record.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// The vault; `None` before the first record.
    pub vault: Option<VaultFacts>,
    /// The log's origin, bound into every signature.
    pub origin: String,
    /// The leaf hash of the first record: a vault's unforgeable name.
    pub genesis: Digest,
    /// The rules in force.
    pub policy: Policy,
    /// How many records were read.
    pub size: u64,
    /// The leaf hash of the last one; zeros before the first.
    pub last: Digest,
    /// When the last one was made.
    pub last_time: Timestamp,
    /// The clocks of those who made them.
    pub clocks: Clocks,
    /// The tree over their lines.
    pub tree: Frontier,
    /// The key of the last record that a person or an opened envelope signed, and the size then:
    /// the last signed checkpoint must be this key's, of this size.
    pub signed: Option<(VerifyKey, u64)>,
    /// People.
    pub people: BTreeMap<PersonId, Person>,
    /// Every key that a person ever signed with.
    pub used_keys: BTreeSet<VerifyKey>,
    /// Collections.
    pub collections: BTreeMap<CollectionId, Collection>,
    /// Entries.
    #[serde(skip)]
    pub entries: Entries,
    /// The digest of each row in the latest record that names it.
    pub rows: Rows,
    /// The envelope.
    pub envelope: Register,
    /// What waits for a second person.
    pub unconfirmed: BTreeMap<RecordSeq, Unconfirmed>,
    /// Heads that are lost and were accepted as lost, with the second person's word.
    pub accepted_rollbacks: BTreeSet<(u64, Digest)>,
    /// Incidents, by the number of the record that began each.
    pub incidents: BTreeMap<RecordSeq, Incident>,
    /// When the vault was last copied.
    pub backups: Backups,
    /// Words that were erased, by the records that say so.
    pub forgettings: BTreeMap<RecordSeq, Forgetting>,
    /// Copies of this log that went ways of their own, as far as is known.
    pub elsewhere: Elsewhere,
    /// A fork that the last record says, whose lines the next one may bring, and how many records
    /// both ways share.
    pub forked: Option<(ForkFacts, u64)>,
    /// The witnesses that the policy names, and named before.
    pub witnesses: Witnesses,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            vault: None,
            origin: String::new(),
            genesis: NO_LEAF,
            policy: Policy::standard(),
            size: 0,
            last: NO_LEAF,
            last_time: Timestamp::EPOCH,
            clocks: Clocks::default(),
            tree: Frontier::new(),
            signed: None,
            people: BTreeMap::new(),
            used_keys: BTreeSet::new(),
            collections: BTreeMap::new(),
            entries: Entries::default(),
            rows: Rows::default(),
            envelope: Register::default(),
            unconfirmed: BTreeMap::new(),
            accepted_rollbacks: BTreeSet::new(),
            incidents: BTreeMap::new(),
            backups: Backups::default(),
            forgettings: BTreeMap::new(),
            elsewhere: Elsewhere::default(),
            forked: None,
            witnesses: Witnesses::default(),
        }
    }
}

/// The most holders of a rule.
const MOST_HOLDERS: usize = 64;

/// What stands for the leaf before the first.
pub const NO_LEAF: Digest = Digest::from_bytes([0; 32]);

/// The leaf hash of a line.
pub fn leaf_of(line: &[u8]) -> Digest {
    hash::leaf(line)
}

impl Ledger {
    /// The place of the next record.
    pub const fn next(&self) -> RecordSeq {
        RecordSeq::new(self.size)
    }

    /// A person.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.get(&id)
    }

    /// A collection.
    pub fn collection(&self, id: CollectionId) -> Option<&Collection> {
        self.collections.get(&id)
    }

    /// The collection in which an entry stands.
    pub fn collection_of(&self, entry: EntryId) -> Option<CollectionId> {
        self.entries.get(&entry).map(|entry| entry.collection)
    }

    /// The one collection of a kind that every vault has.
    pub fn built_in(&self, kind: CollectionKind) -> Option<CollectionId> {
        let mut of_kind = self.collections.values().filter(|c| c.facts.kind == kind);
        of_kind.next().map(|c| c.facts.collection)
    }

    /// Whether a row stands in the store, by the log.
    pub fn has_row(&self, row: &RowKey) -> bool {
        self.rows.contains_key(row)
    }

    /// Whether the newest key of a collection is wrapped to `reader`.
    pub fn is_wrapped_to(&self, collection: &Collection, reader: Reader) -> bool {
        collection.newest().is_some_and(|(facts, _)| {
            let wrap = |part| RowKey::Wrap(facts.collection, facts.generation, part, reader);
            self.has_row(&wrap(WrappedPart::Collection))
        })
    }

    /// Every collection key that an epoch was given.
    pub fn keys_given(&self, epoch: Epoch) -> impl Iterator<Item = (CollectionId, Generation)> {
        let given = move |(collection, generation): &(CollectionId, Generation)| {
            let reader = Reader::Escrow(epoch);
            self.has_row(&RowKey::Wrap(
                *collection,
                *generation,
                WrappedPart::Collection,
                reader,
            ))
        };
        let all = self.collections.iter().flat_map(|(id, collection)| {
            let generations = collection.generations.keys();
            generations.map(|generation| (*id, *generation))
        });
        all.filter(given)
    }

    /// The newest generation whose key the epochs opened in a run were given.
    pub fn given_in(&self, run: SessionId, collection: CollectionId) -> Option<Generation> {
        let run = self.envelope.runs.get(&run)?;
        let epochs = self.envelope.released_in(run);
        let readers: Vec<Reader> = epochs.map(|s| Reader::Escrow(s.facts.epoch)).collect();
        let part = WrappedPart::Collection;
        let given = |generation: &&Generation| {
            let wrap = |reader| RowKey::Wrap(collection, **generation, part, reader);
            readers.iter().any(|reader| self.has_row(&wrap(*reader)))
        };
        let generations = &self.collection(collection)?.generations;
        generations.keys().rev().find(given).copied()
    }

    /// Whether an opening, or somebody who left, made a new generation of this collection's key
    /// due.
    pub fn owes_generation(&self, collection: CollectionId) -> bool {
        let Some(collection) = self.collection(collection) else {
            return false;
        };
        let released = self.envelope.released.filter(|_| collection.facts.in_scope);
        let due = released.max(collection.left);
        let newest = collection.newest().map(|(_, record)| record);
        due.is_some() && newest < due
    }

    /// Why the password of an entry has to be changed, by the log alone; `known` is what it says
    /// of the entry.
    pub fn due(&self, entry: EntryId, known: &Entry) -> Vec<&'static str> {
        let causes = self.due_since(entry, known);
        causes.into_iter().map(|(reason, _)| reason).collect()
    }

    /// The same, each reason with the record that brought it about.
    pub fn due_since(&self, entry: EntryId, known: &Entry) -> Vec<(&'static str, RecordSeq)> {
        if known.retired {
            return Vec::new();
        }
        let opening = self.envelope.opening.as_ref();
        let left = self.collection(known.collection);
        let left = left.and_then(|c| c.reader_left);
        let of_state = known.state.due().map(|reason| (reason, known.changed));
        let suspected = known.suspected.filter(|_| known.is_suspected());
        let suspected = suspected.filter(|_| known.state != EntryState::SuspectedCompromised);
        let causes = [
            ("suspected-compromised", suspected),
            ("leaver", left.filter(|left| *left > known.changed)),
            (
                "opened",
                opening.and_then(|o| o.revealed.get(&entry).copied()),
            ),
        ];
        let known = |(reason, cause): (_, Option<RecordSeq>)| Some((reason, cause?));
        let of_log = causes.into_iter().filter_map(known);
        of_state.into_iter().chain(of_log).collect()
    }

    /// People who count as a second person, have a footing, and whose role confirms what others did.
    pub fn seconds(&self) -> impl Iterator<Item = PersonId> + '_ {
        let second = |(_, person): &(&PersonId, &Person)| {
            let active = person.facts.standing == Standing::Active;
            active && person.counts && person.facts.role.has(Power::Approve)
        };
        let seconds = self.people.iter().filter(second).map(|(id, _)| *id);
        seconds.filter(|person| self.has_footing(*person))
    }

    /// Whether anybody but `person` could be the second person.
    pub fn has_second_beside(&self, person: PersonId) -> bool {
        self.seconds().any(|second| second != person)
    }

    /// The incidents that are not closed.
    pub fn open_incidents(&self) -> impl Iterator<Item = (RecordSeq, &Incident)> {
        let open = |(_, incident): &(&RecordSeq, &Incident)| incident.closed.is_none();
        self.incidents
            .iter()
            .filter(open)
            .map(|(number, i)| (*number, i))
    }

    /// The council's own collections in the envelope's scope.
    pub fn coverable(&self) -> impl Iterator<Item = &Collection> {
        let scope = |c: &&Collection| c.facts.in_scope && !c.facts.kind.is_built_in();
        self.collections.values().filter(scope)
    }

    /// How many of the [`Self::coverable`] collections the current epoch holds the newest key of.
    pub fn covered(&self) -> usize {
        let Some(seal) = self.envelope.current() else {
            return 0;
        };
        let reader = Reader::Escrow(seal.facts.epoch);
        self.coverable()
            .filter(|c| self.is_wrapped_to(c, reader))
            .count()
    }

    /// Whether the current epoch lacks a key that it should hold, a built-in one among them.
    pub fn has_cover_gap(&self) -> bool {
        let Some(seal) = self.envelope.current() else {
            return false;
        };
        let reader = Reader::Escrow(seal.facts.epoch);
        let mut in_scope = self.collections.values().filter(|c| c.facts.in_scope);
        in_scope.any(|c| !self.is_wrapped_to(c, reader))
    }

    /// Whether a second person has confirmed the seal of an epoch.
    pub fn is_confirmed(&self, epoch: Epoch) -> bool {
        !self
            .unconfirmed
            .values()
            .any(|waiting| matches!(waiting, Unconfirmed::Seal { epoch: e, .. } if *e == epoch))
    }

    /// The role of the person who holds a sheet; `None` for a place.
    pub fn role_of(&self, holder: &Holder) -> Option<Role> {
        match holder {
            Holder::Person(person) => self.person(*person).map(|p| p.facts.role),
            Holder::Place(_) => None,
        }
    }

    /// The serial that the next sheet of a holder bears.
    pub fn next_serial_for(&self, holder: &Holder) -> Serial {
        let prefix = match holder {
            Holder::Place(name) => Holder::place_prefix(name),
            Holder::Person(_) => {
                let role = self.role_of(holder);
                role.map_or("X", Role::serial_prefix).to_owned()
            }
        };
        self.envelope.next_serial(&prefix)
    }

    /// Whether a rule can be made of its holders, each of whom stands in for the sheet to be made.
    ///
    /// # Errors
    /// [`RuleRefused`], also where a holder is named twice.
    pub fn check_rule(&self, rule: &RuleFacts) -> Result<(), RuleRefused> {
        self.survival_of(rule).map(|_| ())
    }

    /// What a rule survives with these holders.
    ///
    /// # Errors
    /// As [`Self::check_rule`].
    pub fn survival_of(&self, rule: &RuleFacts) -> Result<Survival, RuleRefused> {
        if rule.holders.len() > MOST_HOLDERS {
            return Err(RuleRefused::WrongHolders);
        }
        let holders = rule.holders.iter();
        let stand_in = |holder: &Holder| {
            let first = holders.clone().zip(1..).find(|(other, _)| *other == holder);
            SheetHolder {
                serial: Serial::new("X", first.map_or(0, |(_, number)| number)),
                role: self.role_of(holder),
            }
        };
        let stand_ins: Vec<SheetHolder> = holders.clone().map(stand_in).collect();
        let scheme = rule.rule.scheme(&stand_ins, rule.councillors)?;
        Ok(Survival::of(&scheme, &stand_ins))
    }

    /// The scheme that the chosen rule makes of its holders' newest sheets: what the next seal
    /// must be.
    ///
    /// # Errors
    /// [`NoScheme`].
    pub fn chosen_scheme(&self) -> Result<(Rule, Scheme), NoScheme> {
        let register = &self.envelope;
        let rule = register.rule.as_ref().ok_or(NoScheme::NoRule)?;
        let sheets = register.sheets_for_rule().ok_or(NoScheme::NoSheet)?;
        if sheets.iter().any(|sheet| !sheet.is_fresh()) {
            return Err(NoScheme::WornSheet);
        }
        let holders: Vec<SheetHolder> = sheets
            .iter()
            .map(|sheet| SheetHolder {
                serial: sheet.facts.serial.clone(),
                role: self.role_of(&sheet.facts.holder),
            })
            .collect();
        let scheme = rule.rule.scheme(&holders, rule.councillors);
        Ok((rule.rule, scheme.map_err(NoScheme::Rule)?))
    }
}
