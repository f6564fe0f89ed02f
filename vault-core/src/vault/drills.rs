//! Looking after the envelope while nothing happens: what was seen of a sheet, a sheet that proves
//! itself, and a rehearsal with enough of them. What is typed here is replaced afterwards.

use std::collections::BTreeSet;

use super::Session;
use super::keyring::Keyring;
use super::opening::combined;
use super::reveal::reason_line;
use super::sheets::{Recognised, recognise};
use super::turn::Turn;
use crate::access::Act as Asked;
use crate::audit::actor::{Actor, ObjectRef};
use crate::audit::details::Word;
use crate::audit::event::{Event, Outcome};
use crate::audit::fact::Fact;
use crate::audit::row::Reader;
use crate::emergency::inspection::{DrillFacts, Found};
use crate::emergency::register::Seal;
use crate::error::{Error, Invalid, NameRefused, Noun};
use crate::id::{Epoch, RecordSeq, Serial};
use crate::keys::EscrowKeys;
use crate::secret::SecretString;
use crate::store::draft::{Draft, Signer};
use crate::text::Line;

/// What somebody says of a sheet.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The number on its envelope.
    pub serial: &'a str,
    /// What was found.
    pub found: Found,
    /// The number of the bag, where there is one.
    pub bag: Option<&'a str>,
    /// Who else saw it.
    pub witnesses: &'a [String],
    /// Why, or anything else worth saying.
    pub reason: Option<&'a str>,
}

/// A rehearsal in which every key stood.
#[derive(Debug, Clone)]
pub struct Drilled {
    /// Which epoch.
    pub epoch: Epoch,
    /// How many keys opened.
    pub keys: u64,
    /// The record.
    pub record: RecordSeq,
    /// The sheets that were typed and are to be replaced.
    pub typed: BTreeSet<Serial>,
}

/// A rehearsal that found something wrong, which is on record and an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DrillFailed {
    /// The shares do not make the secret that was sealed.
    Seal(Epoch),
    /// So many of the keys do not open, or are not those of the log.
    Keys {
        /// How many.
        bad: u64,
        /// Of how many.
        of: u64,
    },
}

