-- What a document says about its own time: that it is old or a draft, and a period.
ALTER TABLE document ADD COLUMN stated_standing TEXT NOT NULL DEFAULT 'current'; -- current, outdated or draft
ALTER TABLE document ADD COLUMN stated_from TEXT;                                -- a day, such as 2026-04-01
ALTER TABLE document ADD COLUMN stated_until TEXT;                               -- the last day
