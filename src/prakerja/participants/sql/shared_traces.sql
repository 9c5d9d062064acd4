-- Traces by which borrowed identities are seen: devices that signed people up, addresses on record. Findings only: no rule
-- refuses anybody for them. Rule: ELIG-01.

-- An address as a ministry's list has it, in one written form.
ALTER TABLE worker_list_rows
    ADD COLUMN address_cipher bytea,
    ADD COLUMN address_index bytea,
    ADD COLUMN address_index_next bytea;
ALTER TABLE worker_list_staged_rows
    ADD COLUMN address_cipher bytea,
    ADD COLUMN address_index bytea,
    ADD COLUMN address_index_next bytea;
CREATE INDEX worker_list_rows_by_address ON worker_list_rows (address_index) WHERE address_index IS NOT NULL;

-- An address that an officer wrote down with an assisted registration (lane table).
CREATE TABLE applicant_addresses (
    lane smallint NOT NULL,
    applicant_id uuid NOT NULL,
    address_cipher bytea NOT NULL,
    address_index bytea NOT NULL,
    address_index_next bytea,
    noted_at timestamptz NOT NULL,
    CONSTRAINT an_applicant_has_one_address PRIMARY KEY (lane, applicant_id),
    CONSTRAINT an_address_is_an_applicants
        FOREIGN KEY (lane, applicant_id) REFERENCES applicants (lane, applicant_id)
);
CREATE INDEX applicant_addresses_by_index ON applicant_addresses (address_index);
