//! "All access to administrative or shared credentials logged and auditable" (clause 4.1.5).

use harness::{CLERK, Council, PROVIDER};
use vault_core::error::Error;
use vault_core::vault::reveal::Wanted;
use vault_core::vault::verify::{Depth, verify};

#[test]
fn who_revealed_what_and_why_is_read_and_verified() {
    let council = Council::at_work();
    council.unlocked(PROVIDER, |session| {
        let reason = Some("moving the site to another host");
        session.reveal("Website", "password", Wanted::Current, reason)
    });
    let lines = council.read_log();
    let line = lines
        .iter()
        .find(|line| line.record.event.name() == "secret.reveal")
        .expect("it is on record");
    assert_eq!(line.actor.as_deref(), Some(PROVIDER));
    assert_eq!(line.object.as_deref(), Some("Website"));
    assert_eq!(line.words["reason"], "moving the site to another host");
    assert_eq!(line.words["field"], "password");
    assert_eq!(
        lines.last().map(|l| l.record.event.name()),
        Some("log.read")
    );
    let report = verify(&council.path(), Depth::Full).expect("the log verifies");
    assert_eq!(report.records, lines.len() as u64);
    assert_eq!(report.unsigned_tail, 0);
}

#[test]
fn a_failed_unlock_waits_for_the_next_signature_and_is_then_covered_by_it() {
    let council = Council::at_work();
    let wrong = harness::passphrase_of("somebody else");
    let mut vault = council.open().expect("the vault opens");
    let refused = vault.unlock(CLERK, &wrong).map(|_| ());
    assert!(matches!(refused, Err(Error::WrongPassphrase { .. })));
    let report = verify(&council.path(), Depth::Full).expect("the log verifies");
    assert_eq!(report.unsigned_tail, 1);
    council.unlocked(CLERK, |session| session.entries());
    let report = verify(&council.path(), Depth::Full).expect("the log verifies");
    assert_eq!(report.unsigned_tail, 0);
}

#[test]
fn what_a_member_may_not_see_is_not_in_their_list() {
    let council = Council::at_work();
    let entries = council.unlocked(CLERK, |session| session.entries());
    let titles: Vec<_> = entries.iter().map(|e| e.catalogue.title.as_str()).collect();
    assert_eq!(titles, ["Mail tenant"]);
}
