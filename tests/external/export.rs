//! An export in memory, to be changed and written somewhere else.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The files of an export by their names within.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Export {
    files: BTreeMap<String, Vec<u8>>,
}

impl Export {
    /// What stands in a folder.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut files = BTreeMap::new();
        for within in ["", "checkpoints", "proofs"] {
            for entry in fs::read_dir(folder.join(within)).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_file() {
                    let name = path.strip_prefix(folder).expect("within");
                    let name = name.to_str().expect("ASCII").to_owned();
                    files.insert(name, fs::read(&path).expect("a file"));
                }
            }
        }
        Self { files }
    }

    /// Writes it into a new folder.
    pub(crate) fn write(&self, folder: &Path) {
        for within in ["", "checkpoints", "proofs"] {
            fs::create_dir(folder.join(within)).expect("a folder");
        }
        for (name, bytes) in &self.files {
            fs::write(folder.join(name), bytes).expect("a file");
        }
    }

    /// A file of it, as text.
    pub(crate) fn text(&self, name: &str) -> &str {
        std::str::from_utf8(&self.files[name]).expect("UTF-8")
    }

    pub(crate) fn put(&mut self, name: &str, text: String) {
        self.files.insert(name.to_owned(), text.into_bytes());
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.files.remove(name).expect("it was there");
    }

    /// The names of the files in a folder of it.
    pub(crate) fn within(&self, folder: &str) -> Vec<String> {
        let names = self.files.keys();
        names
            .filter(|name| name.starts_with(folder))
            .cloned()
            .collect()
    }

    /// The signed head over all lines.
    pub(crate) fn head(&self) -> &str {
        self.text("checkpoint")
    }

    /// The lines, without their breaks.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.text("entries.jsonl")
            .lines()
            .map(str::to_owned)
            .collect()
    }

    pub(crate) fn set_lines(&mut self, lines: &[String]) {
        self.put("entries.jsonl", lines.join("\n") + "\n");
    }

    /// Takes the words of every `every`th record that has any out.
    pub(crate) fn erase_words(&mut self, every: usize) {
        let words = self.text("details.jsonl");
        let rows = words.split_inclusive('\n').enumerate();
        let left = rows.filter(|(at, _)| at % every != 0);
        let left: String = left.map(|(_, row)| row).collect();
        assert_ne!(words, left, "there are no words");
        self.put("details.jsonl", left);
    }
}
