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
