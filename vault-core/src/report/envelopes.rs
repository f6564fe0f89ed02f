//! The envelope's story: its sheets, its seals, its openings.

use std::collections::{BTreeMap, BTreeSet};

use super::mark::Mark;
use crate::audit::actor::{Actor, ObjectRef};
use crate::audit::brought::brought_by;
use crate::audit::event::{Event, Outcome, Step};
use crate::audit::fact::Fact;
use crate::audit::ledger::{Ledger, Unconfirmed};
use crate::audit::record::Record;
use crate::emergency::follow_up::{Done, Use};
use crate::emergency::{Holder, Rule};
use crate::id::{EntryId, Epoch, RecordSeq, Serial};

/// A sheet.
#[derive(Debug, Clone)]
pub struct SheetStory {
    /// Who was given it to keep.
    pub holder: Holder,
    /// The record that made it.
    pub issued: Mark,
    /// Each time that it was accepted in an opening.
    pub used: Vec<Mark>,
    /// The record that reported it lost.
    pub lost: Option<Mark>,
}

/// An epoch.
#[derive(Debug, Clone)]
pub struct SealStory {
    /// The rule under which it was sealed.
    pub rule: Rule,
    /// Its sheets.
    pub sheets: BTreeSet<Serial>,
    /// The record that sealed it.
    pub sealed: Mark,
    /// The record by which somebody else confirmed it.
    pub confirmed: Option<Mark>,
}

/// An opening, from its first request on.
#[derive(Debug, Clone)]
pub struct OpeningStory {
    /// The request.
    pub requested: Mark,
    /// The records that hold who asked for it, once for each run, and why.
    pub asked: BTreeSet<RecordSeq>,
    /// The record by which the rule was first met.
    pub released: Option<Mark>,
    /// The epochs that were opened.
    pub epochs: BTreeSet<Epoch>,
    /// The sheets that were accepted.
    pub sheets: BTreeSet<Serial>,
    /// The entries that were shown.
    pub shown: BTreeSet<EntryId>,
    /// The record by which it was last ended.
    pub closed: Option<Mark>,
    /// What it was said to be, and by whom.
    pub class: Option<(Use, Mark)>,
    /// The record that the members were told.
    pub told: Option<Mark>,
    /// The record that it stands in the minutes.
    pub minuted: Option<Mark>,
}

/// A rehearsal.
#[derive(Debug, Clone)]
pub struct DrillStory {
    /// Its record.
    pub done: Mark,
    /// Of which epoch.
    pub epoch: Epoch,
    /// How many keys opened; `None` where something was wrong.
    pub keys: Option<u64>,
}

/// All of it.
#[derive(Debug, Default)]
pub struct Envelopes {
    /// The sheets.
    pub sheets: BTreeMap<Serial, SheetStory>,
    /// The epochs.
    pub seals: BTreeMap<Epoch, SealStory>,
    /// The openings, by their first record.
    pub openings: BTreeMap<RecordSeq, OpeningStory>,
    /// The rehearsals, oldest first.
    pub drills: Vec<DrillStory>,
}

impl Envelopes {
    /// Takes the next record, with what the log said before it.
    pub fn take(&mut self, record: &Record, before: &Ledger) {
        if record.event == Event::EnvelopeDrill {
            self.rehearse(record);
        }
        if record.outcome != Outcome::Ok {
            return;
        }
        for fact in &record.facts {
            self.take_fact(fact, record);
        }
        match record.event {
            Event::AccessApprove => self.confirm(record, before),
            Event::EnvelopeRevoke => {
                if let Some(ObjectRef::Sheet(serial)) = &record.object
                    && let Some(sheet) = self.sheets.get_mut(serial)
                {
                    sheet.lost = Some(Mark::of(record));
                }
            }
            Event::EnvelopeSheet | Event::EnvelopeOpen | Event::SecretReveal => {
                self.open(record);
            }
            Event::LogMerge => self.bring_in(record, before),
            _ => {}
        }
    }

    fn take_fact(&mut self, fact: &Fact, record: &Record) {
        let mark = Mark::of(record);
        match fact {
            Fact::Sheet(facts) => {
                let sheet = SheetStory {
                    holder: facts.holder.clone(),
                    issued: mark,
                    used: Vec::new(),
                    lost: None,
                };
                self.sheets.insert(facts.serial.clone(), sheet);
            }
            Fact::Seal(facts) => {
                let seal = SealStory {
                    rule: facts.rule,
                    sheets: facts.scheme.serials(),
                    sealed: mark,
                    confirmed: None,
                };
                self.seals.insert(facts.epoch, seal);
            }
            Fact::Use(facts) => {
                if let Some(opening) = self.under(record) {
                    opening.class = Some((facts.class, mark));
                }
            }
            Fact::Done(done) => {
                if let Some(opening) = self.under(record) {
                    match done {
                        Done::Notice => opening.told = Some(mark),
                        Done::Minute => opening.minuted = Some(mark),
                    }
                }
            }
            _ => {}
        }
    }

