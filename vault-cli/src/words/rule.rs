//! The rules in words: who may open, and what each rule survives.

use vault_core::emergency::Rule;
use vault_core::emergency::survival::Survival;
use vault_core::person::Role;

use crate::args;

/// The rule that was typed.
pub(crate) const fn chosen(rule: args::Rule) -> Rule {
    match rule {
        args::Rule::Chair => Rule::Chair,
        args::Rule::Clerk => Rule::Clerk,
        args::Rule::Officer => Rule::Officer,
        args::Rule::AnyTwo => Rule::AnyTwo,
        args::Rule::OfficerAndOther => Rule::OfficerAndOther,
        args::Rule::OfficerAndCouncillors => Rule::OfficerAndCouncillors,
    }
}

/// What somebody is to the council.
pub(crate) const fn role(role: Role) -> &'static str {
    match role {
        Role::ItProvider => "IT provider",
        Role::Clerk => "clerk",
        Role::Chair => "chair",
        Role::Councillor => "councillor",
        Role::Staff => "member of staff",
        Role::Auditor => "auditor",
    }
}

/// Which sheets open the envelope, as a sentence without its full stop.
pub(crate) fn who_opens(rule: Rule, councillors: Option<u8>) -> String {
    match rule {
        Rule::Chair => "the chair's sheet alone opens the envelope".into(),
        Rule::Clerk => "the clerk's sheet alone opens the envelope".into(),
        Rule::Officer => "the chair's sheet or the clerk's sheet alone opens the envelope".into(),
        Rule::AnyTwo => "any two of the three sheets together open the envelope".into(),
        Rule::OfficerAndOther => {
            "the chair's and the clerk's sheets together, or either of them and any one other \
             sheet, open the envelope"
                .into()
        }
        Rule::OfficerAndCouncillors => match councillors {
            Some(count) if count > 1 => format!(
                "the chair's or the clerk's sheet and the sheets of {count} councillors together \
                 open the envelope"
            ),
            _ => "the chair's or the clerk's sheet and the sheet of one councillor together open \
                  the envelope"
                .into(),
        },
    }
}

/// What happens to the council when an envelope is lost or stolen, or somebody is gone, as one
/// sentence.
pub(crate) fn survives(survival: Survival) -> String {
    let lost = if survival.any_one_lost {
        "if one envelope is lost, what is left still opens the vault"
    } else {
        "if an envelope is lost, nothing may open the vault in an emergency"
    };
    let stolen = if survival.any_one_stolen {
        "one stolen envelope opens nothing"
    } else {
        "if one is stolen together with the vault file, the thief can open it"
    };
    let gone = match (survival.without_clerk, survival.without_provider) {
        (true, true) => "it works without the clerk and without the provider",
        (false, true) => {
            "it does not open without the clerk's sheet, and works without the provider"
        }
        (true, false) => {
            "it works without the clerk, and does not open without the provider's sheet"
        }
        (false, false) => "it opens neither without the clerk's sheet nor without the provider's",
    };
    format!("{lost}; {stolen}; {gone}")
}

/// The same on one line of a screen.
pub(crate) fn survives_briefly(survival: Survival) -> String {
    let cases = [
        (survival.any_one_lost, "a lost sheet"),
        (survival.any_one_stolen, "a stolen one"),
        (survival.without_clerk, "the clerk gone"),
        (survival.without_provider, "the provider gone"),
    ];
    let those = |wanted: bool| {
        let cases = cases.into_iter().filter(move |(is, _)| *is == wanted);
        cases.map(|(_, case)| case).collect::<Vec<_>>().join(", ")
    };
    match (those(true), those(false)) {
        (all, none) if none.is_empty() => format!("Survives {all}."),
        (none, all) if none.is_empty() => format!("Does not survive {all}."),
        (some, others) => format!("Survives {some}; not {others}."),
    }
}

/// Whom a rule wants as holders, as a sentence.
pub(crate) const fn holders_wanted(rule: Rule) -> &'static str {
    match rule {
        Rule::Chair => "One holder is wanted: the chair.",
        Rule::Clerk => "One holder is wanted: the clerk.",
        Rule::Officer => "Two holders are wanted: the chair and the clerk.",
        Rule::AnyTwo => {
            "Three holders are wanted, such as the chair, the clerk and the safe in the office."
        }
        Rule::OfficerAndOther => {
            "The chair and the clerk are wanted, and one or more others, such as the safe in the \
             office."
        }
        Rule::OfficerAndCouncillors => {
            "The chair or the clerk, or both, are wanted, and the councillors."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_says_who_opens_and_names_loss_theft_clerk_and_provider() {
        for rule in Rule::ALL {
            assert!(who_opens(rule, None).contains("open"), "{rule}");
            let survival = rule.usually_survives().expect("its usual holders make it");
            for word in ["lost", "stolen", "clerk", "provider"] {
                assert!(survives(survival).contains(word), "{rule} and {word}");
                assert!(
                    survives_briefly(survival).contains(word),
                    "{rule} and {word}"
                );
            }
            assert!(holders_wanted(rule).contains("wanted"), "{rule}");
        }
        assert!(who_opens(Rule::OfficerAndCouncillors, Some(3)).contains("3 councillors"));
    }
}
