//! `coffer envelope kit`: a folder for the stick in the safe, with all that an opening needs but the
//! sheets.

use std::env::consts::{ARCH, EXE_SUFFIX, OS};
use std::fmt::Write;
use std::path::Path;

use vault_core::error::Error;
use vault_core::vault::backup::{Backup, checksum_path, digest_of};

use crate::commands::{Context, after_the_act};
use crate::config;
use crate::failure::Failure;
use crate::files::{FileError, NotWritten, PrivateFolder};
use crate::outcome::Outcome;
use crate::output::{day_for_people, escape};

const VAULT: &str = "coffer.vault";

const SUMS: &str = "SHA256SUMS";

/// What lies in every kit as it is here.
const TEXTS: [(&str, &str); 2] = [
    ("open.sh", include_str!("kit/open.sh")),
    ("recovery.md", include_str!("../../../../docs/recovery.md")),
];

const BATCH: &str = include_str!("kit/open.bat");

const INCOMPLETE: &str = "the kit is incomplete, but the copy of the vault in it is whole";

const README: &str = include_str!("kit/readme.txt");

/// Fills a folder that is not there yet, or is empty. The copy of the vault is a backup like any
/// other, and comes last: what stops before it leaves no record of one, and nothing in the folder.
pub(super) fn run(dir: &Path, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let program = config::own_program().map_err(|error| Failure::File {
        path: "the program itself".into(),
        error: FileError::from(error),
    })?;
    let mut vault = context.vault()?;
    let council = vault.council_name().to_owned();
    let folder = PrivateFolder::fill(dir).map_err(not_empty)?;
    let mut session = context.unlock(&mut vault)?;
    context.progress("copying the program and the vault, and reading the copy back...")?;
    let (system, name) = (format!("{OS}-{ARCH}"), format!("coffer{EXE_SUFFIX}"));
    let mut files = vec![format!("{system}/{name}")];
    folder.folder(&system)?;
    folder.program(&files[0], &program)?;
    let today = day_for_people(context.surroundings().clock.now());
    let readme = readme(&council, &today);
    // The command interpreter of Windows wants its own line ends.
    let batch = BATCH.replace('\n', "\r\n");
    let made = [("README.txt", readme.as_str()), ("open.bat", &batch)];
    for (name, text) in TEXTS.into_iter().chain(made) {
        let mut file = folder.file(name)?;
        file.write(text.as_bytes())?;
        file.finish()?;
        files.push(name.to_owned());
    }
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
    let made = format!(
        "made a kit in {}: the vault ({} records), the program for {system}, recovery.md and \
         README.txt",
        dir.display(),
        backup.records
    );
    Ok(Outcome::done(&dir.display(), backup.record, made)
        .remark("next: put the folder on a stick, the stick into the safe, and no sheet beside it")
        .remark("README.txt in it says how to add the program for other kinds of computers"))
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

fn readme(council: &str, today: &str) -> String {
    let council = escape::line(council);
    format!(
        "THE EMERGENCY KIT OF {}\n  made on {today}. The passwords in it are those of that day.\n\
         {README}",
        council.to_uppercase()
    )
}
