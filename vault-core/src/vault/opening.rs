//! Opening the envelope: each step is on record, durably, before the next is taken.
//!
//! requested → sheets accepted, each signing for itself → released by the last of them → listed,
//! revealed, closed, signed by the escrow key. The opener needs no account.

use std::collections::BTreeSet;

use super::Vault;
use super::opened::Opening;
use super::sheets::{self, Recognised};
use super::typing::{Lacking, Seeming};
use crate::audit::actor::{Actor, ObjectRef};
use crate::audit::details::Word;
use crate::audit::event::{Event, Outcome, Step};
use crate::audit::fact::Fact;
use crate::crypto::shamir::{self, Share};
use crate::emergency::follow_up::OpenerFacts;
use crate::emergency::register::Seal;
use crate::emergency::scheme::ShareAt;
use crate::emergency::witnesses::who_count;
use crate::error::{Error, Invalid, NameRefused, Noun, ReasonRefused};
use crate::id::{RecordSeq, Serial, VaultId};
use crate::keys::EscrowKeys;
use crate::person::login_tag;
use crate::secret::SecretString;
use crate::store::act::{DetailKey, Moment};
use crate::store::draft::{Draft, Signer};
use crate::text::Line;

/// The second place where an opening is written down: beside the vault, or elsewhere.
pub trait Journal {
    /// Appends a line and makes it durable.
    ///
    /// # Errors
    /// The device's.
    fn append(&mut self, line: &[u8]) -> std::io::Result<()>;
}

/// What is fixed before the first sheet is typed.
pub struct Terms<'a> {
    /// Who opens.
    pub opener: &'a str,
    /// Why.
    pub reason: &'a str,
    /// Who is present.
    pub witnesses: &'a [String],
}

/// The same as they are recorded.
struct FixedTerms {
    opener: Line,
    reason: Line,
    witnesses: Vec<Line>,
}

impl Terms<'_> {
    /// Whether they can be recorded as they are.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn check(&self) -> Result<(), Error> {
        self.fixed().map(drop)
    }

    fn fixed(&self) -> Result<FixedTerms, Error> {
        let line = |text: &str| Line::parse(text, Line::LONG);
        let name = |text: &str| {
            line(text).map_err(|why| Invalid::Name(NameRefused::Line(Noun::Person, why)))
        };
        let names = self.witnesses.iter().map(String::as_str);
        let witnesses = who_count(self.opener, names).into_iter().map(name);
        Ok(FixedTerms {
            opener: name(self.opener)?,
            reason: line(self.reason).map_err(|_| Invalid::Reason(ReasonRefused::Missing))?,
            witnesses: witnesses.collect::<Result<_, _>>()?,
        })
    }
}

/// An opening that was asked for and whose rule is not met yet.
pub struct Requested<'v> {
    room: Room<'v>,
    opening: RecordSeq,
    record: RecordSeq,
    sheets: Vec<Recognised>,
}

/// The vault and what an opening writes with.
pub(super) struct Room<'v> {
    pub(super) vault: &'v mut Vault,
    pub(super) words: DetailKey,
    pub(super) journal: Box<dyn Journal>,
}

impl Vault {
    /// Whether somebody of this name has a login, or an invitation. It takes no key: whoever has the
    /// file can confirm a name that they guess.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn has_login(&mut self, name: &str) -> Result<bool, Error> {
        self.refresh()?;
        let tag = login_tag(self.id()?, name);
        Ok(self.store.person_by_login(&tag, &self.ledger)?.is_some())
    }

    /// Asks for an opening. Repeated while one is not made good, it continues the same.
    ///
    /// # Errors
    /// [`Error::NotFound`] where nothing was ever sealed; [`Error::Invalid`], [`Error::Store`]
    /// and [`Error::Journal`].
    pub fn request_opening(
        &mut self,
        terms: &Terms<'_>,
        journal: Box<dyn Journal>,
    ) -> Result<Requested<'_>, Error> {
        let FixedTerms {
            opener,
            reason,
            witnesses,
        } = terms.fixed()?;
        self.refresh()?;
        if self.ledger.envelope.seals.is_empty() {
            return Err(Error::NotFound(Noun::Seal));
        }
        let names: Vec<&str> = witnesses.iter().map(Line::as_str).collect();
        let tag = login_tag(self.id()?, opener.as_str());
        let known = self.store.person_by_login(&tag, &self.ledger)?;
        let opened_by = OpenerFacts {
            tag,
            person: known.map(|row| row.person),
            witnesses: u64::try_from(witnesses.len()).unwrap_or(u64::MAX),
        };
        let mut draft = Draft::new(Event::EnvelopeOpen)
            .step(Step::Requested)
            .fact(Fact::Opener(opened_by))
            .word(Word::Opener, opener.as_str())
            .word(Word::Reason, reason.as_str())
            .word(Word::Witnesses, &names.join("; "))
            .word(Word::Host, &self.surroundings.host);
        let earlier = self.ledger.envelope.opening.as_ref().map(|o| o.record);
        if let Some(earlier) = earlier {
            draft = draft.under(earlier);
        }
        let words = DetailKey::generate(&mut *self.surroundings.entropy)?;
        let mut room = Room {
            vault: self,
            words,
            journal,
        };
        let record = room.record(draft, &Signer::NOBODY)?;
        Ok(Requested {
            room,
            opening: earlier.unwrap_or(record),
            record,
            sheets: Vec::new(),
        })
    }
}

