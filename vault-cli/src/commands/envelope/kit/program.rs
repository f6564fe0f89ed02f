//! Programs for kinds of computers, told by how their files begin.

use std::io;
use std::path::Path;

use crate::args::{ForeignProgram, System};
use crate::failure::Failure;
use crate::prompt::SourceError;

/// What every coffer holds that makes kits, with its version behind it.
pub(super) const MADE_BY: &str = concat!(
    "This kit was made by coffer ",
    env!("CARGO_PKG_VERSION"),
    "."
);

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A program is no larger than this.
const LARGEST: u64 = 512 << 20;

/// A kind of processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Machine {
    /// Intel's and AMD's of 64 bits.
    X86,
    /// ARM's of 64 bits.
    Arm,
    /// Both of them.
    Both,
}

impl Machine {
    const fn name(self) -> &'static str {
        match self {
            Self::X86 => "x86_64",
            Self::Arm => "aarch64",
            Self::Both => "universal",
        }
    }

    pub(super) const fn in_words(self) -> &'static str {
        match self {
            Self::X86 => "64-bit Intel or AMD processors",
            Self::Arm => "64-bit ARM processors",
            Self::Both => "Intel and Apple processors",
        }
    }
}

/// What a program needs of the computer's own files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// Nothing that such a computer has not.
    Nothing,
    /// GNU's C library of at least 2 and this.
    Glibc(u32),
    /// A C library that is not known here.
    OtherLibrary,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) system: System,
    pub(super) machine: Machine,
    pub(super) needs: Needs,
}

impl Kind {
    /// The folder of the kit in which `open.sh` and `open.bat` look for it.
    pub(super) fn folder(self) -> String {
        format!("{}-{}", self.system.name(), self.machine.name())
    }

    /// What the program is called there.
    pub(super) const fn file(self) -> &'static str {
        match self.system {
            System::Windows => "coffer.exe",
            System::Linux | System::MacOs => "coffer",
        }
    }

    /// What the file is, where it is a program that a kit can hold.
    pub(super) fn of(file: &[u8]) -> Option<Self> {
        elf(file).or_else(|| pe(file)).or_else(|| mach(file))
    }
}

/// A program of the kit.
pub(super) struct Program {
    pub(super) kind: Kind,
    pub(super) contents: Vec<u8>,
}

impl Program {
    /// The program that runs.
    pub(super) fn own(path: &Path) -> Result<Self, Failure> {
        let contents = read(path)?;
        match Kind::of(&contents) {
            Some(kind) => Ok(Self { kind, contents }),
            None => Err(Failure::usage(
                "a kit cannot hold the program of this kind of computer",
                "make it on Linux, Windows or macOS",
            )),
        }
    }

