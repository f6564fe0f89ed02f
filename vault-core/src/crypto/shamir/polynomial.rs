//! Sharing on one level: polynomials over GF(256), one for each byte of the secret.
//!
//! The secret lies at x = 255 and a digest of it at x = 254; shares lie at x = 0 to 15, so that no
//! share can pose as the secret itself.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::gf256;
use super::scheme::Quorum;
use crate::crypto::random::{self, Entropy, NoEntropy};
use crate::secret::{SecretBytes, Wiped};

/// Where the secret lies.
const SECRET: u8 = 255;

/// Where the digest share lies.
const DIGEST_SHARE: u8 = 254;

/// The length of the digest in bytes; the rest of the digest share is random.
const DIGEST: usize = 4;

/// What the polynomials give at `x`.
#[derive(Clone, Copy)]
pub(super) struct Point<'a> {
    /// Where; not secret.
    pub(super) x: u8,
    /// One byte for each byte of the secret.
    pub(super) y: &'a SecretBytes,
}

/// The digest that the shares agree on is not that of the secret they give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InvalidDigest;

/// Shares of `secret` at x = 0, 1, 2 and so on. With a threshold of one each is the secret.
///
/// Fewer shares than the threshold say nothing about the secret: those that are drawn, and the
/// random part of the digest share, are uniform over all 256 values of a byte.
///
/// # Errors
/// [`NoEntropy`].
pub(super) fn share_out(
    secret: &SecretBytes,
    quorum: Quorum,
    entropy: &mut dyn Entropy,
) -> Result<Vec<SecretBytes>, NoEntropy> {
    let count = quorum.count().get();
    let Some(drawn) = quorum.threshold().get().checked_sub(2) else {
        return Ok((0..count)
            .map(|_| SecretBytes::copy_from(secret.expose()))
            .collect());
    };
    let mut shares = (0..drawn)
        .map(|_| random::secret(entropy, secret.len()))
        .collect::<Result<Vec<_>, _>>()?;
    let digest_share = digest_share(secret, entropy)?;
    let mut known: Vec<_> = (0..).zip(&shares).map(|(x, y)| Point { x, y }).collect();
    known.push(Point {
        x: DIGEST_SHARE,
        y: &digest_share,
    });
    known.push(Point {
        x: SECRET,
        y: secret,
    });
    let computed: Vec<_> = (drawn..count).map(|x| interpolate(&known, x)).collect();
    shares.extend(computed);
    Ok(shares)
}

/// The secret that `points` give: as many as the threshold, each at its own x, all of one length.
///
/// # Errors
/// [`InvalidDigest`]: a share is damaged, forged or of another secret. With one point there is no
/// digest to check.
pub(super) fn recover(points: &[Point<'_>]) -> Result<SecretBytes, InvalidDigest> {
    let secret = interpolate(points, SECRET);
    if points.len() > 1 {
        let digest_share = interpolate(points, DIGEST_SHARE);
        let (given, random) = digest_share.expose().split_at(DIGEST);
        let ours = digest(random, &secret);
        if !bool::from(ours.ct_eq(given)) {
            return Err(InvalidDigest);
        }
    }
    Ok(secret)
}

/// The digest of the secret, keyed with random bytes, and after it those bytes.
fn digest_share(secret: &SecretBytes, entropy: &mut dyn Entropy) -> Result<SecretBytes, NoEntropy> {
    let mut share = random::secret(entropy, secret.len())?;
    let (digest_part, random) = share.expose_mut().split_at_mut(DIGEST);
    digest_part.copy_from_slice(&digest(random, secret)[..]);
    Ok(share)
}

/// The first four bytes of `HMAC-SHA-256(key, secret)`.
fn digest(key: &[u8], secret: &SecretBytes) -> Wiped<[u8; DIGEST]> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("any key length will do");
    mac.update(secret.expose());
    let full = Wiped::new(<[u8; 32]>::from(mac.finalize().into_bytes()));
    let mut digest = Wiped::new([0; DIGEST]);
    digest.copy_from_slice(&full[..DIGEST]);
    digest
}

