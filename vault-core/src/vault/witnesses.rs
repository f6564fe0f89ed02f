//! The witnesses that the policy names: asking for their word, and taking it in.

use super::turn::Turn;
use super::{Session, Vault};
use crate::access::Act as Asked;
use crate::audit::event::Event;
use crate::audit::fact::{CosignatureFacts, Fact, WitnessFacts, WitnessStanding};
use crate::audit::flaw::{BadRecord, Flaw};
pub use crate::audit::witness::VouchedHead;
use crate::error::{Error, Noun, WitnessRefused};
use crate::id::RecordSeq;
use crate::person::Standing;
use crate::store::StoreError;
use crate::store::draft::Draft;
use crate::tlog::answer::Answer;
use crate::tlog::checkpoint::Checkpoint;
use crate::tlog::cosignature::{Cosignature, Cosigner};
use crate::tlog::note::{Name, Note, Verifier};
use crate::tlog::submission::Submission;

/// A witness that the policy names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedWitness {
    /// Its name and key.
    pub cosigner: Cosigner,
    /// The newest head that it has vouched for; `None` where it never has.
    pub head: Option<VouchedHead>,
}

/// A witness's word that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenWord {
    /// The record of it.
    pub record: RecordSeq,
    /// The witness.
    pub witness: Name,
    /// What it vouches for.
    pub head: VouchedHead,
}

impl Vault {
    /// The witnesses that the policy names, by name.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn witnesses(&mut self) -> Result<Vec<NamedWitness>, Error> {
        self.refresh()?;
        let named = self.ledger.witnesses.named();
        let named = named.map(|(cosigner, head)| NamedWitness {
            cosigner: cosigner.clone(),
            head: head.copied(),
        });
        Ok(named.collect())
    }

    /// The keys that may sign the log's next heads, which a witness has to trust: those of people
    /// who are active, and of the epochs.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn head_keys(&mut self) -> Result<Vec<Verifier>, Error> {
        self.refresh()?;
        let name = self.origin()?;
        let people = self.ledger.people.values();
        let active = people.filter(|person| person.facts.standing == Standing::Active);
        let seals = self.ledger.envelope.seals.values();
        let keys = active.map(|person| person.facts.verify_key);
        let keys = keys.chain(seals.map(|seal| seal.facts.verify_key));
        let verifier = |key| Verifier {
            name: name.clone(),
            key,
        };
        Ok(keys.map(verifier).collect())
    }

    /// A request for the word of the witness called `name` for the last signed head, proved to
    /// continue the one with `old_size` records: the newest that the log has from it, unless the
    /// witness has said otherwise. Nothing is recorded.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::WitnessAhead`]; [`StoreError::Log`] where the records are not
    /// those that were signed for, or vouched for.
    pub fn submission(&mut self, name: &str, old_size: Option<u64>) -> Result<Submission, Error> {
        self.refresh()?;
        let known = self.ledger.witnesses.find(name);
        let (_, vouched) = known.ok_or(Error::NotFound(Noun::Witness))?;
        let _snapshot = self.store.snapshot()?;
        let (size, note) = self.store.last_checkpoint()?.ok_or(StoreError::NotAVault)?;
        let old_size = old_size.unwrap_or(vouched.map_or(0, |head| head.size));
        if old_size > size {
            let kept = old_size;
            return Err(Error::WitnessAhead { kept, size });
        }
        let proved = self.store.prove(old_size, size)?;
        let last = RecordSeq::new(size.saturating_sub(1));
        let flawed = |seq, flaw| StoreError::Log(BadRecord { seq, flaw });
        let checkpoint = || flawed(last, Flaw::Checkpoint);
        let note = Note::parse(note.as_bytes()).map_err(|_| checkpoint())?;
        let head = Checkpoint::parse(note.text()).map_err(|_| checkpoint())?;
        if head.root != proved.new_root {
            return Err(checkpoint().into());
        }
        match vouched.filter(|head| head.size == old_size) {
            Some(head) if head.root != proved.old_root => {
                return Err(flawed(head.record, Flaw::Cosignature).into());
            }
            _ => {}
        }
        Ok(Submission {
            old_size,
            proof: proved.proof,
            note,
        })
    }

    fn origin(&self) -> Result<Name, Error> {
        let origin = self.ledger.origin.parse();
        origin.map_err(|_| Error::Internal("an origin that is no name"))
    }
}

