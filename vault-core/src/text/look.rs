//! What a name looks like, by Unicode Technical Standard 39: whether it can be taken for another, and
//! whether it is made so that it is.

use std::fmt;

use unicode_normalization::is_nfkc;
use unicode_security::{MixedScript, skeleton};

use super::{Line, fold};

/// What this program writes beside or before names, and no name may hold.
const SIGNS: [char; 9] = [':', '(', ')', '[', ']', '{', '}', '<', '>'];

/// What stands in the place of a name where nobody has one, and how what is no person is called.
const RESERVED: [&str; 4] = ["nobody", "somebody", "anybody", "everybody"];
const RESERVED_BEGINNINGS: [&str; 2] = ["opened envelope ", "sheet "];

/// Why a name would mislead whoever reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misleading {
    /// Its letters are of scripts that are not written together.
    MixedScripts,
    /// It holds letters in a form that looks like the ordinary one, such as full-width letters.
    Disguised,
    /// It holds a sign by which this program sets its own words apart from names.
    Sign(char),
    /// This program calls something else so.
    Reserved,
}

impl fmt::Display for Misleading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MixedScripts => f.write_str("it mixes letters of different scripts"),
            Self::Disguised => f.write_str("it holds letters in an unusual form"),
            Self::Sign(sign) => write!(f, "it holds the sign {sign}"),
            Self::Reserved => f.write_str("something else is called so"),
        }
    }
}

/// The form in which texts are equal that look alike.
pub fn look(text: &str) -> String {
    fold(&skeleton(text).collect::<String>())
}

/// Accepts what can be read as what it is: letters of one script, in their ordinary form.
///
/// # Errors
/// [`Misleading`].
pub fn check_letters(name: &Line) -> Result<(), Misleading> {
    if !is_nfkc(name.as_str()) {
        return Err(Misleading::Disguised);
    }
    if !name.as_str().is_single_script() {
        return Err(Misleading::MixedScripts);
    }
    Ok(())
}

/// Accepts a person's name: as [`check_letters`], and nothing that this program says itself.
///
/// # Errors
/// [`Misleading`].
pub fn check_person(name: &Line) -> Result<(), Misleading> {
    check_letters(name)?;
    let mut letters = name.as_str().chars();
    if let Some(sign) = letters.find(|letter| SIGNS.contains(letter)) {
        return Err(Misleading::Sign(sign));
    }
    let looks = look(name.as_str());
    let exactly = RESERVED.iter().any(|reserved| looks == look(reserved));
    let begins = RESERVED_BEGINNINGS
        .iter()
        .any(|beginning| name.folded().starts_with(beginning));
    // A person is named by an id too.
    let is_id = name.as_str().len() == 32 && name.as_str().chars().all(|c| c.is_ascii_hexdigit());
    if exactly || begins || is_id {
        return Err(Misleading::Reserved);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(name: &str) -> Result<(), Misleading> {
        check_person(&Line::parse(name, Line::NAME).expect("a line"))
    }

    #[test]
    fn names_as_people_have_them_are_taken() {
        for name in [
            "Clem Clerk",
            "Siân Ŵyn-Jones",
            "Dr. Ann O'Neill, M.A.",
            "Zoë",
            "Иван Петров",
            "山田 太郎",
            "Cllr. Smith 2",
            "clerk@example.org",
            "Auditor",
        ] {
            assert_eq!(checked(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn names_that_are_made_to_look_like_others_are_refused() {
        for (name, why) in [
            ("Clem \u{421}lerk", Misleading::MixedScripts),
            ("\u{ff23}lem Clerk", Misleading::Disguised),
            ("Chris Clerk (record 3)", Misleading::Sign('(')),
            ("place:Safe", Misleading::Sign(':')),
            ("nobody", Misleading::Reserved),
            ("N0body", Misleading::Reserved),
            ("Sheet CH-0001", Misleading::Reserved),
            ("0123456789abcdef0123456789ABCDEF", Misleading::Reserved),
        ] {
            assert_eq!(checked(name), Err(why), "{name}");
        }
    }

    #[test]
    fn what_looks_alike_has_one_look() {
        for other in ["Chris C1erk", "Chris CIerk", "chris  clerk"] {
            assert_eq!(look(other), look("Chris Clerk"), "{other}");
        }
        assert_ne!(look("Chris Clark"), look("Chris Clerk"));
        assert_eq!(look("\u{421}\u{43e}\u{441}\u{430}"), look("Coca"));
    }
}
