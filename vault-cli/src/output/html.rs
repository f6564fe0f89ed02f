//! Text in a page.

use std::borrow::Cow;

use super::escape;

/// `text` as it is meant, whatever it holds: nothing in it is taken for markup, and nothing acts on
/// the text about it.
pub fn text(text: &str) -> Cow<'_, str> {
    let safe = escape::line(text);
    if !safe.contains(['&', '<', '>', '"', '\'']) {
        return safe;
    }
    let mut escaped = String::with_capacity(safe.len() + 16);
    for c in safe.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_markup() {
        for (stored, shown) in [
            ("Pat O’Provider", "Pat O’Provider"),
            (
                "<script>alert(\"1\")</script>",
                "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;",
            ),
            ("a&b'c", "a&amp;b&#39;c"),
            ("bank\u{202e}txt", "bank\\u{202e}txt"),
        ] {
            assert_eq!(text(stored), shown);
        }
    }
}
