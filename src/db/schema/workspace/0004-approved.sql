-- Answers that staff fixed, word for word.
CREATE TABLE approved_answer (
    id         TEXT PRIMARY KEY,
    text       TEXT NOT NULL,
    author     TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT;

-- The questions that an approved answer is given to. The first is its title.
CREATE TABLE approved_phrasing (
    answer_id TEXT NOT NULL REFERENCES approved_answer (id) ON DELETE CASCADE,
    ordinal   INTEGER NOT NULL,
    text      TEXT NOT NULL,
    vector    BLOB NOT NULL,            -- 384 f16, unit length
    PRIMARY KEY (answer_id, ordinal)
) STRICT, WITHOUT ROWID;

-- The documents that it refers to, with the sentence if it names one.
CREATE TABLE approved_citation (
    answer_id   TEXT NOT NULL REFERENCES approved_answer (id) ON DELETE CASCADE,
    ordinal     INTEGER NOT NULL,
    document_id TEXT NOT NULL,          -- also of an article that is withdrawn, and may come back
    quote       TEXT NOT NULL,
    PRIMARY KEY (answer_id, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX approved_citation_document ON approved_citation (document_id);
