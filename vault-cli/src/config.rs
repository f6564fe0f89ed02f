//! Where things are and who is asking: option, then environment, then the platform's habit.
//!
//! The only reader of the environment. No secret is ever taken from there.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use crate::args::Global;

/// The name of the vault file in the data folder.
const VAULT_FILE: &str = "coffer.vault";

/// What the environment says, read once. A variable that is set to nothing counts as not set.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    vault: Option<OsString>,
    person: Option<OsString>,
    state: Option<OsString>,
    data_home: Option<PathBuf>,
    state_home: Option<PathBuf>,
    home: Option<PathBuf>,
    host: Option<String>,
    term: Option<OsString>,
}

impl Environment {
    /// The environment of this process.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the door to the environment"
    )]
    pub fn of_process() -> Self {
        let text = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        // The XDG base directory specification has relative folders ignored.
        let folder = |name: &str| {
            text(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        let (data_home, state_home) = match Habit::HERE {
            Habit::Xdg => (folder("XDG_DATA_HOME"), folder("XDG_STATE_HOME")),
            Habit::MacOs => (None, None),
            Habit::Windows => (folder("LOCALAPPDATA"), folder("LOCALAPPDATA")),
        };
        Self {
            vault: text("COFFER_VAULT"),
            person: text("COFFER_PERSON"),
            state: text("COFFER_STATE_DIR"),
            data_home,
            state_home,
            home: env::home_dir().filter(|path| path.is_absolute()),
            host: host(),
            term: text("TERM"),
        }
    }
}

/// The folder for files that nobody will miss.
pub fn temporary_folder() -> PathBuf {
    env::temp_dir()
}

/// Whether what lies at `path` will not be there tomorrow: in a folder for passing files, or in one
/// that the system keeps in memory.
pub fn is_passing(path: &Path) -> bool {
    const FOLDERS: [&str; 5] = [
        "/tmp",
        "/var/tmp",
        "/private/tmp",
        "/private/var",
        "/dev/shm",
    ];
    let own = temporary_folder();
    let whole = own.canonicalize();
    let mut folders = FOLDERS
        .iter()
        .map(Path::new)
        .chain([&*own])
        .chain(whole.as_deref().ok());
    folders.any(|folder| path.starts_with(folder))
}

/// Where the program itself is.
///
/// # Errors
/// The platform's, where it cannot tell.
pub fn own_program() -> io::Result<PathBuf> {
    env::current_exe()
}

/// Where a vault file may lie that came with the program, as on a stick: in the folder at hand, in
/// the program's own, and in the one above that.
pub fn vaults_nearby() -> Vec<PathBuf> {
    let program = own_program().unwrap_or_default();
    let folders = program.ancestors().skip(1).take(2);
    let beside = folders.filter(|folder| folder.is_absolute());
    let beside = beside.map(|folder| folder.join(VAULT_FILE));
    let mut vaults: Vec<PathBuf> = env::current_dir()
        .map(|folder| folder.join(VAULT_FILE))
        .into_iter()
        .chain(beside)
        .collect();
    vaults.dedup();
    vaults
}

/// Why it is not known where things are, or who is asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigError {
    /// Neither `--vault` nor `COFFER_VAULT` nor a home folder.
    NoVault,
    /// `COFFER_PERSON` is not text in UTF-8.
    PersonNotText,
}

/// Where things are, and who is asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The vault file: `--vault`, else `COFFER_VAULT`, else `coffer.vault` in the data folder.
    pub vault: PathBuf,
    /// Whether nobody named the vault file, so that it stands where the platform has such files.
    pub vault_by_habit: bool,
    /// The folder for what this machine has seen: `COFFER_STATE_DIR`, else `coffer` in the
    /// platform's folder for state; none where there is no home folder either.
    pub state: Option<PathBuf>,
    /// Who is asking: `--as`, else `COFFER_PERSON`.
    pub person: Option<String>,
    /// The machine's own name, for the records; `unknown` where it has none.
    pub host: String,
    /// The terminal's kind, as `TERM` says it.
    pub term: Option<OsString>,
    /// The home folder of whoever runs the program, for which people write `~`.
    pub home: Option<PathBuf>,
}

impl Config {
    /// What `global` and `environment` come to on this platform.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn new(global: &Global, environment: &Environment) -> Result<Self, ConfigError> {
        Self::by(Habit::HERE, global, environment)
    }

    fn by(habit: Habit, global: &Global, environment: &Environment) -> Result<Self, ConfigError> {
        let vault = global.vault.clone();
        let vault = vault.or_else(|| environment.vault.clone().map(PathBuf::from));
        let vault_by_habit = vault.is_none();
        let vault = vault.or_else(|| habit.data_folder(environment).map(|it| it.join(VAULT_FILE)));
        let state = environment.state.clone().map(PathBuf::from);
        let state = state.or_else(|| habit.state_folder(environment));
        let person = match (&global.person, &environment.person) {
            (Some(person), _) => Some(person.clone()),
            (None, Some(person)) => Some(person.to_str().ok_or(ConfigError::PersonNotText)?.into()),
            (None, None) => None,
        };
        Ok(Self {
            vault: vault.ok_or(ConfigError::NoVault)?,
            vault_by_habit,
            state,
            person,
            host: environment.host.clone().unwrap_or_else(|| "unknown".into()),
            term: environment.term.clone(),
            home: environment.home.clone(),
        })
    }
}

