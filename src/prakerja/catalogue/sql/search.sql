-- What is searched: one row for each class of a listed, approved course, with everything that a filter asks for.
--
-- It holds at least what can be bought: operations of the catalogue make its rows anew for the courses that they touch
-- (`refresh_search_entries`). What time and the partners' states take away (an agreement ends, a platform is suspended,
-- seats are sold) is asked when a page is read. Rules: SCHEME-02 … SCHEME-05.
CREATE TABLE search_entries (
    schedule_id uuid PRIMARY KEY REFERENCES schedules (id),
    course_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    institution_kind text NOT NULL,
    mode text NOT NULL,
    province_code text,
    price_idr bigint NOT NULL,
    starts_at timestamptz NOT NULL,
    sells_until_at timestamptz NOT NULL,
    platform_ids uuid[] NOT NULL,
    words tsvector NOT NULL
);

CREATE INDEX search_entries_by_words ON search_entries USING gin (words);
CREATE INDEX search_entries_by_start ON search_entries (starts_at, schedule_id);
CREATE INDEX search_entries_by_place ON search_entries (province_code, starts_at, schedule_id);
CREATE INDEX search_entries_by_mode ON search_entries (mode, starts_at, schedule_id);
CREATE INDEX search_entries_by_price ON search_entries (price_idr, schedule_id);
CREATE INDEX search_entries_of_course ON search_entries (course_id);
CREATE INDEX search_entries_of_institution ON search_entries (institution_id, starts_at, schedule_id);

-- A word that stands in title, description, occupation standard or the institution's name, by its Indonesian stem.
CREATE FUNCTION search_words(p_title text, p_description text, p_skkni_code text, p_institution text)
RETURNS tsvector
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT to_tsvector('pg_catalog.indonesian', concat_ws(' ', p_title, p_description, p_skkni_code, p_institution))
$$;

CREATE FUNCTION refresh_search_entries(p_course_ids uuid[])
RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
    v_entries integer;
BEGIN
    DELETE FROM search_entries
    WHERE course_id = ANY (p_course_ids);

    WITH touched AS MATERIALIZED (
        SELECT c.id, c.institution_id, i.kind, sold.platform_ids,
            search_words(c.title, c.description, c.skkni_code, i.name) AS words
        FROM courses AS c
        JOIN institutions AS i ON i.id = c.institution_id
        CROSS JOIN LATERAL (
            SELECT array_agg(l.platform_id ORDER BY l.platform_id) AS platform_ids
            FROM listings AS l
            WHERE l.course_id = c.id AND l.listed_until IS NULL
        ) AS sold
        WHERE c.id = ANY (p_course_ids) AND c.state = 'approved' AND sold.platform_ids IS NOT NULL
    )
    INSERT INTO search_entries (
        schedule_id, course_id, institution_id, institution_kind, mode, province_code, price_idr, starts_at,
        sells_until_at, platform_ids, words
    )
    SELECT s.id, touched.id, touched.institution_id, touched.kind, s.mode, s.province_code, s.price_idr, s.starts_at,
        s.sells_until_at, touched.platform_ids, touched.words
    FROM touched
    JOIN schedules AS s ON s.course_id = touched.id
    WHERE s.state = 'published';

    GET DIAGNOSTICS v_entries = ROW_COUNT;
    RETURN v_entries;
END
$$;

-- The partners' room is below the catalogue and knows nothing of it: an institution's other name or kind comes by here.
CREATE FUNCTION institution_is_searched_by_its_name()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM refresh_search_entries(
        ARRAY(SELECT id FROM courses WHERE institution_id = NEW.id AND state = 'approved')
    );
    RETURN NULL;
END
$$;

CREATE TRIGGER institution_is_searched_by_its_name
    AFTER UPDATE OF name, kind ON institutions
    FOR EACH ROW
    WHEN (NEW.name IS DISTINCT FROM OLD.name OR NEW.kind IS DISTINCT FROM OLD.kind)
    EXECUTE FUNCTION institution_is_searched_by_its_name();

SELECT refresh_search_entries(ARRAY(SELECT id FROM courses WHERE state = 'approved'));
