//! C2SP `tlog-witness`, the bodies with which a witness answers: its signature lines, or the size of
//! the head that it cosigned last. A head with its cosignatures is read as well.

use super::checkpoint::parse_size;
use super::cosignature::Cosignature;
use super::note::{MAX_LENGTH, MAX_SIGNATURES, Note, SignatureLine};

/// What a witness answered. Nothing in it is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It cosigned: the lines that have the form of a cosignature.
    Cosignatures(Vec<Cosignature>),
    /// It did not, and tells how many leaves the head has that it cosigned last.
    Size(u64),
    /// A head with its signature lines.
    Head(Note),
}

/// Bytes that are no answer of a witness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidAnswer;

impl Answer {
    /// Reads an answer.
    ///
    /// # Errors
    /// [`InvalidAnswer`], also for more than a note may have.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidAnswer> {
        if bytes.len() > MAX_LENGTH {
            return Err(InvalidAnswer);
        }
        let text = str::from_utf8(bytes).map_err(|_| InvalidAnswer)?;
        let body = text.strip_suffix('\n').ok_or(InvalidAnswer)?;
        if let Some(size) = parse_size(body) {
            return Ok(Self::Size(size));
        }
        if let Ok(note) = Note::parse(bytes) {
            return Ok(Self::Head(note));
        }
        let mut cosignatures = Vec::new();
        for (number, line) in body.split('\n').enumerate() {
            let line = SignatureLine::parse(line).filter(|_| number < MAX_SIGNATURES);
            cosignatures.extend(Cosignature::of(line.ok_or(InvalidAnswer)?));
        }
        Ok(Self::Cosignatures(cosignatures))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example in C2SP's tlog-witness, and a line of another kind.
    const LINES: &str = "— witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1H\
        DnucjL39QsZTSvVjyQLrdk3DXDqI5G2HgLatVs0pWh6Up69HVOw==\n";
    const OTHER: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1F\
        FYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    fn parse(text: &str) -> Result<Answer, InvalidAnswer> {
        Answer::parse(text.as_bytes())
    }

    #[test]
    fn lines_a_size_and_a_head_are_told_apart() {
        let line = || LINES.trim_end().parse::<Cosignature>();
        // The published bytes are random, so that their time is beyond the calendar.
        assert!(line().is_err());
        assert_eq!(parse(LINES), Ok(Answer::Cosignatures(Vec::new())));
        assert_eq!(parse(OTHER), Ok(Answer::Cosignatures(Vec::new())));
        assert_eq!(parse("1204\n"), Ok(Answer::Size(1204)));
        let note = format!("a text\n\n{OTHER}{LINES}");
        assert!(matches!(parse(&note), Ok(Answer::Head(_))));
    }

    #[test]
    fn what_is_none_of_these_is_no_answer() {
        let many = OTHER.repeat(17);
        for text in [
            "",
            "\n",
            "1204",
            "01204\n",
            "-1\n",
            "12 04\n",
            "1204\n\n",
            "a text\n",
            &many,
            LINES.trim_end(),
        ] {
            assert_eq!(parse(text), Err(InvalidAnswer), "{text:?}");
        }
        assert_eq!(Answer::parse(&[0xff, b'\n']), Err(InvalidAnswer));
        let long = vec![b'1'; MAX_LENGTH + 1];
        assert_eq!(Answer::parse(&long), Err(InvalidAnswer));
    }
}
