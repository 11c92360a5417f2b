-- Workspaces that left the register and whose key and files are still to be destroyed: finished at the next start when it did not come to it at once.
CREATE TABLE workspace_deletion (
    workspace_id TEXT PRIMARY KEY,
    at_ms        INTEGER NOT NULL
) STRICT;
