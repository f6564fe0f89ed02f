# The one door: `just` lists what there is.

[private]
default:
    @just --list

# A fictional council from beginning to end, in a throw-away folder
demo:
    cargo run --release --locked -- demo

# Every test, or those whose name holds FILTER
test *FILTER:
    cargo test --workspace --locked {{ FILTER }}

# What the operations cost in process, beside what they cannot cost less than
bench *FILTER:
    cargo bench -p vault-core --bench speed --locked -- {{ FILTER }}

# Verifying and appending as ratios to what they cannot cost less than
ratios RECORDS="100000":
    cargo bench -p vault-core --bench ratios --locked -- {{ RECORDS }}

# What the program costs with 100,000 records and up to 10,000 entries
speed:
    cargo build --release --locked -p vault-tests --bin coffer --bin stage
    bash tests/speed.sh target/release/coffer target/release/stage

# Strangers' programs over exports of the log; fetches the packages that they stand on
checkers:
    bash tests/external/prepare.sh target/external
    COFFER_CHECKERS="$PWD/target/external" cargo test -p vault-tests --test external --locked

# An envelope opened without the program, as docs/recovery.md says; fetches what that page asks for
recovery:
    bash tests/recovery/prepare.sh target/external
    COFFER_CHECKERS="$PWD/target/external" cargo test -p vault-tests --test recovery --locked

# What reads the sources without running them: format, lints, documentation
check:
    cargo fmt --check
    cargo clippy --workspace --all-targets --locked -- -D warnings
    RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --locked

# Everything that a change has to pass
ci:
    bash .ci/run

# Licences, bans, sources and advisories of the dependencies (needs cargo-deny)
deny:
    cargo deny --locked check
