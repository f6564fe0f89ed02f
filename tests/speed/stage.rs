//! `stage VAULT PASSPHRASE-FILE ENTRIES RECORDS`: makes the vaults that `speed.sh` measures by.

use std::path::PathBuf;
use std::process::ExitCode;

use vault_cli::clock::SystemClock;
use vault_core::crypto::random::OsEntropy;
use vault_core::secret::SecretString;
use vault_core::vault::Surroundings;

#[path = "../../vault-core/benches/speed/crowd.rs"]
mod crowd;

#[expect(
    clippy::disallowed_methods,
    reason = "a tool of the tests reads its own arguments"
)]
fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [vault, file, entries, records] = &words[..] else {
        return ExitCode::from(2);
    };
    let passphrase = std::fs::read_to_string(file).expect("a passphrase");
    let passphrase = SecretString::new(passphrase.trim_end().to_owned());
    let size = [entries, records].map(|number| number.parse::<u64>().expect("a number"));
    let surroundings = Surroundings {
        clock: Box::new(SystemClock),
        entropy: Box::new(OsEntropy),
        host: "example-host".to_owned(),
        state: None,
    };
    let entries = usize::try_from(size[0]).expect("a number of entries");
    let made = crowd::found(
        &PathBuf::from(vault),
        &passphrase,
        surroundings,
        (entries, size[1]),
    );
    made.map_or(ExitCode::FAILURE, |_| ExitCode::SUCCESS)
}
