//! What a source names: paths, macros and methods, also those inside macros and use groups.
//!
//! Tokens are read rather than syntax, because a path inside `assert!(..)` imports as much as any
//! other. Comments and intra-doc links are not tokens of this kind and may point anywhere.

use std::iter::once;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::source::Source;

/// What kind of name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Path,
    Macro,
    Method,
}

/// A name as it is written.
#[derive(Debug)]
pub(crate) struct Name {
    pub(crate) kind: Kind,
    /// Its segments; a glob is `*`.
    pub(crate) segments: Vec<String>,
    pub(crate) line: usize,
    /// The module that it is written in, from the crate's root.
    pub(crate) module: Vec<String>,
    /// Whether it is compiled for tests alone.
    pub(crate) in_test: bool,
    /// Whether a `use` gives it another name here.
    pub(crate) renamed: bool,
}

/// What a file names, and the modules of which it says that they are compiled for tests alone.
pub(crate) struct Reading {
    pub(crate) names: Vec<Name>,
    pub(crate) test_modules: Vec<Vec<String>>,
}

/// Where the reader is.
#[derive(Clone)]
struct Place {
    module: Vec<String>,
    in_test: bool,
}

impl Reading {
    /// Reads one file.
    pub(crate) fn of(source: &Source) -> Self {
        let place = Place {
            module: source.module(),
            in_test: false,
        };
        let mut reading = Self {
            names: Vec::new(),
            test_modules: Vec::new(),
        };
        reading.walk(&source.tokens, &place);
        reading
    }

    /// Reads `sources`; names in a module that another file declares for tests are marked so.
    pub(crate) fn all(sources: &[Source]) -> Vec<(&Source, Vec<Name>)> {
        let package = |source: &Source| source.path.split('/').next().map(str::to_owned);
        let readings: Vec<_> = sources.iter().map(|s| (s, Self::of(s))).collect();
        let mut for_tests = Vec::new();
        for (source, reading) in &readings {
            for module in &reading.test_modules {
                for_tests.push((package(source), module.clone()));
            }
        }
        let mut all = Vec::new();
        for (source, mut reading) in readings {
            for name in &mut reading.names {
                name.in_test |= for_tests
                    .iter()
                    .any(|(p, m)| *p == package(source) && name.module.starts_with(m));
            }
            all.push((source, reading.names));
        }
        all
    }

    fn walk(&mut self, stream: &TokenStream, place: &Place) {
        let tokens: Vec<TokenTree> = stream.clone().into_iter().collect();
        let mut next_is_test = false;
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => {
                    next_is_test |= is_attribute(&tokens, at) && is_cfg_test(group);
                    let mut inner = place.clone();
                    inner.in_test |= next_is_test;
                    inner.module.extend(opened_module(&tokens, at));
                    self.walk(&group.stream(), &inner);
                    next_is_test &= group.delimiter() != Delimiter::Brace;
                    at += 1;
                }
                TokenTree::Ident(_) => {
                    let place = Place {
                        in_test: place.in_test || next_is_test,
                        ..place.clone()
                    };
                    at = self.name(&tokens, at, &place);
                }
                TokenTree::Punct(p) if matches!(p.as_char(), ';' | ',') => {
                    if next_is_test && p.as_char() == ';' {
                        self.test_modules
                            .extend(declared_module(&tokens, at, place));
                    }
                    next_is_test = false;
                    at += 1;
                }
                _ => at += 1,
            }
        }
    }

    /// Reads the name that begins at `at` and says where the next token is.
    fn name(&mut self, tokens: &[TokenTree], at: usize, place: &Place) -> usize {
        let before = |n: usize| at.checked_sub(n).and_then(|i| tokens.get(i));
        let leading_colons = is_punct(before(1), ':') && is_punct(before(2), ':');
        let keyword = before(if leading_colons { 3 } else { 1 });
        let imported = is_ident(keyword, "use")
            || (is_ident(before(1), "crate") && is_ident(before(2), "extern"));
        if is_punct(before(1), '.') {
            self.push(
                Kind::Method,
                vec![tokens[at].to_string()],
                tokens,
                at,
                place,
            );
            return at + 1;
        }
        self.path(tokens, at, &[], imported, place)
    }

    /// Reads the path at `at` below `prefix`; a group in braces names several.
    fn path(
        &mut self,
        tokens: &[TokenTree],
        mut at: usize,
        prefix: &[String],
        imported: bool,
        place: &Place,
    ) -> usize {
        let start = at;
        let mut segments = prefix.to_vec();
        loop {
            match tokens.get(at) {
                Some(TokenTree::Ident(ident)) => segments.push(ident.to_string()),
                Some(TokenTree::Punct(p)) if p.as_char() == '*' => segments.push("*".into()),
                Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Brace => {
                    self.group(g, &segments, place);
                    return at + 1;
                }
                _ => break,
            }
            at += 1;
            if !(is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':')) {
                break;
            }
            at += 2;
        }
        if segments.len() > 1 && segments.last().is_some_and(|s| s == "self") {
            segments.pop();
        }
        let invoked = is_punct(tokens.get(at), '!')
            && matches!(tokens.get(at + 1), Some(TokenTree::Group(_)));
        if invoked {
            self.push(Kind::Macro, segments, tokens, start, place);
        } else if imported || segments.len() > 1 {
            self.push(Kind::Path, segments, tokens, start, place);
            if let Some(name) = self.names.last_mut() {
                name.renamed = imported && is_ident(tokens.get(at), "as");
            }
        }
        at
    }

    fn group(&mut self, group: &Group, prefix: &[String], place: &Place) {
        let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
        for entry in tokens.split(|t| is_punct(Some(t), ',')) {
            if !entry.is_empty() {
                self.path(entry, 0, prefix, true, place);
            }
        }
    }

    fn push(
        &mut self,
        kind: Kind,
        segments: Vec<String>,
        tokens: &[TokenTree],
        at: usize,
        place: &Place,
    ) {
        self.names.push(Name {
            kind,
            segments,
            line: tokens[at].span().start().line,
            module: place.module.clone(),
            in_test: place.in_test,
            renamed: false,
        });
    }
}

