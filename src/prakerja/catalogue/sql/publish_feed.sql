-- publish_feed(p_feed_id, p_now, p_actor, p_regime_version, p_sample): what a checked feed would do is done, all of it.
--
-- Returns how many courses are new, changed, and which approved ones have another price. Raises `catalogue_changed` when
-- the catalogue is no longer what the feed was compared with: then nothing is done, and the feed is checked again.
-- Rules: COURSE-01; what was bought keeps its price.
CREATE FUNCTION publish_feed(
    p_feed_id uuid, p_now timestamptz, p_actor text, p_regime_version text, p_sample boolean
)
RETURNS TABLE (new_courses bigint, changed_courses bigint, approved_changed uuid[])
LANGUAGE plpgsql
AS $$
DECLARE
    v_feed course_feeds%ROWTYPE;
    v_region text;
BEGIN
    SELECT * INTO STRICT v_feed FROM course_feeds WHERE id = p_feed_id;
    SELECT province_code INTO STRICT v_region FROM institutions WHERE id = v_feed.institution_id;

    INSERT INTO courses (
        id, institution_id, own_code, title, description, subject, skkni_code, region_code, mode, training_type, hours,
        price_idr, comparison_price_idr, free_elsewhere, bundle, age_min, age_max, minimum_education, state,
        regime_version, sample, proposed_at
    )
    SELECT r.course_id, v_feed.institution_id, c.own_code, c.title, c.description, c.subject, c.skkni_code, v_region,
        c.mode, c.training_type, c.hours, c.price_idr, c.comparison_price_idr, c.free_elsewhere, c.bundle, c.age_min,
        c.age_max, c.minimum_education, 'proposed', p_regime_version, p_sample, p_now
    FROM course_feed_rows AS r
    CROSS JOIN LATERAL jsonb_to_record(r.content) AS c (
        own_code text, title text, description text, subject text, skkni_code text, mode text, training_type smallint,
        hours smallint, price_idr bigint, comparison_price_idr bigint, free_elsewhere boolean, bundle boolean,
        age_min smallint, age_max smallint, minimum_education text
    )
    WHERE r.feed_id = p_feed_id AND r.effect = 'new'
    ON CONFLICT ON CONSTRAINT own_code_names_one_course DO NOTHING;
    GET DIAGNOSTICS new_courses = ROW_COUNT;

    WITH changed AS (
        UPDATE courses
        SET title = c.title, description = c.description, subject = c.subject, skkni_code = c.skkni_code,
            mode = c.mode, training_type = c.training_type, hours = c.hours, price_idr = c.price_idr,
            comparison_price_idr = c.comparison_price_idr, free_elsewhere = c.free_elsewhere, bundle = c.bundle,
            age_min = c.age_min, age_max = c.age_max, minimum_education = c.minimum_education
        FROM course_feed_rows AS r
        CROSS JOIN LATERAL jsonb_to_record(r.content) AS c (
            title text, description text, subject text, skkni_code text, mode text, training_type smallint,
            hours smallint, price_idr bigint, comparison_price_idr bigint, free_elsewhere boolean, bundle boolean,
            age_min smallint, age_max smallint, minimum_education text, was text
        )
        WHERE r.feed_id = p_feed_id
            AND r.effect = 'changed'
            AND courses.id = r.course_id
            AND courses.state = c.was
        RETURNING courses.id, courses.state
    )
    SELECT count(*), coalesce(array_agg(id ORDER BY id) FILTER (WHERE state = 'approved'), '{}')
    INTO changed_courses, approved_changed
    FROM changed;

    IF new_courses <> v_feed.new_rows OR changed_courses <> v_feed.changed_rows THEN
        RAISE EXCEPTION 'the catalogue has changed since the feed was checked'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'feed_is_published_on_what_it_was_compared_with';
    END IF;

    -- The history of every price: the first one, and each that is another.
    INSERT INTO course_prices (id, course_id, price_idr, comparison_price_idr, priced_at, actor)
    SELECT (r.content ->> 'price_id')::uuid, r.course_id, (r.content ->> 'price_idr')::bigint,
        (r.content ->> 'comparison_price_idr')::bigint, p_now, p_actor
    FROM course_feed_rows AS r
    WHERE r.feed_id = p_feed_id AND r.content ? 'price_id';

    UPDATE schedules
    SET price_idr = courses.price_idr
    FROM courses
    WHERE courses.id = ANY (approved_changed)
        AND schedules.course_id = courses.id
        AND schedules.state = 'published'
        AND schedules.price_idr <> courses.price_idr;

    PERFORM refresh_search_entries(approved_changed);

    UPDATE course_feeds
    SET state = 'published', decided_at = p_now
    WHERE id = p_feed_id;
    RETURN NEXT;
END
$$;
