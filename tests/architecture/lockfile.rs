//! age 0.12.1 compiles with one pair of versions, which cargo leaves if anything else asks for more.

use crate::source::Finding;

const AGE: &str = "0.12.1";
const PAIR: [(&str, &str); 2] = [("ml-kem", "0.2.3"), ("kem", "0.3.0-pre.0")];

/// Every package of the pair in another version, while age is the one that needs it.
pub(crate) fn check(lock: &str) -> Vec<Finding> {
    let versions = |name: &str| -> Vec<(usize, String)> {
        let wanted = format!("name = \"{name}\"");
        let lines: Vec<&str> = lock.lines().collect();
        let found = lines.windows(2).enumerate().filter(|(_, w)| w[0] == wanted);
        found
            .filter_map(|(at, w)| {
                let version = w[1].strip_prefix("version = \"")?.strip_suffix('"')?;
                Some((at + 2, version.to_owned()))
            })
            .collect()
    };
    if !versions("age").iter().any(|(_, version)| version == AGE) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (name, wanted) in PAIR {
        let held = versions(name);
        if held.is_empty() {
            let what = format!("age {AGE} needs {name} {wanted}, which is not there");
            findings.push(Finding::new("Cargo.lock", 1, what));
        }
        for (line, version) in held.into_iter().filter(|(_, version)| version != wanted) {
            let what = format!("{name} {version}, but age {AGE} compiles only with {wanted}");
            findings.push(Finding::new("Cargo.lock", line, what));
        }
    }
    findings
}

#[cfg(test)]
fn lock(packages: &[(&str, &str)]) -> String {
    let entry = |(name, version): &(&str, &str)| {
        format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\n")
    };
    packages.iter().map(entry).collect()
}

#[test]
fn another_version_of_the_pair_is_found() {
    let found = |packages: &[_]| check(&lock(packages)).len();
    let age = ("age", AGE);
    assert_eq!(found(&[age, PAIR[0], PAIR[1]]), 0);
    assert_eq!(found(&[age, PAIR[0], PAIR[1], ("kem", "0.3.0")]), 1);
    assert_eq!(found(&[age, ("ml-kem", "0.3.0"), ("kem", "0.3.0")]), 2);
    assert_eq!(found(&[age]), 2);
    assert_eq!(found(&[("age", "0.13.0"), ("ml-kem", "0.3.0")]), 0);
}
