//! The envelope's register: what the log says of rules, sheets, epochs and openings.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::follow_up::{FollowUp, OpenerFacts};
use super::inspection::Found;
use super::{Holder, RuleFacts, SealFacts, SheetFacts};
use crate::id::{EntryId, Epoch, PersonId, RecordSeq, Serial, SessionId};
use crate::time::Timestamp;

/// What the log says of one sheet.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// Its holder and public keys.
    pub facts: SheetFacts,
    /// When it was made.
    pub issued_at: Timestamp,
    /// Who made it, and so saw its words.
    pub issuer: PersonId,
    /// The record that made it.
    pub record: RecordSeq,
    /// When it was reported lost, and the record that says so.
    pub lost: Option<(Timestamp, RecordSeq)>,
    /// The record of its last proof: its words were typed since, and it is to be replaced.
    pub proved: Option<RecordSeq>,
    /// When it was last seen to be where it should, and what was found.
    pub seen: (Timestamp, Option<Found>),
    /// The record that says so.
    pub seen_in: RecordSeq,
}

impl Sheet {
    /// A sheet that this person made with this record.
    pub(crate) const fn issued(
        facts: SheetFacts,
        issuer: PersonId,
        record: RecordSeq,
        at: Timestamp,
    ) -> Self {
        Self {
            facts,
            issued_at: at,
            issuer,
            record,
            lost: None,
            proved: None,
            seen: (at, None),
            seen_in: record,
        }
    }

    /// Whether somebody other than its holder made it. Nobody holds a place's sheet.
    pub fn is_by_another(&self) -> bool {
        matches!(self.facts.holder, Holder::Person(holder) if holder != self.issuer)
    }

    /// Whether it may be in the next seal: it was neither lost nor typed.
    pub const fn is_fresh(&self) -> bool {
        self.lost.is_none() && self.proved.is_none()
    }
}

/// Where a sheet stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetStanding {
    /// No epoch is sealed to it yet.
    Issued,
    /// The newest epoch is sealed to it.
    Sealed,
    /// It was used in an opening that is not made good.
    Used,
    /// Its words were typed in a check or a drill.
    Typed,
    /// It was reported lost, or its seal broken, or it was destroyed.
    Lost,
    /// A newer seal does without it.
    Retired,
}

impl SheetStanding {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Sealed => "sealed",
            Self::Used => "used",
            Self::Typed => "typed",
            Self::Lost => "lost",
            Self::Retired => "retired",
        }
    }
}

/// What the log says of one epoch.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// Its rule, scheme and public keys.
    pub facts: SealFacts,
    /// The record that sealed it.
    pub record: RecordSeq,
    /// When.
    pub sealed_at: Timestamp,
    /// Who sealed it.
    pub sealer: PersonId,
}

/// One run of an opening: the sheets that were accepted, and whether the rule was met.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// Its own first record, which asked for it.
    pub began: RecordSeq,
    /// The opening's first record.
    pub opening: RecordSeq,
    /// The sheets accepted in this run.
    pub sheets: BTreeSet<Serial>,
    /// The epoch that was released, once the rule was met.
    pub released: Option<Epoch>,
    /// Whether the run has ended.
    pub closed: bool,
    /// Who asked for it.
    pub opener: Option<OpenerFacts>,
}

/// An opening that is not yet made good.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// Its first record.
    pub record: RecordSeq,
    /// When the rule was first met.
    pub released_at: Timestamp,
    /// The record by which the rule was last met; generations made after it are fresh.
    pub released: RecordSeq,
    /// The sheets that were used.
    pub used: BTreeSet<Serial>,
    /// What was revealed and has not been changed since, with the record that revealed it.
    pub revealed: BTreeMap<EntryId, RecordSeq>,
    /// Whether an epoch was sealed since, without the sheets that were used.
    pub resealed: bool,
}

impl Opening {
    /// An opening that began with `record` and has come to nothing yet.
    pub(crate) const fn begun(record: RecordSeq) -> Self {
        Self {
            record,
            released_at: Timestamp::EPOCH,
            released: record,
            used: BTreeSet::new(),
            revealed: BTreeMap::new(),
            resealed: false,
        }
    }
}

/// Where the envelope stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnvelopeState {
    /// There has never been a seal.
    Unsealed,
    /// Nobody has opened it.
    Sealed,
    /// Somebody opened it, and what follows from that is not yet done.
    Opened,
}