/// Which folders a platform has for data and for state.
#[derive(Clone, Copy)]
#[cfg_attr(not(test), expect(dead_code, reason = "each platform has one"))]
enum Habit {
    /// The XDG base directory specification, version 0.8.
    Xdg,
    /// Apple's file system guide: one folder for both.
    MacOs,
    /// The known folder for local data of programs: one for both.
    Windows,
}

impl Habit {
    #[cfg(target_os = "macos")]
    const HERE: Self = Self::MacOs;
    #[cfg(windows)]
    const HERE: Self = Self::Windows;
    #[cfg(not(any(target_os = "macos", windows)))]
    const HERE: Self = Self::Xdg;

    fn data_folder(self, environment: &Environment) -> Option<PathBuf> {
        let home = environment.home.as_deref();
        let data_home = environment.data_home.clone();
        match self {
            Self::Xdg => data_home.or_else(|| Some(home?.join(".local/share"))),
            Self::MacOs => Some(home?.join("Library/Application Support")),
            Self::Windows => data_home.or_else(|| Some(home?.join("AppData").join("Local"))),
        }
        .map(|folder| folder.join("coffer"))
    }

    fn state_folder(self, environment: &Environment) -> Option<PathBuf> {
        let home = environment.home.as_deref();
        match self {
            Self::Xdg => {
                let state_home = environment.state_home.clone();
                let state_home = state_home.or_else(|| Some(home?.join(".local/state")));
                state_home.map(|folder| folder.join("coffer"))
            }
            Self::MacOs | Self::Windows => self
                .data_folder(environment)
                .map(|folder| folder.join("state")),
        }
    }
}

#[cfg(unix)]
fn host() -> Option<String> {
    let name = rustix::system::uname();
    let name = name.nodename().to_string_lossy();
    (!name.is_empty()).then(|| name.into_owned())
}

#[cfg(not(unix))]
#[expect(
    clippy::disallowed_methods,
    reason = "this is the door to the environment"
)]
fn host() -> Option<String> {
    env::var("COMPUTERNAME")
        .ok()
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_home() -> Environment {
        Environment {
            home: Some("/home/pat".into()),
            ..Environment::default()
        }
    }

    fn xdg(global: &Global, environment: &Environment) -> Config {
        Config::by(Habit::Xdg, global, environment).expect("known")
    }

    #[test]
    fn without_options_or_variables_things_are_in_the_home_folder() {
        for (habit, vault, state) in [
            (
                Habit::Xdg,
                "/home/pat/.local/share/coffer/coffer.vault",
                "/home/pat/.local/state/coffer",
            ),
            (
                Habit::MacOs,
                "/home/pat/Library/Application Support/coffer/coffer.vault",
                "/home/pat/Library/Application Support/coffer/state",
            ),
            (
                Habit::Windows,
                "/home/pat/AppData/Local/coffer/coffer.vault",
                "/home/pat/AppData/Local/coffer/state",
            ),
        ] {
            let config = Config::by(habit, &Global::default(), &at_home()).expect("known");
            assert_eq!(config.vault, PathBuf::from(vault));
            assert_eq!(config.state, Some(PathBuf::from(state)));
            assert!(config.vault_by_habit);
            assert_eq!(config.person, None);
            assert_eq!(config.host, "unknown");
        }
    }

    #[test]
    fn the_xdg_folders_stand_before_the_home_folder() {
        let environment = Environment {
            data_home: Some("/data".into()),
            state_home: Some("/state".into()),
            ..at_home()
        };
        let config = xdg(&Global::default(), &environment);
        assert_eq!(config.vault, PathBuf::from("/data/coffer/coffer.vault"));
        assert_eq!(config.state, Some(PathBuf::from("/state/coffer")));
    }

    #[test]
    fn an_option_stands_before_a_variable_and_a_variable_before_habit() {
        let environment = Environment {
            vault: Some("env.vault".into()),
            person: Some("Pat".into()),
            state: Some("seen".into()),
            ..at_home()
        };
        let config = xdg(&Global::default(), &environment);
        assert_eq!(config.vault, PathBuf::from("env.vault"));
        assert!(!config.vault_by_habit);
        assert_eq!(config.state, Some(PathBuf::from("seen")));
        assert_eq!(config.person.as_deref(), Some("Pat"));

        let global = Global {
            vault: Some("flag.vault".into()),
            person: Some("Chris".into()),
            ..Global::default()
        };
        let config = xdg(&global, &environment);
        assert_eq!(config.vault, PathBuf::from("flag.vault"));
        assert_eq!(config.person.as_deref(), Some("Chris"));
    }

    #[test]
    fn without_a_home_folder_the_vault_must_be_named_and_nothing_is_remembered() {
        let mut environment = Environment::default();
        let global = Global::default();
        let known = Config::by(Habit::Xdg, &global, &environment);
        assert_eq!(known, Err(ConfigError::NoVault));
        environment.vault = Some("v".into());
        let known = Config::by(Habit::Xdg, &global, &environment);
        assert_eq!(known.map(|config| config.state), Ok(None));
    }

    #[cfg(unix)]
    #[test]
    fn a_person_that_is_no_text_is_refused() {
        use std::os::unix::ffi::OsStringExt;

        let environment = Environment {
            person: Some(OsString::from_vec(vec![0xff])),
            ..at_home()
        };
        let known = Config::by(Habit::Xdg, &Global::default(), &environment);
        assert_eq!(known, Err(ConfigError::PersonNotText));
    }

    #[cfg(unix)]
    #[test]
    fn the_machine_has_a_name() {
        assert!(
            Environment::of_process()
                .host
                .is_some_and(|name| !name.is_empty())
        );
    }
}
