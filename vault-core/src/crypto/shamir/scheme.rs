//! Who together gives the secret back: a number of groups, and in each a number of members.

use std::fmt;

/// A number of groups or members, or a threshold: 1 to 16, as SLIP-0039 can write them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count(u8);

impl Count {
    /// One.
    pub const ONE: Self = Self(1);

    /// 1 to 16; else `None`.
    pub const fn new(number: u8) -> Option<Self> {
        if 1 <= number && number <= 16 {
            Some(Self(number))
        } else {
            None
        }
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// Why there is no such scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemeError {
    /// A threshold or count is not 1 to 16.
    OutOfRange,
    /// The threshold could never be met.
    ThresholdExceedsCount,
    /// Several members of a group, each of whom suffices for it: the standard asks for one mnemonic
    /// and copies of it.
    OneOfSeveral,
}

impl fmt::Display for SchemeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutOfRange => "thresholds and counts are 1 to 16",
            Self::ThresholdExceedsCount => "the threshold is greater than the number of shares",
            Self::OneOfSeveral => "a group with several members needs a threshold of 2 or more",
        })
    }
}

impl std::error::Error for SchemeError {}

/// So many of so many: a threshold, and a count that is not below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quorum {
    threshold: Count,
    count: Count,
}

impl Quorum {
    /// One of one.
    pub const SOLE: Self = Self {
        threshold: Count::ONE,
        count: Count::ONE,
    };

    /// `threshold` of `count`.
    ///
    /// # Errors
    /// [`SchemeError::OutOfRange`], [`SchemeError::ThresholdExceedsCount`].
    pub fn new(threshold: u8, count: u8) -> Result<Self, SchemeError> {
        let threshold = Count::new(threshold).ok_or(SchemeError::OutOfRange)?;
        let count = Count::new(count).ok_or(SchemeError::OutOfRange)?;
        if threshold > count {
            return Err(SchemeError::ThresholdExceedsCount);
        }
        Ok(Self { threshold, count })
    }

    /// How many suffice.
    pub const fn threshold(self) -> Count {
        self.threshold
    }

    /// How many there are.
    pub const fn count(self) -> Count {
        self.count
    }
}

/// How many groups suffice, and what each group asks of its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupScheme {
    across: Quorum,
    groups: Vec<Quorum>,
}

impl GroupScheme {
    /// Any `group_threshold` of `groups`.
    ///
    /// # Errors
    /// [`SchemeError`].
    pub fn new(group_threshold: u8, groups: Vec<Quorum>) -> Result<Self, SchemeError> {
        let count = u8::try_from(groups.len()).map_err(|_| SchemeError::OutOfRange)?;
        let across = Quorum::new(group_threshold, count)?;
        let one_of_several =
            |group: &Quorum| group.threshold == Count::ONE && group.count > Count::ONE;
        if groups.iter().any(one_of_several) {
            return Err(SchemeError::OneOfSeveral);
        }
        Ok(Self { across, groups })
    }

    /// One group of one member: the secret as a single mnemonic.
    pub fn sole() -> Self {
        Self {
            across: Quorum::SOLE,
            groups: vec![Quorum::SOLE],
        }
    }

    /// How many groups suffice of how many.
    pub const fn across(&self) -> Quorum {
        self.across
    }

    /// What each group asks of its members.
    pub fn groups(&self) -> &[Quorum] {
        &self.groups
    }
}

#[cfg(test)]
mod tests {
    use super::{GroupScheme, Quorum, SchemeError};

    #[test]
    fn a_quorum_is_a_threshold_that_can_be_met() {
        for threshold in 0..=20 {
            for count in 0..=20 {
                let sound = 1 <= threshold && threshold <= count && count <= 16;
                assert_eq!(Quorum::new(threshold, count).is_ok(), sound);
            }
        }
        assert_eq!(Quorum::new(3, 2), Err(SchemeError::ThresholdExceedsCount));
        assert_eq!(Quorum::new(0, 2), Err(SchemeError::OutOfRange));
    }

    #[test]
    fn schemes_that_the_standard_forbids_are_refused() {
        let pair = Quorum::new(1, 2).expect("a quorum, if not of members");
        let new = |threshold, groups| GroupScheme::new(threshold, groups).err();
        assert_eq!(new(1, vec![pair]), Some(SchemeError::OneOfSeveral));
        assert_eq!(new(1, vec![]), Some(SchemeError::OutOfRange));
        assert_eq!(
            new(1, vec![Quorum::SOLE; 17]),
            Some(SchemeError::OutOfRange)
        );
        assert_eq!(
            new(1, vec![Quorum::SOLE; 300]),
            Some(SchemeError::OutOfRange)
        );
        assert_eq!(
            new(2, vec![Quorum::SOLE]),
            Some(SchemeError::ThresholdExceedsCount)
        );
        assert_eq!(new(1, vec![Quorum::SOLE; 2]), None);
        assert_eq!(
            GroupScheme::new(1, vec![Quorum::SOLE]),
            Ok(GroupScheme::sole())
        );
    }
}