impl EnvelopeState {
    /// The name that is shown.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unsealed => "unsealed",
            Self::Sealed => "sealed",
            Self::Opened => "opened",
        }
    }
}

/// Everything that the log says of the envelope.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The rule for the next seal.
    pub rule: Option<RuleFacts>,
    /// The record that chose it, and who.
    pub ruled: Option<(RecordSeq, PersonId)>,
    /// Every sheet that was ever made.
    pub sheets: BTreeMap<Serial, Sheet>,
    /// Every epoch that was ever sealed.
    pub seals: BTreeMap<Epoch, Seal>,
    /// Runs of openings, by the session that made their records.
    pub runs: BTreeMap<SessionId, Run>,
    /// The opening whose duties are not done.
    pub opening: Option<Opening>,
    /// The record by which a rule was last met. It outlasts the opening: every key that was in
    /// scope then is due for a new generation, however soon the envelope is sealed again.
    pub released: Option<RecordSeq>,
    /// What is left to do after each opening, by its first record; nothing of it blocks.
    pub follow_ups: BTreeMap<RecordSeq, FollowUp>,
    /// The openings of which not everybody who is active was told: their first record, and the last
    /// by which there is something to tell.
    pub untold: BTreeMap<RecordSeq, RecordSeq>,
    /// The sheets that proved themselves in the last run in which any did.
    pub proofs: Option<(SessionId, BTreeSet<Serial>)>,
    /// The last rehearsal that every key stood.
    pub drilled: Option<(RecordSeq, Timestamp)>,
}

impl Register {
    /// Where the envelope stands.
    pub fn state(&self) -> EnvelopeState {
        match (&self.opening, self.seals.is_empty()) {
            (Some(_), _) => EnvelopeState::Opened,
            (None, true) => EnvelopeState::Unsealed,
            (None, false) => EnvelopeState::Sealed,
        }
    }

    /// The newest epoch.
    pub fn newest(&self) -> Option<&Seal> {
        self.seals.last_key_value().map(|(_, seal)| seal)
    }

    /// The newest epoch that no opening has used: keys are wrapped to it and to no other.
    pub fn current(&self) -> Option<&Seal> {
        self.newest().filter(|seal| match &self.opening {
            None => true,
            Some(opening) => seal.record > opening.released,
        })
    }

    /// The newest sheet of each of the rule's holders, lost or not; `None` where one has no sheet
    /// yet.
    pub fn sheets_for_rule(&self) -> Option<Vec<&Sheet>> {
        let rule = self.rule.as_ref()?;
        let holders = rule.holders.iter();
        holders.map(|holder| self.newest_sheet(holder)).collect()
    }

    /// Where a sheet stands; one that is not known was never issued.
    pub fn standing_of(&self, serial: &Serial) -> SheetStanding {
        let sheet = self.sheets.get(serial);
        let holds = |seal: &Seal| seal.facts.scheme.serials().contains(serial);
        let used = self
            .opening
            .as_ref()
            .is_some_and(|it| it.used.contains(serial));
        if sheet.is_some_and(|sheet| sheet.lost.is_some()) {
            SheetStanding::Lost
        } else if used {
            SheetStanding::Used
        } else if !self.seals.values().any(holds) {
            SheetStanding::Issued
        } else if !self.newest().is_some_and(holds) {
            SheetStanding::Retired
        } else if sheet.is_some_and(|sheet| sheet.proved.is_some()) {
            SheetStanding::Typed
        } else {
            SheetStanding::Sealed
        }
    }

    /// The sheets that proved themselves in this run.
    pub fn proved_in(&self, session: SessionId) -> BTreeSet<Serial> {
        let proofs = self.proofs.as_ref();
        let of_run = proofs.filter(|(run, _)| *run == session);
        of_run.map(|(_, sheets)| sheets.clone()).unwrap_or_default()
    }

    /// The newest sheet of a holder.
    pub fn newest_sheet(&self, holder: &Holder) -> Option<&Sheet> {
        let sheets = self.sheets.values();
        let theirs = sheets.filter(|sheet| sheet.facts.holder == *holder);
        theirs.max_by_key(|sheet| sheet.record)
    }

    /// The sheet that its holder was given before this one.
    pub(crate) fn before(&self, sheet: &Sheet) -> Option<Serial> {
        let theirs = self.sheets.values().filter(|other| {
            other.facts.holder == sheet.facts.holder && other.record < sheet.record
        });
        let last = theirs.max_by_key(|other| other.record);
        last.map(|last| last.facts.serial.clone())
    }

