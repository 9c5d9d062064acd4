-- The seats of a schedule, spread over the lanes that sell it, and what Django's models cannot say.
-- Rules: SCHEME-03, SCHEME-04, COURSE-01.

CREATE TABLE seat_allotments (
    lane smallint NOT NULL,
    schedule_id uuid NOT NULL REFERENCES schedules (id),
    seats_left integer NOT NULL,
    PRIMARY KEY (lane, schedule_id),
    CONSTRAINT seats_are_never_oversold CHECK (seats_left >= 0)
) WITH (fillfactor = 80);

CREATE INDEX seats_of_a_schedule ON seat_allotments (schedule_id, lane);

ALTER TABLE schedules
    ADD CONSTRAINT schedule_is_of_its_course
        FOREIGN KEY (course_id, institution_id, mode) REFERENCES courses (id, institution_id, mode),
    ADD CONSTRAINT class_is_in_a_known_province
        FOREIGN KEY (province_code) REFERENCES provinces (code);

ALTER TABLE listings
    ADD CONSTRAINT listing_is_of_its_course
        FOREIGN KEY (course_id, institution_id) REFERENCES courses (id, institution_id);

CREATE FUNCTION price_history_is_append_only()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'the history of prices is append-only'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'price_history_is_append_only';
END
$$;

CREATE TRIGGER price_history_is_append_only
    BEFORE UPDATE OR DELETE ON course_prices
    FOR EACH ROW EXECUTE FUNCTION price_history_is_append_only();

CREATE TRIGGER course_state_moves_along_its_table
    BEFORE UPDATE OF state ON courses
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table(
        'draft>proposed', 'draft>removed',
        'proposed>assessed', 'proposed>removed',
        'assessed>approved', 'assessed>proposed', 'assessed>removed',
        'approved>suspended', 'approved>removed',
        'suspended>approved', 'suspended>removed'
    );

CREATE TRIGGER schedule_state_moves_along_its_table
    BEFORE UPDATE OF state ON schedules
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table(
        'published>closed', 'published>done', 'published>cancelled',
        'closed>done', 'closed>cancelled'
    );
