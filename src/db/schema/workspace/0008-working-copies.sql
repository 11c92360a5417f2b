-- What somebody is writing and has not saved, of articles and of approved answers: theirs alone, one row for each window in which they write.
CREATE TABLE working_copy (
    id        TEXT PRIMARY KEY,
    writer    TEXT NOT NULL,            -- a member of staff
    kind      TEXT NOT NULL,            -- of what: article or approved-answer
    course_id TEXT REFERENCES course (id) ON DELETE CASCADE,    -- NULL: of a new one
    title     TEXT NOT NULL,            -- or the question; as typed, as are the fields
    seen      INTEGER NOT NULL,         -- the newest version when writing began; 0: of a new one
    revision  INTEGER NOT NULL,         -- counts how often it was kept
    kept_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX working_copy_writer ON working_copy (writer, kept_ms DESC);
CREATE INDEX working_copy_course ON working_copy (course_id);
CREATE INDEX working_copy_age ON working_copy (kept_ms);

-- The other fields of its editor, but for empty ones.
CREATE TABLE working_copy_field (
    copy_id TEXT NOT NULL REFERENCES working_copy (id) ON DELETE CASCADE,
    name    TEXT NOT NULL,
    value   TEXT NOT NULL,
    PRIMARY KEY (copy_id, name)
) STRICT, WITHOUT ROWID;

INSERT INTO working_copy (id, writer, kind, course_id, title, seen, revision, kept_ms)
    SELECT id, writer, 'article', article_id, title, seen, revision, kept_ms FROM article_working_copy;
INSERT INTO working_copy_field (copy_id, name, value)
    SELECT id, 'markdown', markdown FROM article_working_copy WHERE markdown <> ''
    UNION ALL SELECT id, 'label', label FROM article_working_copy WHERE label <> ''
    UNION ALL SELECT id, 'effective', effective FROM article_working_copy WHERE effective <> ''
    UNION ALL SELECT id, 'expires', expires FROM article_working_copy WHERE expires <> '';
DROP TABLE article_working_copy;
