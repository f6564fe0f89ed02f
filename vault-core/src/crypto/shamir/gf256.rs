//! The field of 256 elements, x⁸ + x⁴ + x³ + x + 1 (0x11b), in time that depends on no operand.
//!
//! Addition and subtraction are exclusive or.

/// The product of `a` and `b`: eight masked additions, each followed by a masked reduction.
pub(super) const fn mul(a: u8, b: u8) -> u8 {
    let mut product = 0;
    let mut multiple = a;
    let mut bit = 0;
    while bit < 8 {
        product ^= multiple & mask(b >> bit);
        multiple = (multiple << 1) ^ (0x1b & mask(multiple >> 7));
        bit += 1;
    }
    product
}

/// The element by which `a` gives 1; 0 for 0. It is `a` to the power of 254, since every element
/// but 0 gives 1 to the power of 255.
pub(super) const fn inverse(a: u8) -> u8 {
    let mut power = a;
    let mut product = 1;
    let mut bit = 1;
    while bit < 8 {
        power = mul(power, power);
        product = mul(product, power);
        bit += 1;
    }
    product
}

/// All ones where the lowest bit is set, else all zeros.
const fn mask(bit: u8) -> u8 {
    (bit & 1).wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::{inverse, mul};

    /// Multiplication from the definition: polynomials multiplied, then divided with remainder.
    fn long_division(a: u8, b: u8) -> u8 {
        let mut remainder = (0..8)
            .filter(|bit| b >> bit & 1 == 1)
            .fold(0_u16, |sum, bit| sum ^ u16::from(a) << bit);
        for bit in (8..16).rev() {
            if remainder >> bit & 1 == 1 {
                remainder ^= 0x11b << (bit - 8);
            }
        }
        u8::try_from(remainder).expect("the remainder has degree 7 at most")
    }

    #[test]
    fn products_are_those_of_the_definition() {
        for a in 0..=255 {
            for b in 0..=255 {
                assert_eq!(mul(a, b), long_division(a, b), "{a} times {b}");
            }
        }
    }

    #[test]
    fn multiplication_commutes_and_one_changes_nothing() {
        for a in 0..=255 {
            assert_eq!(mul(a, 1), a);
            assert_eq!(mul(a, 0), 0);
            for b in 0..=255 {
                assert_eq!(mul(a, b), mul(b, a));
            }
        }
    }

    #[test]
    fn multiplication_associates_and_distributes_for_every_triple() {
        let table: Vec<u8> = (0..=u16::MAX)
            .map(u16::to_be_bytes)
            .map(|[a, b]| mul(a, b))
            .collect();
        let times = |a: u8, b: u8| table[usize::from(u16::from_be_bytes([a, b]))];
        for a in 0..=255 {
            for b in 0..=255 {
                let ab = times(a, b);
                for c in 0..=255 {
                    assert_eq!(times(ab, c), times(a, times(b, c)));
                    assert_eq!(times(a, b ^ c), ab ^ times(a, c));
                }
            }
        }
    }

    #[test]
    fn every_element_but_zero_has_an_inverse() {
        assert_eq!(inverse(0), 0);
        for a in 1..=255 {
            assert_eq!(mul(a, inverse(a)), 1);
        }
    }
}
