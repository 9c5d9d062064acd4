-- Who looked at whose data on which page. The only thing that a request which reads may write.
CREATE TABLE page_accesses (
    lane smallint NOT NULL,
    access_id uuid NOT NULL,
    applicant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    actor text NOT NULL,
    role text NOT NULL,
    -- The address with the names of its parts, never with their values.
    page text NOT NULL,
    programme_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT page_accesses_pkey PRIMARY KEY (lane, access_id),
    CONSTRAINT every_access_has_an_actor CHECK (actor <> '' AND role <> ''),
    CONSTRAINT page_of_an_access_is_a_pattern CHECK (page <> '' AND page !~ '[0-9a-f]{8}-')
);
CREATE INDEX page_accesses_of_a_person ON page_accesses (lane, applicant_id, access_id);
CREATE INDEX page_accesses_by_time ON page_accesses (access_id);

CREATE TRIGGER history_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON page_accesses
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history();
