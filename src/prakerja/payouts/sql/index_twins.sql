-- The index of a participant's account has a twin, filled while the index key is rotated (access.index_keys).
ALTER TABLE payout_accounts ADD COLUMN account_index_next bytea;