impl Room<'_> {
    /// One record in one act. It stands in the journal too before this returns.
    pub(super) fn record(&mut self, draft: Draft, signer: &Signer<'_>) -> Result<RecordSeq, Error> {
        let Vault {
            store,
            ledger,
            surroundings,
            ..
        } = &mut *self.vault;
        let mut act = store.begin(std::mem::take(ledger))?;
        let mut moment = Moment {
            now: surroundings.clock.now(),
            entropy: &mut *surroundings.entropy,
        };
        let record = act.record(draft, signer, &self.words, &mut moment)?;
        let lines = act.lines().to_vec();
        *ledger = act.commit(signer.key)?;
        self.note(&lines)?;
        Ok(record)
    }

    /// Writes what was committed into the journal.
    pub(super) fn note(&mut self, lines: &[Vec<u8>]) -> Result<(), Error> {
        for line in lines {
            let noted = self.journal.append(line);
            noted.map_err(|error| Error::Journal(error.kind()))?;
        }
        Ok(())
    }
}

impl<'v> Requested<'v> {
    /// The opening's first record.
    pub const fn opening(&self) -> RecordSeq {
        self.opening
    }

    /// The record of this request, which is not the opening's first where it continues one.
    pub const fn record(&self) -> RecordSeq {
        self.record
    }

    /// The sheets that were accepted so far.
    pub fn accepted(&self) -> BTreeSet<Serial> {
        self.sheets.iter().map(|s| s.serial.clone()).collect()
    }

    /// Whether the accepted sheets meet the rule of an epoch.
    pub fn is_met(&self) -> bool {
        let register = &self.room.vault.ledger.envelope;
        register.opened_by(&self.accepted()).next().is_some()
    }

    /// What a sheet seems to be that begins with these words, of which the first two count. Nothing
    /// is recorded.
    pub fn seems(&self, words: &SecretString) -> Seeming {
        sheets::seems(words, &self.room.vault.ledger, &self.accepted())
    }

    /// What it takes beside the accepted sheets to open the newest epoch.
    pub fn lacking(&self) -> Lacking {
        let ledger = &self.room.vault.ledger;
        let register = &ledger.envelope;
        let newest = register.newest().map(|seal| &seal.facts.scheme);
        let (sheets, helpful) =
            newest.map_or_else(Default::default, |scheme| scheme.lacking(&self.accepted()));
        let helpful = helpful
            .iter()
            .filter_map(|serial| register.sheets.get(serial));
        let usable = helpful.filter(|sheet| sheet.lost.is_none());
        Lacking {
            sheets,
            helpful: usable.map(|sheet| sheets::known(sheet, ledger)).collect(),
        }
    }

