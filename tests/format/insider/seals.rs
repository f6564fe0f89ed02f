//! A seal made with another program, whose shares do not make the secret that it claims.

use harness::{CHAIR, Council, PROVIDER, TestJournal};
use vault_core::audit::actor::ObjectRef;
use vault_core::audit::event::Event;
use vault_core::audit::fact::Fact;
use vault_core::crypto::random::{self, OsEntropy};
use vault_core::crypto::recipient;
use vault_core::crypto::shamir::{self, GroupScheme, Identifier, IterationExponent, Quorum, Share};
use vault_core::emergency::register::EnvelopeState;
use vault_core::emergency::{Holder, SealFacts, SheetFacts};
use vault_core::encoding::{KeyName, Object, Part, Place};
use vault_core::error::{Error, SheetRefused};
use vault_core::id::{Epoch, Serial};
use vault_core::keys::{EscrowKeys, PersonKeys, escrow};
use vault_core::person::Role;
use vault_core::secret::{SecretBytes, SecretString};
use vault_core::store::draft::Draft;
use vault_core::store::rows::{AnyRow, ShareRow};

use super::{Insider, asked, state, verifies};

/// Shares of `secret`, as `any-two` splits it and with this exponent.
fn shares(secret: &SecretBytes, exponent: u8) -> Vec<Share> {
    let quorum = Quorum::new(2, 3).expect("two of three");
    let groups = GroupScheme::new(1, vec![quorum]).expect("one group");
    let empty = SecretString::new(String::new());
    let exponent = IterationExponent::new(exponent).expect("0 to 15");
    let shares = shamir::split(secret, &groups, &empty, exponent, &mut OsEntropy);
    shares.expect("a split").remove(0)
}

/// A seal under the rule in force, with these shares and the keys of `claimed`.
fn seal(me: &Insider<'_>, epoch: Epoch, shares: &[Share], claimed: &SecretBytes) -> Draft {
    let vault = me.vault();
    let (rule, scheme) = me.ledger.chosen_scheme().expect("a scheme");
    let rows = (0..).zip(scheme.shares()).zip(shares);
    let rows: Vec<AnyRow> = rows
        .map(|((number, (_, serials)), share)| {
            let to = &me.ledger.envelope.sheets[&serials[0]].facts.recipient;
            let place = Place {
                vault,
                object: Object::Share(epoch),
                version: number,
                part: Part::Share,
                key: KeyName::sole(*vault.as_bytes()),
            };
            let words = share.to_words();
            let file = recipient::wrap(&[to], &place, words.expose().as_bytes());
            let file = file.expect("a wrapped share");
            AnyRow::from(ShareRow {
                epoch,
                place: number,
                file,
            })
        })
        .collect();
    let keys = EscrowKeys::of_epoch(claimed, vault, epoch);
    Draft::new(Event::EnvelopeSeal)
        .object(ObjectRef::Epoch(epoch))
        .fact(Fact::Seal(SealFacts {
            epoch,
            rule,
            scheme,
            recipient: keys.identity.recipient(),
            verify_key: keys.signing.verify_key(),
        }))
        .rows(rows)
}

fn secret() -> SecretBytes {
    random::secret(&mut OsEntropy, escrow::SECRET).expect("randomness")
}

/// The sheets are right and nothing is revealed; the epoch that was sealed badly is named.
#[test]
fn shares_that_do_not_make_the_sealed_secret_open_nothing_and_name_the_epoch() {
    let (council, sheets) = Council::with_envelope();
    let me = Insider::of(&council, PROVIDER);
    let second = Epoch::new(2);
    let bad = seal(&me, second, &shares(&secret(), 0), &secret());
    me.record(vec![bad]).expect("well formed");
    let mut vault = council.open().expect("the vault opens");
    let opened = asked(&mut vault, &sheets).release();
    assert!(matches!(opened.map(drop), Err(Error::BadSeal(epoch)) if epoch == second));
    drop(vault);
    assert_eq!(state(&council), EnvelopeState::Opened);
    verifies(&council);
}

