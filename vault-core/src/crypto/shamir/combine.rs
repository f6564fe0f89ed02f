//! Combining shares into the secret.

use std::fmt;

use super::feistel::Cipher;
use super::polynomial::{self, Point};
use super::share::{Header, Share};
use crate::secret::{SecretBytes, SecretString};

/// Why shares give no secret. Groups and members are counted from 0, as the shares do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CombineError {
    /// There are none.
    NoShares,
    /// They come from different splittings.
    Identifiers,
    /// Some are extendable and some are not.
    ExtendableFlags,
    /// They disagree on the iteration exponent.
    IterationExponents,
    /// They disagree on how many groups suffice.
    GroupThresholds,
    /// They disagree on how many groups there are.
    GroupCounts,
    /// Their values are of different lengths.
    Lengths,
    /// Shares of one group disagree on how many of them suffice.
    MemberThresholds {
        /// The group.
        group: u8,
    },
    /// Two shares of one member: the same again, or not genuine.
    DuplicateMember {
        /// The group.
        group: u8,
        /// The member.
        member: u8,
    },
    /// Not exactly as many groups as suffice.
    GroupNumber {
        /// How many are there.
        given: usize,
        /// How many it takes.
        needed: usize,
    },
    /// Not exactly as many members of a group as suffice.
    MemberNumber {
        /// The group.
        group: u8,
        /// How many are there.
        given: usize,
        /// How many it takes.
        needed: usize,
    },
    /// What the members of a group give is not what was shared out: one share at least is forged.
    MemberDigest {
        /// The group.
        group: u8,
    },
    /// What the groups give is not what was shared out: one share at least is forged.
    GroupDigest,
}

impl fmt::Display for CombineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match *self {
            Self::NoShares => "no shares",
            Self::Identifiers => "the shares come from different splittings",
            Self::ExtendableFlags => "the shares differ in the extendable flag",
            Self::IterationExponents => "the shares differ in the iteration exponent",
            Self::GroupThresholds => "the shares differ in the number of groups needed",
            Self::GroupCounts => "the shares differ in the number of groups",
            Self::Lengths => "the shares differ in length",
            Self::MemberThresholds { group } => {
                return write!(f, "shares of group {group} differ in the number needed");
            }
            Self::DuplicateMember { group, member } => {
                return write!(f, "member {member} of group {group} is there twice");
            }
            Self::GroupNumber { given, needed } => {
                return write!(f, "{given} groups where it takes {needed}");
            }
            Self::MemberNumber {
                group,
                given,
                needed,
            } => {
                return write!(f, "{given} shares of group {group} where it takes {needed}");
            }
            Self::MemberDigest { group } => {
                return write!(f, "the shares of group {group} do not fit together");
            }
            Self::GroupDigest => "the groups do not fit together",
        };
        f.write_str(text)
    }
}

impl std::error::Error for CombineError {}

/// The secret that `shares` give: of as many groups as suffice, as many members as suffice, and
/// not one more, in any order.
///
/// The time grows with two to the power of the iteration exponent that the shares carry: a caller
/// who knows which it must be checks that first.
///
/// # Errors
/// [`CombineError`]. A wrong passphrase is no error: it gives another secret.
pub fn combine<'a>(
    shares: impl IntoIterator<Item = &'a Share>,
    passphrase: &SecretString,
) -> Result<SecretBytes, CombineError> {
    let mut shares: Vec<_> = shares.into_iter().collect();
    let first = *shares.first().ok_or(CombineError::NoShares)?;
    shares
        .iter()
        .try_for_each(|share| belong_together(first, share))?;
    shares.sort_by_key(|share| (share.header.group_index, share.header.member_index));
    let groups: Vec<_> = shares
        .chunk_by(|a, b| a.header.group_index == b.header.group_index)
        .collect();
    groups.iter().try_for_each(|group| agree(group))?;
    let given = groups.len();
    let needed = usize::from(first.header.group_threshold.get());
    if given != needed {
        return Err(CombineError::GroupNumber { given, needed });
    }
    let values = groups
        .iter()
        .map(|group| group_value(group))
        .collect::<Result<Vec<_>, _>>()?;
    let points: Vec<_> = groups
        .iter()
        .zip(&values)
        .map(|(group, y)| Point {
            x: group[0].header.group_index,
            y,
        })
        .collect();
    let encrypted = polynomial::recover(&points).map_err(|_| CombineError::GroupDigest)?;
    let Header {
        identifier,
        extendable,
        iteration_exponent,
        ..
    } = first.header;
    Ok(Cipher::new(passphrase, iteration_exponent, extendable, identifier).decrypt(&encrypted))
}

