-- Answers that staff fixed, word for word.
CREATE TABLE approved_answer (
    id TEXT PRIMARY KEY REFERENCES course (id) ON DELETE CASCADE
) STRICT;

-- Every save is a version; none is ever changed.
CREATE TABLE approved_version (
    answer_id    TEXT NOT NULL REFERENCES approved_answer (id) ON DELETE CASCADE,
    number       INTEGER NOT NULL,
    text         TEXT NOT NULL,         -- Markdown
    effective_ms INTEGER,               -- given from then on
    expires_ms   INTEGER,               -- and no longer from then on
    author       TEXT NOT NULL,
    saved_ms     INTEGER NOT NULL,
    PRIMARY KEY (answer_id, number)
) STRICT, WITHOUT ROWID;

-- The questions that a version is given to. The first is its title.
CREATE TABLE approved_phrasing (
    answer_id TEXT NOT NULL REFERENCES approved_answer (id) ON DELETE CASCADE,
    version   INTEGER NOT NULL,
    ordinal   INTEGER NOT NULL,
    text      TEXT NOT NULL,
    vector    BLOB NOT NULL,            -- 384 f16, unit length
    PRIMARY KEY (answer_id, version, ordinal)
) STRICT, WITHOUT ROWID;

-- The documents that a version refers to, with the sentence if it names one.
CREATE TABLE approved_citation (
    answer_id   TEXT NOT NULL REFERENCES approved_answer (id) ON DELETE CASCADE,
    version     INTEGER NOT NULL,
    ordinal     INTEGER NOT NULL,
    document_id TEXT NOT NULL,          -- also of an article that is withdrawn, and may come back
    quote       TEXT NOT NULL,
    PRIMARY KEY (answer_id, version, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX approved_citation_document ON approved_citation (document_id);
