//! Secrets from files, descriptors and standard input.

use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use vault_core::secret::{SecretBytes, SecretString};

/// The longest passphrase that is read, in bytes.
const PASSPHRASE_LIMIT: usize = 64 * 1024;

/// The longest value that is read, in bytes.
const VALUE_LIMIT: usize = 1024 * 1024;

/// Why a secret could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceError {
    /// There is nothing in it, or its first line is empty.
    Empty,
    /// It is longer than `limit` bytes.
    TooLong {
        /// The most that is read.
        limit: usize,
    },
    /// A passphrase that is not text in UTF-8.
    NotText,
    /// Text in UTF-16, as some programs for Windows write it.
    OtherText,
    /// Standard input is a terminal, which would show the secret as it is typed.
    Visible,
    /// It cannot be opened or read.
    Failed(io::ErrorKind),
}

impl From<io::Error> for SourceError {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.kind())
    }
}

/// What some programs write before text in UTF-8, and nobody sees.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The passphrase in a file: its first line without the line's end, LF or CRLF, and without a
/// byte-order mark.
///
/// # Errors
/// [`SourceError`]; more than 64 KiB is too long.
pub fn secret_from_file(path: &Path) -> Result<SecretString, SourceError> {
    first_line(&mut File::open(path)?)
}

/// Whether others than its owner may read a file. A pipe or a device is none that they could.
#[cfg(unix)]
pub fn is_shared(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let metadata = std::fs::metadata(path);
    metadata.is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o044 != 0)
}

/// The same where the platform tells nothing of it.
#[cfg(not(unix))]
pub fn is_shared(_: &Path) -> bool {
    false
}

/// The passphrase behind descriptor `fd`: as [`secret_from_file`], and what follows the first line
/// stays unread. Descriptors other than 0 are opened anew by name, so that a regular file is read
/// from its beginning; where the platform has no `/dev/fd`, only 0 can be read.
///
/// # Errors
/// [`SourceError`].
pub fn secret_from_fd(fd: u32) -> Result<SecretString, SourceError> {
    if fd == 0 {
        return first_line(&mut stdin());
    }
    first_line(&mut File::open(format!("/dev/fd/{fd}"))?)
}

/// The value on standard input, to its end: one final LF or CRLF is dropped, every other byte
/// stands. It may be empty.
///
/// # Errors
/// [`SourceError`]; more than 1 MiB is too long.
#[expect(
    clippy::disallowed_methods,
    reason = "it is asked whether it is a terminal, and not read"
)]
pub fn secret_from_stdin() -> Result<SecretBytes, SourceError> {
    if io::stdin().is_terminal() {
        return Err(SourceError::Visible);
    }
    whole_value(&mut stdin())
}

/// The value in a file, as [`secret_from_stdin`] reads it.
///
/// # Errors
/// [`SourceError`]; more than 1 MiB is too long.
pub fn secret_value_from_file(path: &Path) -> Result<SecretBytes, SourceError> {
    whole_value(&mut File::open(path)?)
}

/// Reads byte by byte, so that the source stands behind the line.
fn first_line(source: &mut impl Read) -> Result<SecretString, SourceError> {
    let limit = PASSPHRASE_LIMIT;
    // Room for the longest passphrase, its mark and its CRLF.
    let mut line = SecretBytes::zeroed(limit + BYTE_ORDER_MARK.len() + 2);
    let mut len = 0;
    while len < line.len() && fill(source, &mut line.expose_mut()[len..=len])? == 1 {
        len += 1;
        if line.expose()[len - 1] == b'\n' {
            break;
        }
    }
    let line = without_mark(without_line_end(&line.expose()[..len]));
    match line.len() {
        0 => Err(SourceError::Empty),
        len if len > limit => Err(SourceError::TooLong { limit }),
        _ if line.starts_with(b"\xff\xfe") || line.starts_with(b"\xfe\xff") => {
            Err(SourceError::OtherText)
        }
        _ => {
            let line = SecretBytes::copy_from(line);
            SecretString::from_utf8(&line).ok_or(SourceError::NotText)
        }
    }
}

/// `bytes` without a byte-order mark at their beginning.
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes)
}

fn whole_value(source: &mut impl Read) -> Result<SecretBytes, SourceError> {
    let limit = VALUE_LIMIT;
    // Room for the longest value and its CRLF, and for one byte more that gives a longer one away.
    let mut all = SecretBytes::zeroed(limit + 3);
    let len = fill(source, all.expose_mut())?;
    let value = without_line_end(&all.expose()[..len]);
    if value.len() > limit {
        return Err(SourceError::TooLong { limit });
    }
    Ok(SecretBytes::copy_from(value))
}