    /// A program that was given for another kind of computer.
    pub(super) fn given(given: &ForeignProgram) -> Result<Self, Failure> {
        let ForeignProgram { system, file } = given;
        let contents = read(file)?;
        let name = file.display();
        let Some(kind) = Kind::of(&contents) else {
            return Err(Failure::usage(
                format!("{name} is no program for Linux, Windows or macOS on a 64-bit computer"),
                "give the file of the program itself, not a folder, an archive or an installer",
            ));
        };
        if kind.system != *system {
            let (is, said) = (kind.system, system.name());
            return Err(Failure::usage(
                format!(
                    "{name} is a program for {}, and not for {}",
                    is.in_words(),
                    system.in_words()
                ),
                format!(
                    "give --program {}=FILE, or another file after {said}=",
                    is.name()
                ),
            ));
        }
        match version(&contents) {
            Some(VERSION) => Ok(Self { kind, contents }),
            Some(version) => Err(Failure::usage(
                format!("{name} is coffer {version}, and this is coffer {VERSION}"),
                "give the program of this version: another may not read the vault of the kit",
            )),
            None => Err(Failure::usage(
                format!(
                    "{name} is a program for {}, but it is not coffer",
                    system.in_words()
                ),
                "give the file of coffer for that kind of computer",
            )),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: io::Error| Failure::Source {
        what: "--program",
        error: SourceError::Failed(error.kind()),
    };
    let about = std::fs::metadata(path).map_err(failed)?;
    if !about.is_file() || about.len() > LARGEST {
        return Err(Failure::usage(
            format!("{} is no program", path.display()),
            "give the file of the program itself",
        ));
    }
    std::fs::read(path).map_err(failed)
}

/// The version of the coffer in a file.
fn version(file: &[u8]) -> Option<&str> {
    let (before, _) = MADE_BY.split_once(VERSION)?;
    let mut rest = file;
    while let Some(at) = find(rest, before.as_bytes()) {
        rest = &rest[at + before.len()..];
        let is_of_it = |byte: &&u8| byte.is_ascii_alphanumeric() || b".-+".contains(byte);
        let length = rest.iter().take_while(is_of_it).count();
        let version = std::str::from_utf8(&rest[..length]).unwrap_or_default();
        let version = version.trim_end_matches('.');
        if version.starts_with(|c: char| c.is_ascii_digit()) {
            return Some(version);
        }
    }
    None
}

/// Where `needle` first stands (Horspool's way: most of the file is skipped).
fn find(file: &[u8], needle: &[u8]) -> Option<usize> {
    let mut skips = [needle.len(); 256];
    let (last, others) = needle.split_last()?;
    for (at, byte) in others.iter().enumerate() {
        skips[usize::from(*byte)] = others.len() - at;
    }
    let mut end = others.len();
    while let Some(byte) = file.get(end) {
        if byte == last && file[end - others.len()..].starts_with(needle) {
            return Some(end - others.len());
        }
        end += skips[usize::from(*byte)];
    }
    None
}

fn bytes<const N: usize>(file: &[u8], at: usize) -> Option<[u8; N]> {
    file.get(at..)?.first_chunk().copied()
}

fn short(file: &[u8], at: usize) -> Option<u16> {
    bytes(file, at).map(u16::from_le_bytes)
}

fn word(file: &[u8], at: usize) -> Option<u32> {
    bytes(file, at).map(u32::from_le_bytes)
}

fn offset(file: &[u8], at: usize) -> Option<usize> {
    usize::try_from(bytes(file, at).map(u64::from_le_bytes)?).ok()
}

/// A program for Linux (ELF of 64 bits).
fn elf(file: &[u8]) -> Option<Kind> {
    const SYSTEMS: [u8; 2] = [0, 3];
    let head: [u8; 8] = bytes(file, 0)?;
    let ours = head.starts_with(b"\x7fELF\x02\x01\x01") && SYSTEMS.contains(&head[7]);
    let is_program = matches!(short(file, 16)?, 2 | 3);
    let machine = match short(file, 18)? {
        62 => Machine::X86,
        183 => Machine::Arm,
        _ => return None,
    };
    (ours && is_program).then(|| Kind {
        system: System::Linux,
        machine,
        needs: libraries(file).unwrap_or(Needs::Nothing),
    })
}

/// What a program for Linux names to load it, where it names something.
fn libraries(file: &[u8]) -> Option<Needs> {
    const INTERPRETER: u32 = 3;
    let (from, each) = (offset(file, 32)?, usize::from(short(file, 54)?));
    let parts = (0..usize::from(short(file, 56)?)).map(|part| from + part * each);
    let mut parts = parts.filter(|at| word(file, *at) == Some(INTERPRETER));
    let at = offset(file, parts.next()? + 8)?;
    let loader = file.get(at..)?;
    if !loader.starts_with(b"/lib64/ld-linux") && !loader.starts_with(b"/lib/ld-linux") {
        return Some(Needs::OtherLibrary);
    }
    Some(newest_glibc(file).map_or(Needs::OtherLibrary, Needs::Glibc))
}

/// The newest version of GNU's C library that the program asks for.
fn newest_glibc(file: &[u8]) -> Option<u32> {
    const VERSION: &[u8] = b"GLIBC_2.";
    let (mut rest, mut newest) = (file, None);
    while let Some(at) = find(rest, VERSION) {
        rest = &rest[at + VERSION.len()..];
        let digits = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit());
        let minor = digits.fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
        newest = newest.max(Some(minor));
    }
    newest
}

/// A program for Windows (PE).
fn pe(file: &[u8]) -> Option<Kind> {
    const LIBRARY: u16 = 0x2000;
    let at = usize::try_from(word(file, 0x3c)?).ok()?;
    let is_program = file.starts_with(b"MZ")
        && bytes(file, at)? == *b"PE\0\0"
        && short(file, at.checked_add(22)?)? & LIBRARY == 0;
    let machine = match short(file, at + 4)? {
        0x8664 => Machine::X86,
        0xaa64 => Machine::Arm,
        _ => return None,
    };
    is_program.then_some(Kind {
        system: System::Windows,
        machine,
        needs: Needs::Nothing,
    })
}

/// A program for macOS (Mach-O), for one processor or for several.
fn mach(file: &[u8]) -> Option<Kind> {
    const PROGRAM: u32 = 2;
    const MOST: u32 = 8;
    let processor = |number: u32| match number {
        0x0100_0007 => Some(Machine::X86),
        0x0100_000c => Some(Machine::Arm),
        _ => None,
    };
    let machine = match bytes(file, 0)? {
        [0xcf, 0xfa, 0xed, 0xfe] if word(file, 12)? == PROGRAM => processor(word(file, 4)?)?,
        [0xca, 0xfe, 0xba, 0xbe] => {
            let count = bytes(file, 4).map(u32::from_be_bytes)?;
            let numbers = (0..usize::try_from(count.min(MOST)).ok()?)
                .filter_map(|part| bytes(file, 8 + 20 * part).map(u32::from_be_bytes));
            let known: Vec<Machine> = numbers.filter_map(processor).collect();
            match known[..] {
                _ if count > MOST => return None,
                [] => return None,
                [one] => one,
                _ => Machine::Both,
            }
        }
        _ => return None,
    };
    Some(Kind {
        system: System::MacOs,
        machine,
        needs: Needs::Nothing,
    })
}

#[cfg(test)]
mod tests;
