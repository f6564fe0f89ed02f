//! Text in lines that fit the terminal, so that no word is cut in two.

/// The longest line that reads well.
const WIDEST: usize = 80;
/// The shortest for which it is worth breaking lines.
const NARROWEST: usize = 20;

/// `text` in lines of at most `columns` characters, broken at blanks. A line that begins with blanks
/// goes on behind as many.
pub(crate) fn wrapped(text: &str, columns: usize) -> String {
    let width = columns.clamp(NARROWEST, WIDEST);
    let lines = text.split('\n').map(|line| wrapped_line(line, width));
    lines.collect::<Vec<_>>().join("\n")
}

fn wrapped_line(line: &str, width: usize) -> String {
    if line.chars().count() <= width {
        return line.to_owned();
    }
    let indent = line.len() - line.trim_start_matches(' ').len();
    let indent = indent.min(width / 2);
    let mut text = String::with_capacity(line.len() + 16);
    let mut column = 0;
    for word in line.split_whitespace() {
        let length = word.chars().count();
        if column > indent && column + 1 + length > width {
            text.push('\n');
            column = 0;
        }
        if column == 0 {
            text.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if column > indent {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_no_word_is_lost_or_cut() {
        let text = "  file NAME  reads the words from a file, on a stick for example\nshort";
        for columns in [1, 24, 40, 80, 200] {
            let shown = wrapped(text, columns);
            let width = columns.clamp(NARROWEST, WIDEST);
            assert!(shown.lines().all(|line| line.chars().count() <= width));
            let words = |text: &str| {
                text.split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            };
            assert_eq!(words(&shown), words(text));
        }
    }

    #[test]
    fn a_line_that_is_set_in_goes_on_set_in() {
        assert_eq!(
            wrapped("  one two three four five", 20),
            "  one two three four\n  five"
        );
    }

    #[test]
    fn a_word_that_is_longer_than_a_line_stands_alone() {
        let path = "/media/stick/a-very-long-name";
        assert_eq!(
            wrapped(&format!("in {path} now"), 20),
            format!("in\n{path}\nnow")
        );
    }
}
