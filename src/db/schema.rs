//! The two kinds of database and the steps that made them.

use super::{Migration, Schema};

macro_rules! steps {
    ($folder:literal: $($number:literal $name:literal),+ $(,)?) => {
        Schema {
            migrations: &[$(Migration {
                name: $name,
                sql: include_str!(concat!("schema/", $folder, "/", $number, "-", $name, ".sql")),
            }),+],
        }
    };
}

/// `control.db`
pub(crate) const CONTROL: Schema =
    steps!("control": "0001" "first", "0002" "audit", "0003" "staff", "0004" "deletion");

/// `workspaces/<id>/store.db`
pub(crate) const WORKSPACE: Schema = steps!("workspace": "0001" "first", "0002" "audit", "0003" "visibility", "0004" "approved", "0005" "article", "0006" "question");
