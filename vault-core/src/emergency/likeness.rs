//! Whether a name that somebody typed in a hurry may be another name.

use crate::crypto::shamir::distance;
use crate::text::bare;

/// How many slips of the keyboard a name may have.
const SLIPS: usize = 2;

/// The shortest word that tells people apart.
const TELLING: usize = 3;

/// Whether `typed` may be meant for `name`: the same without accents and capitals, one or two
/// letters wrong, or some of its words in any order. Two people may have names that are alike.
pub fn is_like(typed: &str, name: &str) -> bool {
    let (typed, name) = (bare(typed), bare(name));
    let near = |one: &str, other: &str| {
        let slips = if one.len().min(other.len()) > 2 * TELLING {
            SLIPS
        } else {
            1
        };
        distance(one.as_bytes(), other.as_bytes()) <= slips
    };
    let words = |text: &str| -> Vec<String> {
        let telling = text.split(' ').filter(|word| word.len() >= TELLING);
        telling.map(str::to_owned).collect()
    };
    let among = |few: &[String], many: &[String]| {
        let is_there = |word: &String| many.iter().any(|other| near(word, other));
        !few.is_empty() && few.iter().all(is_there)
    };
    let (one, other) = (words(&typed), words(&name));
    near(&typed, &name) || among(&one, &other) || among(&other, &one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_accents_parts_and_orders_of_a_name_are_like_it() {
        for typed in [
            "Chris Chair",
            "chirs chair",
            "Chris Chiar",
            "Chris",
            "C. Chair",
            "Chair, Chris",
            "Chris M. Chair",
            "Chríš Chair",
        ] {
            assert!(is_like(typed, "Chris Chair"), "{typed}");
        }
    }

    #[test]
    fn other_peoples_names_are_not() {
        for typed in ["Clem Clerk", "Pat Provider", "Wim Witness", "Al", ""] {
            assert!(!is_like(typed, "Chris Chair"), "{typed}");
        }
        assert!(!is_like("Nobody Known", "Clem Clerk"));
    }
}
