//! What the program promises to whoever runs it: the contract for scripts, and that it stays true
//! when it is killed, when the disk is full, and when somebody looks where secrets must not be.

mod aftermath;
#[cfg(unix)]
mod auditor;
#[cfg(unix)]
mod bad_input;
mod broken_off;
mod canary;
mod contract;
#[cfg(unix)]
mod copies;
mod crash;
mod demo;
mod derivation;
mod desk;
#[cfg(unix)]
mod disk;
mod drills;
mod duties;
mod elsewhere;
mod emergency;
mod entries;
#[cfg(unix)]
mod export;
#[cfg(unix)]
mod extract;
#[cfg(unix)]
mod faults;
#[cfg(target_os = "linux")]
mod guided;
mod incidents;
#[cfg(unix)]
mod keeping;
#[cfg(unix)]
mod kit;
mod log_show;
#[cfg(unix)]
mod looking;
mod members;
mod messages;
mod minutes;
#[cfg(unix)]
mod mutated;
mod paper;
#[cfg(unix)]
mod printed;
mod ran;
#[cfg(unix)]
mod reports;
#[cfg(unix)]
mod restoring;
mod retention;
mod rollback;
mod rules;
mod sheets;
#[cfg(target_os = "linux")]
mod sitting;
mod takeover;
mod transfer;
#[cfg(target_os = "linux")]
mod unlocking;
mod verify;
#[cfg(unix)]
mod witness;
mod workload;
