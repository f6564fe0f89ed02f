//! `coffer envelope kit`: a folder for the stick in the safe, with all that an opening needs but the
//! sheets.

mod program;
mod readme;

use std::fmt::Write;
use std::path::Path;

use serde_json::Value;
use vault_core::error::Error;
use vault_core::vault::backup::{Backup, checksum_path, digest_of};

use self::program::{Kind, Needs, Program};
use self::readme::Kit;
use crate::args::{KitArgs, System};
use crate::commands::{Context, after_the_act};
use crate::config;
use crate::failure::Failure;
use crate::files::{FileError, NotWritten, PrivateFolder};
use crate::outcome::{Json, Outcome};

const VAULT: &str = "coffer.vault";

const SUMS: &str = "SHA256SUMS";

const SHELL: &str = include_str!("kit/open.sh");

const BATCH: &str = include_str!("kit/open.bat");

const INCOMPLETE: &str = "the kit is incomplete, but the copy of the vault in it is whole";

const RECOVERY: &str = include_str!("../../../../docs/recovery.md");

/// Fills a folder that is not there yet, or is empty. The copy of the vault is a backup like any
/// other, and comes last: what stops before it leaves no record of one, and nothing in the folder.
pub(super) fn run(args: &KitArgs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let programs = programs(args)?;
    let kinds: Vec<Kind> = programs.iter().map(|program| program.kind).collect();
    let dir = args.dir.as_path();
    let mut vault = context.vault()?;
    let (council, mark) = (vault.council_name().to_owned(), vault.mark());
    let seal = vault.ledger().envelope.newest();
    let seal = seal.map(|seal| seal.facts.epoch);
    let folder = PrivateFolder::fill(dir).map_err(not_empty)?;
    let mut session = context.unlock(&mut vault)?;
    context.progress("copying the program and the vault, and reading the copy back...")?;
    let kit = Kit {
        council: &council,
        mark: &mark,
        seal,
        made: context.surroundings().clock.now(),
        programs: &kinds,
    };
    let files = put(&folder, &programs, &kit)?;
    let backup = match session.copy_for_kit(&dir.join(VAULT)) {
        Err(error @ Error::CopyNotNoted { .. }) => {
            drop(folder.keep());
            context.tell(INCOMPLETE)?;
            return Err(error.into());
        }
        copied => copied?,
    };
    let whole = sealed(folder, dir, &files, &backup);
    if whole.is_err() {
        context.tell(INCOMPLETE)?;
    }
    whole?;
    Ok(made(dir, &kit, &backup))
}

/// The programs of the kit: the one that runs, unless another of its kind is given, and those given.
fn programs(args: &KitArgs) -> Result<Vec<Program>, Failure> {
    let mut programs: Vec<Program> = Vec::new();
    for given in &args.programs {
        let program = Program::given(given)?;
        let folder = program.kind.folder();
        if programs.iter().any(|other| other.kind.folder() == folder) {
            return Err(Failure::usage(
                format!("two programs were given for {folder}"),
                "give one for each kind of computer",
            ));
        }
        programs.push(program);
    }
    let own = config::own_program().map_err(|error| Failure::File {
        path: "the program itself".into(),
        error: FileError::from(error),
    })?;
    let own = Program::own(&own)?;
    let folder = own.kind.folder();
    if programs.iter().all(|other| other.kind.folder() != folder) {
        programs.insert(0, own);
    }
    Ok(programs)
}

/// Puts everything but the vault into the folder: the names of the files.
fn put(
    folder: &PrivateFolder,
    programs: &[Program],
    kit: &Kit<'_>,
) -> Result<Vec<String>, Failure> {
    let mut files = Vec::new();
    for Program { kind, contents } in programs {
        let within = kind.folder();
        let name = format!("{within}/{}", kind.file());
        folder.folder(&within)?;
        folder.program(&name, contents)?;
        files.push(name);
    }
    let scripts = readme::scripts(kit.programs).into_iter();
    // The command interpreter of Windows wants its own line ends.
    let texts = scripts.map(|(name, _)| match name {
        "open.bat" => (name, BATCH.replace('\n', "\r\n")),
        _ => (name, SHELL.to_owned()),
    });
    let texts = texts.chain([
        ("recovery.md", RECOVERY.to_owned()),
        ("README.txt", kit.readme()),
    ]);
    for (name, text) in texts {
        let mut file = folder.file(name)?;
        file.write(text.as_bytes())?;
        file.finish()?;
        files.push(name.to_owned());
    }
    Ok(files)
}

/// What was made, and on which computers it does not help.
fn made(dir: &Path, kit: &Kit<'_>, backup: &Backup) -> Outcome {
    let names: Vec<String> = kit.programs.iter().map(|kind| kind.folder()).collect();
    let made = format!(
        "made a kit in {}: the vault ({} records), the program for {}, recovery.md and README.txt",
        dir.display(),
        backup.records,
        names.join(", ")
    );
    let mut outcome = Outcome::done(&dir.display(), backup.record, made);
    let missing: Vec<System> = kit.missing().collect();
    if let Json::Value(json) = &mut outcome.json {
        json["programs"] = names.into();
        let missing = missing.iter().map(|system| Value::from(system.name()));
        json["starts_not_on"] = missing.collect();
    }
    for system in missing {
        outcome = outcome.remark(format!(
            "WARNING: this kit does not start on {}: add the program with --program {}=FILE",
            system.in_words(),
            system.name()
        ));
    }
    for kind in kit
        .programs
        .iter()
        .filter(|kind| kind.needs != Needs::Nothing)
    {
        if let Some(limit) = readme::limit(kind.needs) {
            outcome = outcome.remark(format!(
                "warning: the program for {} starts only there, {limit}; one that is built for musl \
                 starts on each",
                kind.folder()
            ));
        }
    }
    outcome
        .remark("next: put the folder on a stick, the stick into the safe, and no sheet beside it")
}

/// Writes the checksums of all that is there, and keeps the folder.
fn sealed(
    folder: PrivateFolder,
    dir: &Path,
    files: &[String],
    backup: &Backup,
) -> Result<(), Failure> {
    // The backup is on record: from here on nothing is taken away.
    let folder = folder.keep();
    let mut sums = format!("{}  {VAULT}\n", backup.digest);
    let beside = checksum_path(Path::new(VAULT)).display().to_string();
    for name in files.iter().chain([&beside]) {
        let digest = digest_of(&dir.join(name)).map_err(|why| after_the_act(Error::from(why)))?;
        writeln!(sums, "{digest}  {name}").expect("a text takes any text");
    }
    let mut file = folder.file(SUMS)?;
    file.write(sums.as_bytes())?;
    file.finish()?;
    Ok(folder.finish()?)
}

fn not_empty(why: NotWritten) -> Failure {
    match why.error {
        FileError::Exists => Failure::usage(
            format!("{} is there already and is not empty", why.path.display()),
            "name a folder that is empty or not there yet",
        ),
        _ => why.into(),
    }
}
