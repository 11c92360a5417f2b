-- Several people may hand something in for a path: what one handed in replaces only their own.
CREATE TABLE review_of_each (
    id           TEXT PRIMARY KEY,
    kind         TEXT NOT NULL,             -- version: of a document's text; visibility: of how far and when it may be shown
    path         TEXT NOT NULL,             -- of the document, which need not be there yet
    title        TEXT NOT NULL,
    base         BLOB,                      -- fingerprint of the document as it was shown; null: there was none
    media_type   TEXT,                      -- of a version, as is the next
    source       BLOB,                      -- its bytes
    origin       TEXT NOT NULL,
    label        TEXT NOT NULL,
    effective_ms INTEGER,
    expires_ms   INTEGER,
    author       TEXT NOT NULL,
    at_ms        INTEGER NOT NULL,
    returned_by  TEXT,                      -- who sent it back; null: it waits
    returned_ms  INTEGER,
    remark       TEXT NOT NULL,
    UNIQUE (path, kind, author)
) STRICT;
INSERT INTO review_of_each (id, kind, path, title, base, media_type, source, origin, label, effective_ms, expires_ms, author, at_ms, returned_by, returned_ms, remark)
    SELECT id, kind, path, title, base, media_type, source, origin, label, effective_ms, expires_ms, author, at_ms, returned_by, returned_ms, remark FROM review;
DROP TABLE review;
ALTER TABLE review_of_each RENAME TO review;
CREATE INDEX review_age ON review (at_ms DESC, id);
