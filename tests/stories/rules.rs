//! Who may open: every rule, with every set of its holders.

use std::collections::BTreeSet;

use harness::{CHAIR, CLERK, Council, PROVIDER, TestJournal};
use vault_core::emergency::register::EnvelopeState;
use vault_core::emergency::rule::RuleRefused;
use vault_core::emergency::{Holder, Rule, RuleFacts};
use vault_core::error::Error;
use vault_core::person::Role;
use vault_core::secret::SecretString;
use vault_core::vault::people::PersonSummary;

const SAFE: &str = "place:Safe";
const COUNCILLORS: [&str; 3] = ["Cora Councillor", "Cyd Councillor", "Cal Councillor"];

/// A rule with its holders, and how many councillors it takes.
type Case = (Rule, &'static [&'static str], Option<u8>);

const CASES: [Case; 8] = [
    (Rule::Chair, &[CHAIR], None),
    (Rule::Clerk, &[CLERK], None),
    (Rule::Officer, &[CHAIR, CLERK], None),
    (Rule::AnyTwo, &[CHAIR, CLERK, SAFE], None),
    (Rule::AnyTwo, &[CHAIR, COUNCILLORS[0], SAFE], None),
    (Rule::OfficerAndOther, &[CHAIR, CLERK, SAFE, PROVIDER], None),
    (
        Rule::OfficerAndCouncillors,
        &[CHAIR, CLERK, COUNCILLORS[0], COUNCILLORS[1], COUNCILLORS[2]],
        Some(2),
    ),
    (
        Rule::OfficerAndCouncillors,
        &[CLERK, COUNCILLORS[0], COUNCILLORS[1]],
        Some(1),
    ),
];

/// What the rule says in words, of a set of its holders.
fn suffices(rule: Rule, set: &[&str], councillors: Option<u8>) -> bool {
    let has = |name: &str| set.contains(&name);
    let officers = set.iter().filter(|name| [CHAIR, CLERK].contains(name));
    let officers = officers.count();
    let members = set.iter().filter(|name| COUNCILLORS.contains(name)).count();
    match rule {
        Rule::Chair => has(CHAIR),
        Rule::Clerk => has(CLERK),
        Rule::Officer => has(CHAIR) || has(CLERK),
        Rule::AnyTwo => set.len() >= 2,
        Rule::OfficerAndOther => officers >= 1 && set.len() >= 2,
        Rule::OfficerAndCouncillors => {
            officers >= 1 && members >= usize::from(councillors.expect("a number"))
        }
    }
}

/// The council at work, with three councillors who are merely invited.
fn council() -> Council {
    let council = Council::at_work();
    for name in COUNCILLORS {
        council.invite(name, Role::Councillor);
    }
    council
}

/// Every set of the holders, as their places.
fn subsets(count: usize) -> impl Iterator<Item = Vec<usize>> {
    let places = move |mask: usize| (0..count).filter(move |at| mask >> at & 1 == 1);
    (0..1_usize << count).map(move |mask| places(mask).collect())
}

#[test]
fn every_set_of_holders_opens_or_is_refused_exactly_as_its_rule_says() {
    let council = council();
    let unsealed = council.file();
    let (mut opened, mut refused) = (0, 0);
    for (rule, holders, councillors) in CASES {
        std::fs::write(council.path(), &unsealed).expect("the vault");
        let sheets = council.unlocked(PROVIDER, |session| {
            session.choose_rule(rule, holders, councillors)?;
            let issue = |holder: &&str| Ok(session.issue_sheet(holder)?.words);
            let sheets: Result<Vec<SecretString>, Error> = holders.iter().map(issue).collect();
            session.seal()?;
            sheets
        });
        let sealed = council.file();
        for set in subsets(holders.len()) {
            std::fs::write(council.path(), &sealed).expect("the vault");
            let names: Vec<&str> = set.iter().map(|at| holders[*at]).collect();
            let given = set.iter().map(|at| &sheets[*at]);
            let expected = suffices(rule, &names, councillors);
            assert_eq!(opens(&council, given), expected, "{rule} with {names:?}");
            *(if expected { &mut opened } else { &mut refused }) += 1;
        }
    }
    assert_eq!((opened, refused), (38, 42));
}

/// Whether these sheets open the envelope, which is sealed before and stays so if they do not.
fn opens<'s>(council: &Council, sheets: impl Iterator<Item = &'s SecretString>) -> bool {
    let mut vault = council.open().expect("the vault opens");
    let journal = Box::new(TestJournal::default());
    let requested = vault.request_opening(&Council::terms(), journal);
    let mut requested = requested.expect("a request");
    for sheet in sheets {
        requested.accept(sheet).expect("a sheet");
    }
    let met = requested.is_met();
    let state = match requested.release() {
        Ok(mut opening) => {
            assert_eq!(opening.list().expect("the titles").len(), 2);
            opening.close().expect("the end");
            EnvelopeState::Opened
        }
        Err(Error::RuleNotMet) => EnvelopeState::Sealed,
        Err(other) => panic!("{other:?}"),
    };
    assert_eq!(met, state == EnvelopeState::Opened);
    assert_eq!(vault.ledger().envelope.state(), state);
    met
}

/// Every rule with every set of holders that a council of this size has.
#[test]
fn no_rule_is_accepted_under_which_outsiders_suffice_and_every_other_sound_one_is() {
    let council = council();
    let vault = council.open().expect("the vault opens");
    let everybody = [
        CHAIR,
        CLERK,
        PROVIDER,
        SAFE,
        "place:Bank",
        COUNCILLORS[0],
        COUNCILLORS[1],
    ];
    let outsiders: BTreeSet<&str> = [PROVIDER, SAFE, "place:Bank"].into();
    let people = council.unlocked(PROVIDER, |session| session.people());
    let ids = everybody.map(|name| holder(&people, name));
    let (mut accepted, mut rejected) = (0, 0);
    for rule in Rule::ALL {
        for councillors in [None, Some(1), Some(2)] {
            for set in subsets(everybody.len()) {
                let facts = RuleFacts {
                    rule,
                    holders: set.iter().map(|at| ids[*at].clone()).collect(),
                    councillors,
                };
                let names: Vec<&str> = set.iter().map(|at| everybody[*at]).collect();
                let outside = names.iter().filter(|name| outsiders.contains(**name));
                let outside: Vec<&str> = outside.copied().collect();
                match vault.ledger().check_rule(&facts) {
                    Ok(()) => {
                        let without = suffices(rule, &outside, councillors);
                        assert!(!without, "{rule} of {names:?} opens with {outside:?}");
                        accepted += 1;
                    }
                    Err(RuleRefused::NoOfficerNeeded) => {
                        assert!(suffices(rule, &outside, councillors), "{rule} of {names:?}");
                        rejected += 1;
                    }
                    Err(_) => {}
                }
            }
        }
    }
    // Chair, clerk and officer once each; threes without those that have two outsiders; chair and
    // clerk with any of five others; officers with councillors.
    assert_eq!((accepted, rejected), (3 + 22 + 31 + 3 * 3 + 3, 13));
}

fn holder(people: &[PersonSummary], name: &str) -> Holder {
    if let Some(place) = name.strip_prefix("place:") {
        return Holder::place(place).expect("a place");
    }
    let known = people.iter().find(|person| person.name == name);
    Holder::Person(known.expect("somebody of the council").person)
}
