//! Time-based one-time passwords (RFC 6238 over RFC 4226), from whatever a site shows as the seed.
//!
//! The seed is stored exactly as the site gave it and read here at each use. It is base32 (RFC 4648)
//! as people copy it (lower case, blanks, hyphens, padding or none, 80 bits and shorter), or an
//! `otpauth://totp/` URI. Both are read here, because `totp-rs`, which computes the codes and wipes
//! what it is given, takes neither short seeds nor any but the strictest spelling.

use std::fmt::{self, Write};

use totp_rs::{Algorithm, Builder, Secret, Token};

use crate::secret::{SecretBytes, SecretString, Wiped};
use crate::time::Timestamp;

/// The longest seed that is read, in bytes; a URI with a long label stays far below.
const LONGEST_SEED: usize = 4_096;

/// The longest period that is accepted, in seconds.
const LONGEST_PERIOD: u64 = 86_400;

/// Why a seed makes no codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TotpError {
    /// More than 4,096 bytes.
    TooLong,
    /// Not base32: a character outside A to Z and 2 to 7, or padding that is not at the end.
    NotBase32,
    /// No seed, or less than one byte of it.
    NoSeed,
    /// A URI that cannot be read, or says one thing twice.
    MalformedUri,
    /// A URI for codes that count presses instead of time (`otpauth://hotp/`) or for another scheme.
    NotTimeBased,
    /// An algorithm other than SHA-1, SHA-256 and SHA-512.
    Algorithm,
    /// A number of digits other than 6, 7 and 8.
    Digits,
    /// A period that is not between a second and a day.
    Period,
    /// Codes of another form than digits, such as Steam's.
    Encoder,
}

impl fmt::Display for TotpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the one-time password seed is longer than 4,096 bytes",
            Self::NotBase32 => "the one-time password seed is not base32 (A to Z, 2 to 7)",
            Self::NoSeed => "there is no one-time password seed",
            Self::MalformedUri => "the otpauth address cannot be read",
            Self::NotTimeBased => "the otpauth address is not for time-based codes",
            Self::Algorithm => "the one-time password algorithm is not SHA-1, SHA-256 or SHA-512",
            Self::Digits => "the one-time password does not have 6, 7 or 8 digits",
            Self::Period => "the one-time password period is not between a second and a day",
            Self::Encoder => "the one-time password is not made of digits",
        })
    }
}

impl std::error::Error for TotpError {}

/// A seed with the way its codes are made.
pub struct Totp(totp_rs::Totp);

/// How codes are made from a seed.
#[derive(Clone, Copy)]
struct Scheme {
    algorithm: Algorithm,
    digits: u8,
    /// Seconds, never 0.
    period: u64,
}

impl Scheme {
    /// What is meant where a site says nothing.
    const USUAL: Self = Self {
        algorithm: Algorithm::SHA1,
        digits: 6,
        period: 30,
    };
}

impl Totp {
    /// Reads a seed: base32, which means SHA-1, 6 digits and 30 seconds, or an `otpauth://totp/` URI.
    ///
    /// As authenticator apps do, bits of base32 that do not fill a byte are dropped.
    ///
    /// # Errors
    /// See [`TotpError`]; none of them holds any part of the seed.
    pub fn parse(seed: &SecretBytes) -> Result<Self, TotpError> {
        if seed.len() > LONGEST_SEED {
            return Err(TotpError::TooLong);
        }
        let text = seed.expose().trim_ascii();
        match strip_prefix(text, b"otpauth://") {
            Some(rest) => Self::parse_uri(rest),
            None => Self::new(&decode_base32(text)?, Scheme::USUAL),
        }
    }

    fn new(key: &SecretBytes, scheme: Scheme) -> Result<Self, TotpError> {
        if key.is_empty() {
            return Err(TotpError::NoSeed);
        }
        let builder = Builder::new()
            .with_algorithm(scheme.algorithm)
            .with_digits(scheme.digits)
            .with_step_duration(scheme.period)
            .with_secret(Secret::from(key.expose()));
        // The other way of building refuses seeds of less than 128 bits, which sites do give.
        Ok(Self(builder.build_noncompliant()))
    }

