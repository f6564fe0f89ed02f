//! Words for a sheet that was not accepted, for somebody who types words from paper in a crisis.

use vault_core::error::SheetRefused;
use vault_core::id::{Epoch, Serial};

use super::{Wording, said};
use crate::output::day_for_people;

pub(super) fn wording(refused: &SheetRefused) -> Wording {
    match refused {
        SheetRefused::Words(why) => said(
            format!("the words of the sheet cannot be read: {why}"),
            "compare what you typed with the paper, word by word",
        ),
        SheetRefused::UnknownWord { place, nearest } => said(
            format!("word {place} of the sheet is not on the list of words"),
            nearest.map_or_else(
                || format!("look at word {place} on the paper again"),
                |word| format!("did you mean {word}?"),
            ),
        ),
        SheetRefused::WordDoesNotFit(place) => said(
            format!("word {place} of the sheet does not fit the others"),
            format!("look at word {place} on the paper again"),
        ),
        SheetRefused::SeveralWords => said(
            "two or more words of the sheet are wrong",
            "compare what you typed with the paper, word by word and in order",
        ),
        SheetRefused::NotASheet => said(
            "these words are not those of an emergency sheet",
            "take the sheet out of the sealed envelope and type its words",
        ),
        SheetRefused::Specimen => said(
            "this is the specimen: it is there to practise with and opens nothing",
            "take the sheet out of the sealed envelope and type its words",
        ),
        SheetRefused::Foreign => said(
            "this sheet does not belong to this vault",
            "check that the paper and the vault file are of the same council",
        ),
        SheetRefused::NotSealed(serial) => said(
            format!("sheet {serial} was made, but the envelope was never sealed with it"),
            "use the holder's earlier sheet, or another holder's",
        ),
        SheetRefused::Repeated(serial) => said(
            format!("sheet {serial} was given before"),
            "give the sheet of another holder",
        ),
        SheetRefused::ShareDamaged { serial, backup } => said(
            format!("sheet {serial} is right, but its share in this vault file is damaged"),
            match backup {
                Some(made) => format!(
                    "try the backup of {}, or another holder's sheet",
                    day_for_people(*made)
                ),
                None => "try a backup of the vault file, or another holder's sheet".to_owned(),
            },
        ),
        SheetRefused::Newer { .. } | SheetRefused::Retired { .. } | SheetRefused::Lost { .. } => {
            no_longer_valid(refused)
        }
    }
}

/// A genuine sheet that was replaced, or is newer, or whose holder lost it, and whatever else there may be.
fn no_longer_valid(refused: &SheetRefused) -> Wording {
    match refused {
        SheetRefused::Newer { newest, until } => said(
            format!(
                "this sheet is newer than this copy of the vault, which ends on {} with seal {}",
                day_for_people(*until),
                newest.map_or(0, Epoch::get)
            ),
            "find a newer copy of the vault file: the office computer's, or the newest stick; the seal \
             that a sheet belongs to stands on the paper",
        ),
        SheetRefused::Retired {
            serial,
            since,
            successor,
        } => said(
            format!("sheet {serial} was retired on {}", day_for_people(*since)),
            instead(successor.as_ref()),
        ),
        SheetRefused::Lost {
            serial,
            since,
            successor,
        } => said(
            format!(
                "sheet {serial} was reported lost on {} and opens nothing now",
                day_for_people(*since)
            ),
            instead(successor.as_ref()),
        ),
        SheetRefused::Words(_)
        | SheetRefused::UnknownWord { .. }
        | SheetRefused::WordDoesNotFit(_)
        | SheetRefused::SeveralWords
        | SheetRefused::NotASheet
        | SheetRefused::Specimen
        | SheetRefused::Foreign
        | SheetRefused::NotSealed(_)
        | SheetRefused::Repeated(_)
        | SheetRefused::ShareDamaged { .. } => said(
            "the sheet was not accepted",
            "compare what you typed with the paper, word by word",
        ),
    }
}

/// What to use in the place of a sheet that is no longer valid.
fn instead(successor: Option<&Serial>) -> String {
    successor.map_or_else(
        || "use another holder's sheet".to_owned(),
        |newer| format!("use {newer}, the same holder's newer sheet"),
    )
}

pub(super) fn bad_seal(epoch: Epoch) -> Wording {
    said(
        format!(
            "the sheets are right, but envelope {epoch} was sealed wrongly: its shares do not fit together"
        ),
        "try another holder's sheet in the place of one of these, or a copy of the vault file \
         from before that seal; ask who sealed it",
    )
}
