//! What somebody with keys of their own may write in another's name, where an honest program looks.

use harness::{AUDITOR, Council, PROVIDER};
use vault_core::audit::actor::{Actor, ObjectRef};
use vault_core::audit::event::{Event, Outcome};
use vault_core::audit::fact::{CopyKind, Fact};
use vault_core::audit::record::Record;
use vault_core::emergency::inspection::Found;
use vault_core::error::{BadRecord, Error, Flaw, StoreError};
use vault_core::incident::{IncidentFacts, IncidentKind};
use vault_core::person::Role;
use vault_core::store::draft::Draft;
use vault_core::vault::verify::{Depth, verify};

use super::{Insider, asked};

/// The record that an honest program refuses, where it only uses the file and where it verifies.
fn refused(council: &Council) -> [Option<BadRecord>; 2] {
    let bad = |done: Result<(), Error>| match done {
        Err(Error::Store(StoreError::Log(bad))) => Some(bad),
        _ => None,
    };
    let used = council.open().and_then(|mut vault| vault.status());
    let verified = verify(&council.path(), Depth::Full);
    [bad(used.map(drop)), bad(verified.map(drop))]
}

/// Lets the auditor's program write what `say` makes of a record in the name of the one who has
/// this role, and one of their own that signs for both.
fn forged(council: &Council, role: Role, say: impl FnOnce(&Insider<'_>, Record) -> Record) {
    let me = Insider::of(council, AUDITOR);
    let record = Record {
        actor: Actor::Person(me.somebody(role)),
        role: Some(role),
        ..me.line(Event::LogRead)
    };
    let forged = say(&me, record);
    let expected = Some(BadRecord {
        seq: me.ledger.next(),
        flaw: Flaw::WrongSignature,
    });
    let records = vec![forged, me.line(Event::LogRead)];
    me.write(records);
    assert_eq!(refused(council), [expected; 2]);
}

fn an_entry(me: &Insider<'_>) -> Option<ObjectRef> {
    let entry = me.ledger.entries.iter().next();
    entry.map(|(id, _)| ObjectRef::Entry(id))
}

#[test]
fn nobody_reports_a_sheet_lost_in_somebody_elses_name() {
    let (council, _) = Council::with_envelope();
    forged(&council, Role::Clerk, |me, record| {
        let serial = me.ledger.envelope.sheets.keys().next().expect("a sheet");
        Record {
            event: Event::EnvelopeRevoke,
            object: Some(ObjectRef::Sheet(serial.clone())),
            ..record
        }
    });
}

#[test]
fn nobody_looks_at_a_sheet_or_has_it_prove_itself_in_somebody_elses_name() {
    let (council, _) = Council::with_envelope();
    let prepared = council.file();
    let sheet = |me: &Insider<'_>| {
        me.ledger
            .envelope
            .sheets
            .keys()
            .next()
            .expect("a sheet")
            .clone()
    };
    for found in [Found::Intact, Found::Broken, Found::Proved] {
        forged(&council, Role::Clerk, |me, record| Record {
            event: Event::EnvelopeCheck,
            object: Some(ObjectRef::Sheet(sheet(me))),
            facts: vec![Fact::Look(found)],
            ..record
        });
        std::fs::write(council.path(), &prepared).expect("the vault as it was");
    }
    forged(&council, Role::Clerk, |me, record| Record {
        event: Event::EnvelopeCheck,
        actor: Actor::Sheet(sheet(me)),
        role: None,
        object: Some(ObjectRef::Sheet(sheet(me))),
        ..record
    });
}

#[test]
fn nobody_ends_an_incident_in_somebody_elses_name() {
    let council = Council::at_work();
    let me = Insider::of(&council, PROVIDER);
    let number = me.ledger.next();
    let kind = IncidentKind::Device;
    let raise = Draft::new(Event::IncidentRaise).fact(Fact::Incident(IncidentFacts { kind }));
    me.record(vec![raise]).expect("an incident");
    forged(&council, Role::Clerk, |_, record| Record {
        event: Event::IncidentDecide,
        object: Some(ObjectRef::Record(number)),
        under: Some(number),
        ..record
    });
}

#[test]
fn nobody_is_refused_anything_nor_copies_the_vault_by_anothers_word() {
    let council = Council::at_work();
    let prepared = council.file();
    forged(&council, Role::Clerk, |me, record| Record {
        event: Event::SecretReveal,
        outcome: Outcome::Denied,
        object: an_entry(me),
        ..record
    });
    std::fs::write(council.path(), prepared).expect("the vault as it was");
    forged(&council, Role::Clerk, |_, record| Record {
        event: Event::VaultBackup,
        facts: vec![Fact::Copy(CopyKind::Backup)],
        ..record
    });
}

#[test]
fn nobody_makes_an_entry_due_in_the_name_of_an_opening() {
    let (council, sheets) = Council::with_envelope();
    let mut vault = council.open().expect("the vault opens");
    drop(asked(&mut vault, &sheets).release().expect("an opening"));
    forged(&council, Role::Clerk, |me, record| {
        let (session, run) = me.ledger.envelope.runs.iter().next().expect("a run");
        Record {
            event: Event::SecretReveal,
            actor: Actor::Escrow(run.released.expect("an epoch")),
            role: None,
            object: an_entry(me),
            under: Some(run.opening),
            session: *session,
            ..record
        }
    });
}
