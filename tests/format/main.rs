//! The formats: what other programs write and read, and what published vectors say of ours.

mod edge_cases;
mod exchange;
mod insider;
mod rfc6962;
mod second_reader;
mod slip39;
mod tamper;
mod witness_files;
mod wycheproof;
