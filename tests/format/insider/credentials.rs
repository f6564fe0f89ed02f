//! What a member could do to the way in which somebody unlocks.

use harness::{AUDITOR, CLERK, Council, PROVIDER, passphrase_of};
use vault_core::access::Denial;
use vault_core::audit::actor::ObjectRef;
use vault_core::audit::event::Event;
use vault_core::audit::fact::Fact;
use vault_core::audit::flaw::Unentitled;
use vault_core::audit::row::RowKey;
use vault_core::crypto::kdf;
use vault_core::crypto::random::OsEntropy;
use vault_core::error::Flaw;
use vault_core::id::PersonId;
use vault_core::keys::Pins;
use vault_core::person::{CredentialChange, Role};
use vault_core::store::draft::Draft;
use vault_core::store::rows::CredentialRow;
use vault_core::vault::founding::Founding;
use vault_core::vault::{KdfParams, Vault};

use super::{FORM, Insider, flaw, verifies};

/// The credential of somebody as it stands.
fn credential(insider: &Insider<'_>, person: PersonId) -> CredentialRow {
    let row = insider
        .store
        .row(&RowKey::Credential(person), &insider.ledger);
    row.expect("a row").expect("a credential")
}

fn change(subject: PersonId, object: PersonId, row: CredentialRow) -> Draft {
    Draft::new(Event::PersonChangeCredential)
        .subject(subject)
        .object(ObjectRef::Person(object))
        .fact(Fact::Credential(CredentialChange::Passphrase))
        .row(row)
}

#[test]
fn nobody_changes_how_somebody_else_unlocks() {
    let council = Council::at_work();
    for name in [PROVIDER, CLERK, AUDITOR] {
        let insider = Insider::of(&council, name);
        let (own, chair) = (insider.person, insider.somebody(Role::Chair));
        let theirs = || credential(&insider, chair);
        let denied = Flaw::Unentitled(Unentitled::Denied(Denial::NotTheirs));
        for (draft, expected) in [
            (change(chair, chair, theirs()), Some(denied)),
            (change(own, own, theirs()), FORM),
            (change(own, chair, theirs()), FORM),
            (change(own, chair, credential(&insider, own)), FORM),
        ] {
            let recorded = Insider::of(&council, name).record(vec![draft]);
            assert_eq!(flaw(&recorded), expected, "{name}");
        }
    }
    council
        .open()
        .and_then(|mut vault| {
            vault
                .unlock("Chris Chair", &passphrase_of("Chris Chair"))
                .map(drop)
        })
        .expect("the chair's own passphrase");
    verifies(&council);
}

/// A vault whose policy asks for four passes, in the place of the council's.
fn costly() -> Council {
    let council = Council::found();
    let path = council.folder().join("costly.vault");
    let founding = Founding {
        council: "Example Parish Council",
        name: PROVIDER,
        role: Role::ItProvider,
        passphrase: &passphrase_of(PROVIDER),
        preset: "standard",
        kdf: KdfParams::new(64 * 1024, 4, 4).expect("within the bounds"),
    };
    let founded = Vault::found(&path, &founding, council.surroundings());
    drop(founded.expect("a founding"));
    std::fs::rename(&path, council.path()).expect("in its place");
    council
}

#[test]
fn a_passphrase_that_costs_less_than_the_policy_asks_is_raised_at_its_owners_unlock() {
    let council = costly();
    let insider = Insider::of(&council, PROVIDER);
    let (vault, own) = (insider.vault(), insider.person);
    assert_eq!(credential(&insider, own).passes, 4);
    let pins = Pins {
        vault,
        genesis: insider.ledger.genesis,
    };
    let salt = [7; 16];
    let unlock = kdf::unlock_key(&passphrase_of(PROVIDER), &salt, KdfParams::FLOOR, vault);
    let unlock = unlock.expect("a derivation");
    let sealed = insider.keys.seal(&unlock.key, own, &pins, &mut OsEntropy);
    let cheap = CredentialRow {
        passes: 3,
        salt,
        commitment: *unlock.commitment.expose(),
        identity: sealed.expect("randomness"),
        ..credential(&insider, own)
    };
    insider
        .record(vec![change(own, own, cheap)])
        .expect("it is theirs");
    council.unlocked(PROVIDER, |session| session.entries().map(drop));
    let insider = Insider::of(&council, PROVIDER);
    assert_eq!(credential(&insider, own).passes, 4);
    let log = council.unlocked(PROVIDER, |session| session.log());
    let raised = log
        .iter()
        .filter(|line| line.record.facts == [Fact::Credential(CredentialChange::Cost)]);
    assert_eq!(raised.count(), 1);
    verifies(&council);
}
