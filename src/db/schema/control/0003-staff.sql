-- Staff: who they are, what they may do where, how they come in.

CREATE TABLE staff (
    id              TEXT PRIMARY KEY,
    email           TEXT NOT NULL UNIQUE,   -- in lower case
    name            TEXT NOT NULL,
    is_owner        INTEGER NOT NULL,       -- of the instance, and so of every workspace
    password_hash   TEXT NOT NULL,          -- argon2id as a PHC string; empty after a reset
    totp_sealed     BLOB,                   -- by the vault; null after a reset
    created_ms      INTEGER NOT NULL,
    disabled_ms     INTEGER,
    last_sign_in_ms INTEGER
) STRICT;

CREATE TABLE membership (
    staff_id     TEXT NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    workspace_id TEXT NOT NULL REFERENCES workspace (id) ON DELETE CASCADE,
    role         TEXT NOT NULL,             -- admin, member or viewer
    PRIMARY KEY (staff_id, workspace_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_workspace ON membership (workspace_id);

-- One row for each code that is left: its SHA-256 (a code has 80 random bits).
CREATE TABLE recovery_code (
    staff_id TEXT NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    hash     BLOB NOT NULL,
    PRIMARY KEY (staff_id, hash)
) STRICT, WITHOUT ROWID;

-- Time steps whose one-time code was used. Each counts once, whatever the clock says later.
CREATE TABLE used_totp_step (
    staff_id TEXT NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    step     INTEGER NOT NULL,
    PRIMARY KEY (staff_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    id            TEXT PRIMARY KEY,
    token_hash    BLOB NOT NULL UNIQUE,
    staff_id      TEXT NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    address       TEXT NOT NULL,
    browser       TEXT NOT NULL,
    created_ms    INTEGER NOT NULL,
    seen_ms       INTEGER NOT NULL,         -- this and what follows by the guarded clock
    expires_ms    INTEGER NOT NULL,
    stepped_up_ms INTEGER                   -- until when
) STRICT;
CREATE INDEX session_staff ON session (staff_id);

-- The password was right, the one-time code is still asked for.
CREATE TABLE pending_sign_in (
    token_hash BLOB PRIMARY KEY,
    staff_id   TEXT NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
    expires_ms INTEGER NOT NULL,
    wrong      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Links that work once. A used, withdrawn or replaced one is gone from here; the audit log remembers.
CREATE TABLE link (
    id           TEXT PRIMARY KEY,
    token_hash   BLOB NOT NULL UNIQUE,
    purpose      TEXT NOT NULL,             -- setup, invitation, new-totp, new-password or new-both
    email        TEXT NOT NULL,             -- of an invitation
    role         TEXT NOT NULL,             -- of an invitation
    workspace_id TEXT REFERENCES workspace (id) ON DELETE CASCADE,  -- of an invitation; null: to the instance, as an owner
    staff_id     TEXT REFERENCES staff (id) ON DELETE CASCADE,      -- whom a reset is for
    made_by      TEXT NOT NULL,
    created_ms   INTEGER NOT NULL,
    expires_ms   INTEGER NOT NULL           -- by the guarded clock
) STRICT;

-- Attempts to sign in, by account and by address, whether the account exists or not.
CREATE TABLE attempt (
    key        BLOB PRIMARY KEY,
    count      INTEGER NOT NULL,
    last_ms    INTEGER NOT NULL,
    blocked_ms INTEGER NOT NULL             -- until when
) STRICT, WITHOUT ROWID;

-- From which networks an account signed in lately: SHA-256 of both.
CREATE TABLE known_network (
    key     BLOB PRIMARY KEY,
    last_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
