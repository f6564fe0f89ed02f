//! The files of the repository, and what is found wrong in them.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;

/// Something against the rules: where, what and why.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) what: String,
}

impl Finding {
    pub(crate) fn new(file: &str, line: usize, what: String) -> Self {
        let file = file.to_owned();
        Self { file, line, what }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// A Rust file, its path being relative to the repository and written with `/`.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) tokens: TokenStream,
}

impl Source {
    pub(crate) fn parse(path: &str, text: &str) -> Self {
        let tokens = text
            .parse()
            .unwrap_or_else(|error| panic!("{path} is not Rust: {error}"));
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            tokens,
        }
    }

    /// Every Rust file of the repository.
    pub(crate) fn all() -> Vec<Self> {
        let paths = files("", "rs");
        assert!(!paths.is_empty(), "the repository holds no Rust file");
        paths.iter().map(|p| Self::parse(p, &read(p))).collect()
    }

    /// The files of the library and of the command line.
    pub(crate) fn product() -> Vec<Self> {
        let mut sources = Self::all();
        sources.retain(|s| s.path.starts_with(CORE) || s.path.starts_with(CLI));
        sources
    }

    /// The modules that this file is, from its crate's root: none for the root itself.
    pub(crate) fn module(&self) -> Vec<String> {
        let (_, inside) = self.path.split_once("src/").unwrap_or(("", &self.path));
        let module = inside.trim_end_matches(".rs");
        if matches!(module, "lib" | "main") {
            return Vec::new();
        }
        module.split('/').map(str::to_owned).collect()
    }
}

/// Where the library lives.
pub(crate) const CORE: &str = "vault-core/src/";
/// Where the command line lives.
pub(crate) const CLI: &str = "vault-cli/src/";

fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("the workspace").to_path_buf()
}

/// The text of a file of the repository.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The files under `folder` with this extension, sorted; what is built or hidden is left out.
pub(crate) fn files(folder: &str, extension: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(root().join(&folder)) else {
            continue;
        };
        for entry in entries {
            let entry = entry.expect("a readable folder");
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{folder}{name}");
            if name.starts_with('.') || name == "target" {
                continue;
            }
            if entry.file_type().expect("a file type").is_dir() {
                folders.push(path + "/");
            } else if Path::new(&name).extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
