//! Text with secrets in it, written into one buffer of the right size.

use std::fmt::{self, Write};

use vault_core::secret::SecretBytes;

/// Runs `write` twice: to measure, and into a buffer of exactly that size, so that no copy of a
/// growing one stays behind.
///
/// # Panics
/// Where the second run writes more than the first.
pub(crate) fn written(write: impl Fn(&mut dyn Write) -> fmt::Result) -> SecretBytes {
    let mut size = Size(0);
    write(&mut size).expect("measuring takes any text");
    let mut exact = Exact(SecretBytes::new(Vec::with_capacity(size.0)));
    write(&mut exact).expect("both runs write the same");
    exact.0
}

struct Size(usize);

impl Write for Size {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

struct Exact(SecretBytes);

impl Write for Exact {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let appended = self.0.extend_within_capacity(text.as_bytes());
        appended.ok_or(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_arrives_whole() {
        let page = written(|to| {
            writeln!(to, "{:>3}", 7)?;
            to.write_str("beaver")
        });
        assert_eq!(page.expose(), b"  7\nbeaver");
    }
}
