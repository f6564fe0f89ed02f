//! The register of envelopes, for whoever reviews the log: every sheet there ever was, and every
//! opening.

use std::collections::BTreeMap;

use super::Session;
use super::log::Told;
use crate::access::Act as Asked;
use crate::audit::event::{Event, Step};
use crate::audit::record::{ObjectRef, Record};
use crate::emergency::inspection::Found;
use crate::emergency::register::SheetStanding;
use crate::error::Error;
use crate::id::{Epoch, RecordSeq, Serial};
use crate::store::draft::Draft;
use crate::time::Timestamp;

/// A sheet in the register.
#[derive(Debug, Clone)]
pub struct RegisteredSheet {
    /// What stands on its envelope.
    pub serial: Serial,
    /// Who keeps it.
    pub holder: String,
    /// When it was made.
    pub issued: Timestamp,
    /// The epochs that were sealed to it.
    pub epochs: Vec<Epoch>,
    /// Where it stands.
    pub standing: SheetStanding,
    /// What was last found of it, and when.
    pub seen: Option<(Found, Timestamp)>,
    /// The number of its bag, where one was ever given and the reader may see it.
    pub bag: Option<String>,
}

/// An opening in the register.
#[derive(Debug, Clone)]
pub struct RegisteredOpening {
    /// The record by which it was asked for.
    pub record: RecordSeq,
    /// When.
    pub asked: Timestamp,
    /// When the rule was met; `None` where it never was.
    pub released: Option<Timestamp>,
    /// Who asked, why, and who saw it, where the reader may see that.
    pub words: BTreeMap<String, String>,
}

/// What was ever done with the council's envelopes.
#[derive(Debug, Clone)]
pub struct EnvelopeRegister {
    /// The sheets, in the order in which they were made.
    pub sheets: Vec<RegisteredSheet>,
    /// The runs of openings, oldest first.
    pub openings: Vec<RegisteredOpening>,
    /// The last rehearsal in which every key opened.
    pub drilled: Option<(RecordSeq, Timestamp)>,
}

impl Session<'_> {
    /// The register of envelopes. Its words are the log's: that it was read is on record.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`] and [`Error::KeyRefused`].
    pub fn envelope_register(&mut self) -> Result<EnvelopeRegister, Error> {
        let turn = self.turn()?;
        let (mut turn, _) = turn.allow(Asked::ReadLog, Draft::new(Event::LogRead))?;
        turn.record(Draft::new(Event::LogRead))?;
        let told =
            turn.tell(|record| matches!(record.event, Event::EnvelopeCheck | Event::EnvelopeOpen))?;
        let register = turn.ledger().envelope.clone();
        let mut sheets = Vec::with_capacity(register.sheets.len());
        for (serial, sheet) in &register.sheets {
            let sealed = register.seals.values();
            let sealed = sealed.filter(|seal| seal.facts.scheme.serials().contains(serial));
            let (at, found) = sheet.seen;
            sheets.push((
                sheet.record,
                RegisteredSheet {
                    serial: serial.clone(),
                    holder: turn.holder_name(&sheet.facts.holder)?,
                    issued: sheet.issued_at,
                    epochs: sealed.map(|seal| seal.facts.epoch).collect(),
                    standing: register.standing_of(serial),
                    seen: found.map(|found| (found, at)),
                    bag: bag_of(serial, &told),
                },
            ));
        }
        turn.commit()?;
        sheets.sort_by_key(|(record, _)| *record);
        Ok(EnvelopeRegister {
            sheets: sheets.into_iter().map(|(_, sheet)| sheet).collect(),
            openings: openings(&told),
            drilled: register.drilled,
        })
    }
}

/// The number of a sheet's bag, by the last record that gives one.
fn bag_of(serial: &Serial, told: &Told) -> Option<String> {
    let object = ObjectRef::Sheet(serial.clone());
    let mut about = told
        .values()
        .rev()
        .filter(|(record, _)| record.object.as_ref() == Some(&object));
    about.find_map(|(_, words)| words.get("bag").cloned())
}

fn openings(told: &Told) -> Vec<RegisteredOpening> {
    let step =
        |record: &Record, step| record.event == Event::EnvelopeOpen && record.step == Some(step);
    let asked = told
        .values()
        .filter(|(record, _)| step(record, Step::Requested));
    let released_in = |asked: &Record| {
        let mut released = told.values().map(|(record, _)| record);
        released
            .find(|record| step(record, Step::Released) && record.session == asked.session)
            .map(|record| record.time)
    };
    asked
        .map(|(record, words)| RegisteredOpening {
            record: record.seq,
            asked: record.time,
            released: released_in(record),
            words: words.clone(),
        })
        .collect()
}
