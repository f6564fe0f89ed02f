//! What stands on the stick for whoever finds it: what is there, and where it starts.

use super::program::{Kind, MADE_BY, Needs};
use crate::args::System;
use crate::output::{day_for_people, escape, wrap};
use vault_core::id::Epoch;
use vault_core::time::Timestamp;

const WIDTH: usize = 76;

const PURPOSE: &str = include_str!("purpose.txt");
const WINDOWS: &str = include_str!("windows.txt");
const MACOS: &str = include_str!("macos.txt");
const LINUX: &str = include_str!("linux.txt");
const AFTERWARDS: &str = include_str!("afterwards.txt");

/// What the kit is of.
pub(super) struct Kit<'a> {
    pub(super) council: &'a str,
    pub(super) mark: &'a str,
    pub(super) seal: Option<Epoch>,
    pub(super) made: Timestamp,
    pub(super) programs: &'a [Kind],
}

impl Kit<'_> {
    /// The systems on which the kit starts nothing.
    pub(super) fn missing(&self) -> impl Iterator<Item = System> {
        let has = |system: &System| self.programs.iter().any(|kind| kind.system == *system);
        System::ALL.into_iter().filter(move |system| !has(system))
    }

    /// The text of README.txt.
    pub(super) fn readme(&self) -> String {
        let mut text = self.head();
        text.push_str(PURPOSE);
        for (system, how) in [
            (System::Windows, WINDOWS),
            (System::MacOs, MACOS),
            (System::Linux, LINUX),
        ] {
            if self.programs.iter().any(|kind| kind.system == system) {
                text.push_str(how);
            }
        }
        text.push_str(AFTERWARDS);
        text.push_str(&self.contents());
        text
    }

    fn head(&self) -> String {
        let seal = match self.seal {
            Some(seal) => format!("seal {seal}"),
            None => "never sealed: no sheet opens it yet".to_owned(),
        };
        let made = day_for_people(self.made);
        let mut text = format!("THE EMERGENCY KIT\n{}", said(&escape::line(self.council)));
        text.push_str(&said(&format!(
            "Vault {}, {seal}. The same stands on the sheets; a sheet from a later seal needs a \
             newer kit.",
            self.mark
        )));
        text.push_str(&said(&format!(
            "Made on {made}. The passwords in it are those of that day. {MADE_BY}"
        )));
        text.push_str("\nIT STARTS ON\n");
        for kind in self.programs {
            text.push_str(&said(&starts_on(*kind)));
        }
        let missing: Vec<System> = self.missing().collect();
        if !missing.is_empty() {
            text.push_str("\nIT DOES NOT START ON\n");
            for system in &missing {
                text.push_str(&said(system.in_words()));
            }
            text.push_str(&said(
                "There, the program for that kind of computer is needed: coffer of the same \
                 version. Or use another computer.",
            ));
        }
        text
    }

    fn contents(&self) -> String {
        let mut text = "\nWHAT IS HERE\n".to_owned();
        for kind in self.programs {
            let what = format!("the program for {}", kind.system.in_words());
            text.push_str(&file(&format!("{}/{}", kind.folder(), kind.file()), &what));
        }
        for (name, what) in scripts(self.programs) {
            text.push_str(&file(name, what));
        }
        for (name, what) in [
            ("coffer.vault", "the vault, encrypted"),
            ("coffer.vault.sha256", "its checksum"),
            ("recovery.md", "how to open it without any program of ours"),
            ("SHA256SUMS", "the checksums of all this"),
        ] {
            text.push_str(&file(name, what));
        }
        text
    }
}

/// What starts the programs: a script for whose system there is a program.
pub(super) fn scripts(programs: &[Kind]) -> Vec<(&'static str, &'static str)> {
    let has = |systems: &[System]| programs.iter().any(|kind| systems.contains(&kind.system));
    let mut scripts = Vec::new();
    if has(&[System::Windows]) {
        scripts.push(("open.bat", "starts the program on Windows"));
    }
    if has(&[System::Linux, System::MacOs]) {
        scripts.push(("open.sh", "starts the program on Linux and macOS"));
    }
    scripts
}

/// On which computers a program starts.
fn starts_on(kind: Kind) -> String {
    let computers = format!(
        "{} with {}",
        kind.system.in_words(),
        kind.machine.in_words()
    );
    match limit(kind.needs) {
        Some(limit) => format!("{computers}, {limit}"),
        None => computers,
    }
}

/// What a program needs beyond its kind of computer, in words.
pub(super) fn limit(needs: Needs) -> Option<String> {
    match needs {
        Needs::Nothing => None,
        Needs::Glibc(minor) => {
            // Two versions a year since 2.31 of February 2020; systems have them a year later.
            let year = 2021 + minor.saturating_sub(31) / 2;
            Some(format!(
                "and with the C library glibc 2.{minor} or newer, as most systems since {year} have"
            ))
        }
        Needs::OtherLibrary => Some("and with the C library that it was made for".to_owned()),
    }
}

/// A paragraph.
fn said(text: &str) -> String {
    let lines = wrap::lines(text, |line| line.chars().count() <= WIDTH - 2);
    let indented = lines.iter().flat_map(|line| ["  ", line, "\n"]);
    indented.collect()
}

fn file(name: &str, what: &str) -> String {
    format!("  {name:<28}{what}\n")
}

#[cfg(test)]
mod tests {
    use super::super::program::Machine;
    use super::*;

    fn kit(programs: &[Kind]) -> String {
        let kit = Kit {
            council: "Cyngor Tref Llanŵyn",
            mark: "7K2M-9QXF",
            seal: Some(Epoch::new(3)),
            made: "2026-11-21T22:05:00Z".parse().expect("a time"),
            programs,
        };
        kit.readme()
    }

    const fn kind(system: System, needs: Needs) -> Kind {
        Kind {
            system,
            machine: Machine::X86,
            needs,
        }
    }

    #[test]
    fn it_says_where_it_starts_and_where_it_does_not_and_only_how_it_does() {
        let linux = kit(&[kind(System::Linux, Needs::Glibc(36))]);
        let (starts, not) = linux.split_once("IT DOES NOT START ON").expect("both");
        let starts: Vec<&str> = starts.split_whitespace().collect();
        let starts = starts.join(" ");
        assert!(starts.contains("Linux with 64-bit Intel or AMD processors, and with the C"));
        assert!(starts.contains("glibc 2.36") && starts.contains("since 2023"));
        assert!(not.contains("  Windows\n  macOS\n"));
        assert!(linux.contains("sh open.sh") && !linux.contains("open.bat"));
        let windows = kit(&[kind(System::Windows, Needs::Nothing)]);
        assert!(windows.contains("open.bat") && !windows.contains("open.sh"));
        let all = System::ALL.map(|system| kind(system, Needs::Nothing));
        let all = kit(&all);
        assert!(!all.contains("IT DOES NOT START ON"));
        for part in [
            "Cyngor Tref Llanŵyn",
            "7K2M-9QXF, seal 3",
            MADE_BY,
            "21 November 2026",
        ] {
            let text: Vec<&str> = all.split_whitespace().collect();
            assert!(text.join(" ").contains(part), "{part} in {all}");
        }
    }

    #[test]
    fn no_line_is_wider_than_a_window() {
        for line in kit(&[kind(System::Linux, Needs::Glibc(36))]).lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}