    fn under(&mut self, record: &Record) -> Option<&mut OpeningStory> {
        self.openings.get_mut(&record.under?)
    }

    /// A rehearsal that was refused never began.
    fn rehearse(&mut self, record: &Record) {
        let Some(ObjectRef::Epoch(epoch)) = record.object else {
            return;
        };
        if record.outcome == Outcome::Denied {
            return;
        }
        let keys = record.facts.iter().find_map(|fact| match fact {
            Fact::Drill(facts) => Some(facts.keys),
            _ => None,
        });
        let done = Mark::of(record);
        self.drills.push(DrillStory { done, epoch, keys });
    }

    fn confirm(&mut self, record: &Record, before: &Ledger) {
        let waiting = record
            .under
            .and_then(|under| before.unconfirmed.get(&under));
        if let Some(Unconfirmed::Seal { epoch, .. }) = waiting
            && let Some(seal) = self.seals.get_mut(epoch)
        {
            seal.confirmed = Some(Mark::of(record));
        }
    }

    /// What was done of openings on a copy of the vault: it belongs to the opening that it went on
    /// with here, and else stands under the record that brought it in.
    fn bring_in(&mut self, record: &Record, before: &Ledger) {
        let brought = brought_by(record, None);
        let opens = |there: &Record| {
            let uses = matches!(there.actor, Actor::Escrow(_));
            there.step == Some(Step::Released) || uses && there.step != Some(Step::Closed)
        };
        let under = before.envelope.opening.as_ref().map(|it| it.record);
        let under = under.filter(|_| brought.iter().any(|it| opens(&it.record)));
        let Self {
            openings, sheets, ..
        } = self;
        let opening = openings.entry(under.unwrap_or(record.seq));
        let opening = opening.or_insert_with(|| asked(Mark::of(record)));
        opening.asked.insert(record.seq);
        for there in brought.iter().map(|it| &it.record) {
            let mark = Mark {
                record: record.seq,
                ..Mark::of(there)
            };
            match (there.event, there.step, &there.actor, &there.object) {
                (Event::EnvelopeSheet, _, Actor::Sheet(serial), _) => {
                    if let Some(sheet) = sheets.get_mut(serial) {
                        sheet.used.push(mark);
                    }
                    opening.sheets.insert(serial.clone());
                }
                (Event::EnvelopeOpen, Some(Step::Released), _, Some(ObjectRef::Epoch(epoch))) => {
                    opening.released.get_or_insert(mark);
                    opening.epochs.insert(*epoch);
                }
                (Event::EnvelopeOpen, Some(Step::Closed), ..) => opening.closed = Some(mark),
                (Event::SecretReveal, _, _, Some(ObjectRef::Entry(entry))) => {
                    opening.shown.insert(*entry);
                    opening.class = None;
                }
                _ => {}
            }
        }
    }

    /// A step of an opening.
    fn open(&mut self, record: &Record) {
        let mark = Mark::of(record);
        match (record.event, record.step, &record.actor) {
            (Event::EnvelopeOpen, Some(Step::Requested), _) => {
                let first = record.under.unwrap_or(record.seq);
                let opening = self.openings.entry(first);
                let opening = opening.or_insert_with(|| asked(mark));
                opening.asked.insert(record.seq);
            }
            (Event::EnvelopeSheet, _, Actor::Sheet(serial)) => {
                if let Some(sheet) = self.sheets.get_mut(serial) {
                    sheet.used.push(mark);
                }
                if let Some(opening) = self.under(record) {
                    opening.sheets.insert(serial.clone());
                }
            }
            (Event::EnvelopeOpen, Some(Step::Released), _) => {
                if let Some(opening) = self.under(record) {
                    opening.released.get_or_insert(mark);
                    if let Some(ObjectRef::Epoch(epoch)) = record.object {
                        opening.epochs.insert(epoch);
                    }
                }
            }
            (Event::EnvelopeOpen, Some(Step::Closed), _) => {
                if let Some(opening) = self.under(record) {
                    opening.closed = Some(mark);
                }
            }
            (Event::SecretReveal, _, Actor::Escrow(_)) => {
                if let Some(opening) = self.under(record)
                    && let Some(ObjectRef::Entry(entry)) = record.object
                {
                    opening.shown.insert(entry);
                    // What was said of it before does not hold for what is shown after it.
                    opening.class = None;
                }
            }
            _ => {}
        }
    }
}

fn asked(requested: Mark) -> OpeningStory {
    OpeningStory {
        requested,
        asked: BTreeSet::new(),
        released: None,
        epochs: BTreeSet::new(),
        sheets: BTreeSet::new(),
        shown: BTreeSet::new(),
        closed: None,
        class: None,
        told: None,
        minuted: None,
    }
}
