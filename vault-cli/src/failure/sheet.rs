//! Words for a sheet that was not accepted, for somebody who types words from paper in a crisis.

use vault_core::error::SheetRefused;

use super::{Wording, said};
use crate::output::for_people;

pub(super) fn wording(refused: &SheetRefused) -> Wording {
    match refused {
        SheetRefused::Words(why) => said(
            format!("the words of the sheet cannot be read: {why}"),
            "compare what you typed with the paper, word by word",
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
        SheetRefused::Foreign => said(
            "this sheet does not belong to this vault",
            "check that the paper and the vault file are of the same council",
        ),
        SheetRefused::Retired {
            serial,
            since,
            successor,
        } => {
            let when = for_people(*since);
            let hint = successor.as_ref().map_or_else(
                || "use another holder's sheet".to_owned(),
                |newer| format!("use sheet {newer} of the same holder"),
            );
            said(
                format!("sheet {serial} was replaced and is no longer valid since {when}"),
                hint,
            )
        }
        SheetRefused::NotSealed(serial) => said(
            format!("sheet {serial} was made, but the envelope was never sealed with it"),
            "use the holder's earlier sheet, or another holder's",
        ),
        SheetRefused::Repeated(serial) => said(
            format!("sheet {serial} was given before"),
            "give the sheet of another holder",
        ),
        SheetRefused::ShareDamaged(serial) => said(
            format!("what sheet {serial} opens is damaged in this vault file"),
            "use another copy of the vault file, or another holder's sheet",
        ),
        _ => said(
            "the sheet was not accepted",
            "compare what you typed with the paper, word by word",
        ),
    }
}
