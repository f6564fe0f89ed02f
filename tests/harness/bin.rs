//! The binary as the tests start it, so that it is built with them from a clean tree.
fn main() -> std::process::ExitCode {
    vault_cli::main()
}
