//! What an opened envelope reaches, a line each, so that no two lines are alike.

use std::collections::BTreeMap;

use vault_core::time::Timestamp;
use vault_core::vault::opened::OpenedTitle;

use crate::output::{ago, day_for_people};

/// A title with its collection.
pub(super) fn title_line(entry: &OpenedTitle) -> String {
    format!("{} ({})", entry.title, entry.collection)
}

/// Every title with its collection, its user name, when its password was last changed and whether
/// it is used no more. Where that tells two not apart, their ids do.
pub(super) fn listed(titles: &[OpenedTitle], now: Timestamp) -> Vec<String> {
    let lines: Vec<String> = titles.iter().map(|entry| line(entry, now)).collect();
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &lines {
        *count.entry(line).or_default() += 1;
    }
    let told_apart = |(entry, line): (&OpenedTitle, &String)| match count.get(line.as_str()) {
        Some(1) => line.clone(),
        _ => format!("{line}, id {}", entry.entry),
    };
    titles.iter().zip(&lines).map(told_apart).collect()
}

fn line(entry: &OpenedTitle, now: Timestamp) -> String {
    let mut line = title_line(entry);
    if !entry.username.is_empty() {
        line.push_str(", user name ");
        line.push_str(&entry.username);
    }
    line.push_str(", ");
    line.push_str(&changed(entry.changed_at, now));
    if entry.is_retired {
        line.push_str(", used no more");
    }
    line
}

/// When a password was last changed. A day that lies ahead is nobody's word for anything.
fn changed(at: Timestamp, now: Timestamp) -> String {
    match ago(at, now) {
        Some(_) if at == Timestamp::EPOCH => "last changed on an unknown day".to_owned(),
        Some(_) => format!("last changed on {}", day_for_people(at)),
        None => format!(
            "last changed on an unknown day (it says {})",
            day_for_people(at)
        ),
    }
}

#[cfg(test)]
mod tests {
    use vault_core::id::EntryId;

    use super::*;

    fn title(id: u8, username: &str, changed_at: &str, is_retired: bool) -> OpenedTitle {
        OpenedTitle {
            entry: EntryId::from_bytes([id; 16]),
            title: "Website".to_owned(),
            collection: "Services".to_owned(),
            username: username.to_owned(),
            changed_at: changed_at.parse().expect("a time"),
            is_retired,
        }
    }

    #[test]
    fn titles_that_look_alike_are_told_apart() {
        let now = "2027-03-01T12:00:00Z".parse().expect("a time");
        let lines = listed(
            &[
                title(1, "admin", "2026-11-30T12:00:00Z", false),
                title(2, "admin", "2026-11-30T12:00:00Z", false),
                title(3, "", "2099-01-01T12:00:00Z", false),
                title(4, "admin", "2026-11-30T12:00:00Z", true),
            ],
            now,
        );
        let plain = "Website (Services), user name admin, last changed on 30 November 2026";
        let ids = [1, 2].map(|id| EntryId::from_bytes([id; 16]).to_string());
        assert_eq!(lines[0], format!("{plain}, id {}", ids[0]));
        assert_eq!(lines[1], format!("{plain}, id {}", ids[1]));
        assert!(
            lines[2].contains("unknown day (it says 1 January 2099)"),
            "{}",
            lines[2]
        );
        assert_eq!(lines[3], format!("{plain}, used no more"));
    }
}
