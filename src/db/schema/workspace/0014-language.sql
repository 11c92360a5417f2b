-- The language that a document is written in, as ISO 639-3 writes it. Empty: it cannot be told. Null: nobody has looked yet.
ALTER TABLE document ADD COLUMN language TEXT;
CREATE INDEX document_language ON document (language);