impl Session<'_> {
    /// Records what somebody found of a sheet. A broken or destroyed one opens nothing from then on.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a serial that no sheet bears; [`Error::Denied`]; [`Error::Invalid`].
    pub fn look_at(&mut self, look: &Look<'_>) -> Result<RecordSeq, Error> {
        let line = |noun, text| {
            Line::parse(text, Line::LONG).map_err(|why| Invalid::Name(NameRefused::Line(noun, why)))
        };
        let bag = look.bag.map(|bag| line(Noun::Bag, bag)).transpose()?;
        let mut witnesses = Vec::with_capacity(look.witnesses.len());
        for name in look.witnesses {
            witnesses.push(line(Noun::Person, name)?.as_str().to_owned());
        }
        let reason = reason_line(look.reason)?;
        let turn = self.turn()?;
        let serial = turn.sheet_named(look.serial)?;
        let object = ObjectRef::Sheet(serial.clone());
        let asked = Asked::LookAt {
            sheet: serial,
            proved_in: None,
        };
        let draft = || Draft::new(Event::EnvelopeCheck).object(object.clone());
        let (mut turn, _) = turn.allow(asked, draft())?;
        let bag = bag.as_ref().map_or("", Line::as_str);
        let record = turn.record(
            draft()
                .fact(Fact::Look(look.found))
                .word(Word::Bag, bag)
                .word(Word::Witnesses, &witnesses.join("; "))
                .word(Word::Reason, &reason),
        )?;
        turn.commit()?;
        Ok(record)
    }

    /// Has one sheet prove itself: its words are those of this vault, its share is sound in this
    /// file, and it signs the record. Nothing is put together.
    ///
    /// # Errors
    /// [`Error::Sheet`] for a sheet that cannot be used, and why; [`Error::Denied`].
    pub fn check_sheet(&mut self, words: &SecretString) -> Result<(Serial, RecordSeq), Error> {
        let sheets = self.recognised(std::slice::from_ref(words))?;
        let record = self.prove(&sheets)?;
        let serial = sheets.into_iter().next().map(|sheet| sheet.serial);
        Ok((serial.ok_or(Error::NotFound(Noun::Sheet))?, record))
    }

    /// Rehearses an opening: enough sheets open every key that the newest epoch was given, and each
    /// is compared with the commitment to it. Nothing is shown of what the keys open. That the
    /// sheets were typed is on record before they are put together.
    ///
    /// # Errors
    /// [`Error::RuleNotMet`]; [`Error::Sheet`]; [`Error::Denied`]. The inner error is what was
    /// found wrong.
    pub fn drill(&mut self, words: &[SecretString]) -> Result<Result<Drilled, DrillFailed>, Error> {
        let sheets = self.recognised(words)?;
        let typed: BTreeSet<Serial> = sheets.iter().map(|sheet| sheet.serial.clone()).collect();
        let seal = self.ledger().envelope.newest().cloned();
        let seal = seal.ok_or(Error::NotFound(Noun::Seal))?;
        if !seal.facts.scheme.is_met_by(&typed) {
            return Err(Error::RuleNotMet);
        }
        let shares = self.vault_ref().open_shares(&seal, &sheets)?;
        self.prove(&sheets)?;
        let vault = self.vault_ref().id()?;
        let found = match combined(&seal, &shares, vault) {
            Some(keys) => self.try_keys(&seal, &keys)?,
            None => Err(DrillFailed::Seal(seal.facts.epoch)),
        };
        let record = self.record_drill(&seal, found)?;
        Ok(found.map(|keys| Drilled {
            epoch: seal.facts.epoch,
            keys,
            record,
            typed,
        }))
    }

    /// Each sheet, recognised by itself and with its share tried.
    fn recognised(&mut self, words: &[SecretString]) -> Result<Vec<Recognised>, Error> {
        let vault = self.vault_ref().id()?;
        let mut given = BTreeSet::new();
        let mut sheets = Vec::with_capacity(words.len());
        for words in words {
            let sheet = recognise(words, vault, self.ledger(), &given).map_err(Error::Sheet)?;
            self.vault_ref().check_share(&sheet)?;
            given.insert(sheet.serial.clone());
            sheets.push(sheet);
        }
        Ok(sheets)
    }

    /// Each sheet signs that it proved itself, and the person says so too.
    fn prove(&mut self, sheets: &[Recognised]) -> Result<RecordSeq, Error> {
        let mut turn = self.turn()?;
        let mut last = None;
        for sheet in sheets {
            let object = ObjectRef::Sheet(sheet.serial.clone());
            let asked = |proved_in| Asked::LookAt {
                sheet: sheet.serial.clone(),
                proved_in,
            };
            let draft = || Draft::new(Event::EnvelopeCheck).object(object.clone());
            // Whoever may not look at sheets has none prove itself.
            let (allowed, _) = turn.allow(asked(None), draft())?;
            turn = allowed;
            turn.record_by_sheet(sheet)?;
            let run = turn.words.session();
            let (allowed, _) = turn.allow(asked(Some(run)), draft())?;
            turn = allowed;
            last = Some(turn.record(draft().fact(Fact::Look(Found::Proved)))?);
        }
        turn.commit()?;
        last.ok_or(Error::RuleNotMet)
    }

    /// Opens every key that the epoch was given; how many there are.
    fn try_keys(
        &mut self,
        seal: &Seal,
        keys: &EscrowKeys,
    ) -> Result<Result<u64, DrillFailed>, Error> {
        let epoch = seal.facts.epoch;
        let turn = self.turn()?;
        let given: Vec<_> = turn.ledger().keys_given(epoch).collect();
        let mut of = 0;
        let mut bad = 0;
        for (collection, generation) in given {
            let keyring = Keyring::new(Reader::Escrow(epoch));
            let key = keyring.direct(&turn.act, &keys.identity, collection, generation)?;
            of += 1;
            bad += u64::from(key.is_none());
        }
        Ok(if bad == 0 {
            Ok(of)
        } else {
            Err(DrillFailed::Keys { bad, of })
        })
    }

    fn record_drill(
        &mut self,
        seal: &Seal,
        found: Result<u64, DrillFailed>,
    ) -> Result<RecordSeq, Error> {
        let epoch = seal.facts.epoch;
        let turn = self.turn()?;
        let draft = || Draft::new(Event::EnvelopeDrill).object(ObjectRef::Epoch(epoch));
        let asked = Asked::Rehearse(turn.words.session());
        let (mut turn, _) = turn.allow(asked, draft())?;
        let record = turn.record(match found {
            Ok(keys) => draft().fact(Fact::Drill(DrillFacts { epoch, keys })),
            Err(_) => draft().outcome(Outcome::Failed),
        })?;
        turn.commit()?;
        Ok(record)
    }
}

impl Turn<'_> {
    /// A sheet by the number on its envelope.
    fn sheet_named(&self, serial: &str) -> Result<Serial, Error> {
        let unknown = || Error::NotFound(Noun::Sheet);
        let serial: Serial = serial
            .trim()
            .to_ascii_uppercase()
            .parse()
            .map_err(|_| unknown())?;
        let known = self.ledger().envelope.sheets.contains_key(&serial);
        known.then_some(serial).ok_or_else(unknown)
    }

    /// A record that a sheet signs with the key from its words.
    fn record_by_sheet(&mut self, sheet: &Recognised) -> Result<RecordSeq, Error> {
        let draft = Draft::new(Event::EnvelopeCheck).object(ObjectRef::Sheet(sheet.serial.clone()));
        let signer = Signer {
            actor: Actor::Sheet(sheet.serial.clone()),
            role: None,
            key: Some(&sheet.keys.signing),
        };
        let mut moment = crate::store::act::Moment {
            now: self.surroundings.clock.now(),
            entropy: &mut *self.surroundings.entropy,
        };
        Ok(self.act.record(draft, &signer, self.words, &mut moment)?)
    }
}
