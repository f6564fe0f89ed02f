//! Which sheets open which shares, and how many shares it takes: SLIP-0039's two levels.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::Serial;

/// One group of shares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// How many of its shares make the group.
    pub threshold: u8,
    /// For each share, the sheets to any of which it is sealed.
    pub shares: Vec<Vec<Serial>>,
}

impl Group {
    /// A group of one share that any of these sheets opens.
    pub fn single(serials: Vec<Serial>) -> Self {
        Self {
            threshold: 1,
            shares: vec![serials],
        }
    }
}

/// The shares of one epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheme {
    /// How many groups it takes.
    pub threshold: u8,
    /// The groups.
    pub groups: Vec<Group>,
}

/// A share's place: its group, and its place in the group, both from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShareAt {
    /// The group.
    pub group: usize,
    /// The share in the group.
    pub member: usize,
}

impl Scheme {
    /// Every sheet of the scheme.
    pub fn serials(&self) -> BTreeSet<Serial> {
        self.shares()
            .flat_map(|(_, serials)| serials.iter().cloned())
            .collect()
    }

    /// Every share, numbered in the order in which the store keeps them, with its sheets.
    pub fn shares(&self) -> impl Iterator<Item = (ShareAt, &Vec<Serial>)> {
        self.groups.iter().enumerate().flat_map(|(group, g)| {
            let shares = g.shares.iter().enumerate();
            shares.map(move |(member, serials)| (ShareAt { group, member }, serials))
        })
    }

    /// Whether the holders of these sheets can open the envelope together.
    pub fn is_met_by(&self, serials: &BTreeSet<Serial>) -> bool {
        let opened = |group: &Group| {
            let opened = group.shares.iter();
            opened
                .filter(|share| share.iter().any(|serial| serials.contains(serial)))
                .count()
        };
        let met = self
            .groups
            .iter()
            .filter(|group| opened(group) >= usize::from(group.threshold))
            .count();
        met >= usize::from(self.threshold)
    }

    /// How many shares more it takes at least beside those that these sheets open, and which sheets
    /// bring one of them.
    pub fn lacking(&self, given: &BTreeSet<Serial>) -> (usize, BTreeSet<Serial>) {
        let lacking = self.least_beside(given);
        let mut helpful = self.serials();
        helpful.retain(|serial| {
            let mut with = given.clone();
            with.insert(serial.clone()) && self.least_beside(&with) < lacking
        });
        (lacking, helpful)
    }

    /// The fewest shares that complete as many groups as it takes.
    fn least_beside(&self, given: &BTreeSet<Serial>) -> usize {
        let lacks = |group: &Group| {
            let shares = group.shares.iter();
            let opened = shares.filter(|share| share.iter().any(|serial| given.contains(serial)));
            usize::from(group.threshold).saturating_sub(opened.count())
        };
        let mut lacking: Vec<usize> = self.groups.iter().map(lacks).collect();
        lacking.sort_unstable();
        lacking.iter().take(usize::from(self.threshold)).sum()
    }

    /// Every smallest set of shares that suffices, for checking a fresh split.
    pub fn minimal_sets(&self) -> Vec<Vec<ShareAt>> {
        let by_group: Vec<Vec<Vec<ShareAt>>> = (0..)
            .zip(&self.groups)
            .map(|(group, g)| {
                let members = subsets(g.shares.len(), usize::from(g.threshold));
                let places = |set: Vec<usize>| {
                    let place = |member| ShareAt { group, member };
                    set.into_iter().map(place).collect()
                };
                members.into_iter().map(places).collect()
            })
            .collect();
        let mut sets = Vec::new();
        for groups in subsets(self.groups.len(), usize::from(self.threshold)) {
            let mut partial: Vec<Vec<ShareAt>> = vec![Vec::new()];
            for group in groups {
                let extend = |set: &Vec<ShareAt>| {
                    let choices = by_group[group].iter();
                    let joined = |choice: &Vec<ShareAt>| [&set[..], &choice[..]].concat();
                    choices.map(joined).collect::<Vec<_>>()
                };
                partial = partial.iter().flat_map(extend).collect();
            }
            sets.append(&mut partial);
        }
        sets
    }
}

