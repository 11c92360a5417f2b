-- What a document says moves out of its row, so that lists read small rows; who may see it, and when, moves in.
CREATE TABLE document_content (
    document_id TEXT PRIMARY KEY REFERENCES document (id) ON DELETE CASCADE,
    text        TEXT NOT NULL,          -- readable text; every offset counts its characters
    blocks      BLOB NOT NULL,          -- its structure
    notes       TEXT NOT NULL           -- what was repaired or left out, JSON
) STRICT;
INSERT INTO document_content (document_id, text, blocks, notes) SELECT id, text, blocks, notes FROM document;
ALTER TABLE document DROP COLUMN text;
ALTER TABLE document DROP COLUMN blocks;
ALTER TABLE document DROP COLUMN notes;

ALTER TABLE document ADD COLUMN label TEXT NOT NULL DEFAULT 'public';       -- public, unnamed or staff
ALTER TABLE document ADD COLUMN effective_ms INTEGER;                       -- found from then on
ALTER TABLE document ADD COLUMN expires_ms INTEGER;                         -- and no longer from then on
ALTER TABLE document ADD COLUMN origin TEXT NOT NULL DEFAULT 'ingested';    -- ingested, uploaded or article
CREATE INDEX document_age ON document (ingested_ms DESC, id);
CREATE INDEX document_effect ON document (effective_ms) WHERE effective_ms IS NOT NULL;
CREATE INDEX document_expiry ON document (expires_ms) WHERE expires_ms IS NOT NULL;

-- Who holds passages in memory hears of a change.
CREATE TRIGGER document_visibility AFTER UPDATE OF label, effective_ms, expires_ms ON document BEGIN
    INSERT INTO passage_change (passage_id, removed) SELECT id, 0 FROM passage WHERE document_id = new.id;
END;
