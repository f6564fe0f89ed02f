//! The rules in words: who may open, and what each rule survives.

use vault_core::emergency::Rule;

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
        _ => format!("the rule {rule} says which sheets open the envelope"),
    }
}

/// What happens to the council under `rule` when an envelope is lost or stolen, or somebody is
/// gone, as one sentence.
pub(crate) const fn survives(rule: Rule) -> &'static str {
    match rule {
        Rule::Chair => {
            "if the chair's envelope is lost, nothing opens the vault in an emergency; if it is \
             stolen together with the vault file, the thief can open it; it works without the \
             clerk and without the provider"
        }
        Rule::Clerk => {
            "if the clerk's envelope is lost, or the clerk is gone with it, nothing opens the \
             vault in an emergency; if it is stolen together with the vault file, the thief can \
             open it; it works without the provider"
        }
        Rule::Officer => {
            "one lost envelope is survived; if one is stolen together with the vault file, the \
             thief can open it; it works without the clerk and without the provider"
        }
        Rule::AnyTwo => {
            "one lost envelope is survived; one stolen envelope opens nothing; it works without \
             any one of the holders, and without the provider"
        }
        Rule::OfficerAndOther => {
            "the loss of the chair's or of the clerk's envelope is survived; one stolen envelope \
             opens nothing; it works without the clerk and without the provider"
        }
        Rule::OfficerAndCouncillors => {
            "as long as one officer's envelope and enough councillors' envelopes are left, losses \
             are survived; one stolen envelope opens nothing; it works without the provider, and \
             without the clerk if the chair holds a sheet"
        }
        _ => "what this rule survives is not known to this version of the program",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_says_who_opens_and_names_loss_theft_clerk_and_provider() {
        for rule in Rule::ALL {
            assert!(who_opens(rule, None).contains("open"), "{rule}");
            for word in ["los", "stolen", "provider"] {
                assert!(survives(rule).contains(word), "{rule} and {word}");
            }
        }
        assert!(who_opens(Rule::OfficerAndCouncillors, Some(3)).contains("3 councillors"));
    }
}
