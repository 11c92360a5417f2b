-- Why an answer did not help, as its visitor said: a fixed reason, and a line of their own without the personal data that was recognised.
ALTER TABLE question ADD COLUMN complaint TEXT;                 -- wrong, not_complete, out_of_date or not_what_i_asked
ALTER TABLE question ADD COLUMN remark TEXT NOT NULL DEFAULT '';
