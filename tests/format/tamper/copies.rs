//! What is forged about copies of the vault: what they are for, and that they were read back.

use harness::CLERK;
use vault_core::audit::actor::ObjectRef;
use vault_core::audit::event::Event;
use vault_core::audit::fact::{CopyKind, Fact};
use vault_core::audit::flaw::{Flaw, Unentitled};
use vault_core::audit::record::Record;
use vault_core::collection::CollectionKind;
use vault_core::id::SessionId;

use super::forged::{Bench, SOME};
use super::ours_lines;

/// A copy that was made for an opening is on record nowhere.
#[test]
fn a_backup_says_what_it_is_for_and_nothing_else() {
    let bench = Bench::get();
    let backup = |facts: Vec<Fact>| Record {
        facts,
        ..bench.record(CLERK, Event::VaultBackup)
    };
    for kind in [CopyKind::Backup, CopyKind::Kit] {
        assert_eq!(bench.offer(&backup(vec![Fact::Copy(kind)])), Ok(()));
        let object = Some(ObjectRef::Entry(bench.entry(CollectionKind::Service)));
        let about = backup(vec![Fact::Copy(kind)]);
        let form = Err(Flaw::Unentitled(Unentitled::Form));
        assert_eq!(bench.offer(&Record { object, ..about }), form);
        for facts in [
            vec![],
            vec![Fact::Copy(CopyKind::Opening)],
            vec![Fact::Copy(kind), Fact::Copy(kind)],
            vec![Fact::Hold(true)],
            vec![Fact::Copied(SOME)],
        ] {
            assert_eq!(bench.offer(&backup(facts)), form);
        }
    }
    // Nobody says of another session's copy that it was read back, nor twice of their own.
    let lines = ours_lines();
    let records = lines
        .iter()
        .map(|line| Record::from_line(line).expect("a record").0);
    let begun = records.filter(|record| matches!(record.facts[..], [Fact::Copy(_)]));
    for begun in begun {
        for session in [begun.session, SessionId::from_bytes([3; 16])] {
            let made = Record {
                under: Some(begun.seq),
                session,
                ..backup(vec![Fact::Copied(SOME)])
            };
            let cut_off = bench.ledger.backups.begun(session).is_some();
            let expected = if cut_off {
                Ok(())
            } else {
                Err(Flaw::Unentitled(Unentitled::Form))
            };
            assert_eq!(bench.offer(&made), expected);
        }
    }
}
