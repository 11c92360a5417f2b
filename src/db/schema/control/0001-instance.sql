-- What the instance knows besides its workspaces' content.

CREATE TABLE workspace (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL
) STRICT;

-- Workspaces that left the register and whose key and files are still to be destroyed: finished at the next start when it did not come to it at once.
CREATE TABLE workspace_deletion (
    workspace_id TEXT PRIMARY KEY,
    at_ms        INTEGER NOT NULL
) STRICT;

-- The token itself is not stored: only its keyed hash.
CREATE TABLE api_key (
    id           TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    scopes       TEXT NOT NULL,             -- separated by spaces
    token_hash   BLOB NOT NULL,
    created_ms   INTEGER NOT NULL,
    expires_ms   INTEGER,
    last_used_ms INTEGER,
    revoked_ms   INTEGER
) STRICT;
CREATE INDEX api_key_workspace ON api_key (workspace_id);

-- Single values, by name.
CREATE TABLE value (
    name    TEXT PRIMARY KEY,
    content BLOB NOT NULL
) STRICT, WITHOUT ROWID;
