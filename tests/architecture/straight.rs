//! Arithmetic on secrets runs straight: no table, branch or index that depends on an operand.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::source::{Finding, Source};

/// The files whose every operand may be a secret.
const FILES: [&str; 1] = ["vault-core/src/crypto/shamir/gf256.rs"];

/// What chooses or repeats by a value. `while` is let pass with its one public condition.
const WORDS: [&str; 8] = [
    "if", "match", "for", "loop", "break", "continue", "return", "static",
];

/// The only condition of a loop: over the bits of a byte.
const COUNTING: &str = "bit < 8";

/// The only method: it is one instruction, whatever it is given.
const METHODS: [&str; 1] = ["wrapping_neg"];

/// Operators that choose, or whose time depends on their operands.
const OPERATORS: [char; 3] = ['/', '%', '?'];

/// Everything in those files, tests aside, that could let a secret be seen from outside.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|s| FILES.contains(&&*s.path)) {
        walk(&source.tokens, &mut |line, what| {
            let what = format!("{what} could depend on a secret");
            findings.push(Finding::new(&source.path, line, what));
        });
    }
    findings
}

fn walk(stream: &TokenStream, found: &mut dyn FnMut(usize, String)) {
    let tokens: Vec<TokenTree> = stream.clone().into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        let line = token.span().start().line;
        let text = token.to_string();
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                let before = |n| at.wrapping_sub(n);
                let inner = is_punct(&tokens, before(1), '!') && is_punct(&tokens, before(2), '#');
                if !inner && !is_punct(&tokens, before(1), '#') {
                    found(line, "a table or an index".to_owned());
                } else if group.stream().to_string().replace(' ', "") == "cfg(test)" {
                    at = after_item(&tokens, at);
                }
            }
            TokenTree::Group(group) => walk(&group.stream(), found),
            TokenTree::Ident(_) if text == "while" => {
                let condition = tokens[at + 1..].iter().map(ToString::to_string);
                let condition: Vec<String> = condition.take(3).collect();
                if condition.join(" ") != COUNTING || !is_block(tokens.get(at + 4)) {
                    found(line, "a loop".to_owned());
                }
            }
            TokenTree::Ident(_) if WORDS.contains(&&*text) => found(line, format!("`{text}`")),
            TokenTree::Ident(_) if is_punct(&tokens, at.wrapping_sub(1), '.') => {
                if !METHODS.contains(&&*text) {
                    found(line, format!("`{text}`"));
                }
            }
            TokenTree::Punct(p) if OPERATORS.contains(&p.as_char()) => {
                found(line, format!("`{text}`"));
            }
            TokenTree::Punct(p) => {
                let twice = is_punct(&tokens, at + 1, p.as_char());
                if twice && matches!(p.as_char(), '&' | '|') {
                    found(line, format!("`{text}{text}`"));
                }
            }
            TokenTree::Literal(_) | TokenTree::Ident(_) => {}
        }
        at += 1;
    }
}

/// The last token of the item that an attribute at `at` is for.
fn after_item(tokens: &[TokenTree], at: usize) -> usize {
    let rest = tokens[at..].iter().position(|token| is_block(Some(token)));
    at + rest.unwrap_or_default()
}

fn is_block(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Brace)
}

fn is_punct(tokens: &[TokenTree], at: usize, wanted: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == wanted)
}

#[cfg(test)]
fn found(text: &str) -> usize {
    check(&[Source::parse(FILES[0], text)]).len()
}

#[test]
fn whatever_looks_at_an_operand_is_found() {
    for text in [
        "fn f(a: u8) -> u8 { if a > 1 { 1 } else { a } }",
        "fn f(a: u8) -> u8 { match a { 0 => 1, _ => a } }",
        "fn f(a: u8) -> u8 { let mut b = a; while b > 0 { b >>= 1; } b }",
        "fn f(a: u8) -> u8 { while bit < 8 && a { } a }",
        "fn f(a: u8) -> u8 { for bit in 0..a { } a }",
        "fn f(a: u8) -> u8 { TABLE.get(a) }",
        "fn f(a: usize) -> u8 { TABLE[a] }",
        "fn f(a: u8) -> u8 { a % 3 }",
        "fn f(a: u8, b: u8) -> bool { g(a) && g(b) }",
        "fn f(a: u8) -> Option<u8> { g(a)?; a }",
        "static T: u8 = 1;",
        "const T: [u8; 2] = g();",
    ] {
        assert!(found(text) > 0, "{text}");
    }
}

#[test]
fn masks_counted_loops_and_tests_are_let_pass() {
    let text = "
        //! A file.
        /// A function.
        const fn f(a: u8) -> u8 {
            let mut bit = 0;
            while bit < 8 { bit += 1; }
            (a & 1).wrapping_neg() ^ a << 1 | 0x1b
        }
        #[cfg(test)]
        mod tests { fn g() { if true { TABLE[1] % 2 } } }
    ";
    assert_eq!(found(text), 0);
    assert_eq!(found(&format!("{text} fn h() {{ if a {{ }} }}")), 1);
}
