//! What every opening begins and ends with: its terms, its sheets, its journal, and what is said of
//! it afterwards.

use std::path::{Path, PathBuf};

use vault_core::emergency::witnesses::who_count;
use vault_core::error::{Error, Noun, SheetRefused};
use vault_core::secret::SecretString;
use vault_core::time::Clock;
use vault_core::vault::Vault;
use vault_core::vault::opening::{Requested, Terms};

use super::guided::Scene;
use super::{FileJournal, file_age, to_do, words};
use crate::args::OpeningArgs;
use crate::clock::SystemClock;
use crate::commands::Context;
use crate::failure::Failure;
use crate::files::FileError;
use crate::outcome::Outcome;
use crate::prompt::{SourceError, typed_path};
use crate::words::duty;

/// Who opens, why, and who watches.
pub(super) struct Answers {
    pub(super) opener: String,
    pub(super) reason: String,
    pub(super) witnesses: Vec<String>,
}

impl Answers {
    /// The answers, with those witnesses who count, and the names of the others.
    pub(super) fn of(opener: String, reason: String, witnesses: &[String]) -> (Self, Vec<String>) {
        let count = who_count(&opener, witnesses.iter().map(String::as_str));
        let mut left = count.iter().peekable();
        let others = witnesses
            .iter()
            .filter(|name| left.next_if(|next| **next == *name).is_none());
        let others = others.cloned().collect();
        let witnesses = count.into_iter().map(str::to_owned).collect();
        let answers = Self {
            opener,
            reason,
            witnesses,
        };
        (answers, others)
    }

    pub(super) fn terms(&self) -> Terms<'_> {
        Terms {
            opener: &self.opener,
            reason: &self.reason,
            witnesses: &self.witnesses,
        }
    }
}

/// Why a name is not taken for a witness's.
pub(super) fn no_witness(name: &str) -> String {
    format!("{name} opens, or was named before: a witness is somebody else, and each counts once.")
}

/// A script says beforehand that it means it.
pub(super) fn need_yes(args: &OpeningArgs, context: &Context<'_>) -> Result<(), Failure> {
    if context.global.no_input && !args.yes {
        return Err(Failure::usage(
            "an opening is recorded and shown to all members, and --yes was not given",
            "give --yes if the envelope is to be opened",
        ));
    }
    Ok(())
}

/// Whether a person types the sheets, and is asked for whatever else is not given.
pub(super) const fn may_ask(args: &OpeningArgs, context: &Context<'_>) -> bool {
    args.sheet_files.is_empty() && !context.global.no_input
}

/// Refuses where nothing was ever sealed, before anything is asked or made for an opening.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) fn need_seal(vault: &Vault) -> Result<(), Failure> {
    if vault.ledger().envelope.seals.is_empty() {
        return Err(Error::NotFound(Noun::Seal).into());
    }
    Ok(())
}

/// Says how old the file is, where nobody is asked anything.
pub(super) fn tell_age(vault: &Vault, context: &mut Context<'_>) -> Result<(), Failure> {
    let said = file_age::sentences(vault.ledger(), SystemClock.now());
    let mut said = said.iter();
    said.try_for_each(|sentence| context.tell(&format!("note: {sentence}")))
}

/// An option that is needed where nobody is asked.
pub(super) fn missing(what: &str) -> Failure {
    let hint = "give it, or leave out --sheet-file and --no-input to be asked step by step";
    Failure::usage(format!("missing: {what}"), hint)
}

/// The terms as options; or what is missing.
pub(super) fn needed(args: &OpeningArgs, context: &mut Context<'_>) -> Result<Answers, Failure> {
    if args.sheet_files.is_empty() {
        return Err(missing("--sheet-file FILE"));
    }
    let opener = args.opener.as_ref().ok_or_else(|| missing("--opener NAME"));
    let reason = context.reason().ok_or_else(|| missing("--reason TEXT"));
    let (opener, reason) = (opener?.clone(), reason?.to_owned());
    let (answers, others) = Answers::of(opener, reason, &args.witnesses);
    let mut others = others.iter();
    others.try_for_each(|name| context.tell(&format!("note: {}", no_witness(name))))?;
    Ok(answers)
}

/// The words in the files. One that holds no text is no sheet.
pub(super) fn sheets(args: &OpeningArgs) -> Result<Vec<SecretString>, Failure> {
    let read = |file: &PathBuf| {
        words::from_file(file).map_err(|error| match error {
            SourceError::NotText | SourceError::TooLong { .. } => {
                Error::from(SheetRefused::NotASheet).into()
            }
            error => Failure::Source {
                what: "--sheet-file",
                error,
            },
        })
    };
    args.sheet_files.iter().map(read).collect()
}

