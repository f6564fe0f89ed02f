//! People's rows: who they are, and what only they can open.

use rusqlite::Connection;

use super::{Column, Row, check_table, checked, get, number};
use crate::audit::ledger::Ledger;
use crate::audit::row::RowKey;
use crate::crypto::digest::Digest;
use crate::crypto::kdf::{self, KdfParams, ParamsOutOfBounds};
use crate::id::{Generation, PersonId};
use crate::store::act::Act;
use crate::store::{Store, StoreError};

/// A person's name, encrypted, and the tag by which their login finds them.
pub struct PersonRow {
    /// Who.
    pub person: PersonId,
    /// The tag of their folded name.
    pub login_tag: Digest,
    /// The generation of the directory key under which the name is encrypted.
    pub generation: Generation,
    /// The encrypted name.
    pub name: Vec<u8>,
}

impl Row for PersonRow {
    const TABLE: &'static str = "person";
    const COLUMNS: &'static [&'static str] = &["id", "login_tag", "generation", "name"];
    const KEY: usize = 1;

    fn key(&self) -> RowKey {
        RowKey::Person(self.person)
    }

    fn columns(&self) -> Vec<Column<'_>> {
        vec![
            Column::Blob(self.person.as_bytes()),
            Column::Blob(self.login_tag.as_bytes()),
            Column::Integer(self.generation.get()),
            Column::Blob(&self.name),
        ]
    }

    fn from_sql(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            person: PersonId::from_bytes(row.get(0)?),
            login_tag: Digest::from_bytes(row.get(1)?),
            generation: Generation::new(number(row, 2)?),
            name: row.get(3)?,
        })
    }
}

/// A person's private keys, encrypted under what their passphrase yields.
#[derive(Clone)]
pub struct CredentialRow {
    /// Whose.
    pub person: PersonId,
    /// How the passphrase is derived.
    pub memory_kib: u64,
    /// How the passphrase is derived.
    pub passes: u64,
    /// How the passphrase is derived.
    pub lanes: u64,
    /// The salt.
    pub salt: [u8; kdf::SALT],
    /// What the unlock key is committed to.
    pub commitment: [u8; 32],
    /// The encrypted identity.
    pub identity: Vec<u8>,
}

impl CredentialRow {
    /// The parameters.
    ///
    /// # Errors
    /// [`ParamsOutOfBounds`]: they lie below the floor or above the ceiling.
    pub fn params(&self) -> Result<KdfParams, ParamsOutOfBounds> {
        let number = |n: u64| u32::try_from(n).map_err(|_| ParamsOutOfBounds);
        let (memory, passes) = (number(self.memory_kib)?, number(self.passes)?);
        KdfParams::new(memory, passes, number(self.lanes)?)
    }
}

impl Row for CredentialRow {
    const TABLE: &'static str = "credential";
    const COLUMNS: &'static [&'static str] = &[
        "person",
        "memory_kib",
        "passes",
        "lanes",
        "salt",
        "commitment",
        "identity",
    ];
    const KEY: usize = 1;

    fn key(&self) -> RowKey {
        RowKey::Credential(self.person)
    }

    fn columns(&self) -> Vec<Column<'_>> {
        vec![
            Column::Blob(self.person.as_bytes()),
            Column::Integer(self.memory_kib),
            Column::Integer(self.passes),
            Column::Integer(self.lanes),
            Column::Blob(&self.salt),
            Column::Blob(&self.commitment),
            Column::Blob(&self.identity),
        ]
    }

    fn from_sql(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            person: PersonId::from_bytes(row.get(0)?),
            memory_kib: number(row, 1)?,
            passes: number(row, 2)?,
            lanes: number(row, 3)?,
            salt: row.get(4)?,
            commitment: row.get(5)?,
            identity: row.get(6)?,
        })
    }
}

impl Store {
    /// The person whose login has this tag.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn person_by_login(
        &self,
        tag: &Digest,
        ledger: &Ledger,
    ) -> Result<Option<PersonRow>, StoreError> {
        by_login(self.connection(), tag, ledger)
    }
}

impl Act<'_> {
    /// The person whose login has this tag.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn person_by_login(&self, tag: &Digest) -> Result<Option<PersonRow>, StoreError> {
        by_login(&self.transaction, tag, self.ledger())
    }
}

fn by_login(
    connection: &Connection,
    tag: &Digest,
    ledger: &Ledger,
) -> Result<Option<PersonRow>, StoreError> {
    let columns = PersonRow::COLUMNS.join(", ");
    let sql = format!("SELECT {columns} FROM person WHERE login_tag = ?");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([tag.as_bytes()], PersonRow::from_sql)?;
    let rows: Vec<PersonRow> = rows.collect::<Result<_, _>>()?;
    // This program makes no second person of one name: whoever was there first keeps it.
    let recorded = |row: &PersonRow| {
        ledger
            .row(&row.key())
            .map_or(u64::MAX, |(seq, _)| seq.get())
    };
    let Some(row) = rows.into_iter().min_by_key(recorded) else {
        check_people(connection, ledger)?;
        return Ok(None);
    };
    let key = row.key();
    checked(Some(row), &key, ledger)
}

/// Checks that everybody's row is there, is what the log says it is, and can be found: a row that
/// was removed, renamed or is hidden by a damaged index is damage, and never a wrong name.
fn check_people(connection: &Connection, ledger: &Ledger) -> Result<(), StoreError> {
    for person in ledger.people.keys() {
        get::<PersonRow>(connection, &RowKey::Person(*person), ledger)?;
    }
    check_table(connection, PersonRow::TABLE)
}
