//! A question to a person.

use std::time::Duration;

/// Whether what is typed is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Echo {
    /// As it is typed.
    On,
    /// Not at all.
    Off,
}

/// A question to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question<'l> {
    /// What is asked for.
    pub label: &'l str,
    /// Whether the answer is shown as it is typed.
    pub echo: Echo,
    /// How long the person has for the answer.
    pub limit: Option<Duration>,
}

impl<'l> Question<'l> {
    /// A question whose answer is shown as it is typed.
    pub const fn shown(label: &'l str) -> Self {
        Self {
            label,
            echo: Echo::On,
            limit: None,
        }
    }

    /// A question whose answer is not shown.
    pub const fn hidden(label: &'l str) -> Self {
        Self {
            echo: Echo::Off,
            ..Self::shown(label)
        }
    }

    /// The same question, which waits no longer than `limit`.
    #[must_use]
    pub const fn within(self, limit: Duration) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }
}
