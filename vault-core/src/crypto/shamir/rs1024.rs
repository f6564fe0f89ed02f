//! RS1024, the checksum of a mnemonic: a Reed–Solomon code over GF(1024), three words long.
//!
//! It finds every error in up to three words, and any greater one but for once in a thousand
//! million. The words are its input as ten-bit values; so are the bytes of the customisation
//! string, which depends on the *extendable* flag within the second word.

/// The length of the checksum in words.
pub(super) const WORDS: usize = 3;

const GENERATOR: [u32; 10] = [
    0x00e0_e040,
    0x01c1_c080,
    0x0383_8100,
    0x0707_0200,
    0x0e0e_0009,
    0x1c0c_2412,
    0x3808_6c24,
    0x3090_fc48,
    0x21b1_f890,
    0x03f3_f120,
];

/// The checksum after the words of a mnemonic, without the three of the checksum.
pub(super) fn checksum(words: &[u16], extendable: bool) -> [u16; WORDS] {
    let residue = syndrome(words.iter().chain(&[0; WORDS]), extendable);
    [20, 10, 0].map(|shift| (residue >> shift & 0x3ff) as u16)
}

/// Zero where `words`, checksum included, are a codeword; else what the errors amount to.
pub(super) fn syndrome<'a>(words: impl IntoIterator<Item = &'a u16>, extendable: bool) -> u32 {
    let customisation: &[u8] = if extendable {
        b"shamir_extendable"
    } else {
        b"shamir"
    };
    let begun = customisation
        .iter()
        .fold(1, |residue, &byte| step(residue, u16::from(byte)));
    words
        .into_iter()
        .fold(begun, |residue, &word| step(residue, word))
        ^ 1
}

/// The residue after one more word. Linear in both: errors add up by exclusive or, and one that
/// is followed by further words becomes its step with zeros.
pub(super) fn step(residue: u32, word: u16) -> u32 {
    let top = residue >> 20;
    let shifted = (residue & 0xf_ffff) << 10 ^ u32::from(word);
    (0..).zip(GENERATOR).fold(shifted, |sum, (bit, generator)| {
        sum ^ generator & (top >> bit & 1).wrapping_neg()
    })
}

/// The residue before a step with the word zero that gave this one.
///
/// The lowest word that a step leaves is the top one times x⁶ in GF(1024), x¹⁰ being x³ + 1. Three
/// bits at a time, from the lowest, that gives the top one back.
pub(super) fn step_back(residue: u32) -> u32 {
    let three = |bits: u32| residue >> bits & 7;
    let from_four = three(0);
    let from_seven = three(3) ^ from_four;
    let top = from_seven << 7 | from_four << 4 | (residue >> 9 & 1) << 3 | three(6) ^ from_seven;
    (residue ^ step(top << 20, 0)) >> 10 | top << 20
}

#[cfg(test)]
mod tests {
    use super::{step, step_back};

    #[test]
    fn a_step_back_undoes_a_step() {
        for bit in 0..30 {
            let residue = 1 << bit;
            assert_eq!(step_back(step(residue, 0)), residue);
        }
        let mut residue = 0x2aaa_5555;
        for _ in 0..1000 {
            residue = step(residue, 0x155);
            assert_eq!(step_back(step(residue, 0)), residue);
        }
    }
}
