-- After the names of older rows are encrypted.
ALTER TABLE worker_list_rows
    DROP COLUMN name,
    ALTER COLUMN name_cipher SET NOT NULL,
    -- One index for both: a list names a NIK once, and the lists of a NIK are found.
    ADD CONSTRAINT a_worker_list_names_a_nik_once UNIQUE (lane, nik_index, worker_list_id);