impl Session<'_> {
    /// Has the policy name a witness: verification asks for its word from then on.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`WitnessRefused::Named`], [`WitnessRefused::TooMany`].
    pub fn name_witness(&mut self, vkey: Cosigner) -> Result<RecordSeq, Error> {
        self.change_witness(|_| {
            let standing = WitnessStanding::Named;
            Ok(WitnessFacts { vkey, standing })
        })
    }

    /// Has the policy name a witness no more. What it has vouched for stays on record.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`].
    pub fn drop_witness(&mut self, name: &str) -> Result<RecordSeq, Error> {
        self.change_witness(|turn| {
            let known = turn.ledger().witnesses.find(name);
            let (vkey, _) = known.ok_or(Error::NotFound(Noun::Witness))?;
            Ok(WitnessFacts {
                vkey: vkey.clone(),
                standing: WitnessStanding::Dropped,
            })
        })
    }

    fn change_witness(
        &mut self,
        facts: impl FnOnce(&Turn<'_>) -> Result<WitnessFacts, Error>,
    ) -> Result<RecordSeq, Error> {
        let turn = self.turn()?;
        let (mut turn, _) = turn.allow(Asked::NameWitness, Draft::new(Event::PolicyChange))?;
        let facts = facts(&turn)?;
        turn.ledger().witnesses.check(&facts)?;
        let record = turn.record(Draft::new(Event::PolicyChange).fact(Fact::Witness(facts)))?;
        turn.commit()?;
        Ok(record)
    }

    /// Takes in the word of a witness that the policy names, for a head of this log. Every export
    /// and every verifier has it from then on.
    ///
    /// # Errors
    /// [`Error::AskAgain`], [`Error::WitnessAhead`] and [`Error::WitnessElsewhere`], where the
    /// witness knows another head; [`WitnessRefused::ForeignAnswer`], [`WitnessRefused::OlderAnswer`];
    /// [`Error::Denied`].
    pub fn take_answer(&mut self, answer: &Answer) -> Result<TakenWord, Error> {
        let turn = self.turn()?;
        let (mut turn, _) = turn.allow(Asked::Anchor, Draft::new(Event::LogAnchor))?;
        let (witness, facts) = turn.vouched(answer)?;
        let (size, root, time) = (facts.size, facts.root, facts.line.time());
        let record = turn.record(Draft::new(Event::LogAnchor).fact(Fact::Cosignature(facts)))?;
        turn.commit()?;
        let head = VouchedHead {
            size,
            root,
            time,
            record,
        };
        Ok(TakenWord {
            record,
            witness,
            head,
        })
    }
}

impl Turn<'_> {
    /// Which named witness vouches for which head of this log, by the log's own lines.
    fn vouched(&self, answer: &Answer) -> Result<(Name, CosignatureFacts), Error> {
        let found = match answer {
            Answer::Size(kept) => return Err(self.kept(*kept)?),
            Answer::Head(note) => self.of_head(note)?,
            Answer::Cosignatures(lines) => self.of_lines(lines)?,
        };
        let (cosigner, head, line) = found.ok_or(WitnessRefused::ForeignAnswer)?;
        let known = self.ledger().witnesses.find(cosigner.name.as_str());
        let newest = known.and_then(|(_, head)| head).map_or(0, |head| head.size);
        if head.size <= newest {
            return Err(WitnessRefused::OlderAnswer.into());
        }
        let facts = CosignatureFacts {
            size: head.size,
            root: head.root,
            line,
        };
        Ok((cosigner.name, facts))
    }

    /// What it means that a witness keeps a head of so many records.
    fn kept(&self, kept: u64) -> Result<Error, Error> {
        let size = self.signed_size()?;
        Ok(if kept > size {
            Error::WitnessAhead { kept, size }
        } else {
            Error::AskAgain { kept }
        })
    }

    fn signed_size(&self) -> Result<u64, Error> {
        let last = self.act.checkpoint_below(self.ledger().size + 1)?;
        Ok(last.map_or(0, |(size, _)| size))
    }

    /// A head that comes with its cosignatures is compared with this log as it is.
    fn of_head(&self, note: &Note) -> Result<Option<Vouched>, Error> {
        let Ok(head) = Checkpoint::parse(note.text()) else {
            return Ok(None);
        };
        let mut lines = note.cosignatures();
        let vouched = lines.find_map(|line| Some((self.signer(note.text(), &line)?, line)));
        let Some((cosigner, line)) =
            vouched.filter(|_| head.origin.as_str() == self.ledger().origin)
        else {
            return Ok(None);
        };
        let size = self.signed_size()?;
        if head.size > size {
            let kept = head.size;
            return Err(Error::WitnessAhead { kept, size });
        }
        if self.act.root_at(head.size)? != head.root {
            return Err(Error::WitnessElsewhere { size: head.size });
        }
        Ok(Some((cosigner, head, line)))
    }

    /// Lines alone do not say of which head they are: it is looked for, the newest first.
    fn of_lines(&self, lines: &[Cosignature]) -> Result<Option<Vouched>, Error> {
        let mut below = self.ledger().size + 1;
        while let Some((size, note)) = self.act.checkpoint_below(below)? {
            below = size;
            let flawed = || {
                let (seq, flaw) = (RecordSeq::new(size.saturating_sub(1)), Flaw::Checkpoint);
                StoreError::Log(BadRecord { seq, flaw })
            };
            let note = Note::parse(note.as_bytes()).map_err(|_| flawed())?;
            let by = |line| Some((self.signer(note.text(), line)?, line));
            let Some((cosigner, line)) = lines.iter().find_map(by) else {
                continue;
            };
            let head = Checkpoint::parse(note.text()).map_err(|_| flawed())?;
            if head.size != size || self.act.root_at(size)? != head.root {
                return Err(flawed().into());
            }
            return Ok(Some((cosigner, head, line.clone())));
        }
        Ok(None)
    }

    /// The named witness that made the line over this head.
    fn signer(&self, text: &str, line: &Cosignature) -> Option<Cosigner> {
        let mut named = self.ledger().witnesses.named();
        let signed = named.find(|(cosigner, _)| cosigner.signed(text, line));
        signed.map(|(cosigner, _)| cosigner.clone())
    }
}

/// A witness, the head, and the line by which it vouches for it.
type Vouched = (Cosigner, Checkpoint, Cosignature);
