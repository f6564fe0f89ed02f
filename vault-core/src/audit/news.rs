//! What a person is told when they unlock: what happened since they last did that everybody has to
//! know. Whoever makes a rule or a seal by themselves is so seen by all others.

use super::fact::WitnessStanding;
use super::ledger::{Ledger, Unconfirmed};
use super::unrecorded::UnrecordedFacts;
use crate::emergency::Rule;
use crate::emergency::register::EnvelopeState;
use crate::id::{Epoch, PersonId, RecordSeq};
use crate::person::Role;
use crate::time::Timestamp;
use crate::time::day::Day;
use crate::tlog::cosignature::Cosigner;

/// Something that a person has not been told yet, or is told until it is made good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// Somebody gave a wrong passphrase for them, so often since they last unlocked.
    FailedUnlocks {
        /// How often.
        count: u32,
        /// Tries besides that left no record of their own.
        unrecorded: UnrecordedFacts,
        /// When that last was, as far as it is on record.
        last: Option<Timestamp>,
    },
    /// Somebody else chose another rule for the envelope.
    Rule {
        /// Which.
        rule: Rule,
        /// How many councillors it takes, where it asks for them.
        councillors: Option<u8>,
        /// By which record.
        record: RecordSeq,
    },
    /// Somebody else sealed the envelope.
    Sealed {
        /// Which epoch.
        epoch: Epoch,
        /// By which record.
        record: RecordSeq,
        /// Who.
        by: PersonId,
        /// The fingerprint of the epoch's verify key, to be compared.
        fingerprint: String,
    },
    /// Somebody else had the policy name a witness, or drop one.
    Witness {
        /// Which.
        witness: Cosigner,
        /// How it stands now.
        standing: WitnessStanding,
        /// By which record.
        record: RecordSeq,
    },
    /// Somebody asks for words to be erased; told until that is done.
    ToForget {
        /// By which record.
        record: RecordSeq,
        /// Words of daily work that are older than this day.
        ordinary: Day,
        /// The others that are older than this day.
        long: Day,
    },
    /// Words were erased.
    Forgotten {
        /// By which record.
        record: RecordSeq,
        /// How many records lost theirs.
        records: u64,
    },
    /// Somebody else had somebody who reviews the access log read it no more, or means to.
    LogReader {
        /// Who reviewed it.
        person: PersonId,
        /// In which role.
        role: Role,
        /// By which record.
        record: RecordSeq,
        /// Whether a second person has yet to confirm it.
        waits: bool,
    },
    /// The envelope was opened, and what follows from that is not done.
    Opened {
        /// The opening's first record.
        record: RecordSeq,
        /// When the rule was met.
        at: Timestamp,
    },
}

impl Ledger {
    /// The openings of which `person` was not told all yet, whatever became of them since.
    pub fn untold_for(&self, person: PersonId) -> Vec<RecordSeq> {
        let known = self.person(person).map(|known| known.last_unlock);
        let openings = self.envelope.untold.iter();
        let fresh = openings.filter(|(_, last)| known.is_some_and(|told| told < Some(**last)));
        fresh.map(|(opening, _)| *opening).collect()
    }

    /// What `person` is to be told, as of the records that they have not unlocked after, and of the
    /// tries that have no record yet.
    pub fn news_for(&self, person: PersonId, unrecorded: UnrecordedFacts) -> Vec<News> {
        let Some(known) = self.person(person) else {
            return Vec::new();
        };
        let fresh = |record: RecordSeq| known.last_unlock < Some(record);
        let unrecorded = known.unrecorded.and(unrecorded);
        let failed = known.failures > 0 || !unrecorded.is_none();
        let failures = failed.then_some(News::FailedUnlocks {
            count: known.failures,
            unrecorded,
            last: known.last_failure,
        });
        let register = &self.envelope;
        let ruled = register
            .ruled
            .filter(|(record, by)| fresh(*record) && *by != person);
        let rule = register.rule.as_ref().zip(ruled);
        let rule = rule.map(|(facts, (record, _))| News::Rule {
            rule: facts.rule,
            councillors: facts.councillors,
            record,
        });
        let seal = register.newest();
        let seal = seal.filter(|seal| fresh(seal.record) && seal.sealer != person);
        let seal = seal.map(|seal| News::Sealed {
            epoch: seal.facts.epoch,
            record: seal.record,
            by: seal.sealer,
            fingerprint: seal.facts.verify_key.fingerprint(),
        });
        let opening = register.opening.as_ref();
        let opening = opening.filter(|_| register.state() == EnvelopeState::Opened);
        let opened = opening.map(|opening| News::Opened {
            record: opening.record,
            at: opening.released_at,
        });
        let witnesses = self.witnesses.changed_by_others(person);
        let witnesses = witnesses.filter(|(_, _, record)| fresh(*record));
        let witnesses = witnesses.map(|(witness, standing, record)| News::Witness {
            witness: witness.clone(),
            standing,
            record,
        });
        let readers = self.people.iter().filter_map(|(id, known)| {
            let (record, _) = known
                .unread
                .filter(|(record, by)| fresh(*record) && *by != person)?;
            Some(News::LogReader {
                person: *id,
                role: known.facts.role,
                record,
                waits: self.unconfirmed.contains_key(&record),
            })
        });
        let news = [failures, rule, seal, opened];
        let news = news.into_iter().flatten().chain(witnesses);
        news.chain(readers)
            .chain(self.news_of_forgetting(fresh))
            .collect()
    }

    /// Everybody is told before words are erased, whoever asks for it, and after that once.
    fn news_of_forgetting(&self, fresh: impl Fn(RecordSeq) -> bool) -> impl Iterator<Item = News> {
        let waiting = self.unconfirmed.iter();
        let waiting = waiting.filter_map(|(record, waiting)| match waiting {
            Unconfirmed::Forgetting { asked, .. } => Some(News::ToForget {
                record: *record,
                ordinary: asked.ordinary,
                long: asked.long,
            }),
            _ => None,
        });
        let done = self.forgettings.iter();
        let done = done.filter(move |(record, _)| fresh(**record));
        let done = done.map(|(record, erased)| News::Forgotten {
            record: *record,
            records: erased.facts.records,
        });
        waiting.chain(done)
    }
}
