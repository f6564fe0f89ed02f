//! What a rule survives, reckoned from the shares that it makes and not from what is said of it.

use std::collections::BTreeSet;

use super::rule::{Rule, RuleRefused, SheetHolder};
use super::scheme::Scheme;
use crate::id::Serial;
use crate::person::Role;

/// What a rule survives, with its holders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four questions, each answered by yes or no"
)]
pub struct Survival {
    /// Whether the others still open the envelope, whichever one sheet is lost.
    pub any_one_lost: bool,
    /// Whether no one sheet, stolen together with the vault file, opens it alone.
    pub any_one_stolen: bool,
    /// Whether it opens without whatever the clerk holds.
    pub without_clerk: bool,
    /// Whether it opens without whatever the provider holds.
    pub without_provider: bool,
}

impl Survival {
    /// What the scheme survives that a rule made of these holders.
    pub fn of(scheme: &Scheme, holders: &[SheetHolder]) -> Self {
        let without = |gone: &dyn Fn(&SheetHolder) -> bool| {
            let left = holders.iter().filter(|holder| !gone(holder));
            let left: BTreeSet<Serial> = left.map(|holder| holder.serial.clone()).collect();
            scheme.is_met_by(&left)
        };
        let alone = |holder: &SheetHolder| {
            let stolen = BTreeSet::from([holder.serial.clone()]);
            scheme.is_met_by(&stolen)
        };
        Self {
            any_one_lost: holders
                .iter()
                .all(|lost| without(&|holder| holder.serial == lost.serial)),
            any_one_stolen: !holders.iter().any(alone),
            without_clerk: without(&|holder| holder.role == Some(Role::Clerk)),
            without_provider: without(&|holder| holder.role == Some(Role::ItProvider)),
        }
    }
}

impl Rule {
    /// What this rule survives with the holders that it is usually given: chair and clerk where it
    /// is theirs, the office safe beside them, three councillors of whom two are needed.
    ///
    /// # Errors
    /// None today: each rule can be made of its usual holders, which a test shows.
    pub fn usually_survives(self) -> Result<Survival, RuleRefused> {
        const CHAIR: Option<Role> = Some(Role::Chair);
        const CLERK: Option<Role> = Some(Role::Clerk);
        const COUNCILLOR: Option<Role> = Some(Role::Councillor);
        const SAFE: Option<Role> = None;
        let (roles, councillors): (&[Option<Role>], _) = match self {
            Self::Chair => (&[CHAIR], None),
            Self::Clerk => (&[CLERK], None),
            Self::Officer => (&[CHAIR, CLERK], None),
            Self::AnyTwo | Self::OfficerAndOther => (&[CHAIR, CLERK, SAFE], None),
            Self::OfficerAndCouncillors => {
                (&[CHAIR, CLERK, COUNCILLOR, COUNCILLOR, COUNCILLOR], Some(2))
            }
        };
        let holders: Vec<SheetHolder> = (1..)
            .zip(roles)
            .map(|(number, role)| SheetHolder {
                serial: Serial::new("X", number),
                role: *role,
            })
            .collect();
        let scheme = self.scheme(&holders, councillors)?;
        Ok(Survival::of(&scheme, &holders))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_rule_usually_survives_is_what_the_design_says() {
        let told = |rule: Rule| {
            let survival = rule.usually_survives().expect("its usual holders make it");
            [
                survival.any_one_lost,
                survival.any_one_stolen,
                survival.without_clerk,
                survival.without_provider,
            ]
        };
        assert_eq!(told(Rule::Chair), [false, false, true, true]);
        assert_eq!(told(Rule::Clerk), [false, false, false, true]);
        assert_eq!(told(Rule::Officer), [true, false, true, true]);
        assert_eq!(told(Rule::AnyTwo), [true, true, true, true]);
        assert_eq!(told(Rule::OfficerAndOther), [true, true, true, true]);
        assert_eq!(told(Rule::OfficerAndCouncillors), [true, true, true, true]);
    }

    #[test]
    fn what_the_provider_holds_counts_where_the_provider_holds_it() {
        let holders: Vec<SheetHolder> = [
            (1, Some(Role::Chair)),
            (2, Some(Role::Clerk)),
            (3, Some(Role::ItProvider)),
        ]
        .map(|(number, role)| SheetHolder {
            serial: Serial::new("X", number),
            role,
        })
        .into();
        let scheme = Rule::OfficerAndOther
            .scheme(&holders, None)
            .expect("a rule");
        assert!(Survival::of(&scheme, &holders).without_provider);
        let scheme = Scheme {
            threshold: 1,
            groups: vec![crate::emergency::scheme::Group::single(vec![
                holders[2].serial.clone(),
            ])],
        };
        let survival = Survival::of(&scheme, &holders);
        assert!(!survival.without_provider && survival.without_clerk && !survival.any_one_lost);
    }
}
