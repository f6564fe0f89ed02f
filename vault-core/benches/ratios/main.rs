//! What verifying and appending cost, as ratios to what they cannot cost less than.
//!
//!     cargo bench -p vault-core --bench ratios -- [RECORDS [RUNS [VAULT]]]
//!
//! The acts of each group run in turn, and the least that each took counts: what else the machine
//! does only ever adds. Processor time is compared, but where two threads are compared with one, and
//! where something is to last: what a commit takes is the disk's time first, so `TMPDIR` has to be on
//! one. VAULT is kept, and used again.
#![expect(clippy::print_stdout, reason = "a bench is for whoever reads it")]

#[path = "../speed/crowd.rs"]
mod crowd;
mod floor;
mod measure;
#[path = "../speed/stage.rs"]
mod stage;

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use floor::{Bare, Log, Rows};
use measure::{Cost, least};
use stage::Stage;
use vault_core::vault::Vault;
use vault_core::vault::verify::{Depth, Request, verify};

fn main() {
    let words = words();
    let number = |at: usize, default| match words.get(at) {
        Some(word) => word.parse().expect("a number"),
        None => default,
    };
    let (records, runs) = (number(0, 100_000), number(1, 5));
    let runs = usize::try_from(runs).expect("a few");
    let stage = Stage::new();
    let vault = words.get(2).map_or_else(|| stage.vault(), Into::into);
    if !vault.exists() {
        drop(stage.found(&vault, (100, records)));
    }
    let log = Log::read(&vault);
    println!(
        "{} records of {} bytes, {} signatures; the least of {runs} runs",
        log.records,
        log.lines.len(),
        log.signatures()
    );
    quick(&vault, &log, runs);
    full(&vault, &log, runs);
    incremental(&stage, &vault, &log, runs);
    appending(&stage, 40 * runs);
}

#[expect(clippy::disallowed_methods, reason = "a bench reads its own arguments")]
fn words() -> Vec<String> {
    let words = std::env::args().skip(1);
    words.filter(|word| !word.starts_with("--")).collect()
}

fn request(depth: Depth, threads: usize) -> Request {
    Request {
        threads: NonZeroUsize::new(threads),
        ..depth.into()
    }
}

fn run(vault: &Path, depth: Depth, threads: usize) {
    verify(vault, request(depth, threads)).expect("a log");
}

fn quick(vault: &Path, log: &Log, runs: usize) {
    let [hash, one, two] = least(
        runs * 2,
        [
            &mut || {
                black_box(log.hash());
            },
            &mut || run(vault, Depth::Quick, 1),
            &mut || run(vault, Depth::Quick, 2),
        ],
    );
    tell("SHA-256 of all lines", hash);
    tell("quick, one thread", one);
    tell("quick, two threads", two);
    ratio(
        "quick / SHA-256",
        one.processor,
        hash.processor,
        "at most 2.6",
    );
    ratio("one thread / two", one.wall, two.wall, "at least 1.7");
}

fn full(vault: &Path, log: &Log, runs: usize) {
    let [bare, bare_two, full, full_two] = least(
        runs,
        [
            &mut || log.check(1),
            &mut || log.check(2),
            &mut || run(vault, Depth::Full, 1),
            &mut || run(vault, Depth::Full, 2),
        ],
    );
    tell("verify_strict, one thread", bare);
    tell("verify_strict, two threads", bare_two);
    tell("full, one thread checks", full);
    tell("full, two threads check", full_two);
    let most = "at most 1.3";
    ratio(
        "full / verify_strict",
        full_two.processor,
        bare.processor,
        most,
    );
    ratio(
        "the same on two threads",
        full_two.wall,
        bare_two.wall,
        most,
    );
}

