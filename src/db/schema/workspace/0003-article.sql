-- Articles that staff writes here. What is published is a document with the article's id.
CREATE TABLE article (
    id         TEXT PRIMARY KEY REFERENCES course (id) ON DELETE CASCADE,
    path       TEXT NOT NULL UNIQUE,    -- of its document
    title      TEXT NOT NULL,           -- of the newest version, as are the next three
    label      TEXT NOT NULL,
    effective_ms INTEGER,
    expires_ms INTEGER
) STRICT;

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
