//! Revealing a secret: recorded first, then opened, one field at a time.

use super::Session;
use super::turn::Turn;
use crate::access::{Act as Asked, Permit};
use crate::audit::actor::ObjectRef;
use crate::audit::details::Word;
use crate::audit::event::{Event, Outcome};
use crate::entry::totp::Totp;
use crate::entry::{Catalogue, FieldName};
use crate::error::{Error, Invalid, NameRefused, Noun, ReasonRefused};
use crate::id::{EntryId, Generation, RecordSeq, Version};
use crate::keys::KeyRefused;
use crate::secret::{SecretBytes, SecretString};
use crate::store::draft::Draft;
use crate::store::rows::EntryRow;
use crate::text::{Line, fold};

/// Which of an entry's values is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wanted {
    /// The confirmed one.
    #[default]
    Current,
    /// The one that waits to be confirmed.
    Pending,
    /// The one of this version.
    At(Version),
}

/// A value that was given out, and the record of it.
pub struct Revealed {
    /// Of which entry.
    pub entry: EntryId,
    /// The value, byte for byte.
    pub value: SecretBytes,
    /// The record.
    pub record: RecordSeq,
}

/// A one-time code that was given out, and the record of it.
pub struct OneTimeCode {
    /// Of which entry.
    pub entry: EntryId,
    /// The code, with its leading zeros.
    pub code: SecretString,
    /// Seconds until another code takes its place.
    pub seconds_left: u64,
    /// The record.
    pub record: RecordSeq,
}

/// Where a value stands.
struct Located {
    version: Version,
    place: u32,
}

impl Session<'_> {
    /// Reveals one field of an entry. The access is on record, durably, before anything is opened.
    ///
    /// # Errors
    /// [`Error::Denied`], with the refusal on record; [`Error::NotFound`] and
    /// [`Error::Ambiguous`].
    pub fn reveal(
        &mut self,
        name: &str,
        field: &str,
        wanted: Wanted,
        reason: Option<&str>,
    ) -> Result<Revealed, Error> {
        let reason = reason_line(reason)?;
        let mut turn = self.turn()?;
        let row = turn.find_entry(name)?;
        let denied = Draft::new(Event::SecretReveal)
            .object(ObjectRef::Entry(row.entry))
            .word(Word::Reason, &reason);
        let (mut turn, permit) = turn.allow(Asked::Reveal(row.entry), denied)?;
        let catalogue = turn.catalogue_of(&row)?;
        let draft = Draft::new(Event::SecretReveal)
            .word(Word::Title, &catalogue.title)
            .word(Word::Field, field)
            .word(Word::Reason, &reason);
        if let Some(value) = catalogue_value(&catalogue, field) {
            let draft = draft.version(row.current);
            let disclosed = turn.disclose(permit, &[], draft)?;
            return Ok(Revealed {
                entry: row.entry,
                value,
                record: disclosed.record,
            });
        }
        let field = FieldName::parse(field).map_err(|_| Error::NotFound(Noun::Field))?;
        let located = turn.locate(&row, &catalogue, &field, wanted)?;
        let head = turn.act.version_head(row.entry, located.version)?;
        let generation = head.ok_or(Error::NotFound(Noun::Version))?.generation;
        turn.collection_key_at(row.collection, generation)?
            .ok_or(KeyRefused)?;
        let turn = turn.refuse_telling_reason(&row, &permit, &located, generation, &reason)?;
        let draft = draft.version(located.version);
        let disclosed = turn.disclose(permit, &[located.version], draft)?;
        let key = self.keyring().get(row.collection, generation);
        let value = disclosed
            .open(located.version, located.place, key.ok_or(KeyRefused)?)
            .map_err(|KeyRefused| Error::KeyRefused(Some(row.entry)))?;
        Ok(Revealed {
            entry: row.entry,
            value,
            record: disclosed.record,
        })
    }
}