/// Whether two shares come from one splitting.
fn belong_together(a: &Share, b: &Share) -> Result<(), CombineError> {
    let (a_header, b_header) = (a.header, b.header);
    if a_header.identifier != b_header.identifier {
        Err(CombineError::Identifiers)
    } else if a_header.extendable != b_header.extendable {
        Err(CombineError::ExtendableFlags)
    } else if a_header.iteration_exponent != b_header.iteration_exponent {
        Err(CombineError::IterationExponents)
    } else if a_header.group_threshold != b_header.group_threshold {
        Err(CombineError::GroupThresholds)
    } else if a_header.group_count != b_header.group_count {
        Err(CombineError::GroupCounts)
    } else if a.value.len() != b.value.len() {
        Err(CombineError::Lengths)
    } else {
        Ok(())
    }
}

/// Whether the shares of one group, sorted by member, are of different members and one threshold.
fn agree(group: &[&Share]) -> Result<(), CombineError> {
    for pair in group.windows(2) {
        let (a, b) = (pair[0].header, pair[1].header);
        let group = a.group_index;
        if a.member_threshold != b.member_threshold {
            return Err(CombineError::MemberThresholds { group });
        }
        if a.member_index == b.member_index {
            let member = a.member_index;
            return Err(CombineError::DuplicateMember { group, member });
        }
    }
    Ok(())
}

/// What the shares of one group give.
fn group_value(shares: &[&Share]) -> Result<SecretBytes, CombineError> {
    let Header {
        group_index: group,
        member_threshold,
        ..
    } = shares[0].header;
    let (given, needed) = (shares.len(), usize::from(member_threshold.get()));
    if given != needed {
        return Err(CombineError::MemberNumber {
            group,
            given,
            needed,
        });
    }
    let points: Vec<_> = shares
        .iter()
        .map(|share| Point {
            x: share.header.member_index,
            y: &share.value,
        })
        .collect();
    polynomial::recover(&points).map_err(|_| CombineError::MemberDigest { group })
}

#[cfg(test)]
mod tests {
    use super::{CombineError, combine};
    use crate::crypto::shamir::seeded::Seeded;
    use crate::crypto::shamir::{GroupScheme, IterationExponent, Quorum, Share, split};
    use crate::secret::{SecretBytes, SecretString};

    fn empty() -> SecretString {
        SecretString::new(String::new())
    }

    fn shares(group_threshold: u8, groups: Vec<Quorum>, seed: u64) -> Vec<Share> {
        let secret = SecretBytes::new((0..16).collect());
        let scheme = GroupScheme::new(group_threshold, groups).expect("a scheme");
        let exponent = IterationExponent::ZERO;
        split(&secret, &scheme, &empty(), exponent, &mut Seeded::new(seed))
            .expect("a fine secret")
            .into_iter()
            .flatten()
            .collect()
    }

    fn two_of_three(seed: u64) -> Vec<Share> {
        shares(1, vec![Quorum::new(2, 3).expect("a quorum")], seed)
    }

    #[test]
    fn a_forged_share_with_a_fitting_checksum_is_refused() {
        let mut shares = two_of_three(1);
        shares[1].value.expose_mut()[5] ^= 1;
        let forged = Share::from_words(&shares[1].to_words()).expect("the checksum fits");
        let error = combine([&shares[0], &forged], &empty()).err();
        assert_eq!(error, Some(CombineError::MemberDigest { group: 0 }));
    }

    #[test]
    fn a_forged_group_is_refused() {
        let mut shares = shares(2, vec![Quorum::SOLE; 2], 2);
        shares[1].value.expose_mut()[0] ^= 0x80;
        let error = combine(&shares, &empty()).err();
        assert_eq!(error, Some(CombineError::GroupDigest));
    }

    #[test]
    fn every_disagreement_between_shares_has_its_own_name() {
        let (mut shares, other) = (two_of_three(3), two_of_three(4));
        let fails = |shares: &[&Share]| combine(shares.iter().copied(), &empty()).err();
        assert_eq!(fails(&[]), Some(CombineError::NoShares));
        assert_eq!(
            fails(&[&shares[0], &other[1]]),
            Some(CombineError::Identifiers)
        );
        let (group, member) = (0, 2);
        assert_eq!(
            fails(&[&shares[2], &shares[2]]),
            Some(CombineError::DuplicateMember { group, member })
        );
        let all: Vec<_> = shares.iter().collect();
        let (given, needed) = (3, 2);
        assert_eq!(
            fails(&all),
            Some(CombineError::MemberNumber {
                group,
                given,
                needed
            })
        );
        shares[1].header.extendable = false;
        assert_eq!(
            fails(&[&shares[0], &shares[1]]),
            Some(CombineError::ExtendableFlags)
        );
        shares[2].value.truncate(14);
        assert_eq!(
            fails(&[&shares[0], &shares[2]]),
            Some(CombineError::Lengths)
        );
    }

    #[test]
    fn more_groups_than_suffice_are_refused() {
        let shares = shares(1, vec![Quorum::SOLE; 2], 5);
        let error = combine(&shares, &empty()).err();
        let (given, needed) = (2, 1);
        assert_eq!(error, Some(CombineError::GroupNumber { given, needed }));
    }
}
