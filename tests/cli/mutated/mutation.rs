//! Ways in which a file becomes another: by accident, on a bad stick, in an editor, by malice.

/// Numbers that a reader of lengths and counts would rather not meet, as text.
const NUMBERS: [&str; 8] = [
    "-1",
    "0",
    "1e999",
    "0.5",
    "4294967296",
    "9223372036854775807",
    "18446744073709551616",
    "99999999999999999999999999999999999999",
];

/// How long a piece may become that is repeated: more than any small file may hold.
const REPEATED: usize = 3_000_000;

/// A sequence that looks like chance and is the same in every run.
///
/// Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is 0 where that is.
    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).expect("a length");
        usize::try_from(self.next() % end).expect("below a length")
    }

    /// A number below `end`; small ones are as likely as large ones.
    fn scaled(&mut self, end: usize) -> usize {
        let scale = self.below(16);
        self.below(end >> scale)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// A piece of `bytes`, of a quarter of them at most.
    fn piece(&mut self, bytes: &[u8]) -> std::ops::Range<usize> {
        let start = self.below(bytes.len());
        let longest = (bytes.len() / 4).max(1).min(bytes.len() - start);
        let length = 1 + self.scaled(longest);
        start..(start + length).min(bytes.len())
    }
}

/// What `bytes` become by the mutation of this number; the same at every call.
pub(super) fn mutated(bytes: &[u8], number: u64) -> Vec<u8> {
    let mut chance = Chance(number);
    let mut bytes = bytes.to_vec();
    if bytes.is_empty() {
        bytes.push(chance.byte());
    }
    let piece = chance.piece(&bytes);
    match chance.below(12) {
        0 => {
            let at = chance.below(bytes.len());
            bytes[at] ^= 1 << chance.below(8);
        }
        1 => {
            for _ in 0..=chance.below(16) {
                let at = chance.below(bytes.len());
                bytes[at] = chance.byte();
            }
        }
        2 => bytes[piece].fill([0, 0xff, b'0', b' '][chance.below(4)]),
        3 => bytes.truncate(piece.start),
        4 => bytes.extend((0..=chance.below(5_000)).map(|_| chance.byte())),
        5 => drop(bytes.drain(piece)),
        6 => bytes.extend_from_within(piece),
        7 => {
            let (from, to) = (chance.piece(&bytes), chance.below(bytes.len()));
            let moved: Vec<u8> = bytes.drain(from).collect();
            let to = to.min(bytes.len());
            bytes.splice(to..to, moved);
        }
        8 => {
            // A number in a form that fills two, four or eight bytes.
            let width = 2 << chance.below(3);
            let end = (piece.start + width).min(bytes.len());
            let high = [0x00, 0x7f, 0x80, 0xff][chance.below(4)];
            bytes[piece.start..end].fill(0xff);
            bytes[piece.start] = high;
        }
        9 => {
            let digits = number_from(&bytes, piece.start);
            bytes.splice(digits, NUMBERS[chance.below(NUMBERS.len())].bytes());
        }
        10 => {
            let times = 1 + chance.scaled(REPEATED / piece.len());
            let repeated = bytes[piece.clone()].repeat(times);
            bytes.splice(piece, repeated);
        }
        _ => {
            let depth = 1 + chance.scaled(400_000);
            let nested = [b"[", b"{", b"\"", b"\n"][chance.below(4)].repeat(depth);
            bytes.splice(piece.start..piece.start, nested);
        }
    }
    bytes
}

/// The next digits from `start` on; nothing, at the end, where there are none.
fn number_from(bytes: &[u8], start: usize) -> std::ops::Range<usize> {
    let rest = &bytes[start..];
    let begins = rest.iter().position(u8::is_ascii_digit);
    let begins = begins.unwrap_or(rest.len());
    let digits = rest[begins..].iter().take_while(|it| it.is_ascii_digit());
    start + begins..start + begins + digits.count()
}
