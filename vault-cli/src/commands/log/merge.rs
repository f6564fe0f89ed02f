//! `coffer log merge`: an opening that was made on a copy of the vault is brought in.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use vault_core::vault::merge::BroughtIn;

use crate::commands::Context;
use crate::failure::Failure;
use crate::outcome::{Json, Outcome};
use crate::prompt::SourceError;

/// A journal holds a few lines for each password that was shown.
const LONGEST: u64 = 64 * 1024 * 1024;

pub(super) fn run(journal: &Path, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let lines = whole(journal)?;
    let mut vault = context.vault_even_rolled_back()?;
    let mut session = context.unlock(&mut vault)?;
    let brought = session.merge_opening(&lines, context.reason())?;
    Ok(told(&brought))
}

fn whole(journal: &Path) -> Result<Vec<u8>, Failure> {
    let what = "the journal";
    let failed = |error| Failure::Source { what, error };
    let mut bytes = Vec::new();
    let read = File::open(journal)
        .and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| failed(SourceError::Failed(error.kind())))?;
    if read as u64 > LONGEST {
        let limit = usize::try_from(LONGEST).unwrap_or(usize::MAX);
        return Err(failed(SourceError::TooLong { limit }));
    }
    Ok(bytes)
}

fn told(brought: &BroughtIn) -> Outcome {
    let (opening, record) = (brought.opening, brought.record);
    let (lines, before) = brought.lines;
    let mut outcome = Outcome::done(
        &opening,
        record,
        format!(
            "brought in {} of an opening that was made on a copy of this vault; both share the \
             first {} records",
            counted(lines, "line", "lines"),
            brought.shared
        ),
    );
    if let Json::Value(json) = &mut outcome.json {
        json["opening"] = opening.get().into();
        json["fork"] = brought.fork.get().into();
        json["shared"] = brought.shared.into();
        json["lines"] = lines.into();
        json["lines_before"] = before.into();
        json["sheets"] = brought.sheets.into();
        json["revealed"] = brought.revealed.into();
        json["took_over"] = brought.took_over.into();
        json["torn"] = brought.torn.into();
    }
    if before > 0 {
        outcome = outcome.remark(format!(
            "the first {} of the journal were known here already",
            counted(before, "line", "lines")
        ));
    }
    if brought.torn {
        outcome = outcome.remark(
            "the journal breaks off in the middle of its last line, which was left out: what \
             was shown after it, if anything, stands only on the copy",
        );
    }
    outcome = outcome.remark(format!(
        "it used {} and showed {}; why and by whom stands on the copy alone: keep it, or write \
         it down",
        counted(brought.sheets, "sheet", "sheets"),
        counted(brought.revealed, "entry", "entries")
    ));
    if brought.took_over {
        outcome = outcome.remark(
            "somebody took over on the copy: they have no login here, and know what the envelope \
             opened",
        );
    }
    outcome.remark(
        "next: coffer status lists what is to be done; that a copy was in use is an incident, which \
         somebody else looks into: coffer incident list",
    )
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
