//! What needs nobody, and what is about unlocking.

use harness::{AUDITOR, CHAIR, PROVIDER, passphrase_of};
use vault_core::person::Role;
use vault_core::secret::SecretString;
use vault_core::vault::Vault;

use super::Walk;

/// What needs no person tells nothing that is not in clear, and records nothing.
pub(super) fn in_clear(walk: &Walk) {
    walk.did("Vault::found");
    let mut vault = walk.does("Vault::open", || walk.council.open());
    let (path, surroundings) = (walk.council.path(), || walk.council.surroundings());
    walk.does("Vault::look", || Vault::look(&path, surroundings()));
    walk.does("Vault::look_even_rolled_back", || {
        Vault::look_even_rolled_back(&path, surroundings())
    });
    walk.does("Vault::inspect", || Vault::inspect(&path, surroundings()));
    walk.does("Vault::remembered", || vault.remembered());
    walk.does("Vault::council", || Ok(vault.council().to_owned()));
    walk.does("Vault::mark", || Ok(vault.mark()));
    walk.does("Vault::council_name", || {
        Ok(vault.council_name().to_owned())
    });
    walk.does("Vault::status", || vault.status());
    walk.does("Vault::owed", || vault.owed());
    walk.does("Vault::last_checkpoint", || vault.last_checkpoint());
    walk.does("Vault::minutes", || vault.minutes());
    walk.does("Vault::witnesses", || vault.witnesses());
    walk.does("Vault::head_keys", || vault.head_keys());
    walk.does("Vault::has_login", || vault.has_login(CHAIR));
    walk.does("Vault::check_successor", || {
        vault.check_successor("Nora Newcomer", Role::Clerk)
    });
    // Unlocking alone gives nothing; whatever is then done records it first.
    walk.does("Vault::unlock", || {
        vault.unlock(PROVIDER, &passphrase_of(PROVIDER)).map(drop)
    });
    assert_eq!(walk.fresh(), [""; 0]);
}

/// Whoever identifies themselves has a session; a right passphrase is on record, whatever comes of it.
pub(super) fn unlocking(walk: &Walk) {
    let mut vault = walk.vault();
    walk.does("Vault::only_person", || Ok(vault.only_person()));
    walk.does("Vault::last_person", || Ok(vault.last_person()));
    let unlocked = walk.does("Vault::identify", || {
        vault.identify(AUDITOR, &passphrase_of(AUDITOR))
    });
    walk.does("Vault::session", || vault.session(unlocked).map(drop));
    let chosen = SecretString::new("tin otter lamp sea gravel".to_owned());
    walk.does("Vault::judge_passphrase", || {
        vault.judge_passphrase(&chosen, AUDITOR)
    });
    drop(vault);
    walk.by(AUDITOR, "Session::judge_passphrase", |s| {
        s.judge_passphrase(&chosen)
    });
    walk.by(AUDITOR, "Session::change_passphrase", |s| {
        s.change_passphrase(&chosen)
    });
    let mut vault = walk.vault();
    let mut session = vault.unlock(AUDITOR, &chosen).expect("the new one");
    let usual = session.change_passphrase(&passphrase_of(AUDITOR));
    usual.expect("the one before again");
    drop(vault);
    walk.fresh();
}