/// Reads until `room` is full or the source ends; how many bytes there were.
fn fill(source: &mut impl Read, room: &mut [u8]) -> io::Result<usize> {
    let mut len = 0;
    while len < room.len() {
        match source.read(&mut room[len..]) {
            Ok(0) => break,
            Ok(read) => len += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(len)
}

/// `bytes` without one final LF or CRLF.
fn without_line_end(bytes: &[u8]) -> &[u8] {
    let Some(line) = bytes.strip_suffix(b"\n") else {
        return bytes;
    };
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Standard input without the standard library's buffer, which would keep a copy.
#[cfg(unix)]
fn stdin() -> impl Read {
    struct Descriptor(rustix::fd::BorrowedFd<'static>);

    impl Read for Descriptor {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            Ok(rustix::io::read(self.0, room)?)
        }
    }

    Descriptor(rustix::stdio::stdin())
}

#[cfg(not(unix))]
#[expect(
    clippy::disallowed_methods,
    reason = "the platform offers nothing without a buffer"
)]
fn stdin() -> impl Read {
    io::stdin()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(bytes: &[u8]) -> Result<String, SourceError> {
        first_line(&mut &*bytes).map(|text| text.expose().to_owned())
    }

    fn value(bytes: &[u8]) -> Result<Vec<u8>, SourceError> {
        whole_value(&mut &*bytes).map(|value| value.expose().to_vec())
    }

    #[test]
    fn a_passphrase_is_the_first_line_without_its_end() {
        for file in [
            "tin otter",
            "tin otter\n",
            "tin otter\r\n",
            "tin otter\nmore\n",
            "\u{feff}tin otter",
            "\u{feff}tin otter\r\n",
        ] {
            assert_eq!(line(file.as_bytes()).as_deref(), Ok("tin otter"));
        }
        assert_eq!(line(b" tin \r").as_deref(), Ok(" tin \r"));
    }

    #[test]
    fn what_follows_the_first_line_stays_unread() {
        let mut source = b"tin otter\nvalue\n".as_slice();
        assert!(first_line(&mut source).is_ok());
        assert_eq!(source, b"value\n");
    }

    #[test]
    fn an_empty_passphrase_is_refused() {
        for file in [
            b"".as_slice(),
            b"\n",
            b"\r\n",
            b"\nsecond line",
            BYTE_ORDER_MARK,
        ] {
            assert_eq!(line(file), Err(SourceError::Empty));
        }
    }

    #[test]
    fn a_passphrase_that_is_no_text_is_refused() {
        assert_eq!(line(b"\xff\n"), Err(SourceError::NotText));
        assert_eq!(line(b"\xff\xfet\0\n\0"), Err(SourceError::OtherText));
    }

    #[test]
    fn a_passphrase_may_be_64_kib_long_and_no_longer() {
        let limit = PASSPHRASE_LIMIT;
        for end in ["", "\n", "\r\n", "\nmore"] {
            let longest = "x".repeat(limit) + end;
            assert_eq!(line(longest.as_bytes()).map(|text| text.len()), Ok(limit));
            let longer = "x".repeat(limit + 1) + end;
            assert_eq!(line(longer.as_bytes()), Err(SourceError::TooLong { limit }));
        }
        let endless = io::repeat(b'x');
        let read = first_line(&mut { endless });
        assert_eq!(read.err(), Some(SourceError::TooLong { limit }));
    }

    #[test]
    fn a_value_loses_one_line_end_and_no_other_byte() {
        for (file, expected) in [
            ("", ""),
            ("\n", ""),
            ("\r\n", ""),
            ("a\n\n", "a\n"),
            ("a\r\r\n", "a\r"),
            ("a\r", "a\r"),
            (" a\0b ", " a\0b "),
        ] {
            assert_eq!(value(file.as_bytes()), Ok(expected.as_bytes().to_vec()));
        }
        assert_eq!(value(b"\xff\xfe"), Ok(vec![0xff, 0xfe]));
    }

    #[test]
    fn a_value_may_be_1_mib_long_and_no_longer() {
        let limit = VALUE_LIMIT;
        for end in ["", "\n", "\r\n"] {
            let longest = "x".repeat(limit) + end;
            assert_eq!(
                value(longest.as_bytes()).map(|value| value.len()),
                Ok(limit)
            );
            let longer = "x".repeat(limit + 1) + end;
            assert_eq!(
                value(longer.as_bytes()),
                Err(SourceError::TooLong { limit })
            );
        }
        let endless = whole_value(&mut { io::repeat(b'x') });
        assert_eq!(endless.err(), Some(SourceError::TooLong { limit }));
    }

    #[cfg(unix)]
    #[test]
    fn a_descriptor_is_read_as_a_file_is() {
        use std::io::Write;
        use std::os::fd::AsRawFd;

        let (reader, mut writer) = io::pipe().expect("a pipe");
        writer.write_all(b"tin otter\n").expect("written");
        drop(writer);
        let fd = u32::try_from(reader.as_raw_fd()).expect("not negative");
        let read = secret_from_fd(fd).map(|text| text.expose().to_owned());
        assert_eq!(read.as_deref(), Ok("tin otter"));
    }

    #[test]
    fn a_missing_file_and_a_folder_are_errors() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = folder.path().join("missing");
        let not_found = SourceError::Failed(io::ErrorKind::NotFound);
        assert_eq!(secret_from_file(&missing).err(), Some(not_found));
        assert!(secret_from_file(folder.path()).is_err());
        assert!(secret_value_from_file(folder.path()).is_err());
    }
}
