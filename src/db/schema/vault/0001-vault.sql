-- What the vault remembers. Database keys are not here: each is a file of its own, so that destroying one is destroying a file.

-- The databases of the instance that exist. Only creation enters one, only destruction takes one out.
CREATE TABLE known_database (
    name       TEXT PRIMARY KEY,            -- control or workspace-ID
    state      TEXT NOT NULL,               -- creating, or exists once its file is whole
    created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Wrong one-time codes by account.
CREATE TABLE totp_attempt (
    account    TEXT PRIMARY KEY,
    count      INTEGER NOT NULL,
    last_ms    INTEGER NOT NULL,
    blocked_ms INTEGER NOT NULL             -- until when
) STRICT, WITHOUT ROWID;

-- When letters were sent, for the rate.
CREATE TABLE letter_sent (
    seq   INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL
) STRICT;

-- Single values, by name.
CREATE TABLE value (
    name    TEXT PRIMARY KEY,
    content BLOB NOT NULL
) STRICT, WITHOUT ROWID;