impl Name {
    /// Whether `wanted`, such as `SystemTime::now`, stands somewhere in this path.
    pub(crate) fn holds(&self, wanted: &str) -> bool {
        let wanted: Vec<&str> = wanted.split("::").collect();
        self.segments.windows(wanted.len()).any(|w| w == wanted)
    }

    /// The path from the crate's root, where this one begins with `crate`, `self` or `super`.
    pub(crate) fn resolved(&self) -> Option<Vec<String>> {
        let mut root = match self.segments.first()?.as_str() {
            "crate" => Vec::new(),
            "self" | "super" => self.module.clone(),
            _ => return None,
        };
        let rest = self.segments.iter().skip_while(|segment| {
            if *segment == "super" {
                root.pop();
            }
            matches!(segment.as_str(), "crate" | "self" | "super")
        });
        let rest: Vec<String> = rest.cloned().collect();
        root.extend(rest);
        Some(root)
    }

    /// The path as it is written.
    pub(crate) fn text(&self) -> String {
        self.segments.join("::")
    }
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == wanted)
}

fn is_ident(token: Option<&TokenTree>, wanted: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == wanted)
}

fn is_attribute(tokens: &[TokenTree], at: usize) -> bool {
    at > 0 && is_punct(tokens.get(at - 1), '#')
}

fn is_cfg_test(attribute: &Group) -> bool {
    let mut text = attribute.stream().to_string();
    text.retain(|c| !c.is_whitespace());
    text == "cfg(test)"
}

/// The module whose braces stand at `at`, if they are a module's.
fn opened_module(tokens: &[TokenTree], at: usize) -> Option<String> {
    (at >= 2 && is_ident(tokens.get(at - 2), "mod")).then(|| tokens[at - 1].to_string())
}

/// The module that the semicolon at `at` declares, if it does.
fn declared_module(tokens: &[TokenTree], at: usize, place: &Place) -> Option<Vec<String>> {
    let name = opened_module(tokens, at)?;
    Some(place.module.iter().cloned().chain(once(name)).collect())
}

#[test]
fn every_spelling_of_a_path_is_read() {
    let text = "
        use crate::a::{b, c::{self, d as e}, f::*};
        #[cfg(test)] mod tests { use super::*; fn g() { println!(\"{}\", ::std::env::var(x)); } }
        fn h() { i.ok(); let _ = <crate::j::K as L>::m; }
        #[cfg(test)]
        mod n;
    ";
    let reading = Reading::of(&Source::parse("vault-core/src/policy.rs", text));
    let read: Vec<_> = reading
        .names
        .iter()
        .map(|n| (n.text(), n.line, n.in_test, n.renamed))
        .collect();
    let expected = [
        ("crate::a::b", 2, false, false),
        ("crate::a::c", 2, false, false),
        ("crate::a::c::d", 2, false, true),
        ("crate::a::f::*", 2, false, false),
        ("super::*", 3, true, false),
        ("println", 3, true, false),
        ("std::env::var", 3, true, false),
        ("ok", 4, false, false),
        ("crate::j::K", 4, false, false),
    ];
    let expected =
        expected.map(|(text, line, test, renamed)| (text.to_owned(), line, test, renamed));
    assert_eq!(read, expected);
    assert_eq!(
        reading.names[4].resolved(),
        Some(vec!["policy".into(), "*".into()])
    );
    assert_eq!(reading.test_modules, [["policy", "n"]]);
}
