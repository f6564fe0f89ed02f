//! What the program promises to whoever runs it: the contract for scripts, and that it stays true
//! when it is killed, when the disk is full, and when somebody looks where secrets must not be.

mod aftermath;
#[cfg(unix)]
mod auditor;
#[cfg(unix)]
mod bad_input;
mod canary;
mod contract;
mod crash;
mod demo;
mod desk;
#[cfg(unix)]
mod disk;
mod emergency;
mod entries;
#[cfg(unix)]
mod export;
#[cfg(unix)]
mod extract;
#[cfg(unix)]
mod faults;
mod incidents;
#[cfg(unix)]
mod keeping;
mod members;
mod messages;
mod minutes;
#[cfg(unix)]
mod reports;
#[cfg(unix)]
mod restoring;
mod rollback;
mod rules;
mod sheets;
mod takeover;
mod transfer;
#[cfg(unix)]
mod witness;
mod workload;
