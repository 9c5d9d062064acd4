-- Names that people bore before, and until when on the machine's clock: the answer to an invoice is given again as it was.
CREATE TABLE former_names (
    lane smallint NOT NULL,
    applicant_id uuid NOT NULL,
    until_at timestamptz NOT NULL,
    name text NOT NULL,
    CONSTRAINT former_names_pkey PRIMARY KEY (lane, applicant_id, until_at),
    CONSTRAINT a_former_name_is_an_applicants FOREIGN KEY (lane, applicant_id)
        REFERENCES applicants (lane, applicant_id) ON DELETE CASCADE
);

CREATE FUNCTION keep_former_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO former_names (lane, applicant_id, until_at, name)
    VALUES (old.lane, old.applicant_id, clock_timestamp(), old.name);
    RETURN NULL;
END
$$;
-- A name changes seldom, and on no hot path.
CREATE TRIGGER a_changed_name_is_kept
    AFTER UPDATE OF name ON applicants
    FOR EACH ROW WHEN (old.name IS DISTINCT FROM new.name)
    EXECUTE FUNCTION keep_former_name();
