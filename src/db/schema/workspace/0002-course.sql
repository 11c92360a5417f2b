-- How far articles and approved answers have come: each is a row here, and has its versions in tables of its own.
CREATE TABLE course (
    id         TEXT PRIMARY KEY,        -- of the article or the approved answer
    state      TEXT NOT NULL,           -- of the newest version: draft, in-review, published or withdrawn
    head       INTEGER NOT NULL,        -- number of the newest version
    live       INTEGER,                 -- number of the version that is published
    begun_ms   INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX course_age ON course (changed_ms DESC, id);
CREATE INDEX course_state ON course (state);

-- What became of a version: submitted, returned (with a remark), published, withdrawn.
CREATE TABLE course_step (
    course_id TEXT NOT NULL REFERENCES course (id) ON DELETE CASCADE,
    seq       INTEGER NOT NULL,
    version   INTEGER NOT NULL,
    step      TEXT NOT NULL,
    actor     TEXT NOT NULL,
    at_ms     INTEGER NOT NULL,
    remark    TEXT NOT NULL,
    PRIMARY KEY (course_id, seq)
) STRICT, WITHOUT ROWID;
