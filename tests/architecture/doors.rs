//! One door for each effect: a clock, a source of randomness, a database or a terminal is named in
//! one place, so that everything else can be tested without it.

use crate::reading::{Kind, Name, Reading};
use crate::source::{Finding, Source};

/// An effect, the names by which it is had, and the files (or folders) that may say them.
///
/// A name ending in `::` is a crate, one ending in `!` a macro; others stand anywhere in a path.
struct Door {
    effect: &'static str,
    names: &'static [&'static str],
    homes: &'static [&'static str],
}

const DOORS: [Door; 12] = [
    Door {
        effect: "the clock",
        names: &[
            "SystemTime::now",
            "Instant::now",
            "Timestamp::now",
            "Zoned::now",
        ],
        homes: &["vault-cli/src/clock.rs"],
    },
    Door {
        effect: "randomness",
        names: &["getrandom::", "rand::", "OsRng"],
        homes: &["vault-core/src/crypto/random.rs"],
    },
    Door {
        effect: "a cipher",
        names: &[
            "age::",
            "argon2::",
            "chacha20poly1305::",
            "ed25519_dalek::",
            "hkdf::",
            "hmac::",
            "pbkdf2::",
            "sha2::",
            "x25519_dalek::",
        ],
        homes: &["vault-core/src/crypto/"],
    },
    Door {
        effect: "one-time codes",
        names: &["totp_rs::"],
        homes: &["vault-core/src/entry/totp.rs", "vault-core/src/crypto/"],
    },
    Door {
        effect: "SQL",
        names: &["rusqlite::"],
        homes: &["vault-core/src/store.rs", "vault-core/src/store/"],
    },
    Door {
        effect: "terminal input",
        names: &["rpassword::", "io::stdin", "stdio::stdin"],
        homes: &["vault-cli/src/prompt.rs", "vault-cli/src/prompt/"],
    },
    Door {
        effect: "signals",
        names: &["signal_hook::"],
        homes: &["vault-cli/src/signals/"],
    },
    Door {
        effect: "output",
        names: &[
            "print!",
            "println!",
            "eprint!",
            "eprintln!",
            "io::stdout",
            "io::stderr",
            "stdio::stdout",
            "stdio::stderr",
        ],
        homes: &["vault-cli/src/output.rs", "vault-cli/src/output/"],
    },
    Door {
        effect: "the environment",
        names: &[
            "env::var",
            "env::var_os",
            "env::vars",
            "env::vars_os",
            "env::home_dir",
            "env::*",
            "dirs::",
        ],
        homes: &["vault-cli/src/config.rs"],
    },
    Door {
        effect: "the arguments",
        names: &["env::args", "env::args_os"],
        homes: &["vault-cli/src/lib.rs", "vault-cli/src/args.rs"],
    },
    Door {
        effect: "process hardening",
        names: &["rustix::process", "rustix::*"],
        homes: &["vault-cli/src/process.rs"],
    },
    Door {
        effect: "a platform call",
        names: &["rustix::"],
        homes: &[
            "vault-cli/src/process.rs",
            "vault-cli/src/output.rs",
            "vault-cli/src/output/",
            "vault-cli/src/prompt.rs",
            "vault-cli/src/prompt/",
            "vault-cli/src/config.rs",
            "vault-cli/src/files.rs",
        ],
    },
];

impl Door {
    fn is_named_by(&self, name: &Name) -> bool {
        let first = name.segments.first().map(String::as_str);
        let last = name.segments.last().map(String::as_str);
        name.kind != Kind::Method
            && self.names.iter().any(|wanted| {
                if let Some(library) = wanted.strip_suffix("::") {
                    first == Some(library)
                } else if let Some(invoked) = wanted.strip_suffix('!') {
                    name.kind == Kind::Macro && last == Some(invoked)
                } else {
                    name.holds(wanted)
                }
            })
    }

    fn is_at(&self, path: &str) -> bool {
        self.homes
            .iter()
            .any(|home| path == *home || (home.ends_with('/') && path.starts_with(home)))
    }
}

