//! The registers of a year: the envelope's paper, its openings, and whose access ended.

use std::collections::BTreeSet;

use super::changes::Change;
use super::envelope_words::EnvelopeWords;
use super::envelopes::{DrillStory, OpeningStory, SealStory, SheetStory};
use super::mark::Mark;
use super::memberships::Membership;
use super::names::Names;
use super::story::Story;
use super::table::{Cell, Column, Table, TableId, Term};
use crate::audit::event::Outcome;
use crate::audit::in_period::InPeriod;
use crate::audit::ledger::Ledger;
use crate::emergency::follow_up::Done;
use crate::id::{EntryId, Epoch, RecordSeq, Serial};
use crate::text::fold;
use crate::time::Timestamp;

/// The sheets that `wanted` takes.
pub fn sheets(
    story: &Story,
    after: &Ledger,
    (names, words): (&Names, &EnvelopeWords),
    wanted: impl Fn(&Serial, &SheetStory) -> bool,
) -> Table {
    let columns = &[
        Column::Serial,
        Column::Holder,
        Column::State,
        Column::Issued,
        Column::SealedIn,
        Column::Used,
        Column::Lost,
        Column::Seen,
        Column::Found,
        Column::Bag,
    ];
    let sheets = story.envelopes.sheets.iter();
    let sheets = sheets.filter(|(serial, sheet)| wanted(serial, sheet));
    let row = |(serial, sheet): (&Serial, &SheetStory)| {
        let sealed = story.envelopes.seals.iter();
        let sealed = sealed.filter(|(_, seal)| seal.sheets.contains(serial));
        let known = after.envelope.sheets.get(serial);
        let seen = known.and_then(|known| Some((known.seen.0, known.seen.1?)));
        [
            Cell::Text(serial.to_string()),
            Cell::Text(names.holder(&sheet.holder)),
            Cell::Term(Term::Sheet(after.envelope.standing_of(serial))),
            Cell::Time(sheet.issued.time),
            Cell::Texts(sealed.map(|(epoch, _)| epoch.to_string()).collect()),
            Cell::Times(sheet.used.iter().map(|mark| mark.time).collect()),
            Cell::time(sheet.lost.as_ref().map(|mark| mark.time)),
            Cell::time(seen.map(|(at, _)| at)),
            Cell::term(seen.map(|(_, found)| Term::Found(found))),
            words.bag(serial),
        ]
    };
    Table::new(TableId::Sheets, columns, sheets.map(row))
}

/// Whether a sheet belongs to the register of `year`: it is in the newest seal, or something was
/// done with it then.
pub fn is_of_year(
    serial: &Serial,
    sheet: &SheetStory,
    year: &InPeriod,
    newest: &BTreeSet<Serial>,
) -> bool {
    let marks = sheet.used.iter().chain(&sheet.lost);
    let mut records = marks.map(|mark| mark.record).chain([sheet.issued.record]);
    newest.contains(serial) || records.any(|record| year.has(record))
}

/// The epochs that `wanted` takes, and the newest.
pub fn seals(story: &Story, names: &Names, wanted: impl Fn(Epoch, &SealStory) -> bool) -> Table {
    let columns = &[
        Column::Epoch,
        Column::Rule,
        Column::Sheets,
        Column::Sealed,
        Column::By,
        Column::ConfirmedBy,
    ];
    let newest = story.envelopes.seals.keys().next_back();
    let seals = story.envelopes.seals.iter();
    let seals = seals.filter(|(epoch, seal)| wanted(**epoch, seal) || Some(*epoch) == newest);
    let row = |(epoch, seal): (&Epoch, &SealStory)| {
        [
            Cell::Number(epoch.get()),
            Cell::Term(Term::Rule(seal.rule)),
            Cell::Texts(seal.sheets.iter().map(ToString::to_string).collect()),
            Cell::Time(seal.sealed.time),
            names.by(&seal.sealed),
            seal.confirmed
                .as_ref()
                .map_or(Cell::Nothing, |mark| names.by(mark)),
        ]
    };
    Table::new(TableId::Seals, columns, seals.map(row))
}

