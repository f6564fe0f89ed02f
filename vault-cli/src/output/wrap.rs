//! Text in lines.

/// `text` in lines that all fit, broken at blanks, and within a word that does not fit alone. A
/// single letter stands whether it fits or not.
pub fn lines(text: &str, fits: impl Fn(&str) -> bool) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let joined = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if fits(&joined) {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for c in word.chars() {
            line.push(c);
            if !fits(&line) && line.chars().nth(1).is_some() {
                line.pop();
                lines.push(std::mem::replace(&mut line, c.to_string()));
            }
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn lines_are_broken_at_blanks_and_within_what_is_too_long() {
        let ten = |text: &str| lines(text, |line| line.chars().count() <= 10);
        assert_eq!(
            ten("Ask two people to watch"),
            ["Ask two", "people to", "watch"]
        );
        assert_eq!(ten("a Gobbledegookery b"), ["a", "Gobbledego", "okery b"]);
        assert_eq!(ten("ééééééééééé"), ["éééééééééé", "é"]);
        assert_eq!(ten(""), [""]);
        assert_eq!(lines("abc", |_| false), ["a", "b", "c"]);
    }
}
