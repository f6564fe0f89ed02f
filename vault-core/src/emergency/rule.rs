//! Who may open the envelope: the rules a council chooses from.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::scheme::{Group, Scheme};
use crate::id::Serial;
use crate::person::Role;

/// A rule, by the name that is recorded and typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The chair alone.
    Chair,
    /// The clerk alone.
    Clerk,
    /// The chair or the clerk: the literal reading of the policies' clause 4.1.2.
    Officer,
    /// Any two of three.
    AnyTwo,
    /// Chair and clerk, or either of them with any one other sheet.
    #[serde(rename = "officer+other")]
    OfficerAndOther,
    /// The chair or the clerk, and some of the councillors.
    #[serde(rename = "officer+councillors")]
    OfficerAndCouncillors,
}

/// A sheet that a rule is to be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetHolder {
    /// The sheet.
    pub serial: Serial,
    /// The role of the person who keeps it; `None` for a place.
    pub role: Option<Role>,
}

/// Why a rule cannot be made of these holders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleRefused {
    /// The rule asks for other holders than these.
    WrongHolders,
    /// Holders without the chair, the clerk or a councillor could open it.
    NoOfficerNeeded,
    /// The number of councillors is missing, not wanted, or larger than there are.
    WrongCouncillors,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 6] = [
        Self::Chair,
        Self::Clerk,
        Self::Officer,
        Self::AnyTwo,
        Self::OfficerAndOther,
        Self::OfficerAndCouncillors,
    ];

    /// The name that is recorded and typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chair => "chair",
            Self::Clerk => "clerk",
            Self::Officer => "officer",
            Self::AnyTwo => "any-two",
            Self::OfficerAndOther => "officer+other",
            Self::OfficerAndCouncillors => "officer+councillors",
        }
    }

    /// The shares that this rule makes of `holders`.
    ///
    /// # Errors
    /// [`RuleRefused`]; among others every rule under which a set of holders without chair, clerk
    /// and councillor would suffice.
    pub fn scheme(
        self,
        holders: &[SheetHolder],
        councillors: Option<u8>,
    ) -> Result<Scheme, RuleRefused> {
        if councillors.is_some() != (self == Self::OfficerAndCouncillors) {
            return Err(RuleRefused::WrongCouncillors);
        }
        let serials: BTreeSet<&Serial> = holders.iter().map(|holder| &holder.serial).collect();
        if serials.len() != holders.len() {
            return Err(RuleRefused::WrongHolders);
        }
        let shapes = Shapes::of(holders);
        let scheme = match self {
            Self::Chair => shapes.alone(&[Role::Chair]),
            Self::Clerk => shapes.alone(&[Role::Clerk]),
            Self::Officer => shapes.alone(&[Role::Chair, Role::Clerk]),
            Self::AnyTwo => shapes.any_two(),
            Self::OfficerAndOther => shapes.officer_and_other(),
            Self::OfficerAndCouncillors => shapes.officer_and_councillors(councillors)?,
        }
        .ok_or(RuleRefused::WrongHolders)?;
        let others: BTreeSet<Serial> = holders
            .iter()
            .filter(|holder| !holder.role.is_some_and(Role::is_elected_or_clerk))
            .map(|holder| holder.serial.clone())
            .collect();
        if scheme.is_met_by(&others) {
            return Err(RuleRefused::NoOfficerNeeded);
        }
        Ok(scheme)
    }
}

/// The schemes that can be made of some holders.
struct Shapes<'a>(&'a [SheetHolder]);

impl<'a> Shapes<'a> {
    const fn of(holders: &'a [SheetHolder]) -> Self {
        Self(holders)
    }

    fn with(&self, wanted: impl Fn(Option<Role>) -> bool) -> Vec<Serial> {
        self.0
            .iter()
            .filter(|holder| wanted(holder.role))
            .map(|holder| holder.serial.clone())
            .collect()
    }

    /// One share, sealed to one sheet of each of `roles` and to no other.
    fn alone(&self, roles: &[Role]) -> Option<Scheme> {
        let each_once = roles
            .iter()
            .all(|role| self.with(|r| r == Some(*role)).len() == 1);
        let serials = self.with(|_| true);
        (each_once && serials.len() == roles.len()).then(|| Scheme {
            threshold: 1,
            groups: vec![Group::single(serials)],
        })
    }

    /// Two of three shares, one a sheet.
    fn any_two(&self) -> Option<Scheme> {
        let serials = self.with(|_| true);
        (serials.len() == 3).then(|| Scheme {
            threshold: 1,
            groups: vec![Group {
                threshold: 2,
                shares: serials.into_iter().map(|serial| vec![serial]).collect(),
            }],
        })
    }

