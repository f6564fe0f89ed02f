//! Forms of tables and pages: text, JSON, CSV and HTML.

pub(crate) mod export_csv;
pub(crate) mod export_page;
pub(crate) mod export_readme;
pub(crate) mod page;
pub(crate) mod paper;
pub(crate) mod table_csv;
pub(crate) mod table_html;
pub(crate) mod table_json;
pub(crate) mod table_text;
