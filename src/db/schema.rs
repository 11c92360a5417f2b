//! The kinds of database and the steps that made them.

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
    steps!("control": "0001" "instance", "0002" "audit", "0003" "staff");

/// `vault/vault.db`
pub(crate) const VAULT: Schema = steps!("vault": "0001" "vault");

/// `workspaces/<id>/store.db`
pub(crate) const WORKSPACE: Schema = steps!(
    "workspace": "0001" "document", "0002" "audit", "0003" "article", "0004" "approved", "0005" "question",
    "0006" "working-copy", "0007" "review",
);
