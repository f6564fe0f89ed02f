//! What the vault offers, and the record that each operation leaves.

use std::collections::BTreeSet;
use std::path::PathBuf;

/// Each operation, and the record that it leaves beside that of the unlock: its event, and its step
/// where it has one. A dash: it tells only what is in clear, or what the caller gave.
const OPERATIONS: &str = "
    Vault::open - · Vault::look - · Vault::look_even_rolled_back - · Vault::inspect - · Vault::remembered -
    Vault::council - · Vault::council_name - · Vault::mark - · Vault::status -
    Vault::minutes - · Vault::witnesses - · Vault::head_keys - · Vault::submission -
    Vault::owed - · Vault::last_checkpoint - · Vault::check_successor - · Vault::has_login - · Vault::unlock -
    Vault::only_person - · Vault::last_person - · Vault::identify - · Vault::session -
    Vault::judge_passphrase - · Session::judge_passphrase vault.unlock
    Session::change_passphrase person.change_credential
    Vault::found vault.create · Vault::enrol person.enrol
    Vault::request_opening envelope.open/requested
    Requested::accepted - · Requested::is_met - · Requested::accept envelope.sheet
    Requested::seems - · Requested::lacking - · Vault::copy_aside - · Vault::copy -
    Requested::release envelope.open/released
    Session::record_verification log.verify
    Opening::list envelope.open/listed · Opening::reveal secret.reveal
    Opening::close envelope.open/closed · Opening::take_over envelope.takeover
    Restoration::begin - · Restoration::finish vault.restore
    Session::initial_passphrase - · Session::invite person.add
    Session::news - · Session::people vault.unlock · Session::own_name vault.unlock
    Session::make_collection collection.create · Session::collections vault.unlock
    Session::grant collection.change · Session::revoke collection.change
    Session::add secret.create · Session::add_beside secret.create · Session::entries vault.unlock
    Session::show vault.unlock · Session::history vault.unlock · Session::reveal secret.reveal
    Session::one_time_code secret.reveal · Session::propose secret.rotate/pending
    Session::confirm secret.rotate/confirmed · Session::abort secret.rotate/aborted
    Session::retire secret.archive/retired · Session::restore_entry secret.archive/restored
    Session::choose_rule policy.change · Session::weigh_rule vault.unlock
    Session::holder_called vault.unlock · Session::issue_sheet envelope.issue
    Session::draft_sheet vault.unlock · Session::record_sheet envelope.issue
    Session::reject_sheet envelope.issue · Session::report_lost envelope.revoke
    Session::look_at envelope.check · Session::check_sheet envelope.check
    Session::drill envelope.drill
    Session::seal envelope.seal · Session::waiting vault.unlock · Session::approve access.approve
    Session::counted_sheets vault.unlock · Session::untold vault.unlock
    Session::account log.read · Session::glossary vault.unlock
    Session::follow_up envelope.close · Session::classify envelope.classify
    Session::raise_incident incident.raise · Session::decide_incident incident.decide
    Session::close_incident incident.close · Session::incidents log.read
    Session::incident log.read · Session::plan_import vault.unlock
    Session::import transfer.import · Session::log log.read · Session::export_log log.export
    Session::extract_log log.export · Session::report log.read · Vault::sample -
    Session::merge_opening log.merge · Session::merge_journals log.merge
    Session::merge_copy log.merge · Session::ask_to_forget log.forget
    Vault::forgettable - · Vault::erased_in -
    Session::hold_incident incident.decide
    Session::name_witness policy.change · Session::drop_witness policy.change
    Session::take_answer log.anchor
    Session::backup vault.backup · Session::copy_for_kit vault.backup
    Session::accept_rollback log.accept_rollback
";

/// The table, as pairs.
pub(super) fn table() -> Vec<(&'static str, &'static str)> {
    let rows = OPERATIONS.split(['·', '\n']).map(str::trim);
    let rows = rows.filter(|row| !row.is_empty());
    rows.map(|row| row.split_once(' ').expect("an operation and an event"))
        .collect()
}

/// What the sources offer: the public functions of these types, constant ones aside, which cannot
/// reach the file.
pub(super) fn offered() -> BTreeSet<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../vault-core/src/vault");
    let mut files = vec![folder.with_extension("rs")];
    for file in std::fs::read_dir(folder).expect("the floor of the vault") {
        files.extend(Some(file.expect("a file").path()).filter(|path| path.is_file()));
    }
    let mut names = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(file).expect("a source");
        let mut owner = None;
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("impl") {
                let rest = rest.trim_start_matches("<'v>").trim_start();
                let end = rest.find(['<', ' ']).unwrap_or(rest.len());
                let types = ["Vault", "Requested", "Opening", "Restoration", "Session"];
                owner = types.into_iter().find(|name| *name == &rest[..end]);
            }
            if let (Some(owner), Some(rest)) = (owner, line.strip_prefix("    pub fn ")) {
                let end = rest.find(['<', '(']).expect("a function's name");
                names.insert(format!("{owner}::{}", &rest[..end]));
            }
        }
    }
    names
}
