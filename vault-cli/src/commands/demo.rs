//! `coffer demo`: a fictional council from end to end, in a folder of its own. It goes the way that
//! the commands go, shows them, and is the one command that tells what it does as it does it.

mod attacks;
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
    narrator.say("Everything is made up. It stays in a folder that you alone may enter (0700):")?;
    narrator.say(&folder.path().display().to_string())?;
    narrator.say("A line with $ is the command that does what is told below it.")?;
    let mut council = Council::found(folder, &mut narrator)?;
    stories::provider(&mut council, &mut narrator)?;
    let early = attacks::copy_of(&council)?;
    emergency::story(&mut council, &mut narrator)?;
    stories::auditor(&mut council, &mut narrator)?;
    attacks::story(&council, &early, &mut narrator)?;
    Ok(Outcome::read(Data::Lines(council.try_next()), Json::None))
}
