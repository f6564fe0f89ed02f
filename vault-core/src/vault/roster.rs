//! Everybody's name as it is told. This program gives no two names that look alike, but another can:
//! they are told with the role, and where that does not do, with the beginning of the id.

use std::collections::BTreeMap;

use super::turn::Turn;
use crate::error::{Error, Invalid, NameRefused, Noun};
use crate::id::PersonId;
use crate::person::Role;
use crate::text::Line;
use crate::text::look::{check_person, look};

/// How many digits of an id tell one person from another.
const SHORT: usize = 8;

/// Names as they are told.
pub(super) struct Roster(BTreeMap<PersonId, String>);

impl Roster {
    /// Of people with their roles and names.
    fn of(people: &[(PersonId, Role, String)]) -> Self {
        let mut alike: BTreeMap<String, Vec<Role>> = BTreeMap::new();
        for (_, role, name) in people {
            alike.entry(look(name)).or_default().push(*role);
        }
        let told = people.iter().map(|(person, role, name)| {
            let roles = alike.get(&look(name)).map_or(&[][..], |roles| roles);
            let same = roles.iter().filter(|other| *other == role).count();
            let told = match (roles.len(), same) {
                (0 | 1, _) => name.clone(),
                (_, 1) => format!("{name} ({role})"),
                _ => format!("{name} ({role}, {})", &person.to_string()[..SHORT]),
            };
            (*person, told)
        });
        Self(told.collect())
    }

    /// Somebody's name; their id where the log knows nobody of that id.
    pub(super) fn name(&self, person: PersonId) -> String {
        let name = self.0.get(&person);
        name.cloned().unwrap_or_else(|| person.to_string())
    }

    /// How many people it knows.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Turn<'_> {
    /// A person's name as it is told: names never change, so that it is read anew only for newcomers.
    pub(super) fn person_name(&mut self, person: PersonId) -> Result<String, Error> {
        let known = self.keyring.roster.as_ref().map(Roster::len);
        if known != Some(self.ledger().people.len()) {
            let people = self.people_named()?;
            self.keyring.roster = Some(Roster::of(&people));
        }
        let roster = self.keyring.roster.as_ref();
        Ok(roster.map_or_else(|| person.to_string(), |roster| roster.name(person)))
    }

    /// A name for somebody new, which misleads nobody.
    pub(super) fn new_name(&mut self, name: &Line) -> Result<(), Error> {
        let looks = look(name.as_str());
        let people = self.people_named()?;
        if people.iter().any(|(_, _, other)| look(other) == looks) {
            return Err(NameRefused::LooksTaken(Noun::Person).into());
        }
        Ok(())
    }

    fn people_named(&mut self) -> Result<Vec<(PersonId, Role, String)>, Error> {
        let people = self.ledger().people.iter();
        let people: Vec<_> = people.map(|(id, known)| (*id, known.facts.role)).collect();
        let mut named = Vec::with_capacity(people.len());
        for (person, role) in people {
            named.push((person, role, self.directory_name(person)?));
        }
        Ok(named)
    }
}

/// A person's name as it is given.
///
/// # Errors
/// [`Invalid`], where it is no line or would mislead.
pub(super) fn given_name(name: &str) -> Result<Line, Invalid> {
    let name = Line::parse(name, Line::NAME)
        .map_err(|why| Invalid::Name(NameRefused::Line(Noun::Person, why)))?;
    check_person(&name).map_err(|why| Invalid::Name(NameRefused::Misleading(Noun::Person, why)))?;
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_are_told_with_the_role_or_the_id() {
        let id = |number: u8| PersonId::from_bytes([number; 16]);
        let people = [
            (id(1), Role::Clerk, "Clem Clerk".to_owned()),
            (id(2), Role::Staff, "C1em Clerk".to_owned()),
            (id(3), Role::Chair, "Chris Chair".to_owned()),
            (id(4), Role::Auditor, "Al Auditor".to_owned()),
            (id(5), Role::Auditor, "A1 Auditor".to_owned()),
        ];
        let roster = Roster::of(&people);
        assert_eq!(roster.name(id(1)), "Clem Clerk (clerk)");
        assert_eq!(roster.name(id(2)), "C1em Clerk (staff)");
        assert_eq!(roster.name(id(3)), "Chris Chair");
        assert_eq!(roster.name(id(4)), "Al Auditor (auditor, 04040404)");
        assert_eq!(roster.name(id(5)), "A1 Auditor (auditor, 05050505)");
        assert_eq!(roster.name(id(6)), id(6).to_string());
    }
}
