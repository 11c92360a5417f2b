-- Articles that staff writes here. What is published is a document with the article's id.
CREATE TABLE article (
    id         TEXT PRIMARY KEY,
    path       TEXT NOT NULL UNIQUE,    -- of its document
    state      TEXT NOT NULL,           -- of the newest version: draft, in-review, published or withdrawn
    title      TEXT NOT NULL,           -- of the newest version, as are the next three
    label      TEXT NOT NULL,
    effective_ms INTEGER,
    expires_ms INTEGER,
    head       INTEGER NOT NULL,        -- number of the newest version
    live       INTEGER,                 -- number of the version that is published
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX article_age ON article (changed_ms DESC, id);

-- Every save is a version; none is ever changed.
CREATE TABLE article_version (
    article_id   TEXT NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    number       INTEGER NOT NULL,
    title        TEXT NOT NULL,
    markdown     TEXT NOT NULL,
    label        TEXT NOT NULL,
    effective_ms INTEGER,
    expires_ms   INTEGER,
    author       TEXT NOT NULL,
    saved_ms     INTEGER NOT NULL,
    PRIMARY KEY (article_id, number)
) STRICT, WITHOUT ROWID;

-- What became of a version: submitted, returned (with a remark), published, withdrawn.
CREATE TABLE article_step (
    article_id TEXT NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    seq        INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    step       TEXT NOT NULL,
    actor      TEXT NOT NULL,
    at_ms      INTEGER NOT NULL,
    remark     TEXT NOT NULL,
    PRIMARY KEY (article_id, seq)
) STRICT, WITHOUT ROWID;
