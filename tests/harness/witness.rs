//! A witness to the council's log, in a folder beside the vault.

use vault_core::crypto::random::OsEntropy;
use vault_core::time::Clock;
use vault_core::tlog::answer::Answer;
use vault_core::vault::witnesses::TakenWord;
use vault_core::witness::{KeptHead, Trust, Witness, WitnessError};

use crate::{Council, PROVIDER};

/// What the witness is called.
pub const WITNESS: &str = "witness.example.org";

impl Council {
    /// The same, whom the policy names.
    pub fn name_witness(&self) -> Witness {
        let witness = self.found_witness();
        self.unlocked(PROVIDER, |session| session.name_witness(witness.cosigner()));
        witness
    }

    /// A new witness, who trusts the keys of the log.
    pub fn found_witness(&self) -> Witness {
        let folder = self.folder().join("witness");
        let name = WITNESS.parse().expect("a name");
        let witness = Witness::found(&folder, &name, &mut OsEntropy).expect("a new folder");
        let keys = self.open().and_then(|mut vault| vault.head_keys());
        let keys = keys.expect("keys");
        let lines: Vec<String> = keys.iter().map(ToString::to_string).collect();
        let trusted = witness.trust(lines.join("\n").as_bytes(), Trust::Add);
        trusted.expect("keys of a log");
        witness
    }

    /// What the witness says to a request for its word, from the newest head that it vouched for.
    ///
    /// # Errors
    /// The witness's.
    pub fn ask(&self, witness: &Witness) -> Result<KeptHead, WitnessError> {
        let request = self
            .open()
            .and_then(|mut vault| vault.submission(WITNESS, None));
        let request = request.expect("a request").to_string();
        witness.sign(request.as_bytes(), self.clock.now())
    }

    /// The witness vouches for the log as it stands, and that is taken in.
    pub fn vouched_by(&self, witness: &Witness) -> TakenWord {
        let head = self.ask(witness).expect("the log goes on");
        let answer = Answer::Cosignatures(vec![head.cosignature]);
        self.unlocked(PROVIDER, |session| session.take_answer(&answer))
    }
}