    /// Reads what stands after `otpauth://`. Parameters that do not change a code are left aside.
    fn parse_uri(uri: &[u8]) -> Result<Self, TotpError> {
        let uri = strip_prefix(uri, b"totp/").ok_or(TotpError::NotTimeBased)?;
        let question = uri.iter().position(|&b| b == b'?');
        let query = &uri[question.ok_or(TotpError::NoSeed)? + 1..];
        let query = query.split(|&b| b == b'#').next().unwrap_or_default();

        let mut values: [Option<&[u8]>; 4] = [None; 4];
        for parameter in query.split(|&b| b == b'&') {
            let equals = parameter.iter().position(|&b| b == b'=');
            let (name, value) = parameter.split_at(equals.unwrap_or(parameter.len()));
            // Steam's codes are letters; taken for digits they would be wrong, and look right.
            if name.eq_ignore_ascii_case(b"encoder") {
                return Err(TotpError::Encoder);
            }
            let names: [&[u8]; 4] = [b"secret", b"algorithm", b"digits", b"period"];
            let known = names
                .iter()
                .position(|known| known.eq_ignore_ascii_case(name));
            let Some(place) = known else { continue };
            let value = value.strip_prefix(b"=").ok_or(TotpError::MalformedUri)?;
            if values[place].replace(value).is_some() {
                return Err(TotpError::MalformedUri);
            }
        }
        let [secret, algorithm, digits, period] = values;
        let mut scheme = Scheme::USUAL;
        if let Some(name) = algorithm {
            scheme.algorithm = parse_algorithm(name).ok_or(TotpError::Algorithm)?;
        }
        if let Some(digits) = digits {
            scheme.digits = parse_number(digits, 6, 8).ok_or(TotpError::Digits)?;
        }
        if let Some(period) = period {
            scheme.period = parse_number(period, 1, LONGEST_PERIOD).ok_or(TotpError::Period)?;
        }
        Self::new(
            &decode_uri_secret(secret.ok_or(TotpError::NoSeed)?)?,
            scheme,
        )
    }

    /// The code that is valid at `now`, with its leading zeros.
    pub fn code(&self, now: Timestamp) -> SecretString {
        let token = self.0.generate(now.unix().unsigned_abs());
        text_of(&token, self.0.digits())
    }

    /// Seconds until the code of `now` is replaced: from the period down to 1.
    pub fn seconds_left(&self, now: Timestamp) -> u64 {
        self.0.step() - now.unix().unsigned_abs() % self.0.step()
    }
}

fn text_of(token: &Token, digits: u8) -> SecretString {
    let mut text = Wiped::new(String::with_capacity(digits.into()));
    write!(text, "{token}").expect("6 to 8 digits can be written to a string");
    SecretString::new(std::mem::take(&mut *text))
}

/// Decodes base32. Blanks and hyphens may stand anywhere, padding at the end.
fn decode_base32(text: &[u8]) -> Result<SecretBytes, TotpError> {
    let separator = |b: u8| b.is_ascii_whitespace() || b == b'-';
    let mut key = SecretBytes::new(Vec::with_capacity(text.len() * 5 / 8));
    let (mut bits, mut held, mut padded) = (0_u16, 0_u32, false);
    for &byte in text.iter().filter(|&&b| !separator(b)) {
        let digit = match byte {
            b'=' => {
                padded = true;
                continue;
            }
            _ if padded => return Err(TotpError::NotBase32),
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return Err(TotpError::NotBase32),
        };
        // At most 7 bits are held over, so that 12 bits suffice.
        bits = (bits << 5 | u16::from(digit)) & 0xfff;
        held += 5;
        if held >= 8 {
            held -= 8;
            let [_, byte] = (bits >> held).to_be_bytes();
            key.extend_within_capacity(&[byte])
                .expect("eight bits take at least 8/5 characters");
        }
    }
    Ok(key)
}

