//! No file over 500 lines and no function over 60; medians are advice.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::source::{Finding, Source};

const FILE: usize = 500;
const FUNCTION: usize = 60;

/// Every file and every function that is too long.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        let lines = source.text.lines().count();
        if lines > FILE {
            let what = format!("{lines} lines, at most {FILE}: it holds more than one noun");
            findings.push(Finding::new(&source.path, FILE + 1, what));
        }
        for (name, line, lines) in functions(&source.tokens) {
            if lines > FUNCTION {
                let what = format!("`{name}` has {lines} lines, at most {FUNCTION}");
                findings.push(Finding::new(&source.path, line, what));
            }
        }
    }
    findings
}

/// The medians, in a sentence.
pub(crate) fn advice(sources: &[Source]) -> String {
    let files = sources.iter().map(|s| s.text.lines().count()).collect();
    let functions = sources.iter().flat_map(|s| functions(&s.tokens));
    let functions = functions.map(|(_, _, lines)| lines).collect();
    format!(
        "the median file has {} lines (aim for 150), the median function {} (aim for 10)",
        median(files),
        median(functions)
    )
}

fn median(mut numbers: Vec<usize>) -> usize {
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

/// Every function: its name, where it begins, and the lines from brace to brace.
fn functions(stream: &TokenStream) -> Vec<(String, usize, usize)> {
    let tokens: Vec<TokenTree> = stream.clone().into_iter().collect();
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => found.extend(functions(&group.stream())),
            TokenTree::Ident(word) if word == "fn" => {
                if let Some(TokenTree::Ident(name)) = tokens.get(at + 1)
                    && let Some(lines) = body(&tokens[at..])
                {
                    found.push((name.to_string(), word.span().start().line, lines));
                }
            }
            _ => {}
        }
    }
    found
}

/// The lines of the body that follows a signature, if there is one before the semicolon.
fn body(tokens: &[TokenTree]) -> Option<usize> {
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Punct(p) if p.as_char() == ';' => return None,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                // Braces inside angle brackets are a constant argument, not the body.
                let argument = matches!(
                    tokens.get(at + 1),
                    Some(TokenTree::Punct(p)) if matches!(p.as_char(), '>' | ',')
                );
                if !argument {
                    let first = group.span_open().start().line;
                    return Some(group.span_close().end().line - first + 1);
                }
            }
            _ => {}
        }
    }
    None
}

#[test]
fn a_file_of_501_lines_is_found_and_one_of_500_is_not() {
    let found = |lines| check(&[Source::parse("a.rs", &"// a line\n".repeat(lines))]).len();
    assert_eq!(found(FILE + 1), 1);
    assert_eq!(found(FILE), 0);
}

#[test]
fn a_function_of_61_lines_is_found_wherever_it_stands() {
    let inside = |lines: usize| "\n".repeat(lines - 1);
    for (before, after) in [
        ("fn f(a: [u8; 2]) -> B<{ 1 }, { 2 }> where C: D {", "}"),
        ("impl A { async fn f() {", "} }"),
        ("mod m { trait T { fn g(); fn f(&self) {", "} } }"),
        ("fn g() { const fn f() {", "} }"),
        ("macro_rules! m { () => { fn f() {", "} } }"),
    ] {
        let found = |lines| {
            let text = format!("{before}{}{after}", inside(lines));
            let names = check(&[Source::parse("a.rs", &text)]);
            names.iter().filter(|n| n.what.starts_with("`f`")).count()
        };
        assert_eq!(found(FUNCTION + 1), 1, "{before}");
        assert_eq!(found(FUNCTION), 0, "{before}");
    }
    let pointer = Source::parse("a.rs", "type F = fn(u8) -> u8;");
    assert_eq!(functions(&pointer.tokens), []);
}

#[test]
fn the_median_is_the_middle_one() {
    assert_eq!(median(vec![9, 1, 5]), 5);
    assert_eq!(median(Vec::new()), 0);
}