impl Session<'_> {
    /// The one-time code of an entry that is valid now. It is on record as a reveal of the seed,
    /// which this process reads and gives to nobody.
    ///
    /// # Errors
    /// As [`Session::reveal`]; [`Noun::Seed`] where the entry has none, [`Invalid::Totp`] where it
    /// makes no codes.
    pub fn one_time_code(
        &mut self,
        name: &str,
        reason: Option<&str>,
    ) -> Result<OneTimeCode, Error> {
        let seed = FieldName::totp();
        let revealed = self.reveal(name, seed.as_str(), Wanted::Current, reason);
        let revealed = revealed.map_err(|error| match error {
            Error::NotFound(Noun::Field) => Error::NotFound(Noun::Seed),
            other => other,
        })?;
        let totp = Totp::parse(&revealed.value).map_err(|_| Invalid::Totp)?;
        let now = self.now();
        Ok(OneTimeCode {
            entry: revealed.entry,
            code: totp.code(now),
            seconds_left: totp.seconds_left(now),
            record: revealed.record,
        })
    }
}

/// A reason as a line; empty where there is none.
pub(super) fn reason_line(reason: Option<&str>) -> Result<String, Error> {
    match reason.map(|reason| Line::parse(reason, Line::LONG)) {
        None => Ok(String::new()),
        Some(Ok(line)) => Ok(line.to_string()),
        Some(Err(why)) => Err(NameRefused::Line(Noun::Request, why).into()),
    }
}

/// The catalogue's own fields can be asked for like the others, and are recorded like them.
fn catalogue_value(catalogue: &Catalogue, field: &str) -> Option<SecretBytes> {
    let text = match fold(field).as_str() {
        "username" => &catalogue.username,
        "url" => &catalogue.url,
        "title" => &catalogue.title,
        _ => return None,
    };
    Some(SecretBytes::copy_from(text.as_bytes()))
}

impl Turn<'_> {
    /// A reason that holds the secret would put it into the log. The attempt is on record, without
    /// the reason.
    fn refuse_telling_reason(
        mut self,
        row: &EntryRow,
        permit: &Permit,
        located: &Located,
        generation: Generation,
        reason: &str,
    ) -> Result<Self, Error> {
        let key = self.keyring.get(row.collection, generation);
        let key = key.ok_or(KeyRefused)?;
        let Located { version, place } = *located;
        if !self.act.holds_secret(permit, version, place, key, reason)? {
            return Ok(self);
        }
        let draft = Draft::new(Event::SecretReveal)
            .object(ObjectRef::Entry(row.entry))
            .outcome(Outcome::Failed);
        self.record(draft)?;
        self.commit()?;
        Err(ReasonRefused::HoldsSecret.into())
    }
}

impl Turn<'_> {
    /// The version and place where a field stands.
    fn locate(
        &mut self,
        row: &EntryRow,
        catalogue: &Catalogue,
        field: &FieldName,
        wanted: Wanted,
    ) -> Result<Located, Error> {
        let newest = match wanted {
            Wanted::Current => {
                let slot = catalogue.slot(field).ok_or(Error::NotFound(Noun::Field))?;
                return Ok(Located {
                    version: slot.version,
                    place: slot.place,
                });
            }
            Wanted::Pending => row.pending.ok_or(Error::NotFound(Noun::Pending))?,
            Wanted::At(version) => version,
        };
        let latest = self.ledger().entries.get(&row.entry).map(|e| e.latest);
        if newest.get() == 0 || Some(newest) > latest {
            return Err(Error::NotFound(Noun::Version));
        }
        // A version holds only what it changed: an unchanged field stands in an older one.
        for number in (1..=newest.get()).rev() {
            let version = Version::new(number);
            let fields = self.fields_of(row, version)?;
            let place = (0..).zip(&fields).find(|(_, name)| *name == field);
            if let Some((place, _)) = place {
                return Ok(Located { version, place });
            }
        }
        Err(Error::NotFound(Noun::Field))
    }

    /// The names of the fields that a version changed.
    pub(super) fn fields_of(
        &mut self,
        row: &EntryRow,
        version: Version,
    ) -> Result<Vec<FieldName>, Error> {
        let head = self.act.version_head(row.entry, version)?;
        let head = head.ok_or(Error::NotFound(Noun::Version))?;
        let key = self.catalogue_key(row.collection, head.generation)?;
        let opened = key
            .ok_or(KeyRefused)?
            .open_version(row.entry, version, &head.catalogue);
        let opened = opened.map_err(|KeyRefused| Error::KeyRefused(Some(row.entry)))?;
        Ok(opened.fields)
    }
}