/// Decodes the base32 of a URI's parameter, where padding and blanks may be percent-encoded. Letters
/// and digits may be too.
fn decode_uri_secret(value: &[u8]) -> Result<SecretBytes, TotpError> {
    let mut plain = SecretBytes::new(Vec::with_capacity(value.len()));
    let mut rest = value;
    while let Some((&byte, after)) = rest.split_first() {
        let (byte, after) = match byte {
            b'%' => percent(after).ok_or(TotpError::MalformedUri)?,
            b'+' => (b' ', after),
            _ => (byte, after),
        };
        plain
            .extend_within_capacity(&[byte])
            .expect("decoding never makes a value longer");
        rest = after;
    }
    decode_base32(plain.expose())
}

/// The byte that two hexadecimal digits stand for, and what follows them.
fn percent(text: &[u8]) -> Option<(u8, &[u8])> {
    let (pair, rest) = text.split_first_chunk::<2>()?;
    let digit = |b: u8| char::from(b).to_digit(16);
    let byte = digit(pair[0])? << 4 | digit(pair[1])?;
    Some((u8::try_from(byte).ok()?, rest))
}

fn parse_algorithm(name: &[u8]) -> Option<Algorithm> {
    let is = |known: &[u8]| known.eq_ignore_ascii_case(name);
    if is(b"SHA1") || is(b"SHA-1") {
        Some(Algorithm::SHA1)
    } else if is(b"SHA256") || is(b"SHA-256") {
        Some(Algorithm::SHA256)
    } else if is(b"SHA512") || is(b"SHA-512") {
        Some(Algorithm::SHA512)
    } else {
        None
    }
}

/// A whole number between `least` and `most`.
fn parse_number<N: std::str::FromStr + PartialOrd>(text: &[u8], least: N, most: N) -> Option<N> {
    let number = std::str::from_utf8(text).ok()?.parse().ok()?;
    (least..=most).contains(&number).then_some(number)
}

