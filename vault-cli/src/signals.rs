//! Signals: the terminal is closed, Ctrl-C, Ctrl-\, somebody ends the program. They do what they always
//! do, but where something has to be put right first.

#[cfg(unix)]
mod hold;
#[cfg(unix)]
mod interrupt;
#[cfg(unix)]
mod stops;
#[cfg(not(unix))]
mod unheeded;

#[cfg(unix)]
pub use self::interrupt::Interrupt;
#[cfg(unix)]
pub(crate) use self::stops::Stops;
#[cfg(not(unix))]
pub use self::unheeded::Interrupt;