/// What the polynomials of least degree through `points` give at `x` (Lagrange).
fn interpolate(points: &[Point<'_>], x: u8) -> SecretBytes {
    let mut result = SecretBytes::zeroed(points[0].y.len());
    for point in points {
        let weight = weight(points, point.x, x);
        for (sum, &y) in result.expose_mut().iter_mut().zip(point.y.expose()) {
            *sum ^= gf256::mul(weight, y);
        }
    }
    result
}

/// The product of `(x - other) / (own - other)` over the other points; public, as every x is.
fn weight(points: &[Point<'_>], own: u8, x: u8) -> u8 {
    points
        .iter()
        .filter(|other| other.x != own)
        .fold(1, |product, other| {
            let factor = gf256::mul(x ^ other.x, gf256::inverse(own ^ other.x));
            gf256::mul(product, factor)
        })
}

#[cfg(test)]
mod tests {
    use super::{InvalidDigest, Point, recover, share_out};
    use crate::crypto::random::{Entropy, NoEntropy, OsEntropy};
    use crate::crypto::shamir::scheme::Quorum;
    use crate::crypto::shamir::seeded::Seeded;
    use crate::secret::SecretBytes;

    fn quorum(threshold: u8, count: u8) -> Quorum {
        Quorum::new(threshold, count).expect("a valid quorum")
    }

    fn points(shares: &[SecretBytes]) -> Vec<Point<'_>> {
        (0..).zip(shares).map(|(x, y)| Point { x, y }).collect()
    }

    #[test]
    fn every_threshold_up_to_sixteen_gives_the_secret_back() {
        let secret = SecretBytes::new((0..32).collect());
        for threshold in 1..=16 {
            let shares = share_out(&secret, quorum(threshold, 16), &mut Seeded::new(1))
                .expect("seeded entropy never fails");
            let last = &points(&shares)[16 - usize::from(threshold)..];
            let recovered = recover(last).expect("an honest digest");
            assert!(recovered.same_as(&secret), "threshold {threshold}");
        }
    }

    #[test]
    fn a_single_changed_bit_in_any_share_fails_the_digest() {
        let secret = SecretBytes::new(vec![7; 16]);
        for bit in 0..16 * 8 {
            let mut shares = share_out(&secret, quorum(3, 3), &mut Seeded::new(2))
                .expect("seeded entropy never fails");
            shares[bit % 3].expose_mut()[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(recover(&points(&shares)).err(), Some(InvalidDigest));
        }
    }

    /// How many secrets are shared out for one statistic; each has 16 bytes.
    const DRAWS: u32 = 32_768;

    /// Pearson's statistic over 256 values that should be equally frequent. An honest source exceeds
    /// it once in 10¹² times: it is the quantile of chi-square with 255 degrees of freedom.
    const BOUND: f64 = 448.0;

    /// Chi-square of each share's bytes, and how many of them are the secret's own.
    fn statistics(quorum: Quorum, secret: u8, entropy: &mut dyn Entropy) -> Vec<(f64, u32)> {
        let bytes = SecretBytes::new(vec![secret; 16]);
        let mut counts = vec![[0_u32; 256]; usize::from(quorum.count().get())];
        for _ in 0..DRAWS {
            let shares = share_out(&bytes, quorum, entropy).expect("there is randomness");
            for (counts, share) in counts.iter_mut().zip(&shares) {
                for &byte in share.expose() {
                    counts[usize::from(byte)] += 1;
                }
            }
        }
        let expected = f64::from(DRAWS) * 16.0 / 256.0;
        let part = |&count: &u32| (f64::from(count) - expected).powi(2) / expected;
        let statistic = |counts: &[u32; 256]| counts.iter().map(part).sum();
        counts
            .iter()
            .map(|counts| (statistic(counts), counts[usize::from(secret)]))
            .collect()
    }

    /// A coefficient that is never zero lets a single share rule out secrets: the byte that it has
    /// is then not the secret's. The randomness is the product's own.
    #[test]
    fn the_bytes_of_a_share_are_uniform_and_the_secrets_own_once_in_256() {
        let cases = [((2, 3), 0), ((2, 3), 0xa5), ((3, 3), 0)];
        for ((threshold, count), secret) in cases {
            let quorum = quorum(threshold, count);
            for (chi_square, same) in statistics(quorum, secret, &mut OsEntropy) {
                assert!(chi_square < BOUND, "{chi_square}");
                // 2,048 are expected, with a standard deviation of 45: nine of these.
                assert!(same.abs_diff(DRAWS * 16 / 256) < 407, "{same}");
            }
        }
    }

    /// The control: the same statistic, under the fault that a widely used library once had.
    #[test]
    fn coefficients_that_are_never_zero_would_be_found_at_once() {
        struct NeverZero;
        impl Entropy for NeverZero {
            fn fill(&mut self, buffer: &mut [u8]) -> Result<(), NoEntropy> {
                OsEntropy.fill(buffer)?;
                for byte in buffer.iter_mut().filter(|byte| **byte == 0) {
                    while *byte == 0 {
                        OsEntropy.fill(std::slice::from_mut(byte))?;
                    }
                }
                Ok(())
            }
        }
        for (chi_square, same) in statistics(quorum(2, 3), 0, &mut NeverZero) {
            assert!(chi_square > 2.0 * BOUND, "{chi_square}");
            // All that is left are those of the four bytes of digest.
            assert!(same < DRAWS * 16 / 256 / 3, "{same}");
        }
    }

    #[test]
    fn a_share_takes_every_value_whatever_the_secret() {
        let mut entropy = Seeded::new(4);
        for value in [0, 1, 255] {
            let secret = SecretBytes::new(vec![value; 16]);
            let mut seen = [[false; 256]; 3];
            for _ in 0..512 {
                let shares = share_out(&secret, quorum(3, 3), &mut entropy)
                    .expect("seeded entropy never fails");
                for (seen, share) in seen.iter_mut().zip(&shares) {
                    for &byte in share.expose() {
                        seen[usize::from(byte)] = true;
                    }
                }
            }
            assert!(seen.as_flattened().iter().all(|&seen| seen));
        }
    }
}
