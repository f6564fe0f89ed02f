//! `coffer demo`: a fictional council from end to end, in a folder that is thrown away. It goes the
//! way that the commands go, and is the one command that tells what it does as it does it.

mod council;
mod emergency;
mod folder;
mod narrator;
mod stories;

use self::council::Council;
use self::folder::Folder;
use self::narrator::Narrator;
use super::Context;
use crate::failure::Failure;
use crate::outcome::{Data, Json, Outcome};

/// Founds the council and tells three stories.
pub(super) fn run(context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let folder = Folder::make(context)?;
    let mut narrator = Narrator::new(context);
    narrator.title("A made-up council")?;
    narrator.say(&format!("Everything is in {}", folder.path().display()))?;
    let mut council = Council::found(folder, &mut narrator)?;
    stories::provider(&mut council, &mut narrator)?;
    emergency::story(&mut council, &mut narrator)?;
    stories::auditor(&mut council, &mut narrator)?;
    let outcome = Outcome::read(Data::Lines(council.try_next()), Json::None);
    Ok(outcome.remark("throw the folder away when you are done; nothing in it is real"))
}
