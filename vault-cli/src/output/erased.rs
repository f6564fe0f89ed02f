//! Text with secrets in it.

use std::fmt::{self, Write};

use vault_core::secret::SecretBytes;

/// What `write` writes. The buffer may grow: what it leaves behind is erased, as every block of the
/// heap is.
///
/// # Panics
/// Where `write` fails: a buffer takes any text.
pub(crate) fn written(write: impl FnOnce(&mut dyn Write) -> fmt::Result) -> SecretBytes {
    let mut text = Text(Vec::new());
    write(&mut text).expect("a buffer takes any text");
    SecretBytes::new(text.0)
}

struct Text(Vec<u8>);

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
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
