//! What is owed, by what the log says: it shows in `status` until it is done.

use std::collections::BTreeSet;

use super::ledger::Ledger;
use crate::emergency::duty::Duty;
use crate::id::{EntryId, RecordSeq, Serial};
use crate::incident::IncidentKind;
use crate::time::Timestamp;

impl Ledger {
    /// Everything that is owed by the log and by the time that has passed, in the order of doing.
    pub fn duties_at(&self, now: Timestamp) -> Vec<Duty> {
        let mut duties = self.duties();
        duties.extend(self.overdue(now));
        Duty::arrange(&mut duties);
        duties
    }

    /// Entries whose password has to be changed for another reason than that an opening showed it.
    fn passwords_due(&self) -> impl Iterator<Item = Duty> {
        let revealed = self.envelope.opening.as_ref().map(|o| &o.revealed);
        let due = self
            .entries
            .iter()
            .map(|(entry, known)| (entry, self.due(entry, &known)));
        due.filter(move |(entry, why)| {
            !why.is_empty() && !revealed.is_some_and(|revealed| revealed.contains_key(entry))
        })
        .map(|(entry, why)| Duty::ChangePassword { entry, why })
    }

    /// Whether a version of an entry that this record proposed is under a key that the opening which
    /// is not made good could not give away.
    pub fn is_fresh(&self, entry: EntryId, proposed: RecordSeq) -> bool {
        let collection = self.collection_of(entry).and_then(|id| self.collection(id));
        let Some((opening, collection)) = self.envelope.opening.as_ref().zip(collection) else {
            return false;
        };
        let mut made = collection.generations.values().map(|(_, made)| *made);
        made.any(|made| opening.released < made && made < proposed)
    }

    /// Everything that is owed by the log.
    pub fn duties(&self) -> Vec<Duty> {
        let mut duties = Vec::new();
        if let Some(opening) = &self.envelope.opening {
            let revealed = opening.revealed.iter();
            duties.extend(revealed.map(|(entry, record)| Duty::RotateRevealed {
                entry: *entry,
                record: *record,
            }));
        }
        duties.extend(self.passwords_due());
        duties.extend(self.paper_duties());
        let owing = self
            .collections
            .keys()
            .filter(|id| self.owes_generation(**id));
        duties.extend(owing.copied().map(Duty::NewGeneration));
        if self.has_cover_gap() {
            duties.push(Duty::CompleteCover {
                covered: self.covered(),
                coverable: self.coverable().count(),
            });
        }
        duties.extend(self.copies_that_are_behind());
        duties.extend(self.unconfirmed.keys().copied().map(Duty::Confirm));
        let follow_ups = self.envelope.follow_ups.iter();
        duties.extend(follow_ups.flat_map(|(opening, follow_up)| follow_up.duties(*opening)));
        // An opening is looked into by classifying it.
        let incidents = self.open_incidents();
        let others = incidents.filter(|(_, incident)| incident.kind != IncidentKind::Opening);
        duties.extend(others.map(|(number, _)| Duty::Incident(number)));
        duties
    }

    /// A copy that was made before the newest seal knows nothing of its sheets.
    fn copies_that_are_behind(&self) -> Option<Duty> {
        let newest = self.envelope.newest()?;
        let copied = self.backups.last()?.record;
        let mut known = self.envelope.seals.values().rev();
        let known = known.find(|seal| seal.record < copied);
        let known = known.map(|seal| seal.facts.epoch);
        (newest.record > copied).then_some(Duty::RenewCopies {
            known,
            sealed: newest.facts.epoch,
        })
    }

    /// What time alone makes due: sheets of the newest seal at which nobody has looked for as long
    /// as the policy allows.
    fn overdue(&self, now: Timestamp) -> Vec<Duty> {
        let register = &self.envelope;
        let longest = i64::from(self.policy.drill_days) * 24 * 60 * 60;
        let unseen = |serial: &Serial| {
            let sheet = register.sheets.get(serial);
            sheet.is_some_and(|sheet| {
                let age = self.clocks.age(sheet.seen_in, sheet.seen.0, now);
                sheet.is_fresh() && age.may_exceed(longest)
            })
        };
        let sealed = register.newest().map(|seal| seal.facts.scheme.serials());
        let sealed = sealed.unwrap_or_default().into_iter();
        sealed.filter(unseen).map(Duty::LookAt).collect()
    }

    /// Sheets that were used in an opening, typed in a check, or lost, whose holders have no newer one, and the seal
    /// that leaves them out.
    fn paper_duties(&self) -> Vec<Duty> {
        let register = &self.envelope;
        let opening = register
            .opening
            .as_ref()
            .filter(|opening| !opening.resealed);
        let worn = register.newest().map(|seal| {
            let mut serials = seal.facts.scheme.serials();
            serials.retain(|serial| register.sheets.get(serial).is_some_and(|s| !s.is_fresh()));
            serials
        });
        let worn = worn.unwrap_or_default();
        let used = opening.into_iter().flat_map(|opening| &opening.used);
        let spent: BTreeSet<&Serial> = used.chain(&worn).collect();
        let seal = (opening.is_some() || !worn.is_empty()).then_some(Duty::SealAgain);
        let newest = spent
            .into_iter()
            .filter(|serial| self.is_holders_newest(serial));
        let replace = newest.cloned().map(Duty::ReplaceSheet);
        replace.chain(seal).collect()
    }

    /// Whether the rule still names the holder of this sheet, who has no newer one.
    fn is_holders_newest(&self, serial: &Serial) -> bool {
        let register = &self.envelope;
        let Some(sheet) = register.sheets.get(serial) else {
            return false;
        };
        let rule = register.rule.as_ref();
        let newest = register.newest_sheet(&sheet.facts.holder);
        rule.is_some_and(|rule| rule.holders.contains(&sheet.facts.holder))
            && newest.is_some_and(|newest| newest.facts.serial == *serial)
    }
}
