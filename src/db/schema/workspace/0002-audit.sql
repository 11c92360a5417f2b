-- From where a change came, what it was about, and how the thing was before and after (JSON without secrets, or nothing).
ALTER TABLE audit_entry ADD COLUMN workspace TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_entry ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_entry ADD COLUMN before TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_entry ADD COLUMN after TEXT NOT NULL DEFAULT '';
CREATE INDEX audit_entry_time ON audit_entry (at_ms, seq);