/// Gives every sheet, and asks once more before the rule releases the envelope.
pub(super) fn accept(
    requested: &mut Requested<'_>,
    args: &OpeningArgs,
    sheets: &[SecretString],
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    for (file, words) in args.sheet_files.iter().zip(sheets) {
        let accepted = requested.accept(words);
        if matches!(accepted, Err(Error::Sheet(_))) {
            context.tell(&format!("{} was not accepted", file.display()))?;
        }
        accepted?;
    }
    if requested.is_met() && !args.yes {
        confirm(context)?;
    }
    Ok(())
}

/// The last step before the rule releases the envelope.
pub(super) fn confirm(context: &mut Context<'_>) -> Result<(), Failure> {
    context.tell("the sheets are right: the envelope can be opened now")?;
    context.tell("this will be recorded and shown to all members")?;
    let label = "Type yes to go on, anything else to stop";
    Ok(context.prompt.confirm(label, "yes")?)
}

/// The journal of a new opening and where it stands: in `wanted`, or beside the vault.
///
/// # Errors
/// Where the file cannot be made: [`Error::Journal`] where nobody chose its place.
pub(super) fn journal_once(
    wanted: Option<&Path>,
    context: &Context<'_>,
) -> Result<(PathBuf, FileJournal), Failure> {
    let path = match wanted {
        Some(path) => path.to_owned(),
        None => default_path(context)?,
    };
    match FileJournal::create(&path) {
        Ok(journal) => Ok((path, journal)),
        Err(error) => Err(not_made(&path, wanted, error)),
    }
}

/// The same; where the file cannot be made, a person is asked for another place.
pub(super) fn journal(
    wanted: Option<&Path>,
    context: &mut Context<'_>,
) -> Result<(PathBuf, FileJournal), Failure> {
    let mut path = match wanted {
        Some(path) => path.to_owned(),
        None => default_path(context)?,
    };
    loop {
        match FileJournal::create(&path) {
            Ok(journal) => return Ok((path, journal)),
            Err(error) if context.global.no_input => return Err(not_made(&path, wanted, error)),
            Err(error) => {
                let (what, _) = not_made(&path, wanted, error).wording();
                context.tell(&format!("the opening's own record needs a place: {what}"))?;
                let other = context
                    .prompt
                    .line("Another file for it, on a stick for example")?;
                path = typed_path(other.expose(), context.config.home.as_deref());
            }
        }
    }
}

fn default_path(context: &Context<'_>) -> Result<PathBuf, Failure> {
    let mut id = [0; 8];
    let filled = context.surroundings().entropy.fill(&mut id);
    filled.map_err(Error::from)?;
    Ok(FileJournal::beside(&context.config.vault, id))
}

/// Beside the vault it is the folder that is at fault, and `--journal` the way out.
fn not_made(path: &Path, wanted: Option<&Path>, error: FileError) -> Failure {
    match (wanted, error) {
        (None, FileError::NotPermitted | FileError::Full | FileError::Failed(_)) => {
            Error::Journal(std::io::ErrorKind::PermissionDenied).into()
        }
        _ => Failure::File {
            path: path.to_owned(),
            error,
        },
    }
}

/// What is said after every opening: too few witnesses, where the journal is, what is owed now.
pub(super) fn aftermath(
    outcome: Outcome,
    vault: &mut Vault,
    scene: &Scene,
    context: &Context<'_>,
) -> Outcome {
    let witnesses = scene.answers.witnesses.len();
    let wanted = usize::try_from(vault.ledger().policy.witnesses).unwrap_or(usize::MAX);
    let mut outcome = outcome;
    if witnesses < wanted {
        outcome = outcome.remark(format!(
            "{witnesses} of {wanted} witnesses were named; that is on record, and the auditor's \
             report shows it"
        ));
    }
    outcome = outcome.remark(format!(
        "keep the opening's own record with the council's papers: {}",
        scene.journal.display()
    ));
    if let Some(copy) = &scene.copy {
        // Everything else is done where the vault itself is, and listed there.
        return outcome.remark(format!("to do: {}", to_do::bring_in(copy)));
    }
    outcome = outcome.remark("the envelope is now opened, and every member will be shown that");
    // The opening has ended well; what cannot be read now, `status` tells later.
    let duties = vault.status().map_or(Vec::new(), |s| s.envelope.duties);
    let left = duty::lines(&duties, vault, &context.config.vault);
    left.into_iter().fold(outcome, |outcome, left| {
        outcome.remark(format!("to do: {left}"))
    })
}
