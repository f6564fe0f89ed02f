//! An auditor's sample, drawn from a head of the log that was signed before the auditor's word was
//! known. It needs no person and records nothing, so that anybody draws the same.

use super::Vault;
use crate::audit::ledger::leaf_of;
use crate::audit::record::Record;
use crate::audit::sample::{SampleWord, sample};
use crate::crypto::digest::Digest;
use crate::error::{Error, LogRefused};
use crate::id::RecordSeq;
use crate::store::StoreError;
use crate::tlog::tree::Frontier;

/// What was drawn.
#[derive(Debug, Clone)]
pub struct Sample {
    /// How many records there were to draw from.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
    /// The head that was signed over them.
    pub checkpoint: String,
    /// The word, as it is hashed.
    pub word: String,
    /// The records, in their order.
    pub records: Vec<Record>,
}

impl Vault {
    /// Draws `count` records by `word` from the first `size`, over which a head was signed; from those
    /// under the last signed head where no size is given.
    ///
    /// # Errors
    /// [`LogRefused::NoSampleWord`] and [`LogRefused::NoSuchHead`]; [`Error::Store`].
    pub fn sample(&mut self, count: u64, word: &str, size: Option<u64>) -> Result<Sample, Error> {
        let word = SampleWord::parse(word).ok_or(LogRefused::NoSampleWord)?;
        self.refresh()?;
        let signed = self.store.last_checkpoint()?.map_or(0, |(size, _)| size);
        let size = size.unwrap_or(signed);
        let checkpoint = self.store.checkpoint(size)?;
        let checkpoint = checkpoint.ok_or(LogRefused::NoSuchHead)?;
        let root = self.root_of(size)?;
        let drawn = sample(&root, size, &word, count);
        let mut records = Vec::with_capacity(drawn.len());
        let mut place = 0;
        self.store.lines(0, |line| {
            if drawn.contains(&RecordSeq::new(place)) {
                let parsed = Record::from_line(line);
                records.push(parsed.map_err(|_| StoreError::Damaged)?.0);
            }
            place += 1;
            Ok::<_, StoreError>(())
        })?;
        Ok(Sample {
            size,
            root,
            checkpoint,
            word: word.as_str().to_owned(),
            records,
        })
    }

    /// The root over the first `size` lines, recomputed from them.
    fn root_of(&self, size: u64) -> Result<Digest, Error> {
        let mut tree = Frontier::new();
        self.store.lines(0, |line| {
            if tree.size() < size {
                tree.push(leaf_of(line));
            }
            Ok::<_, StoreError>(())
        })?;
        Ok(tree.root())
    }
}
