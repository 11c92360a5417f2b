-- Groups of questions that the knowledge does not answer, by meaning.
CREATE TABLE gap (
    id        TEXT PRIMARY KEY,
    title     TEXT NOT NULL,            -- the first of its questions that is kept
    sum       BLOB NOT NULL,            -- of its questions' vectors: 384 f32
    state     TEXT NOT NULL,            -- open, answered or dismissed
    reason    TEXT NOT NULL,            -- why it was dismissed
    count     INTEGER NOT NULL,
    first_ms  INTEGER NOT NULL,
    last_ms   INTEGER NOT NULL,
    closed_ms INTEGER
) STRICT;
CREATE INDEX gap_state ON gap (state, count DESC, last_ms DESC);

-- What visitors asked, without the personal data that was recognised.
CREATE TABLE question (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    at_ms       INTEGER NOT NULL,
    text        TEXT NOT NULL,
    outcome     TEXT NOT NULL,          -- answered, partly or not-found
    probability REAL NOT NULL,
    surface     TEXT NOT NULL,          -- help or api
    thumb       INTEGER NOT NULL,       -- -1, 0 or 1
    answer_hash BLOB NOT NULL,          -- of what was shown
    gap_id      TEXT REFERENCES gap (id) ON DELETE SET NULL,
    awaits_gap  INTEGER NOT NULL,       -- was not answered well, and is to be put into a gap
    vector      BLOB                    -- 384 f16, until it is in one; null: to be made from the text
) STRICT;
CREATE INDEX question_time ON question (at_ms);
CREATE INDEX question_gap ON question (gap_id, at_ms DESC) WHERE gap_id IS NOT NULL;
CREATE INDEX question_awaits_gap ON question (seq) WHERE awaits_gap;

-- How many a day (UTC), so that a page need not count.
CREATE TABLE question_day (
    day     TEXT NOT NULL,
    outcome TEXT NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (day, outcome)
) STRICT, WITHOUT ROWID;

-- What the knowledge was when open gaps were last asked again.
CREATE TABLE gap_revision (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    passages  INTEGER NOT NULL,
    approved  INTEGER NOT NULL,
    effect_ms INTEGER NOT NULL          -- when something last took effect that was written before
) STRICT;
