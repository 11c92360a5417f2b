-- Documents that came in, and changes of how far documents may be shown, until somebody else has approved them. What is published stays meanwhile.
CREATE TABLE review (
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
    UNIQUE (path, kind)
) STRICT;
CREATE INDEX review_age ON review (at_ms DESC, id);
