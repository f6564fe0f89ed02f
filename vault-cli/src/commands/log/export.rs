//! `coffer log export`: the whole log in a folder that any programmer can check without this
//! program.

use std::path::Path;

use super::folder::{self, whose};
use crate::commands::Context;
use crate::faces::export_page::Contents;
use crate::faces::export_readme;
use crate::failure::Failure;
use crate::files::PrivateFolder;
use crate::outcome::{Json, Outcome};

pub(super) fn run(path: &Path, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    folder::refuse_taken(path)?;
    let mut vault = context.vault()?;
    let mut session = context.unlock(&mut vault)?;
    let made = PrivateFolder::create(path)?;
    context.progress("writing the access log...")?;
    let place = path.display().to_string();
    let (record, (size, summary, named)) = session.export_log(&place, |export| {
        let summary = folder::write(export, &made, &Contents::Whole)?;
        let text = export_readme::whole(whose(export), export.size(), &summary);
        made.put("README.txt", text.as_bytes())?;
        made.finish()?;
        Ok::<_, Failure>((export.size(), summary, export.has_words()))
    })?;
    let remark =
        format!("wrote {size} records to {place}; README.txt there says how to check them");
    let mut outcome = Outcome::done(&place, record, remark);
    if let Json::Value(json) = &mut outcome.json {
        json["records"] = size.into();
    }
    Ok(folder::warned(outcome, &summary, named))
}
