-- Gaps are asked again in rounds, one for each change of the knowledge: where one stopped, the next run goes on.
ALTER TABLE gap_revision ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
ALTER TABLE gap ADD COLUMN round INTEGER NOT NULL DEFAULT 0;        -- in which it was asked again, or made
CREATE INDEX gap_round ON gap (state, round, count DESC, last_ms DESC);
