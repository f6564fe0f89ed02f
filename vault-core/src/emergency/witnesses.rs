//! Who counts as a witness of an opening: somebody else than its opener, and each once.

use crate::text::fold;

/// The names of those who watch, without the opener's own and without any that was given before.
/// Two spellings of one name are one person.
pub fn who_count<'n>(opener: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let mut known = vec![fold(opener)];
    let mut count = Vec::new();
    for name in names {
        let folded = fold(name);
        if !folded.is_empty() && !known.contains(&folded) {
            known.push(folded);
            count.push(name);
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_the_opener_nor_a_second_spelling_of_a_name_is_one_more_witness() {
        let names = ["CHRIS  chair", "Wim", "wim ", "", "Wren", "Chris Chair"];
        assert_eq!(who_count("Chris Chair", names), ["Wim", "Wren"]);
        assert_eq!(who_count("Chris Chair", [" Chris Chair"]), [""; 0]);
    }
}
