//! Who may do what: one pure function from a request and the ledger to a decision.
//!
//! The same rules are asked twice: when somebody acts, and when the log is verified, for every
//! record that claims to have been permitted.

pub mod able;
pub mod attempts;
pub mod decision;
pub mod request;
pub mod rules;

pub use decision::{Decision, Denial, Permit};
pub use request::{Act, Request, Requester};
pub use rules::decide;
