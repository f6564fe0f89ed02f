//! Tells what the demonstration does.

use vault_core::vault::Surroundings;

use crate::commands::Context;
use crate::failure::Failure;
use crate::output::Table;

/// Tells a story, line by line.
pub(super) struct Narrator<'c, 'o> {
    context: &'c mut Context<'o>,
}

impl<'c, 'o> Narrator<'c, 'o> {
    pub(super) const fn new(context: &'c mut Context<'o>) -> Self {
        Self { context }
    }

    /// Begins a part of the story.
    pub(super) fn title(&mut self, title: &str) -> Result<(), Failure> {
        self.context.tell("")?;
        self.context.tell(&format!("== {title} =="))
    }

    /// One thing that happened.
    pub(super) fn say(&mut self, line: &str) -> Result<(), Failure> {
        self.context.tell(&format!("  {line}"))
    }

    /// The command that does what is told next.
    pub(super) fn command(&mut self, line: &str) -> Result<(), Failure> {
        self.context.tell(&format!("$ {line}"))
    }

    /// Rows of the story, among its lines.
    pub(super) fn rows(&mut self, table: &Table) -> Result<(), Failure> {
        self.context.show_table(table)
    }

    /// What the vault takes from the world. The folder is thrown away, and nothing outside it is to
    /// remember it.
    pub(super) fn surroundings(&self) -> Surroundings {
        Surroundings {
            state: None,
            ..self.context.surroundings()
        }
    }
}