    /// Checks one sheet by itself and records that it was accepted, signed by the sheet. A
    /// well-formed sheet that cannot be used is on record as refused; mistyped words are not.
    ///
    /// # Errors
    /// [`Error::Sheet`].
    pub fn accept(&mut self, words: &SecretString) -> Result<Serial, Error> {
        let vault = self.room.vault.id()?;
        let ledger = &self.room.vault.ledger;
        let recognised = sheets::recognise(words, vault, ledger, &self.accepted());
        let checked = recognised.map_err(Error::from).and_then(|sheet| {
            // Found here and not at the release, so that it is known whose share it is.
            self.room.vault.check_share(&sheet)?;
            Ok(sheet)
        });
        match checked {
            Ok(sheet) => {
                let signer = Signer {
                    actor: Actor::Sheet(sheet.serial.clone()),
                    role: None,
                    key: Some(&sheet.keys.signing),
                };
                let draft = self.sheet_draft(Some(&sheet.serial));
                self.room.record(draft, &signer)?;
                let serial = sheet.serial.clone();
                self.sheets.push(sheet);
                Ok(serial)
            }
            Err(Error::Sheet(refused)) => {
                if let Some(serial) = refused.on_record() {
                    let outcome = if refused.is_incident() {
                        Outcome::Denied
                    } else {
                        Outcome::Failed
                    };
                    let draft = self.sheet_draft(serial).outcome(outcome);
                    self.room.record(draft, &Signer::NOBODY)?;
                }
                Err(refused.into())
            }
            Err(other) => Err(other),
        }
    }

    /// Leaves out what somebody reported lost since it was accepted.
    fn drop_lost(&mut self) -> Result<(), Error> {
        let Self { room, sheets, .. } = self;
        room.vault.refresh()?;
        let register = &room.vault.ledger.envelope;
        sheets.retain(|sheet| {
            let known = register.sheets.get(&sheet.serial);
            known.is_some_and(|known| known.lost.is_none())
        });
        Ok(())
    }

    fn sheet_draft(&self, serial: Option<&Serial>) -> Draft {
        let draft = Draft::new(Event::EnvelopeSheet).under(self.opening);
        match serial {
            Some(serial) => draft.object(ObjectRef::Sheet(serial.clone())),
            None => draft,
        }
    }

    /// Releases the newest epoch whose rule the sheets meet: recorded first, signed by the last
    /// sheet; then the escrow secret is put together and compared with what was sealed.
    ///
    /// # Errors
    /// [`Error::RuleNotMet`]; [`Error::BadSeal`] where the shares are not those of the epoch.
    pub fn release(mut self) -> Result<Opening<'v>, Error> {
        self.drop_lost()?;
        let serials = self.accepted();
        let register = &self.room.vault.ledger.envelope;
        // The newest epoch, and the one before it for keys that the newest was not given yet.
        let seals: Vec<Seal> = register.opened_by(&serials).take(2).cloned().collect();
        let refused = Draft::new(Event::EnvelopeOpen).under(self.opening);
        let (Some(newest), Some(last)) = (seals.first(), self.sheets.last()) else {
            let refused = refused.outcome(Outcome::Denied);
            self.room.record(refused, &Signer::NOBODY)?;
            return Err(Error::RuleNotMet);
        };
        let epoch = newest.facts.epoch;
        let shares = self.room.vault.open_shares(newest, &self.sheets)?;
        let draft = Draft::new(Event::EnvelopeOpen)
            .step(Step::Released)
            .object(ObjectRef::Epoch(epoch))
            .under(self.opening);
        let signer = Signer {
            actor: Actor::Sheet(last.serial.clone()),
            role: None,
            key: Some(&last.keys.signing),
        };
        self.room.record(draft, &signer)?;
        let vault = self.room.vault.id()?;
        let Some(escrow) = combined(newest, &shares, vault) else {
            let failed = refused.outcome(Outcome::Failed);
            self.room.record(failed, &Signer::NOBODY)?;
            return Err(Error::BadSeal(epoch));
        };
        let mut keys = vec![(epoch, escrow)];
        if let Some(before) = seals.get(1)
            && let Ok(shares) = self.room.vault.open_shares(before, &self.sheets)
        {
            let escrow = combined(before, &shares, vault);
            keys.extend(escrow.map(|escrow| (before.facts.epoch, escrow)));
        }
        Opening::new(self.room, self.opening, keys)
    }
}

/// The keys of an epoch, where the shares make the secret that was sealed.
pub(super) fn combined(
    seal: &Seal,
    shares: &[(ShareAt, Share)],
    vault: VaultId,
) -> Option<EscrowKeys> {
    let shares = sheets::enough(seal, shares)?;
    let empty = SecretString::new(String::new());
    let secret = shamir::combine(shares, &empty).ok()?;
    let keys = EscrowKeys::of_epoch(&secret, vault, seal.facts.epoch);
    let same = keys.identity.recipient() == seal.facts.recipient
        && keys.signing.verify_key() == seal.facts.verify_key;
    same.then_some(keys)
}
