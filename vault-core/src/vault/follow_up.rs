//! What stays to be done after an opening, and is said here to be done: members told, a minute made,
//! the use classified by somebody else than the opener. Each is for the oldest opening of which it
//! is left.

use super::Session;
use super::reveal::reason_line;
use super::turn::Turn;
use crate::access::{Act as Asked, Denial};
use crate::audit::actor::ObjectRef;
use crate::audit::details::Word;
use crate::audit::event::{Event, Step};
use crate::audit::fact::Fact;
use crate::audit::row::RowKey;
use crate::crypto::digest::Digest;
use crate::emergency::follow_up::{Done, Use, UseFacts};
use crate::emergency::likeness::is_like;
use crate::error::{Error, Noun};
use crate::id::{PersonId, RecordSeq};
use crate::store::StoreError;
use crate::store::draft::Draft;
use crate::store::rows::PersonRow;

/// Something that was done after an opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowedUp {
    /// The opening's first record.
    pub opening: RecordSeq,
    /// The record that says so.
    pub record: RecordSeq,
}

impl Session<'_> {
    /// Says that the members were told of an opening, or that it stands in the minutes.
    ///
    /// # Errors
    /// [`Error::NotFound`] where that is left of no opening; [`Error::Denied`].
    pub fn follow_up(&mut self, done: Done, reason: Option<&str>) -> Result<FollowedUp, Error> {
        let turn = self.turn()?;
        let register = &turn.ledger().envelope;
        let left = register.follow_up(|follow_up| !follow_up.has(done));
        let (opening, _) = left.ok_or(Error::NotFound(Noun::FollowUp))?;
        let said = Said {
            event: Event::EnvelopeClose,
            opening,
            reason: reason_line(reason)?,
        };
        turn.say(&said, Asked::FollowUp(opening), Fact::Done(done))
    }

    /// Says what an opening was. Whoever opened it, by the name that they typed or one that is like
    /// it, may not, nor whose sheet was used while somebody else could.
    ///
    /// # Errors
    /// [`Error::NotFound`] where every opening is classified; [`Error::Denied`].
    pub fn classify(&mut self, class: Use, reason: Option<&str>) -> Result<FollowedUp, Error> {
        let mut turn = self.turn()?;
        let register = &turn.ledger().envelope;
        let left = register.follow_up(|follow_up| follow_up.class.is_none());
        let (opening, _) = left.ok_or(Error::NotFound(Noun::FollowUp))?;
        let tag = turn.own_tag()?;
        let said = Said {
            event: Event::EnvelopeClassify,
            opening,
            reason: reason_line(reason)?,
        };
        if turn.is_named_like_an_opener(opening, &tag)? {
            return Err(turn.deny(Denial::LikeOpener, said.draft())?);
        }
        let asked = Asked::Classify { opening, tag };
        turn.say(&said, asked, Fact::Use(UseFacts { class, tag }))
    }
}

/// What is said of an opening.
struct Said {
    event: Event,
    opening: RecordSeq,
    reason: String,
}

impl Said {
    fn draft(&self) -> Draft {
        Draft::new(self.event)
            .object(ObjectRef::Record(self.opening))
            .under(self.opening)
            .word(Word::Reason, &self.reason)
    }
}

impl Turn<'_> {
    fn say(self, said: &Said, asked: Asked, fact: Fact) -> Result<FollowedUp, Error> {
        let (mut turn, _) = self.allow(asked, said.draft())?;
        let record = turn.record(said.draft().fact(fact))?;
        turn.commit()?;
        Ok(FollowedUp {
            opening: said.opening,
            record,
        })
    }

    /// Whether an opener gave a name that is like the person's own, as far as they read the log's
    /// words, and somebody who had no part in the opening could say what it was. What the rule sees
    /// are tags, which a slip of the keyboard changes altogether.
    fn is_named_like_an_opener(&mut self, opening: RecordSeq, tag: &Digest) -> Result<bool, Error> {
        let follow_up = self.ledger().envelope.follow_ups.get(&opening);
        let Some(follow_up) = follow_up.filter(|it| !it.is_opener(self.person, tag)) else {
            return Ok(false);
        };
        let had_no_part = |other: PersonId| other != self.person && !follow_up.took_part(other);
        if !self.ledger().seconds().any(had_no_part) {
            return Ok(false);
        }
        let own = self.person_name(self.person)?;
        let told = self.tell(|record| {
            record.step == Some(Step::Requested)
                && (record.seq == opening || record.under == Some(opening))
        })?;
        let mut openers = told
            .values()
            .filter_map(|(_, words)| words.get(Word::Opener.name()));
        Ok(openers.any(|opener| is_like(opener, &own)))
    }

    /// The login tag of the person's own name.
    fn own_tag(&self) -> Result<Digest, Error> {
        let key = RowKey::Person(self.person);
        let row: Option<PersonRow> = self.act.row(&key)?;
        Ok(row.ok_or(StoreError::RowChanged(key))?.login_tag)
    }
}