    /// The serial that the next sheet with this prefix bears: the first that no sheet has, whatever
    /// numbers somebody gave out of order.
    ///
    /// # Panics
    /// Never: a log has fewer sheets than there are numbers.
    pub fn next_serial(&self, prefix: &str) -> Serial {
        let mut serials = (1..=u32::MAX).map(|number| Serial::new(prefix, number));
        let free = serials.find(|serial| !self.sheets.contains_key(serial));
        free.expect("a log has fewer sheets than there are numbers")
    }

    /// The newest opening by which the rule was ever met.
    pub fn last_opening(&self) -> Option<RecordSeq> {
        let released = self.runs.values().filter(|run| run.released.is_some());
        released.map(|run| run.opening).max()
    }

    /// Whether the rule was met in the opening with this first record.
    pub fn was_opened(&self, opening: RecordSeq) -> bool {
        let mut runs = self.runs.values();
        runs.any(|run| run.opening == opening && run.released.is_some())
    }

    /// The oldest opening of which `is_left` says that something is left to do.
    pub fn follow_up(&self, is_left: impl Fn(&FollowUp) -> bool) -> Option<(RecordSeq, &FollowUp)> {
        let mut follow_ups = self.follow_ups.iter();
        let found = follow_ups.find(|(_, follow_up)| is_left(follow_up));
        found.map(|(opening, follow_up)| (*opening, follow_up))
    }

    /// The epochs that these sheets open, newest first.
    pub fn opened_by<'a>(
        &'a self,
        serials: &'a BTreeSet<Serial>,
    ) -> impl Iterator<Item = &'a Seal> + 'a {
        let newest_first = self.seals.values().rev();
        newest_first.filter(|seal| seal.facts.scheme.is_met_by(serials))
    }

    /// The epochs that a run reads with, newest first: the one that it released, and the one before
    /// it that its sheets open too, for what the released one was not given yet.
    pub fn released_in<'a>(&'a self, run: &'a Run) -> impl Iterator<Item = &'a Seal> + 'a {
        let opened = self.opened_by(&run.sheets);
        let released = opened.filter(|seal| Some(seal.facts.epoch) <= run.released);
        released.take(2)
    }

    /// Takes over what a run revealed. A run that goes on after the envelope was sealed again opens
    /// it again, with the same duties.
    pub(crate) fn take_reveal(
        &mut self,
        session: SessionId,
        entry: EntryId,
        record: RecordSeq,
        at: Timestamp,
    ) {
        let Some(run) = self.runs.get(&session) else {
            return;
        };
        let (first, used) = (run.opening, run.sheets.clone());
        let run = run.clone();
        self.untold.insert(first, record);
        // What was said of a use does not hold for what is revealed after it.
        self.follow(first, &run).class = None;
        let newest = self.seals.last_key_value().map(|(_, seal)| seal);
        let resealed = newest.is_some_and(|seal| {
            Some(seal.record) > self.released && seal.facts.scheme.serials().is_disjoint(&used)
        });
        let released = self.released.unwrap_or(record);
        let opening = self.opening.get_or_insert_with(|| Opening {
            record: first,
            released_at: at,
            released,
            used,
            revealed: BTreeMap::new(),
            resealed,
        });
        opening.revealed.insert(entry, record);
    }

    /// What follows from an opening of which this is a run.
    pub(crate) fn follow(&mut self, opening: RecordSeq, run: &Run) -> &mut FollowUp {
        let sheets = &self.sheets;
        let whose = run.sheets.iter().filter_map(|serial| sheets.get(serial));
        let whose = whose.filter_map(|sheet| match sheet.facts.holder {
            Holder::Person(person) => Some(person),
            Holder::Place(_) => None,
        });
        let follow_up = self.follow_ups.entry(opening).or_default();
        follow_up.take_part(run.opener.as_ref(), whose);
        follow_up
    }

    /// An entry that an opening revealed is not due: it is used no more.
    pub(crate) fn excuse(&mut self, entry: EntryId) {
        if let Some(opening) = &mut self.opening {
            opening.revealed.remove(&entry);
        }
        self.settle();
    }

    /// Ends the opening where nothing that blocks is left to do.
    pub(crate) fn settle(&mut self) {
        if let Some(opening) = &self.opening
            && opening.resealed
            && opening.revealed.is_empty()
        {
            self.opening = None;
        }
    }
}
