//! Whose heads a witness takes for a log's. People come and go, so keys are added.

use std::collections::BTreeMap;

use super::{KeptHead, Witness, WitnessError, folder};
use crate::crypto::signature::VerifyKey;
use crate::tlog::note::{Name, Verifier};

/// The most keys that are trusted for one log.
const MOST_KEYS: usize = 4096;

/// What becomes of the keys that were trusted before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// They stay.
    Add,
    /// Those that are not given again are not trusted any more.
    Replace,
}

/// What is trusted of one log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted {
    /// The log.
    pub origin: Name,
    /// How many keys may sign its heads.
    pub keys: usize,
    /// How many of them were not trusted before.
    pub new: usize,
}

/// A log whose heads are cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownLog {
    /// The log.
    pub origin: Name,
    /// How many keys may sign its heads.
    pub keys: usize,
    /// The head that was cosigned last.
    pub head: Option<KeptHead>,
}

impl Witness {
    /// Trusts the keys in `file`, one a line in C2SP's text form, each for the log that it names.
    ///
    /// # Errors
    /// [`WitnessError`]; nothing was changed where a line is no key.
    pub fn trust(&self, file: &[u8], how: Trust) -> Result<Vec<Trusted>, WitnessError> {
        let mut given = BTreeMap::<Name, Vec<Verifier>>::new();
        for key in parse(file)? {
            let keys = given.entry(key.name.clone()).or_default();
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        if given.is_empty() {
            return Err(WitnessError::NoKeys);
        }
        let _lock = self.folder.locked()?;
        let mut planned = Vec::with_capacity(given.len());
        for (origin, keys) in given {
            planned.push(self.plan(origin, keys, how)?);
        }
        let mut trusted = Vec::with_capacity(planned.len());
        for (told, keys) in planned {
            let lines = keys.iter().map(|key| key.to_string() + "\n");
            let lines: String = lines.collect();
            let path = self.folder.log(&told.origin).join("keys");
            self.folder.replace(&path, lines.as_bytes())?;
            trusted.push(told);
        }
        Ok(trusted)
    }

    /// The keys of one log as they are to be.
    fn plan(
        &self,
        origin: Name,
        given: Vec<Verifier>,
        how: Trust,
    ) -> Result<(Trusted, Vec<Verifier>), WitnessError> {
        let before = self.keys_of(&origin)?;
        let new: Vec<Verifier> = given
            .iter()
            .filter(|key| !before.contains(key))
            .cloned()
            .collect();
        let count = new.len();
        let keys = match how {
            Trust::Add => before.into_iter().chain(new).collect(),
            Trust::Replace => given,
        };
        if keys.len() > MOST_KEYS {
            return Err(WitnessError::TooManyKeys);
        }
        let told = Trusted {
            origin,
            keys: keys.len(),
            new: count,
        };
        Ok((told, keys))
    }

    /// Every log whose heads are cosigned, by origin.
    ///
    /// # Errors
    /// [`WitnessError`].
    pub fn logs(&self) -> Result<Vec<KnownLog>, WitnessError> {
        let mut logs = Vec::new();
        for folder in self.folder.every_log()? {
            let path = folder.join("keys");
            let (head, text) = (self.head_in(&folder)?, folder::read(&path)?);
            if (&head, &text) == (&None, &None) {
                // Somebody is just putting the first keys there.
                continue;
            }
            let keys = text.and_then(|text| parse(&text).ok()).unwrap_or_default();
            let origin = keys.first().map(|key| key.name.clone());
            logs.push(KnownLog {
                origin: origin.ok_or(WitnessError::Damaged(path))?,
                keys: keys.len(),
                head,
            });
        }
        logs.sort_by(|one, other| one.origin.cmp(&other.origin));
        Ok(logs)
    }

    /// The keys that may sign a log's heads; none where the log is not known.
    fn keys_of(&self, origin: &Name) -> Result<Vec<Verifier>, WitnessError> {
        let path = self.folder.log(origin).join("keys");
        match folder::read(&path)? {
            None => Ok(Vec::new()),
            Some(text) => parse(&text)
                .ok()
                .filter(|keys| keys.iter().all(|key| key.name == *origin))
                .ok_or(WitnessError::Damaged(path)),
        }
    }

    /// The same keys without the name.
    pub(super) fn trusted_keys(&self, origin: &Name) -> Result<Vec<VerifyKey>, WitnessError> {
        Ok(self
            .keys_of(origin)?
            .into_iter()
            .map(|key| key.key)
            .collect())
    }
}

/// One key a line; empty lines are passed over.
fn parse(file: &[u8]) -> Result<Vec<Verifier>, WitnessError> {
    let text = str::from_utf8(file).map_err(|_| WitnessError::NotAKey(1))?;
    let mut keys = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        if keys.len() == MOST_KEYS {
            return Err(WitnessError::TooManyKeys);
        }
        let key = line.trim().parse();
        keys.push(key.map_err(|_| WitnessError::NotAKey(number))?);
    }
    Ok(keys)
}
