-- What the instance knows besides its workspaces' content.

CREATE TABLE workspace (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL
) STRICT;

-- The token itself is not stored: only its keyed hash.
CREATE TABLE api_key (
    id           TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    scopes       TEXT NOT NULL,
    token_hash   BLOB NOT NULL,
    created_ms   INTEGER NOT NULL,
    expires_ms   INTEGER,
    last_used_ms INTEGER,
    revoked_ms   INTEGER
) STRICT;
CREATE INDEX api_key_workspace ON api_key (workspace_id);

-- Single values of the instance: the generated certificate, the key under which tokens are hashed.
CREATE TABLE instance_value (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_entry (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms   INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_entry_is_never_changed BEFORE UPDATE ON audit_entry BEGIN SELECT raise(ABORT, 'audit entries are append-only'); END;
CREATE TRIGGER audit_entry_is_never_deleted BEFORE DELETE ON audit_entry BEGIN SELECT raise(ABORT, 'audit entries are append-only'); END;
