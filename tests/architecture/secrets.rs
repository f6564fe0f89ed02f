//! The types that hold secrets can be neither shown, copied, compared carelessly nor written.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::source::{CORE, Finding, Source};

const TYPES: [&str; 3] = ["SecretBytes", "SecretString", "Key"];

const FORBIDDEN: [&str; 8] = [
    "Clone",
    "Copy",
    "Debug",
    "Deserialize",
    "Display",
    "LowerHex",
    "PartialEq",
    "Serialize",
];

/// Every forbidden trait of a secret type, derived beside it or implemented anywhere in the library.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|s| s.path.starts_with(CORE)) {
        let holds_the_types = source.path.ends_with("src/secret.rs");
        walk(&source.tokens, &mut |kind, line, given, owner| {
            let ours = holds_the_types || kind == "impl";
            if ours && FORBIDDEN.contains(&given) && TYPES.contains(&owner) {
                let what = format!("`{owner}` must not be `{given}`: it holds a secret");
                findings.push(Finding::new(&source.path, line, what));
            }
        });
    }
    findings
}

/// Tells `found` of every trait that a type is given: how, where, which and to whom.
fn walk(stream: &TokenStream, found: &mut dyn FnMut(&str, usize, &str, &str)) {
    let tokens: Vec<TokenTree> = stream.clone().into_iter().collect();
    let mut derived = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                derives(&group.stream(), &mut derived);
            }
            TokenTree::Group(group) => walk(&group.stream(), found),
            TokenTree::Ident(word) if word == "struct" || word == "enum" => {
                let owner = tokens.get(at + 1).map(ToString::to_string);
                for (line, given) in derived.drain(..) {
                    found("derive", line, &given, owner.as_deref().unwrap_or_default());
                }
            }
            TokenTree::Ident(word) if word == "impl" => {
                let head = tokens[at..].iter().take_while(|t| !is_body(t));
                if let Some((given, owner)) = implemented(head) {
                    found("impl", word.span().start().line, &given, &owner);
                }
            }
            _ => {}
        }
    }
}

/// The traits in every `derive(..)` of an attribute, also behind `cfg_attr`.
fn derives(attribute: &TokenStream, derived: &mut Vec<(usize, String)>) {
    let mut in_derive = false;
    for token in attribute.clone() {
        match token {
            TokenTree::Group(group) if in_derive => {
                derived.extend(group.stream().into_iter().filter_map(|t| match t {
                    TokenTree::Ident(name) => Some((name.span().start().line, name.to_string())),
                    _ => None,
                }));
            }
            TokenTree::Group(group) => derives(&group.stream(), derived),
            TokenTree::Ident(word) => in_derive = word == "derive",
            _ => {}
        }
    }
}

fn is_body(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(g) if g.delimiter() == Delimiter::Brace)
}

/// The trait and the type in `impl <..> Trait<..> for Type<..> where ..`.
fn implemented<'a>(head: impl Iterator<Item = &'a TokenTree>) -> Option<(String, String)> {
    let mut depth = 0_usize;
    let mut given = None;
    let mut last = String::new();
    for token in head {
        match token {
            TokenTree::Punct(p) if p.as_char() == '<' => depth += 1,
            TokenTree::Punct(p) if p.as_char() == '>' => depth = depth.saturating_sub(1),
            TokenTree::Ident(word) if depth == 0 => match word.to_string().as_str() {
                "for" => given = Some(std::mem::take(&mut last)),
                "where" => break,
                name => name.clone_into(&mut last),
            },
            _ => {}
        }
    }
    given.map(|given| (given, last))
}

#[cfg(test)]
fn found(path: &str, text: &str) -> usize {
    check(&[Source::parse(path, text)]).len()
}

#[test]
fn a_forbidden_trait_is_found_however_it_is_given() {
    let home = "vault-core/src/secret.rs";
    assert_eq!(
        found(home, "#[derive(Zeroize, Clone)] pub struct Key(Vec<u8>);"),
        1
    );
    assert_eq!(
        found(home, "#[derive(Debug)]\n/// d\n#[x] struct SecretString;"),
        1
    );
    assert_eq!(
        found(
            home,
            "#[cfg_attr(test, derive(Debug, PartialEq))] struct Key;"
        ),
        2
    );
    assert_eq!(
        found(home, "#[derive(serde::Serialize)] struct SecretBytes;"),
        1
    );
    assert_eq!(found(home, "mod m { #[derive(Copy)] struct Key; }"), 1);
    for text in [
        "impl std::fmt::Debug for Key { }",
        "impl fmt::Display for crate::secret::SecretString { }",
        "impl<'a> PartialEq<&'a str> for SecretString { }",
        "mod m { impl Clone for super::SecretBytes { } }",
        "impl<T> Serialize for Key where T: Sized { }",
    ] {
        assert_eq!(found("vault-core/src/keys/wrapped.rs", text), 1, "{text}");
    }
}

#[test]
fn other_traits_and_other_types_are_let_pass() {
    let home = "vault-core/src/secret.rs";
    assert_eq!(
        found(home, "#[derive(Zeroize, ZeroizeOnDrop)] pub struct Key;"),
        0
    );
    assert_eq!(
        found(home, "#[derive(Debug)] struct Other; impl Key { }"),
        0
    );
    assert_eq!(
        found(
            home,
            "impl Drop for Key { } fn f(k: impl Clone) -> Key { g() }"
        ),
        0
    );
    assert_eq!(
        found("vault-core/src/id.rs", "#[derive(Debug)] struct Key;"),
        0
    );
}
