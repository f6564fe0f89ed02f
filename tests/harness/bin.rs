//! The binary as the tests start it, so that it is built with them from a clean tree.
//!
//! A passphrase costs it next to nothing, unless a test asks for the program as it is shipped.

#[expect(
    clippy::disallowed_methods,
    reason = "what a test asks of its program is no configuration of the shipped one"
)]
fn main() -> std::process::ExitCode {
    if std::env::var_os(harness::FULL_DERIVATION).is_none() {
        harness::derive_quickly();
    }
    vault_cli::main()
}
