//! Reports: what the log says, for people who have to answer for it, as rows and columns without
//! any formatting. They are pure: records and names go in, tables come out.

pub mod accesses;
pub mod account;
pub mod changes;
pub mod custody;
pub mod done_by;
pub mod envelope_register;
pub mod envelope_words;
pub mod envelopes;
pub mod incidents;
pub mod leave;
pub mod line;
pub mod mark;
pub mod mask;
pub mod memberships;
pub mod names;
pub mod person;
pub mod reasons;
pub mod records;
pub mod registers;
pub mod story;
pub mod table;
pub mod tally;
pub mod titles;
pub mod year;

use self::table::Table;
use self::year::FinancialYear;
use crate::audit::anchor::Anchor;
use crate::audit::in_period::Population;
use crate::time::Timestamp;

/// Which report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Who was shown what, in a year.
    Accesses,
    /// Who holds what today.
    Custody,
    /// Everything that was ever done with the envelopes.
    Envelopes,
    /// What somebody had to look into.
    Incidents,
    /// What the log holds on one person.
    Person,
}

impl Kind {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accesses => "accesses",
            Self::Custody => "custody",
            Self::Envelopes => "envelopes",
            Self::Incidents => "incidents",
            Self::Person => "person",
        }
    }

    /// Its main table: what there is one of in a file that holds one.
    pub const fn main_table(self) -> table::TableId {
        match self {
            Self::Accesses => table::TableId::Accesses,
            Self::Custody => table::TableId::Entries,
            Self::Envelopes => table::TableId::Sheets,
            Self::Incidents => table::TableId::Incidents,
            Self::Person => table::TableId::Did,
        }
    }
}

/// A report.
#[derive(Debug, Clone)]
pub struct Report {
    /// Which.
    pub kind: Kind,
    /// The council's full name.
    pub council: String,
    /// The log's origin.
    pub origin: String,
    /// How many records the log had.
    pub records: u64,
    /// The signed head over them.
    pub checkpoint: String,
    /// The same head, as it is typed.
    pub anchor: Option<Anchor>,
    /// When the report was made.
    pub made: Timestamp,
    /// By whom; nobody is named where others are masked.
    pub by: Option<String>,
    /// Whether whoever made it may read the log's words; without that nobody is named in it.
    pub has_words: bool,
    /// The year that it is about.
    pub year: Option<FinancialYear>,
    /// How the records of the log lie about that year.
    pub population: Option<Population>,
    /// The person whom it is about.
    pub person: Option<String>,
    /// What it says.
    pub tables: Vec<Table>,
}
