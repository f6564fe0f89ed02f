//! What operations cost in process, each beside what it cannot cost less than.
//!
//! The vaults stand in the system's temporary folder: `TMPDIR=/dev/shm` leaves the disk out.

mod crowd;
mod stage;

use std::hint::black_box;
use std::path::Path;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use stage::{Stage, passphrase};
use vault_core::vault::Vault;
use vault_core::vault::verify::{Depth, verify};

const SIZES: [usize; 2] = [100, 10_000];

/// How many records the log has that is verified.
const RECORDS: u64 = 20_500;

/// Start, reveal and list: neither of the first two may grow with the entries.
fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("reading");
    for entries in SIZES {
        let stage = Stage::new();
        let mut vault = stage.found(&stage.vault(), (entries, 0));
        group.bench_function(BenchmarkId::new("open", entries), |bench| {
            bench.iter(|| Vault::open(&stage.vault(), stage.surroundings()).expect("a vault"));
        });
        let passphrase = passphrase();
        let mut session = vault
            .unlock(crowd::PROVIDER, &passphrase)
            .expect("a session");
        group.bench_function(BenchmarkId::new("get", entries), |bench| {
            bench.iter(|| crowd::get(&mut session, entries / 2).expect("a value"));
        });
        group.sample_size(20);
        group.bench_function(BenchmarkId::new("list", entries), |bench| {
            bench.iter(|| session.entries().expect("a list").len());
        });
    }
    group.finish();
}

/// An import in one commit.
fn import(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("import");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(10_000));
    group.bench_function("10,000 entries", |bench| {
        bench.iter_batched(
            || {
                let stage = Stage::new();
                let vault = stage.found(&stage.vault(), (1, 0));
                (stage, vault, crowd::export(10_000))
            },
            |(stage, mut vault, reading)| {
                let passphrase = passphrase();
                let mut session = vault
                    .unlock(crowd::PROVIDER, &passphrase)
                    .expect("a session");
                let done = session.import(reading, Some(crowd::COLLECTION));
                done.expect("an import");
                drop(session);
                (stage, vault)
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// Verifying, beside SHA-256 over the bytes that are read for it.
fn verifying(criterion: &mut Criterion) {
    let stage = Stage::new();
    drop(stage.found(&stage.vault(), (10_000, RECORDS)));
    let bytes = stored(&stage.vault());
    let mut group = criterion.benchmark_group("verify");
    group
        .sample_size(10)
        .throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("floor: SHA-256 of the same bytes", |bench| {
        bench.iter(|| Sha256::digest(black_box(&bytes)));
    });
    for (name, depth) in [("quick", Depth::Quick), ("full", Depth::Full)] {
        group.bench_function(name, |bench| {
            bench.iter(|| verify(&stage.vault(), depth).expect("a log"));
        });
    }
    group.finish();
}

/// Every line, word and checkpoint.
fn stored(path: &Path) -> Vec<u8> {
    let file = Connection::open(path).expect("the file");
    let sql = "SELECT line FROM record UNION ALL SELECT box FROM detail \
               UNION ALL SELECT CAST(note AS BLOB) FROM checkpoint";
    let mut statement = file.prepare(sql).expect("a query");
    let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0));
    let rows = rows.expect("rows").map(|row| row.expect("bytes"));
    rows.collect::<Vec<_>>().concat()
}

/// A durable record, beside a bare commit of as many bytes under the same settings.
fn appending(criterion: &mut Criterion) {
    let stage = Stage::new();
    let mut vault = stage.found(&stage.vault(), (100, 0));
    let mut group = criterion.benchmark_group("append");
    let bare = Connection::open(stage.beside("bare")).expect("a file");
    let settings = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA; \
                    CREATE TABLE line (seq INTEGER PRIMARY KEY, bytes BLOB) STRICT";
    bare.execute_batch(settings).expect("a table");
    group.bench_function("floor: a bare commit", |bench| {
        let line = vec![7_u8; 1_100];
        bench.iter(|| bare.execute("INSERT INTO line (bytes) VALUES (?)", [&line]));
    });
    let passphrase = passphrase();
    let mut session = vault
        .unlock(crowd::PROVIDER, &passphrase)
        .expect("a session");
    group.bench_function("a reveal", |bench| {
        bench.iter(|| crowd::get(&mut session, 50).expect("a value"));
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    reading(&mut criterion);
    import(&mut criterion);
    verifying(&mut criterion);
    appending(&mut criterion);
    criterion.final_summary();
}
