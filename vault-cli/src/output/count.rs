//! Numbers of things as people write them.

/// `1 record`, `1,204 records`: a number with its noun, which takes an s.
pub fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// `1,204`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_and_one_is_singular() {
        for (count, text) in [
            (0, "0 records"),
            (1, "1 record"),
            (12, "12 records"),
            (123, "123 records"),
            (1_204, "1,204 records"),
            (1_234_567, "1,234,567 records"),
        ] {
            assert_eq!(counted(count, "record"), text);
        }
    }
}