/// The openings that `wanted` takes.
pub fn openings(
    story: &Story,
    (names, words): (&Names, &EnvelopeWords),
    wanted: impl Fn(&OpeningStory) -> bool,
) -> Table {
    let columns = &[
        Column::Record,
        Column::Asked,
        Column::Opened,
        Column::Who,
        Column::Why,
        Column::Sheets,
        Column::EntriesShown,
        Column::Ended,
        Column::Class,
        Column::DecidedBy,
        Column::FollowedUp,
    ];
    let openings = story.envelopes.openings.iter();
    let openings = openings.filter(|(_, opening)| wanted(opening));
    let row = |(first, opening): (&RecordSeq, &OpeningStory)| {
        let (who, why) = words.of_requests(&opening.asked);
        let time = |mark: &Option<Mark>| Cell::time(mark.as_ref().map(|mark| mark.time));
        let class = opening.class.as_ref();
        [
            Cell::Record(*first),
            Cell::Time(opening.requested.time),
            time(&opening.released),
            who,
            why,
            Cell::Texts(opening.sheets.iter().map(ToString::to_string).collect()),
            Cell::count(opening.shown.len()),
            time(&opening.closed),
            Cell::term(class.map(|(class, _)| Term::Use(*class))),
            class.map_or(Cell::Nothing, |(_, mark)| names.by(mark)),
            followed_up(opening),
        ]
    };
    Table::new(TableId::Openings, columns, openings.map(row))
}

/// What was done after an opening.
fn followed_up(opening: &OpeningStory) -> Cell {
    let done = [
        (opening.told.is_some(), Done::Notice),
        (opening.minuted.is_some(), Done::Minute),
    ];
    let done = done.into_iter().filter(|(is, _)| *is);
    Cell::Terms(done.map(|(_, done)| Term::Done(done)).collect())
}

/// The rehearsals of an opening.
pub fn drills(story: &Story, names: &Names) -> Table {
    let columns = &[
        Column::Record,
        Column::Time,
        Column::By,
        Column::Epoch,
        Column::Keys,
        Column::Outcome,
    ];
    let row = |drill: &DrillStory| {
        let outcome = match drill.keys {
            Some(_) => Outcome::Ok,
            None => Outcome::Failed,
        };
        [
            Cell::Record(drill.done.record),
            Cell::Time(drill.done.time),
            names.by(&drill.done),
            Cell::Number(drill.epoch.get()),
            drill.keys.map_or(Cell::Nothing, Cell::Number),
            Cell::Term(Term::Outcome(outcome)),
        ]
    };
    Table::new(
        TableId::Drills,
        columns,
        story.envelopes.drills.iter().map(row),
    )
}

/// Whose access ended in the year, what became due by it, and when that was changed; and whose ended
/// earlier, where something of that is due to this day.
pub fn leavers(story: &Story, names: &Names, year: &InPeriod, after: &Ledger) -> Table {
    let columns = &[
        Column::Who,
        Column::Collection,
        Column::Permission,
        Column::Ended,
        Column::By,
        Column::Due,
        Column::Changed,
        Column::ChangedAt,
        Column::StillDue,
    ];
    let ended = story.memberships.iter().filter_map(|membership| {
        let until = membership.until.as_ref()?;
        let counts = membership.then.is_none() || membership.ends_reading();
        let made_good = made_good(membership, until.record, story, after);
        let owed = year.ends_after(until.time) && !made_good.1.is_empty();
        let told = counts && (year.has(until.record) || owed);
        told.then_some((membership, until, made_good))
    });
    let row = |(membership, until, (done, left)): (&Membership, &Mark, MadeGood)| {
        let last = done.iter().max().copied();
        let mut still: Vec<String> = left.iter().map(|entry| names.entry(*entry)).collect();
        still.sort_by_cached_key(|title| fold(title));
        [
            Cell::Text(names.person(membership.person)),
            Cell::Text(names.collection(membership.collection)),
            Cell::Term(Term::Permission(membership.permission)),
            Cell::Time(until.time),
            names.by(until),
            Cell::count(done.len() + still.len()),
            Cell::count(done.len()),
            Cell::time(last),
            Cell::Texts(still),
        ]
    };
    Table::new(TableId::Leavers, columns, ended.map(row))
}

/// When passwords were changed, and which were not.
type MadeGood = (Vec<Timestamp>, Vec<EntryId>);

/// When each password was changed that somebody could read until `ended`, and which were not.
fn made_good(membership: &Membership, ended: RecordSeq, story: &Story, after: &Ledger) -> MadeGood {
    if !membership.ends_reading() {
        return (Vec::new(), Vec::new());
    }
    let (mut done, mut left) = (Vec::new(), Vec::new());
    let could_read = story
        .changes
        .standing_at(membership.collection, ended, after);
    for (entry, change) in could_read {
        match Change::made_good(change, ended) {
            Some(time) => done.push(time),
            None => left.push(entry),
        }
    }
    (done, left)
}
