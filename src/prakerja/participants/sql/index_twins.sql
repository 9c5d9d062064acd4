-- Every blind index has a twin, filled while the index key is rotated (access.index_keys), empty otherwise. A row of a
-- delta keeps the NIK too, encrypted and bound to `delta/row number`: without it no index could be made anew.
ALTER TABLE applicants
    ADD COLUMN nik_index_next bytea,
    ADD COLUMN kk_index_next bytea,
    ADD COLUMN email_index_next bytea,
    ADD COLUMN phone_index_next bytea;
ALTER TABLE blacklist ADD COLUMN nik_index_next bytea;
ALTER TABLE worker_list_rows ADD COLUMN nik_index_next bytea, ADD COLUMN likeness_index_next bytea;
ALTER TABLE worker_list_staged_rows ADD COLUMN nik_index_next bytea, ADD COLUMN likeness_index_next bytea;
ALTER TABLE worker_list_matches ADD COLUMN listed_nik_index_next bytea;
ALTER TABLE worker_list_invitations ADD COLUMN nik_index_next bytea;
ALTER TABLE registry_delta_rows
    ADD COLUMN nik_index_next bytea,
    ADD COLUMN row_number integer,
    ADD COLUMN nik_cipher bytea;