/// Every effect that is had elsewhere than at its door; code for tests alone may.
pub(crate) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (source, names) in Reading::all(sources) {
        for name in names.iter().filter(|name| !name.in_test) {
            for door in DOORS.iter().filter(|door| door.is_named_by(name)) {
                if !door.is_at(&source.path) {
                    let home = door.homes[0];
                    let what = format!("`{}`: {} is had at {home}", name.text(), door.effect);
                    findings.push(Finding::new(&source.path, name.line, what));
                }
            }
        }
    }
    findings
}

#[cfg(test)]
fn found(path: &str, text: &str) -> Vec<usize> {
    let findings = check(&[Source::parse(path, text)]);
    findings.iter().map(|finding| finding.line).collect()
}

#[test]
fn every_effect_is_found_outside_its_door_and_let_pass_at_it() {
    let effects = [
        (
            "fn f() { std::time::SystemTime::now(); }",
            "vault-cli/src/clock.rs",
        ),
        (
            "use std::time::Instant; fn f() { Instant::now(); }",
            "vault-cli/src/clock.rs",
        ),
        (
            "fn f() { getrandom::fill(b); }",
            "vault-core/src/crypto/random.rs",
        ),
        (
            "use sha2::{Digest, Sha256};",
            "vault-core/src/crypto/digest.rs",
        ),
        (
            "fn f(r: &age::x25519::Recipient) {}",
            "vault-core/src/crypto/recipient.rs",
        ),
        ("use totp_rs::TOTP;", "vault-core/src/entry/totp.rs"),
        ("use rusqlite::Connection;", "vault-core/src/store.rs"),
        ("use rusqlite::Connection;", "vault-core/src/store/log.rs"),
        ("use rpassword;", "vault-cli/src/prompt.rs"),
        ("use std::io::stdin;", "vault-cli/src/prompt/terminal.rs"),
        ("use signal_hook::flag;", "vault-cli/src/signals/hold.rs"),
        ("fn f() { println!(); }", "vault-cli/src/output.rs"),
        (
            "use std::{fs, io::{self, stderr}};",
            "vault-cli/src/output/plain.rs",
        ),
        (
            "use std::env; fn f() { env::var_os(n); }",
            "vault-cli/src/config.rs",
        ),
        ("fn f() { std::env::args_os(); }", "vault-cli/src/lib.rs"),
        ("use rustix::process::umask;", "vault-cli/src/process.rs"),
        ("extern crate rusqlite as r;", "vault-core/src/store.rs"),
    ];
    for (text, home) in effects {
        assert!(
            !found("vault-core/src/vault/init.rs", text).is_empty(),
            "{text}"
        );
        assert!(found(home, text).is_empty(), "{text} at {home}");
    }
}

#[test]
fn a_platform_call_elsewhere_is_not_process_hardening() {
    let files = "vault-cli/src/files.rs";
    assert_eq!(found(files, "use rustix::fs::OFlags;"), [0; 0]);
    assert_eq!(found(files, "use rustix::process::umask;"), [1]);
    assert_eq!(
        found("vault-cli/src/commands.rs", "use rustix::fs::OFlags;"),
        [1]
    );
}

#[test]
fn only_code_for_tests_is_excused() {
    let core = "vault-core/src/tlog.rs";
    assert_eq!(
        found(core, "#[cfg(test)] mod tests { use sha2::Sha256; }"),
        [0; 0]
    );
    assert_eq!(
        found(core, "#[cfg(test)] mod tests {}\nuse sha2::Sha256;"),
        [2]
    );
    assert_eq!(
        found(core, "#[cfg(not(test))] mod tests { use sha2::Sha256; }"),
        [1]
    );
    let apart = Source::parse("vault-core/src/tlog/tests.rs", "use sha2::Sha256;");
    assert_eq!(check(&[apart]).len(), 1);
    let apart = Source::parse("vault-core/src/tlog/tests.rs", "use sha2::Sha256;");
    let parent = Source::parse(core, "#[cfg(test)]\nmod tests;");
    assert_eq!(check(&[apart, parent]), []);
}