    /// Two of three groups: the chair's, the clerk's, and one share sealed to all other sheets.
    fn officer_and_other(&self) -> Option<Scheme> {
        let chair = self.with(|role| role == Some(Role::Chair));
        let clerk = self.with(|role| role == Some(Role::Clerk));
        let others = self.with(|role| !matches!(role, Some(Role::Chair | Role::Clerk)));
        (chair.len() == 1 && clerk.len() == 1 && !others.is_empty()).then(|| Scheme {
            threshold: 2,
            groups: [chair, clerk, others].map(Group::single).into(),
        })
    }

    /// Two groups: an officer's share, and `k` of the councillors' shares.
    fn officer_and_councillors(&self, k: Option<u8>) -> Result<Option<Scheme>, RuleRefused> {
        let officers = self.with(|role| matches!(role, Some(Role::Chair | Role::Clerk)));
        let councillors = self.with(|role| role == Some(Role::Councillor));
        let k = k.ok_or(RuleRefused::WrongCouncillors)?;
        if k == 0 || usize::from(k) > councillors.len() || councillors.len() > 16 {
            return Err(RuleRefused::WrongCouncillors);
        }
        if officers.is_empty() || officers.len() + councillors.len() != self.0.len() {
            return Ok(None);
        }
        let second = if k == 1 {
            Group::single(councillors)
        } else {
            Group {
                threshold: k,
                shares: councillors.into_iter().map(|serial| vec![serial]).collect(),
            }
        };
        Ok(Some(Scheme {
            threshold: 2,
            groups: vec![Group::single(officers), second],
        }))
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holders(roles: &[Option<Role>]) -> Vec<SheetHolder> {
        (1..)
            .zip(roles)
            .map(|(number, role)| SheetHolder {
                serial: Serial::new(role.map_or("SAFE", Role::serial_prefix), number),
                role: *role,
            })
            .collect()
    }

    const CHAIR: Option<Role> = Some(Role::Chair);
    const CLERK: Option<Role> = Some(Role::Clerk);
    const PROVIDER: Option<Role> = Some(Role::ItProvider);
    const COUNCILLOR: Option<Role> = Some(Role::Councillor);
    const SAFE: Option<Role> = None;

    /// Every subset of the holders that meets the rule, as their places.
    fn opening_sets(
        rule: Rule,
        roles: &[Option<Role>],
        councillors: Option<u8>,
    ) -> Vec<Vec<usize>> {
        let holders = holders(roles);
        let scheme = rule.scheme(&holders, councillors).expect("a sound rule");
        (0..1_usize << holders.len())
            .map(|mask| {
                (0..holders.len())
                    .filter(|at| mask >> at & 1 == 1)
                    .collect()
            })
            .filter(|set: &Vec<usize>| {
                let serials = set.iter().map(|at| holders[*at].serial.clone()).collect();
                scheme.is_met_by(&serials)
            })
            .collect()
    }

    #[test]
    fn any_two_opens_with_every_pair_and_with_nobody_alone() {
        let sets = opening_sets(Rule::AnyTwo, &[CHAIR, CLERK, SAFE], None);
        assert_eq!(sets, [vec![0, 1], vec![0, 2], vec![1, 2], vec![0, 1, 2]]);
    }

    #[test]
    fn an_officer_alone_opens_only_what_the_rule_gives_to_officers() {
        assert_eq!(opening_sets(Rule::Chair, &[CHAIR], None), [vec![0]]);
        let sets = opening_sets(Rule::Officer, &[CHAIR, CLERK], None);
        assert_eq!(sets, [vec![0], vec![1], vec![0, 1]]);
    }

    #[test]
    fn two_others_never_open_where_an_officer_is_needed() {
        let roles = [CHAIR, CLERK, SAFE, PROVIDER];
        for set in opening_sets(Rule::OfficerAndOther, &roles, None) {
            assert!(set.len() >= 2 && (set.contains(&0) || set.contains(&1)));
        }
        let roles = [CLERK, COUNCILLOR, COUNCILLOR, COUNCILLOR];
        for set in opening_sets(Rule::OfficerAndCouncillors, &roles, Some(2)) {
            assert!(set.len() >= 3 && set.contains(&0));
        }
    }

    #[test]
    fn a_rule_that_the_provider_and_the_safe_could_meet_is_refused() {
        let refused = Rule::AnyTwo.scheme(&holders(&[CHAIR, PROVIDER, SAFE]), None);
        assert_eq!(refused, Err(RuleRefused::NoOfficerNeeded));
    }

    #[test]
    fn a_rule_with_the_wrong_holders_or_number_is_refused() {
        let two = holders(&[CHAIR, CLERK]);
        assert_eq!(
            Rule::AnyTwo.scheme(&two, None),
            Err(RuleRefused::WrongHolders)
        );
        assert_eq!(
            Rule::Chair.scheme(&two, None),
            Err(RuleRefused::WrongHolders)
        );
        assert_eq!(
            Rule::Officer.scheme(&two, Some(1)),
            Err(RuleRefused::WrongCouncillors)
        );
        assert_eq!(
            Rule::OfficerAndCouncillors.scheme(&two, Some(1)),
            Err(RuleRefused::WrongCouncillors)
        );
    }
}