/// What follows `prefix`, whatever its case.
fn strip_prefix<'a>(text: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(seed: &str) -> Result<Totp, TotpError> {
        Totp::parse(&SecretBytes::copy_from(seed.as_bytes()))
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(seconds).expect("a time of the test")
    }

    fn code(seed: &str, seconds: i64) -> String {
        let totp = parse(seed).unwrap_or_else(|error| panic!("{seed}: {error}"));
        totp.code(at(seconds)).expose().to_owned()
    }

    /// `12345678901234567890`, the seed of both RFCs.
    const SEED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_rfc_4226_appendix_d() {
        let expected = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        for (step, expected) in (0..).zip(expected) {
            assert_eq!(code(SEED, step * 30), expected);
        }
    }

    #[test]
    fn codes_are_those_of_rfc_6238_appendix_b() {
        // The seeds of the reference code: the same digits, repeated to the length of the hash.
        let sha256 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA====";
        let sha512 = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
                      GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA=";
        let vectors = [
            (59, ["94287082", "46119246", "90693936"]),
            (1_111_111_109, ["07081804", "68084774", "25091201"]),
            (1_111_111_111, ["14050471", "67062674", "99943326"]),
            (1_234_567_890, ["89005924", "91819424", "93441116"]),
            (2_000_000_000, ["69279037", "90698825", "38618901"]),
            (20_000_000_000, ["65353130", "77737706", "47863826"]),
        ];
        for (time, expected) in vectors {
            let seeds = [("SHA1", SEED), ("SHA256", sha256), ("SHA512", sha512)];
            for ((algorithm, secret), expected) in seeds.into_iter().zip(expected) {
                let uri = format!(
                    "otpauth://totp/Example?secret={secret}&algorithm={algorithm}&digits=8"
                );
                assert_eq!(code(&uri, time), expected, "{algorithm} at {time}");
            }
        }
    }

    #[test]
    fn every_spelling_of_a_seed_gives_the_same_code() {
        let expected = code("GEZDGNBVGY3TQOJQ", 59);
        for seed in [
            "gezdgnbvgy3tqojq",
            "GEZD GNBV GY3T QOJQ",
            "gezd-gnbv-gy3t-qojq",
            " GEZDGNBVGY3TQOJQ\r\n",
            "GEZDGNBVGY3TQOJQ======",
            "otpauth://totp/Example:pat?secret=GEZDGNBVGY3TQOJQ&issuer=Example",
            "OTPAUTH://TOTP/?SECRET=gezd%20gnbv+gy3t-qojq%3D%3D&period=30&digits=6",
            "otpauth://totp/Example?digits=6&algorithm=sha1&secret=GEZDGNBVGY3TQOJQ#x",
        ] {
            assert_eq!(code(seed, 59), expected, "{seed}");
        }
    }

    #[test]
    fn a_code_lasts_for_its_period_and_keeps_its_leading_zeros() {
        let totp = parse(&format!(
            "otpauth://totp/x?secret={SEED}&period=60&digits=7"
        ))
        .expect("uri");
        assert_eq!(totp.seconds_left(at(0)), 60);
        assert_eq!(totp.seconds_left(at(59)), 1);
        assert_eq!(totp.seconds_left(at(60)), 60);
        assert!(totp.code(at(0)).same_as(&totp.code(at(59))));
        assert!(!totp.code(at(59)).same_as(&totp.code(at(60))));
        assert_eq!(code(SEED, 1_111_111_109), "081804");
    }

    #[test]
    fn short_seeds_and_bits_left_over_are_accepted_as_apps_do() {
        for (seed, key) in [
            ("DFDFDEF=", &[0x19, 0x46, 0x51, 0x90][..]),
            ("ABC", &[0x00]),
            ("777777777", &[0xff; 5]),
        ] {
            let totp = parse(seed).expect("a short seed");
            assert_eq!(totp.0.secret().as_bytes(), key, "{seed}");
        }
    }

    #[test]
    fn what_makes_no_codes_is_refused_with_the_reason() {
        let uri = |query: &str| format!("otpauth://totp/Example?{query}");
        let long = "A".repeat(LONGEST_SEED + 1);
        for (seed, error) in [
            ("", TotpError::NoSeed),
            ("A", TotpError::NoSeed),
            ("== ==", TotpError::NoSeed),
            ("1019", TotpError::NotBase32),
            ("GEZD=GNB", TotpError::NotBase32),
            ("GEZD\0GNB", TotpError::NotBase32),
            ("GÉZD", TotpError::NotBase32),
            ("https://example.org", TotpError::NotBase32),
            (long.as_str(), TotpError::TooLong),
            (
                "otpauth://hotp/x?secret=GEZDGNBV&counter=1",
                TotpError::NotTimeBased,
            ),
            ("otpauth://", TotpError::NotTimeBased),
            ("otpauth://totp/Example", TotpError::NoSeed),
            (&uri("issuer=Example"), TotpError::NoSeed),
            (&uri("secret="), TotpError::NoSeed),
            (&uri("secret"), TotpError::MalformedUri),
            (
                &uri("secret=GEZDGNBV&secret=GEZDGNBV"),
                TotpError::MalformedUri,
            ),
            (&uri("secret=GEZD%4"), TotpError::MalformedUri),
            (&uri("secret=GEZD%GG"), TotpError::MalformedUri),
            (&uri("secret=GEZDGNBV&algorithm=MD5"), TotpError::Algorithm),
            (&uri("secret=GEZDGNBV&digits=s"), TotpError::Digits),
            (&uri("secret=GEZDGNBV&digits=5"), TotpError::Digits),
            (&uri("secret=GEZDGNBV&digits=9"), TotpError::Digits),
            (&uri("secret=GEZDGNBV&period=0"), TotpError::Period),
            (&uri("secret=GEZDGNBV&period=86401"), TotpError::Period),
            (&uri("secret=GEZDGNBV&period=-30"), TotpError::Period),
        ] {
            assert_eq!(parse(seed).err(), Some(error), "{seed}");
        }
        let bytes = SecretBytes::copy_from(&[0xff, 0xfe, 0x00]);
        assert_eq!(Totp::parse(&bytes).err(), Some(TotpError::NotBase32));
    }
}
