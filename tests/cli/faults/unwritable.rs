//! A log that cannot be written stops whatever shows a secret or changes anything.

use std::fs;

use super::acts::ACTS;
use crate::desk::{count, skip};
use crate::disk::Mount;
use crate::ran::fed;

#[test]
fn where_the_log_cannot_be_written_no_command_shows_or_changes_anything() {
    let mut stopped = 0;
    let founding = |words: &str| words.starts_with("init|");
    for act in ACTS.iter().filter(|act| !founding(act.words)) {
        let desk = (act.stage)();
        let before = fs::read(desk.vault()).expect("the vault");
        let Some(mount) = Mount::read_only(desk.path("vault")) else {
            skip(
                ACTS.len(),
                "commands on a read-only disk: nothing can be mounted here",
            );
            return;
        };
        let words = act.command_line(&desk, 1);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ran = fed(desk.command(&words), act.input.as_bytes());
        // That a passphrase is wrong is told also where it cannot be recorded.
        let expected = if act.ends == 5 { 5 } else { 11 };
        assert_eq!(ran.status, Some(expected), "{}: {ran:?}", act.words);
        assert!(ran.stdout.is_empty(), "{}: {ran:?}", act.words);
        assert!(ran.stderr.contains("hint: "), "{}: {ran:?}", act.words);
        desk.run(&["log", "verify"]).done();
        let status = desk.run(&["status"]);
        assert!(matches!(status.status, Some(0 | 13)), "{status:?}");
        drop(mount);
        let after = fs::read(desk.vault()).expect("the vault");
        assert!(before == after, "{} changed the file", act.words);
        stopped += 1;
    }
    count(&format!(
        "{stopped} commands stopped where nothing can be recorded"
    ));
}
