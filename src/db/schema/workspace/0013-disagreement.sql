-- Two documents in force with sentences that say different things of the same. Found by a job.
CREATE TABLE disagreement (
    id           TEXT PRIMARY KEY,
    one_id       TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE,   -- the lesser of the two ids
    two_id       TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    texts        BLOB NOT NULL,             -- 16 bytes of a hash for each two sentences that disagree
    more         INTEGER NOT NULL,          -- sentences that are not kept
    likeness     REAL NOT NULL,             -- of the two sentences that are most alike
    found_ms     INTEGER NOT NULL,
    dismissed_ms INTEGER,                   -- they do not contradict each other, as somebody said
    UNIQUE (one_id, two_id)
) STRICT;
CREATE INDEX disagreement_two ON disagreement (two_id);

-- The sentences, those that are most alike first.
CREATE TABLE disagreement_place (
    disagreement_id TEXT NOT NULL REFERENCES disagreement (id) ON DELETE CASCADE,
    ordinal         INTEGER NOT NULL,
    one_heading     TEXT NOT NULL,
    one_text        TEXT NOT NULL,
    one_start       INTEGER NOT NULL,       -- in characters of the document's text, as is the end
    one_end         INTEGER NOT NULL,
    two_heading     TEXT NOT NULL,
    two_text        TEXT NOT NULL,
    two_start       INTEGER NOT NULL,
    two_end         INTEGER NOT NULL,
    PRIMARY KEY (disagreement_id, ordinal)
) STRICT, WITHOUT ROWID;

-- What of each document was compared with the others.
CREATE TABLE compared (
    document_id  TEXT PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    last_passage INTEGER NOT NULL,          -- its highest id: another one when the document was read again
    in_force     INTEGER NOT NULL           -- by its dates and by its own words
) STRICT, WITHOUT ROWID;