/// The sheets are right, and the share of each is refused before anything is put together.
#[test]
fn shares_that_say_another_place_or_more_work_than_a_seal_asks_are_refused_by_their_sheets() {
    let one = secret();
    let mut swapped = shares(&one, 0);
    swapped.swap(0, 1);
    for shares in [swapped, shares(&one, 1)] {
        let (council, sheets) = Council::with_envelope();
        let me = Insider::of(&council, PROVIDER);
        let bad = seal(&me, Epoch::new(2), &shares, &one);
        me.record(vec![bad]).expect("well formed");
        let mut vault = council.open().expect("the vault opens");
        let terms = Council::terms();
        let mut requested = vault
            .request_opening(&terms, Box::new(TestJournal::default()))
            .expect("a request");
        for (sheet, name) in sheets.iter().zip(["CH-0001", "CL-0001"]) {
            let damaged: Serial = name.parse().expect("a serial");
            let refused = requested.accept(sheet).err();
            let by_name = matches!(&refused,
                Some(Error::Sheet(SheetRefused::ShareDamaged { serial, .. })) if *serial == damaged);
            assert!(by_name, "{refused:?}");
        }
        drop(vault);
        verifies(&council);
    }
}

/// The digest inside the split finds it at the release; a pair without it opens.
#[test]
fn one_share_of_another_secret_opens_nothing_and_leaves_the_others_good() {
    let (council, sheets) = Council::with_envelope();
    let me = Insider::of(&council, PROVIDER);
    let one = secret();
    let mut mixed = shares(&one, 0);
    mixed[0] = shares(&secret(), 0).remove(0);
    let bad = seal(&me, Epoch::new(2), &mixed, &one);
    me.record(vec![bad]).expect("well formed");
    let mut vault = council.open().expect("the vault opens");
    let opened = asked(&mut vault, &sheets).release().map(drop);
    assert!(matches!(opened, Err(Error::BadSeal(epoch)) if epoch == Epoch::new(2)));
    let opening = asked(&mut vault, &sheets[1..]).release();
    opening.expect("an opening").close().expect("the end");
    drop(vault);
    verifies(&council);
}

#[test]
fn the_same_seal_with_shares_of_its_own_secret_opens() {
    let (council, sheets) = Council::with_envelope();
    let me = Insider::of(&council, PROVIDER);
    let one = secret();
    let good = seal(&me, Epoch::new(2), &shares(&one, 0), &one);
    me.record(vec![good]).expect("well formed");
    let mut vault = council.open().expect("the vault opens");
    let opening = asked(&mut vault, &sheets).release().expect("an opening");
    opening.close().expect("the end");
    verifies(&council);
}

/// The `nth` identifier that no sheet has.
fn free(me: &Insider<'_>, nth: usize) -> Identifier {
    let taken = |identifier: &Identifier| {
        let mut sheets = me.ledger.envelope.sheets.values();
        sheets.any(|sheet| sheet.facts.identifier == *identifier)
    };
    let mut all = (0..).map(Identifier::masked).filter(|one| !taken(one));
    all.nth(nth).expect("one of 32,768")
}

#[test]
fn a_serial_out_of_order_keeps_nobody_from_issuing_sheets() {
    let (council, _) = Council::with_envelope();
    for (number, beginning) in [(u32::MAX, 0), (u32::MAX - 1, 1), (3, 2)] {
        let me = Insider::of(&council, PROVIDER);
        let holder = Holder::Person(me.somebody(Role::Chair));
        let serial = Serial::new(Role::Chair.serial_prefix(), number);
        let keys = PersonKeys::generate(&mut OsEntropy).expect("keys");
        let issue = Draft::new(Event::EnvelopeIssue)
            .object(ObjectRef::Sheet(serial.clone()))
            .fact(Fact::Sheet(SheetFacts {
                serial,
                holder,
                recipient: keys.recipient(),
                verify_key: keys.verify_key(),
                identifier: free(&me, beginning),
                read_back: true,
            }));
        me.record(vec![issue]).expect("a sheet");
    }
    for expected in ["CH-0002", "CH-0004"] {
        let issued = council.unlocked(PROVIDER, |session| session.issue_sheet(CHAIR));
        assert_eq!(issued.serial.as_str(), expected);
    }
    verifies(&council);
}
