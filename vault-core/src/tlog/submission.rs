//! C2SP `tlog-witness`, the body of an `add-checkpoint` request: a signed head, and the proof that it
//! continues the one that the witness cosigned last.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::checkpoint::{parse_hash, parse_size};
use super::note::{self, Note, NoteError};
use crate::crypto::digest::Digest;

/// The most hashes that a submission may have: enough for any tree that there can be.
pub const MAX_HASHES: usize = 63;

/// The most bytes that a submission may have: its lines, of at most 45 bytes each, and the note.
pub const MAX_LENGTH: usize = note::MAX_LENGTH + (MAX_HASHES + 2) * 45;

/// A head that is to be cosigned. Nothing in it is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// How many leaves the last head had that the witness cosigned; 0 where it cosigned none.
    pub old_size: u64,
    /// The proof of consistency from that size on.
    pub proof: Vec<Digest>,
    /// The signed head.
    pub note: Note,
}

/// Why bytes are not a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubmissionError {
    /// More than [`MAX_LENGTH`] bytes.
    TooLong,
    /// The first line is not `old` and a number in its only spelling.
    OldSize,
    /// A line of the proof, counted from 1, is not the base64 of 32 bytes.
    Hash(usize),
    /// More than [`MAX_HASHES`] hashes.
    TooManyHashes,
    /// What follows the proof is no signed note.
    Note(NoteError),
}

impl Submission {
    /// Reads a submission: what [`Display`](fmt::Display) writes, and nothing else.
    ///
    /// # Errors
    /// [`SubmissionError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, SubmissionError> {
        if bytes.len() > MAX_LENGTH {
            return Err(SubmissionError::TooLong);
        }
        let (first, mut rest) = line(bytes).ok_or(SubmissionError::OldSize)?;
        let old_size = first.strip_prefix("old ").and_then(parse_size);
        let old_size = old_size.ok_or(SubmissionError::OldSize)?;
        let mut proof = Vec::new();
        loop {
            let number = proof.len() + 1;
            let (text, after) = line(rest).ok_or(SubmissionError::Hash(number))?;
            rest = after;
            if text.is_empty() {
                break;
            }
            if number > MAX_HASHES {
                return Err(SubmissionError::TooManyHashes);
            }
            proof.push(parse_hash(text).ok_or(SubmissionError::Hash(number))?);
        }
        Ok(Self {
            old_size,
            proof,
            note: Note::parse(rest).map_err(SubmissionError::Note)?,
        })
    }
}

/// The first line of `bytes`, without its newline, and what follows it.
fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let line = str::from_utf8(&bytes[..end]).ok()?;
    Some((line, &bytes[end + 1..]))
}

impl fmt::Display for Submission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old_size)?;
        for hash in &self.proof {
            writeln!(f, "{}", BASE64_STANDARD.encode(hash.as_bytes()))?;
        }
        write!(f, "\n{}", self.note)
    }
}

impl fmt::Display for SubmissionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(f, "it has more than {MAX_LENGTH} bytes"),
            Self::OldSize => f.write_str("it does not begin with old and a number"),
            Self::Hash(number) => write!(f, "line {number} of its proof cannot be read"),
            Self::TooManyHashes => write!(f, "its proof has more than {MAX_HASHES} lines"),
            Self::Note(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SubmissionError {}

#[cfg(test)]
mod tests {
    use super::*;

    // The example in C2SP's tlog-witness.
    const PUBLISHED: &str = "old 20852014\n\
        PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n\
        jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n\
        5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n\
        /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\
        \n\
        example.com/behind-the-sofa\n\
        20852163\n\
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\
        \n\
        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhc\
        yv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
        — example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/\
        V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n";

    #[test]
    fn the_published_request_reads_and_writes_byte_for_byte() {
        let read = Submission::parse(PUBLISHED.as_bytes()).expect("the published example");
        assert_eq!((read.old_size, read.proof.len()), (20_852_014, 4));
        assert!(read.note.text().starts_with("example.com/behind"));
        assert_eq!(read.to_string(), PUBLISHED);
    }

    #[test]
    fn what_is_not_a_request_is_refused_by_its_fault() {
        let (head, note) = PUBLISHED.split_once("\n\n").expect("an empty line");
        let hash = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n";
        let first = |line: &str| format!("{line}\n\n{note}");
        let with = |hashes: &str| format!("old 1\n{hashes}\n{note}");
        let cases = [
            (String::new(), SubmissionError::OldSize),
            ("old 1".to_owned(), SubmissionError::OldSize),
            (first("old"), SubmissionError::OldSize),
            (first("old "), SubmissionError::OldSize),
            (first("old 01"), SubmissionError::OldSize),
            (first("old -1"), SubmissionError::OldSize),
            (first("old  1"), SubmissionError::OldSize),
            (first("old 1\r"), SubmissionError::OldSize),
            (first("OLD 1"), SubmissionError::OldSize),
            (first("old 18446744073709551616"), SubmissionError::OldSize),
            ("old 1\n".to_owned(), SubmissionError::Hash(1)),
            (head.to_owned(), SubmissionError::Hash(4)),
            (with("AAAA\n"), SubmissionError::Hash(1)),
            (
                with(&hash.replace("kaw=", "kax=")),
                SubmissionError::Hash(1),
            ),
            (with(&format!("{hash}~\n")), SubmissionError::Hash(2)),
            (with(&hash.repeat(64)), SubmissionError::TooManyHashes),
            (
                format!("{head}\n\n"),
                SubmissionError::Note(NoteError::NoSignatures),
            ),
            ("a".repeat(MAX_LENGTH + 1), SubmissionError::TooLong),
        ];
        for (text, error) in cases {
            let read = Submission::parse(text.as_bytes());
            assert_eq!(read, Err(error), "{text:.60}");
        }
        for fine in [with(&hash.repeat(63)), first("old 0")] {
            let read = Submission::parse(fine.as_bytes());
            assert_eq!(read.map(|it| it.to_string()), Ok(fine));
        }
    }

    #[test]
    fn a_request_cut_anywhere_is_none() {
        for end in 0..PUBLISHED.len() {
            let cut = Submission::parse(&PUBLISHED.as_bytes()[..end]);
            let lost_a_line = PUBLISHED.as_bytes()[..end].ends_with(b"=\n");
            assert!(cut.is_err() || lost_a_line, "cut at {end}");
        }
    }
}