/// Every set of `size` numbers below `count`, each in ascending order.
fn subsets(count: usize, size: usize) -> Vec<Vec<usize>> {
    let mut sets = vec![Vec::new()];
    for left in (1..=size).rev() {
        let extend = |set: &Vec<usize>| {
            let from = set.last().map_or(0, |last| last + 1);
            let joined = |next| [&set[..], &[next]].concat();
            (from..=count.saturating_sub(left))
                .map(joined)
                .collect::<Vec<_>>()
        };
        sets = sets.iter().flat_map(extend).collect();
    }
    sets.retain(|set| set.iter().all(|member| *member < count));
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsets_are_all_there_and_each_once() {
        assert_eq!(subsets(3, 2), [vec![0, 1], vec![0, 2], vec![1, 2]]);
        assert_eq!(subsets(5, 3).len(), 10);
        assert_eq!(subsets(2, 1), [vec![0], vec![1]]);
        assert!(subsets(1, 2).is_empty());
    }

    #[test]
    fn minimal_sets_of_two_groups_are_the_product_of_their_members() {
        let serial = |n| vec![Serial::new("CO", n)];
        let scheme = Scheme {
            threshold: 2,
            groups: vec![
                Group::single(serial(1)),
                Group {
                    threshold: 2,
                    shares: vec![serial(2), serial(3), serial(4)],
                },
            ],
        };
        assert_eq!(scheme.minimal_sets().len(), 3);
        assert!(scheme.minimal_sets().iter().all(|set| set.len() == 3));
    }

    /// An officer, of whom there are two, and two of three councillors.
    fn officer_and_councillors() -> Scheme {
        let sheet = |prefix, number| Serial::new(prefix, number);
        Scheme {
            threshold: 2,
            groups: vec![
                Group::single(vec![sheet("CH", 1), sheet("CL", 1)]),
                Group {
                    threshold: 2,
                    shares: (1..=3).map(|number| vec![sheet("CO", number)]).collect(),
                },
            ],
        }
    }

    #[test]
    fn what_is_lacking_is_counted_and_only_what_helps_is_named() {
        let scheme = officer_and_councillors();
        let given = |serials: &[(&str, u32)]| -> BTreeSet<Serial> {
            let serials = serials.iter();
            serials
                .map(|(prefix, number)| Serial::new(prefix, *number))
                .collect()
        };
        assert_eq!(scheme.lacking(&given(&[])), (3, scheme.serials()));
        let officers = [("CH", 1), ("CL", 1)];
        let councillors = [("CO", 1), ("CO", 2), ("CO", 3)];
        assert_eq!(
            scheme.lacking(&given(&officers[..1])),
            (2, given(&councillors))
        );
        assert_eq!(
            scheme.lacking(&given(&councillors[..2])),
            (1, given(&officers))
        );
        let enough = [officers[0], councillors[0], councillors[2]];
        assert_eq!(scheme.lacking(&given(&enough)), (0, BTreeSet::new()));
    }

    #[test]
    fn nothing_is_lacking_exactly_where_the_scheme_is_met() {
        let scheme = officer_and_councillors();
        let all: Vec<Serial> = scheme.serials().into_iter().collect();
        for chosen in 0..1_u32 << all.len() {
            let given = all
                .iter()
                .zip(0..)
                .filter(|(_, bit)| chosen >> bit & 1 == 1);
            let given: BTreeSet<Serial> = given.map(|(serial, _)| serial.clone()).collect();
            assert_eq!(
                scheme.lacking(&given).0 == 0,
                scheme.is_met_by(&given),
                "{given:?}"
            );
        }
    }
}
