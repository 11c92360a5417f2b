-- What somebody is writing and has not saved: theirs alone, one row for each window in which they write.
CREATE TABLE article_working_copy (
    id         TEXT PRIMARY KEY,
    writer     TEXT NOT NULL,           -- a member of staff
    article_id TEXT REFERENCES article (id) ON DELETE CASCADE,    -- NULL: of a new one
    title      TEXT NOT NULL,           -- as typed, as are the next four
    markdown   TEXT NOT NULL,
    label      TEXT NOT NULL,
    effective  TEXT NOT NULL,
    expires    TEXT NOT NULL,
    seen       INTEGER NOT NULL,        -- the newest version when writing began; 0: of a new article
    revision   INTEGER NOT NULL,        -- counts how often it was kept
    kept_ms    INTEGER NOT NULL
) STRICT;
CREATE INDEX article_working_copy_writer ON article_working_copy (writer, kept_ms DESC);
CREATE INDEX article_working_copy_article ON article_working_copy (article_id);
CREATE INDEX article_working_copy_age ON article_working_copy (kept_ms);
