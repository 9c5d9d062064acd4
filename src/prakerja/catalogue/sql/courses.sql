-- Courses stay where they were proposed; listings stand on an agreement; prices are compared by the hour.
-- Rules: SCHEME-05, SCHEME-10.

UPDATE courses
SET region_code = institutions.province_code
FROM institutions
WHERE institutions.id = courses.institution_id AND courses.region_code = '';

ALTER TABLE courses
    -- Whole rupiah, rounded down: a figure to compare by, no amount of money that is moved.
    ADD COLUMN price_per_hour_idr bigint GENERATED ALWAYS AS (price_idr / greatest(hours, 1)) STORED,
    ADD CONSTRAINT skkni_code_is_written_as_a_unit
        CHECK (skkni_code ~ '^[A-Z]{1,3}\.[A-Z0-9]{4,8}\.[0-9]{3}\.[0-9]{1,2}$'),
    ADD CONSTRAINT own_code_is_not_empty CHECK (own_code <> '');

CREATE INDEX courses_by_price_in_a_region ON courses (subject, mode, region_code, price_per_hour_idr)
    WHERE state = 'approved';
CREATE INDEX courses_by_price ON courses (subject, mode, price_per_hour_idr) WHERE state = 'approved';
CREATE INDEX courses_by_state ON courses (state, proposed_at, id);

CREATE FUNCTION course_stays_with_its_institution()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'a course is not moved to another institution: that one proposes its own'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'course_stays_with_its_institution';
END
$$;

CREATE TRIGGER course_stays_with_its_institution
    BEFORE UPDATE OF institution_id ON courses
    FOR EACH ROW
    WHEN (NEW.institution_id IS DISTINCT FROM OLD.institution_id)
    EXECUTE FUNCTION course_stays_with_its_institution();

-- The day is that of Jakarta, where agreements begin and end.
CREATE FUNCTION listing_stands_on_an_agreement_in_force()
RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    v_day date := (NEW.listed_from AT TIME ZONE 'Asia/Jakarta')::date;
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM agreements
        WHERE platform_id = NEW.platform_id
            AND institution_id = NEW.institution_id
            AND valid_from <= v_day
            AND (valid_until IS NULL OR valid_until > v_day)
    ) THEN
        RAISE EXCEPTION 'no agreement of the platform with the institution is in force on %', v_day
            USING ERRCODE = 'check_violation', CONSTRAINT = 'listing_stands_on_an_agreement_in_force';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER listing_stands_on_an_agreement_in_force
    BEFORE INSERT OR UPDATE OF platform_id, listed_from ON listings
    FOR EACH ROW EXECUTE FUNCTION listing_stands_on_an_agreement_in_force();

CREATE TRIGGER feed_state_moves_along_its_table
    BEFORE UPDATE OF state ON course_feeds
    FOR EACH ROW EXECUTE FUNCTION state_moves_along_its_table('staged>published', 'staged>discarded');
