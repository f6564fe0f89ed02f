//! What is said of whoever took the vault over.

use vault_core::person::Role;
use vault_core::vault::takeover::TakenOver;

use super::rule;
use crate::outcome::Outcome;
use crate::output::shell;

/// Whose logins a takeover leaves as they are; nothing where there are none.
fn logins(others: &[(String, Role)]) -> Option<String> {
    let named = |(name, role): &(String, Role)| format!("{name} ({})", rule::role(*role));
    match others {
        [] => None,
        [one] => Some(format!("The login of {} goes on working.", named(one))),
        [all @ .., last] => {
            let all: Vec<String> = all.iter().map(named).collect();
            let (all, last) = (all.join(", "), named(last));
            Some(format!("The logins of {all} and {last} go on working."))
        }
    }
}

/// What is said of it at once.
pub(crate) fn told(name: &str, taken: &TakenOver) -> Outcome {
    let collections = match taken.collections {
        1 => "one collection".to_owned(),
        count => format!("{count} collections"),
    };
    let said = format!("{name} looks after the vault now, with {collections}");
    let outcome = Outcome::done(&taken.person, taken.record, said).remark(format!(
        "write the fingerprint of {name}'s key into the minutes: {}",
        taken.fingerprint
    ));
    let outcome = if taken.counts {
        outcome
    } else {
        let record = taken.record;
        outcome.remark(format!(
            "{name} confirms nothing and invites nobody until somebody who was there before agrees: \
             coffer approve {record}"
        ))
    };
    let outcome = match taken.outdated {
        0 => outcome,
        some => outcome.remark(format!(
            "of {some} collections there is a newer key: it comes when a member who has it runs any \
             command, such as coffer list"
        )),
    };
    let outcome = match logins(&taken.others) {
        Some(logins) => outcome.remark(format!(
            "{logins} If one of them is gone: coffer collection list says what they hold, coffer \
             collection revoke takes it away, and whatever they could read has to be changed"
        )),
        None => outcome,
    };
    let login = shell::named(name, &taken.person);
    outcome.remark(format!("next: {name} runs coffer list --as {login}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_logins_go_on_working_is_said_by_name_and_role() {
        let of = |name: &str, role| (name.to_owned(), role);
        assert_eq!(logins(&[]), None);
        let two = [
            of("Pat Provider", Role::ItProvider),
            of("Clem Clerk", Role::Clerk),
        ];
        assert_eq!(
            logins(&two).as_deref(),
            Some("The logins of Pat Provider (IT provider) and Clem Clerk (clerk) go on working.")
        );
        let one = logins(&two[..1]);
        assert!(
            one.is_some_and(|one| one.contains("The login of Pat Provider (IT provider) goes"))
        );
    }
}
