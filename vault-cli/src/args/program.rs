//! `PLATFORM=FILE`: a program for another kind of computer.

use std::path::PathBuf;

/// What runs the programs of a computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// Windows.
    Windows,
    /// macOS.
    MacOs,
    /// Linux.
    Linux,
}

impl System {
    /// All of them, what most offices have first.
    pub const ALL: [Self; 3] = [Self::Windows, Self::MacOs, Self::Linux];

    /// As it is typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::MacOs => "macos",
            Self::Linux => "linux",
        }
    }

    /// As people write it.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Windows => "Windows",
            Self::MacOs => "macOS",
            Self::Linux => "Linux",
        }
    }
}

/// A program, and the system that it is said to be for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignProgram {
    /// For which.
    pub system: System,
    /// Where it is.
    pub file: PathBuf,
}

impl ForeignProgram {
    /// Reads `PLATFORM=FILE`.
    ///
    /// # Errors
    /// What is expected, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let expected = "give a platform and a file, such as windows=coffer.exe; platforms are \
                        windows, macos and linux";
        let (name, file) = text.split_once('=').ok_or(expected)?;
        let mut all = System::ALL.into_iter();
        let system = all.find(|system| system.name().eq_ignore_ascii_case(name.trim()));
        match system {
            Some(system) if !file.is_empty() => Ok(Self {
                system,
                file: file.into(),
            }),
            _ => Err(expected.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_and_a_file_are_taken_and_nothing_else() {
        let parsed = ForeignProgram::parse("Windows=C:\\a=b\\coffer.exe").expect("both");
        assert_eq!(parsed.system, System::Windows);
        assert_eq!(parsed.file, PathBuf::from("C:\\a=b\\coffer.exe"));
        for text in ["coffer.exe", "windows=", "=coffer", "beos=coffer"] {
            let refused = ForeignProgram::parse(text).expect_err("no platform");
            assert!(refused.contains("windows, macos and linux"), "{text}");
        }
    }
}
