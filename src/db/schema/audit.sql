-- Who changed what. An entry is never altered; what it says of people is apart, because people may have it erased: the entry then still
-- holds the hashes of what was there. `audit::Recorded::canonical` says which bytes of an entry are hashed.
CREATE TABLE audit_entry (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms         INTEGER NOT NULL,
    workspace     TEXT NOT NULL,            -- that an entry of the instance's log is about, or empty
    actor_kind    TEXT NOT NULL,            -- operator, api-key, staff, unknown or program
    actor_id      TEXT NOT NULL,
    action        TEXT NOT NULL,
    object        TEXT NOT NULL,            -- the id of what was changed
    outcome       TEXT NOT NULL,            -- done or refused
    request       TEXT NOT NULL,            -- the id under which the log has the request, or empty
    detail_sha256 BLOB NOT NULL,            -- of salt and text, each: see audit_personal
    origin_sha256 BLOB NOT NULL,
    before_sha256 BLOB NOT NULL,
    after_sha256  BLOB NOT NULL
) STRICT;
CREATE INDEX audit_entry_time ON audit_entry (at_ms, seq);
CREATE TRIGGER audit_entry_is_never_changed BEFORE UPDATE ON audit_entry BEGIN SELECT raise(ABORT, 'audit entries are append-only'); END;
CREATE TRIGGER audit_entry_is_never_deleted BEFORE DELETE ON audit_entry BEGIN SELECT raise(ABORT, 'audit entries are append-only'); END;

-- What an entry says of people: names, addresses, free text. It can be erased, never changed.
CREATE TABLE audit_personal (
    seq    INTEGER PRIMARY KEY REFERENCES audit_entry (seq),
    salt   BLOB NOT NULL,                   -- 16 random bytes; without them the hashes say nothing
    detail TEXT NOT NULL,                   -- the name of what was changed, or a few words
    origin TEXT NOT NULL,                   -- from where
    before TEXT NOT NULL,                   -- JSON without secrets, or nothing
    after  TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_personal_is_never_changed BEFORE UPDATE ON audit_personal BEGIN SELECT raise(ABORT, 'audit entries are append-only'); END;
