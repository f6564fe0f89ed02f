//! Proof that something was recorded.

/// A value whose record is durable. Only the store makes it, after COMMIT; there is no other way
/// to one, and none to a secret without one.
///
/// ```compile_fail,E0423
/// // Forging the proof does not build: its content is private to the store.
/// let permit: vault_core::access::Permit = unimplemented!();
/// let forged = vault_core::store::recorded::Recorded(permit);
/// ```
///
/// ```compile_fail,E0624
/// // Nor does asking for it.
/// let permit: vault_core::access::Permit = unimplemented!();
/// let forged = vault_core::store::recorded::Recorded::after_commit(permit);
/// ```
pub struct Recorded<T>(T);

impl<T> Recorded<T> {
    /// Called by the store alone, when COMMIT has returned.
    pub(in crate::store) const fn after_commit(value: T) -> Self {
        Self(value)
    }

    /// What was recorded.
    pub const fn get(&self) -> &T {
        &self.0
    }
}
