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
            Duty::ChangePassword {
                entry,
                why: vec!["initial"],
            },
            json!({"duty": "change-password", "entry": id, "why": ["initial"], "blocks": false}),
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

/// A hundred imported passwords would hide what else is to be done.
#[test]
fn many_passwords_that_are_due_are_counted_and_not_told_one_by_one() {
    let due = |number| Owed {
        duty: Duty::ChangePassword {
            entry: EntryId::from_bytes([number; 16]),
            why: vec!["default"],
        },
        by: Vec::new(),
    };
    let mut owed: Vec<Owed> = (0..20).map(due).collect();
    owed.push(Owed {
        duty: Duty::SealAgain,
        by: Vec::new(),
    });
    let (ledger, glossary) = (Ledger::default(), Glossary::default());
    let words = Words::of(&ledger, &glossary, Path::new("coffer.vault"));
    let lines = words.list(&owed);
    let told = lines
        .iter()
        .filter(|line| line.contains("change the password"));
    assert_eq!(told.count(), TOLD);
    assert!(lines.iter().any(|line| line.contains("and 15 more")));
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("  6. seal the envelope"))
    );
}
