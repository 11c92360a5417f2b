//! The kinds of database and the steps that made them.

use super::{Migration, Schema};

macro_rules! steps {
    ($($name:literal $file:literal),+ $(,)?) => {
        Schema {
            migrations: &[$(Migration {
                name: $name,
                sql: include_str!(concat!("schema/", $file, ".sql")),
            }),+],
        }
    };
}

/// `control.db`
pub(crate) const CONTROL: Schema =
    steps!("instance" "control/0001-instance", "audit" "audit", "staff" "control/0003-staff");

/// `vault/vault.db`
pub(crate) const VAULT: Schema = steps!("vault" "vault/0001-vault");

/// `workspaces/<id>/store.db`
pub(crate) const WORKSPACE: Schema = steps!(
    "document" "workspace/0001-document",
    "audit" "audit",
    "course" "workspace/0002-course",
    "article" "workspace/0003-article",
    "approved" "workspace/0004-approved",
    "question" "workspace/0005-question",
    "working-copy" "workspace/0006-working-copy",
    "review" "workspace/0007-review",
    "working-copies" "workspace/0008-working-copies",
    "asked-again" "workspace/0009-asked-again",
    "review-of-each" "workspace/0010-review-of-each",
    "stated" "workspace/0011-stated",
    "complaint" "workspace/0012-complaint",
    "disagreement" "workspace/0013-disagreement",
    "language" "workspace/0014-language",
);
