//! Duties, for programs and for people.

use serde_json::{Value, json};
use vault_core::emergency::duty::Duty;
use vault_core::id::Epoch;

/// A duty as programs see it: its name, what it concerns, and whether it keeps the envelope open.
pub(super) fn to_json(duty: &Duty) -> Value {
    let mut value = match duty {
        Duty::RotateRevealed { entry, record } => {
            json!({ "entry": entry.to_string(), "record": record.get() })
        }
        Duty::ReplaceSheet(serial) | Duty::LookAt(serial) => json!({ "sheet": serial.as_str() }),
        Duty::CompleteCover { covered, coverable } => {
            json!({ "covered": covered, "coverable": coverable })
        }
        Duty::RenewCopies { known, sealed } => {
            json!({ "known": known.map(Epoch::get), "sealed": sealed.get() })
        }
        Duty::Confirm(record) => json!({ "record": record.get() }),
        Duty::TellMembers(opening)
        | Duty::Minute(opening)
        | Duty::Classify(opening)
        | Duty::BringIn(opening) => {
            json!({ "opening": opening.get() })
        }
        Duty::Incident(number) => json!({ "incident": number.get() }),
        Duty::NewGeneration(collection) => json!({ "collection": collection.to_string() }),
        _ => json!({}),
    };
    value["duty"] = duty.name().into();
    value["blocks"] = duty.blocks_sealing().into();
    value
}

/// A duty as people see it: what to do, and with which command.
pub(super) fn in_words(duty: &Duty) -> String {
    match duty {
        Duty::RotateRevealed { entry, record } => format!(
            "change the password that record {record} revealed, and confirm it: \
             coffer rotate {entry} --generate words:5"
        ),
        Duty::ReplaceSheet(serial) => format!(
            "make a fresh sheet in place of {serial}, which was used, typed or lost: \
             coffer envelope sheet HOLDER"
        ),
        Duty::LookAt(serial) => format!(
            "look at sheet {serial} in its bag, which nobody has done for too long, then: \
             coffer envelope look {serial} intact"
        ),
        Duty::SealAgain => "seal the envelope again: coffer envelope seal".to_owned(),
        Duty::CompleteCover { covered, coverable } => format!(
            "complete the envelope, which covers {covered} of {coverable} collections: \
             whoever reads the others runs any command, such as coffer list"
        ),
        Duty::RenewCopies { known, sealed } => format!(
            "make a new stick for the safe: the last copy knows {}, and not the sheets of seal \
             {sealed}: coffer envelope kit FOLDER",
            known.map_or_else(|| "no seal".to_owned(), |known| format!("seal {known}"))
        ),
        Duty::BringIn(opening) => format!(
            "take this copy to the clerk, or to whoever looks after the vault: the opening in record \
             {opening} stands in it alone, and they bring it in: coffer log merge FILE"
        ),
        Duty::Confirm(record) => {
            format!("have a second person confirm record {record}: coffer approve {record}")
        }
        Duty::NewGeneration(collection) => format!(
            "give collection {collection} a new key: whoever reads it runs any command, such as \
             coffer list"
        ),
        Duty::TellMembers(opening) => format!(
            "tell every member of the opening in record {opening}, then: coffer envelope done notice"
        ),
        Duty::Minute(opening) => format!(
            "put the opening in record {opening} into the minutes, then: coffer envelope done minute"
        ),
        Duty::Classify(opening) => format!(
            "somebody other than the opener says what the opening in record {opening} was: \
             coffer envelope classify emergency (or drill, or misuse)"
        ),
        Duty::Incident(number) => {
            format!(
                "look into incident {number}, then decide and close it: coffer incident show {number}"
            )
        }
        _ => duty.name().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use vault_core::id::{EntryId, RecordSeq, Serial};

    use super::*;

    #[test]
    fn each_duty_has_its_name_what_it_concerns_and_whether_it_blocks() {
        let entry = EntryId::from_bytes([1; 16]);
        let record = RecordSeq::new(9);
        let id = entry.to_string();
        let cases = [
            (
                Duty::RotateRevealed { entry, record },
                json!({"duty": "rotate-revealed", "entry": id, "record": 9, "blocks": true}),
            ),
            (
                Duty::ReplaceSheet(Serial::new("CH", 2)),
                json!({"duty": "replace-sheet", "sheet": Serial::new("CH", 2).as_str(), "blocks": true}),
            ),
            (
                Duty::SealAgain,
                json!({"duty": "seal-again", "blocks": true}),
            ),
            (
                Duty::CompleteCover {
                    covered: 1,
                    coverable: 3,
                },
                json!({"duty": "complete-cover", "covered": 1, "coverable": 3, "blocks": false}),
            ),
            (
                Duty::Confirm(record),
                json!({"duty": "confirm", "record": 9, "blocks": false}),
            ),
            (
                Duty::Incident(record),
                json!({"duty": "incident", "incident": 9, "blocks": false}),
            ),
        ];
        for (duty, expected) in cases {
            assert_eq!(to_json(&duty), expected);
        }
    }
}