/// What is new since the last time is the same in a log of a tenth of the records.
fn incremental(stage: &Stage, vault: &Path, log: &Log, runs: usize) {
    let whole = stage.beside("long.vault");
    std::fs::copy(vault, &whole).expect("a copy");
    let short = stage.beside("short.vault");
    let tenth = u64::try_from(log.records / 10).expect("a number");
    drop(stage.found(&short, (100, tenth)));
    let [short, whole] = [short, whole].map(|vault| Later::of(stage, vault));
    let [short, whole] = least(runs * 4, [&mut || short.verify(), &mut || whole.verify()]);
    tell("50 new records of a tenth", short);
    tell("50 new records of all", whole);
    ratio("all / a tenth", whole.processor, short.processor, "about 1");
}

/// A vault that was verified some records ago.
struct Later {
    vault: PathBuf,
    memory: PathBuf,
    remembered: Vec<(PathBuf, Vec<u8>)>,
}

impl Later {
    fn of(stage: &Stage, vault: PathBuf) -> Self {
        let memory = vault.with_extension("memory");
        let mut later = Self {
            vault,
            memory,
            remembered: Vec::new(),
        };
        later.run(Depth::Full);
        let files = std::fs::read_dir(&later.memory).expect("a folder");
        let files = files.map(|file| file.expect("a file").path());
        later.remembered = files
            .map(|file| (file.clone(), std::fs::read(file).expect("a file")))
            .collect();
        let mut vault = Vault::open(&later.vault, stage.surroundings()).expect("a vault");
        let passphrase = stage::passphrase();
        let session = vault.unlock(crowd::PROVIDER, &passphrase);
        let mut session = session.expect("a session");
        for _ in 0..50 {
            crowd::get(&mut session, 50).expect("a value");
        }
        later
    }

    fn run(&self, depth: Depth) {
        let request = Request {
            memory: Some(self.memory.clone()),
            ..depth.into()
        };
        verify(&self.vault, request).expect("a log");
    }

    /// Goes on from where the memory was when this was made.
    fn verify(&self) {
        for (file, bytes) in &self.remembered {
            std::fs::write(file, bytes).expect("a file");
        }
        self.run(Depth::SinceLast);
    }
}

/// A reveal of one entry, beside bare commits of as many bytes: of rows as long in tables of the same
/// form, which writes as many pages, and of one row, which writes the fewest that can be. All three
/// journal, and sync five times.
fn appending(stage: &Stage, runs: usize) {
    let path = stage.beside("appending.vault");
    let mut vault = stage.found(&path, (100, 200));
    let passphrase = stage::passphrase();
    let mut session = vault
        .unlock(crowd::PROVIDER, &passphrase)
        .expect("a session");
    crowd::get(&mut session, 50).expect("a value");
    let rows = Rows::last(&path);
    let [bare, bare_one] = ["bare", "bare-one"].map(|name| Bare::create(&stage.beside(name)));
    let [bare, bare_one, reveal] = least(
        runs,
        [
            &mut || bare.append(rows),
            &mut || bare_one.append_one(rows.bytes()),
            &mut || {
                crowd::get(&mut session, 50).expect("a value");
            },
        ],
    );
    println!("{} bytes: {rows:?}", rows.bytes());
    tell("a bare commit of these rows", bare);
    tell("a bare commit of one row", bare_one);
    tell("a reveal", reveal);
    let what = "reveal / these rows, on the wall";
    ratio(what, reveal.wall, bare.wall, "at most 1.3");
    let what = "reveal / one row, on the wall";
    ratio(what, reveal.wall, bare_one.wall, "other pages too");
}

fn tell(what: &str, cost: Cost) {
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    println!(
        "{what:<32} {:>10.2} ms of processor {:>10.2} ms on the wall",
        ms(cost.processor),
        ms(cost.wall)
    );
}

fn ratio(what: &str, is: Duration, floor: Duration, target: &str) {
    let ratio = is.as_secs_f64() / floor.as_secs_f64();
    println!("{what:<32} {ratio:>10.2}   ({target})");
}
