//! The two kinds of database and the steps that made them.

use super::{Migration, Schema};

/// `control.db`
pub(crate) const CONTROL: Schema = Schema {
    migrations: &[Migration {
        name: "first",
        sql: include_str!("schema/control/0001-first.sql"),
    }],
};

/// `workspaces/<id>/store.db`
pub(crate) const WORKSPACE: Schema = Schema {
    migrations: &[Migration {
        name: "first",
        sql: include_str!("schema/workspace/0001-first.sql"),
    }],
};
