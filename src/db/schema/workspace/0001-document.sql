-- The documents of a workspace, and their passages, which are what is searched.

CREATE TABLE document (
    id           TEXT PRIMARY KEY,
    path         TEXT NOT NULL UNIQUE,      -- its name within the workspace: relative, with slashes
    title        TEXT NOT NULL,
    media_type   TEXT NOT NULL,
    sha256       BLOB NOT NULL,             -- of the source's bytes
    bytes        INTEGER NOT NULL,          -- of the source
    ingested_ms  INTEGER NOT NULL,
    label        TEXT NOT NULL,             -- public, unnamed or staff
    effective_ms INTEGER,                   -- found from then on
    expires_ms   INTEGER,                   -- and no longer from then on
    origin       TEXT NOT NULL              -- ingested, uploaded, api or article
) STRICT;
CREATE INDEX document_age ON document (ingested_ms DESC, id);
CREATE INDEX document_effect ON document (effective_ms) WHERE effective_ms IS NOT NULL;
CREATE INDEX document_expiry ON document (expires_ms) WHERE expires_ms IS NOT NULL;

-- What a document says, apart from its row, so that lists read small rows.
CREATE TABLE document_content (
    document_id TEXT PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    text        TEXT NOT NULL,              -- readable text; every offset counts its characters
    blocks      BLOB NOT NULL,              -- its structure, in a versioned form
    notes       TEXT NOT NULL               -- what was repaired or left out, JSON
) STRICT;

CREATE TABLE passage (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,   -- never used twice: followers of passage_change rely on it
    document_id  TEXT NOT NULL REFERENCES document (id) ON DELETE CASCADE,
    ordinal      INTEGER NOT NULL,
    length       INTEGER NOT NULL,          -- in terms, for the lexical score
    vectors      BLOB NOT NULL,             -- of the passage and of its title and headings: 2 x 384 f16
    title        TEXT NOT NULL,
    heading_path TEXT NOT NULL,             -- JSON
    table_header TEXT NOT NULL,             -- of the table that the passage goes on with, or empty
    body         TEXT NOT NULL,             -- a slice of the document's text
    start_char   INTEGER NOT NULL,          -- where in it
    units        BLOB NOT NULL,             -- its sentences, items and rows, in a versioned form
    unit_vectors BLOB NOT NULL,             -- one for each unit: a scale (f32) and 384 i8
    UNIQUE (document_id, ordinal)
) STRICT;

-- The terms of a passage, as `search::analysis` makes them (stems separated by spaces).
CREATE VIRTUAL TABLE passage_terms USING fts5 (title, heading, body, tokenize = 'ascii');
INSERT INTO passage_terms (passage_terms, rank) VALUES ('secure-delete', 1);
CREATE VIRTUAL TABLE passage_term USING fts5vocab (passage_terms, 'row');
CREATE VIRTUAL TABLE passage_term_place USING fts5vocab (passage_terms, 'instance');

-- What came and went, for the processes that hold the vectors in memory.
CREATE TABLE passage_change (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    passage_id INTEGER NOT NULL,
    removed    INTEGER NOT NULL
) STRICT;
CREATE TRIGGER passage_came AFTER INSERT ON passage BEGIN
    INSERT INTO passage_change (passage_id, removed) VALUES (new.id, 0);
END;
CREATE TRIGGER passage_went AFTER DELETE ON passage BEGIN
    DELETE FROM passage_terms WHERE rowid = old.id;
    INSERT INTO passage_change (passage_id, removed) VALUES (old.id, 1);
END;
CREATE TRIGGER document_visibility AFTER UPDATE OF label, effective_ms, expires_ms ON document BEGIN
    INSERT INTO passage_change (passage_id, removed) SELECT id, 0 FROM passage WHERE document_id = new.id;
END;

-- Single values, by name.
CREATE TABLE value (
    name    TEXT PRIMARY KEY,
    content BLOB NOT NULL
) STRICT, WITHOUT ROWID;
